"""Products in a grid: which ones, by plain SQL, and what a card shows of each."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Integer, Text, Uuid, bindparam, func, literal, or_, select
from sqlalchemy.orm import aliased

from marketplace.accounts.queries import place
from marketplace.catalog import slots
from marketplace.catalog.models import Category, Halal, Product, ProductState, Stock, Variant
from marketplace.catalog.queries.addresses import pattern_address, product_address, shop_address
from marketplace.kernel.db import rows
from marketplace.kernel.ids import CODE_LENGTH
from marketplace.kernel.money import Rupiah
from marketplace.media.queries import PICTURES, Picture, picture_in
from marketplace.sellers.queries import SELLS, SHOPS

PAGE = 24
EAGER = 4
"""Cards whose pictures load at once; the first of them is likely the largest thing on the screen (ux 3.8)."""


class Card(NamedTuple):
    """What a grid shows of a product, named as the macro wants it. A tuple, because a list makes two dozen."""

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
    # No EXISTS: for that PostgreSQL likes to read all stock there is into memory, though a grid asks of two dozen products.
    free = (
        select(literal(1))
        .select_from(Variant)
        .join(Stock, Stock.variant_id == Variant.id)
        .where(Variant.product_id == Product.id, Variant.active, Stock.on_hand > Stock.reserved)
        .limit(1)
    )
    return or_(Product.made_to_order, free.scalar_subquery().is_not(None))


UPPER = aliased(Category)

# With its shop and its cover: one statement for a whole grid. A shop that does not sell any more shows nothing, whatever
# the product's copy of that says (R20.3).
CARD = (
    select(
        Product.id,
        Product.code,
        Product.slug,
        Product.name,
        Product.price_idr,
        Product.unit,
        Product.halal,
        Product.domestic,
        Product.made_to_order,
        Product.lead_days,
        func.coalesce(UPPER.slug, Category.slug).label("cloth"),
        there().label("there"),
        SHOPS.c.slug.label("shop_slug"),
        SHOPS.c.name.label("shop_name"),
        SHOPS.c.kelurahan_code.label("shop_place"),
        *(column.label(f"cover_{column.name}") for column in PICTURES.c),
    )
    .join(Category, Category.id == Product.category_id)
    .outerjoin(UPPER, UPPER.id == Category.parent_id)
    .join(SHOPS, SHOPS.c.id == Product.seller_id)
    .outerjoin(PICTURES, PICTURES.c.id == Product.cover_id)
    .where(Product.state == literal(str(ProductState.PUBLISHED)), Product.open, SELLS)
)
_COVER = slice(15, 15 + len(PICTURES.c))

ORDERS: dict[str, tuple[Any, ...]] = {
    "terbaru": (Product.published_at.desc(), Product.id.desc()),
    "termurah": (Product.price_idr, Product.id),
    "termahal": (Product.price_idr.desc(), Product.id),
}

# Made once: building a statement costs as much as running it.
BY_IDS = CARD.where(Product.id == func.any(bindparam("ids", type_=ARRAY(Uuid))))
NEWEST = CARD.order_by(*ORDERS["terbaru"]).limit(PAGE)
BY_CODE = CARD.where(Product.code == bindparam("code"))
BY_CODES = CARD.where(Product.code == func.any(bindparam("codes", type_=ARRAY(Text))))
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
    """Return the rows of the chosen products, ready for ``as_cards``; one statement."""
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


def by_ids(ids: Sequence[UUID]) -> dict[UUID, Any]:
    """Return the rows of these products that are on show, by id: the check of R20.3."""
    return {row.id: row for row in rows(BY_IDS, {"ids": list(ids)})} if ids else {}


def in_order(ids: Sequence[UUID], found: Mapping[UUID, Any]) -> list[Any]:
    """Return the rows of these products in the order given, without those that are not there."""
    return [row for one in ids if (row := found.get(one)) is not None]


def cards(ids: Sequence[UUID]) -> list[Card]:
    """Return the cards of these products, in the order given, without those that are not on show; one statement."""
    return as_cards(in_order(ids, by_ids(ids)))


def card_of(code: str) -> Card | None:
    """Return the card of the product with this code; None when there is none on show. One statement."""
    if not _could_be(code):
        return None
    return next(iter(as_cards(rows(BY_CODE, {"code": code}))), None)


def cards_of(codes: Sequence[str]) -> list[Card]:
    """Return the cards of the products with these codes, in the order given, without those that are not on show.

    What could be no code is left out; one statement, or none where nothing is left.
    """
    wanted = [code for code in dict.fromkeys(codes) if _could_be(code)]
    found = {row.code: row for row in rows(BY_CODES, {"codes": wanted})} if wanted else {}
    return as_cards([row for code in wanted if (row := found.get(code)) is not None])


def _could_be(code: str) -> bool:
    return len(code) == CODE_LENGTH and code.isascii() and code.isalnum()


def newest_cards(size: int) -> list[Card]:
    """Return the cards of what came last, at most ``size``; one statement."""
    return as_cards(newest(Choice(), size=size))


def as_cards(group: Sequence[Any], *, eager: int = 0) -> list[Card]:
    """Make cards of rows of ``CARD``; the first ``eager`` pictures load at once."""
    keep = next(iter(slots.card_keep), "")
    return [_card(row, at < eager, at == 0 and eager > 0, keep) for at, row in enumerate(group)]


def _card(row: Any, eager: bool, first: bool, keep: str) -> Card:  # noqa: ANN401, FBT001 - a row, and what ``Card`` says
    key, code, slug, name, price, unit, halal, domestic, to_order, days, cloth, there, shop, seller, where, *_more = row
    lies = place(where)
    cover = row[_COVER]
    return Card(
        id=key,
        code=code,
        name=name,
        url=product_address(code, slug),
        price=price,
        unit=unit,
        seller_name=seller,
        shop_url=shop_address(shop),
        kecamatan=lies.kecamatan if lies else "",
        halal=halal == Halal.CERTIFIED,
        domestic=domestic,
        lead_days=days if to_order else 0,
        sold_out=not there,
        image=picture_in(cover) if cover[0] else None,
        pattern_url=pattern_address(cloth, code),
        eager=eager,
        first=first,
        keep=keep,
    )
