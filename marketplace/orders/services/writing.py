"""An order with its parts and lines as rows: everything about them as it is at this moment (R5.2)."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import text

from marketplace.accounts import queries as accounts
from marketplace.kernel import clock
from marketplace.kernel.access import Actor
from marketplace.kernel.db import Base, session
from marketplace.kernel.ids import short_code, uuid7
from marketplace.kernel.machine import record_move
from marketplace.kernel.money import Rupiah
from marketplace.kernel.words import language
from marketplace.orders import queries
from marketplace.orders.forms import CheckoutIn
from marketplace.orders.models import Line, Order, OrderState, PartState, Suborder
from marketplace.p3dn.queries import Local, classify

TRIES_FOR_A_CODE = 5


def _rows_into(model: type[Base], rows: str) -> str:
    # The rows come as JSON and take the types of the table's own columns. Those are named, so that a later version may
    # add some (R25.2); what begins at its default is left to it.
    table = model.__table__
    columns = ", ".join(column.name for column in table.c if not column.info.get("later"))
    source = f"jsonb_populate_recordset(CAST(NULL AS {table}), CAST(:{rows} AS jsonb))"
    return f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {source}"  # noqa: S608 - our own names


# The order with its parts and their lines, in one statement; nothing and no answer when the code is taken.
WRITE = text(
    f"WITH placed AS ({_rows_into(Order, 'orders')} ON CONFLICT (code) DO NOTHING RETURNING code),"  # noqa: S608 - our own
    f" parts AS ({_rows_into(Suborder, 'parts')} WHERE EXISTS (SELECT FROM placed)),"
    f" lines AS ({_rows_into(Line, 'lines')} WHERE EXISTS (SELECT FROM placed))"
    " SELECT code FROM placed"
)


def write_order(order_id: UUID, data: CheckoutIn, cart: queries.Cart, where: accounts.Place | None, by: Actor) -> str:
    """Write an order of all that is in the cart, and where each part of it begins; return its code."""
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
        "discount_idr": cart.quote.discount,
        "shipping_idr": cart.shipping,
        "tax_idr": cart.quote.tax,
        "included_tax_idr": cart.quote.included_tax,
        "total_idr": cart.total,
        "currency": "IDR",
        "gateway": data.gateway,
        "hold": 1,
        "placed_at": clock.now(),
        "cause": "",
    }
    parts = [_part(order_id, number, group) for number, group in enumerate(cart.groups, start=1)]
    known = classify([item.offer.product_id for group in cart.groups for item in group.items if item.offer is not None])
    lines = [row for part, group in zip(parts, cart.groups, strict=True) for row in _lines(part, group, known)]
    record_move(Order.__tablename__, order_id, "", OrderState.PLACED, by=by)
    for part in parts:
        record_move(Suborder.__tablename__, part["id"], "", PartState.WAITING_PAYMENT, by=by)
    return _insert(order, parts, lines)


def _part(order_id: UUID, number: int, group: queries.CartGroup) -> dict[str, Any]:
    quote, choice, time = group.quote, group.way.choice, group.way.time
    return {
        "id": uuid7(),
        "state": PartState.WAITING_PAYMENT,
        "order_id": order_id,
        "number": number,
        "seller_id": group.seller.id,
        "seller_name": group.seller.name,
        "seller_slug": group.seller.slug,
        "delivery": group.delivery,
        "delivery_code": choice.code if choice else "",
        "delivery_label": _label(group),
        "promised_on": time.day.on if time else None,
        "slot": time.slot if time else "",
        "arrives_by": time.day.arrives[1] if time else None,
        "weight_g": group.weight_g,
        "goods_idr": quote.goods,
        "discount_idr": quote.discount,
        "shipping_idr": quote.shipping,
        "tax_idr": quote.tax,
        "included_tax_idr": quote.included_tax,
        "total_idr": quote.total,
        "fee_idr": quote.fee,
        "fee_tax_idr": quote.fee_tax,
        "fee_num": quote.fee_rule.numerator if quote.fee_rule else None,
        "fee_den": quote.fee_rule.denominator if quote.fee_rule else None,
        "fee_rule": quote.fee_rule.id if quote.fee_rule else None,
        "receipt_number": "",
        "note": group.note,
    }


def _label(group: queries.CartGroup) -> str:
    """Return the name of the courier or of the joint pick-up; the other ways are named by the page that tells of them."""
    choice = group.way.choice
    if choice is None or not choice.code:
        return ""
    return f"{choice.label}, {choice.where}" if choice.where else str(choice.label)


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


def _lines(part: dict[str, Any], group: queries.CartGroup, known: Mapping[UUID, Local]) -> list[dict[str, Any]]:
    told = [(item, item.offer, quote) for item, quote in zip(group.items, group.quote.lines, strict=True)]
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
            "local": known[offer.product_id].frozen(),
            "halal": offer.halal,
            "food": offer.food,
            "lead_days": offer.lead_days,
            "qty": item.qty,
            "unit_price_idr": offer.price,
            "discount_idr": quote.discount,
            "tax_kind": offer.tax_kind,
            "tax_code": quote.rule.code if quote.rule else "",
            "tax_num": quote.rule.numerator if quote.rule else None,
            "tax_den": quote.rule.denominator if quote.rule else None,
            "tax_basis": quote.rule.basis if quote.rule else "",
            "tax_rule": quote.rule.id if quote.rule else None,
            "tax_idr": quote.tax,
            "included_tax_idr": quote.included_tax,
            "total_idr": quote.total,
            "fee_idr": quote.fee,
        }
        for number, (item, offer, quote) in enumerate(told, start=1)
        if offer is not None
    ]
