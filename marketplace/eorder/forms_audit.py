"""What may come in from the auditor's desk."""

from datetime import date
from typing import ClassVar

from marketplace.eorder.forms import Reason
from marketplace.kernel.forms import Input
from marketplace.kernel.words import Words, _


class HoldIn(Input):
    """An order stands still until a day, for a reason that everybody of it reads."""

    labels: ClassVar[dict[str, Words]] = {"sampai": _("Until the day"), "alasan": _("Reason")}

    sampai: date
    alasan: Reason


class LetGoIn(Input):
    """An order that was held goes on; why."""

    labels: ClassVar[dict[str, Words]] = {"alasan": _("Reason")}

    alasan: Reason


class AcknowledgeIn(Input):
    """An auditor has looked at what a flag found; what they think of it."""

    labels: ClassVar[dict[str, Words]] = {"catatan": _("What the audit says of it")}

    catatan: Reason
