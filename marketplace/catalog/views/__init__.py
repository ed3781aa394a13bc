"""Pages of the catalogue: the public shop, the reviewer's list, and the seller's products."""

from marketplace.catalog.views import product, review, shop
from marketplace.catalog.views.blueprint import bp

__all__ = ["bp", "product", "review", "shop"]
