"""What can be done with wishes and alerts; the only functions that write them."""

from marketplace.wishlist.services.alerts import ask, confirm, end, look, sweep_alerts, take_back
from marketplace.wishlist.services.wishes import adopt, drop, erase_person, keep, sweep_wishes

__all__ = [
    "adopt",
    "ask",
    "confirm",
    "drop",
    "end",
    "erase_person",
    "keep",
    "look",
    "sweep_alerts",
    "sweep_wishes",
    "take_back",
]
