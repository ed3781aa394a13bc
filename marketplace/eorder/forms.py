"""What may come in to e-order."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from marketplace.kernel.clock import JAKARTA
from marketplace.kernel.forms import Input, WholeIn, fault
from marketplace.kernel.words import Words, _

LONGEST, MOST_PIECES, MOST_LINES, MOST_PLACES = 1_000, 99_999, 100, 999
MANY_EMPTY = re.compile(r"\n\s*\n\s*")


def _tidy(value: str) -> str:
    """Keep paragraphs and drop what only makes a text long."""
    return MANY_EMPTY.sub("\n\n", value.replace("\r\n", "\n").replace("\r", "\n"))


def _instant(value: object) -> object:
    """Take an instant as phones write it; without a zone it is Jakarta's."""
    if not isinstance(value, str):
        return value
    try:
        found = datetime.fromisoformat(value.strip())
    except ValueError as failure:
        raise fault(_("Write day and time as 2026-11-27T10:30.")) from failure
    try:
        return found.replace(tzinfo=JAKARTA) if found.tzinfo is None else found.astimezone(JAKARTA)
    except OverflowError as failure:
        raise fault(_("Write day and time as 2026-11-27T10:30.")) from failure


Prose = Annotated[str, AfterValidator(_tidy), StringConstraints(max_length=LONGEST)]
Why = Annotated[Prose, StringConstraints(min_length=5)]
Pieces = Annotated[WholeIn, Field(ge=0, le=MOST_PIECES)]
Instant = Annotated[datetime, BeforeValidator(_instant)]
FormKey = Annotated[str, StringConstraints(min_length=16, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")]
"""What a form names itself by: the same once more is not another."""


class SentIn(Input):
    """So many of a line go out."""

    labels: ClassVar[Mapping[str, Words]] = {"barang": _("Product"), "jumlah": _("Quantity")}

    barang: UUID
    jumlah: Pieces = 0


class ShipIn(Input):
    """What a shop sends of an order; without lines, everything that is left."""

    labels: ClassVar[Mapping[str, Words]] = {
        "baris": _("Products"), "barang": _("Product"), "jumlah": _("Quantity"), "catatan": _("Note"),
        "photo_id": _("Photo"),
    }  # fmt: skip

    baris: Annotated[list[SentIn], Field(max_length=MOST_LINES)] = Field(default_factory=list)
    catatan: Prose = ""
    photo_id: UUID | None = None


class CameIn(Input):
    """So many of a line came, and so many of these are not as they should be."""

    labels: ClassVar[Mapping[str, Words]] = {
        "barang": _("Product"), "jumlah": _("Came"), "rusak": _("Not good"), "catatan": _("What is wrong"),
        "photo_id": _("Photo"),
    }  # fmt: skip

    barang: UUID
    jumlah: Pieces = 0
    rusak: Pieces = 0
    catatan: Annotated[Prose, StringConstraints(max_length=300)] = ""
    photo_id: UUID | None = None


class ReceiptIn(Input):
    """What came at one time and place, as somebody wrote it down there."""

    labels: ClassVar[Mapping[str, Words]] = {
        "tanda": _("Form"), "baris": _("Products"), "barang": _("Product"), "jumlah": _("Came"), "rusak": _("Not good"),
        "catatan": _("Note"), "datang": _("Came at"), "tempat": _("Place"), "photo_id": _("Photo"),
    }  # fmt: skip

    tanda: FormKey
    baris: Annotated[list[CameIn], Field(min_length=1, max_length=MOST_LINES)]
    datang: Instant | None = None
    tempat: Annotated[WholeIn, Field(ge=1, le=MOST_PLACES)] | None = None
    catatan: Prose = ""
    photo_id: UUID | None = None


class WhyIn(Input):
    """A reason that the other side reads."""

    labels: ClassVar[Mapping[str, Words]] = {"alasan": _("Reason")}

    alasan: Why


class JudgedIn(Input):
    """How many of a line are accepted and refused."""

    labels: ClassVar[Mapping[str, Words]] = {
        "barang": _("Product"), "terima": _("Accepted"), "tolak": _("Refused"), "alasan": _("Reason"),
    }  # fmt: skip

    barang: UUID
    terima: Pieces = 0
    tolak: Pieces = 0
    alasan: Annotated[Prose, StringConstraints(max_length=300)] = ""


class InspectIn(Input):
    """What a commitment officer found: three ticks, each line, and what becomes of what was not accepted."""

    labels: ClassVar[Mapping[str, Words]] = {
        "tanggal": _("Inspected on"), "fungsi": _("Function"), "lengkap": _("Quantity"), "tepat": _("Time"),
        "catatan": _("Note"), "sisa": _("What was not accepted"), "sampai": _("Until"), "baris": _("Products"),
        "barang": _("Product"), "terima": _("Accepted"), "tolak": _("Refused"), "alasan": _("Reason"),
    }  # fmt: skip

    tanggal: date | None = None
    fungsi: bool = False
    lengkap: bool = False
    tepat: bool = False
    catatan: Prose = ""
    sisa: Literal["none", "complete", "reduce", "return"] = "none"
    sampai: date | None = None
    baris: Annotated[list[JudgedIn], Field(min_length=1, max_length=MOST_LINES)]


class SignIn(Input):
    """The password once more, and the office's own number of the minutes if it has one by now."""

    labels: ClassVar[Mapping[str, Words]] = {"password": _("Password"), "nomor": _("The office's own number")}

    password: Annotated[str, StringConstraints(strip_whitespace=False, min_length=1, max_length=200)]
    nomor: Annotated[str, StringConstraints(max_length=80, pattern=r"^[^\r\n]*$")] = ""


class PressIn(Input):
    """A press of a button."""
