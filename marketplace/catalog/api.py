"""The catalogue for programs: /api/v1/products."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, ClassVar
from uuid import UUID

from flask import Response, jsonify, request
from pydantic import Field, StringConstraints

from marketplace.api.slots import Answer, Operation, Resource, RupiahOut
from marketplace.catalog.forms import FlagIn
from marketplace.catalog.queries.categories import category_tree
from marketplace.catalog.queries.product import ProductView, product_page
from marketplace.catalog.queries.published import Entry, published
from marketplace.kernel.access import PUBLIC
from marketplace.kernel.errors import Invalid, NotFound
from marketplace.kernel.forms import Input, WholeIn, from_html
from marketplace.kernel.plugin import current
from marketplace.kernel.routes import Cache, Pages
from marketplace.kernel.words import Words, _

bp = Pages("catalog_api", __name__, url_prefix="/api/v1")

Slug = Annotated[str, StringConstraints(max_length=80, pattern=r"^[a-z0-9-]+$")]


class ProductQuery(Input):
    """Which products, and which page of them."""

    labels: ClassVar[Mapping[str, Words]] = {"size": _("Page size"), "category": _("Category")}

    category: Slug | None = None
    seller: Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z]{8}$")] | None = None
    kecamatan: Annotated[str, StringConstraints(pattern=r"^[0-9.]{8}$")] | None = None
    halal: FlagIn = False
    domestic: FlagIn = False
    after: Annotated[str, StringConstraints(max_length=200)] | None = None
    size: Annotated[WholeIn, Field(ge=1, le=100)] = 24


class SellerOut(Answer):
    """The shop that sells it."""

    code: str
    name: str
    url: str
    kecamatan: str
    kota: str


class ProductBrief(Answer):
    """A product in a list. ``price_idr`` is the lowest of its variants."""

    code: str
    name: str
    url: str
    price_idr: RupiahOut
    unit: str
    halal: bool
    domestic: bool
    available: bool
    lead_days: int
    image: str | None
    published_at: datetime
    seller: SellerOut


class ProductList(Answer):
    """A page of products, the newest first; ``next`` goes into ``after``, null at the end."""

    items: tuple[ProductBrief, ...]
    next: str | None


class VariantOut(Answer):
    """Something to buy. ``available`` tells whether it is there in the smallest quantity sold, not how much."""

    id: UUID
    sku: str
    name: str
    price_idr: RupiahOut
    weight_g: int
    available: bool


class ProductOut(Answer):
    """One product with its variants."""

    code: str
    name: str
    url: str
    description: str
    categories: tuple[str, ...]
    unit: str
    min_order: int
    made_to_order: bool
    lead_days: int
    daily_units: int | None
    halal: str
    halal_number: str | None
    pirt: str | None
    domestic: bool
    images: tuple[str, ...]
    variants: tuple[VariantOut, ...]
    seller: SellerOut


@bp.page("/products", policy=PUBLIC, cache=Cache.API)
def products() -> Response:
    """Give a page of the products on show."""
    form = from_html(ProductQuery, request.args)
    if form.data is None:
        raise Invalid(form.errors)
    asked = form.data
    tree = category_tree()
    if asked.category and asked.category not in tree.by_slug:
        raise Invalid({"category": _("There is no category of that name.")})
    found = published(
        tree,
        after=asked.after,
        size=asked.size,
        category=asked.category,
        seller=asked.seller,
        kecamatan=asked.kecamatan,
        halal=asked.halal,
        domestic=asked.domestic,
    )
    return _json(ProductList(items=tuple(_brief(one) for one in found.items), next=found.next))


@bp.page("/products/<code>", policy=PUBLIC, cache=Cache.API, endpoint="product")
def one_product(code: str) -> Response:
    """Give one product on show by its code."""
    found = product_page(code.upper())
    if found is None or not found.on_sale:
        raise NotFound
    return _json(_whole(found))


def _json(answer: Answer) -> Response:
    return jsonify(answer.model_dump(mode="json"))


def _address(path: str) -> str:
    return f"{current().settings.public_base_url}{path}"


def _brief(entry: Entry) -> ProductBrief:
    card, shop = entry.card, entry.seller
    return ProductBrief(
        code=card.code,
        name=card.name,
        url=_address(card.url),
        price_idr=card.price,
        unit=card.unit,
        halal=card.halal,
        domestic=card.domestic,
        available=not card.sold_out,
        lead_days=card.lead_days,
        image=_address(card.image.src) if card.image else None,
        published_at=entry.row.published_at,
        seller=SellerOut(
            code=shop.code, name=shop.name, url=_address(card.shop_url), kecamatan=shop.kecamatan, kota=shop.kota
        ),
    )


def _whole(found: ProductView) -> ProductOut:
    shop = found.seller
    return ProductOut(
        code=found.code,
        name=found.name,
        url=_address(found.url),
        description=found.description,
        categories=tuple(url.rpartition("/")[2] for _name, _name_en, url in found.trail),
        unit=found.unit,
        min_order=found.min_order,
        made_to_order=found.made_to_order,
        lead_days=found.lead_days,
        daily_units=found.daily_units,
        halal=found.halal,
        halal_number=found.halal_number,
        pirt=found.pirt,
        domestic=found.domestic,
        images=tuple(_address(one.url(1200)) for one in found.images),
        variants=tuple(
            VariantOut(
                id=one.id,
                sku=one.sku,
                name=one.name,
                price_idr=one.price,
                weight_g=one.weight_g,
                available=found.most(one) >= found.min_order,
            )
            for one in found.variants
        ),
        seller=SellerOut(
            code=shop.code,
            name=shop.name,
            url=_address(f"/toko/{shop.slug}"),
            kecamatan=shop.kecamatan,
            kota=shop.kota,
        ),
    )


resource = Resource(
    name="products",
    label=_("Products"),
    blueprint=bp,
    operations=(
        Operation(
            method="get",
            path="/products",
            summary="Products on show, the newest first",
            query=ProductQuery,
            answer=ProductList,
            errors=(404,),
        ),
        Operation(
            method="get",
            path="/products/{code}",
            summary="One product on show",
            answer=ProductOut,
            parts={"code": "The eight-letter code of the product"},
        ),
    ),
)
