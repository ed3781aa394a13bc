"""What may come in to reviews, answers, reports and decisions."""

import re
from collections.abc import Mapping
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from marketplace.kernel.forms import Input, fault
from marketplace.kernel.words import Words, _
from marketplace.reviews.models import FEWEST, MOST, Reason

LONGEST = 2_000
REASONS: Mapping[str, Words] = {
    Reason.ABUSE: _("It insults or threatens"),
    Reason.PRIVATE: _("It tells private things, such as a number or an address"),
    Reason.OTHER_GOODS: _("It is not about these goods"),
    Reason.ADVERTISING: _("It advertises something"),
    Reason.OTHER: _("Something else"),
}
MANY_EMPTY = re.compile(r"\n\s*\n\s*")


def _stars(value: object) -> int:
    text = str(value).strip() if isinstance(value, (str, int)) and not isinstance(value, bool) else ""
    if not (text.isascii() and text.isdigit() and len(text) == 1 and FEWEST <= int(text) <= MOST):
        raise fault(_("Choose how many stars, from 1 to 5."))
    return int(text)


def _tidy(value: str) -> str:
    """Keep paragraphs and drop what only makes a text long."""
    return MANY_EMPTY.sub("\n\n", value.replace("\r\n", "\n").replace("\r", "\n"))


Prose = Annotated[str, AfterValidator(_tidy), StringConstraints(max_length=LONGEST)]


class ReviewIn(Input):
    """What a buyer says of one line; ``barang`` is the line's id."""

    labels: ClassVar[Mapping[str, Words]] = {
        "barang": _("Product"),
        "nilai": _("Rating"),
        "ulasan": _("Your review"),
        "photo_id": _("Photo"),
    }
    ignored = Input.ignored | {"token"}

    barang: UUID
    nilai: Annotated[int, BeforeValidator(_stars), Field(validate_default=True)] = 0
    ulasan: Prose = ""
    anonim: bool = False
    photo_id: UUID | None = None
    """A photo that came with an earlier try of this form."""


class AnswerIn(Input):
    """What a shop answers."""

    labels: ClassVar[Mapping[str, Words]] = {"balasan": _("Answer")}

    balasan: Annotated[Prose, StringConstraints(min_length=2)]


def _reason(value: object) -> Reason:
    try:
        return Reason(str(value))
    except ValueError as failure:
        raise fault(_("Choose what is wrong with this review.")) from failure


class ReportIn(Input):
    """Why somebody objects to a review."""

    labels: ClassVar[Mapping[str, Words]] = {"alasan": _("Reason"), "catatan": _("Note")}

    alasan: Annotated[Reason, BeforeValidator(_reason), Field(validate_default=True)] = None  # type: ignore[assignment] # refused above
    catatan: Annotated[Prose, StringConstraints(max_length=500)] = ""


class DecisionIn(Input):
    """What the programme says to a decision; shop and writer read it."""

    labels: ClassVar[Mapping[str, Words]] = {"alasan": _("Reason")}

    alasan: Annotated[Prose, StringConstraints(min_length=10, max_length=500)]


class KeepIn(Input):
    """A press of the button that keeps a review."""
