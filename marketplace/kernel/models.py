"""The kernel's own tables: facts on their way, keys already used, histories, the audit chain, limits and schedules."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.db import Base, Identified


class StoredEvent(Identified, Base):
    """A fact that was told."""

    __tablename__ = "kernel_events"

    name: Mapped[str] = mapped_column(Text)
    payload: Mapped[dict[str, Any]] = mapped_column(JSONB)
    at: Mapped[datetime]


class Delivery(Identified, Base):
    """A fact on its way to one handler: waiting, done, or set aside for a person after its last try."""

    __tablename__ = "kernel_deliveries"
    __table_args__ = (
        Index("ix_kernel_deliveries_due", "due_at", postgresql_where="state = 'waiting'"),
        Index("ix_kernel_deliveries_aside", "id", postgresql_where="state = 'aside'"),
    )

    event_id: Mapped[UUID] = mapped_column(ForeignKey("kernel_events.id"), index=True)
    handler: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text, default="waiting")
    due_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None] = mapped_column(Text)
    done_at: Mapped[datetime | None]


class UsedKey(Identified, Base):
    """An idempotency key, the fingerprint of its request, and the answer it got (R3.2)."""

    __tablename__ = "kernel_keys"
    __table_args__ = (UniqueConstraint("scope", "operation", "key_hash"),)

    scope: Mapped[str] = mapped_column(Text)
    operation: Mapped[str] = mapped_column(Text)
    key_hash: Mapped[str] = mapped_column(Text)
    fingerprint: Mapped[str] = mapped_column(Text)
    answer: Mapped[dict[str, Any]] = mapped_column(JSONB)
    created_at: Mapped[datetime] = mapped_column(index=True)


class Move(Identified, Base):
    """One step of a state machine: what, from where to where, by whom, when and why."""

    __tablename__ = "kernel_moves"
    __table_args__ = (Index("ix_kernel_moves_thing", "kind", "thing_id", "id"),)

    kind: Mapped[str] = mapped_column(Text)
    thing_id: Mapped[UUID]
    was: Mapped[str] = mapped_column(Text)
    now: Mapped[str] = mapped_column(Text)
    by: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    why: Mapped[str] = mapped_column(Text, default="")


class AuditHead(Base):
    """The end of one audit chain; locked last in a transaction, so that two writers cannot fork the chain."""

    __tablename__ = "kernel_audit_heads"

    stream: Mapped[str] = mapped_column(Text, primary_key=True)
    seq: Mapped[int] = mapped_column(default=0)
    hash: Mapped[str] = mapped_column(Text, default="")


class AuditEntry(Base):
    """One entry of the append-only audit log (R23); a trigger refuses every change."""

    __tablename__ = "kernel_audit"
    # A chain is long (an office's holds all of its orders), what it says of one thing is short.
    __table_args__ = (Index("ix_kernel_audit_thing", "stream", text("(content ->> 'thing')")),)

    stream: Mapped[str] = mapped_column(Text, primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)
    previous: Mapped[str] = mapped_column(Text)
    hash: Mapped[str] = mapped_column(Text)


class Tries(Base):
    """How often somebody tried something within a window of time."""

    __tablename__ = "kernel_tries"

    name: Mapped[str] = mapped_column(Text, primary_key=True)
    who: Mapped[str] = mapped_column(Text, primary_key=True)
    window_end: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)


class Due(Base):
    """When a schedule is due next."""

    __tablename__ = "kernel_due"

    name: Mapped[str] = mapped_column(Text, primary_key=True)
    due_at: Mapped[datetime]
