"""Reads of e-order, as frozen dataclasses; other plugins enter here."""

from marketplace.eorder.queries.basis import buyer_kind, dearer_than_public, duty_name, line_of, package_of
from marketplace.eorder.queries.fulfilment import (
    Fulfilment,
    MinutesView,
    PlaceView,
    ReceiptView,
    ShipmentView,
    fulfilment,
    photo_owner,
    photo_used,
    places,
)
from marketplace.eorder.queries.methods import BUMD, OPD, MethodView, clock_of, method, method_for, methods
from marketplace.eorder.queries.reading import LineView, OrderView, acts_of, order, parts_of
from marketplace.eorder.queries.taxes import Proposed, ProposedTax, payments_of, proposed_taxes, withheld_of
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
    "Proposed",
    "ProposedTax",
    "ReceiptView",
    "ShipmentView",
    "acts_of",
    "buyer_kind",
    "clock_of",
    "closing",
    "dearer_than_public",
    "due",
    "duty_name",
    "fulfilment",
    "line_of",
    "method",
    "method_for",
    "methods",
    "order",
    "package_of",
    "parts_of",
    "payments_of",
    "photo_owner",
    "photo_used",
    "places",
    "proposed_taxes",
    "turn",
    "withheld_of",
]
