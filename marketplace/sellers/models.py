"""The shops, and the states a shop goes through."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, SmallInteger, Text, false
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.db import PERSONAL, Base
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
