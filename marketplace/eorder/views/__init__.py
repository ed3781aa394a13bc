"""Pages of e-order."""

from marketplace.eorder.views import approvals, minutes, orders, photos, receiving
from marketplace.eorder.views.blueprint import bp

__all__ = ["approvals", "bp", "minutes", "orders", "photos", "receiving"]
