"""What a shop was told of its year's turnover; all other money is in the tables of payments and orders."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, SmallInteger, Text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.db import Base, at_least
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
