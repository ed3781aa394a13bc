"""The pages of local content."""

from marketplace.p3dn.views import certificates, dashboard, policies, reports, statements, sums
from marketplace.p3dn.views.blueprint import bp

__all__ = ["bp", "certificates", "dashboard", "policies", "reports", "statements", "sums"]
