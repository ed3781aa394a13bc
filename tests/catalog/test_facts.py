"""What trials read of the catalogue, and how other plugins see and follow it."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import delete, select, text, update

from marketplace.catalog import queries, services, tasks
from marketplace.catalog.events import CatalogPlanted, ProductChanged
from marketplace.catalog.index import products as index
from marketplace.catalog.models import Price, Product, Stock, StockMove, Variant
from marketplace.catalog.policies import REVIEW
from marketplace.catalog.queries.checks import broken
from marketplace.catalog.services import StockLine
from marketplace.kernel import clock
from marketplace.kernel.access import SYSTEM
from marketplace.kernel.db import session
from marketplace.kernel.errors import Invalid, NotFound
from marketplace.kernel.ids import uuid7
from marketplace.kernel.slots import facts
from marketplace.sellers import services as shops
from marketplace.sellers.events import SellerChanged
from marketplace.sellers.forms import ReasonIn
from marketplace.sellers.queries import sellers as seller_cards
from tests.factories import catalog, sellers
from tests.factories.media import picture


def fact(name: str) -> list[dict[str, object]]:
    return [dict(row) for kind, rows in facts if kind == name for row in rows()]


@pytest.fixture
def sold(app) -> UUID:
    """A basket of which three are held and two are sold."""
    variant = catalog.basket(stock=10)
    services.reserve("JKP-1", [StockLine(variant, 3)], until=clock.now() + timedelta(hours=1))
    services.reserve("JKP-2", [StockLine(variant, 2)], until=clock.now() + timedelta(hours=1))
    services.consume("JKP-2")
    return variant


def test_the_facts_tell_stock_moves_reservations_and_products(sold):
    [stock] = fact("stock")
    assert (stock["on_hand"], stock["reserved"]) == (8, 3)
    assert sorted(one["delta"] for one in fact("stock_moves")) == [-2, 10]
    assert {(one["order_id"], one["qty"], one["state"]) for one in fact("reservations")} == {
        ("JKP-1", 3, "held"),
        ("JKP-2", 2, "consumed"),
    }
    [product] = fact("products")
    assert (product["state"], product["price_idr"], product["sku"]) == ("published", 45_000, stock["sku"])


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (update(Stock).values(reserved=2), "2 reserved, but 3 are held"),
        (update(Stock).values(on_hand=9), "9 on hand, but its moves add up to 8"),
        (delete(StockMove).where(StockMove.reason == "sold"), "2 consumed, but 0 left the shelf"),
        (delete(Price), "but its last price is None"),
        (text("UPDATE catalog_variants SET active = false"), "but its lowest price is None"),
        (text("UPDATE catalog_categories SET food = true"), "is food on show as not_subject"),
    ],
)
def test_each_thing_that_does_not_add_up_is_said(sold, harm, said):
    assert list(broken()) == []
    session.execute(harm)
    assert any(said in sentence for sentence in broken())


def test_a_variant_without_stock_row_is_said(app):
    catalog.basket(stock=0)
    session.execute(delete(Stock))
    assert any("has no stock row" in sentence for sentence in broken())


def test_an_offer_has_all_that_a_cart_shows(app):
    made = catalog.product(catalog.shallots())
    small, _large = catalog.variants(made)
    offer = queries.offers([small, uuid7()])[small]
    assert offer.full_name == "Bawang Goreng Kamal Renyah, 250 g"
    assert offer.url.endswith("-bawang-goreng-kamal-renyah")
    assert offer.pattern_url.startswith("/gambar/pola/makanan-")
    assert queries.offers([]) == {}
    assert [card.name for card in queries.cards([made, uuid7()])] == ["Bawang Goreng Kamal Renyah"]


def test_the_index_hears_of_products_shops_and_a_planted_site(app):
    shop = sellers.shop(trusted=True)
    made = catalog.product(of=shop)
    follows = index.follows() if callable(index.follows) else index.follows
    assert follows[ProductChanged](ProductChanged(product_id=str(made), seller_id=str(shop.id))) == [str(made)]
    assert follows[SellerChanged](SellerChanged(seller_id=str(shop.id))) == [str(made)]
    assert follows[CatalogPlanted](CatalogPlanted(products=1)) == [str(made)]
    assert list(index.documents([])) == []


def test_a_shop_that_stops_takes_its_products_along(app, outbox):
    shop = sellers.shop(trusted=True)
    made = catalog.product(of=shop)
    draft = services.create_product(shop.id, catalog.listing(name="Belum Jadi"), by=SYSTEM)
    shops.suspend(shop.id, ReasonIn(reason="Diperiksa dinas pekan ini."), by=SYSTEM)
    before = len(outbox.named(ProductChanged))
    tasks.follow_seller.run(SellerChanged(seller_id=str(shop.id)), uuid7())
    told = [one["product_id"] for one in outbox.named(ProductChanged)][before:]
    assert told == [str(made)]
    stands = {row.id: row.open for row in session.execute(select(Product.id, Product.open))}
    assert stands == {made: False, draft: False}
    assert not seller_cards([shop.id])[shop.id].sells
    with pytest.raises(NotFound):
        services.follow_seller(uuid7())


def test_a_reviewer_cannot_accept_food_whose_category_changed(app):
    shop = sellers.shop()
    services.load_categories(catalog.TREE)
    made = services.create_product(shop.id, catalog.listing(), by=SYSTEM)
    services.submit(made, by=SYSTEM)
    as_food = [replace(top, food=True, below=[replace(one, food=True) for one in top.below]) for top in catalog.TREE]
    services.load_categories(as_food)
    session.expire_all()
    with pytest.raises(Invalid):
        services.accept(made, seen=catalog.seen(made), by=sellers.holds("admin"))
    assert REVIEW.admits(sellers.holds("admin"))
    assert not REVIEW.admits(sellers.holds("seller"))


def test_a_new_picture_of_an_untrusted_shop_is_looked_at_again(app):
    shop = sellers.shop()
    services.load_categories(catalog.TREE)
    made = services.create_product(shop.id, catalog.listing(), by=SYSTEM)
    services.submit(made, by=SYSTEM)
    services.accept(made, seen=catalog.seen(made), by=sellers.holds("admin"))
    services.add_image(made, picture(), by=sellers.runs(shop))
    session.expire_all()
    assert session.get_one(Product, made).state == "waiting"


def test_an_operator_may_let_food_in_process_be_shown(app, monkeypatch):
    shop = sellers.shop(trusted=True)
    registry = app.extensions["jkp"]
    monkeypatch.setitem(registry.settings.extra, "HALAL_IN_PROCESS_SHOWN", True)
    made = catalog.product(catalog.shallots(halal="in_process", halal_number=None), of=shop)
    assert session.get_one(Product, made).state == "published"
    assert session.scalar(select(Variant.active).where(Variant.product_id == made).limit(1)) is True
