"""What may come in about a shop."""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field, StringConstraints

from marketplace.accounts.queries import normal_phone
from marketplace.kernel.forms import Input, Line, fault
from marketplace.kernel.words import Words, _


def _phone(value: str) -> str:
    number = normal_phone(value)
    if number is None:
        raise fault(_("That WhatsApp number is too short. Use 10 to 13 digits, for example 081234567890."))
    return number


Phone = Annotated[str, AfterValidator(_phone)]
Tax = Literal["vat_registered", "pbjt_payer"]
Weekday = Literal["1", "2", "3", "4", "5", "6", "7"]


class SellerIn(Input):
    """A shop's profile as its team writes it."""

    labels: ClassVar[Mapping[str, Words]] = {
        "name": _("Shop name"),
        "owner_name": _("Owner's name"),
        "phone": _("WhatsApp number"),
        "kelurahan": _("Kelurahan (urban village)"),
        "story": _("Story"),
        "opening_days": _("Opening days"),
        "taxes": _("Taxes"),
        "cod": _("Cash"),
    }

    name: Annotated[Line, StringConstraints(min_length=3, max_length=60)]
    owner_name: Annotated[Line, StringConstraints(min_length=2, max_length=80)]
    phone: Phone
    kelurahan: Line
    """The code of a kelurahan, or its name as the list offers it."""
    story: Annotated[str, StringConstraints(max_length=1_000)] = ""
    opening_days: Annotated[list[Weekday], Field(min_length=1, max_length=7)]
    taxes: Annotated[list[Tax], Field(max_length=2)] = []  # noqa: RUF012 - pydantic copies defaults
    cod: bool = False


class ReasonIn(Input):
    """Why an officer decides so; the team reads it."""

    labels: ClassVar[Mapping[str, Words]] = {"reason": _("Reason")}

    reason: Annotated[str, StringConstraints(min_length=10, max_length=500)]
