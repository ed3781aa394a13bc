"""All that is written about deliveries."""

from marketplace.delivery.services.loading import load
from marketplace.delivery.services.places import Made, Place, book, give_back, keep
from marketplace.delivery.services.settings import set_options

__all__ = ["Made", "Place", "book", "give_back", "keep", "load", "set_options"]
