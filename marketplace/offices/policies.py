"""The duties of an office, and who may read and keep its plan, its budget and its people."""

from dataclasses import dataclass
from typing import Any

from marketplace.kernel.access import Actor, Permission
from marketplace.kernel.words import Words, _

ORGANISATION = "organisation"
BUDGET_HOLDER, AUDITOR, PROCUREMENT_ADMIN = "budget_holder", "auditor", "procurement_admin"
DUTY_NAMES: dict[str, Words] = {
    BUDGET_HOLDER: _("Budget holder (PA/KPA)"),
    "commitment_officer": _("Commitment officer (PPK)"),
    "activity_officer": _("Activity officer (PPTK)"),
    "procurement_officer": _("Procurement officer (PP)"),
    "receiver": _("Receiver of goods"),
    "treasurer": _("Treasurer (bendahara)"),
    "finance_admin_officer": _("Finance administration officer (PPK-SKPD)"),
    AUDITOR: _("Auditor"),
    PROCUREMENT_ADMIN: _("Procurement administrator (BPPBJ)"),
}
"""What people do in purchasing, in the order of a day's work; each is a role of accounts for an office."""
DUTY_SHORT: dict[str, Words] = {
    BUDGET_HOLDER: _("PA/KPA"),
    "commitment_officer": _("PPK"),
    "activity_officer": _("PPTK"),
    "procurement_officer": _("PP"),
    "receiver": _("Receiver"),
    "treasurer": _("Treasurer"),
    "finance_admin_officer": _("PPK-SKPD"),
    AUDITOR: _("Auditor"),
    PROCUREMENT_ADMIN: _("BPPBJ"),
}
"""The same where there is little room."""
DUTIES = tuple(duty for duty in DUTY_NAMES if duty not in {AUDITOR, PROCUREMENT_ADMIN})
"""Duties of the office itself; the others look at it from outside."""
REACHING = (BUDGET_HOLDER, AUDITOR, PROCUREMENT_ADMIN)
"""Duties in a unit that reach the units below it as well."""
KEEPERS = ("admin", PROCUREMENT_ADMIN)


@dataclass(frozen=True)
class Unit:
    """An office, by the code that grants name, with the codes of the units above it."""

    code: str
    above: tuple[str, ...] = ()


def holds(actor: Actor, duty: str, unit: Unit) -> bool:
    """Tell whether an actor has a duty that reaches a unit: in it, everywhere, or above it where the duty reaches down."""
    codes = (unit.code, *unit.above) if duty in REACHING else (unit.code,)
    return any(actor.holds(duty, ORGANISATION, code) for code in codes)


def _reads(actor: Actor, unit: Unit) -> bool:
    return any(holds(actor, duty, unit) for duty in (*DUTIES, AUDITOR)) or _keeps(actor, unit)


def _keeps(actor: Actor, unit: Unit) -> bool:
    return actor.kind == "system" or actor.holds("admin") or holds(actor, PROCUREMENT_ADMIN, unit)


def _deputises(actor: Actor, unit: Unit) -> bool:
    return _keeps(actor, unit) or holds(actor, BUDGET_HOLDER, unit)


def _everywhere(actor: Actor, _nothing: None) -> bool:
    return actor.kind == "system" or any(actor.holds(role) for role in KEEPERS)


READ: Permission[Unit] = Permission("offices:read", _("Read an office's budget"), _reads, (*DUTIES, AUDITOR, *KEEPERS))
KEEP: Permission[Unit] = Permission("offices:keep", _("Keep offices' plans and budgets"), _keeps, KEEPERS)
DEPUTISE: Permission[Unit] = Permission(
    "offices:deputise", _("See an office's people and name deputies"), _deputises, (BUDGET_HOLDER, *KEEPERS)
)
CARRY: Permission[Unit] = Permission(
    "offices:carry", _("Carry what is held into the next year"), _deputises, (BUDGET_HOLDER, *KEEPERS)
)
FOUND: Permission[None] = Permission("offices:found", _("Put offices into the tree"), _everywhere, KEEPERS)
ALL: tuple[Permission[Any], ...] = (READ, KEEP, DEPUTISE, CARRY, FOUND)
