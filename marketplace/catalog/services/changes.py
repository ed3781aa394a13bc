"""Changing listings, one or many at once: the same rules and, whatever their number, a dozen statements."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select

from marketplace.catalog.forms import ProductIn, VariantIn
from marketplace.catalog.models import Category, Price, Product, ProductState, Variant
from marketplace.catalog.services import products
from marketplace.catalog.services.counting import Count, stock_set
from marketplace.kernel.access import Actor
from marketplace.kernel.audit import audit
from marketplace.kernel.db import session, transactional
from marketplace.kernel.errors import Invalid, NotFound
from marketplace.kernel.words import _
from marketplace.sellers.policies import MANAGE
from marketplace.sellers.queries import SellerCard


@transactional
def update_product(product_id: UUID, data: ProductIn, *, by: Actor) -> None:
    """Change a listing. What is on show stays fit for it: raises Invalid as ``submit`` does.

    A published product of a seller who is not trusted waits again when what a reviewer looked at has changed. Raises
    Conflict ``stock_moved`` as ``stock_set`` does; the fields of ``moved`` are those of the form.
    """
    product = products.load(product_id)
    by.require(MANAGE, product.seller_id)
    _Change(products.seller_of(product.seller_id), _categories([data]), by).carry_out([(product, data, "")])


@transactional
def update_products(seller_id: UUID, wanted: Mapping[UUID, ProductIn], *, by: Actor) -> None:
    """Change listings of a shop, all of them or none, as ``update_product`` would one by one.

    Fields of what it raises have the product's id before them: ``<id>:name``. Raises NotFound for a product of no such
    shop.
    """
    by.require(MANAGE, seller_id)
    ordered = select(Product).where(Product.id.in_(wanted), Product.seller_id == seller_id).order_by(Product.id)
    locked = ordered.with_for_update().execution_options(populate_existing=True)
    found = {product.id: product for product in session.execute(locked).scalars()}
    if found.keys() != wanted.keys():
        raise NotFound
    change = _Change(products.seller_of(seller_id), _categories(list(wanted.values())), by)
    change.carry_out([(found[one], data, f"{one}:") for one, data in wanted.items()])


def _categories(wanted: Sequence[ProductIn]) -> dict[str, Category]:
    named = select(Category).where(Category.slug.in_({one.category for one in wanted}))
    return {one.slug: one for one in session.execute(named).scalars()}


@dataclass
class _Change:
    """Changes of one shop's products in the making: what comes to rows of their own is written for all at once."""

    seller: SellerCard
    categories: Mapping[str, Category]
    by: Actor
    new: list[tuple[Variant, VariantIn]] = field(default_factory=list)
    prices: list[dict[str, Any]] = field(default_factory=list)
    counts: list[Count] = field(default_factory=list)

    def carry_out(self, wanted: Sequence[tuple[Product, ProductIn, str]]) -> None:
        """Write these products; the third of each stands before the names of its fields."""
        present: dict[UUID, list[Variant]] = {product.id: [] for product, _data, _at in wanted}
        for variant in session.execute(select(Variant).where(Variant.product_id.in_(present))).scalars():
            present[variant.product_id].append(variant)
        again = []
        with session.no_autoflush:
            for product, data, at in wanted:
                looked_at = _reviewed(product)
                try:
                    self._describe(product, data)
                    self._write_variants(product, data.variants, present[product.id], at)
                except Invalid as refused:
                    raise Invalid({f"{at}{name}": said for name, said in refused.fields.items()}) from refused
                if product.state == ProductState.PUBLISHED and _reviewed(product) != looked_at:
                    again.append(product)
        session.add_all(variant for variant, _one in self.new)
        session.flush()
        if self.prices:
            session.execute(insert(Price), self.prices)
        products.stock_up(self.seller.id, self.new, by=self.by)
        for product in () if self.seller.trusted else again:
            product.move(ProductState.WAITING, by=self.by, why="changed by its seller")
        products.told([product for product, _data, _at in wanted], by=self.by)
        # Last, because buyers wait for it.
        stock_set(self.seller.id, self.counts, by=self.by)

    def _describe(self, product: Product, data: ProductIn) -> None:
        category = self.categories.get(data.category)
        if category is None:
            raise Invalid({"category": _("Choose a category from the list.")})
        products.describe(product, data, category)
        if ProductState(product.state) in products.ON_SHOW:
            products.require_fit(product, category)
        product.price_idr = min(variant.price_idr for variant in data.variants)

    def _write_variants(self, product: Product, wanted: Sequence[VariantIn], present: list[Variant], at: str) -> None:
        skus = {variant.sku for variant in present}
        products.refuse_taken(product.seller_id, [one.sku for one in wanted if one.sku and one.sku not in skus])
        kept: set[UUID] = set()
        for position, one in enumerate(wanted):
            variant = _same([variant for variant in present if variant.id not in kept], one)
            if variant is None:
                variant = products.new_variant(product, one, position, taken=len(present))
                present.append(variant)
                self.new.append((variant, one))
            else:
                self._change_variant(variant, one, position)
                if one.stock is not None:
                    self.counts.append(Count(variant.id, one.stock, one.stock_seen, f"{at}variants-{position}-stock"))
            kept.add(variant.id)
        for variant in present:
            if variant.id not in kept:
                variant.active = False

    def _change_variant(self, variant: Variant, one: VariantIn, position: int) -> None:
        if one.price_idr != variant.price_idr:
            audit(
                f"catalog:{self.seller.id}",
                "price.set",
                f"variant:{variant.id}",
                by=self.by,
                before={"price_idr": variant.price_idr.amount},
                after={"price_idr": one.price_idr.amount},
            )
            self.prices.append(products.price_row(variant.id, one, by=self.by))
        variant.name = one.name
        variant.price_idr = one.price_idr
        variant.weight_g = one.weight_g
        for size in ("length_mm", "width_mm", "height_mm"):
            if (told := getattr(one, size)) is not None:
                setattr(variant, size, told)
        variant.position = position
        variant.active = True
        variant.sku = one.sku or variant.sku


def _same(present: Sequence[Variant], one: VariantIn) -> Variant | None:
    """Return the variant that is meant: by its id, else by its SKU, else the one on sale under that name."""
    if one.id is not None:
        return next((variant for variant in present if variant.id == one.id), None)
    if one.sku:
        return next((variant for variant in present if variant.sku == one.sku), None)
    name = products.normal(one.name)
    return next((variant for variant in present if variant.active and products.normal(variant.name) == name), None)


def _reviewed(product: Product) -> tuple[object, ...]:
    return (
        product.name,
        product.description,
        product.category_id,
        product.halal,
        product.halal_number,
        product.pirt,
        product.domestic,
    )
