"""What the search index holds of a product: only what everybody may see of those on show (R20.1)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import literal, select
from sqlalchemy.orm import aliased

from marketplace.accounts.queries import place
from marketplace.catalog import slots
from marketplace.catalog.models import Category, Halal, Product, ProductState
from marketplace.kernel.db import rows
from marketplace.sellers.queries import sellers

log = structlog.get_logger()
BATCH = 500
UPPER = aliased(Category)


def ids_on_show() -> Iterator[list[str]]:
    """Give the ids of all products on show, in batches."""
    last: UUID | None = None
    while True:
        wanted = select(Product.id).where(Product.state == literal(str(ProductState.PUBLISHED)), Product.open)
        if last is not None:
            wanted = wanted.where(Product.id > last)
        found = rows(wanted.order_by(Product.id).limit(BATCH))
        if not found:
            return
        last = found[-1].id
        yield [str(row.id) for row in found]


def ids_of_seller(seller_id: str) -> list[str]:
    """Return the ids of all of a shop's products, on show or not."""
    return [str(row.id) for row in rows(select(Product.id).where(Product.seller_id == UUID(seller_id)))]


def documents(ids: Sequence[str]) -> Iterable[Mapping[str, Any]]:
    """Return the documents of these products; those not on show, or of a shop that does not sell, have none."""
    found = rows(
        select(
            Product.id,
            Product.name,
            Product.description,
            Product.seller_id,
            Product.kelurahan_code,
            Product.price_idr,
            Product.halal,
            Product.domestic,
            Product.published_at,
            Category.slug,
            Category.name.label("category"),
            UPPER.slug.label("upper"),
            UPPER.name.label("upper_name"),
        )
        .join(Category, Category.id == Product.category_id)
        .outerjoin(UPPER, UPPER.id == Category.parent_id)
        .where(
            Product.id.in_([UUID(one) for one in ids]),
            Product.state == literal(str(ProductState.PUBLISHED)),
            Product.open,
        )
    )
    shops = sellers({row.seller_id for row in found})
    kept = [row for row in found if shops[row.seller_id].sells]
    keys = [row.id for row in kept]
    added = [(one.name, _added(one, keys)) for one in slots.product_fields] if keys else []
    for row in kept:
        shop = shops[row.seller_id]
        where = place(shop.kelurahan_code)
        document = {
            "id": str(row.id),
            "name": row.name,
            "description": row.description,
            "seller": shop.name,
            "about": " ".join(filter(None, (row.category, row.upper_name))),
            "category": [one for one in (row.upper, row.slug) if one],
            "within": [one for one in (row.upper, row.slug) if one],
            "kecamatan": where.kecamatan_code if where else "",
            "kota": where.kota_code if where else "",
            "kelurahan": shop.kelurahan_code,
            "price": row.price_idr.amount,
            "halal": row.halal == Halal.CERTIFIED,
            "domestic": row.domestic,
            "created": int(row.published_at.timestamp()),
        }
        document.update((name, values[row.id]) for name, values in added if row.id in values)
        yield document


def _added(one: slots.ProductField, keys: Sequence[UUID]) -> dict[UUID, Any]:
    """Return a field's values as its plugin gives them; one that does not fit its kind costs that product this field alone."""
    given = one.values(keys)
    wrong = {key: value for key, value in given.items() if not one.takes(value)}
    if wrong:
        first = next(iter(wrong))
        log.warning(
            "a product field has values of another kind",
            field=one.name,
            kind=one.kind,
            products=len(wrong),
            first=str(first),
            value=repr(wrong[first])[:100],
        )
    return {key: value for key, value in given.items() if key not in wrong}
