"""The pages of shops: the profile, the papers, and what officers check."""

from marketplace.sellers.views import papers, shops
from marketplace.sellers.views.blueprint import bp

__all__ = ["bp", "papers", "shops"]
