"""Pages of e-order."""

from marketplace.eorder.views import (
    approvals,
    audit,
    changes,
    closing_year,
    inbox,
    minutes,
    orders,
    paying,
    photos,
    receiving,
    reports,
    rules,
    shops,
    talks,
    trail,
)
from marketplace.eorder.views.blueprint import bp

__all__ = [
    "approvals",
    "audit",
    "bp",
    "changes",
    "closing_year",
    "inbox",
    "minutes",
    "orders",
    "paying",
    "photos",
    "receiving",
    "reports",
    "rules",
    "shops",
    "talks",
    "trail",
]
