"""What the law of a day asks of a purchase: methods by kind and value, and the most that things may cost."""

from datetime import date

from sqlalchemy import CheckConstraint, Index, SmallInteger, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.db import Base, Identified, at_least
from marketplace.kernel.money import Rupiah


class Method(Identified, Base):
    """How something of a kind and value is bought from a day on: who approves, how many offers, which papers, how long.

    It holds for what costs more than ``above_idr`` and up to ``up_to_idr``. ``valid_to`` is not included.
    """

    __tablename__ = "eorder_methods"
    __table_args__ = (
        UniqueConstraint("code", "valid_from"),
        at_least("above_idr"),
        CheckConstraint("up_to_idr > above_idr", name="band_is_one"),
        CheckConstraint("valid_to >= valid_from", name="days_in_order"),
        CheckConstraint("cardinality(approvals) > 0", name="somebody_approves"),
        at_least("offers_wanted", 1),
        *(at_least(f"{what}_days", 1) for what in ("answer", "decide", "talk", "pay")),
        Index("ix_eorder_methods_band", "buyer_kind", "what", "above_idr"),
    )

    code: Mapped[str] = mapped_column(Text)
    buyer_kind: Mapped[str] = mapped_column(Text)
    """The kind of unit: ``opd`` for all offices of the city's budget, ``bumd`` for its companies."""
    what: Mapped[str] = mapped_column(Text)
    """As of a package: goods, services, works, consulting."""
    name: Mapped[str] = mapped_column(Text)
    name_en: Mapped[str] = mapped_column(Text)
    above_idr: Mapped[Rupiah]
    up_to_idr: Mapped[Rupiah]
    approvals: Mapped[list[str]] = mapped_column(ARRAY(Text))
    """Duties that approve one after the other; the last one issues the letter."""
    offers_wanted: Mapped[int] = mapped_column(SmallInteger)
    """So many shops are compared, or it is written down why fewer."""
    negotiate: Mapped[bool]
    """Whether no order is sent without a negotiation that ended in agreement."""
    papers: Mapped[list[str]] = mapped_column(ARRAY(Text))
    """What the bundle of papers must hold (E12), beside what this program makes itself."""
    answer_days: Mapped[int] = mapped_column(SmallInteger)
    """Working days for a shop to accept a letter."""
    decide_days: Mapped[int] = mapped_column(SmallInteger)
    """Working days for each approval."""
    talk_days: Mapped[int] = mapped_column(SmallInteger)
    """Working days for each turn of a negotiation."""
    pay_days: Mapped[int] = mapped_column(SmallInteger)
    """Working days from the minutes to the payment."""
    basis: Mapped[str] = mapped_column(Text)
    confirmed_by: Mapped[str] = mapped_column(Text, default="")
    """The official who confirmed that this is the law; empty as long as nobody did, and pages say so."""
    confirmed_on: Mapped[date | None]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class Ceiling(Identified, Base):
    """The most that a unit of something may cost from a day on (standar harga satuan); above it a reason is asked."""

    __tablename__ = "eorder_ceilings"
    __table_args__ = (
        UniqueConstraint("code", "valid_from"),
        at_least("most_idr", 1),
        CheckConstraint("valid_to >= valid_from", name="days_in_order"),
    )

    code: Mapped[str] = mapped_column(Text)
    """Kode komponen."""
    template: Mapped[str] = mapped_column(Text)
    """The kind of need that it is for."""
    name: Mapped[str] = mapped_column(Text)
    name_en: Mapped[str] = mapped_column(Text)
    unit: Mapped[str] = mapped_column(Text)
    most_idr: Mapped[Rupiah]
    basis: Mapped[str] = mapped_column(Text)
    confirmed_by: Mapped[str] = mapped_column(Text, default="")
    confirmed_on: Mapped[date | None]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
