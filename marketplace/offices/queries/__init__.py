"""What others may read of offices, their people, plans and budgets."""

from marketplace.offices.queries.budget import BudgetLine, PlannedPackage, lines, packages
from marketplace.offices.queries.checks import broken
from marketplace.offices.queries.duties import (
    Acting,
    Held,
    MandateOf,
    Pair,
    acting,
    duties,
    forbidden,
    in_force,
    mandate_of,
    pairs,
)
from marketplace.offices.queries.records import export_person
from marketplace.offices.queries.units import BUMD, UnitView, below, unit, unit_names, units

__all__ = [
    "BUMD",
    "Acting",
    "BudgetLine",
    "Held",
    "MandateOf",
    "Pair",
    "PlannedPackage",
    "UnitView",
    "acting",
    "below",
    "broken",
    "duties",
    "export_person",
    "forbidden",
    "in_force",
    "lines",
    "mandate_of",
    "packages",
    "pairs",
    "unit",
    "unit_names",
    "units",
]
