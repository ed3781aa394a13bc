"""Who may change what holds."""

from marketplace.kernel.access import Actor, Permission
from marketplace.kernel.words import _

ROLES = ("admin",)


def _sets(actor: Actor, _code: str) -> bool:
    return actor.kind == "system" or any(actor.holds(role) for role in ROLES)


SET: Permission[str] = Permission("rules:set", _("Set rates and limits"), _sets, ROLES)
ALL = (SET,)
