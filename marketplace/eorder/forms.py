"""What may come in to e-order."""

from datetime import date, datetime
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import BeforeValidator, Field, StringConstraints

from marketplace.kernel.clock import JAKARTA
from marketplace.kernel.forms import Input, Line, RupiahIn, WholeIn, fault
from marketplace.kernel.words import Words, _

LONGEST = 2_000
Prose = Annotated[str, StringConstraints(max_length=LONGEST)]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=5, max_length=LONGEST)]
"""A reason in words, five letters at least: it is read by auditors."""
MOST_PIECES = 100_000
Pieces = Annotated[WholeIn, Field(ge=0, le=MOST_PIECES)]
Password = Annotated[str, StringConstraints(min_length=1, max_length=128, strip_whitespace=False)]
"""Exactly as typed, spaces and all (R14.3)."""


def _local(value: object) -> object:
    """Read what ``datetime-local`` sends as an instant in Jakarta; one with its own offset stays as it is."""
    if not isinstance(value, str):
        return value
    try:
        read = datetime.fromisoformat(value)
    except ValueError as failure:
        raise fault(_("Write day and hour, for example 24/11/2026 11.30.")) from failure
    return read if read.tzinfo else read.replace(tzinfo=JAKARTA)


Instant = Annotated[datetime, BeforeValidator(_local)]


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

    password: Password
    catatan: Prose = ""


class ReasonIn(Input):
    """Why something is sent back, declined, called off or held."""

    labels: ClassVar[dict[str, Words]] = {"alasan": _("Reason")}

    alasan: Reason


class PriceLine(Input):
    """The price of a piece of a line, as one side offers it."""

    labels: ClassVar[dict[str, Words]] = {"harga": _("Price of one")}

    baris: UUID
    harga: RupiahIn


class OfferIn(Input):
    """What one side of a negotiation offers: a price for each line, the delivery, a word beside it."""

    labels: ClassVar[dict[str, Words]] = {
        "harga": _("Price of one"),
        "ongkir": _("Delivery"),
        "catatan": _("Note"),
    }

    harga: Annotated[list[PriceLine], Field(min_length=1, max_length=200)]
    ongkir: RupiahIn
    catatan: Prose = ""


class AgreeIn(Input):
    """Which offer is agreed to: the one that was on the page."""

    penawaran: UUID


class ChangeLine(Input):
    """How many of a line are to be ordered from now on."""

    labels: ClassVar[dict[str, Words]] = {"jumlah": _("Quantity")}

    baris: UUID
    jumlah: Pieces


class ChangeIn(Input):
    """What is to change about an accepted order, or that it is to be called off, and why."""

    labels: ClassVar[dict[str, Words]] = {
        "jenis": _("What is to happen"),
        "jumlah": _("Quantity"),
        "hari": _("Day"),
        "jam": _("At the latest"),
        "alasan": _("Reason"),
    }

    jenis: Literal["change", "cancel"] = "change"
    jumlah: Annotated[list[ChangeLine], Field(max_length=200)] = Field(default_factory=list)
    hari: date | None = None
    jam: Annotated[str, StringConstraints(pattern=r"^(([01][0-9]|2[0-3]):[0-5][0-9])?$")] | None = None
    alasan: Reason


class ChangeAnswerIn(Input):
    """Which change is answered: the one that was on the page."""

    nomor: Annotated[WholeIn, Field(ge=1, le=9_999)]


class ChangeRefusalIn(ChangeAnswerIn):
    """Which change is refused or taken back, and why."""

    labels: ClassVar[dict[str, Words]] = {"alasan": _("Reason")}

    alasan: Reason


class ShipLine(Input):
    """So many of a line are on their way."""

    baris: UUID
    jumlah: Pieces


class ShipIn(Input):
    """What a shop sends; without lines all that is left."""

    labels: ClassVar[dict[str, Words]] = {"jumlah": _("Quantity"), "catatan": _("Note"), "foto": _("Photo")}

    kiriman: list[ShipLine] = Field(default_factory=list)
    catatan: Prose = ""
    foto_id: UUID | None = None
    """A photo that came with an earlier try of the form; so below."""


class ReceiptLineIn(Input):
    """What came of a line, and how many of these are not as they should be."""

    id: UUID
    datang: Pieces = 0
    rusak: Pieces = 0
    catatan: Prose = ""
    foto_id: UUID | None = None


class ReceiptIn(Input):
    """What came; ``kunci`` is made by the form, so that what is sent twice is one receipt."""

    labels: ClassVar[dict[str, Words]] = {
        "datang": _("Came"),
        "rusak": _("Not good"),
        "catatan": _("Note"),
        "tiba": _("Time of arrival"),
    }
    ignored: ClassVar[frozenset[str]] = frozenset({"lanjut", "aksi"})

    kunci: Annotated[str, StringConstraints(min_length=8, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")]
    baris: list[ReceiptLineIn]
    tempat: Annotated[WholeIn, Field(ge=1, le=99)] | None = None
    tiba: Instant | None = None
    catatan: Prose = ""
    foto_id: UUID | None = None


class InspectLine(Input):
    """What of a line is accepted, and why the others are not."""

    id: UUID
    terima: Pieces
    alasan: Prose = ""


class InspectIn(Input):
    """What the commitment officer found, and what becomes of what is not accepted."""

    labels: ClassVar[dict[str, Words]] = {
        "terima": _("Accepted"),
        "alasan": _("Reason"),
        "lanjutan": _("What follows"),
        "sampai": _("Until"),
        "catatan": _("Findings"),
    }

    baris: list[InspectLine]
    fungsi: bool = False
    lengkap: bool = False
    waktu: bool = False
    catatan: Prose = ""
    lanjutan: Literal["none", "complete", "reduce", "return"] = "none"
    sampai: date | None = None


class SignIn(Input):
    """The commitment officer signs the minutes, with the unit's own number of them if it has one."""

    labels: ClassVar[dict[str, Words]] = {"password": _("Password"), "nomor": _("Number of the minutes")}

    password: Password
    nomor: Annotated[str, StringConstraints(max_length=80)] = ""
    bayar: bool = False
    """Payment is asked for as soon as the shop has signed the last minutes."""


class WithholdingIn(Input):
    """What the treasurer keeps of a tax, why it is not what was proposed, and the number of its slip."""

    kode: Line
    dipotong: RupiahIn
    alasan: Prose = ""
    slip: Annotated[str, StringConstraints(max_length=80)] = ""


class PaymentIn(Input):
    """How the treasurer paid."""

    labels: ClassVar[dict[str, Words]] = {
        "cara": _("Way of payment"),
        "nomor": _("Number of the payment"),
        "tanggal": _("Paid on"),
        "jumlah": _("Amount"),
        "spp": _("SPP number"),
        "spm": _("SPM number"),
        "sp2d": _("SP2D number"),
        "kartu": _("Last four digits of the card"),
        "dipotong": _("Withheld"),
        "alasan": _("Reason"),
        "slip": _("Number of the slip"),
        "potongan": _("Withheld"),
    }

    cara: Literal["UP", "GU", "TU", "LS", "KKPD"]
    nomor: Annotated[str, StringConstraints(min_length=3, max_length=80)]
    tanggal: date
    jumlah: RupiahIn | None = None
    spp: Annotated[str, StringConstraints(max_length=80)] = ""
    spm: Annotated[str, StringConstraints(max_length=80)] = ""
    sp2d: Annotated[str, StringConstraints(max_length=80)] = ""
    kartu: Annotated[str, StringConstraints(pattern=r"^([0-9]{4})?$")] = ""
    catatan: Prose = ""
    pajak: list[WithholdingIn] = Field(default_factory=list)
    potongan: RupiahIn | None = None
    """What was proposed to be withheld in all when it was looked at: another proposal is to be looked at anew."""


class SlipIn(Input):
    """The number of the slip of a tax that was withheld."""

    labels: ClassVar[dict[str, Words]] = {"nomor": _("Number of the slip")}

    nomor: Annotated[str, StringConstraints(min_length=3, max_length=80)]


class HoldIn(ReasonIn):
    """Until when an order is held, and why."""

    labels: ClassVar[dict[str, Words]] = {"alasan": _("Reason"), "sampai": _("Until")}

    sampai: date


class NothingIn(Input):
    """A button that says all by itself."""
