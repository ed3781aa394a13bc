"""Pages of the catalogue: the public shop, the reviewer's list, and the seller's products."""

from marketplace.catalog.views import lapak, product, review, shop, stock
from marketplace.catalog.views.blueprint import bp

__all__ = ["bp", "lapak", "product", "review", "shop", "stock"]
