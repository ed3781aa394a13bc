"""What sellers write about their account and ask of their statement, and what officers write."""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field, StringConstraints

from marketplace.kernel.forms import Input, Line, RupiahIn, fault
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


def _looked(value: bool) -> bool:  # noqa: FBT001 - a validator's signature
    """Refuse what was not confirmed."""
    if not value:
        raise fault(_("Tick this once you have looked: it cannot be taken back."))
    return value


Why = Annotated[Line, StringConstraints(min_length=5, max_length=200)]
"""Why an officer decides so; it stays in the history."""
Looked = Annotated[bool, AfterValidator(_looked), Field(validate_default=True)]
"""Whether who decides has ticked that they looked."""


class ReviewIn(Input):
    """What an officer decides about a payment in review, and why; ``yakin`` says that they looked at it."""

    labels: ClassVar[Mapping[str, Words]] = {
        "keputusan": _("Decision"),
        "why": _("Reason"),
        "yakin": _("I have looked"),
    }

    keputusan: Literal["settle", "returned", "cancel"]
    why: Why
    yakin: Looked = False


class MatchIn(Input):
    """Which payment a movement is: one that is named beside it, or the transfer of an order by its code."""

    labels: ClassVar[Mapping[str, Words]] = {
        "bayaran": _("Payment"),
        "kode": _("Order's code"),
        "why": _("Reason"),
        "yakin": _("I have looked"),
    }

    bayaran: Annotated[str, StringConstraints(max_length=40)] = ""
    kode: Annotated[str, StringConstraints(max_length=40)] = ""
    why: Why
    yakin: Looked = False


class NotOursIn(Input):
    """What a movement is that paid nothing of ours."""

    labels: ClassVar[Mapping[str, Words]] = {"alasan": _("What it is")}

    alasan: Why
