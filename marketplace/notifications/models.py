"""What was told: the delivery log, the inbox, what readers chose, and what must not be overlooked."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, Index, SmallInteger, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.db import PERSONAL, Base, Identified, at_least


class Mail(Identified, Base):
    """One thing told to one recipient by one channel about one delivery of an event; the address itself is not kept."""

    __tablename__ = "notifications_mails"
    __table_args__ = (
        UniqueConstraint("message_id"),
        at_least("doubtful"),
        at_least("tries"),
        Index("ix_notifications_mails_at_id", "at", "id"),
        Index("ix_notifications_mails_person_id", "person_id", postgresql_where="person_id IS NOT NULL"),
    )

    message_id: Mapped[str] = mapped_column(Text)
    to_hash: Mapped[str] = mapped_column(Text)
    template: Mapped[str] = mapped_column(Text)
    channel: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    ref: Mapped[str] = mapped_column(Text)
    person_id: Mapped[UUID | None]
    delivery_id: Mapped[UUID | None]
    state: Mapped[str] = mapped_column(Text)
    tries: Mapped[int] = mapped_column(default=0)
    doubtful: Mapped[int] = mapped_column(default=0)
    """How often the call was begun without our hearing how it ended: each may have been a letter."""
    result: Mapped[str] = mapped_column(Text)
    why: Mapped[str | None] = mapped_column(Text)
    """Why somebody had it told again."""
    at: Mapped[datetime]
    sent_at: Mapped[datetime | None]


class InboxMessage(Identified, Base):
    """What a person finds on ``/notifikasi``, in the language that they read when it was written."""

    __tablename__ = "notifications_messages"
    __table_args__ = (
        UniqueConstraint("person_id", "message_key"),
        Index("ix_notifications_messages_person_id_at_id", "person_id", "at", "id"),
        Index("ix_notifications_messages_unread", "person_id", postgresql_where="read_at IS NULL"),
    )

    person_id: Mapped[UUID]
    message_key: Mapped[str] = mapped_column(Text)
    delivery_id: Mapped[UUID] = mapped_column(index=True)
    kind: Mapped[str] = mapped_column(Text)
    group_ref: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text, info=PERSONAL)
    body: Mapped[str] = mapped_column(Text, info=PERSONAL)
    url: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(index=True)
    read_at: Mapped[datetime | None]


class Preference(Base):
    """A person wants a kind by a channel, or does not; only where that differs from what the notices say."""

    __tablename__ = "notifications_preferences"

    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    channel: Mapped[str] = mapped_column(Text, primary_key=True)
    on: Mapped[bool] = mapped_column(Boolean)


class Watch(Identified, Base):
    """A step that is due about a notice unless somebody looks at it before; the event is kept, for the outbox forgets."""

    __tablename__ = "notifications_watches"
    __table_args__ = (
        UniqueConstraint("delivery_id", "step"),
        at_least("step"),
        Index("ix_notifications_watches_due", "due_at", postgresql_where="called_at IS NULL"),
    )

    delivery_id: Mapped[UUID]
    notice: Mapped[str] = mapped_column(Text)
    event: Mapped[str] = mapped_column(Text)
    payload: Mapped[dict[str, Any]] = mapped_column(JSONB)
    step: Mapped[int] = mapped_column(SmallInteger)
    due_at: Mapped[datetime]
    called_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(Text)
