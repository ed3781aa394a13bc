"""How a product comes to its buyer, for its page."""

from uuid import UUID

from sqlalchemy import bindparam, select

from marketplace.catalog import queries as catalog
from marketplace.delivery import queries as deliveries
from marketplace.kernel import clock
from marketplace.kernel.db import rows
from marketplace.kernel.money import Rupiah
from marketplace.sellers import queries as sellers

_OF = (
    select(*sellers.SHOPS.c, catalog.OFFERS.c.price, catalog.OFFERS.c.weight_g, deliveries.told_of(sellers.SHOPS.c.id))
    .join_from(catalog.OFFERS, sellers.SHOPS, sellers.SHOPS.c.id == catalog.OFFERS.c.seller_id)
    .where(catalog.OFFERS.c.product_id == bindparam("product"))
    .order_by(catalog.OFFERS.c.price)
    .limit(1)
)


def delivery(product_id: UUID) -> dict[str, object]:
    """Return in which ways the cheapest of a product's variants can come, wherever its buyer lives; days are the cart's."""
    found = rows(_OF, {"product": product_id, "today": clock.today()})
    if not found:
        return {"ways": (), "free_from": None}
    row = found[0]
    card, said = sellers.card_in(row[: len(sellers.SHOPS.c)]), deliveries.said_in(row.said)
    group = deliveries.Group(
        seller_id=card.id,
        kecamatan_code=card.kecamatan_code,
        opening_days=card.opening_days,
        goods=Rupiah(0),
        weight_g=row.weight_g,
        away=card.leave.days if card.leave else None,
    )
    free_from = [option.free_from for option in said.options if option.free_from is not None]
    ways = deliveries.offered([(group, said)], None, clock.now())[card.id]
    return {"ways": ways, "free_from": min(free_from, default=None)}
