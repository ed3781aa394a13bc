"""Carts and orders: who wants what, and what was bought, frozen as it was at that moment."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, Text, UniqueConstraint, false, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.db import PERSONAL, Base, Identified, at_least
from marketplace.kernel.machine import Machine, Stateful
from marketplace.kernel.money import Rupiah

LATER = {"later": True}
SOLD = ("state", "goods_idr", "discount_idr", "included_tax_idr", "shipping_idr", "refunded_idr", "id")
"""What a year's turnover needs of a part, beside its shop and day; the index carries it."""
"""Marks a column that begins at its default and changes only after the order is placed."""


class Delivery(StrEnum):
    """How a part comes to its buyer."""

    PICKUP = "pickup"
    SELLER = "seller"
    COURIER = "courier"
    JOINT = "joint"

    @property
    def fetched(self) -> bool:
        """Tell whether its buyer comes for it, to the shop or to a place where several hand over."""
        return self in (Delivery.PICKUP, Delivery.JOINT)

    @property
    def by_shop(self) -> bool:
        """Tell whether the shop itself meets the buyer, and may take money from them."""
        return self in (Delivery.PICKUP, Delivery.SELLER)


class OrderState(StrEnum):
    """Whether an order is paid; what was done of it is in its parts."""

    PLACED = "placed"
    PROMISED = "promised"
    """Its seller may begin; the money comes as the goods are handed over."""
    PAID = "paid"
    REVIEW = "review"
    CANCELLED = "cancelled"


class PartState(StrEnum):
    """How far a seller is with a part."""

    WAITING_PAYMENT = "waiting_payment"
    NEW = "new"
    ACCEPTED = "accepted"
    READY = "ready"
    SHIPPED = "shipped"
    UNDELIVERED = "undelivered"
    RECEIVED = "received"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class StandingState(StrEnum):
    """Whether a standing order is prepared when its days come."""

    RUNNING = "running"
    PAUSED = "paused"
    ENDED = "ended"


class Due(StrEnum):
    """What a part waits for until its ``due_at``. At the end of ACTING the timer acts; the others are only late then."""

    ANSWER = "answer"
    """The shop begins, else the part is called off and paid back."""
    SEND = "send"
    FETCH = "fetch"
    ARRIVE = "arrive"
    """The buyer says that it came, else it is taken as received."""
    COLLECT = "collect"
    """The shop hands it over and notes the money, which nobody else can say."""
    DECIDE = "decide"
    """It could not be handed over: the shop tries again or calls it off."""
    SETTLE = "settle"
    """The buyer may still object, else the part is completed and its money is the seller's."""


ACTING = (Due.ANSWER, Due.ARRIVE, Due.SETTLE)


class CartLine(Identified, Base):
    """So many of a variant in somebody's cart. ``owner`` is ``person:<id>`` or ``guest:<hash>``.

    How it shall come is chosen per seller and the same on all of the owner's lines of that seller: ``way`` as deliveries name
    it, with ``day`` and ``slot``; without a way nothing was chosen yet. ``delivery`` is what the version before read of it.
    """

    __tablename__ = "orders_cart_lines"
    __table_args__ = (
        UniqueConstraint("owner", "variant_id"),
        at_least("qty", 1),
        at_least("seen_idr"),
        Index("ix_orders_cart_lines_changed", "changed_at"),
    )

    owner: Mapped[str] = mapped_column(Text)
    variant_id: Mapped[UUID] = mapped_column(ForeignKey("catalog_variants.id"), index=True)
    seller_id: Mapped[UUID] = mapped_column(ForeignKey("sellers_sellers.id"))
    qty: Mapped[int]
    seen_idr: Mapped[Rupiah]
    delivery: Mapped[str] = mapped_column(Text, default=Delivery.PICKUP)
    way: Mapped[str | None] = mapped_column(Text)
    day: Mapped[date | None]
    slot: Mapped[str] = mapped_column(Text, default="", server_default="")
    note: Mapped[str] = mapped_column(Text, default="", server_default="", info=PERSONAL)
    """A word to the shop; as the way, the same on all of the owner's lines of it."""
    later: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Kept for later: it stands on the cart's page and is not bought."""
    added_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class Draft(Base):
    """What somebody typed at the checkout before going back to the cart, as it was typed, by the names of its fields."""

    __tablename__ = "orders_drafts"
    __table_args__ = (Index("ix_orders_drafts_changed", "changed_at"),)

    owner: Mapped[str] = mapped_column(Text, primary_key=True)
    """As of a cart line."""
    typed: Mapped[dict[str, Any]] = mapped_column(JSONB, info=PERSONAL)
    changed_at: Mapped[datetime]


class Order(Stateful, Base):
    """What was bought in one go. Names of areas, contact and totals are copies of that moment."""

    __tablename__ = "orders_orders"
    __table_args__ = (
        at_least("goods_idr"),
        at_least("shipping_idr"),
        at_least("total_idr"),
        at_least("discount_idr"),
        at_least("tax_idr"),
        at_least("included_tax_idr"),
        at_least("hold", 1),
        CheckConstraint("total_idr = goods_idr - discount_idr + shipping_idr + tax_idr", name="total_adds_up"),
        CheckConstraint("included_tax_idr <= goods_idr - discount_idr", name="tax_is_inside"),
        CheckConstraint("person_id IS NOT NULL OR guest_key IS NOT NULL", name="somebodys"),
        Index("ix_orders_orders_person", "person_id", "id"),
        Index("ix_orders_orders_guest", "guest_key", "id"),
        Index("ix_orders_orders_guest_email", "email", postgresql_where=text("person_id IS NULL")),
        Index("ix_orders_orders_unpaid", "placed_at", postgresql_where=text("state = 'placed'")),
    )
    machine = Machine[StrEnum](
        OrderState.PLACED,
        {
            OrderState.PLACED: (OrderState.PROMISED, OrderState.PAID, OrderState.REVIEW, OrderState.CANCELLED),
            OrderState.PROMISED: (OrderState.PAID, OrderState.CANCELLED),
            OrderState.REVIEW: (OrderState.PAID, OrderState.CANCELLED),
            # Money may come late all the same; it is a fact (R4.5).
            OrderState.CANCELLED: (OrderState.PAID, OrderState.REVIEW),
            OrderState.PAID: (),
        },
    )

    code: Mapped[str] = mapped_column(Text, unique=True)
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts_people.id"))
    guest_key: Mapped[str | None] = mapped_column(Text)
    channel: Mapped[str] = mapped_column(Text, default="public")
    language: Mapped[str] = mapped_column(Text)
    recipient: Mapped[str] = mapped_column(Text, info=PERSONAL)
    phone: Mapped[str] = mapped_column(Text, info=PERSONAL)
    email: Mapped[str | None] = mapped_column(Text, info=PERSONAL)
    address: Mapped[str] = mapped_column(Text, info=PERSONAL)
    kelurahan_code: Mapped[str] = mapped_column(Text)
    kelurahan: Mapped[str] = mapped_column(Text)
    kecamatan: Mapped[str] = mapped_column(Text)
    kota: Mapped[str] = mapped_column(Text)
    goods_idr: Mapped[Rupiah]
    discount_idr: Mapped[Rupiah] = mapped_column(default=Rupiah(0), server_default="0")
    shipping_idr: Mapped[Rupiah]
    tax_idr: Mapped[Rupiah] = mapped_column(default=Rupiah(0), server_default="0")
    """What comes on top."""
    included_tax_idr: Mapped[Rupiah] = mapped_column(default=Rupiah(0), server_default="0")
    total_idr: Mapped[Rupiah]
    currency: Mapped[str] = mapped_column(Text, default="IDR")
    gateway: Mapped[str] = mapped_column(Text)
    hold: Mapped[int] = mapped_column(SmallInteger, default=1)
    placed_at: Mapped[datetime]
    paid_at: Mapped[datetime | None]
    cause: Mapped[str] = mapped_column(Text, default="")

    @property
    def reference(self) -> str:
        """Return how charges name this order."""
        return str(self.id)

    @property
    def hold_reference(self) -> str:
        """Return how the catalogue names the goods held for this order now; a hold that ended is never taken up again."""
        return hold_reference(self.id, self.hold)


def hold_reference(order_id: UUID, hold: int) -> str:
    """Return how the catalogue names the n-th hold of an order."""
    return str(order_id) if hold == 1 else f"{order_id}.{hold}"


class Suborder(Stateful, Base):
    """A seller's part of an order."""

    __tablename__ = "orders_suborders"
    __table_args__ = (
        UniqueConstraint("order_id", "number"),
        UniqueConstraint("order_id", "seller_id"),
        at_least("number", 1),
        at_least("goods_idr"),
        at_least("discount_idr"),
        at_least("shipping_idr"),
        at_least("tax_idr"),
        at_least("total_idr"),
        at_least("included_tax_idr"),
        at_least("fee_idr"),
        at_least("fee_tax_idr"),
        at_least("weight_g"),
        CheckConstraint("total_idr = goods_idr - discount_idr + shipping_idr + tax_idr", name="total_adds_up"),
        CheckConstraint("included_tax_idr <= goods_idr - discount_idr", name="tax_is_inside"),
        CheckConstraint("fee_idr <= goods_idr - discount_idr - included_tax_idr", name="fee_is_of_the_goods"),
        CheckConstraint(
            "fee_idr = 0 OR (fee_rule IS NOT NULL AND fee_num >= 0 AND fee_den > 0)", name="fee_has_its_rate"
        ),
        Index("ix_orders_suborders_seller", "seller_id", "id"),
        # The life of a part: the timer's one index, and what the seller's tabs are read and counted by.
        at_least("refunded_idr"),
        at_least("gateway_fee_taken_idr"),
        CheckConstraint("refunded_idr <= total_idr", name="refunded_is_paid"),
        CheckConstraint("fee_taken_idr BETWEEN 0 AND fee_idr", name="fee_taken_is_agreed"),
        CheckConstraint("fee_tax_taken_idr BETWEEN 0 AND fee_tax_idr", name="fee_tax_taken_is_agreed"),
        CheckConstraint("(due_at IS NULL) = (due_what IS NULL)", name="due_is_whole"),
        CheckConstraint("(state = 'completed') = (completed_at IS NOT NULL)", name="completed_has_its_time"),
        Index(
            "ix_orders_suborders_due",
            "due_at",
            "id",
            postgresql_where=text("due_what IN ('answer', 'arrive', 'settle')"),
        ),
        Index(
            "ix_orders_suborders_open",
            "seller_id",
            "due_at",
            "id",
            postgresql_where=text("state IN ('new', 'accepted', 'ready', 'shipped', 'undelivered')"),
        ),
        Index(
            "ix_orders_suborders_done", "seller_id", "id", postgresql_where=text("state IN ('received', 'completed')")
        ),
        CheckConstraint("sold_at IS NULL OR paid_at IS NOT NULL", name="sold_has_begun"),
        Index(
            "ix_orders_suborders_sold",
            "seller_id",
            "sold_at",
            postgresql_include=SOLD,
            postgresql_where=text("state NOT IN ('waiting_payment', 'cancelled') AND sold_at IS NOT NULL"),
        ),
        Index("ix_orders_suborders_received", "seller_id", "id", postgresql_where=text("state = 'received'")),
        Index(
            "ix_orders_suborders_called_off",
            "seller_id",
            "id",
            postgresql_where=text("state = 'cancelled' AND paid_at IS NOT NULL"),
        ),
    )
    machine = Machine[StrEnum](
        PartState.WAITING_PAYMENT,
        {
            PartState.WAITING_PAYMENT: (PartState.NEW, PartState.CANCELLED),
            PartState.NEW: (PartState.ACCEPTED, PartState.READY, PartState.SHIPPED, PartState.CANCELLED),
            PartState.ACCEPTED: (PartState.READY, PartState.SHIPPED, PartState.CANCELLED),
            PartState.READY: (PartState.SHIPPED, PartState.RECEIVED, PartState.CANCELLED),
            PartState.SHIPPED: (PartState.RECEIVED, PartState.UNDELIVERED),
            PartState.UNDELIVERED: (PartState.SHIPPED, PartState.CANCELLED),
            PartState.RECEIVED: (PartState.COMPLETED,),
            PartState.COMPLETED: (),
            # Money may come late to an order that nobody had paid.
            PartState.CANCELLED: (PartState.NEW,),
        },
    )

    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders_orders.id"))
    number: Mapped[int] = mapped_column(SmallInteger)
    seller_id: Mapped[UUID] = mapped_column(ForeignKey("sellers_sellers.id"))
    seller_name: Mapped[str] = mapped_column(Text)
    seller_slug: Mapped[str] = mapped_column(Text)
    delivery: Mapped[str] = mapped_column(Text)
    delivery_code: Mapped[str] = mapped_column(Text, default="", server_default="")
    """Which courier, or which joint pick-up."""
    delivery_label: Mapped[str] = mapped_column(Text, default="", server_default="")
    promised_on: Mapped[date | None]
    """The day on which the goods leave the shop, or wait there; ``arrives_by`` is when they are there at the latest."""
    slot: Mapped[str] = mapped_column(Text, default="", server_default="")
    arrives_by: Mapped[date | None]
    day_before: Mapped[date | None] = mapped_column(info=LATER)
    """The day that was promised first, when it was gone as the order was paid anew."""
    weight_g: Mapped[int] = mapped_column(default=0, server_default="0")
    goods_idr: Mapped[Rupiah]
    discount_idr: Mapped[Rupiah] = mapped_column(default=Rupiah(0))
    shipping_idr: Mapped[Rupiah]
    tax_idr: Mapped[Rupiah] = mapped_column(default=Rupiah(0))
    included_tax_idr: Mapped[Rupiah] = mapped_column(default=Rupiah(0), server_default="0")
    total_idr: Mapped[Rupiah]
    fee_idr: Mapped[Rupiah] = mapped_column(default=Rupiah(0), server_default="0")
    """What the programme will take of the seller's money when the part is completed; it is in none of the totals."""
    fee_tax_idr: Mapped[Rupiah] = mapped_column(default=Rupiah(0), server_default="0")
    fee_num: Mapped[int | None]
    fee_den: Mapped[int | None]
    fee_rule: Mapped[UUID | None]
    receipt_number: Mapped[str] = mapped_column(Text, default="")
    note: Mapped[str] = mapped_column(Text, default="", server_default="", info=PERSONAL)
    """The buyer's word to this shop."""
    # The life of a part, none of which is written at placing.
    paid_at: Mapped[datetime | None]
    """Since when its seller may begin."""
    sold_at: Mapped[datetime | None]
    """When its order was paid, kept here too, so that a year's turnover of one shop is read out of one index."""
    due_at: Mapped[datetime | None]
    due_what: Mapped[str | None] = mapped_column(Text)
    handed_to: Mapped[str | None] = mapped_column(Text, info=PERSONAL)
    """Who took it at the door, as the shop wrote it down."""
    handover_id: Mapped[UUID | None]
    """The private picture of the hand-over."""
    completed_at: Mapped[datetime | None]
    refunded_idr: Mapped[Rupiah] = mapped_column(default=Rupiah(0), server_default="0", info=LATER)
    """What was taken back for its buyer; moved by a guarded update alone, down once by each refund that failed."""
    fee_taken_idr: Mapped[Rupiah] = mapped_column(default=Rupiah(0), server_default="0", info=LATER)
    """What was taken of its seller's money when it was completed: less than ``fee_idr`` where goods had gone back."""
    fee_tax_taken_idr: Mapped[Rupiah] = mapped_column(default=Rupiah(0), server_default="0", info=LATER)
    gateway_fee_taken_idr: Mapped[Rupiah] = mapped_column(default=Rupiah(0), server_default="0", info=LATER)


class PartRefund(Base):
    """Which part a refund of payments is of, and what of its money went with it."""

    __tablename__ = "orders_refunds"
    __table_args__ = (
        at_least("goods_idr"),
        at_least("shipping_idr"),
        at_least("tax_idr"),
        at_least("fee_idr"),
        at_least("fee_tax_idr"),
        at_least("beyond_idr"),
        CheckConstraint("goods_idr + shipping_idr + tax_idr + beyond_idr > 0", name="is_something"),
        CheckConstraint("(borne_of IS NULL) = (borne_as IS NULL)", name="borne_of_something"),
        CheckConstraint("beyond_idr = 0 OR borne_of IS NOT NULL", name="beyond_is_borne"),
        UniqueConstraint("borne_of", "suborder_id"),
    )

    refund_id: Mapped[UUID] = mapped_column(primary_key=True)
    suborder_id: Mapped[UUID] = mapped_column(ForeignKey("orders_suborders.id"), index=True)
    goods_idr: Mapped[Rupiah]
    shipping_idr: Mapped[Rupiah]
    tax_idr: Mapped[Rupiah]
    from_payable: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether the part was completed, so that its seller had the money already."""
    fee_idr: Mapped[Rupiah] = mapped_column(default=Rupiah(0), server_default="0")
    """What of the fee that was taken comes back with the goods."""
    fee_tax_idr: Mapped[Rupiah] = mapped_column(default=Rupiah(0), server_default="0")
    undone_at: Mapped[datetime | None]
    """When it was heard that the refund failed: its money is the part's again."""
    into_payable: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether the part was completed by then, so that the money went to its seller."""
    borne_of: Mapped[UUID | None]
    """The lost dispute, or the refund found at its provider, that the part's shop bears; then this row has an id of its own."""
    borne_as: Mapped[str | None] = mapped_column(Text)
    """How its entries begin: ``disputelost`` or ``assign``."""
    beyond_idr: Mapped[Rupiah] = mapped_column(default=Rupiah(0), server_default="0")
    """What its shop bears beyond what was left of the part: no goods, no fee, and nothing that a paper says."""


class RefundLine(Base):
    """What of a line goes back with a refund."""

    __tablename__ = "orders_refund_lines"
    __table_args__ = (at_least("qty"), at_least("goods_idr"), at_least("tax_idr"))

    refund_id: Mapped[UUID] = mapped_column(ForeignKey("orders_refunds.refund_id"), primary_key=True)
    line_id: Mapped[UUID] = mapped_column(ForeignKey("orders_lines.id"), primary_key=True, index=True)
    qty: Mapped[int]
    """So many pieces; none where only a sum goes back."""
    goods_idr: Mapped[Rupiah]
    tax_idr: Mapped[Rupiah]


class Line(Identified, Base):
    """One variant of a part, as it was when it was bought (R5.2)."""

    __tablename__ = "orders_lines"
    __table_args__ = (
        UniqueConstraint("suborder_id", "number"),
        Index("ix_orders_lines_newest", "variant_id", "id"),
        at_least("number", 1),
        at_least("qty", 1),
        at_least("lead_days"),
        at_least("unit_price_idr"),
        at_least("discount_idr"),
        at_least("tax_idr"),
        at_least("total_idr"),
        at_least("included_tax_idr"),
        at_least("fee_idr"),
        CheckConstraint("refunded_qty BETWEEN 0 AND qty", name="refunded_was_bought"),
        CheckConstraint("refunded_idr BETWEEN 0 AND total_idr", name="refunded_was_paid"),
        CheckConstraint("total_idr = unit_price_idr * qty - discount_idr + tax_idr", name="total_adds_up"),
        CheckConstraint("included_tax_idr <= unit_price_idr * qty - discount_idr", name="tax_is_inside"),
        CheckConstraint(
            "fee_idr <= unit_price_idr * qty - discount_idr - included_tax_idr", name="fee_is_of_the_goods"
        ),
        CheckConstraint(
            "(tax_idr = 0 AND included_tax_idr = 0) OR (tax_rule IS NOT NULL AND tax_num >= 0 AND tax_den > 0)",
            name="tax_has_its_rule",
        ),
    )

    suborder_id: Mapped[UUID] = mapped_column(ForeignKey("orders_suborders.id"))
    number: Mapped[int] = mapped_column(SmallInteger)
    variant_id: Mapped[UUID] = mapped_column(ForeignKey("catalog_variants.id"))
    product_id: Mapped[UUID]
    product_code: Mapped[str] = mapped_column(Text)
    slug: Mapped[str] = mapped_column(Text)
    sku: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    variant: Mapped[str] = mapped_column(Text)
    unit: Mapped[str] = mapped_column(Text)
    image_id: Mapped[UUID | None]
    pattern: Mapped[str] = mapped_column(Text)
    """The address of the picture that stands in for a missing one."""
    domestic: Mapped[bool]
    local: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default="{}")
    """What it was of local content on that day, as ``p3dn.queries.Local`` freezes it; empty in lines from before."""
    halal: Mapped[str] = mapped_column(Text)
    food: Mapped[bool] = mapped_column(default=False, server_default=false())
    lead_days: Mapped[int] = mapped_column(default=0)
    qty: Mapped[int]
    unit_price_idr: Mapped[Rupiah]
    discount_idr: Mapped[Rupiah] = mapped_column(default=Rupiah(0))
    tax_kind: Mapped[str] = mapped_column(Text, default="goods", server_default="goods")
    tax_code: Mapped[str] = mapped_column(Text, default="", server_default="")
    """The tax that the line is under, ``vat`` or ``pbjt``, with its rate and law as they were; empty for none."""
    tax_num: Mapped[int | None]
    tax_den: Mapped[int | None]
    tax_basis: Mapped[str] = mapped_column(Text, default="", server_default="")
    tax_rule: Mapped[UUID | None]
    tax_idr: Mapped[Rupiah] = mapped_column(default=Rupiah(0))
    included_tax_idr: Mapped[Rupiah] = mapped_column(default=Rupiah(0), server_default="0")
    total_idr: Mapped[Rupiah]
    fee_idr: Mapped[Rupiah] = mapped_column(default=Rupiah(0), server_default="0")
    refunded_qty: Mapped[int] = mapped_column(default=0, server_default="0", info=LATER)
    """Pieces whose price went back, and what went back of the line; moved by guarded updates alone."""
    refunded_idr: Mapped[Rupiah] = mapped_column(default=Rupiah(0), server_default="0", info=LATER)


class StandingOrder(Stateful, Base):
    """What somebody wants again and again, on which days; it is prepared ahead of each, and never charged by itself."""

    __tablename__ = "orders_standing"
    __table_args__ = (
        CheckConstraint("every_weeks BETWEEN 1 AND 12", name="every_weeks_range"),
        CheckConstraint(
            "cardinality(weekdays) > 0 AND weekdays <@ ARRAY[1,2,3,4,5,6,7]::smallint[]", name="weekdays_are"
        ),
        CheckConstraint("(state = 'running') = (next_on IS NOT NULL)", name="running_has_a_day"),
        CheckConstraint("state <> 'ended' OR prepared_on IS NULL", name="ended_waits_for_nothing"),
        CheckConstraint("prepared_on < next_on", name="prepared_comes_first"),
        Index("ix_orders_standing_person", "person_id", "id"),
        Index("ix_orders_standing_due", "next_on", postgresql_where=text("state = 'running'")),
    )
    machine = Machine[StrEnum](
        StandingState.RUNNING,
        {
            StandingState.RUNNING: (StandingState.PAUSED, StandingState.ENDED),
            StandingState.PAUSED: (StandingState.RUNNING, StandingState.ENDED),
            StandingState.ENDED: (),
        },
    )

    person_id: Mapped[UUID] = mapped_column(ForeignKey("accounts_people.id"))
    name: Mapped[str] = mapped_column(Text, info=PERSONAL)
    weekdays: Mapped[list[int]] = mapped_column(ARRAY(SmallInteger))
    """From 1, Monday, to 7, Sunday."""
    every_weeks: Mapped[int] = mapped_column(SmallInteger)
    starts_on: Mapped[date]
    """The weeks are counted from the one of this day."""
    next_on: Mapped[date | None]
    prepared_on: Mapped[date | None]
    """The day that is ready to be ordered and paid; None when none is, or when it was ordered."""
    last_order_id: Mapped[UUID | None] = mapped_column(ForeignKey("orders_orders.id"))
    created_at: Mapped[datetime]


class StandingLine(Identified, Base):
    """So many of a variant in a standing order, named and priced as its owner last saw it."""

    __tablename__ = "orders_standing_lines"
    __table_args__ = (
        UniqueConstraint("standing_id", "variant_id"),
        UniqueConstraint("standing_id", "number"),
        at_least("number", 1),
        at_least("qty", 1),
        at_least("seen_idr"),
    )

    standing_id: Mapped[UUID] = mapped_column(ForeignKey("orders_standing.id"))
    number: Mapped[int] = mapped_column(SmallInteger)
    variant_id: Mapped[UUID] = mapped_column(ForeignKey("catalog_variants.id"), index=True)
    product_id: Mapped[UUID]
    seller_id: Mapped[UUID] = mapped_column(ForeignKey("sellers_sellers.id"))
    name: Mapped[str] = mapped_column(Text)
    qty: Mapped[int]
    seen_idr: Mapped[Rupiah]
    way: Mapped[str] = mapped_column(Text)
    """How it shall come, as deliveries name it; the same for all lines of a shop."""
