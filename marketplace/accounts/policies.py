"""The roles, and who may give and take them."""

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
    "seller": _("Seller"),
}
EVERYWHERE = "everywhere"
SCOPES: dict[str, str] = {
    "admin": EVERYWHERE,
    "programme_officer": EVERYWHERE,
    "kecamatan_officer": "area",
    "auditor": EVERYWHERE,
    "finance_officer": EVERYWHERE,
    "procurement_admin": EVERYWHERE,
    "budget_holder": "organisation",
    "commitment_officer": "organisation",
    "activity_officer": "organisation",
    "procurement_officer": "organisation",
    "receiver": "organisation",
    "treasurer": "organisation",
    "seller": "seller",
}
"""What each role is held for; ``accounts.slots.scopes`` find the things of a kind."""
LONG_SESSIONS = frozenset({"seller"})
"""Roles whose sessions last as long as a buyer's; every other role, also one we do not know, has short ones (R14.1)."""


def _may_grant(actor: Actor, wanted: Grant) -> bool:
    if wanted.role not in ROLES:
        return False
    if actor.kind == "system" or actor.holds("admin"):
        return True
    # A shop's own people make its team.
    return (
        wanted.role == "seller" and wanted.scope_kind == "seller" and actor.holds("seller", "seller", wanted.scope_id)
    )


GRANT: Permission[Grant] = Permission("accounts:grant", _("Give and take roles"), _may_grant, roles=("admin",))


def _may_suspend(actor: Actor, person: str) -> bool:
    return (actor.kind == "system" or actor.holds("admin")) and str(actor.id) != person


SUSPEND: Permission[str] = Permission("accounts:suspend", _("Suspend people"), _may_suspend, roles=("admin",))


def _may_enrol(actor: Actor, _: None) -> bool:
    return actor.kind == "system" or actor.holds("admin")


ENROL: Permission[None] = Permission("accounts:enrol", _("Enrol people"), _may_enrol, roles=("admin",))
ALL = (GRANT, SUSPEND, ENROL)
