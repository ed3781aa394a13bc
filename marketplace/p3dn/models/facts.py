"""What is known of products: what shops state, which certificates cover them, and the policy and targets of a day."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, SmallInteger, Text, column, text
from sqlalchemy.dialects.postgresql import JSONB, ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.db import Base, Identified
from marketplace.kernel.machine import Machine, Stateful

HUNDRED, MOST_BMP = 10_000, 1_500
"""In hundredths of a percent; BMP is 15 % at most (Permenperin 35/2025)."""


def share_of(column: str, most: int = HUNDRED) -> CheckConstraint:
    """Return the range check of a share in hundredths of a percent."""
    return CheckConstraint(f"{column} BETWEEN 0 AND {most}", name=f"{column}_range")


def one_of(column: str, kinds: type[StrEnum]) -> CheckConstraint:
    """Return the check that a column holds one of these words."""
    return CheckConstraint(f"{column} IN ({', '.join(repr(str(one)) for one in kinds)})", name=f"{column}_known")


class MadeIn(StrEnum):
    """Where a shop says that a product is made; ``unsaid`` takes back what it said before."""

    INDONESIA = "indonesia"
    ABROAD = "abroad"
    UNSAID = "unsaid"


class Workers(StrEnum):
    """How many of those who make it are Indonesian citizens."""

    ALL = "all"
    PART = "part"
    NONE = "none"
    UNSAID = "unsaid"


class Kind(StrEnum):
    """Who found the value of a certificate: an independent body (LVI), or a small firm of itself (IK)."""

    LVI = "lvi"
    SELF_DECLARED = "ik"


class CertificateState(StrEnum):
    """Whether a certificate counts: only after an officer checked it, and until it is revoked."""

    SHOWN = "shown"
    CHECKED = "checked"
    REFUSED = "refused"
    REVOKED = "revoked"


class Policy(Identified, Base):
    """The marks of the order of preference, from a day through a day; the newest is open at its end.

    No two hold on one day (exclusion), and each begins the day after the one before it ended.
    """

    __tablename__ = "p3dn_policies"
    __table_args__ = (
        share_of("high", HUNDRED + MOST_BMP),
        share_of("least"),
        CheckConstraint("valid_to >= valid_from", name="period"),
        ExcludeConstraint(
            (text("daterange(valid_from, valid_to, '[]')"), "&&"), name="ex_p3dn_policies_one_a_day", using="gist"
        ),
    )

    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    """The last day, included; None while nothing follows."""
    high: Mapped[int]
    """TKDN and BMP together of a product that makes its category a market, in hundredths of a percent."""
    least: Mapped[int]
    """TKDN of what may be bought where there is a market."""
    bmp_counts: Mapped[bool] = mapped_column(default=True)
    delivery_counts: Mapped[bool] = mapped_column(default=True)
    """Whether delivery that the shop brings itself is accepted value (domain 4.6)."""
    basis: Mapped[str] = mapped_column(Text)
    confirmed_by: Mapped[str] = mapped_column(Text)
    """Who confirmed that the law is read so; empty until somebody did."""
    made_by: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime]


class Target(Identified, Base):
    """What is to be reached of a figure, for everybody or one office, from a day through a day."""

    __tablename__ = "p3dn_targets"
    __table_args__ = (
        CheckConstraint("key IN ('spend', 'commitment', 'umk')", name="key_known"),
        share_of("share", 10 * HUNDRED),
        CheckConstraint("valid_to >= valid_from", name="period"),
        ExcludeConstraint(
            (column("key"), "="),
            (column("unit_code"), "="),
            (text("daterange(valid_from, valid_to, '[]')"), "&&"),
            name="ex_p3dn_targets_one_a_day",
            using="gist",
        ),
    )

    key: Mapped[str] = mapped_column(Text)
    unit_code: Mapped[str] = mapped_column(Text, default="")
    """Empty for all that have none of their own."""
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    share: Mapped[int]
    basis: Mapped[str] = mapped_column(Text)
    made_by: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime]


class Statement(Identified, Base):
    """What a shop states of a product from a day on; the newest that has begun counts. Only grows.

    Where it is made and what it is made of are two answers: a cake of imported flour is still made here.
    """

    __tablename__ = "p3dn_statements"
    __table_args__ = (
        one_of("made_in", MadeIn),
        one_of("workers", Workers),
        share_of("local_share"),
        Index("ix_p3dn_statements_product", "product_id", text("from_day DESC"), text("seq DESC")),
    )

    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)
    product_id: Mapped[UUID] = mapped_column(ForeignKey("catalog_products.id"))
    from_day: Mapped[date]
    made_in: Mapped[str] = mapped_column(Text)
    place: Mapped[str] = mapped_column(Text, default="")
    """City or regency, or the country."""
    workers: Mapped[str] = mapped_column(Text, default=Workers.UNSAID)
    local_share: Mapped[int | None]
    """How much of the materials comes from Indonesia by what they cost, in hundredths of a percent; None where unsaid."""
    full: Mapped[bool] = mapped_column(default=False)
    """False where it is only the tick on the product's form."""
    by: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]


class Material(Identified, Base):
    """A material of a statement, from where, and its share of what all of them cost."""

    __tablename__ = "p3dn_materials"
    __table_args__ = (
        share_of("share"),
        CheckConstraint("origin IN ('indonesia', 'abroad')", name="origin_known"),
        Index("ix_p3dn_materials_statement", "statement_id", "position"),
    )

    statement_id: Mapped[UUID] = mapped_column(ForeignKey("p3dn_statements.id"))
    position: Mapped[int] = mapped_column(SmallInteger)
    name: Mapped[str] = mapped_column(Text)
    origin: Mapped[str] = mapped_column(Text)
    share: Mapped[int]


class Draft(Base):
    """What a shop has answered so far of a statement that it has not made yet; one for each product."""

    __tablename__ = "p3dn_drafts"

    product_id: Mapped[UUID] = mapped_column(ForeignKey("catalog_products.id"), primary_key=True)
    answers: Mapped[dict[str, Any]] = mapped_column(JSONB)
    at: Mapped[datetime]


class Certificate(Stateful, Base):
    """A certificate of TKDN: one number of one firm, for the products it covers, through its last day (domain 4.3)."""

    __tablename__ = "p3dn_certificates"
    __table_args__ = (
        share_of("tkdn"),
        share_of("bmp", MOST_BMP),
        one_of("kind", Kind),
        CheckConstraint("issued_on <= expires_on", name="period"),
        CheckConstraint("(checked_at IS NULL) = (state IN ('shown', 'refused'))", name="checked_by_somebody"),
        CheckConstraint("(revoked_on IS NULL) = (state <> 'revoked')", name="revoked_from_a_day"),
        Index("uq_p3dn_certificates_number", "number", unique=True, postgresql_where=text("state <> 'refused'")),
        Index("ix_p3dn_certificates_seller", "seller_id", "id"),
        Index("ix_p3dn_certificates_expiry", "expires_on", postgresql_where=text("state = 'checked'")),
        Index("ix_p3dn_certificates_waiting", "id", postgresql_where=text("state = 'shown'")),
    )
    machine = Machine[StrEnum](
        CertificateState.SHOWN,
        {
            CertificateState.SHOWN: (CertificateState.CHECKED, CertificateState.REFUSED),
            CertificateState.CHECKED: (CertificateState.REVOKED,),
            CertificateState.REFUSED: (),
            CertificateState.REVOKED: (),
        },
    )

    seller_id: Mapped[UUID] = mapped_column(ForeignKey("sellers_sellers.id"))
    number: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    tkdn: Mapped[int]
    bmp: Mapped[int] = mapped_column(default=0)
    scope: Mapped[str] = mapped_column(Text)
    """The goods as the certificate names them."""
    brand: Mapped[str] = mapped_column(Text, default="")
    issuer: Mapped[str] = mapped_column(Text)
    issued_on: Mapped[date]
    expires_on: Mapped[date]
    """Its last day, on which it still counts."""
    file_key: Mapped[str | None] = mapped_column(Text)
    file_sha256: Mapped[str | None] = mapped_column(Text)
    added_by: Mapped[str] = mapped_column(Text)
    added_at: Mapped[datetime]
    checked_by: Mapped[str | None] = mapped_column(Text)
    checked_at: Mapped[datetime | None]
    source: Mapped[str] = mapped_column(Text, default="")
    """Where the officer looked it up."""
    refused: Mapped[str] = mapped_column(Text, default="")
    revoked_on: Mapped[date | None]
    """The first day on which it counts no more."""
    warned: Mapped[int] = mapped_column(SmallInteger, default=0)
    """Before how many days of its end the shop was last reminded; 0 for not yet."""
    end_told: Mapped[bool] = mapped_column(default=False)
    """Whether everybody who shows its products was told that it counts no more."""


class Covering(Base):
    """A product that a certificate covers, from the day on which an officer agreed through a last day.

    ``category_id`` repeats the product's: a market is asked for by category.
    """

    __tablename__ = "p3dn_coverings"
    __table_args__ = (
        CheckConstraint("until >= since", name="period"),
        Index("ix_p3dn_coverings_product", "product_id"),
        Index("ix_p3dn_coverings_category", "category_id"),
        Index("ix_p3dn_coverings_waiting", "certificate_id", postgresql_where=text("since IS NULL")),
    )

    certificate_id: Mapped[UUID] = mapped_column(ForeignKey("p3dn_certificates.id"), primary_key=True)
    product_id: Mapped[UUID] = mapped_column(ForeignKey("catalog_products.id"), primary_key=True)
    category_id: Mapped[UUID] = mapped_column(ForeignKey("catalog_categories.id"))
    since: Mapped[date | None]
    """None until an officer agreed."""
    until: Mapped[date | None]
    at: Mapped[datetime]
