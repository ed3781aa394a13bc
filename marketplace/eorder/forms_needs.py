"""What may come in about needs, comparisons and requests."""

import re
from datetime import date
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints

from marketplace.accounts.queries import normal_phone
from marketplace.eorder.forms import Prose, Reason
from marketplace.kernel.forms import Input, Line, RupiahIn, WholeIn, fault
from marketplace.kernel.money import ZERO, Rupiah
from marketplace.kernel.words import Words, _

HOUR = re.compile(r"([01]?[0-9]|2[0-3])[:.]([0-5][0-9])")
MOST_ITEMS, MOST_PLACES, MOST_SHOPS = 20, 10, 5
MOST_QTY = 100_000


def _hour(value: str) -> str:
    found = HOUR.fullmatch(value)
    if value and found is None:
        raise fault(_("Write the hour as 11:30."))
    return f"{int(found[1]):02}:{found[2]}" if found else ""


def _phone(value: str) -> str:
    if not value:
        return ""
    number = normal_phone(value)
    if number is None:
        raise fault(_("That number is too short. Use 10 to 13 digits, for example 081234567890."))
    return number


def _price(value: Rupiah) -> Rupiah:
    if not ZERO < value <= Rupiah(10**12):
        raise fault(_("Write a price in whole rupiah, above zero."))
    return value


def _fee(value: Rupiah) -> Rupiah:
    if not ZERO <= value <= Rupiah(10**10):
        raise fault(_("Write what the delivery costs in whole rupiah; 0 when it is free."))
    return value


Hour = Annotated[str, AfterValidator(_hour)]
Few = Annotated[str, StringConstraints(max_length=200)]
Pieces = Annotated[WholeIn, Field(ge=1, le=MOST_QTY)]


class ItemIn(Input):
    """One thing that is needed."""

    labels: ClassVar[dict[str, Words]] = {"nama": _("What"), "jumlah": _("How many"), "catatan": _("Note")}

    nama: Few = ""
    jumlah: Pieces | None = None
    catatan: Few = ""


class PlaceIn(Input):
    """One more place to which it is brought."""

    labels: ClassVar[dict[str, Words]] = {
        "tempat": _("Place"),
        "lantai": _("Floor"),
        "kelurahan": _("Kelurahan (urban village)"),
        "jumlah": _("How many"),
    }

    tempat: Few = ""
    lantai: Annotated[str, StringConstraints(max_length=40)] = ""
    kelurahan: Few = ""
    jumlah: Pieces | None = None


class NeedIn(Input):
    """What a unit needs. For meals the six first fields are enough."""

    labels: ClassVar[dict[str, Words]] = {
        "templat": _("Kind of need"),
        "acara": _("Occasion"),
        "tanggal": _("Day"),
        "jam": _("Hour"),
        "tempat": _("Place"),
        "lantai": _("Floor"),
        "kelurahan": _("Kelurahan (urban village)"),
        "orang": _("People"),
        "sumber": _("Package and budget line"),
        "paket": _("Package (RUP)"),
        "baris": _("Budget line"),
        "dari": _("From hour"),
        "cari": _("What is searched for"),
        "menu": _("Menu"),
        "diet": _("Diet"),
        "kontak": _("Contact"),
        "telepon": _("Telephone"),
        "alasan_batas": _("Reason for a price above the ceiling"),
        "libur": _("The day is right"),
    }

    templat: Annotated[str, StringConstraints(pattern=r"^[a-z_]{3,40}$")]
    acara: Annotated[Line, StringConstraints(min_length=3)]
    tanggal: date
    jam: Hour = ""
    tempat: Annotated[Line, StringConstraints(min_length=2)]
    lantai: Annotated[str, StringConstraints(max_length=40)] = ""
    kelurahan: Line
    orang: Annotated[WholeIn, Field(ge=1, le=MOST_QTY)] | None = None
    sumber: Annotated[str, StringConstraints(pattern=r"^([0-9a-f-]{36}:[0-9a-f-]{36})?$")] = ""
    paket: UUID | None = None
    baris: UUID | None = None
    dari: Hour = ""
    cari: Few = ""
    menu: Prose = ""
    diet: Prose = ""
    kontak: Annotated[str, StringConstraints(max_length=120)] = ""
    telepon: Annotated[str, AfterValidator(_phone)] = ""
    alasan_batas: Prose = ""
    libur: bool = False
    barang: Annotated[list[ItemIn], Field(max_length=MOST_ITEMS)] = Field(default_factory=list)
    lain: Annotated[list[PlaceIn], Field(max_length=MOST_PLACES)] = Field(default_factory=list)

    @property
    def means(self) -> tuple[UUID, UUID] | None:
        """Return the package and the line that pay for it, however they were picked; None when not both were."""
        if self.paket and self.baris:
            return self.paket, self.baris
        if not self.sumber:
            return None
        package, line = self.sumber.split(":")
        return UUID(package), UUID(line)

    @property
    def wanted(self) -> list[ItemIn]:
        """Return the things that are needed, empty rows left out."""
        return [one for one in self.barang if one.nama]

    @property
    def elsewhere(self) -> list[PlaceIn]:
        """Return the further places, empty rows left out."""
        return [one for one in self.lain if one.tempat]


class ChooseIn(Input):
    """One shop of a comparison is chosen; ``dasar`` is the digest of what the sheet was based on when it was seen."""

    labels: ClassVar[dict[str, Words]] = {
        "pilih": _("The shop"),
        "alasan": _("Why not the lowest total"),
        "sedikit": _("Why fewer shops"),
        "alasan_batas": _("Reason for a price above the ceiling"),
        "sebagian": _("Only a part"),
    }

    pilih: UUID
    dasar: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    toko: Annotated[list[UUID], Field(max_length=MOST_SHOPS)] = Field(default_factory=list)
    ganti: Annotated[list[UUID], Field(max_length=MOST_SHOPS * MOST_ITEMS)] = Field(default_factory=list)
    alasan: Prose = ""
    sedikit: Prose = ""
    alasan_batas: Prose = ""
    sebagian: bool = False
    """The shop has not everything, and the rest becomes a need of its own."""


class AskIn(Input):
    """Shops are asked what they would take."""

    labels: ClassVar[dict[str, Words]] = {
        "toko": _("Shops"),
        "hari": _("Working days to answer"),
        "pesan": _("What else they should know"),
    }

    toko: Annotated[list[UUID], Field(min_length=1, max_length=10)]
    hari: Annotated[WholeIn, Field(ge=1, le=10)] = 2
    pesan: Prose = ""


class AnswerLine(Input):
    """What a shop offers for one thing that is needed; without a product it has nothing like it."""

    labels: ClassVar[dict[str, Words]] = {
        "varian": _("Your product"),
        "harga": _("Price for each"),
        "jumlah": _("How many"),
    }

    barang: UUID
    varian: UUID | None = None
    jumlah: Pieces | None = None
    harga: Annotated[RupiahIn, AfterValidator(_price)] | None = None


class AnswerIn(Input):
    """A shop's answer to a request."""

    labels: ClassVar[dict[str, Words]] = {"antar": _("Delivery"), "catatan": _("Note")}

    antar: Annotated[RupiahIn, AfterValidator(_fee)]
    catatan: Prose = ""
    baris: Annotated[list[AnswerLine], Field(min_length=1, max_length=MOST_ITEMS)]


class DropIn(Input):
    """Why a need is dropped, or a request declined."""

    labels: ClassVar[dict[str, Words]] = {"alasan": _("Reason")}

    alasan: Reason
