"""Work behind the request: looking whether what somebody waits for is back."""

from collections.abc import Mapping
from uuid import UUID

from marketplace.catalog.events import ProductChanged, StockChanged
from marketplace.kernel.events import Event, Handler, inside
from marketplace.wishlist import services
from marketplace.wishlist.events import AlertWaits, ManyAreBack


def look_at_stock(event: StockChanged) -> None:
    """Goods came or went."""
    if event.free > 0:
        services.look(UUID(event.product_id))


def look_at_product(event: ProductChanged) -> None:
    """A product is on show again, or sold in smaller quantities."""
    services.look(UUID(event.product_id))


def look_at_alert(event: AlertWaits) -> None:
    """Somebody waits since just now; the goods may have come before."""
    services.look(UUID(event.product_id))


def look_again(event: ManyAreBack) -> None:
    """More wait than were told."""
    services.look(UUID(event.product_id))


HANDLES: Mapping[type[Event], tuple[Handler, ...]] = {
    StockChanged: (inside(look_at_stock),),
    ProductChanged: (inside(look_at_product),),
    AlertWaits: (inside(look_at_alert),),
    ManyAreBack: (inside(look_again),),
}
