"""What others may read of offices, their people, plans and budgets."""

from marketplace.offices.queries.budget import (
    BudgetLine,
    CommitmentView,
    LineStory,
    MovementView,
    PlannedPackage,
    Sums,
    line,
    line_by_id,
    lines,
    package_by_id,
    packages,
    sums,
)
from marketplace.offices.queries.checks import broken
from marketplace.offices.queries.duties import (
    ROLE_COOKIE,
    Acting,
    Held,
    MandateOf,
    Standing,
    acting,
    duties,
    in_force,
    mandate_of,
    standing,
)
from marketplace.offices.queries.letters import both, mandate_context
from marketplace.offices.queries.mandates import mandate_numbers
from marketplace.offices.queries.pairs import Pair, forbidden, pairs
from marketplace.offices.queries.people import (
    AppointmentView,
    MandateView,
    StaffedUnit,
    appointment,
    appointment_of,
    staff,
    staffed_units,
)
from marketplace.offices.queries.records import budget_facts, export_person
from marketplace.offices.queries.shelf import Shelf, shelf
from marketplace.offices.queries.units import BUMD, UnitView, below, unit, unit_names, units

__all__ = [
    "BUMD",
    "ROLE_COOKIE",
    "Acting",
    "AppointmentView",
    "BudgetLine",
    "CommitmentView",
    "Held",
    "LineStory",
    "MandateOf",
    "MandateView",
    "MovementView",
    "Pair",
    "PlannedPackage",
    "Shelf",
    "StaffedUnit",
    "Standing",
    "Sums",
    "UnitView",
    "acting",
    "appointment",
    "appointment_of",
    "below",
    "both",
    "broken",
    "budget_facts",
    "duties",
    "export_person",
    "forbidden",
    "in_force",
    "line",
    "line_by_id",
    "lines",
    "mandate_context",
    "mandate_numbers",
    "mandate_of",
    "package_by_id",
    "packages",
    "pairs",
    "shelf",
    "staff",
    "staffed_units",
    "standing",
    "sums",
    "unit",
    "unit_names",
    "units",
]
