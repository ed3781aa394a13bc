"""Who may look at what was told to whom, and have it told again."""

from marketplace.kernel.access import Actor, Permission
from marketplace.kernel.words import _

STAFF = ("programme_officer", "admin")


def _staff(actor: Actor, _nothing: None) -> bool:
    return actor.kind == "system" or any(actor.holds(role) for role in STAFF)


LOG: Permission[None] = Permission("notifications:log", _("See what was told, and tell it again"), _staff, STAFF)
ALL = (LOG,)
