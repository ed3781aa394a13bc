"""Whose pages e-order has, and who sees which order; what may be done with one says the table of acts."""

from dataclasses import dataclass, replace
from uuid import UUID

from marketplace.eorder.models.acts import ADMIN, AUDITOR, PA, PP, PPK, PPTK, RECEIVER, TREASURER
from marketplace.kernel.access import Actor, Grant, Permission
from marketplace.kernel.words import _
from marketplace.offices.policies import Unit, holds

FINANCE = "finance_admin_officer"
OFFICE = (PP, PPK, PPTK, PA, RECEIVER, TREASURER, FINANCE)
"""Duties of a unit, in the order in which one of several is taken to be meant."""
READERS = (AUDITOR, ADMIN)
"""Who reads and may hold, and does nothing else."""
PREPARERS = (PP, PPTK)
SELLER = "seller"


@dataclass(frozen=True)
class Parties:
    """Between whom an order is; ``shop`` is as which shop one acts on it, ``shown`` tells whether that knows of it."""

    unit: Unit
    shop: str = ""
    shown: bool = False


def shop_scope(seller_id: UUID, unit_code: str, *, training: bool) -> str:
    """Return as which shop one acts on an order: as its own, or as the one that a training unit plays itself."""
    return f"latihan:{unit_code}" if training else str(seller_id)


def playing(actor: Actor, unit: Unit) -> Actor:
    """Return somebody who works in a training unit as the shop of its orders; the shop itself knows nothing of them."""
    grants = (Grant(SELLER, SELLER, f"latihan:{unit.code}"),) if _works(actor, unit) else ()
    return replace(actor, grants=grants)


def duties_in(actor: Actor, unit: Unit) -> tuple[str, ...]:
    """Return what an actor is in a unit: duties by grant, those that reach down to it, and what is held everywhere."""
    return tuple(role for role in (*OFFICE, *READERS) if holds(actor, role, unit))


def _sees(actor: Actor, parties: Parties) -> bool:
    if actor.kind == "system" or duties_in(actor, parties.unit):
        return True
    return parties.shown and bool(parties.shop) and actor.holds(SELLER, SELLER, parties.shop)


def _works(actor: Actor, unit: Unit) -> bool:
    return actor.kind == "system" or any(holds(actor, role, unit) for role in OFFICE)


def _prepares(actor: Actor, unit: Unit) -> bool:
    return actor.kind == "system" or any(holds(actor, role, unit) for role in PREPARERS)


def _reads(actor: Actor, unit: Unit) -> bool:
    return actor.kind == "system" or bool(duties_in(actor, unit))


def _audits(actor: Actor, unit: Unit) -> bool:
    return actor.kind == "system" or any(holds(actor, role, unit) for role in READERS)


def _answers(actor: Actor, seller_id: UUID) -> bool:
    return actor.kind == "system" or actor.holds(SELLER, SELLER, str(seller_id))


def _rules(actor: Actor, _nothing: None) -> bool:
    return actor.kind == "system" or actor.holds(ADMIN)


SEE: Permission[Parties] = Permission("eorder:see", _("See an office's order"), _sees, (*OFFICE, *READERS, SELLER))
WORK: Permission[Unit] = Permission("eorder:work", _("Work on an office's orders"), _works, OFFICE)
READ: Permission[Unit] = Permission("eorder:read", _("Read an office's orders"), _reads, (*OFFICE, *READERS))
PREPARE: Permission[Unit] = Permission("eorder:prepare", _("Prepare an office's orders"), _prepares, PREPARERS)
AUDIT: Permission[Unit] = Permission("eorder:audit", _("Audit an office's orders"), _audits, READERS)
ANSWER: Permission[UUID] = Permission("eorder:answer", _("Answer an office for a shop"), _answers, (SELLER,))
RULE: Permission[None] = Permission("eorder:rule", _("Keep methods and price ceilings"), _rules, (ADMIN,))
ALL = (SEE, WORK, READ, PREPARE, AUDIT, ANSWER, RULE)
