"""Goods that go and come back, and those who want to be told."""

from uuid import UUID

from sqlalchemy import select

from marketplace.catalog import services as shelves
from marketplace.catalog.queries import offers
from marketplace.catalog.services import Count, stock_set
from marketplace.kernel.access import SYSTEM, Actor
from marketplace.kernel.db import session
from marketplace.wishlist import queries, services
from marketplace.wishlist.forms import AskIn
from marketplace.wishlist.models import Alert
from tests.factories import catalog

HERE = "203.0.113.7"


def counted(variant: UUID, stock: int) -> None:
    """Let the shop count so many of a variant."""
    stock_set(offers([variant])[variant].seller_id, [Count(variant, stock)], by=SYSTEM)


def changed(product: UUID, **changes: object) -> None:
    """Let the shop change a product with one variant; ``price`` and ``stock`` are the variant's."""
    variant = catalog.variants(product)[0]
    offer = offers([variant])[variant]
    told = {"price_idr": changes.pop("price", offer.price.amount), "stock": changes.pop("stock", offer.available)}
    listing = catalog.listing(name=offer.name, variants=[{"id": variant, "sku": offer.sku, **told}], **changes)
    shelves.update_product(product, listing, by=SYSTEM)


def asked(variant: UUID, by: Actor, email: str = "") -> str:
    """Ask to be told of a variant's product; return how the alert stands."""
    return services.ask(AskIn(produk=offers([variant])[variant].code, email=email), by=by, address=HERE)


def alerts() -> list[Alert]:
    """Return all alerts as they are now, the oldest first."""
    session.expire_all()
    return list(session.scalars(select(Alert).order_by(Alert.id)))


def states() -> list[str]:
    """Return how all alerts stand, the oldest first."""
    return [one.state for one in alerts()]


def code_of(variant: UUID) -> str:
    """Return the code of a variant's product."""
    return offers([variant])[variant].code


def product_of(variant: UUID) -> UUID:
    """Return a variant's product."""
    return offers([variant])[variant].product_id


def token_of(alert: Alert) -> str:
    """Return what the letters of an alert open."""
    return queries.token_of(alert.id)
