"""What was bought before, held against the catalogue of now: what of it can be had again, and what to propose instead."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select

from marketplace.catalog import queries as catalog
from marketplace.delivery.queries import Method
from marketplace.kernel.access import Actor
from marketplace.kernel.db import rows
from marketplace.kernel.money import Rupiah
from marketplace.kernel.words import Number, Words, _
from marketplace.orders.models import Delivery, Line, Suborder
from marketplace.orders.queries.orders import OrderPage, own_order
from marketplace.orders.queries.ways import DELIVERIES
from marketplace.sellers import queries as sellers

PROPOSALS = 3
"""How many products are proposed in the place of one that cannot be had."""
METHODS = {kind: method for method, kind in DELIVERIES.items()}


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """So many of a variant that somebody had and wants again; name and price are those of that time."""

    variant_id: UUID
    product_id: UUID
    seller_id: UUID
    seller_name: str
    name: str
    qty: int
    was: Rupiah
    way: str = ""
    """How it came, as deliveries name it."""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Again:
    """What of a wanted line can be had now: ``qty`` is zero when nothing can; ``said`` is why it is not as it was.

    The price may be another one besides.
    """

    wanted: Wanted
    offer: catalog.Offer | None
    qty: int
    said: tuple[Words, ...] = ()
    similar: tuple[catalog.Card, ...] = field(default=(), repr=False)

    @property
    def name(self) -> str:
        """Return how it is called now, else how it was called."""
        return self.offer.full_name if self.offer and self.offer.on_sale else self.wanted.name

    @property
    def price_changed(self) -> bool:
        """Tell whether what can be had costs something else than it did."""
        return self.offer is not None and self.qty > 0 and self.offer.price != self.wanted.was

    @property
    def as_before(self) -> bool:
        """Tell whether all of it can be had at the price of then."""
        return not self.said and not self.price_changed


def again(wanted: Wanted, offer: catalog.Offer | None, *, sells: bool) -> Again:
    """Hold one line against what is offered now; ``sells`` tells whether its shop sells at the moment. Pure."""
    if not sells:
        return Again(wanted=wanted, offer=offer, qty=0, said=(_("This shop is not selling at the moment."),))
    if offer is None or not offer.on_sale:
        return Again(wanted=wanted, offer=offer, qty=0, said=(_("Not sold any more."),))
    if offer.available <= 0 or offer.max_order < offer.min_order:
        return Again(wanted=wanted, offer=offer, qty=0, said=(_("Sold out."),))
    qty = min(max(wanted.qty, offer.min_order), offer.max_order)
    said = []
    if qty < wanted.qty:
        said.append(_("Only %(left)s of %(wanted)s can be had.", left=Number(qty), wanted=Number(wanted.qty)))
    if qty > wanted.qty:
        said.append(
            _("The smallest order is %(least)s now, it was %(was)s.", least=Number(qty), was=Number(wanted.qty))
        )
    return Again(wanted=wanted, offer=offer, qty=qty, said=tuple(said))


def held_against_now(wanted: Sequence[Wanted]) -> tuple[Again, ...]:
    """Return what of these lines can be had now, in their order, without proposals; two statements."""
    offers = catalog.offers([one.variant_id for one in wanted])
    shops = sellers.sellers(list({one.seller_id for one in wanted}))
    selling = {key for key, card in shops.items() if card.sells}
    return tuple(again(one, offers.get(one.variant_id), sells=one.seller_id in selling) for one in wanted)


def proposed(lines: Sequence[Again]) -> tuple[Again, ...]:
    """Return the lines, those that cannot be had as they were with similar products; at most two statements."""
    missing = [one.wanted.product_id for one in lines if one.qty < one.wanted.qty]
    found = catalog.alike(missing, PROPOSALS)
    return tuple(
        replace(one, similar=tuple(found.get(one.wanted.product_id, ()))) if one.qty < one.wanted.qty else one
        for one in lines
    )


def wanted_again(code: str, by: Actor, token: str = "") -> tuple[OrderPage, tuple[Wanted, ...]]:
    """Return an order with what was bought in it, to whom ``own_order`` would return it; NotFound to everyone else."""
    order = own_order(code, by, token)
    return order, tuple(_wanted(row) for row in rows(_BOUGHT.where(Suborder.order_id == order.id)))


_BOUGHT = (
    select(
        Line.variant_id,
        Line.product_id,
        Line.name,
        Line.variant,
        Line.qty,
        Line.unit_price_idr,
        Suborder.seller_id,
        Suborder.seller_name,
        Suborder.delivery,
        Suborder.delivery_code,
    )
    .join(Suborder, Suborder.id == Line.suborder_id)
    .order_by(Suborder.number, Line.number)
)


def _wanted(row: Row[*tuple[Any, ...]]) -> Wanted:
    method: Method = METHODS[Delivery(row.delivery)]
    return Wanted(
        variant_id=row.variant_id,
        product_id=row.product_id,
        seller_id=row.seller_id,
        seller_name=row.seller_name,
        name=f"{row.name}, {row.variant}" if row.variant else row.name,
        qty=row.qty,
        was=row.unit_price_idr,
        way=f"{method}:{row.delivery_code}" if row.delivery_code else str(method),
    )
