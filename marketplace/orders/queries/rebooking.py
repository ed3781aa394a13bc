"""Which days the parts of an order can keep as it is paid anew, and what stands in the place of those that are gone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Row, bindparam, select

from marketplace.catalog import queries as catalog
from marketplace.delivery import queries as deliveries
from marketplace.kernel import clock
from marketplace.kernel.db import rows
from marketplace.kernel.money import Rupiah
from marketplace.orders.models import Delivery, Line, Order, Suborder
from marketplace.orders.queries.making import making
from marketplace.orders.queries.ways import DELIVERIES, Time, free_times
from marketplace.sellers import queries as sellers

METHODS = {delivery: method for method, delivery in DELIVERIES.items()}
KECAMATAN = len("31.71.08")
"""A kelurahan's code begins with that of its kecamatan."""
_OFFERS, _SHOPS = catalog.OFFERS, sellers.SHOPS
_MADE = deliveries.made_of(_OFFERS.c.product_id, limited=_OFFERS.c.daily_units.is_not(None))
_PARTS = (
    select(
        Suborder.id.label("part_id"),
        Suborder.seller_id,
        Suborder.seller_name,
        Suborder.delivery,
        Suborder.delivery_code,
        Suborder.promised_on,
        Suborder.slot.label("promised_slot"),
        Suborder.goods_idr,
        Suborder.weight_g,
        Order.kelurahan_code,
        Line.qty,
        *_SHOPS.c,
        *_OFFERS.c,
        deliveries.told_of(_SHOPS.c.id),
        _MADE,
    )
    .join(Suborder, Suborder.id == Line.suborder_id)
    .join(Order, Order.id == Suborder.order_id)
    .join(_SHOPS, _SHOPS.c.id == Suborder.seller_id)
    .outerjoin(_OFFERS, _OFFERS.c.variant_id == Line.variant_id)
    .where(Suborder.order_id == bindparam("order"))
    .order_by(Suborder.number, Line.number)
)
_SHOP = slice(11, 11 + len(_SHOPS.c))
_OFFER = slice(_SHOP.stop, _SHOP.stop + len(_OFFERS.c))


@dataclass(frozen=True, kw_only=True)
class Lost:
    """A day that a part cannot keep, and the next one that it can have by the same way; None when there is none."""

    part_id: UUID
    seller_id: UUID
    seller_name: str
    way: str
    day: date
    slot: str
    next: Time | None


def lost_days(order_id: UUID) -> tuple[Lost, ...]:
    """Return the parts whose promised day is gone: over, within a leave, closed, full or too late to begin.

    What the order itself holds must be given back before, or it stands in its own way. A way that its shop does not offer
    any more is not judged: the day stays, as the shop promised it.
    """
    found = rows(_PARTS, {"order": order_id, "today": clock.today()})
    parts: dict[UUID, list[Row[*tuple[Any, ...]]]] = {}
    for row in found:
        if row.promised_on is not None:
            parts.setdefault(row.part_id, []).append(row)
    if not parts:
        return ()
    place = found[0].kelurahan_code[:KECAMATAN] or None
    asked = [(_group(lines), deliveries.said_in(lines[0].said)) for lines in parts.values()]
    offered = deliveries.offered(asked, place, clock.now())
    judged = (_judged(lines[0], offered) for lines in parts.values())
    return tuple(one for one in judged if one is not None)


def _group(lines: Sequence[Row[*tuple[Any, ...]]]) -> deliveries.Group:
    first, card = lines[0], sellers.card_in(lines[0][_SHOP])
    known = [(catalog.offer_in(row[_OFFER]), row) for row in lines if row[_OFFER][0]]
    return deliveries.Group(
        seller_id=card.id,
        kecamatan_code=card.kecamatan_code,
        opening_days=card.opening_days,
        goods=Rupiah(0) + first.goods_idr,
        weight_g=first.weight_g,
        units=sum(row.qty for row in lines),
        lead_days=max((offer.lead_days for offer, _row in known), default=0),
        away=card.leave.days if card.leave else None,
        making=making((offer, row.qty, deliveries.made_in(row.made)) for offer, row in known),
    )


def _judged(part: Row[*tuple[Any, ...]], offered: Mapping[UUID, Sequence[deliveries.Choice]]) -> Lost | None:
    method = METHODS[Delivery(part.delivery)]
    key = f"{method}:{part.delivery_code}" if part.delivery_code else str(method)
    choice = next((one for one in offered[part.seller_id] if one.key == key), None)
    if choice is None:
        return None
    times = list(free_times(choice))
    if any((time.day.on, time.slot) == (part.promised_on, part.promised_slot) for time in times):
        return None
    # The hours that were chosen, on another day, before other hours.
    after = next((time for time in times if time.slot == part.promised_slot), times[0] if times else None)
    return Lost(
        part_id=part.part_id,
        seller_id=part.seller_id,
        seller_name=part.seller_name,
        way=key,
        day=part.promised_on,
        slot=part.promised_slot,
        next=after,
    )
