"""Reads of e-order, as frozen dataclasses; other plugins enter here."""

from marketplace.eorder.queries.fulfilment import (
    Fulfilment,
    MinutesView,
    PlaceView,
    ReceiptView,
    ShipmentView,
    completed_by,
    fulfilment,
    photo_owner,
    photo_used,
    places,
)
from marketplace.eorder.queries.methods import BUMD, OPD, MethodView, clock_of, method, method_for, methods
from marketplace.eorder.queries.reading import LineView, OrderView, acts_of, order, parts_of
from marketplace.eorder.queries.turns import Clock, closing, due, turn

__all__ = [
    "BUMD",
    "OPD",
    "Clock",
    "Fulfilment",
    "LineView",
    "MethodView",
    "MinutesView",
    "OrderView",
    "PlaceView",
    "ReceiptView",
    "ShipmentView",
    "acts_of",
    "clock_of",
    "closing",
    "completed_by",
    "due",
    "fulfilment",
    "method",
    "method_for",
    "methods",
    "order",
    "parts_of",
    "photo_owner",
    "photo_used",
    "places",
    "turn",
]
