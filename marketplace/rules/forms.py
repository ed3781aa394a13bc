"""What may come in about a rule."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field, StringConstraints

from marketplace.kernel.forms import Input, RupiahIn, WholeIn, fault
from marketplace.kernel.money import ZERO, Rounding, Rupiah
from marketplace.kernel.words import Words, _

MOST = 1_000_000
LARGEST = Rupiah(10**15)


def _sum(value: Rupiah) -> Rupiah:
    if not ZERO <= value <= LARGEST:
        raise fault(_("Write an amount of whole rupiah, from 0 to a thousand trillion."))
    return value


Sum = Annotated[RupiahIn, AfterValidator(_sum)]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$", max_length=60)]
Basis = Annotated[str, StringConstraints(min_length=5, max_length=500)]


class RuleIn(Input):
    """A rule that is to hold from a day on."""

    labels: ClassVar[Mapping[str, Words]] = {
        "code": _("Code"),
        "numerator": _("Numerator"),
        "denominator": _("Denominator"),
        "fixed": _("Fixed sum"),
        "threshold": _("Threshold"),
        "rounding": _("Rounding"),
        "inside": _("Inside the price"),
        "valid_from": _("First day"),
        "basis": _("Legal basis"),
    }

    code: Code
    numerator: Annotated[WholeIn, Field(ge=0, le=MOST)]
    denominator: Annotated[WholeIn, Field(ge=1, le=MOST)]
    fixed: Sum = ZERO
    threshold: Sum | None = None
    rounding: Rounding
    inside: bool = False
    valid_from: date
    basis: Basis


class EndIn(Input):
    """A code of which nothing is to hold from a day on."""

    labels: ClassVar[Mapping[str, Words]] = {
        "code": _("Code"),
        "from_day": _("First day without a rule"),
        "basis": _("Legal basis"),
    }

    code: Code
    from_day: date
    basis: Basis


class HolidayIn(Input):
    """A day on which offices are closed, or are open again."""

    labels: ClassVar[Mapping[str, Words]] = {
        "day": _("Day"),
        "name": _("Name of the holiday"),
        "kind": _("Kind of holiday"),
        "closed": _("Closed"),
        "basis": _("Legal basis"),
    }

    day: date
    name: Annotated[str, StringConstraints(min_length=3, max_length=120)]
    kind: Literal["national", "joint"] = "national"
    closed: bool = True
    basis: Basis
