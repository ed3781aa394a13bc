"""What was sent, what came, what was accepted, and how it was paid."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.db import PERSONAL, Base, Identified, at_least
from marketplace.kernel.machine import Machine, Stateful
from marketplace.kernel.money import Rupiah


class Shipment(Identified, Base):
    """What a shop sent at one time, with its delivery note (surat jalan)."""

    __tablename__ = "eorder_shipments"
    __table_args__ = (UniqueConstraint("order_id", "number"), at_least("number", 1))

    order_id: Mapped[UUID] = mapped_column(ForeignKey("eorder_orders.id"))
    number: Mapped[int] = mapped_column(SmallInteger)
    sent: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """So many by the id of the line."""
    note: Mapped[str] = mapped_column(Text, default="")
    photo_id: Mapped[UUID | None]
    by: Mapped[UUID] = mapped_column(ForeignKey("accounts_people.id"), index=True)
    at: Mapped[datetime]


class Receipt(Identified, Base):
    """What came at one time and place, as somebody without authority wrote it down."""

    __tablename__ = "eorder_receipts"
    __table_args__ = (
        UniqueConstraint("order_id", "number"),
        UniqueConstraint("order_id", "key"),
        at_least("number", 1),
    )

    order_id: Mapped[UUID] = mapped_column(ForeignKey("eorder_orders.id"))
    number: Mapped[int] = mapped_column(SmallInteger)
    key: Mapped[str] = mapped_column(Text)
    """Made by the form: what is sent twice, or late from a phone without network, is one receipt."""
    place: Mapped[int | None] = mapped_column(SmallInteger)
    """The position of the place, where a need has several."""
    came_at: Mapped[datetime]
    """When it came, as the receiver wrote it; ``at`` is when that was written down here."""
    note: Mapped[str] = mapped_column(Text, default="")
    photo_id: Mapped[UUID | None]
    by: Mapped[UUID] = mapped_column(ForeignKey("accounts_people.id"), index=True)
    at: Mapped[datetime]


class ReceiptLine(Base):
    """What came of a line, and how many of these are not as they should be."""

    __tablename__ = "eorder_receipt_lines"
    __table_args__ = (at_least("came"), at_least("bad"), CheckConstraint("bad <= came", name="bad_came"))

    receipt_id: Mapped[UUID] = mapped_column(ForeignKey("eorder_receipts.id"), primary_key=True)
    line_id: Mapped[UUID] = mapped_column(ForeignKey("eorder_lines.id"), primary_key=True, index=True)
    came: Mapped[int]
    bad: Mapped[int] = mapped_column(default=0)
    note: Mapped[str] = mapped_column(Text, default="")
    photo_id: Mapped[UUID | None]


class MinutesState(StrEnum):
    """Who has signed handover minutes."""

    DRAFTED = "drafted"
    SIGNED_BY_OFFICE = "signed_by_office"
    SIGNED = "signed"
    DROPPED = "dropped"
    """Corrected by the office before it signed, objected to by the shop, or of goods that all went back; others follow."""


class Minutes(Stateful, Base):
    """What was inspected and accepted at one time (berita acara serah terima); several for one order, each a part."""

    __tablename__ = "eorder_minutes"
    __table_args__ = (
        UniqueConstraint("order_id", "number"),
        at_least("number", 1),
        at_least("value_idr"),
        at_least("shipping_idr"),
        CheckConstraint("follow IN ('none', 'complete', 'reduce', 'return')", name="follow_known"),
        CheckConstraint("(follow = 'complete') = (complete_by IS NOT NULL)", name="completed_by_a_day"),
        CheckConstraint("(state = 'signed') = (shop_signed_at IS NOT NULL)", name="signed_by_the_shop"),
        Index("uq_eorder_minutes_office_number", "unit_code", "year", "office_number", unique=True),
        Index(
            "uq_eorder_minutes_open",
            "order_id",
            unique=True,
            postgresql_where=text("state IN ('drafted', 'signed_by_office')"),
        ),
    )
    machine = Machine[StrEnum](
        MinutesState.DRAFTED,
        {
            MinutesState.DRAFTED: (MinutesState.SIGNED_BY_OFFICE, MinutesState.DROPPED),
            MinutesState.SIGNED_BY_OFFICE: (MinutesState.SIGNED, MinutesState.DROPPED),
            MinutesState.SIGNED: (),
            MinutesState.DROPPED: (),
        },
    )

    order_id: Mapped[UUID] = mapped_column(ForeignKey("eorder_orders.id"))
    number: Mapped[int] = mapped_column(SmallInteger)
    unit_code: Mapped[str] = mapped_column(ForeignKey("accounts_organisations.code"))
    year: Mapped[int] = mapped_column(SmallInteger)
    office_number: Mapped[str | None] = mapped_column(Text)
    """The unit's own number of these minutes, once it has one (R11.5)."""
    inspected_on: Mapped[date]
    works: Mapped[bool]
    """It is what was wanted (tepat fungsi)."""
    complete: Mapped[bool]
    """It is as many as were wanted (tepat jumlah)."""
    in_time: Mapped[bool]
    """It was there when it was wanted (tepat waktu)."""
    defects: Mapped[str] = mapped_column(Text, default="")
    follow: Mapped[str] = mapped_column(Text)
    """What becomes of what was not accepted: it is completed, the order is reduced, or it goes back."""
    complete_by: Mapped[date | None]
    value_idr: Mapped[Rupiah]
    """What of the order's total was accepted with these minutes, with delivery and taxes."""
    shipping_idr: Mapped[Rupiah]
    """What of the delivery is in it."""
    inspected_by: Mapped[UUID] = mapped_column(ForeignKey("accounts_people.id"), index=True)
    drafted_at: Mapped[datetime]
    office_signed_by: Mapped[UUID | None] = mapped_column(ForeignKey("accounts_people.id"), index=True)
    office_signed_at: Mapped[datetime | None]
    pays: Mapped[bool] = mapped_column(default=False)
    """Who signed for the office asks for payment with it, once the shop has signed."""
    shop_signed_by: Mapped[UUID | None] = mapped_column(ForeignKey("accounts_people.id"), index=True)
    shop_signed_at: Mapped[datetime | None]
    objection: Mapped[str] = mapped_column(Text, default="")


class MinutesLine(Base):
    """What of a line these minutes accept and refuse, and what the accepted is worth with its taxes."""

    __tablename__ = "eorder_minutes_lines"
    __table_args__ = (at_least("accepted"), at_least("refused"), at_least("value_idr"))

    minutes_id: Mapped[UUID] = mapped_column(ForeignKey("eorder_minutes.id"), primary_key=True)
    line_id: Mapped[UUID] = mapped_column(ForeignKey("eorder_lines.id"), primary_key=True, index=True)
    accepted: Mapped[int]
    refused: Mapped[int]
    value_idr: Mapped[Rupiah]
    why: Mapped[str] = mapped_column(Text, default="")


class Payment(Identified, Base):
    """How a treasurer paid, as they wrote it down: no money passes through this program."""

    __tablename__ = "eorder_payments"
    __table_args__ = (
        UniqueConstraint("order_id", "number"),
        UniqueConstraint("reference"),
        at_least("number", 1),
        at_least("gross_idr", 1),
        at_least("base_idr"),
        at_least("kept_idr"),
        at_least("net_idr"),
        CheckConstraint("net_idr = gross_idr - kept_idr", name="net_adds_up"),
        CheckConstraint("way IN ('UP', 'GU', 'TU', 'LS', 'KKPD')", name="way_known"),
    )

    order_id: Mapped[UUID] = mapped_column(ForeignKey("eorder_orders.id"))
    number: Mapped[int] = mapped_column(SmallInteger)
    way: Mapped[str] = mapped_column(Text)
    reference: Mapped[str] = mapped_column(Text)
    """The number of the transfer, the SP2D or the card's slip, in its normal form; once in the whole system (R11.6)."""
    shown: Mapped[str] = mapped_column(Text, default="", server_default="")
    """The same as it was written."""
    paid_on: Mapped[date]
    gross_idr: Mapped[Rupiah]
    base_idr: Mapped[Rupiah]
    """The price without taxes that is in it."""
    kept_idr: Mapped[Rupiah]
    """What the treasurer keeps for the state."""
    net_idr: Mapped[Rupiah]
    spp: Mapped[str] = mapped_column(Text, default="")
    spm: Mapped[str] = mapped_column(Text, default="")
    sp2d: Mapped[str] = mapped_column(Text, default="")
    card: Mapped[str] = mapped_column(Text, default="", info=PERSONAL)
    """The last four digits of a card."""
    note: Mapped[str] = mapped_column(Text, default="")
    proof_key: Mapped[str | None] = mapped_column(Text)
    proof_sha256: Mapped[str | None] = mapped_column(Text)
    by: Mapped[UUID] = mapped_column(ForeignKey("accounts_people.id"), index=True)
    at: Mapped[datetime]


class Withholding(Identified, Base):
    """A tax of a payment: proposed by the rule of the day, confirmed or corrected by the treasurer (R11.7)."""

    __tablename__ = "eorder_withholdings"
    __table_args__ = (
        UniqueConstraint("payment_id", "code"),
        at_least("base_idr"),
        at_least("proposed_idr"),
        at_least("kept_idr"),
        CheckConstraint("kept_idr = proposed_idr OR reason <> ''", name="correction_has_its_reason"),
        CheckConstraint("(slip_number IS NULL) = (slip_at IS NULL)", name="slip_has_its_time"),
        Index("uq_eorder_withholdings_slip", "slip_number", unique=True),
    )

    payment_id: Mapped[UUID] = mapped_column(ForeignKey("eorder_payments.id"))
    code: Mapped[str] = mapped_column(Text)
    """The code of the rule: ``vat.collected``, ``income.22`` and so on."""
    rule_id: Mapped[UUID | None]
    rate: Mapped[str] = mapped_column(Text)
    basis: Mapped[str] = mapped_column(Text)
    base_idr: Mapped[Rupiah]
    proposed_idr: Mapped[Rupiah]
    kept_idr: Mapped[Rupiah]
    reason: Mapped[str] = mapped_column(Text, default="")
    slip_number: Mapped[str | None] = mapped_column(Text)
    slip_shown: Mapped[str | None] = mapped_column(Text)
    """The same as it was written."""
    slip_key: Mapped[str | None] = mapped_column(Text)
    slip_sha256: Mapped[str | None] = mapped_column(Text)
    slip_at: Mapped[datetime | None]
