"""Orders as their buyers see them; never fetched without asking whose they are (R15.2)."""

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, select

from marketplace.catalog import queries as catalog
from marketplace.kernel import ids
from marketplace.kernel.access import Actor
from marketplace.kernel.db import rows, session
from marketplace.kernel.errors import NotFound
from marketplace.kernel.models import Move
from marketplace.kernel.money import Rupiah
from marketplace.kernel.pages import Page, page, position
from marketplace.kernel.plugin import current
from marketplace.orders.models import Delivery, Line, Order, OrderState, PartState, Suborder
from marketplace.orders.policies import OWN, Ownership

PAGE_SIZE = 20
CODE_LENGTH = ids.CODE_LENGTH


@dataclass(frozen=True, kw_only=True)
class PartLine:
    """A frozen line of a part."""

    name: str
    variant: str
    unit: str
    qty: int
    price: Rupiah
    total: Rupiah
    image_id: UUID | None
    pattern_url: str
    url: str
    sku: str


@dataclass(frozen=True, kw_only=True)
class Step:
    """One point of a part's way: ``state`` is ``done``, ``now``, ``next`` or ``cancelled``."""

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
    goods: Rupiah
    shipping: Rupiah
    total: Rupiah
    receipt_number: str
    lines: tuple[PartLine, ...]
    steps: tuple[Step, ...]

    @property
    def may_be_received(self) -> bool:
        """Tell whether the buyer can say now that it has come."""
        return self.state == PartState.SHIPPED or (self.state == PartState.READY and self.delivery is Delivery.PICKUP)


@dataclass(frozen=True, kw_only=True)
class OrderPage:
    """An order with its parts. ``whole`` is False when only code and four digits were shown: then it is masked."""

    id: UUID
    code: str
    state: str
    recipient: str
    phone: str
    email: str | None
    address: str
    kelurahan: str
    kecamatan: str
    kota: str
    goods: Rupiah
    shipping: Rupiah
    total: Rupiah
    gateway: str
    placed_at: datetime
    paid_at: datetime | None
    cause: str
    parts: tuple[Part, ...]
    whole: bool

    @property
    def reference(self) -> str:
        """Return how charges name this order."""
        return str(self.id)

    @property
    def shown_code(self) -> str:
        """Return the code as people read it."""
        return shown_code(self.code)

    @property
    def may_be_cancelled(self) -> bool:
        """Tell whether the buyer can still call it off: nothing is paid or under way."""
        return self.state == OrderState.PLACED


@dataclass(frozen=True, kw_only=True)
class OrderRow:
    """An order in the list of its buyer."""

    id: UUID
    code: str
    state: str
    total: Rupiah
    placed_at: datetime
    sellers: tuple[str, ...]
    part_states: tuple[str, ...]

    @property
    def shown_code(self) -> str:
        """Return the code as people read it."""
        return shown_code(self.code)


def shown_code(code: str) -> str:
    """Return a code as people read it: ``JKP-7K4M-2QXD``."""
    return f"JKP-{code[:4]}-{code[4:]}"


def plain_code(typed: str) -> str:
    """Return the code that somebody typed or followed, however it was written."""
    bare = "".join(letter for letter in typed.upper() if letter.isalnum())
    return bare[-CODE_LENGTH:] if bare.startswith("JKP") and len(bare) > CODE_LENGTH else bare


def page_token(order_id: UUID) -> str:
    """Return the token of the mailed link to an order."""
    return ids.derived_token(current().settings.secret_key, order_id, "orders.page")


def own_order(code: str, actor: Actor, token: str = "", *, parts: bool = True) -> OrderPage:
    """Return an order to its owner, or to who shows the mailed token; NotFound to everyone else.

    Without ``parts`` it comes in one statement.
    """
    found = session.execute(_order.where(Order.code == plain_code(code))).one_or_none()
    if found is None or not OWN.allows(actor, ownership(found, token)):
        raise NotFound
    return _page(found, whole=True, parts=parts)


def ownership(order: Row[*tuple[Any, ...]] | Order, token: str = "") -> Ownership:
    """Return whose order it is, as policies ask it; ``token`` is what was shown, if anything."""
    opened = bool(token) and hmac.compare_digest(page_token(order.id).encode(), token.encode())
    return Ownership(order.person_id, order.guest_key, opened=opened)


def looked_up(code: str, digits: str) -> OrderPage | None:
    """Return the masked state of an order to who knows its code and the last four digits of its number."""
    found = session.execute(_order.where(Order.code == plain_code(code))).one_or_none()
    # The same work for a wrong code and for wrong digits, so that the time tells nothing.
    known = found.phone[-4:] if found else "----"
    if not hmac.compare_digest(known.encode(), digits.encode()) or found is None:
        return None
    return _page(found, whole=False, parts=True)


def masked_phone(phone: str) -> str:
    """Return a number of which only start and end can be read: ``0812-****-7890``."""
    local = f"0{phone.removeprefix('+62')}"
    return f"{local[:4]}-****-{local[-4:]}"


def local_phone(phone: str) -> str:
    """Return a number as people write it: ``0812-3456-7890``."""
    local = f"0{phone.removeprefix('+62')}"
    return f"{local[:4]}-{local[4:8]}-{local[8:]}"


def masked_name(name: str) -> str:
    """Return a name of which only the first letters of its words can be read."""
    return " ".join(f"{word[0]}***" for word in name.split())


def orders_of(actor: Actor, cursor: str | None = None) -> Page[OrderRow]:
    """Return the actor's orders, newest first."""
    mine = _mine(actor)
    if mine is None:
        return Page((), None)
    statement = select(Order.id, Order.code, Order.state, Order.total_idr, Order.placed_at).where(mine)
    if (after := position(cursor)) is not None:
        statement = statement.where((Order.placed_at, Order.id) < after)  # type: ignore[operator]
    ordered = statement.order_by(Order.placed_at.desc(), Order.id.desc()).limit(PAGE_SIZE + 1)
    found = page(rows(ordered), PAGE_SIZE, lambda row: (row.placed_at, row.id))
    parts: dict[UUID, list[Row[*tuple[Any, ...]]]] = {}
    named = select(Suborder.order_id, Suborder.seller_name, Suborder.state).order_by(Suborder.number)
    for part in rows(named.where(Suborder.order_id.in_([row.id for row in found.items]))) if found.items else ():
        parts.setdefault(part.order_id, []).append(part)
    items = tuple(
        OrderRow(
            id=row.id,
            code=row.code,
            state=row.state,
            total=row.total_idr,
            placed_at=row.placed_at,
            sellers=tuple(part.seller_name for part in parts[row.id]),
            part_states=tuple(part.state for part in parts[row.id]),
        )
        for row in found.items
    )
    return Page(items, found.next)


def _mine(actor: Actor) -> ColumnElement[bool] | None:
    if actor.id:
        return Order.person_id == actor.id
    return (Order.guest_key == actor.guest_key) & Order.person_id.is_(None) if actor.guest_key else None


@dataclass(frozen=True)
class LastContact:
    """What the actor gave with their last order, to be offered again."""

    name: str
    phone: str
    email: str | None
    address: str
    kelurahan_code: str


def contact_of_last(actor: Actor) -> LastContact | None:
    """Return contact and address of the actor's last order."""
    mine = _mine(actor)
    if mine is None:
        return None
    fields = (Order.recipient, Order.phone, Order.email, Order.address, Order.kelurahan_code)
    found = session.execute(select(*fields).where(mine).order_by(Order.id.desc()).limit(1)).one_or_none()
    return None if found is None else LastContact(*found)


_order = select(
    Order.id,
    Order.code,
    Order.state,
    Order.person_id,
    Order.guest_key,
    Order.recipient,
    Order.phone,
    Order.email,
    Order.address,
    Order.kelurahan,
    Order.kecamatan,
    Order.kota,
    Order.goods_idr,
    Order.shipping_idr,
    Order.total_idr,
    Order.gateway,
    Order.placed_at,
    Order.paid_at,
    Order.cause,
)


def _page(order: Row[*tuple[Any, ...]], *, whole: bool, parts: bool) -> OrderPage:
    return OrderPage(
        id=order.id,
        code=order.code,
        state=order.state,
        recipient=order.recipient if whole else masked_name(order.recipient),
        phone=local_phone(order.phone) if whole else masked_phone(order.phone),
        email=order.email if whole else None,
        address=order.address if whole else "",
        kelurahan=order.kelurahan,
        kecamatan=order.kecamatan,
        kota=order.kota,
        goods=order.goods_idr,
        shipping=order.shipping_idr,
        total=order.total_idr,
        gateway=order.gateway,
        placed_at=order.placed_at,
        paid_at=order.paid_at,
        cause=order.cause,
        parts=parts_of(Suborder.order_id == order.id, order.placed_at) if parts else (),
        whole=whole,
    )


def parts_of(wanted: ColumnElement[bool], placed_at: datetime) -> tuple[Part, ...]:
    """Return parts with their lines and steps, by number: two statements however many there are."""
    joined = select(*_PART, *_LINE).join(Line, Line.suborder_id == Suborder.id).where(wanted)
    grouped: dict[UUID, list[Row[*tuple[Any, ...]]]] = {}
    for row in rows(joined.order_by(Suborder.number, Line.number)):
        grouped.setdefault(row.id, []).append(row)
    moved: dict[UUID, dict[str, datetime]] = {key: {} for key in grouped}
    history = select(Move.thing_id, Move.now, Move.at).where(
        Move.kind == Suborder.__tablename__, Move.thing_id.in_(list(grouped))
    )
    for step in rows(history.order_by(Move.at, Move.id)):
        moved[step.thing_id][step.now] = step.at
    return tuple(_part(found, moved[key], placed_at) for key, found in grouped.items())


_PART = (
    Suborder.id,
    Suborder.number.label("part_number"),
    Suborder.seller_id,
    Suborder.seller_name,
    Suborder.seller_slug,
    Suborder.state,
    Suborder.delivery,
    Suborder.goods_idr,
    Suborder.shipping_idr,
    Suborder.total_idr.label("part_total"),
    Suborder.receipt_number,
)
_LINE = (
    Line.name,
    Line.variant,
    Line.unit,
    Line.qty,
    Line.unit_price_idr,
    Line.total_idr.label("line_total"),
    Line.image_id,
    Line.pattern,
    Line.product_code,
    Line.slug,
    Line.sku,
)


def _part(found: list[Row[*tuple[Any, ...]]], moved: Mapping[str, datetime], placed_at: datetime) -> Part:
    first = found[0]
    delivery = Delivery(first.delivery)
    return Part(
        id=first.id,
        number=first.part_number,
        seller_id=first.seller_id,
        seller_name=first.seller_name,
        shop_url=catalog.shop_address(first.seller_slug),
        state=first.state,
        delivery=delivery,
        goods=first.goods_idr,
        shipping=first.shipping_idr,
        total=first.part_total,
        receipt_number=first.receipt_number,
        lines=tuple(
            PartLine(
                name=row.name,
                variant=row.variant,
                unit=row.unit,
                qty=row.qty,
                price=row.unit_price_idr,
                total=row.line_total,
                image_id=row.image_id,
                pattern_url=row.pattern,
                url=catalog.product_address(row.product_code, row.slug),
                sku=row.sku,
            )
            for row in found
        ),
        steps=steps(first.state, delivery, moved, placed_at, first.receipt_number),
    )


def steps(
    state: str, delivery: Delivery, moved: Mapping[str, datetime], placed_at: datetime, receipt: str
) -> tuple[Step, ...]:
    """Return the way of a part as its history tells it: what is done, what is going on, what comes."""
    way = [PartState.WAITING_PAYMENT, PartState.NEW, PartState.ACCEPTED, PartState.READY]
    way += [PartState.SHIPPED] if delivery is Delivery.SELLER else []
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
            state=_standing(at, now, last=at == len(way) - 1),
            at=times.get(step) if at <= now else None,
            detail=receipt if step == PartState.SHIPPED and at <= now else "",
        )
        for at, step in enumerate(way)
    )


def _standing(at: int, now: int, *, last: bool) -> str:
    if at < now or (at == now and last):
        return "done"
    return "now" if at == now else "next"


def export_person(person_id: UUID) -> dict[str, Any]:
    """Return what orders keep of a person, in plain JSON types."""
    fields = ("code", "recipient", "phone", "email", "address", "kelurahan", "state")
    columns: Sequence[Any] = [getattr(Order, name) for name in fields]
    found = rows(
        select(*columns, Order.placed_at, Order.total_idr).where(Order.person_id == person_id).order_by(Order.id)
    )
    return {
        "orders": [
            {
                **{name: getattr(row, name) for name in fields},
                "placed_at": row.placed_at.isoformat(),
                "total_idr": row.total_idr.amount,
            }
            for row in found
        ]
    }
