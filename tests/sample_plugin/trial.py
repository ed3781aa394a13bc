"""Tries the plugin in a site that has it installed; run by tests/architecture/test_sample_plugin.py in a process of its own."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from gift import queries as gifts
from gift.models import Wrap
from sqlalchemy import select, text

from marketplace import create_app
from marketplace.catalog import services as catalog_services
from marketplace.kernel.access import SYSTEM
from marketplace.kernel.db import db, session
from marketplace.kernel.outbox import relay
from marketplace.kernel.plugin import current
from marketplace.sellers.queries import SellerCard
from marketplace.testing.plugin import hang_up
from marketplace.web import migrate
from search.queries import Is, Query, search
from tests.factories import catalog, sellers
from tests.factories.accounts import signed_in

HOUSE = Path(__file__).parents[2]


@dataclass
class Shop:
    card: SellerCard
    keeper: FlaskClient
    basket: UUID


@pytest.fixture(scope="module")
def site() -> Iterator[Flask]:
    app = create_app()
    with app.app_context():
        migrate.upgrade(db.engine, current().plugins)
    yield app
    with app.app_context():
        hang_up()


@pytest.fixture(autouse=True)
def _inside(site: Flask) -> Iterator[None]:
    with site.app_context():
        yield
        session.remove()


@pytest.fixture(scope="module")
def shop(site: Flask) -> Shop:
    """A shop that wraps its basket, and everybody has heard of it."""
    with site.app_context():
        card = sellers.shop(trusted=True)
        basket = catalog.product(of=card)
        catalog.product(catalog.listing(name="Besek Bambu"), of=card)
        keeper = browser(site)
        signed_in(keeper, sellers.keeper(card))
        assert keeper.post("/lapak/hadiah", data={"product": str(basket)}).status_code == 303
        relay(1000)
        session.remove()
        return Shop(card, keeper, basket)


def browser(site: Flask) -> FlaskClient:
    made = site.test_client()
    made.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
    return made


def wrapped() -> list[UUID]:
    session.remove()
    return list(session.scalars(select(Wrap.product_id)))


def found() -> list[str]:
    return list(search("products", Query(filters=(Is("gift"),), facets=("gift",))).ids)


def test_the_package_comes_from_the_site_folder_and_not_from_the_source() -> None:
    assert HOUSE / "tests" not in Path(gifts.__file__).parents


def test_it_has_a_history_of_its_own_in_the_database(site: Flask) -> None:
    assert session.execute(text("SELECT * FROM gift_version")).scalar_one() == "0001"
    assert migrate.differences(db.engine, current().plugins) == []


def test_its_page_shows_what_is_wrapped_in_both_languages(site: Flask, shop: Shop) -> None:
    assert "Keranjang Anyaman Pandan" in browser(site).get("/hadiah").text
    assert "Besek Bambu" not in browser(site).get("/hadiah").text
    assert "Siap jadi kado" in browser(site).get("/hadiah").text
    assert "Wrapped for giving" in browser(site).get("/hadiah?bahasa=en").text


def test_its_picture_lies_on_the_shelf_of_all_assets(site: Flask) -> None:
    address = site.extensions["jkp_shelf"].address("gift/ribbon.svg")
    answer = browser(site).get(address)
    assert answer.mimetype == "image/svg+xml"
    assert "immutable" in answer.headers["Cache-Control"]
    assert address in browser(site).get("/hadiah").text


def test_its_link_stands_at_the_foot_of_the_shop(site: Flask) -> None:
    assert 'href="/hadiah"' in browser(site).get("/").text


def test_its_tile_counts_on_the_seller_s_desk(shop: Shop) -> None:
    desk = shop.keeper.get("/lapak").text
    assert "Produk yang Anda bungkus" in desk
    assert gifts.wrapped_by(sellers.runs(shop.card)) == 1


def test_its_field_is_found_by_search(site: Flask, shop: Shop) -> None:
    assert found() == [str(shop.basket)]
    offered = browser(site).get("/cari").text
    assert "Bisa dibungkus kado" in offered
    assert 'name="hadiah"' in offered
    narrowed = browser(site).get("/cari?hadiah=1").text
    assert "Keranjang Anyaman Pandan" in narrowed
    assert "Besek Bambu" not in narrowed


def test_nobody_wraps_what_is_not_theirs(site: Flask, shop: Shop) -> None:
    other = browser(site)
    signed_in(other, sellers.keeper(sellers.shop(name="Anyaman Pak Joko", phone="081299990000")))
    assert other.post("/lapak/hadiah", data={"product": str(shop.basket)}).status_code == 404
    assert browser(site).get("/lapak/hadiah").status_code == 303


def test_it_hears_that_a_product_is_not_sold_any_more(shop: Shop) -> None:
    short = catalog.product(catalog.listing(name="Tampah Sebentar"), of=shop.card)
    assert shop.keeper.post("/lapak/hadiah", data={"product": str(short)}).status_code == 303
    assert short in wrapped()
    catalog_services.stop(short, by=SYSTEM)
    relay(1000)
    assert wrapped() == [shop.basket]
    assert found() == [str(shop.basket)]
