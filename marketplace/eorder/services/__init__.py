"""What can be done in e-order; the only functions that write it."""

from marketplace.eorder.services.letters import accept, approve, cancel, decline, expire, send, send_back
from marketplace.eorder.services.ruling import (
    confirm_ceiling,
    confirm_method,
    load_rules,
    set_ceiling,
    set_method,
)

__all__ = [
    "accept",
    "approve",
    "cancel",
    "confirm_ceiling",
    "confirm_method",
    "decline",
    "expire",
    "load_rules",
    "send",
    "send_back",
    "set_ceiling",
    "set_method",
]
