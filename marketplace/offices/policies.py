"""Who may read and keep an office's plan and budget."""

from dataclasses import dataclass

from marketplace.kernel.access import Actor, Permission
from marketplace.kernel.words import _

DUTIES = ("budget_holder", "commitment_officer", "activity_officer", "procurement_officer", "receiver", "treasurer")
KEEPERS = ("admin", "procurement_admin")


@dataclass(frozen=True)
class Unit:
    """An office, by the code that grants name."""

    code: str


def _reads(actor: Actor, unit: Unit) -> bool:
    held = any(actor.holds(role, "organisation", unit.code) for role in (*DUTIES, "auditor"))
    return held or _keeps(actor, unit)


def _keeps(actor: Actor, _unit: Unit) -> bool:
    return actor.kind == "system" or any(actor.holds(role) for role in KEEPERS)


READ: Permission[Unit] = Permission(
    "offices:read", _("Read an office's budget"), _reads, (*DUTIES, "auditor", *KEEPERS)
)
KEEP: Permission[Unit] = Permission("offices:keep", _("Keep offices' plans and budgets"), _keeps, KEEPERS)
ALL = (READ, KEEP)
