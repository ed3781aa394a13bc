"""What a shop was told of its year's turnover, and statements that were read and wait; all money is in other tables."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, SmallInteger, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.db import Base, Identified, at_least
from marketplace.kernel.money import Rupiah


class Warned(Base):
    """A shop whose turnover of a year came to so many percent of a limit; once for each, so that it is told once."""

    __tablename__ = "finance_warned"
    __table_args__ = (at_least("percent", 1), at_least("turnover_idr"))

    seller_id: Mapped[UUID] = mapped_column(ForeignKey("sellers_sellers.id"), primary_key=True)
    year: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    code: Mapped[str] = mapped_column(Text, primary_key=True)
    """The rule whose threshold is the limit."""
    percent: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    turnover_idr: Mapped[Rupiah]
    at: Mapped[datetime]


class Sheet(Identified, Base):
    """A bank statement that an officer gave and has not taken in yet: its movements alone, none of the bank's words (R22.1)."""

    __tablename__ = "finance_sheets"

    name: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(Text)
    lines: Mapped[list[Any]] = mapped_column(JSONB)
    """Line, day, direction, amount and mark of each movement."""
    given_by: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(index=True)
