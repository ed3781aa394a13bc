"""Many new products of one shop at once, in a dozen statements whatever their number."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from marketplace.catalog.forms import ProductIn, VariantIn
from marketplace.catalog.models import Category, Product, ProductState, Variant
from marketplace.catalog.services import products
from marketplace.kernel import clock
from marketplace.kernel.access import Actor
from marketplace.kernel.db import rows, session, transactional
from marketplace.kernel.errors import Invalid
from marketplace.kernel.ids import short_code, uuid7
from marketplace.kernel.machine import record_move
from marketplace.kernel.words import Words, _
from marketplace.sellers.policies import MANAGE


@dataclass(frozen=True)
class NewProduct:
    """A listing to be written, and whether it is to be handed in at once if it is fit to be shown."""

    data: ProductIn
    hand_in: bool = True


@transactional
def create_products(seller_id: UUID, wanted: Sequence[NewProduct], *, by: Actor) -> list[UUID]:
    """Write new products of a shop as ``create_product`` and ``submit`` would one by one; return their ids in order.

    What is not fit to be shown stays a draft. Raises NotAllowed, and Invalid for an unknown category or a taken SKU; its
    fields have the product's place before them: ``0:category``.
    """
    by.require(MANAGE, seller_id)
    seller, now = products.seller_of(seller_id), clock.now()
    categories = {one.slug: one for one in session.scalars(select(Category))}
    shown = ProductState.PUBLISHED if seller.trusted else ProductState.WAITING
    made: list[Product] = []
    new: list[tuple[Variant, VariantIn]] = []
    codes = _free_codes(len(wanted))
    for at, one in enumerate(wanted):
        category = categories.get(one.data.category)
        if category is None:
            raise Invalid({f"{at}:category": _("Choose a category from the list.")})
        start = shown if one.hand_in and not unfit_listing(one.data, category) else ProductState.DRAFT
        product = Product(
            id=uuid7(),
            code=codes[at],
            state=str(start),
            seller_id=seller_id,
            price_idr=min(variant.price_idr for variant in one.data.variants),
            created_at=now,
            published_at=now if start is ProductState.PUBLISHED else None,
            open=seller.sells,
            kelurahan_code=seller.kelurahan_code,
            kecamatan_code=seller.kecamatan_code,
        )
        products.describe(product, one.data, category)
        made.append(product)
        for place, variant in enumerate(one.data.variants):
            new.append((products.new_variant(product, variant, place, taken=place), variant))
    _refuse_taken(seller_id, [[variant.sku for variant in one.data.variants if variant.sku] for one in wanted])
    session.add_all(made)
    session.flush()
    session.add_all(variant for variant, _one in new)
    session.flush()
    products.stock_up(seller_id, new, by=by)
    for product in made:
        record_move("catalog_products", product.id, "", str(ProductState.DRAFT), by=by)
        if product.state != ProductState.DRAFT:
            record_move("catalog_products", product.id, str(ProductState.DRAFT), product.state, by=by)
    products.told(made, by=by)
    return [product.id for product in made]


def unfit_listing(data: ProductIn, category: Category) -> dict[str, Words]:
    """Return, by field, why a listing may not be shown as it is written; empty when it may."""
    return products.unfit(Product(halal=str(data.halal), halal_number=data.halal_number), category)


def _free_codes(count: int) -> list[str]:
    """Return codes that no product has: eight letters seldom meet, but they may."""
    codes: set[str] = set()
    while len(codes) < count:
        drawn = {short_code() for _ in range(count - len(codes))}
        codes |= drawn - {row.code for row in rows(select(Product.code).where(Product.code.in_(drawn)))}
    return list(codes)


def _refuse_taken(seller_id: UUID, skus: Sequence[Sequence[str]]) -> None:
    named = [sku for some in skus for sku in some]
    taken = {row.sku for row in rows(select(Variant.sku).where(Variant.seller_id == seller_id, Variant.sku.in_(named)))}
    refused = {
        f"{at}:variants": _("The SKU %(sku)s belongs to another of your products.", sku=sku)
        for at, some in enumerate(skus)
        for sku in some
        if sku in taken
    }
    if refused:
        raise Invalid(refused)
