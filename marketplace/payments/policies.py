"""Who handles money that goes out, and who lets it go."""

from marketplace.kernel.access import Actor, Permission
from marketplace.kernel.words import _

OFFICERS = ("finance_officer", "admin")
OPERATOR = Actor(kind="operator")
"""Who works at the console: a person, and not the program that asks for payouts by itself."""


def _officer(actor: Actor, _thing: object) -> bool:
    return actor.kind in ("system", "operator") or any(actor.holds(role) for role in OFFICERS)


def _second(actor: Actor, requested_by: str) -> bool:
    # Who asked for it is not the one who lets it go, whatever roles they hold (R8.3).
    return _officer(actor, None) and actor.reference != requested_by


MANAGE: Permission[object] = Permission("payments:manage", _("Handle payouts"), _officer, OFFICERS)
APPROVE: Permission[str] = Permission("payments:approve", _("Approve payouts of others"), _second, OFFICERS)
"""Asked about who requested the payout."""
ALL = (MANAGE, APPROVE)
