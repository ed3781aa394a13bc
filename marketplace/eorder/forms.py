"""What may come in to e-order."""

from typing import Annotated, ClassVar

from pydantic import Field, StringConstraints

from marketplace.kernel.forms import Input, Line
from marketplace.kernel.words import Words, _

LONGEST = 2_000
Prose = Annotated[str, StringConstraints(max_length=LONGEST)]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=5, max_length=LONGEST)]
"""A reason in words, five letters at least: it is read by auditors."""


class FlagReason(Input):
    """Why something that a flag found is as it should be."""

    tanda: Line
    alasan: Prose = ""


class SendIn(Input):
    """An order goes to whoever approves it, with reasons for what flags found."""

    tanda: list[FlagReason] = Field(default_factory=list)

    @property
    def reasons(self) -> dict[str, str]:
        """Return the reasons by flag, those that are empty left out."""
        return {one.tanda: one.alasan.strip() for one in self.tanda if one.alasan.strip()}


class ApproveIn(Input):
    """Who approves signs with their password."""

    labels: ClassVar[dict[str, Words]] = {"password": _("Password"), "catatan": _("Note")}

    password: Annotated[str, StringConstraints(min_length=1, max_length=128, strip_whitespace=False)]
    catatan: Prose = ""


class ReasonIn(Input):
    """Why something is sent back, declined, called off or held."""

    labels: ClassVar[dict[str, Words]] = {"alasan": _("Reason")}

    alasan: Reason
