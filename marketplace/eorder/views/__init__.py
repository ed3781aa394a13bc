"""Pages of e-order."""

from marketplace.eorder.views import (
    approvals,
    changes,
    inbox,
    minutes,
    orders,
    paying,
    photos,
    receiving,
    rules,
    shops,
    talks,
)
from marketplace.eorder.views.blueprint import bp

__all__ = [
    "approvals",
    "bp",
    "changes",
    "inbox",
    "minutes",
    "orders",
    "paying",
    "photos",
    "receiving",
    "rules",
    "shops",
    "talks",
]
