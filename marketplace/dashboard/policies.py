"""Who may sit at which desk; each desk shows only what its actor may see anyway."""

from collections.abc import Callable

from marketplace.kernel.access import Actor, Permission
from marketplace.kernel.words import _

SELLERS = ("seller",)
OFFICERS = ("kecamatan_officer", "programme_officer", "admin")
ADMINS = ("admin",)


def _has_one_of(roles: tuple[str, ...]) -> Callable[[Actor, None], bool]:
    return lambda actor, _nothing: any(grant.role in roles for grant in actor.grants)


SELL: Permission[None] = Permission("dashboard:sell", _("Run a shop"), _has_one_of(SELLERS), SELLERS)
OFFICER: Permission[None] = Permission(
    "dashboard:officer", _("Work for the programme"), _has_one_of(OFFICERS), OFFICERS
)
ADMIN: Permission[None] = Permission("dashboard:admin", _("Look after the system"), _has_one_of(ADMINS), ADMINS)
ALL = (SELL, OFFICER, ADMIN)
