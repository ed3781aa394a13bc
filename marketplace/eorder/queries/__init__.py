"""Reads of e-order, as frozen dataclasses; other plugins enter here."""

from marketplace.eorder.queries.basis import buyer_kind, dearer_than_public, duty_name, line_of, package_of
from marketplace.eorder.queries.methods import BUMD, OPD, MethodView, clock_of, method, method_for, methods
from marketplace.eorder.queries.reading import LineView, OrderView, acts_of, order, parts_of
from marketplace.eorder.queries.rulebook import (
    CeilingView,
    ceiling_for,
    ceiling_timeline,
    faults,
    method_timeline,
    rulebook_broken,
)
from marketplace.eorder.queries.turns import Clock, closing, due, turn

__all__ = [
    "BUMD",
    "OPD",
    "CeilingView",
    "Clock",
    "LineView",
    "MethodView",
    "OrderView",
    "acts_of",
    "buyer_kind",
    "ceiling_for",
    "ceiling_timeline",
    "clock_of",
    "closing",
    "dearer_than_public",
    "due",
    "duty_name",
    "faults",
    "line_of",
    "method",
    "method_for",
    "method_timeline",
    "methods",
    "order",
    "package_of",
    "parts_of",
    "rulebook_broken",
    "turn",
]
