"""Pages of e-order."""

from marketplace.eorder.views import (
    approvals,
    asking,
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
)
from marketplace.eorder.views.blueprint import bp

__all__ = [
    "approvals",
    "asking",
    "bp",
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
]
