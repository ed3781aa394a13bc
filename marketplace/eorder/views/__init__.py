"""Pages of e-order."""

from marketplace.eorder.views import (
    approvals,
    audit,
    inbox,
    minutes,
    orders,
    paying,
    photos,
    receiving,
    rules,
    shops,
    trail,
)
from marketplace.eorder.views.blueprint import bp

__all__ = [
    "approvals",
    "audit",
    "bp",
    "inbox",
    "minutes",
    "orders",
    "paying",
    "photos",
    "receiving",
    "rules",
    "shops",
    "trail",
]
