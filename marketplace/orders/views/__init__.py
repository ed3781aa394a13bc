"""HTTP in, page or redirect out: cart, checkout, orders, and the seller's list of them."""

from marketplace.orders.views import again, cart, checkout, giving_back, link, orders, papers, seller, standing
from marketplace.orders.views.blueprint import bp

__all__ = ["again", "bp", "cart", "checkout", "giving_back", "link", "orders", "papers", "seller", "standing"]
