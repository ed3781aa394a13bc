"""What may come in about a shop."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Annotated, ClassVar, Literal, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from marketplace.accounts.queries import normal_phone
from marketplace.kernel.forms import Input, Line, fault
from marketplace.kernel.words import Words, _


def _phone(value: str) -> str:
    number = normal_phone(value)
    if number is None:
        raise fault(_("That WhatsApp number is too short. Use 10 to 13 digits, for example 081234567890."))
    return number


def _npwp(value: str) -> str:
    """Return a tax number's digits: 15 with their check digit, 16 with a 0 before those or a person's NIK (domain 5.1)."""
    digits = "".join(sign for sign in value if sign not in NPWP_MARKS)
    if not digits:
        return ""
    if not (digits.isascii() and digits.isdecimal()) or len(digits) not in (OLD_NPWP, NEW_NPWP):
        raise fault(_("An NPWP has 15 or 16 digits. Copy it from the card, with points or without."))
    old = digits[-OLD_NPWP:] if digits.startswith("0") or len(digits) == OLD_NPWP else ""
    if old and not _luhn(old[:NPWP_CHECKED]):
        raise fault(_("One of the first nine digits of the NPWP is mistyped. Compare them with the card."))
    return digits


def _luhn(digits: str) -> bool:
    """Tell whether the last digit fits those before it (ISO/IEC 7812-1, annex B)."""
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits)))
    return sum(one // 10 + one % 10 for one in doubled) % 10 == 0


NPWP_MARKS = " .-\N{NO-BREAK SPACE}"
OLD_NPWP, NEW_NPWP, NPWP_CHECKED = 15, 16, 9
Npwp = Annotated[str, StringConstraints(max_length=40), AfterValidator(_npwp)]
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
        "npwp": _("NPWP (tax number)"),
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
    npwp: Npwp = ""
    """Empty for a shop that has none, or does not want it on its papers."""
    cod: bool = False


LONGEST_LEAVE = timedelta(days=180)
"""A year that was mistyped would close a shop for good."""


class LeaveIn(Input):
    """When a shop is away, both days included, and what it tells its buyers."""

    labels: ClassVar[Mapping[str, Words]] = {
        "away_from": _("First day away"),
        "away_until": _("Last day away"),
        "away_note": _("What buyers read"),
    }

    away_from: date
    away_until: date
    away_note: Annotated[str, StringConstraints(max_length=200)] = ""

    @model_validator(mode="after")
    def in_order(self) -> Self:
        """Refuse a leave that ends before it begins, or never."""
        if self.away_until < self.away_from:
            raise fault(_("The last day away comes before the first. Check both."))
        if self.away_until - self.away_from >= LONGEST_LEAVE:
            raise fault(_("A leave lasts half a year at most. Check the year, or ask us to close the shop."))
        return self


class ReasonIn(Input):
    """Why an officer decides so; the team reads it."""

    labels: ClassVar[Mapping[str, Words]] = {"reason": _("Reason")}

    reason: Annotated[str, StringConstraints(min_length=10, max_length=500)]


class PaperIn(Input):
    """A paper that a shop shows, with the days for which it holds."""

    labels: ClassVar[dict[str, Words]] = {
        "jenis": _("Kind of paper"),
        "nomor": _("Number"),
        "mulai": _("Valid from"),
        "sampai": _("Valid until"),
    }

    jenis: Literal["nib", "identity", "deed", "final_tax", "exempt", "statement", "no_vat", "halal", "pirt"]
    nomor: Annotated[str, StringConstraints(min_length=3, max_length=80)]
    mulai: date | None = None
    sampai: date | None = None
