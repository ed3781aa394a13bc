"""Pages of offices: budget, plan, people."""

from marketplace.offices.views import budget, imports, roles, units
from marketplace.offices.views.blueprint import bp

__all__ = ["bp", "budget", "imports", "roles", "units"]
