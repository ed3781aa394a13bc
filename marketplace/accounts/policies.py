"""The roles, and who may give and take them."""

from dataclasses import dataclass
from uuid import UUID

from marketplace.kernel.access import Actor, Grant, Permission
from marketplace.kernel.words import Words, _

ROLES: dict[str, Words] = {
    "admin": _("Administrator"),
    "programme_officer": _("Programme officer (dinas)"),
    "kecamatan_officer": _("Kecamatan officer"),
    "auditor": _("Auditor"),
    "finance_officer": _("Finance officer"),
    "procurement_admin": _("Procurement administrator (BPPBJ)"),
    "budget_holder": _("Budget holder (PA/KPA)"),
    "commitment_officer": _("Commitment officer (PPK)"),
    "activity_officer": _("Activity officer (PPTK)"),
    "procurement_officer": _("Procurement officer (PP)"),
    "receiver": _("Receiver of goods"),
    "treasurer": _("Treasurer (bendahara)"),
    "finance_admin_officer": _("Finance administration officer (PPK-SKPD)"),
    "seller": _("Seller"),
}
EVERYWHERE, ORGANISATION = "everywhere", "organisation"
SCOPES: dict[str, tuple[str, ...]] = {
    "admin": (EVERYWHERE,),
    "programme_officer": (EVERYWHERE,),
    "kecamatan_officer": ("area",),
    "auditor": (EVERYWHERE, ORGANISATION),
    "finance_officer": (EVERYWHERE,),
    "procurement_admin": (EVERYWHERE,),
    "budget_holder": (ORGANISATION,),
    "commitment_officer": (ORGANISATION,),
    "activity_officer": (ORGANISATION,),
    "procurement_officer": (ORGANISATION,),
    "receiver": (ORGANISATION,),
    "treasurer": (ORGANISATION,),
    "finance_admin_officer": (ORGANISATION,),
    "seller": ("seller",),
}
"""The kinds of thing that each role may be held for, the usual one first; ``accounts.slots.scopes`` find the things."""
APPOINTED = frozenset(role for role, kinds in SCOPES.items() if ORGANISATION in kinds)
"""The roles that ``procurement_admin`` gives and takes, for an organisation only."""
LONG_SESSIONS = frozenset({"seller"})
"""Roles whose sessions last as long as a buyer's; every other role, also one we do not know, has short ones (R14.1)."""


NEED_SECOND_FACTOR = frozenset({"admin", "budget_holder", "commitment_officer", "treasurer"})
"""Whoever holds one of these has no roles at all before a second factor is set up (R14.3)."""


def usual_scope(role: str, scope_id: str) -> str:
    """Return the kind of thing that a role is usually held for, by whether a thing is named at all."""
    kinds = SCOPES[role]
    return kinds[-1] if scope_id else kinds[0]


@dataclass(frozen=True)
class Wanted:
    """A role to be given to somebody or taken from them."""

    grant: Grant
    person_id: UUID


def _may_grant(actor: Actor, wanted: Wanted) -> bool:
    role, kind, named = wanted.grant.role, wanted.grant.scope_kind, wanted.grant.scope_id
    if role not in ROLES:
        return False
    if actor.kind == "system" or actor.holds("admin"):
        return True
    # Whoever appoints others appoints nobody but others.
    if role in APPOINTED and kind == ORGANISATION and actor.holds("procurement_admin"):
        return actor.kind == "person" and actor.id != wanted.person_id
    # A shop's own people make its team.
    return role == "seller" and kind == "seller" and actor.holds("seller", "seller", named)


GRANT: Permission[Wanted] = Permission(
    "accounts:grant", _("Give and take roles"), _may_grant, roles=("admin", "procurement_admin")
)


def _may_suspend(actor: Actor, person: str) -> bool:
    return (actor.kind == "system" or actor.holds("admin")) and str(actor.id) != person


SUSPEND: Permission[str] = Permission("accounts:suspend", _("Suspend people"), _may_suspend, roles=("admin",))


def _may_enrol(actor: Actor, _: None) -> bool:
    return actor.kind == "system" or actor.holds("admin")


ENROL: Permission[None] = Permission("accounts:enrol", _("Enrol people"), _may_enrol, roles=("admin",))
RESET_FACTOR: Permission[str] = Permission(
    "accounts:reset_factor", _("Reset the second factor of others"), _may_suspend, roles=("admin",)
)
ALL = (GRANT, SUSPEND, ENROL, RESET_FACTOR)
