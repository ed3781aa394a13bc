"""What an order costs with its taxes, whenever quantities or prices change: by the rules of the day on which it was made."""

from collections.abc import Sequence

from marketplace.eorder.models import Line, Order
from marketplace.kernel.clock import JAKARTA
from marketplace.kernel.db import session
from marketplace.kernel.money import ZERO, Rupiah
from marketplace.orders.queries.quoting import Goods, Parcel, PartQuote, quoted
from marketplace.rules import queries as rules
from marketplace.sellers import queries as sellers


def requote(order: Order, lines: Sequence[Line]) -> None:
    """Compute goods, taxes and total of a locked order and its lines anew from their prices and quantities."""
    # What is asked on the way must not write prices whose sums are still the old ones: the table refuses such an order.
    with session.no_autoflush:
        ordered = [line for line in lines if line.qty]
        for line in lines:
            line.goods_idr, line.included_tax_idr, line.tax_idr = line.unit_idr * line.qty, ZERO, ZERO
        quote = quote_of(order, [Goods(line.unit_idr, line.qty, line.tax_kind) for line in ordered], order.shipping_idr)
        for line, part in zip(ordered, quote.lines, strict=True):
            line.included_tax_idr, line.tax_idr = part.included_tax, part.tax
        order.goods_idr, order.included_tax_idr, order.tax_idr = quote.goods, quote.included_tax, quote.tax
        order.total_idr = quote.total


def quote_of(order: Order, goods: Sequence[Goods], shipping: Rupiah) -> PartQuote:
    """Return what goods of an order's shop would cost with their delivery; nothing is changed by it."""
    shop = sellers.sellers([order.seller_id])[order.seller_id]
    parcel = Parcel(
        seller_id=order.seller_id,
        goods=tuple(goods),
        vat_registered=shop.vat_registered,
        pbjt_payer=shop.pbjt_payer,
        shipping=shipping,
    )
    return quoted(parcel, rules.rules(order.made_at.astimezone(JAKARTA).date()))
