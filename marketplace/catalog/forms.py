"""What may come in about products, from the seller's form, a file or the API alike."""

import re
from collections.abc import Mapping
from typing import Annotated, ClassVar, Self
from uuid import UUID

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BeforeValidator,
    Field,
    StringConstraints,
    ValidationInfo,
    model_validator,
)

from marketplace.catalog.models import Halal
from marketplace.kernel.forms import UNJOINED, Input, Line, RupiahIn, WholeIn, fault
from marketplace.kernel.money import Rupiah
from marketplace.kernel.words import Words, _

UNITS = (
    "pcs", "bungkus", "pack", "box", "kotak", "porsi", "pax", "lusin", "kodi", "rim", "gross", "botol", "toples", "cup",
    "gram", "ons", "kg", "liter", "ml", "meter", "set", "paket", "loyang", "tampah", "ikat", "ekor", "butir", "hari", "jam",
    "orang", "lembar", "pasang", "pot", "buah",
)  # fmt: skip
"""Units that Jakarta's small businesses sell by (domain 7.2)."""

HALAL_CERTIFICATE = re.compile(r"ID[0-9]{17}")
HOME_INDUSTRY = re.compile(r"[1-8][0-9]{14}")
CHEAPEST = Rupiah(100)
DEAREST = Rupiah(1_000_000_000)


def _unit(value: str) -> str:
    bare = value.strip().casefold()
    if bare not in UNITS:
        raise fault(_("Choose one of the units, for example pcs, bungkus or kg."))
    return bare


def _price(value: Rupiah) -> Rupiah:
    if not CHEAPEST <= value <= DEAREST:
        raise fault(_("Enter a price from Rp 100 to Rp 1,000,000,000."))
    return value


def _tight(value: object) -> object:
    return "".join(value.split()).upper() if isinstance(value, str) else value


def _single_blanks(value: object) -> object:
    return re.sub(r"[^\S\r\n]+", " ", value).strip() if isinstance(value, str) else value


def _certificate(value: str) -> str:
    if value.startswith("KH"):
        raise fault(_("A KH number is MUI's decision. Enter the number of the certificate: ID and 17 digits."))
    if not HALAL_CERTIFICATE.fullmatch(value):
        raise fault(_("A halal certificate has ID and 17 digits, for example ID31110000123450124."))
    return value


def _home_industry(value: str) -> str:
    digits = value.replace("-", "")
    if not HOME_INDUSTRY.fullmatch(digits):
        raise fault(_("A P-IRT number has 15 digits, for example 2063171010123-28."))
    return f"{digits[:13]}-{digits[13:]}"


def _flag(value: object) -> object:
    known = FLAGS.get(value.strip().casefold()) if isinstance(value, str) else value
    if not isinstance(known, bool):
        raise fault(_("Write true or 1, else false or 0."))
    return known


FLAGS = {"1": True, "true": True, "on": True, "0": False, "false": False}
FlagIn = Annotated[bool, BeforeValidator(_flag)]
"""Yes or no in a query string, as it is documented; ``on`` is what browsers send for a box that was ticked."""
Description = Annotated[str, StringConstraints(max_length=5_000)]
VariantName = Annotated[
    str, BeforeValidator(_single_blanks), UNJOINED, StringConstraints(max_length=60, pattern=r"^[^\r\n]*$")
]
"""One line as in ``Line``, but none is needed where there is one variant: two that look alike are one name."""
Price = Annotated[RupiahIn, AfterValidator(_price)]
Unit = Annotated[str, AfterValidator(_unit)]
HalalNumber = Annotated[str, BeforeValidator(_tight), AfterValidator(_certificate)]
Size = Annotated[WholeIn, Field(ge=0, le=10_000)]
HomeIndustryNumber = Annotated[str, BeforeValidator(_tight), AfterValidator(_home_industry)]


def _enough_for_one(value: int, said: ValidationInfo) -> int:
    if value < said.data.get("min_order", 1):
        raise fault(_("That is less than the minimum order, so nobody could buy it."))
    return value


class VariantIn(Input):
    """One thing to buy: without ``stock`` or a size it stays as it is, without ``sku`` one is made.

    ``stock_seen`` is the count that was shown beside ``stock`` when it was typed: what was not changed is no count, and
    one that meanwhile moved is asked about. Without it ``stock`` is a count of now.
    """

    labels: ClassVar[Mapping[str, Words]] = {
        "sku": _("SKU"),
        "name": _("Variant"),
        "price_idr": _("Price"),
        "weight_g": _("Weight in grams"),
        "length_mm": _("Length of the parcel in mm"),
        "width_mm": _("Width of the parcel in mm"),
        "height_mm": _("Height of the parcel in mm"),
        "stock": _("Stock"),
    }

    id: UUID | None = None
    sku: Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[!-~ ]+$")] | None = None
    name: VariantName = ""
    price_idr: Price
    weight_g: Annotated[WholeIn, Field(ge=0, le=1_000_000)] = 0
    length_mm: Size | None = None
    width_mm: Size | None = None
    height_mm: Size | None = None
    stock: Annotated[WholeIn, Field(ge=0, le=1_000_000)] | None = None
    stock_seen: Annotated[WholeIn, Field(ge=0, le=1_000_000_000)] | None = None


class ProductIn(Input):
    """A listing as its seller writes it; what publishing needs beyond this is asked by ``services.submit``."""

    labels: ClassVar[Mapping[str, Words]] = {
        **VariantIn.labels,
        "name": _("Product name"),
        "category": _("Category"),
        "description": _("Description"),
        "unit": _("Unit"),
        "min_order": _("Minimum order"),
        "made_to_order": _("Made to order"),
        "lead_days": _("Ready in days"),
        "daily_units": _("At most a day"),
        "halal": _("Halal state"),
        "halal_number": _("Halal certificate number"),
        "pirt": _("P-IRT number"),
        "domestic": _("Made in Indonesia"),
        "variants": _("Variants"),
    }

    name: Annotated[Line, StringConstraints(min_length=3, max_length=120)]
    category: Line
    """The slug of a category."""
    description: Description = ""
    unit: Unit
    min_order: Annotated[WholeIn, Field(ge=1, le=10_000)] = 1
    made_to_order: FlagIn = False
    lead_days: Annotated[WholeIn, Field(ge=0, le=90)] = 0
    daily_units: Annotated[WholeIn, Field(ge=1, le=100_000), AfterValidator(_enough_for_one)] | None = None
    """How many pieces a day of all variants together, of what is made to order."""
    halal: Halal = Halal.UNKNOWN
    halal_number: HalalNumber | None = None
    pirt: HomeIndustryNumber | None = None
    domestic: FlagIn = False
    variants: Annotated[list[VariantIn], Field(min_length=1, max_length=30)]

    @model_validator(mode="after")
    def variants_differ(self) -> Self:
        """Ask for a name on each of several variants, and each name and SKU once."""
        names = [variant.name.casefold() for variant in self.variants]
        if len(names) > 1 and (not all(names) or len(set(names)) < len(names)):
            raise fault(_("Give each variant a name of its own, for example 250 g and 500 g."))
        skus = [variant.sku for variant in self.variants if variant.sku]
        if len(set(skus)) < len(skus):
            raise fault(_("The same SKU stands there twice. Give each variant its own."))
        return self


class ShelfRowIn(Input):
    """A count and a low limit as they were typed, each beside what its writer was shown."""

    labels: ClassVar[Mapping[str, Words]] = {"stok": _("Stock"), "low": _("Warn me at")}

    varian: UUID
    stok: Annotated[WholeIn, Field(ge=0, le=1_000_000)]
    seen: Annotated[WholeIn, Field(ge=0, le=1_000_000_000)]
    low: Annotated[WholeIn, Field(ge=0, le=1_000_000)] | None = None
    low_seen: Annotated[WholeIn, Field(ge=0, le=1_000_000)] | None = None


class ShelfIn(Input):
    """Rows of a shop's shelf; those that say what was shown are left alone."""

    labels: ClassVar[Mapping[str, Words]] = {**ShelfRowIn.labels, "baris": _("Stock")}

    baris: Annotated[list[ShelfRowIn], Field(max_length=50)]

    @model_validator(mode="after")
    def once(self) -> Self:
        """Refuse two counts of one variant: neither is the right one."""
        if len({row.varian for row in self.baris}) < len(self.baris):
            raise fault(_("The same variant stands there twice."))
        return self


class SeenIn(Input):
    """A decision about a product as it was seen: when what was looked at had last been changed."""

    seen: AwareDatetime


class RejectIn(SeenIn):
    """Why a product cannot be shown yet: what to change, for its seller to read."""

    labels: ClassVar[Mapping[str, Words]] = {"reason": _("Reason")}

    reason: Annotated[str, StringConstraints(min_length=10, max_length=500)]
