"""Reads of deliveries; other plugins enter here."""

from marketplace.delivery.models import Method
from marketplace.delivery.queries.checks import broken
from marketplace.delivery.queries.choosing import Chosen, Picked, chosen
from marketplace.delivery.queries.days import Opening, first_day, open_days
from marketplace.delivery.queries.offering import (
    ALL_FULL,
    Choice,
    Day,
    Group,
    Hours,
    Making,
    OnDay,
    choices,
    offered,
    on_day,
)
from marketplace.delivery.queries.pricing import Freight, Pricing, priced
from marketplace.delivery.queries.settings import (
    Held,
    OptionView,
    Promised,
    ShopDelivery,
    bookings,
    couriers,
    options,
    promised,
    told,
)
from marketplace.delivery.queries.tariffs import forget_tariffs
from marketplace.delivery.queries.telling import Said, made_in, made_of, said_in, told_of

__all__ = [
    "ALL_FULL",
    "Choice",
    "Chosen",
    "Day",
    "Freight",
    "Group",
    "Held",
    "Hours",
    "Making",
    "Method",
    "OnDay",
    "Opening",
    "OptionView",
    "Picked",
    "Pricing",
    "Promised",
    "Said",
    "ShopDelivery",
    "bookings",
    "broken",
    "choices",
    "chosen",
    "couriers",
    "first_day",
    "forget_tariffs",
    "made_in",
    "made_of",
    "offered",
    "on_day",
    "open_days",
    "options",
    "priced",
    "promised",
    "said_in",
    "told",
    "told_of",
]
