"""Pages of e-order."""

from marketplace.eorder.views import (
    approvals,
    asking,
    bundle,
    changes,
    comparing,
    inbox,
    letter,
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
    "bundle",
    "changes",
    "comparing",
    "inbox",
    "letter",
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
