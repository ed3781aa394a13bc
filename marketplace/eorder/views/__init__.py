"""Pages of e-order."""

from marketplace.eorder.views import (
    approvals,
    bundle,
    changes,
    inbox,
    letter,
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
    "bundle",
    "changes",
    "inbox",
    "letter",
    "minutes",
    "orders",
    "paying",
    "photos",
    "receiving",
    "rules",
    "shops",
    "talks",
]
