"""What may come in about a plan and a budget."""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field, StringConstraints

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
