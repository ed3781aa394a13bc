"""Parts of orders, with their lines and their way so far, as buyers and sellers both see them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, SQLColumnExpression, exists, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from marketplace.catalog import queries as catalog
from marketplace.kernel.db import rows
from marketplace.kernel.models import Move
from marketplace.kernel.money import Rupiah
from marketplace.orders.models import Delivery, Line, PartState, Suborder
from marketplace.orders.queries.explaining import Share, Tax, taxes

CAME = (PartState.RECEIVED,)
"""The states of a part whose goods its buyer has."""


@dataclass(frozen=True, kw_only=True)
class PartLine:
    """A frozen line of a part."""

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


@dataclass(frozen=True, kw_only=True)
class Step:
    """One point of a part's way: ``state`` is ``done``, ``now`` for the one waited for, ``next`` or ``cancelled``."""

    name: str
    state: str
    at: datetime | None = None
    detail: str = ""


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
    slot: str
    arrives_by: date | None
    goods: Rupiah
    discount: Rupiah
    shipping: Rupiah
    taxes: tuple[Tax, ...]
    total: Rupiah
    receipt_number: str
    note: str
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


# When each state was reached last, from the history rows.
_moved = (
    select(func.jsonb_object_agg(Move.now, aggregate_order_by(Move.at, Move.at, Move.id)))
    .where(Move.kind == Suborder.__tablename__, Move.thing_id == Suborder.id)
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
    Suborder.slot,
    Suborder.arrives_by,
    Suborder.goods_idr.label("part_goods"),
    Suborder.discount_idr.label("part_discount"),
    Suborder.shipping_idr.label("part_shipping"),
    Suborder.total_idr.label("part_total"),
    Suborder.receipt_number,
    Suborder.note,
    _moved.label("moved"),
)
LINE = (
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


BY_NUMBER = (Suborder.number, Line.number)


def parts_of(wanted: ColumnElement[bool], placed_at: datetime) -> tuple[Part, ...]:
    """Return parts with their lines and steps, by number: one statement however many there are."""
    joined = select(*PART, *LINE).join(Line, Line.suborder_id == Suborder.id).where(wanted)
    return parts_in(rows(joined.order_by(*BY_NUMBER)), placed_at)


def parts_in(found: Sequence[Row[*tuple[Any, ...]]], placed_at: datetime) -> tuple[Part, ...]:
    """Return parts from rows of parts and lines, in their order."""
    grouped: dict[UUID, list[Row[*tuple[Any, ...]]]] = {}
    for row in found:
        grouped.setdefault(row.part_id, []).append(row)
    return tuple(_part(lines, placed_at) for lines in grouped.values())


def _part(found: list[Row[*tuple[Any, ...]]], placed_at: datetime) -> Part:
    first = found[0]
    delivery = Delivery(first.delivery)
    moved = {state: datetime.fromisoformat(at) for state, at in (first.moved or {}).items()}
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
        lines=tuple(
            PartLine(
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
        steps=steps(first.part_state, delivery, moved, placed_at, first.receipt_number),
    )


def steps(
    state: str, delivery: Delivery, moved: Mapping[str, datetime], placed_at: datetime, receipt: str
) -> tuple[Step, ...]:
    """Return the way of a part as its history tells it: what is done, what is going on, what comes."""
    way = [PartState.WAITING_PAYMENT, PartState.NEW, PartState.ACCEPTED, PartState.READY]
    way += [] if delivery.fetched else [PartState.SHIPPED]
    way.append(PartState.RECEIVED)
    times = {PartState.WAITING_PAYMENT.value: placed_at, **moved}
    if state == PartState.CANCELLED:
        reached = [step for step in way if step in times]
        done = tuple(Step(name=step, state="done", at=times[step]) for step in reached)
        return (*done, Step(name=state, state="cancelled", at=times.get(state)))
    now = way.index(PartState(state))
    return tuple(
        Step(
            name=step,
            state=_standing(at, now),
            at=times.get(step) if at <= now else None,
            detail=receipt if step == PartState.SHIPPED and at <= now else "",
        )
        for at, step in enumerate(way)
    )


def _standing(at: int, now: int) -> str:
    if at <= now:
        return "done"
    return "now" if at == now + 1 else "next"
