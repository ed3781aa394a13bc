"""Orders of offices, what was offered and changed about them, and who did what."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.eorder.models.acts import ENDS, OrderState, moves
from marketplace.kernel.db import Base, Identified, at_least
from marketplace.kernel.machine import Machine, Stateful
from marketplace.kernel.money import Rupiah

GOING = text(f"state NOT IN ({', '.join(sorted(repr(str(state)) for state in ENDS))})")
"""Of orders that are not at an end; the indexes of inboxes hold nothing else."""
HOLDER_TURN = text("waits_for @> ARRAY['budget_holder']")
"""Of the few orders that wait for a budget holder, whose duty may reach over hundreds of units."""
OWED = text("accepted_idr > paid_idr AND minutes_at IS NOT NULL")


class Order(Stateful, Base):
    """What a unit orders of one shop. Names, prices, taxes and the method are those of the day it was sent."""

    __tablename__ = "eorder_orders"
    __table_args__ = (
        *(
            at_least(f"{what}_idr")
            for what in ("goods", "shipping", "tax", "included_tax", "total", "accepted", "paid")
        ),
        CheckConstraint("total_idr = goods_idr + shipping_idr + tax_idr", name="total_adds_up"),
        CheckConstraint("included_tax_idr <= goods_idr", name="tax_is_inside"),
        CheckConstraint("accepted_idr <= total_idr", name="accepted_was_ordered"),
        CheckConstraint("paid_idr <= accepted_idr", name="paid_was_accepted"),
        CheckConstraint("(held_by IS NULL) = (held_until IS NULL)", name="hold_has_its_end"),
        at_least("hold", 1),
        at_least("moved"),
        at_least("nudged"),
        at_least("approved"),
        CheckConstraint("approved <= cardinality(approvals)", name="approved_by_whom_it_needs"),
        Index("ix_eorder_orders_unit", "unit_code", "id"),
        Index("ix_eorder_orders_seller", "seller_id", "id"),
        Index("ix_eorder_orders_seller_name", "seller_name", "id"),
        Index("ix_eorder_orders_need", "need_id"),
        Index("ix_eorder_orders_inbox", "unit_code", "due_at", "id", postgresql_where=GOING),
        Index("ix_eorder_orders_holder", "unit_code", "id", postgresql_where=HOLDER_TURN),
        Index("ix_eorder_orders_shop_inbox", "seller_id", "due_at", "id", postgresql_where=GOING),
        at_least("dunned"),
        # What is accepted and not paid: few at any time, whatever is paid over the years.
        Index("ix_eorder_orders_unpaid", "minutes_at", "id", postgresql_where=OWED),
        Index("ix_eorder_orders_owed", "seller_id", postgresql_where=OWED),
        Index("ix_eorder_orders_paid", "unit_code", "paid_at", postgresql_where=text("paid_at IS NOT NULL")),
        Index("ix_eorder_orders_held", "held_until", "id", postgresql_where=text("held_by IS NOT NULL")),
        Index("ix_eorder_orders_nudge", "nudge_at", "id", postgresql_where=text("nudge_at IS NOT NULL")),
    )
    machine = Machine[StrEnum](OrderState.DRAFT, moves())

    code: Mapped[str] = mapped_column(Text, unique=True)
    need_id: Mapped[UUID] = mapped_column(ForeignKey("eorder_needs.id"))
    comparison_id: Mapped[UUID] = mapped_column(ForeignKey("eorder_comparisons.id"))
    unit_code: Mapped[str] = mapped_column(ForeignKey("accounts_organisations.code"))
    year: Mapped[int] = mapped_column(SmallInteger)
    package_id: Mapped[UUID] = mapped_column(ForeignKey("offices_packages.id"))
    line_id: Mapped[UUID] = mapped_column(ForeignKey("offices_lines.id"))
    seller_id: Mapped[UUID] = mapped_column(ForeignKey("sellers_sellers.id"))
    seller_name: Mapped[str] = mapped_column(Text)
    purpose: Mapped[str] = mapped_column(Text)
    day: Mapped[date]
    """The day on which the goods are to be there."""
    hour: Mapped[str] = mapped_column(Text, default="")
    way: Mapped[str] = mapped_column(Text)
    """How the goods come, as deliveries name it (``own``, ``courier:<code>``, ``pickup``)."""
    goods_idr: Mapped[Rupiah]
    shipping_idr: Mapped[Rupiah]
    tax_idr: Mapped[Rupiah] = mapped_column(default=Rupiah(0))
    """What comes on top (PBJT)."""
    included_tax_idr: Mapped[Rupiah] = mapped_column(default=Rupiah(0))
    """What the prices contain (PPN)."""
    total_idr: Mapped[Rupiah]
    """What the budget is asked for."""
    accepted_idr: Mapped[Rupiah] = mapped_column(default=Rupiah(0))
    """What was accepted by minutes that both signed."""
    paid_idr: Mapped[Rupiah] = mapped_column(default=Rupiah(0))
    method_id: Mapped[UUID | None] = mapped_column(ForeignKey("eorder_methods.id"))
    """The method of the day it was sent."""
    approvals: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    approved: Mapped[int] = mapped_column(SmallInteger, default=0)
    """So many of ``approvals`` were given."""
    agreed_id: Mapped[UUID | None]
    """The offer that was agreed on, which locks the price."""
    hold: Mapped[int] = mapped_column(SmallInteger, default=1)
    """Counts how often stock and budget were held for it; each hold has a reference of its own."""
    moved: Mapped[int] = mapped_column(SmallInteger, default=0)
    """Counts how often goods and day were held anew by a change, while the budget stayed held."""
    held_by: Mapped[str | None] = mapped_column(Text)
    held_until: Mapped[date | None]
    held_why: Mapped[str] = mapped_column(Text, default="")
    waits_for: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    """Duties, or the shop, whose turn it is."""
    waiting_since: Mapped[datetime]
    due_at: Mapped[datetime | None]
    """Until when whose turn it is should act; the timer acts in some states, in others they are only late."""
    nudged: Mapped[int] = mapped_column(SmallInteger, default=0)
    """How often the timer has spoken up in this turn."""
    nudge_at: Mapped[datetime | None]
    """When the timer looks at it next: half of the time, the hand-over, the end."""
    training: Mapped[bool] = mapped_column(default=False)
    """People practise with it: its shop never hears of it, and it counts nowhere."""
    prepared_by: Mapped[UUID] = mapped_column(ForeignKey("accounts_people.id"), index=True)
    made_at: Mapped[datetime] = mapped_column(index=True)
    sent_at: Mapped[datetime | None]
    shown_at: Mapped[datetime | None]
    """When its shop first heard of it: as it was asked to negotiate, or got the letter."""
    issued_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    arrived_at: Mapped[datetime | None]
    """When the first of it came."""
    minutes_at: Mapped[datetime | None] = mapped_column(index=True)
    """When the last minutes were signed by both: the payment term runs from that day."""
    dunned: Mapped[int] = mapped_column(SmallInteger, default=0)
    """After how many working days without money it was last spoken of."""
    asked_on: Mapped[date | None]
    """When its treasurer last asked the shop for papers of its taxes."""
    paid_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]

    @property
    def reference(self) -> str:
        """Return how budget and stock name what they hold for this order now; a hold that ended is not taken up again."""
        return f"eorder:{self.id}" if self.hold == 1 else f"eorder:{self.id}.{self.hold}"

    @property
    def goods_reference(self) -> str:
        """Return how stock and the shop's day name what they hold now; a change holds both anew."""
        return f"{self.reference}~{self.moved}" if self.moved else self.reference


class Line(Identified, Base):
    """One variant of an order as it was when chosen, with what came of it and what was accepted (R11.6)."""

    __tablename__ = "eorder_lines"
    __table_args__ = (
        UniqueConstraint("order_id", "position"),
        at_least("position", 1),
        at_least("qty"),
        at_least("came"),
        at_least("accepted"),
        at_least("unit_idr", 1),
        at_least("public_idr", 1),
        *(at_least(f"{what}_idr") for what in ("goods", "included_tax", "tax")),
        CheckConstraint("goods_idr = unit_idr * qty", name="goods_add_up"),
        CheckConstraint("accepted <= came AND came <= qty", name="accepted_came_and_was_ordered"),
    )

    order_id: Mapped[UUID] = mapped_column(ForeignKey("eorder_orders.id"))
    position: Mapped[int] = mapped_column(SmallInteger)
    item_id: Mapped[UUID] = mapped_column(ForeignKey("eorder_need_items.id"))
    variant_id: Mapped[UUID] = mapped_column(ForeignKey("catalog_variants.id"))
    product_id: Mapped[UUID] = mapped_column(ForeignKey("catalog_products.id"), index=True)
    name: Mapped[str] = mapped_column(Text)
    variant: Mapped[str] = mapped_column(Text, default="")
    sku: Mapped[str] = mapped_column(Text, default="")
    spec: Mapped[str] = mapped_column(Text, default="", server_default="")
    """What it is, as its shop described it on the day it was chosen; short."""
    unit: Mapped[str] = mapped_column(Text)
    qty: Mapped[int]
    """What is ordered now; none where a change took the line out."""
    unit_idr: Mapped[Rupiah]
    public_idr: Mapped[Rupiah]
    """What a piece cost everybody on that day."""
    goods_idr: Mapped[Rupiah]
    included_tax_idr: Mapped[Rupiah] = mapped_column(default=Rupiah(0))
    tax_idr: Mapped[Rupiah] = mapped_column(default=Rupiah(0))
    tax_kind: Mapped[str] = mapped_column(Text)
    origin: Mapped[str] = mapped_column(Text)
    """The rung of local content on the day it was chosen, and then on the day of the letter."""
    local: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default="{}")
    """What it was of local content on that day, as ``p3dn.queries.Local`` freezes it; empty in lines from before."""
    came: Mapped[int] = mapped_column(default=0)
    """What the unit has of it: came and did not go back."""
    accepted: Mapped[int] = mapped_column(default=0)


class Offer(Identified, Base):
    """What one side offered in one turn; never edited, a counter-offer is another one (R11.4)."""

    __tablename__ = "eorder_offers"
    __table_args__ = (
        UniqueConstraint("order_id", "turn"),
        at_least("turn", 1),
        at_least("shipping_idr"),
        at_least("total_idr", 1),
        CheckConstraint("side IN ('office', 'shop')", name="side_known"),
    )

    order_id: Mapped[UUID] = mapped_column(ForeignKey("eorder_orders.id"))
    turn: Mapped[int] = mapped_column(SmallInteger)
    side: Mapped[str] = mapped_column(Text)
    prices: Mapped[dict[str, int]] = mapped_column(JSONB)
    """The price of a piece in rupiah by the id of the line."""
    shipping_idr: Mapped[Rupiah]
    total_idr: Mapped[Rupiah]
    note: Mapped[str] = mapped_column(Text, default="")
    by: Mapped[UUID] = mapped_column(ForeignKey("accounts_people.id"), index=True)
    at: Mapped[datetime]
    answer_by: Mapped[datetime]


class ChangeState(StrEnum):
    """Whether the other side has answered to a change."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REFUSED = "refused"


class Change(Stateful, Base):
    """A change of an accepted order, or its calling off, that one side proposes and the other answers (adendum)."""

    __tablename__ = "eorder_changes"
    __table_args__ = (
        UniqueConstraint("order_id", "number"),
        at_least("number", 1),
        CheckConstraint("kind IN ('change', 'cancel')", name="kind_known"),
        CheckConstraint("side IN ('office', 'shop')", name="side_known"),
        Index("uq_eorder_changes_open", "order_id", unique=True, postgresql_where=text("state = 'open'")),
    )
    machine = Machine[StrEnum](
        ChangeState.OPEN,
        {
            ChangeState.OPEN: (ChangeState.ACCEPTED, ChangeState.REFUSED),
            ChangeState.ACCEPTED: (),
            ChangeState.REFUSED: (),
        },
    )

    order_id: Mapped[UUID] = mapped_column(ForeignKey("eorder_orders.id"))
    number: Mapped[int] = mapped_column(SmallInteger)
    kind: Mapped[str] = mapped_column(Text)
    side: Mapped[str] = mapped_column(Text)
    was: Mapped[dict[str, Any]] = mapped_column(JSONB)
    wanted: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """Quantities by line, day and hour as they are to be."""
    why: Mapped[str] = mapped_column(Text)
    by: Mapped[UUID] = mapped_column(ForeignKey("accounts_people.id"), index=True)
    at: Mapped[datetime]
    answered_by: Mapped[UUID | None] = mapped_column(ForeignKey("accounts_people.id"), index=True)
    answered_at: Mapped[datetime | None]


class Done(Identified, Base):
    """An act on an order, by whom and under which duty: what the separation of duties is asked of. Only grows (R11.2)."""

    __tablename__ = "eorder_acts"
    __table_args__ = (Index("ix_eorder_acts_order", "order_id", "id"),)

    order_id: Mapped[UUID] = mapped_column(ForeignKey("eorder_orders.id"))
    act: Mapped[str] = mapped_column(Text)
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts_people.id"), index=True)
    """Nobody where the program's own clock acted."""
    duty: Mapped[str] = mapped_column(Text)
    mandate_id: Mapped[UUID | None]
    """The mandate under which a deputy acted."""
    at: Mapped[datetime]


class Finding(Identified, Base):
    """What a flag found about an order, and the reason that was given for it; it never blocks."""

    __tablename__ = "eorder_findings"
    __table_args__ = (
        UniqueConstraint("order_id", "flag"),
        CheckConstraint("(checked_by IS NULL) = (checked_at IS NULL)", name="checked_by_somebody"),
        Index("ix_eorder_findings_flag", "flag", "id"),
    )

    order_id: Mapped[UUID] = mapped_column(ForeignKey("eorder_orders.id"))
    flag: Mapped[str] = mapped_column(Text)
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB)
    reason: Mapped[str] = mapped_column(Text, default="")
    by: Mapped[UUID | None] = mapped_column(ForeignKey("accounts_people.id"), index=True)
    """Who gave the reason."""
    found_at: Mapped[datetime]
    reasoned_at: Mapped[datetime | None]
    checked_by: Mapped[UUID | None] = mapped_column(ForeignKey("accounts_people.id"), index=True)
    """The auditor who acknowledged what was found and the reason for it."""
    checked_at: Mapped[datetime | None]
    checked_note: Mapped[str] = mapped_column(Text, default="")


class Attachment(Identified, Base):
    """A file that somebody added to an order: an invitation, a list of who was there, a picture."""

    __tablename__ = "eorder_attachments"
    __table_args__ = (Index("ix_eorder_attachments_order", "order_id", "id"),)

    order_id: Mapped[UUID] = mapped_column(ForeignKey("eorder_orders.id"))
    kind: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    file_key: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(Text)
    by: Mapped[UUID] = mapped_column(ForeignKey("accounts_people.id"), index=True)
    at: Mapped[datetime]
