"""P12 and the pages of alerts."""

from marketplace.wishlist.views import alerts, wishes
from marketplace.wishlist.views.blueprint import bp

__all__ = ["alerts", "bp", "wishes"]
