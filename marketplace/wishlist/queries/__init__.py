"""What may be read of wishes and alerts."""

from marketplace.wishlist.queries.alerts import (
    Told,
    asked_recipient,
    available,
    back_context,
    by_token,
    confirm_context,
    said_of,
    token_of,
    told_recipient,
    waiting_of,
)
from marketplace.wishlist.queries.books import alert_facts, broken, export_person
from marketplace.wishlist.queries.wishes import Kept, owner, wishes

__all__ = [
    "Kept",
    "Told",
    "alert_facts",
    "asked_recipient",
    "available",
    "back_context",
    "broken",
    "by_token",
    "confirm_context",
    "export_person",
    "owner",
    "said_of",
    "token_of",
    "told_recipient",
    "waiting_of",
    "wishes",
]
