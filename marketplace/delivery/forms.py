"""What may come in about how a shop delivers."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Annotated, ClassVar

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field, model_validator

from marketplace.delivery.models import Method
from marketplace.kernel.forms import Input, RupiahIn, WholeIn, fault
from marketplace.kernel.money import ZERO, Rupiah
from marketplace.kernel.words import Words, _

SLOT = re.compile(r"([0-9]{2})-([0-9]{2})")
CLOCK = re.compile(r"([01][0-9]|2[0-3])[.:]([0-5][0-9])")
LAST_HOUR = 24
DEAREST = Rupiah(10_000_000)
LONGEST_LEAD = 20


def _hour(value: object) -> object:
    """Take the clock as people write it, 15.00 or 15:00; a zone, or seconds, would be somebody else's clock."""
    hours = CLOCK.fullmatch(value.strip()) if isinstance(value, str) else None
    if hours is None:
        raise fault(_("Write the time as 15.00."))
    return f"{hours[1]}:{hours[2]}"


def _slot(value: str) -> str:
    hours = SLOT.fullmatch(value)
    if hours is None or not int(hours[1]) < int(hours[2]) <= LAST_HOUR:
        raise fault(_("Write the hours as 09-12."))
    return value


def _fee(value: Rupiah) -> Rupiah:
    if not ZERO <= value <= DEAREST:
        raise fault(_("Write an amount from 0 to 10 million rupiah."))
    return value


def _threshold(value: Rupiah) -> Rupiah:
    if value <= ZERO:
        raise fault(_("Write an amount above 0, or leave it empty."))
    return value


Limit = Annotated[WholeIn, Field(ge=0, le=100_000)]


class OptionIn(Input):
    """A method that a shop offers."""

    labels: ClassVar[Mapping[str, Words]] = {
        "method": _("Delivery"),
        "courier": _("Courier"),
        "flat": _("Price"),
        "free_from": _("Free from"),
        "kecamatan": _("Delivers to"),
        "cutoff": _("Orders of today until"),
        "lead_days": _("Lead time in days"),
        "slots": _("Hours"),
    }

    method: Method
    courier: Annotated[str, Field(max_length=40)] | None = None
    flat: Annotated[RupiahIn, AfterValidator(_fee)] = ZERO
    free_from: Annotated[RupiahIn, AfterValidator(_threshold)] | None = None
    kecamatan: Annotated[list[str], Field(max_length=60, default_factory=list)]
    cutoff: Annotated[time, BeforeValidator(_hour)] | None = None
    lead_days: Annotated[WholeIn, Field(ge=0, le=LONGEST_LEAD)] = 0
    slots: Annotated[list[Annotated[str, AfterValidator(_slot)]], Field(max_length=12, default_factory=list)]

    @model_validator(mode="after")
    def whole(self) -> "OptionIn":
        """Refuse what does not belong to the method."""
        if self.method is Method.JOINT:
            raise fault(_("Joint pick-ups are arranged by their organisers."))
        if (self.method is Method.COURIER) != (self.courier is not None):
            raise fault(_("Name the courier, and only for a courier."))
        if self.method is Method.COURIER and self.slots:
            raise fault(_("A courier keeps no hours."))
        if self.method is not Method.OWN and (self.flat or self.kecamatan):
            raise fault(_("Only a shop's own delivery has a price and a reach of its own."))
        return self


NEVER = datetime(1970, 1, 1, tzinfo=UTC)
"""What who was shown a shop that had set nothing has seen."""


class OptionsIn(Input):
    """All that a shop says about its deliveries; what it said before goes.

    ``seen`` is when what its writer was shown had been set, ``NEVER`` if nothing had been; without it nobody is asked whether
    it changed meanwhile.
    """

    labels: ClassVar[Mapping[str, Words]] = {
        "options": _("Delivery"),
        "daily_orders": _("Orders a day at most"),
        "daily_units": _("Units a day at most"),
        "slot_orders": _("Orders in each slot at most"),
        "days_off": _("Days off"),
    }

    options: Annotated[list[OptionIn], Field(min_length=1, max_length=20)]
    daily_orders: Limit | None = None
    daily_units: Limit | None = None
    slot_orders: Limit | None = None
    days_off: Annotated[list[date], Field(max_length=120, default_factory=list)]
    seen: AwareDatetime | None = None

    @model_validator(mode="after")
    def once(self) -> "OptionsIn":
        """Refuse the same way twice."""
        ways = [(one.method, one.courier) for one in self.options]
        if len(set(ways)) < len(ways):
            raise fault(_("This way of delivery is there twice."))
        return self
