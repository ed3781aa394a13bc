"""Whose pages e-order has, and who sees which order; what may be done with one says the table of acts."""

from dataclasses import dataclass
from uuid import UUID

from marketplace.eorder.models.acts import ADMIN, AUDITOR, PA, PP, PPK, PPTK, RECEIVER, TREASURER
from marketplace.kernel.access import Actor, Permission
from marketplace.kernel.words import _

FINANCE = "finance_admin_officer"
OFFICE = (PP, PPK, PPTK, PA, RECEIVER, TREASURER, FINANCE)
"""Duties of a unit, in the order in which one of several is taken to be meant."""
READERS = (AUDITOR, ADMIN)
"""Who reads and may hold, and does nothing else."""
PREPARERS = (PP, PPTK)
ORGANISATION, SELLER = "organisation", "seller"


@dataclass(frozen=True)
class Parties:
    """Between whom an order is; ``shown`` tells whether its shop knows of it."""

    unit_code: str
    seller_id: UUID | None = None
    shown: bool = False


def duties_in(actor: Actor, unit_code: str) -> tuple[str, ...]:
    """Return what an actor is in a unit: duties by grant, and what is held everywhere."""
    return tuple(role for role in (*OFFICE, *READERS) if actor.holds(role, ORGANISATION, unit_code))


def _sees(actor: Actor, parties: Parties) -> bool:
    if actor.kind == "system" or duties_in(actor, parties.unit_code):
        return True
    return parties.shown and parties.seller_id is not None and actor.holds(SELLER, SELLER, str(parties.seller_id))


def _works(actor: Actor, unit_code: str) -> bool:
    return actor.kind == "system" or any(actor.holds(role, ORGANISATION, unit_code) for role in OFFICE)


def _prepares(actor: Actor, unit_code: str) -> bool:
    return actor.kind == "system" or any(actor.holds(role, ORGANISATION, unit_code) for role in PREPARERS)


def _reads(actor: Actor, unit_code: str) -> bool:
    return actor.kind == "system" or bool(duties_in(actor, unit_code))


def _audits(actor: Actor, unit_code: str) -> bool:
    return actor.kind == "system" or any(actor.holds(role, ORGANISATION, unit_code) for role in READERS)


def _answers(actor: Actor, seller_id: UUID) -> bool:
    return actor.kind == "system" or actor.holds(SELLER, SELLER, str(seller_id))


def _rules(actor: Actor, _nothing: None) -> bool:
    return actor.kind == "system" or actor.holds(ADMIN)


SEE: Permission[Parties] = Permission("eorder:see", _("See an office's order"), _sees, (*OFFICE, *READERS, SELLER))
WORK: Permission[str] = Permission("eorder:work", _("Work on an office's orders"), _works, OFFICE)
READ: Permission[str] = Permission("eorder:read", _("Read an office's orders"), _reads, (*OFFICE, *READERS))
PREPARE: Permission[str] = Permission("eorder:prepare", _("Prepare an office's orders"), _prepares, PREPARERS)
AUDIT: Permission[str] = Permission("eorder:audit", _("Audit an office's orders"), _audits, READERS)
ANSWER: Permission[UUID] = Permission("eorder:answer", _("Answer an office for a shop"), _answers, (SELLER,))
RULE: Permission[None] = Permission("eorder:rule", _("Keep methods and price ceilings"), _rules, (ADMIN,))
ALL = (SEE, WORK, READ, PREPARE, AUDIT, ANSWER, RULE)
