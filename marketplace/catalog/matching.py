"""Matches the rows of a table with what a shop has: which product a row means, what it says of it, and what stays."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from marketplace.catalog.forms import ProductIn, VariantIn
from marketplace.catalog.models import Category, Halal, Product, Stock, Variant
from marketplace.catalog.queries import Tree
from marketplace.catalog.services.products import ON_SHOW, normal
from marketplace.catalog.sheet import SheetRow
from marketplace.kernel.db import rows
from marketplace.kernel.money import Rupiah

OTHER = "lainnya"
SIMILAR: Mapping[str, str] = {
    "food and drink": "makanan",
    "makanan dan minuman": "makanan",
    "men's fashion": "fesyen",
    "women's fashion": "fesyen",
    "muslim fashion": "fesyen",
    "kids and baby fashion": "fesyen",
    "fashion": "fesyen",
    "office & stationery": "atk",
    "party supplies and craft": "kriya",
    "household": "rumah",
    "kitchen": "rumah",
    "beauty": "parfum",
    "body care": "parfum",
}
"""What other marketplaces call a category, and the first word of ours that comes closest."""
HALAL: Mapping[str, Halal] = {
    "bersertifikat": Halal.CERTIFIED,
    "certified": Halal.CERTIFIED,
    "dalam proses": Halal.IN_PROCESS,
    "in process": Halal.IN_PROCESS,
    "tidak halal": Halal.NON_HALAL_DECLARED,
    "not halal": Halal.NON_HALAL_DECLARED,
}
SHARED = ("name", "category", "description", "unit", "min_order", "halal", "halal_number", "pirt")
"""What a row says of the whole product; the rest is its variant's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A variant that the shop has, or had, with its product as a row would say it."""

    sku: str
    variant_id: UUID
    variant: str
    price_idr: Rupiah
    weight_g: int
    active: bool
    on_hand: int
    reserved: int
    product_id: UUID
    state: str
    name: str
    description: str
    unit: str
    min_order: int
    halal: str
    halal_number: str | None
    pirt: str | None
    category: str
    made_to_order: bool
    lead_days: int
    daily_units: int | None
    domestic: bool

    @property
    def on_show(self) -> bool:
        """Tell whether it is shown, or waits to be."""
        return self.state in ON_SHOW


@dataclass(frozen=True)
class Match:
    """A row for a product that is there. ``said`` are the fields of the whole product that the row itself fills."""

    row: SheetRow
    data: ProductIn
    known: Known
    said: frozenset[str]

    @property
    def variant(self) -> VariantIn:
        """Return what the row makes of its variant; a count of what is there already is none."""
        one = self.data.variants[0]
        stock = None if one.stock == self.known.on_hand else one.stock
        return one.model_copy(update={"id": self.known.variant_id, "name": self.known.variant, "stock": stock})

    @property
    def differs(self) -> bool:
        """Tell whether anything of it is not so already."""
        one, known = self.variant, self.known
        if (one.price_idr, one.weight_g, one.stock) != (known.price_idr, known.weight_g, None):
            return True
        plain = self.data.halal is Halal.UNKNOWN and known.halal == Halal.NOT_SUBJECT
        return any(
            getattr(self.data, name) != getattr(known, name) for name in SHARED if not (plain and name == "halal")
        )


def shelf(seller_id: UUID) -> dict[str, Known]:
    """Return what a shop has by SKU, also variants that were removed: their SKUs stay theirs."""
    found = rows(
        select(
            Variant.sku,
            Variant.id.label("variant_id"),
            Variant.name.label("variant"),
            Variant.price_idr,
            Variant.weight_g,
            Variant.active,
            Stock.on_hand,
            Stock.reserved,
            Variant.product_id,
            Product.state,
            Product.name,
            Product.description,
            Product.unit,
            Product.min_order,
            Product.halal,
            Product.halal_number,
            Product.pirt,
            Category.slug.label("category"),
            Product.made_to_order,
            Product.lead_days,
            Product.daily_units,
            Product.domestic,
        )
        .join(Product, Product.id == Variant.product_id)
        .join(Category, Category.id == Product.category_id)
        .join(Stock, Stock.variant_id == Variant.id)
        .where(Variant.seller_id == seller_id)
        .order_by(Variant.product_id, Variant.position, Variant.id)
    )
    return {row.sku: Known(**row._mapping) for row in found}  # noqa: SLF001 - SQLAlchemy's public name for it


class Names:
    """What a table may call a category."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.ours = {
            name: one.slug
            for one in tree.by_slug.values()
            for name in (one.slug, normal(one.name), normal(one.name_en))
        }

    def exact(self, written: str) -> str | None:
        """Return the slug of the category that is called so."""
        return self.ours.get(normal(written))

    def close(self, written: str) -> str | None:
        """Return the slug of what comes closest to what others call so."""
        first = SIMILAR.get(normal(written))
        return first and self._beginning(first)

    def other(self) -> str:
        """Return the slug for what fits nowhere."""
        return self._beginning(OTHER) or OTHER

    def _beginning(self, word: str) -> str | None:
        return next((top.slug for top in self.tree.tops if top.slug.partition("-")[0] == word), None)


def disagreements(matches: Sequence[Match]) -> Iterator[tuple[Match, str, Match]]:
    """Give each row that says something else of a product than an earlier one: the row, the field, the earlier row."""
    first: dict[str, Match] = {}
    for one in matches:
        for name in SHARED:
            if name in one.said:
                earlier = first.setdefault(name, one)
                if getattr(one.data, name) != getattr(earlier.data, name):
                    yield one, name, earlier


def merged(matches: Sequence[Match], siblings: Sequence[Known]) -> ProductIn:
    """Return a product as all of its rows together make it: what none of them says stays as it is."""
    changed = {one.known.sku: one.variant for one in matches}
    whole = matches[0]
    told = {name: getattr(one.data, name) for one in matches[1:] for name in one.said}
    kept = {
        "made_to_order": whole.known.made_to_order,
        "lead_days": whole.known.lead_days,
        "daily_units": whole.known.daily_units,
        "domestic": whole.known.domestic,
    }
    variants = [changed.get(one.sku) or _as_it_is(one) for one in siblings]
    return whole.data.model_copy(update={**told, **kept, "variants": variants})


def _as_it_is(one: Known) -> VariantIn:
    return VariantIn.model_construct(
        id=one.variant_id, sku=one.sku, name=one.variant, price_idr=one.price_idr, weight_g=one.weight_g
    )
