"""What sellers write about their account and ask of their statement, and what officers write."""

from collections.abc import Mapping
from typing import Annotated, ClassVar

from pydantic import StringConstraints

from marketplace.kernel.forms import Input, Line, RupiahIn
from marketplace.kernel.words import Words, _


class BankIn(Input):
    """A bank account, with the proof that it is the seller who writes."""

    labels: ClassVar[Mapping[str, Words]] = {
        "bank": _("Bank"),
        "number": _("Account number"),
        "holder": _("Name of the holder"),
        "password": _("Password"),
    }

    bank: Line
    number: Line
    holder: Line
    password: Annotated[str, StringConstraints(min_length=1, max_length=128)]


class WhyIn(Input):
    """Why an officer refuses an account or calls a payout off; the seller reads it."""

    labels: ClassVar[Mapping[str, Words]] = {"why": _("Reason")}

    why: Annotated[Line, StringConstraints(min_length=5, max_length=200)]


class BearIn(Input):
    """Who bears what went back, and why."""

    labels: ClassVar[Mapping[str, Words]] = {"who": _("Who bears it"), "why": _("Reason")}

    who: Line
    why: Annotated[Line, StringConstraints(min_length=5, max_length=200)]


class ConnectIn(Input):
    """The id of an account that a shop has at a provider, which officers know and shops do not."""

    labels: ClassVar[Mapping[str, Words]] = {"shop": _("Shop's code"), "bank": _("Provider"), "number": _("Account id")}

    shop: Line
    bank: Line
    number: Line


class Act(Input):
    """A press of a button."""


class AskIn(Input):
    """How much a seller wants to have before the next day of payouts."""

    labels: ClassVar[Mapping[str, Words]] = {"jumlah": _("Amount")}

    jumlah: RupiahIn
    kunci: str = ""
