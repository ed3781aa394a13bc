"""What others may read of offices' plans and budgets."""

from marketplace.offices.queries.budget import BudgetLine, PlannedPackage, lines, packages
from marketplace.offices.queries.checks import broken

__all__ = ["BudgetLine", "PlannedPackage", "broken", "lines", "packages"]
