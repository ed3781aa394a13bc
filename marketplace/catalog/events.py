"""What the catalogue tells."""

from dataclasses import dataclass

from marketplace.kernel.events import Event


@dataclass(frozen=True)
class ProductChanged(Event):
    """Something that is shown of a product changed: text, state, price, picture, or what its seller shows."""

    product_id: str
    seller_id: str


@dataclass(frozen=True)
class StockChanged(Event):
    """A variant sold out, came back, or was counted by hand; ``free`` is what may be bought now."""

    variant_id: str
    product_id: str
    seller_id: str
    free: int


@dataclass(frozen=True)
class CatalogPlanted(Event):
    """A demo site was filled in bulk: whoever follows products starts afresh."""

    products: int
