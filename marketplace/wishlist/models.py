"""Wishes, and alerts of products that are sold out."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.db import PERSONAL, Base, Identified, at_least
from marketplace.kernel.machine import Machine, Stateful
from marketplace.kernel.money import Rupiah


class AlertState(StrEnum):
    """How far an alert is: its address unconfirmed, waiting for the goods, told, or over without being told."""

    ASKED = "asked"
    WAITING = "waiting"
    TOLD = "told"
    ENDED = "ended"


OPEN = (AlertState.ASKED, AlertState.WAITING)
_IS_OPEN = "state IN ('asked', 'waiting')"


class Wish(Identified, Base):
    """A product that somebody keeps, with the price that they saw."""

    __tablename__ = "wishlist_wishes"
    __table_args__ = (
        UniqueConstraint("owner", "product_id"),
        at_least("seen_idr"),
        Index("ix_wishlist_wishes_owner", "owner", "at", "id"),
    )

    owner: Mapped[str] = mapped_column(Text)
    product_id: Mapped[UUID] = mapped_column(ForeignKey("catalog_products.id"), index=True)
    seen_idr: Mapped[Rupiah]
    at: Mapped[datetime]


class Alert(Stateful, Base):
    """A request to be told once when a product can be bought again.

    ``reach`` is ``person:<id>``, whose proved address is asked when the letter is written, or the hash of ``email``.
    """

    __tablename__ = "wishlist_alerts"
    __table_args__ = (
        UniqueConstraint("token_hash"),
        CheckConstraint("(state = 'told') = (told_at IS NOT NULL)", name="told_once"),
        CheckConstraint(f"NOT ({_IS_OPEN}) OR email IS NOT NULL OR reach LIKE 'person:%'", name="reachable"),
        Index("uq_wishlist_alerts_open", "product_id", "reach", unique=True, postgresql_where=text(_IS_OPEN)),
        Index("ix_wishlist_alerts_owner", "owner", "product_id"),
    )
    machine = Machine[StrEnum](
        AlertState.ASKED,
        {
            AlertState.ASKED: (AlertState.WAITING, AlertState.ENDED),
            AlertState.WAITING: (AlertState.TOLD, AlertState.ENDED),
            AlertState.TOLD: (),
            AlertState.ENDED: (),
        },
    )

    product_id: Mapped[UUID] = mapped_column(ForeignKey("catalog_products.id"))
    owner: Mapped[str] = mapped_column(Text)
    reach: Mapped[str] = mapped_column(Text)
    email: Mapped[str | None] = mapped_column(Text, info=PERSONAL)
    language: Mapped[str] = mapped_column(Text)
    token_hash: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime] = mapped_column(index=True)
    letter_at: Mapped[datetime | None]
    """When the letter that asks for the confirmation was last ordered."""
    told_at: Mapped[datetime | None]
