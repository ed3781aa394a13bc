"""Reads of deliveries; other plugins enter here."""

from marketplace.delivery.queries.checks import broken
from marketplace.delivery.queries.choosing import Chosen, Picked, chosen
from marketplace.delivery.queries.days import Opening, first_day, open_days
from marketplace.delivery.queries.offering import Choice, Day, Group, Hours, choices
from marketplace.delivery.queries.pricing import Freight, Pricing, priced
from marketplace.delivery.queries.settings import OptionView, ShopDelivery, couriers, options, told

__all__ = [
    "Choice",
    "Chosen",
    "Day",
    "Freight",
    "Group",
    "Hours",
    "Opening",
    "OptionView",
    "Picked",
    "Pricing",
    "ShopDelivery",
    "broken",
    "choices",
    "chosen",
    "couriers",
    "first_day",
    "open_days",
    "options",
    "priced",
    "told",
]
