"""What can be done in e-order; the only functions that write it."""

from marketplace.eorder.services.inspecting import correct, inspect
from marketplace.eorder.services.minutes import countersign, object_to, sign
from marketplace.eorder.services.photos import take_photo
from marketplace.eorder.services.receiving import miss, receive
from marketplace.eorder.services.sending import make, ship

__all__ = [
    "correct",
    "countersign",
    "inspect",
    "make",
    "miss",
    "object_to",
    "receive",
    "ship",
    "sign",
    "take_photo",
]
