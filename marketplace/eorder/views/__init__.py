"""Pages of e-order."""

from marketplace.eorder.views import approvals, bundle, inbox, minutes, orders, paying, photos, receiving, rules, shops
from marketplace.eorder.views.blueprint import bp

__all__ = [
    "approvals",
    "bp",
    "bundle",
    "inbox",
    "minutes",
    "orders",
    "paying",
    "photos",
    "receiving",
    "rules",
    "shops",
]
