"""Pages of offices: budget, plan, people."""

from marketplace.offices.views import budget, roles
from marketplace.offices.views.blueprint import bp

__all__ = ["bp", "budget", "roles"]
