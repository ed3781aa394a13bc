"""The shops, and the states a shop goes through."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, Text, UniqueConstraint, false, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.db import PERSONAL, Base, Identified
from marketplace.kernel.machine import Machine, Stateful

EVERY_DAY = (1, 2, 3, 4, 5, 6, 7)


class SellerState(StrEnum):
    """How a shop stands with the programme."""

    REGISTERED = "registered"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    CLOSED = "closed"


class Seller(Stateful, Base):
    """A shop: one profile, run by a team whose members hold the role ``seller`` for it."""

    __tablename__ = "sellers_sellers"
    __table_args__ = (
        CheckConstraint("(away_from IS NULL) = (away_until IS NULL)", name="away_whole"),
        CheckConstraint("away_until >= away_from", name="away_range"),
        CheckConstraint("npwp ~ '^[0-9]{15,16}$'", name="npwp_digits"),
    )
    machine = Machine(
        SellerState.REGISTERED,
        {
            SellerState.REGISTERED: (SellerState.ACTIVE, SellerState.CLOSED),
            SellerState.ACTIVE: (SellerState.SUSPENDED, SellerState.CLOSED),
            SellerState.SUSPENDED: (SellerState.ACTIVE, SellerState.CLOSED),
            SellerState.CLOSED: (),
        },
    )

    code: Mapped[str] = mapped_column(Text, unique=True)
    slug: Mapped[str] = mapped_column(Text, unique=True)
    name: Mapped[str] = mapped_column(Text)
    owner_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts_people.id"), index=True)
    owner_name: Mapped[str] = mapped_column(Text, info=PERSONAL)
    phone: Mapped[str] = mapped_column(Text, info=PERSONAL)
    story: Mapped[str] = mapped_column(Text, default="")
    kelurahan_code: Mapped[str] = mapped_column(ForeignKey("accounts_areas.code"), index=True)
    opening_days: Mapped[list[int]] = mapped_column(ARRAY(SmallInteger), default=lambda: list(EVERY_DAY))
    """ISO weekdays, Monday is 1."""
    vat_registered: Mapped[bool] = mapped_column(default=False, server_default=false())
    """A PKP: what it sells contains PPN."""
    pbjt_payer: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Its meals are taxed by the city (Perda DKI 1/2024, art. 45)."""
    npwp: Mapped[str | None] = mapped_column(Text, info=PERSONAL)
    """Its tax number, digits alone; that of a natural person may be their NIK."""
    cod: Mapped[bool] = mapped_column(default=False, server_default=false())
    """It takes cash as it hands its goods over."""
    away_from: Mapped[date | None]
    away_until: Mapped[date | None]
    """The last day of the leave; the shop is back on its next opening day."""
    away_note: Mapped[str] = mapped_column(Text, default="", server_default="")
    """What buyers read about the leave, in the shop's words."""
    trusted: Mapped[bool] = mapped_column(default=False)
    verified_at: Mapped[datetime | None]
    verified_by: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime]


class PaperKind(StrEnum):
    """What a shop may show of itself."""

    NIB = "nib"
    """Nomor Induk Berusaha."""
    IDENTITY = "identity"
    """The owner's KTP; the NIK is a person's tax number since 2024."""
    DEED = "deed"
    """Akta: it is a company or cooperative, not a person."""
    FINAL_TAX = "final_tax"
    """Surat keterangan PP 55/2022: the final income tax of small businesses."""
    EXEMPT = "exempt"
    """Surat keterangan bebas of PPh 22 or 23."""
    STATEMENT = "statement"
    """A person's statement that the turnover of a year is not above 500 million (PP 55/2022, art. 7)."""
    NO_VAT = "no_vat"
    """A statement that it is no PKP."""
    HALAL = "halal"
    PIRT = "pirt"


class Paper(Identified, Base):
    """A paper of a shop with its days; it counts from the day an officer checked it, through its last day."""

    __tablename__ = "sellers_papers"
    __table_args__ = (
        UniqueConstraint("seller_id", "kind", "number"),
        CheckConstraint("valid_until >= valid_from", name="days_in_order"),
        CheckConstraint("(verified_at IS NULL) = (verified_by IS NULL)", name="verified_by_somebody"),
        CheckConstraint("verified_at IS NULL OR refused = ''", name="verified_or_refused"),
        CheckConstraint("(file_key IS NULL) = (file_sha256 IS NULL)", name="file_with_its_digest"),
        CheckConstraint(
            "kind IN ('nib', 'identity', 'deed', 'final_tax', 'exempt', 'statement', 'no_vat', 'halal', 'pirt')",
            name="kind_known",
        ),
        Index("ix_sellers_papers_waiting", "added_at", postgresql_where=text("verified_at IS NULL AND refused = ''")),
    )

    seller_id: Mapped[UUID] = mapped_column(ForeignKey("sellers_sellers.id"))
    kind: Mapped[str] = mapped_column(Text)
    number: Mapped[str] = mapped_column(Text, info=PERSONAL)
    valid_from: Mapped[date | None]
    valid_until: Mapped[date | None]
    """The last day; None holds until something else is known."""
    added_at: Mapped[datetime]
    verified_at: Mapped[datetime | None]
    verified_by: Mapped[str | None] = mapped_column(Text)
    refused: Mapped[str] = mapped_column(Text, default="")
    """Why an officer refused it."""
    file_key: Mapped[str | None] = mapped_column(Text)
    """A private scan of it."""
    file_sha256: Mapped[str | None] = mapped_column(Text)
