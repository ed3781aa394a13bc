"""What may come in about methods of buying and price ceilings."""

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field, StringConstraints

from marketplace.kernel.forms import Input, RupiahIn, WholeIn, fault
from marketplace.kernel.money import ZERO, Rupiah
from marketplace.kernel.words import Words, _

LARGEST = Rupiah(10**15)
APPROVERS = ("commitment_officer", "procurement_officer", "budget_holder")
"""Duties to which the table of acts gives ``approve``."""
PAPERS = ("letter", "negotiation", "minutes", "receipt", "purchase_proof", "invitation", "attendance", "notes")
BUYERS = ("opd", "bumd")
WHATS = ("goods", "services", "works", "consulting")


def _sum(value: Rupiah) -> Rupiah:
    if not ZERO <= value <= LARGEST:
        raise fault(_("Write an amount of whole rupiah, from 0 to a thousand trillion."))
    return value


def _once(value: list[str]) -> list[str]:
    if len(set(value)) != len(value):
        raise fault(_("Name each of them once."))
    return value


Sum = Annotated[RupiahIn, AfterValidator(_sum)]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=60)]
Named = Annotated[str, StringConstraints(min_length=3, max_length=120)]
Basis = Annotated[str, StringConstraints(min_length=5, max_length=500)]
Days = Annotated[WholeIn, Field(ge=1, le=60)]


class MethodIn(Input):
    """A method of buying that is to hold from a day on, above an amount and up to another."""

    labels: ClassVar[dict[str, Words]] = {
        "code": _("Code"),
        "buyer_kind": _("Whose rule"),
        "what": _("Kind of purchase"),
        "name": _("Name"),
        "name_en": _("Name in English"),
        "above_idr": _("Above"),
        "up_to_idr": _("Up to"),
        "approvals": _("Who approves"),
        "offers_wanted": _("Shops to compare"),
        "negotiate": _("Negotiation is a must"),
        "papers": _("Papers"),
        "answer_days": _("Days to answer a letter"),
        "decide_days": _("Days to approve"),
        "talk_days": _("Days for a turn of negotiation"),
        "pay_days": _("Days to pay"),
        "valid_from": _("First day"),
        "basis": _("Legal basis"),
        "follow": _("The bands beside it follow"),
    }

    code: Code
    buyer_kind: Literal["opd", "bumd"]
    what: Literal["goods", "services", "works", "consulting"]
    name: Named
    name_en: Named
    above_idr: Sum
    up_to_idr: Sum
    approvals: Annotated[
        list[Literal["commitment_officer", "procurement_officer", "budget_holder"]],
        Field(min_length=1, max_length=3),
        AfterValidator(_once),
    ]
    offers_wanted: Annotated[WholeIn, Field(ge=1, le=5)]
    negotiate: bool = False
    papers: Annotated[
        list[
            Literal[
                "letter", "negotiation", "minutes", "receipt", "purchase_proof", "invitation", "attendance", "notes"
            ]
        ],
        AfterValidator(_once),
    ] = Field(default_factory=list)
    answer_days: Days
    decide_days: Days
    talk_days: Days
    pay_days: Days
    valid_from: date
    basis: Basis
    follow: bool = False
    """Where an edge of the band moves, the bands beside it end or begin there too, instead of being in the way."""


class CeilingIn(Input):
    """The most that something may cost from a day on."""

    labels: ClassVar[dict[str, Words]] = {
        "code": _("Component code"),
        "template": _("Kind of need"),
        "name": _("Name"),
        "name_en": _("Name in English"),
        "unit": _("Unit"),
        "most_idr": _("At most"),
        "valid_from": _("First day"),
        "basis": _("Legal basis"),
    }

    code: Code
    template: Annotated[str, StringConstraints(pattern=r"^[a-z_]{3,40}$")]
    name: Named
    name_en: Named
    unit: Annotated[str, StringConstraints(min_length=2, max_length=30)]
    most_idr: Annotated[RupiahIn, AfterValidator(_sum)]
    valid_from: date
    basis: Basis


class ConfirmIn(Input):
    """An official says that a method or a ceiling is the law."""

    labels: ClassVar[dict[str, Words]] = {"pejabat": _("Who confirmed it")}

    pejabat: Annotated[str, StringConstraints(min_length=5, max_length=200)]
