"""Pages of e-order."""

from marketplace.eorder.views import approvals, orders
from marketplace.eorder.views.blueprint import bp

__all__ = ["approvals", "bp", "orders"]
