"""What may come in about local content."""

import re
from datetime import date
from typing import Annotated, ClassVar, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, model_validator

from marketplace.kernel.forms import Input, Line, RupiahIn, WholeIn, fault
from marketplace.kernel.money import ZERO, Rupiah
from marketplace.kernel.words import Words, _
from marketplace.p3dn.models import HUNDRED, MOST_BMP

SHARE = re.compile(r"([0-9]{1,4})(?:[.,]([0-9]{1,2}))?")
NUMBER = re.compile(r"[^\x00-\x1f\x7f]{5,60}")
MOST_MATERIALS = 12
EARLIEST = date(2010, 1, 1)


def _share(value: object) -> object:
    """Return hundredths of a percent of ``42``, ``42,35`` or ``42.35 %``."""
    if isinstance(value, str):
        written = SHARE.fullmatch(value.strip().removesuffix("%").strip())
        if written is None:
            raise fault(_("Write a percentage with at most two decimals, for example 42,35."))
        return int(written[1]) * 100 + int((written[2] or "").ljust(2, "0"))
    return value


def _hundred(value: int) -> int:
    if not 0 <= value <= HUNDRED:
        raise fault(_("A share is 0 to 100%. Check the number."))
    return value


def _bmp(value: int) -> int:
    if not 0 <= value <= MOST_BMP:
        raise fault(_("BMP is 15% at most (Permenperin 35/2025). Check the certificate."))
    return value


def _number(value: str) -> str:
    """Return a certificate's number as it is kept: capitals, single blanks."""
    found = " ".join(value.split()).upper()
    if not NUMBER.fullmatch(found):
        raise fault(_("A certificate's number has 5 to 60 signs. Copy it as it stands on the paper."))
    return found


def _sum(value: Rupiah) -> Rupiah:
    if not ZERO < value <= Rupiah(10**15):
        raise fault(_("Write an amount of whole rupiah above 0."))
    return value


def _made(value: date) -> date:
    if value < EARLIEST:
        raise fault(_("That is before there were such certificates. Check the year."))
    return value


ShareIn = Annotated[int, BeforeValidator(_share), AfterValidator(_hundred)]
"""A share as people write it; hundredths of a percent, 0 to 10,000."""
HighIn = Annotated[int, BeforeValidator(_share), Field(ge=0, le=HUNDRED + MOST_BMP)]
BmpIn = Annotated[int, BeforeValidator(_share), AfterValidator(_bmp)]
TargetIn_ = Annotated[int, BeforeValidator(_share), Field(ge=1, le=10 * HUNDRED)]
NumberIn = Annotated[str, AfterValidator(_number)]
Basis = Annotated[str, StringConstraints(min_length=5, max_length=500)]
Reason = Annotated[str, StringConstraints(min_length=10, max_length=500)]
Place = Annotated[str, StringConstraints(max_length=80)]


class MadeInForm(Input):
    """The first question: where it is made."""

    labels: ClassVar[dict[str, Words]] = {"asal": _("Where it is made"), "tempat": _("City, regency or country")}

    asal: Literal["indonesia", "abroad"]
    tempat: Annotated[str, StringConstraints(min_length=2, max_length=80)]


class WorkersForm(Input):
    """The second question: who makes it."""

    labels: ClassVar[dict[str, Words]] = {"pekerja": _("Who makes it")}

    pekerja: Literal["all", "part", "none"]


class MaterialIn(Input):
    """A material: what, from where, and what it costs of all materials."""

    labels: ClassVar[dict[str, Words]] = {
        "nama": _("Material"),
        "dari": _("From"),
        "bagian": _("Share of what all materials cost"),
    }

    nama: Annotated[str, StringConstraints(max_length=80)] = ""
    dari: Literal["indonesia", "abroad"] = "indonesia"
    bagian: ShareIn = 0


class MaterialsForm(Input):
    """The third question: what it is made of; rows without a name are left out."""

    labels: ClassVar[dict[str, Words]] = MaterialIn.labels

    bahan: Annotated[list[MaterialIn], Field(max_length=MOST_MATERIALS)] = Field(default_factory=list)

    @property
    def named(self) -> list[MaterialIn]:
        """Return the rows that name something."""
        return [one for one in self.bahan if one.nama]


class StatementIn(Input):
    """A whole statement of a product."""

    asal: Literal["indonesia", "abroad"]
    tempat: Annotated[str, StringConstraints(min_length=2, max_length=80)]
    pekerja: Literal["all", "part", "none"]
    bahan: list[MaterialIn] = Field(default_factory=list)


class CertificateIn(Input):
    """A certificate as a shop shows it, with the products it covers."""

    labels: ClassVar[dict[str, Words]] = {
        "nomor": _("Certificate number"),
        "jenis": _("Kind"),
        "tkdn": _("TKDN"),
        "bmp": _("BMP"),
        "lingkup": _("Goods it names"),
        "merek": _("Brand"),
        "penerbit": _("Issued by"),
        "terbit": _("Issued on"),
        "berlaku": _("Valid through"),
        "produk": _("Products it covers"),
    }

    nomor: NumberIn
    jenis: Literal["lvi", "ik"]
    tkdn: ShareIn
    bmp: BmpIn = 0
    lingkup: Annotated[str, StringConstraints(min_length=3, max_length=300)]
    merek: Annotated[str, StringConstraints(max_length=80)] = ""
    penerbit: Annotated[str, StringConstraints(min_length=3, max_length=120)]
    terbit: Annotated[date, AfterValidator(_made)]
    berlaku: date
    produk: Annotated[list[UUID], Field(max_length=200)] = Field(default_factory=list)

    @model_validator(mode="after")
    def in_order(self) -> Self:
        """Refuse a certificate that ends before it was issued."""
        if self.berlaku < self.terbit:
            raise fault(_("The certificate would end before it was issued. Check both days on the paper."))
        return self


class CoverIn(Input):
    """Which products a certificate covers from now on."""

    labels: ClassVar[dict[str, Words]] = {"produk": _("Products it covers")}

    produk: Annotated[list[UUID], Field(max_length=200)] = Field(default_factory=list)


class CheckIn(Input):
    """An officer found a certificate where its issuer lists it."""

    labels: ClassVar[dict[str, Words]] = {"sumber": _("Where you looked it up")}

    sumber: Annotated[str, StringConstraints(min_length=5, max_length=300)]


class RefuseIn(Input):
    """Why a certificate does not count; the shop reads it."""

    labels: ClassVar[dict[str, Words]] = {"alasan": _("Reason")}

    alasan: Reason


class RevokeIn(Input):
    """From which day a certificate counts no more, and why."""

    labels: ClassVar[dict[str, Words]] = {"mulai": _("First day on which it does not count"), "alasan": _("Reason")}

    mulai: date
    alasan: Reason


class PolicyIn(Input):
    """A policy that is to hold from a day on."""

    labels: ClassVar[dict[str, Words]] = {
        "valid_from": _("First day"),
        "valid_to": _("Last day"),
        "high": _("High mark: TKDN and BMP together"),
        "least": _("Least TKDN where the high mark is reached"),
        "bmp_counts": _("BMP counts towards the high mark"),
        "delivery_counts": _("Delivery by the shop itself counts as accepted value"),
        "basis": _("Legal basis"),
        "confirmed_by": _("Confirmed by"),
    }

    valid_from: date
    valid_to: date | None = None
    high: HighIn
    least: ShareIn
    bmp_counts: bool = False
    delivery_counts: bool = False
    basis: Basis
    confirmed_by: Annotated[str, StringConstraints(max_length=120)] = ""

    @model_validator(mode="after")
    def in_order(self) -> Self:
        """Refuse a policy that ends before it begins, and a high mark below the least."""
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise fault(_("The last day is before the first. Check both."))
        if self.high < self.least:
            raise fault(_("The high mark is below the least TKDN. Check both."))
        return self


class TargetIn(Input):
    """A target that is to hold from a day on."""

    labels: ClassVar[dict[str, Words]] = {
        "key": _("Of what"),
        "unit_code": _("Office"),
        "valid_from": _("First day"),
        "valid_to": _("Last day"),
        "share": _("Target"),
        "basis": _("Legal basis"),
    }

    key: Literal["spend", "commitment", "umk"]
    unit_code: Annotated[str, StringConstraints(max_length=40)] = ""
    valid_from: date
    valid_to: date | None = None
    share: TargetIn_
    basis: Basis

    @model_validator(mode="after")
    def in_order(self) -> Self:
        """Refuse a target that ends before it begins."""
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise fault(_("The last day is before the first. Check both."))
        return self


class CostIn(Input):
    """A material with what it costs for one product, and its own TKDN."""

    labels: ClassVar[dict[str, Words]] = {
        "nama": _("Material"),
        "biaya": _("Cost for one product"),
        "tkdn": _("Its own TKDN"),
    }

    nama: Annotated[str, StringConstraints(max_length=80)] = ""
    biaya: RupiahIn = ZERO
    tkdn: ShareIn = 0


class WorksheetIn(Input):
    """What a small industry puts into the worksheet of TKDN-IK for one product."""

    labels: ClassVar[dict[str, Words]] = {
        **CostIn.labels,
        "pekerja": _("Share of the work done by Indonesian citizens"),
        "pabrik": _("Share of machines, rooms and power from Indonesia"),
        "kbli": _("KBLI"),
        "edisi": _("Edition of KBLI"),
        "modal": _("Capital, without land and building"),
    }

    bahan: Annotated[list[CostIn], Field(max_length=MOST_MATERIALS)] = Field(default_factory=list)
    pekerja: ShareIn
    pabrik: ShareIn
    kbli: Annotated[str, StringConstraints(pattern=r"^[0-9]{5}$")]
    edisi: Literal["2020", "2025"]
    modal: Annotated[RupiahIn, AfterValidator(_sum)]
    membuat: bool = False

    @property
    def named(self) -> list[CostIn]:
        """Return the rows that name something."""
        return [one for one in self.bahan if one.nama]


class BidIn(Input):
    """A bid with its price after arithmetic correction, and its TKDN."""

    labels: ClassVar[dict[str, Words]] = {"nama": _("Bidder"), "harga": _("Price"), "tkdn": _("TKDN")}

    nama: Annotated[str, StringConstraints(max_length=80)] = ""
    harga: RupiahIn = ZERO
    tkdn: ShareIn = 0


class BidsIn(Input):
    """Bids to be compared by their evaluated price."""

    labels: ClassVar[dict[str, Words]] = {**BidIn.labels, "paket": _("Value of the package")}

    paket: Annotated[RupiahIn, AfterValidator(_sum)]
    tawaran: Annotated[list[BidIn], Field(max_length=6)] = Field(default_factory=list)

    @property
    def named(self) -> list[BidIn]:
        """Return the rows that name a bidder and a price."""
        return [one for one in self.tawaran if one.nama and one.harga > ZERO]


class ReportIn(Input):
    """Of which year, part of it and office a report is to be sealed."""

    labels: ClassVar[dict[str, Words]] = {"tahun": _("Year"), "periode": _("Period"), "opd": _("Office")}

    tahun: Annotated[WholeIn, Field(ge=2020, le=2100)]
    periode: Literal["", "t1", "t2", "t3", "t4"] = ""
    opd: Annotated[str, StringConstraints(max_length=40)] = ""


class CommitmentIn(Input):
    """What an office committed to buy of domestic products in a year."""

    labels: ClassVar[dict[str, Words]] = {
        "unit": _("Office"),
        "tahun": _("Year"),
        "nilai": _("Committed value"),
        "per": _("As of"),
        "sumber": _("Source"),
    }

    unit: Line
    tahun: Annotated[WholeIn, Field(ge=2020, le=2100)]
    nilai: Annotated[RupiahIn, AfterValidator(_sum)]
    per: date
    sumber: Annotated[str, StringConstraints(min_length=3, max_length=200)]
