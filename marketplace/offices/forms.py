"""What may come in about an office, its people, its plan and its budget."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Annotated, ClassVar, Literal, get_args
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, field_validator
from pydantic_core.core_schema import ValidationInfo

from marketplace.kernel.forms import Input, RupiahIn, WholeIn, fault
from marketplace.kernel.money import ZERO, Rupiah
from marketplace.kernel.words import Words, _

LARGEST = Rupiah(10**14)
"""A hundred trillion: more than the whole budget of the province."""


def _sum(value: Rupiah) -> Rupiah:
    if not ZERO <= value <= LARGEST:
        raise fault(_("Write an amount of whole rupiah, from 0 to a hundred trillion."))
    return value


Sum = Annotated[RupiahIn, AfterValidator(_sum)]
Year = Annotated[WholeIn, Field(ge=2020, le=2100)]
Code = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z][0-9A-Za-z.\-/]*$", max_length=60)]
Name = Annotated[str, StringConstraints(min_length=3, max_length=300)]


class LineIn(Input):
    """A line of the DPA."""

    labels: ClassVar[Mapping[str, Words]] = {
        "unit_code": _("Code of the office"),
        "year": _("Fiscal year"),
        "activity_code": _("Sub-activity"),
        "account_code": _("Account code"),
        "name": _("Name"),
        "ceiling_idr": _("Ceiling"),
    }

    unit_code: Code
    year: Year
    activity_code: Code
    account_code: Code
    name: Name
    ceiling_idr: Sum


class PackageIn(Input):
    """A package of SiRUP."""

    labels: ClassVar[Mapping[str, Words]] = {
        "unit_code": _("Code of the office"),
        "year": _("Fiscal year"),
        "rup_id": _("RUP number"),
        "name": _("Name"),
        "what": _("Kind of purchase"),
        "value_idr": _("Value"),
    }

    unit_code: Code
    year: Year
    rup_id: Code
    name: Name
    what: Literal["goods", "services", "works", "consulting"]
    value_idr: Sum


NPWP_DIGITS = (15, 16, 22)
"""The old number, the one of sixteen digits since 2024, and that of a place of business (NITKU)."""
MOST_LETTERS = 200


def _npwp(value: str) -> str:
    digits = re.sub(r"[.\-\s]", "", value)
    if digits and not (digits.isascii() and digits.isdigit() and len(digits) in NPWP_DIGITS):
        raise fault(_("A tax number has 15 or 16 digits."))
    return digits


def _nip(value: str) -> str:
    bare = re.sub(r"[\s]", "", value)
    if bare and not re.fullmatch(r"[0-9A-Za-z.\-/]{4,25}", bare):
        raise fault(_("Write the NIP as it stands on the decree."))
    return bare


def _none_is_empty(value: object) -> object:
    return "" if value is None else value


Empty = BeforeValidator(_none_is_empty)
UnitCode = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z][0-9A-Za-z.\-]*$", max_length=60)]
PaperCode = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z][0-9A-Za-z.\-]*$", max_length=20, to_upper=True)]
ShortText = Annotated[str, StringConstraints(max_length=MOST_LETTERS), Empty]
Nip = Annotated[str, AfterValidator(_nip), Empty]
Decree = Annotated[str, StringConstraints(min_length=3, max_length=100)]
Why = Annotated[str, StringConstraints(min_length=5, max_length=300)]
UNIT_KINDS: Mapping[str, Words] = {
    "opd": _("Agency of the province (OPD)"),
    "ukpd": _("Working unit (UKPD)"),
    "sudin": _("Sub-agency of a city (Sudin)"),
    "bumd": _("Company of the province (BUMD)"),
}


class UnitIn(Input):
    """An office with its place in the tree."""

    labels: ClassVar[Mapping[str, Words]] = {
        "code": _("Code of the office"),
        "kind": _("Kind"),
        "name": _("Name"),
        "parent_code": _("Code of the unit above"),
        "paper_code": _("Short code on papers"),
        "address": _("Address"),
        "place": _("Place on papers"),
        "npwp": _("Tax number (NPWP)"),
        "training": _("For training"),
    }

    code: UnitCode
    kind: Literal["opd", "ukpd", "sudin", "bumd"]
    name: Name
    parent_code: UnitCode | None = None
    paper_code: PaperCode
    address: ShortText = ""
    place: Annotated[str, StringConstraints(max_length=60), BeforeValidator(lambda value: value or "Jakarta")] = (
        "Jakarta"
    )
    npwp: Annotated[str, AfterValidator(_npwp), Empty] = ""
    training: bool = False


Duty = Literal[
    "budget_holder", "commitment_officer", "activity_officer", "procurement_officer", "receiver", "treasurer",
    "finance_admin_officer", "auditor",
]  # fmt: skip
DUTY_KEYS: tuple[str, ...] = get_args(Duty)
"""The duties that somebody is appointed to, in the order of a day's work."""


class _Days(Input):
    first_day: date
    last_day: date

    @field_validator("last_day")
    @classmethod
    def after_first(cls, value: date, info: ValidationInfo) -> date:
        """Refuse an end before the beginning."""
        first = info.data.get("first_day")
        if first is not None and value < first:
            raise fault(_("The last day is before the first one."))
        return value


class AppointmentIn(_Days):
    """Who has which duty, in which days of one fiscal year, by which decree."""

    labels: ClassVar[Mapping[str, Words]] = {
        "who": _("E-mail address or number"),
        "duty": _("Duty"),
        "first_day": _("First day"),
        "last_day": _("Last day"),
        "nip": _("NIP"),
        "position": _("Position"),
        "decree": _("Number of the decree (SK)"),
    }

    who: Annotated[str, StringConstraints(min_length=3, max_length=254)]
    duty: Duty
    nip: Nip = ""
    position: ShortText = ""
    decree: Decree


class MandateIn(_Days):
    """Who acts for somebody, from when through when, and by which letter."""

    labels: ClassVar[Mapping[str, Words]] = {
        "who": _("E-mail address or number"),
        "kind": _("Kind"),
        "number": _("Number of the mandate"),
        "first_day": _("First day"),
        "last_day": _("Last day"),
        "nip": _("NIP"),
        "position": _("Position"),
    }

    who: Annotated[str, StringConstraints(min_length=3, max_length=254)]
    kind: Literal["plh", "plt"]
    number: Decree
    nip: Nip = ""
    position: ShortText = ""


class WhyIn(Input):
    """Why something ends."""

    labels: ClassVar[Mapping[str, Words]] = {"why": _("Reason")}

    why: Why


class CeilingIn(Input):
    """A revision of a line's ceiling."""

    labels: ClassVar[Mapping[str, Words]] = {"ceiling_idr": _("Ceiling"), "why": _("Reason")}

    ceiling_idr: Sum
    why: Why


class CarryIn(Input):
    """What is held on a line of an ended year, and where it goes on."""

    labels: ClassVar[Mapping[str, Words]] = {
        "reference": _("For"),
        "line_id": _("Line"),
        "package_id": _("Package"),
        "why": _("Reason"),
    }

    reference: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    line_id: UUID
    package_id: UUID
    why: Why
