"""Who decides about claims; whose claim it is says the order, and who answers it ``orders.policies.PREPARE``."""

from marketplace.kernel.access import Actor, Permission
from marketplace.kernel.words import _

DESK = ("programme_officer", "admin")


def _decides(actor: Actor, _nothing: None) -> bool:
    return actor.kind == "system" or any(actor.holds(role) for role in DESK)


DECIDE: Permission[None] = Permission("claims:decide", _("Decide about complaints"), can=_decides, roles=DESK)

ALL = (DECIDE,)
