"""Parts of orders, with their lines and their way so far, as buyers and sellers both see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, SQLColumnExpression, any_, exists, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from marketplace.catalog import queries as catalog
from marketplace.kernel import clock
from marketplace.kernel.db import rows
from marketplace.kernel.models import Move
from marketplace.kernel.money import Rupiah
from marketplace.orders import slots
from marketplace.orders.models import Delivery, Line, PartRefund, PartState, Suborder
from marketplace.orders.queries.explaining import Share, Tax, taxes
from marketplace.orders.queries.telling import PARTS, REFUNDS, Step, steps
from marketplace.orders.slots import Happening, Reader

SENT = (PartState.SHIPPED, PartState.UNDELIVERED, PartState.RECEIVED, PartState.COMPLETED, PartState.CANCELLED)
CAME = (PartState.RECEIVED, PartState.COMPLETED)
"""The states of a part whose goods its buyer has."""


@dataclass(frozen=True, kw_only=True)
class PartLine:
    """A frozen line of a part."""

    id: UUID
    name: str
    variant: str
    unit: str
    qty: int
    price: Rupiah
    total: Rupiah
    """The price of all of them; what comes off or on top stands with the part."""
    image_id: UUID | None
    pattern_url: str
    url: str
    sku: str
    refunded_qty: int
    """Pieces whose price went back, and all that went back of the line."""
    refunded: Rupiah

    @property
    def left(self) -> int:
        """Return how many pieces can still be paid back."""
        return self.qty - self.refunded_qty


@dataclass(frozen=True, kw_only=True)
class Part:
    """One seller's part of an order, with its lines and its way so far."""

    id: UUID
    number: int
    seller_id: UUID
    seller_name: str
    shop_url: str
    state: str
    delivery: Delivery
    delivery_label: str
    promised_on: date | None
    day_before: date | None
    """The day that was promised first, when it had to move."""
    slot: str
    arrives_by: date | None
    goods: Rupiah
    discount: Rupiah
    shipping: Rupiah
    taxes: tuple[Tax, ...]
    total: Rupiah
    receipt_number: str
    note: str
    handed_to: str
    handover_id: UUID | None
    due_at: datetime | None
    due_what: str | None
    refunded: Rupiah
    lines: tuple[PartLine, ...]
    steps: tuple[Step, ...]

    @property
    def may_be_received(self) -> bool:
        """Tell whether the buyer can say now that it has come."""
        return self.state == PartState.SHIPPED or (self.state == PartState.READY and self.delivery.fetched)

    @property
    def may_be_reviewed(self) -> bool:
        """Tell whether the goods came, so that their buyer may say how they are."""
        return self.state in CAME

    @property
    def may_be_cancelled(self) -> bool:
        """Tell whether the buyer can still call it off though it is paid: its shop has not begun."""
        return self.state == PartState.NEW

    @property
    def may_be_given_back(self) -> bool:
        """Tell whether pieces or sums of it can go back: it was sent, and not all of it went back yet."""
        sent = self.state in (PartState.SHIPPED, PartState.RECEIVED, PartState.COMPLETED)
        return sent and self.refunded < self.total

    @property
    def late(self) -> bool:
        """Tell whether the time of what is waited for is over."""
        return self.due_at is not None and self.due_at < clock.now()


# The steps of the part and of its refunds, in their order; one array of ids, so that the history's index finds them.
_things = (
    select(Suborder.id)
    .correlate(Suborder)
    .union_all(
        select(func.coalesce(PartRefund.borne_of, PartRefund.refund_id))
        .where(PartRefund.suborder_id == Suborder.id)
        .correlate(Suborder)
    )
)
_step = func.jsonb_build_object("kind", Move.kind, "now", Move.now, "at", Move.at, "by", Move.by, "why", Move.why)
_moved = (
    select(func.jsonb_agg(aggregate_order_by(_step, Move.at, Move.id)))
    .where(Move.kind.in_((PARTS, REFUNDS)), Move.thing_id == any_(func.array(_things.scalar_subquery())))
    .correlate(Suborder)
    .scalar_subquery()
)
PART = (
    Suborder.id.label("part_id"),
    Suborder.number.label("part_number"),
    Suborder.seller_id,
    Suborder.seller_name,
    Suborder.seller_slug,
    Suborder.state.label("part_state"),
    Suborder.delivery,
    Suborder.delivery_label,
    Suborder.promised_on,
    Suborder.day_before,
    Suborder.slot,
    Suborder.arrives_by,
    Suborder.goods_idr.label("part_goods"),
    Suborder.discount_idr.label("part_discount"),
    Suborder.shipping_idr.label("part_shipping"),
    Suborder.total_idr.label("part_total"),
    Suborder.receipt_number,
    Suborder.note,
    Suborder.handed_to,
    Suborder.handover_id,
    Suborder.due_at,
    Suborder.due_what,
    Suborder.refunded_idr.label("part_refunded"),
    _moved.label("moved"),
)
LINE = (
    Line.id.label("line_id"),
    Line.refunded_qty,
    Line.refunded_idr.label("line_refunded"),
    Line.name,
    Line.variant,
    Line.unit,
    Line.qty,
    Line.unit_price_idr,
    Line.included_tax_idr,
    Line.tax_idr,
    Line.tax_code,
    Line.tax_num,
    Line.tax_den,
    Line.tax_basis,
    Line.image_id,
    Line.pattern,
    Line.product_code,
    Line.slug,
    Line.sku,
)


def shown(picture_id: SQLColumnExpression[UUID]) -> ColumnElement[bool]:
    """Return the condition that a line of an order shows a picture: as it was bought, whatever the product shows now."""
    return exists().where(Line.image_id == picture_id)


def handed_over(picture_id: SQLColumnExpression[UUID]) -> ColumnElement[bool]:
    """Return the condition that a picture shows how a part was handed over."""
    return exists().where(Suborder.handover_id == picture_id)


BY_NUMBER = (Suborder.number, Line.number)


def parts_of(wanted: ColumnElement[bool], placed_at: datetime, reader: Reader) -> tuple[Part, ...]:
    """Return parts with their lines and steps, by number: one statement however many there are."""
    joined = select(*PART, *LINE).join(Line, Line.suborder_id == Suborder.id).where(wanted)
    return parts_in(rows(joined.order_by(*BY_NUMBER)), placed_at, reader)


def parts_in(
    found: Sequence[Row[*tuple[Any, ...]]], placed_at: datetime, reader: Reader, *, whole: bool = True
) -> tuple[Part, ...]:
    """Return parts from rows of parts and lines, in their order; not ``whole`` without what others keep about them."""
    grouped: dict[UUID, list[Row[*tuple[Any, ...]]]] = {}
    for row in found:
        grouped.setdefault(row.part_id, []).append(row)
    # Nobody says anything of what was not sent yet.
    sent = [lines[0].part_id for lines in grouped.values() if lines[0].part_state in SENT]
    beside = _beside(sent) if whole and sent else {}
    objected = _objected(tuple(beside))
    return tuple(
        _part(lines, placed_at, reader, beside.get(part_id, ()), objected=part_id in objected)
        for part_id, lines in grouped.items()
    )


def _objected(part_ids: Sequence[UUID]) -> frozenset[UUID]:
    """Return those of these parts that somebody objects to: of what nobody keeps a step, nobody objects."""
    return frozenset[UUID]().union(*(asked(part_ids) for asked in slots.objections)) if part_ids else frozenset()


def _beside(part_ids: Sequence[UUID]) -> dict[UUID, list[Happening]]:
    """Return the steps of what others keep about parts: a statement for each story that has some of its own."""
    told: dict[UUID, list[Happening]] = {}
    for story in slots.stories:
        for step in story.found(part_ids) if story.found is not None else ():
            told.setdefault(step.part_id, []).append(step)
    return told


def _part(
    found: list[Row[*tuple[Any, ...]]],
    placed_at: datetime,
    reader: Reader,
    beside: Sequence[Happening],
    *,
    objected: bool,
) -> Part:
    first = found[0]
    delivery = Delivery(first.delivery)
    shown = (first.receipt_number, first.handed_to or "")
    return Part(
        id=first.part_id,
        number=first.part_number,
        seller_id=first.seller_id,
        seller_name=first.seller_name,
        shop_url=catalog.shop_address(first.seller_slug),
        state=first.part_state,
        delivery=delivery,
        delivery_label=first.delivery_label,
        promised_on=first.promised_on,
        day_before=first.day_before,
        slot=first.slot,
        arrives_by=first.arrives_by,
        goods=first.part_goods,
        discount=first.part_discount,
        taxes=taxes(
            Share(row.tax_code, row.tax_num, row.tax_den, row.tax_basis, row.tax_idr, row.included_tax_idr)
            for row in found
        ),
        shipping=first.part_shipping,
        total=first.part_total,
        receipt_number=first.receipt_number,
        note=first.note,
        handed_to=first.handed_to or "",
        handover_id=first.handover_id,
        due_at=first.due_at,
        due_what=first.due_what,
        refunded=first.part_refunded,
        lines=tuple(
            PartLine(
                id=row.line_id,
                refunded_qty=row.refunded_qty,
                refunded=row.line_refunded,
                name=row.name,
                variant=row.variant,
                unit=row.unit,
                qty=row.qty,
                price=row.unit_price_idr,
                total=row.unit_price_idr * row.qty,
                image_id=row.image_id,
                pattern_url=row.pattern,
                url=catalog.product_address(row.product_code, row.slug),
                sku=row.sku,
            )
            for row in found
        ),
        steps=steps(
            first.part_id,
            first.part_state,
            delivery,
            first.moved or (),
            reader=reader,
            placed_at=placed_at,
            deadline=(first.due_at, first.due_what),
            shown=" · ".join(one for one in shown if one),
            beside=beside,
            objected=objected,
            all_back=first.part_refunded == first.part_total,
        ),
    )
