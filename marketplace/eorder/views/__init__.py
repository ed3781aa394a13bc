"""Pages of e-order."""

from marketplace.eorder.views import approvals, inbox, orders, paying, rules, shops
from marketplace.eorder.views.blueprint import bp

__all__ = ["approvals", "bp", "inbox", "orders", "paying", "rules", "shops"]
