"""Pages of reviews: for readers, for who received the goods, for shops, for the programme."""

from marketplace.reviews.views import desks, reading, writing
from marketplace.reviews.views.blueprint import bp

__all__ = ["bp", "desks", "reading", "writing"]
