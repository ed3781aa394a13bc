"""What the catalogue puts into a new site: its categories always, and a demo site's products."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select

from marketplace.catalog import demo_content, services
from marketplace.catalog.demo_content import DemoProduct, DemoVariant
from marketplace.catalog.events import CatalogPlanted
from marketplace.catalog.models import (
    Category,
    Halal,
    Price,
    Product,
    ProductState,
    Stock,
    StockMove,
    TaxKind,
    Variant,
)
from marketplace.catalog.services import CategoryIn
from marketplace.catalog.services.products import normal, slug_of
from marketplace.kernel import clock
from marketplace.kernel.access import SYSTEM
from marketplace.kernel.db import rows, session, transactional
from marketplace.kernel.ids import CODE_ALPHABET, CODE_LENGTH
from marketplace.kernel.models import Move
from marketplace.kernel.money import Rupiah
from marketplace.kernel.outbox import emit
from marketplace.sellers import demo as shops
from marketplace.sellers.queries import SellerCard, seller_by_code

FIT = (Halal.CERTIFIED, Halal.NON_HALAL_DECLARED, Halal.NOT_SUBJECT)
SHOWN = (ProductState.DRAFT, ProductState.PUBLISHED)
ASKED = (ProductState.DRAFT, ProductState.WAITING)
SECOND_SELLERS = {2: ASKED, 3: ASKED, 4: (*ASKED, ProductState.REJECTED)}
"""Which of the second seller's products, counted from 0, wait for a reviewer or came back."""
REASON = "Deskripsi belum menyebut ukuran dan bahan. Tulis misalnya: tinggi 18 cm, kayu pinus, cat air."
COUNTS = {"small": 60, "demo": 1056, "bench": 10_000}


def load_reference() -> None:
    """Load the categories; harmless to repeat."""
    services.load_categories(category_tree())


def category_tree() -> tuple[CategoryIn, ...]:
    """Return the categories of ``demo_data/categories.json``, in order."""
    return tuple(
        CategoryIn(
            slug=top.slug,
            name=top.name_id,
            name_en=top.name_en,
            food=top.food,
            tax_kind=TaxKind(top.tax_kind),
            below=tuple(
                CategoryIn(
                    slug=one.slug,
                    name=one.name_id,
                    name_en=one.name_en,
                    food=one.food,
                    tax_kind=TaxKind(one.tax_kind),
                )
                for one in top.below
            ),
        )
        for top in demo_content.categories()
    )


@transactional
def plant(profile: str, number: int) -> Mapping[str, Any]:
    """Plant the demo products of the demo shops, the same for the same number; a second time changes nothing."""
    if session.scalar(select(Product.id).limit(1)) is not None:
        return {}
    drawn = random.Random(f"catalog {number}")
    town = shops.town(profile, number)
    sellers = {shop.code: shop for shop in map(seller_by_code, (one.code for one in town)) if shop is not None}
    by_slug = {row.slug: row.id for row in rows(select(Category.slug, Category.id))}
    planted = Planted(clock.now())
    seconds = 0
    for goods in demo_content.products(number, town, COUNTS[profile]):
        way: tuple[ProductState, ...] = SHOWN if goods.halal in FIT else (ProductState.DRAFT,)
        if goods.shop == 1 and goods.halal in FIT:
            # The shop that is not trusted has something at the reviewer's, beside what was accepted before.
            way = SECOND_SELLERS.get(seconds, way)
            seconds += 1
        planted.add(drawn, goods, sellers[town[goods.shop].code], by_slug[goods.category], way)
    for table, found in planted.rows.items():
        session.execute(insert(table), found)
    emit(CatalogPlanted(products=len(planted.rows[Product])))
    return {"products": len(planted.rows[Product])}


@dataclass
class Planted:
    """Rows to be written, by table: hundreds of products in a few statements."""

    now: datetime
    waiting: int = 0
    rows: dict[type[Any], list[dict[str, Any]]] = field(
        default_factory=lambda: {table: [] for table in (Product, Variant, Stock, StockMove, Price, Move)}
    )

    def add(
        self,
        drawn: random.Random,
        goods: DemoProduct,
        seller: SellerCard,
        category: UUID,
        way: tuple[ProductState, ...],
    ) -> None:
        """Add a product that went this way through its states, with its variants, its stock and a year of prices."""
        product, born = key(drawn), self.now - timedelta(minutes=drawn.randrange(60 * 24, 60 * 24 * 400))
        state = way[-1]
        sent = born
        if state is ProductState.WAITING:
            # A reviewer answers within a working day or two, so that nothing waits longer.
            sent = self.now - timedelta(hours=6 + 17 * (self.waiting % 2))
            self.waiting += 1
        self.rows[Product].append(
            {
                "id": product,
                "code": "".join(drawn.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH)),
                "slug": slug_of(goods.name),
                "seller_id": seller.id,
                "category_id": category,
                "name": goods.name,
                "name_normal": normal(goods.name),
                "description": goods.description,
                "unit": goods.unit,
                "min_order": goods.least,
                "made_to_order": goods.made_to_order,
                "lead_days": goods.lead_days,
                "halal": goods.halal,
                "halal_number": goods.halal_number,
                "pirt": goods.pirt,
                "domestic": goods.domestic,
                "state": state,
                "price_idr": Rupiah(min(one.price for one in goods.variants)),
                "created_at": born,
                "changed_at": sent,
                "published_at": born if state is ProductState.PUBLISHED else None,
                "reason": REASON if state is ProductState.REJECTED else "",
                "open": seller.sells,
                "kelurahan_code": seller.kelurahan_code,
                "kecamatan_code": seller.kecamatan_code,
            }
        )
        move = {"kind": Product.__tablename__, "thing_id": product, "by": SYSTEM.reference}
        for was, now in pairwise(("", *way)):
            why = REASON if now == ProductState.REJECTED else ""
            self.rows[Move].append(
                {"id": key(drawn), "was": was, "now": now, "why": why, "at": sent if was else born, **move}
            )
        for position, one in enumerate(goods.variants):
            self._variant(drawn, one, position, product=product, seller=seller.id, born=born)

    def _variant(
        self, drawn: random.Random, one: DemoVariant, position: int, *, product: UUID, seller: UUID, born: datetime
    ) -> None:
        variant = key(drawn)
        self.rows[Variant].append(
            {
                "id": variant,
                "product_id": product,
                "seller_id": seller,
                "sku": f"D{len(self.rows[Variant]):05d}",
                "name": one.name,
                "price_idr": Rupiah(one.price),
                "weight_g": one.grams,
                "position": position,
                "active": True,
            }
        )
        self.rows[Stock].append({"variant_id": variant, "on_hand": one.stock, "reserved": 0})
        if one.stock:
            self.rows[StockMove].append(
                {
                    "id": key(drawn), "variant_id": variant, "delta": one.stock, "reason": "opening", "reference": "",
                    "by": SYSTEM.reference, "at": born,
                }
            )  # fmt: skip
        # A tenth was dearer or cheaper until lately, so that the price history has something to tell.
        changed = drawn.randrange(10) == 0
        first = max(one.price + drawn.choice((-1000, 1000, 2000)), 500) if changed else one.price
        self._price(drawn, variant, first, born)
        if changed:
            self._price(drawn, variant, one.price, self.now - (self.now - born) / 3)

    def _price(self, drawn: random.Random, variant: UUID, price: int, since: datetime) -> None:
        row = {"variant_id": variant, "price_idr": Rupiah(price), "since": since, "by": SYSTEM.reference}
        self.rows[Price].append({"id": key(drawn), **row})


def key(drawn: random.Random) -> UUID:
    """Return an id that is the same for the same seed."""
    return UUID(int=drawn.getrandbits(128), version=4)
