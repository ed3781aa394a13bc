"""Offices and their people; packages of the plan, lines of the budget, and what was taken of them for whom."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, Text, UniqueConstraint, column, text
from sqlalchemy.dialects.postgresql import ARRAY, ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.db import PERSONAL, Base, Identified, at_least
from marketplace.kernel.machine import Machine, Stateful
from marketplace.kernel.money import Rupiah


class Unit(Base):
    """An office with its place in the tree; its code is the one name by which grants, plans, money and orders know it."""

    __tablename__ = "offices_units"
    __table_args__ = (
        UniqueConstraint("paper_code"),
        CheckConstraint("parent_code <> code", name="not_below_itself"),
        CheckConstraint("kind IN ('opd', 'ukpd', 'sudin', 'bumd')", name="kind_known"),
        Index("ix_offices_units_parent_code", "parent_code"),
        Index("ix_offices_units_above", "above", postgresql_using="gin"),
    )

    code: Mapped[str] = mapped_column(ForeignKey("accounts_organisations.code"), primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    parent_code: Mapped[str | None] = mapped_column(ForeignKey("offices_units.code"))
    above: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    """Every unit above it, the nearest first: what follows from the parents, kept so that one row answers who reaches it."""
    paper_code: Mapped[str] = mapped_column(Text)
    """The short code in the numbers of its papers."""
    address: Mapped[str] = mapped_column(Text, default="")
    place: Mapped[str] = mapped_column(Text, default="Jakarta")
    """Where its papers are signed."""
    npwp: Mapped[str] = mapped_column(Text, default="")
    training: Mapped[bool] = mapped_column(default=False)
    """People practise here; its papers say so."""


class Appointment(Identified, Base):
    """Somebody has a duty in an office for days of one fiscal year, by a decree; ended, never deleted."""

    __tablename__ = "offices_appointments"
    __table_args__ = (
        CheckConstraint("first_day <= last_day", name="days_in_order"),
        CheckConstraint(
            "extract(year FROM first_day) = year AND extract(year FROM last_day) = year", name="days_of_its_year"
        ),
        Index(
            "uq_offices_appointments_open",
            "unit_code",
            "person_id",
            "duty",
            "year",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index("ix_offices_appointments_unit", "unit_code", "duty", "year"),
        Index("ix_offices_appointments_person_id", "person_id"),
    )

    unit_code: Mapped[str] = mapped_column(ForeignKey("offices_units.code"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("accounts_people.id"))
    duty: Mapped[str] = mapped_column(Text)
    year: Mapped[int] = mapped_column(SmallInteger)
    first_day: Mapped[date]
    last_day: Mapped[date]
    nip: Mapped[str] = mapped_column(Text, default="", info=PERSONAL)
    position: Mapped[str] = mapped_column(Text, default="")
    decree: Mapped[str] = mapped_column(Text)
    """The number of the decree (SK)."""
    made_by: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Mandate(Identified, Base):
    """A deputy acts in somebody's duty from a day through a day (Plh, Plt); two for one appointment never overlap."""

    __tablename__ = "offices_mandates"
    __table_args__ = (
        CheckConstraint("kind IN ('plh', 'plt')", name="kind_known"),
        CheckConstraint("first_day <= last_day", name="days_in_order"),
        ExcludeConstraint(
            (column("appointment_id"), "="),
            (text("daterange(first_day, last_day, '[]')"), "&&"),
            name="ex_offices_mandates_one_at_a_time",
            using="gist",
            where=text("ended_at IS NULL"),
        ),
        Index("ix_offices_mandates_appointment_id", "appointment_id"),
        Index("ix_offices_mandates_deputy_id", "deputy_id"),
        Index("ix_offices_mandates_open", "last_day", postgresql_where=text("closed_at IS NULL")),
    )

    appointment_id: Mapped[UUID] = mapped_column(ForeignKey("offices_appointments.id"))
    deputy_id: Mapped[UUID] = mapped_column(ForeignKey("accounts_people.id"))
    kind: Mapped[str] = mapped_column(Text)
    number: Mapped[str] = mapped_column(Text)
    first_day: Mapped[date]
    last_day: Mapped[date]
    nip: Mapped[str] = mapped_column(Text, default="", info=PERSONAL)
    position: Mapped[str] = mapped_column(Text, default="")
    made_by: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    """When it was ended before its last day."""
    begun_at: Mapped[datetime | None]
    """When it was told that it began."""
    warned_at: Mapped[datetime | None]
    """When it was told that tomorrow is the last day, or the day after it."""
    closed_at: Mapped[datetime | None]
    """When it was told that it is over."""


class Pair(Identified, Base):
    """Two duties that one person may not have: on one order, or in one office at all (rangkap tugas)."""

    __tablename__ = "offices_pairs"
    __table_args__ = (
        UniqueConstraint("duty", "other", "place", "valid_from"),
        CheckConstraint("place IN ('order', 'unit')", name="place_known"),
        CheckConstraint("valid_to >= valid_from", name="period"),
    )

    duty: Mapped[str] = mapped_column(Text)
    other: Mapped[str] = mapped_column(Text)
    place: Mapped[str] = mapped_column(Text)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    """The first day on which it holds no more."""
    basis: Mapped[str] = mapped_column(Text)


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
