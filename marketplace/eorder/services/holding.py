"""What is held for an order of an office: money of its budget, the shop's day, and goods; in this order (R2.3).

An order with which people practise holds money of its training unit alone.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from marketplace.catalog import queries as catalog_queries
from marketplace.catalog import services as catalog
from marketplace.catalog.queries import Offer
from marketplace.catalog.services import StockLine
from marketplace.delivery import services as delivery
from marketplace.delivery.services import Made, Place
from marketplace.eorder.models import Line, Order
from marketplace.kernel import clock
from marketplace.kernel.access import Actor
from marketplace.kernel.db import session
from marketplace.kernel.errors import Conflict
from marketplace.kernel.words import _
from marketplace.offices import services as offices

POOL = "eorder"
SPARE = timedelta(days=7)
"""Goods stay held so long beyond the day by which the officers decide: the timer lets go of them first."""


def hold(order: Order, until: datetime, *, by: Actor) -> None:
    """Hold budget, day and goods of a locked order, or none of them.

    Raises Conflict: ``over_line``, ``over_package``, ``other_year``, ``day_full``, ``sold_out``, or ``off_sale`` for what its
    shop does not sell any more.
    """
    lines = lines_of(order)
    offers = catalog_queries.offers([line.variant_id for line in lines])
    gone = [line.name for line in lines if not (offer := offers.get(line.variant_id)) or not offer.on_sale]
    if gone:
        said = _("The shop does not sell this any more: %(names)s. Choose another shop.", names=", ".join(gone))
        raise Conflict("off_sale", said, names=gone)
    offices.commit(order.reference, order.total_idr, line_id=order.line_id, package_id=order.package_id, by=by)
    if order.training:
        return
    _book(order, order.day, lines, offers)
    catalog.reserve(order.goods_reference, goods_of(order), until=until + SPARE, pool=POOL)


def goods_of(order: Order) -> list[StockLine]:
    """Return what of a shop's goods an order takes, each variant once."""
    wanted: dict[UUID, int] = {}
    for line in lines_of(order):
        wanted[line.variant_id] = wanted.get(line.variant_id, 0) + line.qty
    return [StockLine(variant_id, qty) for variant_id, qty in wanted.items()]


def hold_anew(order: Order, had: Sequence[StockLine], day: date, *, by: Actor) -> None:
    """Hold goods and day of a locked order as they are now, instead of what was held, with its letter issued.

    Raises Conflict ``day_full`` or ``sold_out``.
    """
    if order.training:
        return
    lines = lines_of(order)
    delivery.give_back(order.goods_reference, "changed")
    # What minutes took off was put back as cancelled; goods come back once for a reason, so this is another one.
    catalog.put_back(order.goods_reference, had, "returned", by=by)
    order.moved += 1
    _book(order, day, lines, catalog_queries.offers([line.variant_id for line in lines]))
    delivery.keep(order.goods_reference)
    catalog.reserve(order.goods_reference, goods_of(order), until=clock.now() + SPARE, pool=POOL)
    catalog.consume(order.goods_reference)


def _book(order: Order, day: date, lines: Sequence[Line], offers: Mapping[UUID, Offer]) -> None:
    made = tuple(
        Made(line.product_id, line.qty, offer.daily_units)
        for line in lines
        if (offer := offers.get(line.variant_id)) and offer.made_to_order
    )
    place = Place(order.seller_id, day, "", sum(line.qty for line in lines), _once(made))
    delivery.book(order.goods_reference, [place])


def use_up(order: Order) -> None:
    """Take what is held off the shelf, and keep the shop's day: the letter is issued. Raises Conflict ``hold_gone``."""
    if order.training:
        return
    kept = delivery.keep(order.goods_reference)
    if not catalog.consume(order.goods_reference) or not kept:
        raise Conflict("hold_gone", _("The goods are not held any more. Send the order back and let it be sent anew."))


def let_go(order: Order, cause: str, *, by: Actor) -> None:
    """Give back budget, day and goods of a locked order; what was off the shelf by now comes back. Again changes nothing."""
    offices.release(order.reference, by=by, why=cause)
    if not order.training:
        delivery.give_back(order.goods_reference, cause)
        if not catalog.release(order.goods_reference, cause):
            catalog.put_back(order.goods_reference, goods_of(order), "cancelled", by=by)
    order.hold, order.moved = order.hold + 1, 0


def back_on_the_shelf(order: Order, never: Iterable[tuple[UUID, int]], *, by: Actor) -> None:
    """Let a shop sell again what was taken off its order and never left it; so many by variant. Again changes nothing."""
    if order.training:
        return
    pieces: dict[UUID, int] = {}
    for variant_id, qty in never:
        pieces[variant_id] = pieces.get(variant_id, 0) + qty
    goods = [StockLine(variant_id, qty) for variant_id, qty in pieces.items() if qty]
    catalog.put_back(order.goods_reference, goods, "cancelled", by=by)


def lines_of(order: Order) -> Sequence[Line]:
    """Return the lines of an order that something is ordered of, as they stand in the database now."""
    wanted = select(Line).where(Line.order_id == order.id, Line.qty > 0).order_by(Line.position)
    return session.execute(wanted.execution_options(populate_existing=True)).scalars().all()


def _once(made: Sequence[Made]) -> tuple[Made, ...]:
    units: dict[object, Made] = {}
    for one in made:
        before = units.get(one.product_id)
        units[one.product_id] = Made(one.product_id, one.units + (before.units if before else 0), one.most)
    return tuple(units.values())
