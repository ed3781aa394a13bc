"""What can be done in e-order; the only functions that write it."""

from marketplace.eorder.services.letters import accept, approve, cancel, decline, expire, send, send_back

__all__ = ["accept", "approve", "cancel", "decline", "expire", "send", "send_back"]
