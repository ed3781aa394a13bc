"""The letters: what was begun, and what is known of how it ended."""

from datetime import datetime

from sqlalchemy import Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.db import Base, Identified, at_least


class Mail(Identified, Base):
    """One letter to one recipient about one delivery of an event; the address itself is not kept."""

    __tablename__ = "notifications_mails"
    __table_args__ = (UniqueConstraint("message_id"), at_least("doubtful"))

    message_id: Mapped[str] = mapped_column(Text)
    to_hash: Mapped[str] = mapped_column(Text)
    template: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    doubtful: Mapped[int] = mapped_column(default=0)
    """How often the call was begun without our hearing how it ended: each may have been a letter."""
    at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
