"""Who may run a shop, and who may check shops."""

from uuid import UUID

from marketplace.kernel.access import Actor, Permission
from marketplace.kernel.words import _

ROLE = "seller"
SCOPE = "seller"
OFFICERS = ("programme_officer", "admin")


def _runs(actor: Actor, seller_id: UUID) -> bool:
    return actor.kind == "system" or actor.holds(ROLE, SCOPE, str(seller_id))


def _checks(actor: Actor, _seller_id: UUID) -> bool:
    return actor.kind == "system" or any(actor.holds(role) for role in OFFICERS)


MANAGE: Permission[UUID] = Permission("sellers:manage", _("Run this shop"), _runs, (ROLE,))
CHECK: Permission[UUID] = Permission("sellers:check", _("Check shops"), _checks, OFFICERS)
ALL = (MANAGE, CHECK)
