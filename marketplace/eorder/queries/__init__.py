"""Reads of e-order, as frozen dataclasses; other plugins enter here."""

from marketplace.eorder.queries.methods import BUMD, OPD, MethodView, clock_of, method, method_for, methods
from marketplace.eorder.queries.reading import LineView, OrderView, acts_of, order, parts_of
from marketplace.eorder.queries.turns import Clock, closing, due, turn

__all__ = [
    "BUMD",
    "OPD",
    "Clock",
    "LineView",
    "MethodView",
    "OrderView",
    "acts_of",
    "clock_of",
    "closing",
    "due",
    "method",
    "method_for",
    "methods",
    "order",
    "parts_of",
    "turn",
]
