"""Pages of claims: for buyers, for shops, for the programme's desk."""

from marketplace.claims.views import buyer, desk, team
from marketplace.claims.views.blueprint import bp

__all__ = ["bp", "buyer", "desk", "team"]
