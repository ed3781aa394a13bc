"""Reads of e-order, as frozen dataclasses; other plugins enter here."""

from marketplace.eorder.queries.basis import buyer_kind, dearer_than_public, line_of, package_of
from marketplace.eorder.queries.beside import (
    Deed,
    Found,
    NeedView,
    PlaceView,
    Sheet,
    could_find,
    deeds,
    findings,
    minutes_of,
    need_of,
    receipts,
    sheet,
    shipments,
)
from marketplace.eorder.queries.methods import BUMD, OPD, MethodView, clock_of, method, method_for, methods
from marketplace.eorder.queries.reach import scope_of
from marketplace.eorder.queries.reading import LineView, OrderView, acts_of, order, parts_of
from marketplace.eorder.queries.taxes import Proposed, ProposedTax, payments_of, proposed_taxes, withheld_of
from marketplace.eorder.queries.turns import GIVEN, HALF, LATE, Clock, closing, due, share, turn
from marketplace.eorder.queries.words import act_name, badge_kind, duty_name, state_name

__all__ = [
    "BUMD",
    "GIVEN",
    "HALF",
    "LATE",
    "OPD",
    "Clock",
    "Deed",
    "Found",
    "LineView",
    "MethodView",
    "NeedView",
    "OrderView",
    "PlaceView",
    "Proposed",
    "ProposedTax",
    "Sheet",
    "act_name",
    "acts_of",
    "badge_kind",
    "buyer_kind",
    "clock_of",
    "closing",
    "could_find",
    "dearer_than_public",
    "deeds",
    "due",
    "duty_name",
    "findings",
    "line_of",
    "method",
    "method_for",
    "methods",
    "minutes_of",
    "need_of",
    "order",
    "package_of",
    "parts_of",
    "payments_of",
    "proposed_taxes",
    "receipts",
    "scope_of",
    "share",
    "sheet",
    "shipments",
    "state_name",
    "turn",
    "withheld_of",
]
