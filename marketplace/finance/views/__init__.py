"""The pages of finance: sellers' money, and the desk that pays it out."""

from marketplace.finance.views import checking, desk, movements, reviewing, seller
from marketplace.finance.views.blueprint import bp

__all__ = ["bp", "checking", "desk", "movements", "reviewing", "seller"]
