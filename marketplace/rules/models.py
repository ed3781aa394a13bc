"""The rules; a trigger keeps them as they were made, but for the day they end. And the days on which offices are closed."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.db import Base, Identified, at_least
from marketplace.kernel.money import Rupiah


class Rule(Identified, Base):
    """A rate, limit or fixed sum of one code, from its first day up to, not including, ``valid_to``."""

    __tablename__ = "rules_rules"
    __table_args__ = (
        at_least("numerator"),
        at_least("denominator", 1),
        at_least("fixed_idr"),
        at_least("threshold_idr"),
        CheckConstraint("rounding IN ('half_up', 'down', 'up')", name="rounding_known"),
        # Equal days are an empty period: a rule that gave way before it began. Orders may look its id up all the same.
        CheckConstraint("valid_to >= valid_from", name="period"),
        Index(
            "uq_rules_rules_code_valid_from",
            "code",
            "valid_from",
            unique=True,
            postgresql_where=text("valid_to IS NULL OR valid_to > valid_from"),
        ),
    )

    code: Mapped[str] = mapped_column(Text)
    numerator: Mapped[int]
    denominator: Mapped[int]
    fixed_idr: Mapped[Rupiah] = mapped_column(default=Rupiah(0))
    threshold_idr: Mapped[Rupiah | None]
    rounding: Mapped[str] = mapped_column(Text)
    inside: Mapped[bool] = mapped_column(default=False)
    """The price that people see contains it."""
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    ended: Mapped[bool] = mapped_column(default=False)
    """Somebody meant that nothing follows at once."""
    basis: Mapped[str] = mapped_column(Text)
    changed_by: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime]


class Holiday(Base):
    """A day on which government offices are closed beside Saturdays and Sundays, by a joint decree of three ministers."""

    __tablename__ = "rules_holidays"
    __table_args__ = (CheckConstraint("kind IN ('national', 'joint')", name="kind_known"),)

    day: Mapped[date] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    """``national`` (libur nasional) or ``joint`` (cuti bersama)."""
    closed: Mapped[bool] = mapped_column(default=True)
    """False where a decree took the day back; the row stays."""
    basis: Mapped[str] = mapped_column(Text)
    changed_by: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[datetime]
