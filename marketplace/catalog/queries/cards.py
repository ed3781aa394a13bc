"""Products in a grid: which ones, by plain SQL, and what a card shows of each."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Integer, Uuid, bindparam, func, literal, or_, select
from sqlalchemy.orm import aliased

from marketplace.catalog import slots
from marketplace.catalog.models import Category, Halal, Product, ProductState, Stock, Variant
from marketplace.catalog.queries.addresses import pattern_address, product_address, shop_address
from marketplace.kernel.db import rows
from marketplace.kernel.ids import CODE_LENGTH
from marketplace.kernel.money import Rupiah
from marketplace.media.queries import Picture, pictures
from marketplace.sellers.queries import SellerCard, sellers

PAGE = 24
EAGER = 4
"""Cards whose pictures load at once; the first of them is likely the largest thing on the screen (ux 3.8)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What a grid shows of a product, named as the macro wants it."""

    id: UUID
    code: str
    name: str
    url: str
    price: Rupiah
    unit: str
    seller_name: str
    shop_url: str
    kecamatan: str
    halal: bool
    domestic: bool
    lead_days: int
    sold_out: bool
    image: Picture | None
    pattern_url: str
    eager: bool
    first: bool
    keep: str
    """The address at which it is kept for later; empty where no plugin keeps."""


def there() -> ColumnElement[bool]:
    """Return the condition that some variant of a product can be bought now."""
    free = (
        select(literal(1))
        .select_from(Variant)
        .join(Stock, Stock.variant_id == Variant.id)
        .where(Variant.product_id == Product.id, Variant.active, Stock.on_hand > Stock.reserved)
    )
    return or_(Product.made_to_order, free.exists())


UPPER = aliased(Category)

CARD = (
    select(
        Product.id,
        Product.code,
        Product.slug,
        Product.name,
        Product.price_idr,
        Product.unit,
        Product.seller_id,
        Product.halal,
        Product.domestic,
        Product.made_to_order,
        Product.lead_days,
        Product.cover_id,
        Product.published_at,
        func.coalesce(UPPER.slug, Category.slug).label("cloth"),
        there().label("there"),
    )
    .join(Category, Category.id == Product.category_id)
    .outerjoin(UPPER, UPPER.id == Category.parent_id)
    .where(Product.state == literal(str(ProductState.PUBLISHED)), Product.open)
)

ORDERS: dict[str, tuple[Any, ...]] = {
    "terbaru": (Product.published_at.desc(), Product.id.desc()),
    "termurah": (Product.price_idr, Product.id),
    "termahal": (Product.price_idr.desc(), Product.id),
}

# Made once: building a statement costs as much as running it.
BY_IDS = CARD.where(Product.id == func.any(bindparam("ids", type_=ARRAY(Uuid))))
NEWEST = CARD.order_by(*ORDERS["terbaru"]).limit(PAGE)
BY_CODE = CARD.where(Product.code == bindparam("code"))
LIKE = (
    CARD.where(Product.category_id == bindparam("category"), Product.id != bindparam("besides"))
    .order_by(*ORDERS["terbaru"])
    .limit(bindparam("size", type_=Integer))
)


@dataclass(frozen=True, kw_only=True)
class Choice:
    """Which published products: every part narrows, an empty one does not."""

    categories: tuple[UUID, ...] | None = None
    kecamatan: tuple[str, ...] = ()
    kota: tuple[str, ...] = ()
    low: int | None = None
    high: int | None = None
    halal: bool = False
    domestic: bool = False
    seller_id: UUID | None = None
    words: tuple[str, ...] = ()

    def conditions(self) -> list[ColumnElement[bool]]:
        """Return what the WHERE asks for."""
        return [*self._of_kind(), *self._of_place(), *self._of_price()]

    def _of_kind(self) -> Iterator[ColumnElement[bool]]:
        if self.categories is not None:
            yield Product.category_id.in_(self.categories)
        if self.halal:
            yield Product.halal == Halal.CERTIFIED
        if self.domestic:
            yield Product.domestic.is_(True)
        if self.seller_id is not None:
            yield Product.seller_id == self.seller_id
        yield from (Product.name_normal.contains(word, autoescape=True) for word in self.words)

    def _of_place(self) -> Iterator[ColumnElement[bool]]:
        if self.kecamatan:
            yield Product.kecamatan_code.in_(self.kecamatan)
        if self.kota:
            yield or_(*(Product.kecamatan_code.startswith(f"{one}.", autoescape=True) for one in self.kota))

    def _of_price(self) -> Iterator[ColumnElement[bool]]:
        if self.low is not None:
            yield Product.price_idr >= Rupiah(self.low)
        if self.high is not None:
            yield Product.price_idr <= Rupiah(self.high)


def newest(choice: Choice, *, size: int, order: str = "terbaru", skip: int = 0) -> Sequence[Any]:
    """Return the rows of the chosen products, ready for ``Around``; one statement."""
    wanted = CARD.where(*choice.conditions()).order_by(*ORDERS[order])
    return rows(wanted.limit(size).offset(skip))


def latest() -> Sequence[Any]:
    """Return the rows of the front page."""
    return rows(NEWEST)


def like(category: UUID, besides: UUID, *, size: int) -> Sequence[Any]:
    """Return the rows of a category's newest products but one."""
    return rows(LIKE, {"category": category, "besides": besides, "size": size})


def count(choice: Choice) -> int:
    """Count the chosen products."""
    counted = (
        select(func.count())
        .select_from(Product)
        .where(Product.state == literal(str(ProductState.PUBLISHED)), Product.open, *choice.conditions())
    )
    return int(rows(counted)[0][0])


def by_ids(ids: Sequence[UUID]) -> list[Any]:
    """Return the rows of these products that are on show, in the order given: the check of R20.3."""
    if not ids:
        return []
    found = {row.id: row for row in rows(BY_IDS, {"ids": list(ids)})}
    return [found[one] for one in ids if one in found]


def cards(ids: Sequence[UUID]) -> list[Card]:
    """Return the cards of these products, in the order given, without those that are not on show; at most 5 statements."""
    found = by_ids(ids)
    return Around.of(found).cards(found)


def card_of(code: str) -> Card | None:
    """Return the card of the product with this code; None when there is none on show. At most 3 statements."""
    if not (len(code) == CODE_LENGTH and code.isascii() and code.isalnum()):
        return None
    found = rows(BY_CODE, {"code": code})
    return next(iter(Around.of(found).cards(found)), None)


@dataclass(frozen=True, slots=True)
class Around:
    """What a page needs around its products: their shops and pictures, each read once for all of them."""

    shops: Mapping[UUID, SellerCard]
    shown: Mapping[UUID, Picture]

    @classmethod
    def of(cls, *groups: Sequence[Any], shops: Sequence[UUID] = (), images: Sequence[UUID] = ()) -> "Around":
        """Read the shops and pictures of all rows of all groups, and these besides."""
        every = [row for group in groups for row in group]
        covers = {row.cover_id for row in every if row.cover_id} | set(images)
        return cls(sellers({row.seller_id for row in every} | set(shops)), pictures(covers))

    def cards(self, group: Sequence[Any], *, eager: int = 0) -> list[Card]:
        """Make cards of rows; the first ``eager`` pictures load at once.

        Products of a shop that does not sell any more are left out, whatever the product's copy of that says (R20.3).
        """
        kept = [(row, shop) for row in group if (shop := self.shops.get(row.seller_id)) is not None and shop.sells]
        keep = next(iter(slots.card_keep), "")
        return [_card(row, shop, self.shown, at, eager, keep) for at, (row, shop) in enumerate(kept)]


def _card(
    row: Any,  # noqa: ANN401 - a row
    shop: SellerCard,
    shown: Mapping[UUID, Picture],
    at: int,
    eager: int,
    keep: str,
) -> Card:
    return Card(
        id=row.id,
        code=row.code,
        name=row.name,
        url=product_address(row.code, row.slug),
        price=row.price_idr,
        unit=row.unit,
        seller_name=shop.name,
        shop_url=shop_address(shop.slug),
        kecamatan=shop.kecamatan,
        halal=row.halal == Halal.CERTIFIED,
        domestic=row.domestic,
        lead_days=row.lead_days if row.made_to_order else 0,
        sold_out=not row.there,
        image=shown.get(row.cover_id) if row.cover_id else None,
        pattern_url=pattern_address(row.cloth, row.code),
        eager=at < eager,
        first=at == 0 and eager > 0,
        keep=keep,
    )
