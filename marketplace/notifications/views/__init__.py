"""The pages of notifications: one's inbox, one's choices, and the delivery log of the programme."""

from marketplace.notifications.views import delivery_log, own
from marketplace.notifications.views.blueprint import bp

__all__ = ("bp", "delivery_log", "own")
