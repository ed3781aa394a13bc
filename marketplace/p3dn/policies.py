"""Who reads the figures of local content, who checks certificates, and who keeps policy and targets."""

from uuid import UUID

from marketplace.kernel.access import Actor, Permission
from marketplace.kernel.words import _
from marketplace.offices.policies import AUDITOR, DUTIES, PROCUREMENT_ADMIN, Unit, holds

DESK = ("programme_officer", "admin")
KEEPERS = (PROCUREMENT_ADMIN, "admin")
SELLER = "seller"


def whole(actor: Actor) -> bool:
    """Tell whether an actor reads the figures of the whole programme, and not of some offices alone."""
    return actor.kind == "system" or any(actor.holds(role) for role in (*DESK, PROCUREMENT_ADMIN, AUDITOR))


def _reads(actor: Actor, unit: Unit) -> bool:
    return whole(actor) or any(holds(actor, duty, unit) for duty in (*DUTIES, AUDITOR, PROCUREMENT_ADMIN))


def _on_desk(actor: Actor, _nothing: None) -> bool:
    return actor.kind == "system" or any(actor.holds(role) for role in DESK)


def _keeps(actor: Actor, _nothing: None) -> bool:
    return actor.kind == "system" or any(actor.holds(role) for role in KEEPERS)


def _seals(actor: Actor, _nothing: None) -> bool:
    return actor.kind == "system" or any(actor.holds(role) for role in (*DESK, PROCUREMENT_ADMIN))


def _states(actor: Actor, seller_id: UUID) -> bool:
    return actor.kind == "system" or actor.holds(SELLER, SELLER, str(seller_id))


READ: Permission[Unit] = Permission(
    "p3dn:read", _("Read the figures of local content"), _reads, (*DUTIES, AUDITOR, PROCUREMENT_ADMIN, *DESK)
)
CHECK: Permission[None] = Permission("p3dn:check", _("Check certificates of local content"), _on_desk, DESK)
RULE: Permission[None] = Permission("p3dn:rule", _("Keep policy and targets of local content"), _keeps, KEEPERS)
STATE: Permission[UUID] = Permission("p3dn:state", _("State what a shop's products are made of"), _states, (SELLER,))
SEAL: Permission[None] = Permission("p3dn:seal", _("Seal reports of local content"), _seals, (*DESK, PROCUREMENT_ADMIN))
ALL = (READ, CHECK, RULE, STATE, SEAL)
