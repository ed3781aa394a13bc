"""HTTP in, page or redirect out: cart, checkout, orders, and the seller's list of them."""

from marketplace.orders.views import cart, checkout, giving_back, link, orders, seller
from marketplace.orders.views.blueprint import bp

__all__ = ["bp", "cart", "checkout", "giving_back", "link", "orders", "seller"]
