"""Who decides about reviews; who may write one says the receipt, who may answer one ``sellers.policies.MANAGE``."""

from marketplace.kernel.access import Actor, Permission
from marketplace.kernel.words import _

DESK = ("programme_officer", "admin")


def _moderates(actor: Actor, _nothing: None) -> bool:
    return actor.kind == "system" or any(actor.holds(role) for role in DESK)


MODERATE: Permission[None] = Permission("reviews:moderate", _("Decide about reviews"), can=_moderates, roles=DESK)

ALL = (MODERATE,)
