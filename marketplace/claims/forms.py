"""What may come in to claims."""

import re
from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from marketplace.claims.models import Reason, Wish
from marketplace.kernel.forms import Input, RupiahIn, WholeIn, fault
from marketplace.kernel.words import Words, _

LONGEST, MOST_PIECES, MOST_PHOTOS_SENT = 2_000, 9_999, 20
MANY_EMPTY = re.compile(r"\n\s*\n\s*")
REASONS: Mapping[str, Words] = {
    Reason.NOT_COME: _("It never came"),
    Reason.BROKEN: _("It is broken or spoiled"),
    Reason.MISSING: _("Something is missing"),
    Reason.WRONG: _("It is something else than I ordered"),
    Reason.QUALITY: _("It is not as it was described"),
    Reason.LATE: _("It came too late"),
    Reason.CHANGED_MIND: _("I do not want it any more"),
}
WISHES: Mapping[str, Words] = {
    Wish.REFUND: _("The money back"),
    Wish.PART: _("Part of the money back"),
    Wish.REPLACEMENT: _("The same again, as it should be"),
}


def _tidy(value: str) -> str:
    """Keep paragraphs and drop what only makes a text long."""
    return MANY_EMPTY.sub("\n\n", value.replace("\r\n", "\n").replace("\r", "\n"))


Prose = Annotated[str, AfterValidator(_tidy), StringConstraints(max_length=LONGEST)]
Proof = Annotated[str, StringConstraints(max_length=80, pattern=r"^[^\r\n]*$")]
Pieces = Annotated[WholeIn, Field(ge=0, le=MOST_PIECES)]
Photos = Annotated[list[UUID], Field(max_length=MOST_PHOTOS_SENT)]
"""Photos that came with an earlier try of the form."""


def _reason(value: object) -> Reason:
    try:
        return Reason(str(value))
    except ValueError as failure:
        raise fault(_("Choose what is wrong.")) from failure


def _wish(value: object) -> Wish:
    try:
        return Wish(str(value))
    except ValueError as failure:
        raise fault(_("Choose what you ask the shop for.")) from failure


class PiecesIn(Input):
    """So many pieces of a line; none leaves it out."""

    labels: ClassVar[Mapping[str, Words]] = {"barang": _("Product"), "jumlah": _("Quantity")}

    barang: UUID
    jumlah: Pieces = 0


class ClaimIn(Input):
    """What a buyer says is wrong with a part, and what they ask for."""

    labels: ClassVar[Mapping[str, Words]] = {
        "bagian": _("Shop"),
        "baris": _("Products"),
        "barang": _("Product"),
        "jumlah": _("Quantity"),
        "alasan": _("What is wrong"),
        "harap": _("What you ask for"),
        "nilai": _("How much"),
        "cerita": _("What happened"),
        "photo_id": _("Photo"),
    }
    ignored = Input.ignored | {"token"}

    bagian: Annotated[WholeIn, Field(ge=1, le=MOST_PIECES)]
    baris: Annotated[list[PiecesIn], Field(max_length=100)] = Field(default_factory=list)
    alasan: Annotated[Reason, BeforeValidator(_reason), Field(validate_default=True)] = None  # type: ignore[assignment] # refused above
    harap: Annotated[Wish, BeforeValidator(_wish), Field(validate_default=True)] = None  # type: ignore[assignment] # refused above
    nilai: RupiahIn | None = None
    cerita: Annotated[Prose, StringConstraints(min_length=10)]
    photo_id: Photos = Field(default_factory=list)

    @property
    def pieces(self) -> dict[UUID, int]:
        """Return what is claimed, by line."""
        return {one.barang: one.jumlah for one in self.baris if one.jumlah}


class MessageIn(Input):
    """What somebody writes in a thread."""

    labels: ClassVar[Mapping[str, Words]] = {"pesan": _("Message"), "photo_id": _("Photo")}
    ignored = Input.ignored | {"token"}

    pesan: Annotated[Prose, StringConstraints(min_length=2)]
    photo_id: Photos = Field(default_factory=list)


class AnswerIn(Input):
    """What the buyer answers: to an offer, about goods sent back, about a replacement."""

    labels: ClassVar[Mapping[str, Words]] = {
        "jawaban": _("Your answer"),
        "kiriman": _("Tracking number, or who took it"),
        "catatan": _("What is wrong"),
    }
    ignored = Input.ignored | {"token"}

    jawaban: Literal["setuju", "tolak", "dikirim", "sampai", "belum"]
    kiriman: Proof = ""
    catatan: Prose = ""


class WithdrawIn(Input):
    """A press of the button that withdraws a claim."""

    ignored = Input.ignored | {"token"}


class OfferIn(Input):
    """What a shop answers: it accepts the wish, or offers money, the return of the goods, or other goods."""

    labels: ClassVar[Mapping[str, Words]] = {
        "jenis": _("Your answer"),
        "nilai": _("How much"),
        "catatan": _("Note"),
    }

    jenis: Literal["setuju", "uang", "kembali", "ganti"]
    nilai: RupiahIn | None = None
    catatan: Prose = ""


class CheckIn(Input):
    """What a shop says of goods that came back."""

    labels: ClassVar[Mapping[str, Words]] = {"hasil": _("What came back"), "catatan": _("What is wrong")}

    hasil: Literal["sesuai", "tidak"]
    layak: bool = False
    """They can be sold again, and stand on the shelf."""
    catatan: Prose = ""


class ReplacementIn(Input):
    """How a shop sent other goods."""

    labels: ClassVar[Mapping[str, Words]] = {"kiriman": _("Tracking number, or who took it")}

    kiriman: Annotated[Proof, StringConstraints(min_length=2)]


class DecisionIn(Input):
    """What the desk decides, and why; both sides read it."""

    labels: ClassVar[Mapping[str, Words]] = {
        "putusan": _("Decision"),
        "nilai": _("How much"),
        "alasan": _("Reason"),
    }

    putusan: Literal["uang", "sebagian", "kembali", "ganti", "tolak"]
    nilai: RupiahIn | None = None
    alasan: Annotated[Prose, StringConstraints(min_length=10)]


class RepayIn(Input):
    """A press of the button that pays back anew what failed."""
