"""Takes many products from a table: first a plan that writes nothing, then all of it or nothing (R17.5)."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy import select

from marketplace.catalog import queries, services
from marketplace.catalog.forms import ProductIn
from marketplace.catalog.models import Category, Halal, Product, Stock, Variant
from marketplace.catalog.queries import Tree
from marketplace.catalog.services.bulk import NewProduct, fit
from marketplace.catalog.services.products import normal
from marketplace.catalog.sheet import Sheet, SheetRow
from marketplace.kernel.access import Actor
from marketplace.kernel.db import advisory_lock, rows, transactional
from marketplace.kernel.errors import Conflict, Invalid
from marketplace.kernel.forms import sentence
from marketplace.kernel.words import Words, _, several
from marketplace.sellers.policies import MANAGE
from marketplace.web.formats import Number

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
OWN = ("name", "description", "unit", "min_order", "halal", "halal_number", "pirt")


@dataclass(frozen=True)
class Fault:
    """A cell that cannot be taken: where it is, what stands there, and why not. ``column`` is empty for the whole row."""

    row: int
    column: str
    value: str
    reason: Words


@dataclass(frozen=True)
class Step:
    """One product to be written: a new one, or the one that ``product_id`` names with what differs."""

    row: int
    sku: str
    data: ProductIn
    product_id: UUID | None
    draft: bool


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What an import would do. Rows add up: new, changed, same and faulty."""

    new: tuple[Step, ...]
    changed: tuple[Step, ...]
    same: int
    faults: tuple[Fault, ...]
    faulty: int
    notices: tuple[Words, ...]


@dataclass(frozen=True)
class Given:
    """What holds for rows that do not say it: stock and unit of new products."""

    stock: int | None = None
    unit: str = "pcs"


@dataclass
class _Draft:
    """A plan in the making."""

    tree: Tree
    headers: Mapping[str, str]
    given: Given
    known: Mapping[str, Mapping[str, Any]]
    new: list[Step] = field(default_factory=list)
    changed: list[Step] = field(default_factory=list)
    same: int = 0
    faults: list[Fault] = field(default_factory=list)
    elsewhere: dict[str, int] = field(default_factory=dict)
    seen: dict[str, int] = field(default_factory=dict)


def plan(seller_id: UUID, sheet: Sheet, given: Given, *, by: Actor) -> Plan:
    """Return what importing this table into a shop would do; writes nothing. Raises NotAllowed."""
    by.require(MANAGE, seller_id)
    draft = _Draft(queries.category_tree(), sheet.headers, given, _known(seller_id))
    for row in sheet.rows:
        _consider(draft, row)
    return Plan(
        new=tuple(draft.new),
        changed=tuple(draft.changed),
        same=draft.same,
        faults=tuple(draft.faults),
        faulty=len({fault.row for fault in draft.faults}),
        notices=tuple(_notices(draft, sheet)),
    )


@transactional
def carry_out(seller_id: UUID, sheet: Sheet, given: Given, *, by: Actor) -> Plan:
    """Import a table whole or not at all; return what was done.

    Raises Invalid when a cell is faulty, Conflict ``importing`` while another import into this shop is at work.
    """
    if not advisory_lock(f"catalog.import {seller_id}"):
        raise Conflict("importing", _("Another import into this shop is at work. Try again when it is done."))
    wanted = plan(seller_id, sheet, given, by=by)
    if wanted.faults:
        said = several(
            "%(num)s row has faults. Nothing was written.",
            "%(num)s rows have faults. Nothing was written.",
            wanted.faulty,
            num=Number(wanted.faulty),
        )
        raise Invalid({"file": said})
    services.create_products(seller_id, [NewProduct(step.data) for step in wanted.new], by=by)
    for step in wanted.changed:
        if step.product_id is not None:
            services.update_product(step.product_id, step.data, by=by)
    return wanted


def sku_of(name: str) -> str:
    """Return the SKU of a product that came without one: the same name in the same shop is the same product."""
    return f"N-{hashlib.sha256(normal(name).encode()).hexdigest()[:12].upper()}"


def _known(seller_id: UUID) -> dict[str, dict[str, Any]]:
    """Return what the shop has, by SKU, as a row would say it."""
    found = rows(
        select(
            Variant.sku,
            Variant.price_idr,
            Variant.weight_g,
            Variant.product_id,
            Stock.on_hand,
            Product.name,
            Product.description,
            Product.unit,
            Product.min_order,
            Product.halal,
            Product.halal_number,
            Product.pirt,
            Product.state,
            Category.slug.label("category"),
        )
        .join(Product, Product.id == Variant.product_id)
        .join(Category, Category.id == Product.category_id)
        .join(Stock, Stock.variant_id == Variant.id)
        .where(Variant.seller_id == seller_id, Variant.active)
    )
    return {row.sku: dict(row._mapping) for row in found}  # noqa: SLF001 - SQLAlchemy's public name for it


def _consider(draft: _Draft, row: SheetRow) -> None:
    """Put a row where it belongs. A faulty one is read to its end, so that all of its cells can be corrected at once."""
    before = len(draft.faults)
    name = row.cells.get("name", "")
    sku = row.cells.get("sku") or sku_of(name)
    if sku in draft.seen:
        said = _("The same product stands in row %(row)s already.", row=draft.seen[sku])
        draft.faults.append(_fault(draft, row, "sku" if "sku" in row.cells else "name", said))
    elif name or "sku" in row.cells:
        draft.seen[sku] = row.number
    known = draft.known.get(sku)
    told = _told(draft, row, sku, known)
    try:
        data = ProductIn.model_validate(told)
    except ValidationError as failure:
        for detail in failure.errors(include_url=False, include_input=False):
            parts = [
                part for part in detail["loc"] if isinstance(part, str) and part in {*draft.headers, "unit", "name"}
            ]
            column = next(iter(parts[-1:]), "")
            draft.faults.append(_fault(draft, row, column, sentence(detail, ProductIn.labels)))
        return
    if len(draft.faults) > before:
        return
    if known is None:
        draft.new.append(Step(row.number, sku, data, None, draft=_stays_draft(draft, data)))
    elif _differs(data, known):
        draft.changed.append(_merged(row, sku, data, known))
    else:
        draft.same += 1


def _told(draft: _Draft, row: SheetRow, sku: str, known: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return a row as ProductIn takes it: what it says, else what is known, else what was given for all."""
    cells = dict(row.cells)
    before: Mapping[str, Any] = known or {}
    category = _category(draft, cells.get("category")) if "category" in cells or not known else before["category"]
    halal: Halal | str | None = before.get("halal")
    if "halal" in cells:
        halal = HALAL.get(cells["halal"].casefold())
        if halal is None:
            said = _("Write one of these: %(words)s.", words="bersertifikat, dalam proses, tidak halal")
            draft.faults.append(_fault(draft, row, "halal", said))
    elif "halal_number" in cells:
        halal = Halal.CERTIFIED
    variant = {
        "sku": sku,
        "price_idr": cells.get("price_idr"),
        "weight_g": cells.get("weight_g") or before.get("weight_g", 0),
    }
    stock = cells.get("stock")
    variant["stock"] = stock if stock is not None else None if known else draft.given.stock
    told = {
        "name": cells.get("name"),
        "category": category,
        "description": cells.get("description") or before.get("description") or "",
        "unit": cells.get("unit") or before.get("unit") or draft.given.unit,
        "min_order": cells.get("min_order") or before.get("min_order") or 1,
        "halal": halal or Halal.UNKNOWN,
        "halal_number": cells.get("halal_number") or before.get("halal_number"),
        "pirt": cells.get("pirt") or before.get("pirt"),
        "variants": [{name: value for name, value in variant.items() if value is not None}],
    }
    return {name: value for name, value in told.items() if value is not None}


def _category(draft: _Draft, written: str | None) -> str:
    """Return the slug for what a file calls a category; what we do not know goes to Lainnya, with a notice."""
    wanted = normal(written or "")
    for one in draft.tree.by_slug.values():
        if wanted and wanted in (one.slug, normal(one.name), normal(one.name_en)):
            return one.slug
    first = SIMILAR.get(wanted)
    if first is not None:
        for top in draft.tree.tops:
            if top.slug.partition("-")[0] == first:
                return top.slug
    draft.elsewhere[written or ""] = draft.elsewhere.get(written or "", 0) + 1
    return next((slug for slug in draft.tree.by_slug if slug.partition("-")[0] == OTHER), OTHER)


def _stays_draft(draft: _Draft, data: ProductIn) -> bool:
    category = draft.tree.by_slug.get(data.category)
    return category is not None and not fit(data, Category(food=category.food))


def _differs(data: ProductIn, known: Mapping[str, Any]) -> bool:
    variant = data.variants[0]
    plain = data.halal is Halal.UNKNOWN and known["halal"] == Halal.NOT_SUBJECT
    now = (data.name, data.description, data.unit, data.min_order, data.category, data.halal_number, data.pirt)
    was = tuple(
        known[name] for name in ("name", "description", "unit", "min_order", "category", "halal_number", "pirt")
    )
    return (
        now != was
        or (not plain and str(data.halal) != known["halal"])
        or variant.price_idr != known["price_idr"]
        or variant.weight_g != known["weight_g"]
        or variant.stock not in (None, known["on_hand"])
    )


def _merged(row: SheetRow, sku: str, data: ProductIn, known: Mapping[str, Any]) -> Step:
    """Return the step for a product that is there: its other variants and what a table does not say stay as they are."""
    product = queries.listing(known["product_id"])
    if product is None:
        return Step(row.number, sku, data, None, draft=True)
    variants = [
        data.variants[0].model_copy(update={"id": one.id, "name": one.name})
        if one.sku == sku
        else data.variants[0].model_copy(
            update={
                "id": one.id,
                "sku": one.sku,
                "name": one.name,
                "price_idr": one.price,
                "weight_g": one.weight_g,
                "stock": None,
            }
        )
        for one in product.variants
    ]
    kept = {"made_to_order": product.made_to_order, "lead_days": product.lead_days, "domestic": product.domestic}
    return Step(row.number, sku, data.model_copy(update={**kept, "variants": variants}), product.id, draft=False)


def _fault(draft: _Draft, row: SheetRow, name: str, reason: Words) -> Fault:
    return Fault(row.number, draft.headers.get(name, name), row.cells.get(name, ""), reason)


def _notices(draft: _Draft, sheet: Sheet) -> Iterator[Words]:
    if sheet.ignored:
        yield _("These columns are not read: %(columns)s.", columns=", ".join(sheet.ignored))
    for name, count in sorted(draft.elsewhere.items()):
        yield several(
            "We have no category %(name)s: %(num)s product goes to Lainnya.",
            "We have no category %(name)s: %(num)s products go to Lainnya.",
            count,
            num=Number(count),
            name=name or "-",
        )
    if drafts := sum(step.draft for step in draft.new):
        yield several(
            "%(num)s food has no halal state: it stays a draft until it is there.",
            "%(num)s foods have no halal state: they stay drafts until it is there.",
            drafts,
            num=Number(drafts),
        )
    if draft.given.stock is None and "stock" not in draft.headers and draft.new:
        yield _("The table has no stock: new products are sold out until somebody counts them.")
