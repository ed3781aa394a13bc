"""Who may do what in the catalogue; sellers' own rights are asked of ``sellers.policies.MANAGE``."""

from marketplace.kernel.access import Actor, Permission
from marketplace.kernel.words import _


def _reviews(actor: Actor, _thing: None) -> bool:
    return actor.kind == "system" or actor.holds("admin")


REVIEW: Permission[None] = Permission("catalog:review", _("Review products"), can=_reviews, roles=("admin",))

ALL = (REVIEW,)
