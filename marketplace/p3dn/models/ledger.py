"""The ledger of accepted value, the sums over it that pages are drawn from, and the reports that are sealed over it."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    SmallInteger,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.db import Base, Identified, at_least
from marketplace.kernel.machine import Machine, Stateful
from marketplace.kernel.money import Rupiah
from marketplace.p3dn.models.facts import MOST_BMP, one_of, share_of

SHARDS = 8
"""Over so many rows each sum of an office or channel is spread: shops that sell at once do not wait for one another."""
NONE = UUID(int=0)
"""Stands for no category in a sum, whose key has no gaps."""


class Channel(StrEnum):
    """Through which channel value was accepted."""

    EORDER = "eorder"
    PUBLIC = "public"
    CAMPAIGN = "campaign"
    BAZAAR = "bazaar"


class LocalClass(StrEnum):
    """What a report counts a line as (domain 4.6)."""

    CERTIFIED = "PDN_TKDN"
    DOMESTIC = "PDN_NO_TKDN"
    IMPORT = "IMPORT"
    UNKNOWN = "UNKNOWN"


class Rung(StrEnum):
    """A step of the order of preference of Perpres 46/2025 article 66(2), the best first."""

    PREFERRED = "preferred"
    CERTIFIED = "certified"
    LOW = "low"
    DOMESTIC = "domestic"
    IMPORT = "import"
    UNKNOWN = "unknown"


class Entry(Base):
    """A line of value that was accepted on a day, as it was then; what comes back is an entry below zero. Only grows.

    ``source``, ``reference`` and ``line`` name the fact, once. Value is without PPN and PBJT.
    """

    __tablename__ = "p3dn_entries"
    __table_args__ = (
        UniqueConstraint("source", "reference", "line"),
        CheckConstraint("(value_idr < 0) = (takes_back IS NOT NULL)", name="value_idr_direction"),
        CheckConstraint("qty >= 0 OR takes_back IS NOT NULL", name="qty_direction"),
        one_of("channel", Channel),
        one_of("local_class", LocalClass),
        one_of("rung", Rung),
        share_of("tkdn"),
        share_of("bmp", MOST_BMP),
        CheckConstraint("(certificate = '') = (local_class <> 'PDN_TKDN')", name="class_has_its_certificate"),
        Index("ix_p3dn_entries_day", "day", "seq"),
        # With what the shops of an office are added up by, so that its lines themselves are not read.
        Index(
            "ix_p3dn_entries_unit",
            "unit_code",
            "day",
            "seq",
            postgresql_where=text("unit_code <> ''"),
            postgresql_include=[
                "seller_id",
                "category_id",
                "channel",
                "kecamatan_code",
                "mentor",
                "local_class",
                "value_idr",
            ],
        ),
        Index("ix_p3dn_entries_seller", "seller_id", "day", "seq"),
        Index("ix_p3dn_entries_category", "category_id", "day", "seq"),
        Index("ix_p3dn_entries_kecamatan", "kecamatan_code", "day", "seq"),
        Index("ix_p3dn_entries_back", "source", "code", "line", postgresql_where=text("takes_back IS NOT NULL")),
        Index("ix_p3dn_entries_unknown", "day", "seq", postgresql_where=text("local_class = 'UNKNOWN'")),
    )

    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    source: Mapped[str] = mapped_column(Text)
    reference: Mapped[str] = mapped_column(Text)
    line: Mapped[int] = mapped_column(SmallInteger)
    day: Mapped[date]
    """Of acceptance, in Jakarta."""
    channel: Mapped[str] = mapped_column(Text)
    code: Mapped[str] = mapped_column(Text)
    """The order, as people name it."""
    unit_code: Mapped[str] = mapped_column(Text, default="")
    programme: Mapped[str] = mapped_column(Text, default="")
    package: Mapped[str] = mapped_column(Text, default="")
    seller_id: Mapped[UUID] = mapped_column(ForeignKey("sellers_sellers.id"))
    kecamatan_code: Mapped[str] = mapped_column(Text, default="")
    mentor: Mapped[str] = mapped_column(Text, default="")
    """The office that mentors the shop; empty where none is known."""
    product_id: Mapped[UUID | None] = mapped_column(ForeignKey("catalog_products.id"))
    """None for delivery."""
    category_id: Mapped[UUID] = mapped_column(default=NONE)
    name: Mapped[str] = mapped_column(Text)
    qty: Mapped[int]
    value_idr: Mapped[Rupiah]
    local_class: Mapped[str] = mapped_column(Text)
    rung: Mapped[str] = mapped_column(Text)
    tkdn: Mapped[int] = mapped_column(default=0)
    bmp: Mapped[int] = mapped_column(default=0)
    certificate: Mapped[str] = mapped_column(Text, default="")
    """Its number; empty where none counted."""
    kind: Mapped[str] = mapped_column(Text, default="")
    """Who found its value, as its certificate says."""
    policy_id: Mapped[UUID | None] = mapped_column(ForeignKey("p3dn_policies.id"))
    umk: Mapped[bool]
    """A micro or small business on that day."""
    jakpreneur: Mapped[bool]
    takes_back: Mapped[int | None] = mapped_column(ForeignKey("p3dn_entries.seq"))
    at: Mapped[datetime]


class Summed:
    """What is added up of entries of one key."""

    value_idr: Mapped[Rupiah]
    entries: Mapped[int]
    certified_idr: Mapped[Rupiah]
    weighted: Mapped[int] = mapped_column(BigInteger)
    """The sum of value times TKDN in hundredths of a percent, of what has a certificate."""


def _of_its_class() -> tuple[CheckConstraint, ...]:
    return (
        one_of("local_class", LocalClass),
        CheckConstraint("certified_idr = 0 OR local_class = 'PDN_TKDN'", name="certified_idr_is_of_its_class"),
        CheckConstraint("value_idr = certified_idr OR local_class <> 'PDN_TKDN'", name="value_idr_is_all"),
    )


class ByKey(Summed, Base):
    """The sums of a month by office alone, and by category alone: what is read of everything."""

    __tablename__ = "p3dn_by_key"
    __table_args__ = (*_of_its_class(), CheckConstraint("part IN ('unit', 'category')", name="part_known"))

    month: Mapped[date] = mapped_column(primary_key=True)
    part: Mapped[str] = mapped_column(Text, primary_key=True)
    key: Mapped[str] = mapped_column(Text, primary_key=True)
    """The code of an office, empty for public sales; the id of a category."""
    channel: Mapped[str] = mapped_column(Text, primary_key=True)
    local_class: Mapped[str] = mapped_column(Text, primary_key=True)
    umk: Mapped[bool] = mapped_column(primary_key=True)
    shard: Mapped[int] = mapped_column(SmallInteger, primary_key=True)


class ByUnit(Summed, Base):
    """The sums of a month by office and category together: what is read of some offices, or some categories."""

    __tablename__ = "p3dn_by_unit"
    __table_args__ = (
        *_of_its_class(),
        Index("ix_p3dn_by_unit_unit", "unit_code", "month"),
        Index("ix_p3dn_by_unit_category", "category_id", "month"),
    )

    month: Mapped[date] = mapped_column(primary_key=True)
    unit_code: Mapped[str] = mapped_column(Text, primary_key=True)
    category_id: Mapped[UUID] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(Text, primary_key=True)
    local_class: Mapped[str] = mapped_column(Text, primary_key=True)
    umk: Mapped[bool] = mapped_column(primary_key=True)
    shard: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    """Above 0 only where no office stands, as many public sales are written at once."""


class ByShop(Base):
    """The sums of a month, and those of a year, by shop and category, with the shop's place and mentor."""

    __tablename__ = "p3dn_by_shop"
    __table_args__ = (
        CheckConstraint("span IN ('month', 'year')", name="span_known"),
        CheckConstraint("value_idr = 0 OR entries > 0", name="value_idr_is_of_entries"),
        CheckConstraint("domestic_idr = 0 OR entries > 0", name="domestic_idr_is_of_entries"),
    )

    span: Mapped[str] = mapped_column(Text, primary_key=True)
    since: Mapped[date] = mapped_column(primary_key=True)
    """Its first day."""
    seller_id: Mapped[UUID] = mapped_column(primary_key=True)
    category_id: Mapped[UUID] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(Text, primary_key=True)
    kecamatan_code: Mapped[str] = mapped_column(Text, primary_key=True)
    mentor: Mapped[str] = mapped_column(Text, primary_key=True)
    value_idr: Mapped[Rupiah]
    domestic_idr: Mapped[Rupiah]
    entries: Mapped[int]


class Commitment(Identified, Base):
    """What an office committed to buy of domestic products in a year; the newest of a unit and year counts (domain 4.6)."""

    __tablename__ = "p3dn_commitments"
    __table_args__ = (at_least("value_idr", 1), Index("ix_p3dn_commitments_of", "year", "unit_code", "id"))

    unit_code: Mapped[str] = mapped_column(Text)
    year: Mapped[int] = mapped_column(SmallInteger)
    value_idr: Mapped[Rupiah]
    as_of: Mapped[date]
    source: Mapped[str] = mapped_column(Text)
    made_by: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime]


class ReportState(StrEnum):
    """How far a report is: waiting, being counted month by month, sealed for good, or not sealed, with the reason."""

    ASKED = "asked"
    COUNTING = "counting"
    SEALED = "sealed"
    FAILED = "failed"


class Report(Stateful, Base):
    """Figures that were counted from the ledger up to an entry, with their digest; sealed ones stay as they are (trigger)."""

    __tablename__ = "p3dn_reports"
    __table_args__ = (
        CheckConstraint("first <= last", name="period"),
        CheckConstraint("progress BETWEEN 0 AND 100", name="progress_range"),
        CheckConstraint("(digest IS NULL) = (state <> 'sealed')", name="sealed_has_its_digest"),
        Index("ix_p3dn_reports_newest", "id"),
    )
    machine = Machine[StrEnum](
        ReportState.ASKED,
        {
            ReportState.ASKED: (ReportState.COUNTING,),
            ReportState.COUNTING: (ReportState.SEALED, ReportState.FAILED),
            ReportState.SEALED: (),
            ReportState.FAILED: (),
        },
    )

    first: Mapped[date]
    last: Mapped[date]
    unit_code: Mapped[str] = mapped_column(Text)
    """Empty for everything; with those below it otherwise, as they were when it was asked for."""
    unit_codes: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    definition: Mapped[str] = mapped_column(Text)
    cut_off: Mapped[int | None] = mapped_column(BigInteger)
    """The last entry that counts."""
    progress: Mapped[int] = mapped_column(SmallInteger, default=0)
    """Of a hundred."""
    figures: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    labels: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    """What offices, shops, categories and places were called when it was sealed; not part of what the digest is over."""
    digest: Mapped[str | None] = mapped_column(Text)
    """SHA-256 of the figures as canonical JSON: keys in order, no blanks."""
    fault: Mapped[str] = mapped_column(Text, default="")
    """Why it was not sealed, as a key."""
    asked_by: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime]
    sealed_at: Mapped[datetime | None]
