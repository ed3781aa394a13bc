"""What sellers do with their listings: write, hand in, stop."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select

from marketplace.catalog.events import ProductChanged
from marketplace.catalog.forms import ProductIn, VariantIn
from marketplace.catalog.models import Category, Halal, Price, Product, ProductState, Stock, StockMove, Variant
from marketplace.catalog.slots import Described, described
from marketplace.kernel import clock
from marketplace.kernel.access import Actor
from marketplace.kernel.audit import audit
from marketplace.kernel.db import session, transactional
from marketplace.kernel.errors import Invalid, NotFound
from marketplace.kernel.ids import short_code, uuid7
from marketplace.kernel.machine import record_move
from marketplace.kernel.outbox import emit
from marketplace.kernel.plugin import current
from marketplace.kernel.words import Words, _
from marketplace.sellers.policies import MANAGE
from marketplace.sellers.queries import SellerCard, sellers

ON_SHOW = (ProductState.PUBLISHED, ProductState.WAITING)
SLUG_LENGTH = 60


def normal(name: str) -> str:
    """Return the form in which names are compared: Unicode NFKC, case folded, single spaces (R1.6)."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def slug_of(name: str) -> str:
    """Return a name as it stands in addresses: ASCII words with hyphens; ``produk`` when nothing is left."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:SLUG_LENGTH].strip("-") or "produk"


@transactional
def create_product(seller_id: UUID, data: ProductIn, *, by: Actor) -> UUID:
    """Write a new draft with its variants, prices and first stock; return its id.

    Raises NotAllowed unless ``by`` manages the shop, Invalid for an unknown category or a SKU that is taken.
    """
    by.require(MANAGE, seller_id)
    seller, category, now = seller_of(seller_id), category_of(data.category), clock.now()
    product = Product(
        id=uuid7(),
        code=_free_code(),
        state=str(ProductState.DRAFT),
        seller_id=seller_id,
        price_idr=min(variant.price_idr for variant in data.variants),
        created_at=now,
        open=seller.sells,
        kelurahan_code=seller.kelurahan_code,
        kecamatan_code=seller.kecamatan_code,
    )
    describe(product, data, category)
    session.add(product)
    session.flush()
    record_move("catalog_products", product.id, "", product.state, by=by)
    refuse_taken(seller_id, [one.sku for one in data.variants if one.sku])
    new = [(new_variant(product, one, place, taken=place), one) for place, one in enumerate(data.variants)]
    session.add_all(variant for variant, _one in new)
    session.flush()
    stock_up(seller_id, new, by=by)
    told([product], by=by)
    return product.id


@transactional
def submit(product_id: UUID, *, by: Actor) -> ProductState:
    """Hand a listing in: a trusted seller's is published at once, others wait for a reviewer. Return where it stands.

    Raises Invalid when it may not be shown, by the halal gate above all; Conflict when it is already on show.
    """
    product = load(product_id)
    by.require(MANAGE, product.seller_id)
    require_fit(product, session.get_one(Category, product.category_id))
    if seller_of(product.seller_id).trusted:
        publish(product, by=by)
    else:
        product.move(ProductState.WAITING, by=by)
    tell(product)
    return ProductState(product.state)


@transactional
def stop(product_id: UUID, *, by: Actor) -> None:
    """Take a published product off the shop; orders already placed are not touched."""
    product = load(product_id)
    by.require(MANAGE, product.seller_id)
    product.move(ProductState.STOPPED, by=by)
    tell(product)


def load(product_id: UUID) -> Product:
    """Return a product, locked; raises NotFound."""
    product = session.get(Product, product_id, with_for_update=True, populate_existing=True)
    if product is None:
        raise NotFound
    return product


def publish(product: Product, *, by: Actor) -> None:
    """Put a product on show; the first time counts for "newest"."""
    product.move(ProductState.PUBLISHED, by=by)
    product.reason = ""
    if product.published_at is None:
        product.published_at = clock.now()


def seller_of(seller_id: UUID) -> SellerCard:
    """Return the shop; raises NotFound."""
    found = sellers([seller_id]).get(seller_id)
    if found is None:
        raise NotFound
    return found


def category_of(slug: str) -> Category:
    """Return a category by its slug; raises Invalid."""
    found = session.execute(select(Category).where(Category.slug == slug)).scalar_one_or_none()
    if found is None:
        raise Invalid({"category": _("Choose a category from the list.")})
    return found


def unfit(product: Product, category: Category) -> dict[str, Words]:
    """Return, by field, why a product may not be shown: the halal gate of domain 5.2. Empty when it may."""
    if not category.food:
        return {}
    if product.halal == Halal.CERTIFIED:
        missing = _("Enter the number of the halal certificate: ID and 17 digits.")
        return {} if product.halal_number else {"halal_number": missing}
    allowed = {Halal.NON_HALAL_DECLARED}
    if current().setting("HALAL_IN_PROCESS_SHOWN"):
        allowed.add(Halal.IN_PROCESS)
    if product.halal in allowed:
        return {}
    return {
        "halal": _(
            "Food and drink are shown only with a halal certificate, or declared as not halal. Until then this stays a draft."
        )
    }


def require_fit(product: Product, category: Category) -> None:
    """Raise Invalid when a product may not be shown."""
    if reasons := unfit(product, category):
        raise Invalid(reasons)


def _free_code() -> str:
    while True:
        code = short_code()
        if session.execute(select(Product.id).where(Product.code == code)).one_or_none() is None:
            return code


def describe(product: Product, data: ProductIn, category: Category) -> None:
    """Write what a seller says onto a product."""
    product.name = " ".join(data.name.split())
    product.name_normal = normal(data.name)
    product.slug = slug_of(data.name)
    product.category_id = category.id
    product.description = data.description
    product.unit = data.unit
    product.min_order = data.min_order
    product.made_to_order = data.made_to_order
    product.lead_days = data.lead_days
    product.daily_units = data.daily_units
    plain = not category.food and data.halal is Halal.UNKNOWN
    product.halal = str(Halal.NOT_SUBJECT if plain else data.halal)
    product.halal_number = data.halal_number if data.halal is Halal.CERTIFIED else None
    product.pirt = data.pirt
    product.domestic = data.domestic
    product.changed_at = clock.now()


def refuse_taken(seller_id: UUID, skus: Sequence[str]) -> None:
    """Raise Invalid when the shop uses one of these SKUs already."""
    if not skus:
        return
    taken = select(Variant.sku).where(Variant.seller_id == seller_id, Variant.sku.in_(skus)).limit(1)
    if (sku := session.execute(taken).scalar_one_or_none()) is not None:
        raise Invalid({"variants": _("The SKU %(sku)s belongs to another of your products.", sku=sku)})


def new_variant(product: Product, one: VariantIn, position: int, *, taken: int) -> Variant:
    """Return a variant yet to be stored; without a SKU it gets the product's code and the next number."""
    return Variant(
        id=uuid7(),
        product_id=product.id,
        seller_id=product.seller_id,
        sku=one.sku or f"{product.code}-{taken + 1}",
        name=one.name,
        price_idr=one.price_idr,
        weight_g=one.weight_g,
        length_mm=one.length_mm or 0,
        width_mm=one.width_mm or 0,
        height_mm=one.height_mm or 0,
        position=position,
        active=True,
    )


def stock_up(seller_id: UUID, new: Sequence[tuple[Variant, VariantIn]], *, by: Actor) -> None:
    """Give a shop's new variants their stock row, first move and first price, with the audit entries of R23."""
    if not new:
        return
    now = clock.now()
    session.execute(
        insert(Stock), [{"variant_id": variant.id, "on_hand": one.stock or 0, "reserved": 0} for variant, one in new]
    )
    session.execute(insert(Price), [price_row(variant.id, one, by=by) for variant, one in new])
    moves = [
        {
            "id": uuid7(),
            "variant_id": variant.id,
            "delta": one.stock,
            "reason": "first",
            "reference": "",
            "by": by.reference,
            "at": now,
        }
        for variant, one in new
        if one.stock
    ]
    if moves:
        session.execute(insert(StockMove), moves)
    for variant, one in new:
        after = {"price_idr": one.price_idr.amount, "on_hand": one.stock or 0}
        audit(f"catalog:{seller_id}", "variant.new", f"variant:{variant.id}", by=by, after=after)


def price_row(variant_id: UUID, one: VariantIn, *, by: Actor) -> dict[str, Any]:
    """Return a variant's price as it holds from now on."""
    return {
        "id": uuid7(),
        "variant_id": variant_id,
        "price_idr": one.price_idr,
        "since": clock.now(),
        "by": by.reference,
    }


def told(products: Sequence[Product], *, by: Actor) -> None:
    """Tell that their shop described products anew, those who keep facts beside them at once."""
    for keep in described:
        keep([Described(one.id, one.category_id, one.domestic) for one in products], by)
    for one in products:
        tell(one)


@transactional
def set_origin(product_id: UUID, *, domestic: bool) -> None:
    """Write whether a product is made here, for who keeps the statements of it. Raises NotFound."""
    product = load(product_id)
    if product.domestic != domestic:
        product.domestic, product.changed_at = domestic, clock.now()
        tell(product)


def tell(product: Product) -> None:
    """Tell that what is shown of a product changed."""
    emit(ProductChanged(product_id=str(product.id), seller_id=str(product.seller_id)))
