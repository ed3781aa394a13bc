"""Packages of the plan, lines of the budget, and what was taken of them for whom."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.db import Base, Identified, at_least
from marketplace.kernel.machine import Machine, Stateful
from marketplace.kernel.money import Rupiah


class Package(Identified, Base):
    """A planned purchase as SiRUP has it; what is committed and realised of it stays within its value."""

    __tablename__ = "offices_packages"
    __table_args__ = (
        UniqueConstraint("year", "rup_id"),
        at_least("value_idr"),
        at_least("committed_idr"),
        at_least("realised_idr"),
        CheckConstraint("committed_idr + realised_idr <= value_idr", name="within_value"),
        CheckConstraint("what IN ('goods', 'services', 'works', 'consulting')", name="what_known"),
        Index("ix_offices_packages_unit", "unit_code", "year", "rup_id"),
    )

    unit_code: Mapped[str] = mapped_column(ForeignKey("accounts_organisations.code"))
    year: Mapped[int] = mapped_column(SmallInteger)
    """The fiscal year."""
    rup_id: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    what: Mapped[str] = mapped_column(Text)
    value_idr: Mapped[Rupiah]
    committed_idr: Mapped[Rupiah] = mapped_column(default=Rupiah(0))
    realised_idr: Mapped[Rupiah] = mapped_column(default=Rupiah(0))


class Line(Identified, Base):
    """A line of the DPA: money for one account code of one sub-activity in one year (R11.3)."""

    __tablename__ = "offices_lines"
    __table_args__ = (
        UniqueConstraint("unit_code", "year", "activity_code", "account_code"),
        at_least("ceiling_idr"),
        at_least("committed_idr"),
        at_least("realised_idr"),
        CheckConstraint("committed_idr + realised_idr <= ceiling_idr", name="within_ceiling"),
    )

    unit_code: Mapped[str] = mapped_column(ForeignKey("accounts_organisations.code"))
    year: Mapped[int] = mapped_column(SmallInteger)
    activity_code: Mapped[str] = mapped_column(Text)
    """The sub-activity (sub-kegiatan)."""
    account_code: Mapped[str] = mapped_column(Text)
    """Kode rekening belanja."""
    name: Mapped[str] = mapped_column(Text)
    ceiling_idr: Mapped[Rupiah]
    committed_idr: Mapped[Rupiah] = mapped_column(default=Rupiah(0))
    realised_idr: Mapped[Rupiah] = mapped_column(default=Rupiah(0))


class CommitmentState(StrEnum):
    """Whether money is still held for a reference."""

    OPEN = "open"
    CLOSED = "closed"


class Commitment(Stateful, Base):
    """What of a line, and of a package, is held for a reference; closed once."""

    __tablename__ = "offices_commitments"
    __table_args__ = (
        UniqueConstraint("reference"),
        at_least("amount_idr"),
        at_least("realised_idr"),
        CheckConstraint("realised_idr <= amount_idr", name="realised_is_committed"),
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed_has_its_time"),
        Index("ix_offices_commitments_line_id", "line_id"),
        Index("ix_offices_commitments_package_id", "package_id"),
    )
    machine = Machine(
        CommitmentState.OPEN, {CommitmentState.OPEN: (CommitmentState.CLOSED,), CommitmentState.CLOSED: ()}
    )

    reference: Mapped[str] = mapped_column(Text)
    line_id: Mapped[UUID] = mapped_column(ForeignKey("offices_lines.id"))
    package_id: Mapped[UUID] = mapped_column(ForeignKey("offices_packages.id"))
    amount_idr: Mapped[Rupiah]
    """What was committed and not given back: what is still held, and what was realised."""
    realised_idr: Mapped[Rupiah] = mapped_column(default=Rupiah(0))
    committed_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class Movement(Identified, Base):
    """A step of a line, append only: its columns are the sums of these."""

    __tablename__ = "offices_movements"
    __table_args__ = (
        CheckConstraint("kind IN ('raise', 'lower', 'commit', 'release', 'realise')", name="kind_known"),
        at_least("amount_idr", 1),
        Index("ix_offices_movements_line", "line_id", "id"),
    )

    line_id: Mapped[UUID] = mapped_column(ForeignKey("offices_lines.id"))
    kind: Mapped[str] = mapped_column(Text)
    amount_idr: Mapped[Rupiah]
    reference: Mapped[str] = mapped_column(Text, default="")
    why: Mapped[str] = mapped_column(Text, default="")
    by: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
