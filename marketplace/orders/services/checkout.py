"""From cart to order: one transaction that places it, and the charge opened outside of it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select, text

from marketplace.accounts import queries as accounts
from marketplace.catalog import services as catalog
from marketplace.catalog.services import StockLine
from marketplace.kernel import clock
from marketplace.kernel.access import Actor
from marketplace.kernel.db import Base, rows, session, transactional
from marketplace.kernel.errors import Conflict, Invalid, NotFound
from marketplace.kernel.idempotency import Key
from marketplace.kernel.ids import short_code, uuid7
from marketplace.kernel.machine import record_move
from marketplace.kernel.money import Rupiah
from marketplace.kernel.outbox import emit
from marketplace.kernel.plugin import current
from marketplace.kernel.words import _, language
from marketplace.orders import queries
from marketplace.orders.events import OrderPlaced
from marketplace.orders.forms import ADDRESS, UNKNOWN_KELURAHAN, CheckoutIn, PayAgainIn, kelurahan_meant, missing
from marketplace.orders.models import Line, Order, OrderState, PartState, Suborder
from marketplace.orders.policies import OWN
from marketplace.orders.queries.orders import ownership, plain_code, shown_code
from marketplace.orders.services.hoarding import count_address, refuse_hoarding
from marketplace.payments import queries as payments_queries
from marketplace.payments import services as payments


def _rows_into(model: type[Base], rows: str) -> str:
    # The rows come as JSON and take the types of the table's own columns. Those are named, so that a later version may
    # add some (R25.2).
    table, columns = model.__table__, ", ".join(model.__table__.c.keys())
    source = f"jsonb_populate_recordset(CAST(NULL AS {table}), CAST(:{rows} AS jsonb))"
    return f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {source}"  # noqa: S608 - our own names


# The order with its parts and their lines, in one statement; nothing and no answer when the code is taken.
WRITE = text(
    f"WITH placed AS ({_rows_into(Order, 'orders')} ON CONFLICT (code) DO NOTHING RETURNING code),"  # noqa: S608 - our own
    f" parts AS ({_rows_into(Suborder, 'parts')} WHERE EXISTS (SELECT FROM placed)),"
    f" lines AS ({_rows_into(Line, 'lines')} WHERE EXISTS (SELECT FROM placed))"
    " SELECT code FROM placed"
)
PLACE, PAY = "orders.place", "orders.pay"
TRIES_FOR_A_CODE = 5
RETURN_PATH = "/bayar/{}?kembali=1"
"""Where the gateway sends the buyer back to; the mark makes that page ask at once how the charge stands."""


@dataclass(frozen=True)
class Placed:
    """What placing or paying an order came to; ``replayed`` when the same form had come before."""

    code: str
    charge: payments_queries.Charge
    replayed: bool


def buy(data: CheckoutIn, *, by: Actor, address: str = "", patient: bool = True) -> Placed:
    """Place an order and open its charge at the gateway; if that is away, the order stands and the charge follows."""
    placed = place(data, by=by, address=address, patient=patient)
    payments.reach(placed.charge)
    return placed


@transactional
def place(data: CheckoutIn, *, by: Actor, address: str = "", patient: bool = True) -> Placed:
    """Turn what can be bought of the actor's cart into an order, all of it or nothing.

    The same one-time key gets the first answer again; while the first is still at work, who is not ``patient`` gets
    Conflict ``running``. ``address`` is a hash of where a guest comes from. Raises Invalid beside the fields, and Conflict:
    ``empty_cart``, ``blocked`` when a line cannot be bought, ``total_changed`` with ``old`` and ``new``, ``sold_out`` with
    ``short``, ``too_many_unpaid``; TooMany from one address.
    """
    order_id = uuid7()
    key = Key.of(queries.owner(by), data.kunci, data.model_dump(exclude={"kunci"}), patient=patient)
    if (earlier := key.earlier(PLACE, {"order_id": str(order_id)})) is not None:
        return _placed_before(UUID(earlier["order_id"]))
    where = _place_of(data.kelurahan)
    payments.chosen(data.gateway)
    cart = _taken_cart(by, data.tanpa)
    _allow(cart, data.expected_total_idr.amount)
    if cart.brought and (lacking := [name for name in ADDRESS if not getattr(data, name)]):
        raise Invalid({name: missing(name) for name in lacking})
    refuse_hoarding(by.id, by.guest_key, data.whatsapp, data.email, by=by)
    until = clock.now() + timedelta(minutes=current().setting("PAY_MINUTES"))
    code = _write_order(order_id, data, cart, where, by)
    charge = payments.plan(
        str(order_id),
        cart.total,
        gateway=data.gateway,
        label=shown_code(code),
        return_path=RETURN_PATH.format(code),
        until=until,
        by=by,
    )
    items = [item for group in cart.groups for item in group.items]
    catalog.reserve(str(order_id), [StockLine(item.variant_id, item.qty) for item in items], until=until)
    if not by.id:
        count_address(address)
    emit(OrderPlaced(order_id=str(order_id), code=code, total_idr=cart.total.amount))
    return Placed(code, charge, replayed=False)


def _placed_before(order_id: UUID) -> Placed:
    charge = payments_queries.latest(str(order_id))
    code = session.scalar(select(Order.code).where(Order.id == order_id))
    if charge is None or code is None:
        raise NotFound
    return Placed(code, charge, replayed=True)


def pay_again(code: str, data: PayAgainIn, *, by: Actor, token: str = "", patient: bool = True) -> Placed:
    """Hold the goods again, plan a new charge for an order whose last one ended, and open it.

    An open charge is used again. Raises Conflict: ``sold_out`` when the goods are gone, ``paid`` or ``review`` when money
    came, ``too_many_unpaid``, and ``running`` to who is not ``patient``.
    """
    again = renew(code, data, by=by, token=token, patient=patient)
    payments.reach(again.charge)
    return again


@transactional
def renew(code: str, data: PayAgainIn, *, by: Actor, token: str = "", patient: bool = True) -> Placed:
    """Do the part of ``pay_again`` that is ours."""
    key = Key.of(queries.owner(by), data.kunci, [plain_code(code), data.gateway], patient=patient)
    if (earlier := key.earlier(PAY)) is not None:
        return Placed(plain_code(code), payments_queries.charge(UUID(earlier["charge_id"])), replayed=True)
    order = locked_own(code, by, token)
    latest = payments_queries.latest(order.reference)
    refuse_when_paid(latest)
    if order.state != OrderState.PLACED:
        raise Conflict("state", _("This order cannot be paid any more."))
    payments.chosen(data.gateway)
    if latest is not None and latest.state == "opened":
        charge = latest
    else:
        refuse_hoarding(order.person_id, order.guest_key, order.phone, order.email, by=by)
        until = clock.now() + timedelta(minutes=current().setting("PAY_MINUTES"))
        charge = payments.plan(
            order.reference,
            order.total_idr,
            gateway=data.gateway,
            label=shown_code(order.code),
            return_path=RETURN_PATH.format(order.code),
            until=until,
            by=by,
        )
        hold_again(order, until)
        order.gateway = data.gateway
    key.remember(PAY, {"charge_id": str(charge.id)})
    return Placed(order.code, charge, replayed=False)


def refuse_when_paid(latest: payments_queries.Charge | None) -> None:
    """Raise Conflict ``paid`` when the money of an order came, ``review`` when it came but does not fit."""
    if latest is not None and latest.state == "settled":
        raise Conflict("paid", _("This order is paid already."))
    if latest is not None and latest.state == "review":
        raise Conflict("review", _("A payment of this order is being checked. You need not pay again."))


def hold_again(order: Order, until: datetime) -> None:
    """Let go of what an order still holds and take a new hold of all its lines; raises Conflict ``sold_out``."""
    catalog.release(order.hold_reference, "renewed")
    order.hold += 1
    wanted = select(Line.variant_id, Line.qty).join(Suborder, Suborder.id == Line.suborder_id)
    lines = session.execute(wanted.where(Suborder.order_id == order.id)).all()
    catalog.reserve(order.hold_reference, [StockLine(line.variant_id, line.qty) for line in lines], until=until)


def locked_own(code: str, by: Actor, token: str = "") -> Order:
    """Return the actor's own order for writing; raises NotFound for any other."""
    statement = select(Order).where(Order.code == plain_code(code)).with_for_update()
    order = session.execute(statement).scalar_one_or_none()
    if order is None or not OWN.allows(by, ownership(order, token)):
        raise NotFound
    return order


def _place_of(typed: str | None) -> accounts.Place | None:
    if typed is None:
        return None
    found = kelurahan_meant(typed)
    if found is None:
        raise Invalid({"kelurahan": UNKNOWN_KELURAHAN})
    return found


def _taken_cart(by: Actor, left_out: Sequence[UUID]) -> queries.Cart:
    # Of two checkouts of one cart the second waits here and then finds the lines gone; a refusal puts them all back.
    return queries.cart_of(rows(queries.TAKE_CART, {"owner": queries.owner(by), "but": list(left_out)}))


def _allow(cart: queries.Cart, expected: int) -> None:
    if not cart.groups:
        raise Conflict("empty_cart", _("There is nothing in the cart to order."))
    if cart.blocked:
        shops = ", ".join(group.seller.name for group in cart.blocked)
        raise Conflict(
            "blocked", _("Something from %(shops)s cannot be bought as it is. Look at the cart.", shops=shops)
        )
    if cart.total.amount != expected:
        said = _("The total changed meanwhile. Look at the new one before you pay.")
        raise Conflict("total_changed", said, old=expected, new=cart.total.amount)


def _write_order(order_id: UUID, data: CheckoutIn, cart: queries.Cart, where: accounts.Place | None, by: Actor) -> str:
    order: dict[str, Any] = {
        "id": order_id,
        "state": OrderState.PLACED,
        "person_id": by.id,
        "guest_key": None if by.id else by.guest_key,
        "channel": "public",
        "language": language(),
        "recipient": data.nama,
        "phone": data.whatsapp,
        "email": data.email,
        "address": data.alamat or "",
        "kelurahan_code": where.kelurahan_code if where else "",
        "kelurahan": where.kelurahan if where else "",
        "kecamatan": where.kecamatan if where else "",
        "kota": where.kota if where else "",
        "goods_idr": cart.goods,
        "shipping_idr": cart.shipping,
        "total_idr": cart.total,
        "currency": "IDR",
        "gateway": data.gateway,
        "hold": 1,
        "placed_at": clock.now(),
        "cause": "",
    }
    parts: list[dict[str, Any]] = [
        {
            "id": uuid7(),
            "state": PartState.WAITING_PAYMENT,
            "order_id": order_id,
            "number": number,
            "seller_id": group.seller.id,
            "seller_name": group.seller.name,
            "seller_slug": group.seller.slug,
            "delivery": group.delivery,
            "goods_idr": group.goods,
            "discount_idr": 0,
            "shipping_idr": group.shipping,
            "tax_idr": 0,
            "total_idr": group.total,
            "receipt_number": "",
            "refunded_idr": 0,
        }
        for number, group in enumerate(cart.groups, start=1)
    ]
    lines = [row for part, group in zip(parts, cart.groups, strict=True) for row in _lines(part, group)]
    record_move(Order.__tablename__, order_id, "", OrderState.PLACED, by=by)
    for part in parts:
        record_move(Suborder.__tablename__, part["id"], "", PartState.WAITING_PAYMENT, by=by)
    return _insert(order, parts, lines)


def _insert(order: dict[str, Any], parts: list[dict[str, Any]], lines: list[dict[str, Any]]) -> str:
    told = {"parts": json.dumps(parts, default=_plain), "lines": json.dumps(lines, default=_plain)}
    for _try in range(TRIES_FOR_A_CODE):
        told["orders"] = json.dumps([{**order, "code": short_code()}], default=_plain)
        if (code := session.execute(WRITE, told).scalar_one_or_none()) is not None:
            return str(code)
    message = "no free order code was found"
    raise RuntimeError(message)


def _plain(value: object) -> object:
    return value.amount if isinstance(value, Rupiah) else str(value)


def _lines(part: dict[str, Any], group: queries.CartGroup) -> list[dict[str, Any]]:
    offers = [(item, item.offer) for item in group.items if item.offer is not None]
    return [
        {
            "id": uuid7(),
            "suborder_id": part["id"],
            "number": number,
            "variant_id": offer.variant_id,
            "product_id": offer.product_id,
            "product_code": offer.code,
            "slug": offer.slug,
            "sku": offer.sku,
            "name": offer.name,
            "variant": offer.variant,
            "unit": offer.unit,
            "image_id": offer.image_id,
            "pattern": offer.pattern_url,
            "domestic": offer.domestic,
            "halal": offer.halal,
            "lead_days": offer.lead_days,
            "qty": item.qty,
            "unit_price_idr": offer.price,
            "discount_idr": 0,
            "tax_idr": 0,
            "total_idr": item.total,
        }
        for number, (item, offer) in enumerate(offers, start=1)
    ]
