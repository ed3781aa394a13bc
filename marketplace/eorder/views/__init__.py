"""Pages of e-order."""

from marketplace.eorder.views import (
    approvals,
    asking,
    changes,
    comparing,
    inbox,
    minutes,
    needs,
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
    "asking",
    "bp",
    "changes",
    "comparing",
    "inbox",
    "minutes",
    "needs",
    "orders",
    "paying",
    "photos",
    "receiving",
    "rules",
    "shops",
    "talks",
]
