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
from marketplace.catalog.matching import HALAL, SHARED, Known, Match, Names, disagreements, merged, shelf
from marketplace.catalog.models import Category, Halal, Product
from marketplace.catalog.queries import Tree
from marketplace.catalog.services.bulk import NewProduct, unfit_listing
from marketplace.catalog.services.counting import too_few
from marketplace.catalog.services.products import normal
from marketplace.catalog.sheet import Fault, Sheet, SheetRow
from marketplace.kernel.access import Actor
from marketplace.kernel.db import advisory_lock, rows, transactional
from marketplace.kernel.errors import Conflict, Invalid
from marketplace.kernel.forms import sentence
from marketplace.kernel.words import Number, Words, _, several, speaking
from marketplace.sellers.policies import MANAGE


@dataclass(frozen=True)
class Step:
    """What a row would do: list a new product, or change the one that ``product_id`` names."""

    row: int
    sku: str
    data: ProductIn
    product_id: UUID | None
    draft: bool


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What an import would do. Rows add up: new, changed, same and faulty.

    ``products`` are those that change, each as all of its rows together make it.
    """

    new: tuple[Step, ...]
    changed: tuple[Step, ...]
    products: Mapping[UUID, ProductIn]
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
    names: Names
    headers: Mapping[str, str]
    given: Given
    known: Mapping[str, Known]
    new: list[Step] = field(default_factory=list)
    changed: list[Step] = field(default_factory=list)
    same: int = 0
    matches: dict[UUID, list[Match]] = field(default_factory=dict)
    products: dict[UUID, ProductIn] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    elsewhere: dict[str, int] = field(default_factory=dict)
    staying: dict[str, int] = field(default_factory=dict)
    seen: dict[str, int] = field(default_factory=dict)


def plan(seller_id: UUID, sheet: Sheet, given: Given, *, by: Actor) -> Plan:
    """Return what importing this table into a shop would do; writes nothing. Raises NotAllowed."""
    by.require(MANAGE, seller_id)
    tree = queries.category_tree()
    draft = _Draft(tree, Names(tree), sheet.headers, given, shelf(seller_id))
    for row in sheet.rows:
        _consider(draft, row)
    siblings: dict[UUID, list[Known]] = {}
    for one in draft.known.values():
        if one.active:
            siblings.setdefault(one.product_id, []).append(one)
    for product_id, matches in draft.matches.items():
        _join(draft, product_id, matches, siblings[product_id])
    return Plan(
        new=tuple(draft.new),
        changed=tuple(sorted(draft.changed, key=lambda step: step.row)),
        products=draft.products,
        same=draft.same,
        faults=tuple(sorted(draft.faults, key=lambda fault: fault.row)),
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
    # Whoever else edits these products waits: what was read to be kept is still so when it is written.
    rows(select(Product.id).where(Product.seller_id == seller_id).order_by(Product.id).with_for_update(key_share=True))
    wanted = plan(seller_id, sheet, given, by=by)
    if wanted.faults:
        said = several(
            "%(num)s row has faults. Nothing was written.",
            "%(num)s rows have faults. Nothing was written.",
            wanted.faulty,
            num=Number(wanted.faulty),
        )
        raise Invalid({"file": said})
    try:
        services.create_products(seller_id, [NewProduct(step.data) for step in wanted.new], by=by)
        services.update_products(seller_id, wanted.products, by=by)
    except Invalid as refused:
        raise Invalid({"file": list(_at_rows(wanted, sheet, refused))}) from refused
    return wanted


def _at_rows(plan: Plan, sheet: Sheet, refused: Invalid) -> Iterator[Words]:
    """Say what the services refused by row and column: what changed since the table was looked at."""
    for name, said in refused.fields.items():
        thing, _colon, path = name.rpartition(":")
        place, column = "", path.rpartition("-")[2]
        if path.startswith("variants-"):
            place = path.split("-")[1]
        step = _step(plan, thing, place)
        for reason in said:
            yield _(
                "Row %(row)s, column %(column)s: %(reason)s",
                row=step.row if step else "-",
                column=sheet.headers.get(column, column),
                reason=reason,
            )


def _step(plan: Plan, thing: str, place: str) -> Step | None:
    if thing.isdecimal():
        return plan.new[int(thing)]
    steps = [step for step in plan.changed if str(step.product_id) == thing]
    if place and steps:
        sku = plan.products[UUID(thing)].variants[int(place)].sku
        steps = [step for step in steps if step.sku == sku] or steps
    return steps[0] if steps else None


def sku_of(name: str) -> str:
    """Return the SKU of a product that came without one: the same name in the same shop is the same product."""
    return f"N-{hashlib.sha256(normal(name).encode()).hexdigest()[:12].upper()}"


def _consider(draft: _Draft, row: SheetRow) -> None:
    """Put a row where it belongs. A faulty one is read to its end, so that all of its cells can be corrected at once."""
    if row.beyond:
        # Its cells stand under the wrong headers: nothing of it can be taken at its word.
        said = _("The row has more cells than the header. Put amounts and texts with a separator in quotes.")
        draft.faults.append(Fault(row.number, "", row.beyond, said))
        return
    before = len(draft.faults)
    name = row.cells.get("name", "")
    sku = row.cells.get("sku") or sku_of(name)
    where = "sku" if "sku" in row.cells else "name"
    if sku in draft.seen:
        said = _("The same product stands in row %(row)s already.", row=draft.seen[sku])
        draft.faults.append(_fault(draft, row, where, said))
    elif name or "sku" in row.cells:
        draft.seen[sku] = row.number
    known = draft.known.get(sku)
    if known is not None and not known.active:
        said = _("The SKU %(sku)s belonged to a variant of %(name)s that was removed.", sku=sku, name=known.name)
        draft.faults.append(_fault(draft, row, where, said))
    data = _data(draft, row, sku, known)
    if data is None or len(draft.faults) > before:
        return
    if known is None:
        draft.new.append(Step(row.number, sku, data, None, draft=_stays_draft(draft, data)))
        return
    match = Match(row, data, known, _said(draft, row))
    if match.variant.stock is not None and match.variant.stock < known.reserved:
        draft.faults.append(_fault(draft, row, "stock", too_few(known.reserved)))
        return
    draft.matches.setdefault(known.product_id, []).append(match)


def _data(draft: _Draft, row: SheetRow, sku: str, known: Known | None) -> ProductIn | None:
    """Return what a row makes of its product, or None when a cell is faulty."""
    try:
        # Whatever is spoken here, a spreadsheet may mean fifteen by 15,000: Indonesian refuses it.
        with speaking("id"):
            return ProductIn.model_validate(_told(draft, row, sku, known))
    except ValidationError as failure:
        for detail in failure.errors(include_url=False, include_input=False):
            parts = [
                part for part in detail["loc"] if isinstance(part, str) and part in {*draft.headers, "unit", "name"}
            ]
            column = next(iter(parts[-1:]), "")
            draft.faults.append(_fault(draft, row, column, sentence(detail, ProductIn.labels)))
    return None


def _said(draft: _Draft, row: SheetRow) -> frozenset[str]:
    said = {name for name in row.cells if name in SHARED}
    if "category" in said and draft.names.exact(row.cells["category"]) is None:
        said.discard("category")
    return frozenset(said | {"halal", "halal_number"} if said & {"halal", "halal_number"} else said)


def _join(draft: _Draft, product_id: UUID, matches: list[Match], siblings: list[Known]) -> None:
    """Put the rows of one product together: they change it once, and must agree on what they say of the whole of it."""
    wrong = set()
    for one, name, earlier in disagreements(matches):
        wrong.add(one.row.number)
        said = _("Row %(row)s says something else of the same product.", row=earlier.row.number)
        draft.faults.append(_fault(draft, one.row, name, said))
    taken = [one for one in matches if one.row.number not in wrong]
    changed = [one for one in taken if one.differs]
    draft.same += len(taken) - len(changed)
    if not changed:
        return
    whole = merged(taken, siblings)
    category = draft.tree.by_slug[whole.category]
    if changed[0].known.on_show and (reasons := unfit_listing(whole, Category(food=category.food))):
        for name, reason in reasons.items():
            column = name if name in draft.headers else "category"
            draft.faults += [_fault(draft, one.row, column, reason) for one in changed]
        return
    draft.products[product_id] = whole
    draft.changed += [Step(one.row.number, one.known.sku, one.data, product_id, draft=False) for one in changed]


def _told(draft: _Draft, row: SheetRow, sku: str, known: Known | None) -> dict[str, Any]:
    """Return a row as ProductIn takes it: what it says, else what is known, else what was given for all."""
    cells = dict(row.cells)
    before: Mapping[str, Any] = {name: getattr(known, name) for name in (*SHARED, "weight_g")} if known else {}
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
        "name": " ".join(cells.get("name", "").split()) or None,
        "category": _category(draft, cells.get("category", ""), known),
        "description": cells.get("description") or before.get("description") or "",
        "unit": cells.get("unit") or before.get("unit") or draft.given.unit,
        "min_order": cells.get("min_order") or before.get("min_order") or 1,
        "halal": halal or Halal.UNKNOWN,
        "halal_number": cells.get("halal_number") or before.get("halal_number"),
        "pirt": cells.get("pirt") or before.get("pirt"),
        "variants": [{name: value for name, value in variant.items() if value is not None}],
    }
    return {name: value for name, value in told.items() if value is not None}


def _category(draft: _Draft, written: str, known: Known | None) -> str:
    """Return the slug for what a file calls a category.

    What is not ours is a guess, and where nothing comes close it is Lainnya. A guess never moves a product that is
    there: somebody may have put it right by hand.
    """
    found = draft.names.exact(written)
    if found is not None:
        return found
    close = draft.names.close(written)
    if known is not None:
        if written and close != known.category:
            draft.staying[written] = draft.staying.get(written, 0) + 1
        return known.category
    if close is None:
        draft.elsewhere[written] = draft.elsewhere.get(written, 0) + 1
    return close or draft.names.other()


def _stays_draft(draft: _Draft, data: ProductIn) -> bool:
    category = draft.tree.by_slug.get(data.category)
    return category is not None and bool(unfit_listing(data, Category(food=category.food)))


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
    for name, count in sorted(draft.staying.items()):
        yield several(
            "We have no category %(name)s: %(num)s product stays in the category it is in.",
            "We have no category %(name)s: %(num)s products stay in the category they are in.",
            count,
            num=Number(count),
            name=name,
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
