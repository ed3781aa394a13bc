"""Whose number is shown to whom: a shop's to those who paid for something of it, and nowhere else."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace.catalog.queries import shop_address
from marketplace.kernel.access import Actor
from marketplace.orders import queries, services
from marketplace.sellers.queries import SellerCard
from tests.factories import catalog, orders, sellers
from tests.factories.accounts import as_actor, person, signed_in

NUMBER = "812345678901"
WRITTEN = "0812-3456-78901"


@pytest.fixture
def shop(app: Flask) -> SellerCard:
    return sellers.shop(trusted=True, phone=f"0{NUMBER}")


@pytest.fixture
def rania(app: Flask) -> Actor:
    return as_actor(person())


@pytest.fixture
def buyer(client: FlaskClient, rania: Actor) -> FlaskClient:
    """Give the browser in which Rania is signed in."""
    assert rania.id is not None
    return signed_in(client, rania.id)


def links(page: str) -> list[str]:
    return re.findall(r'href="(https://wa\.me/[^"]*)"', page)


def test_who_paid_and_fetches_it_may_ask_the_shop(buyer: FlaskClient, rania: Actor, shop: SellerCard) -> None:
    code = orders.ordered(rania, catalog.basket(of=shop)).code
    assert NUMBER not in buyer.get(f"/pesanan/{code}").text, "not before it is paid"
    orders.decided(code, rania)

    page = buyer.get(f"/pesanan/{code}").text

    assert links(page) == [f"https://wa.me/62{NUMBER}"]
    assert WRITTEN in page
    assert 'rel="noreferrer"' in page


def test_nobody_else_gets_the_number(app: Flask, buyer: FlaskClient, rania: Actor, shop: SellerCard) -> None:
    variant = catalog.basket(of=shop)
    code = orders.paid(rania, variant)
    masked = app.test_client().post(
        "/lacak", data={"kode": code, "angka": "7890"}, headers={"Sec-Fetch-Site": "same-origin"}
    )
    assert masked.status_code == 200
    pages = [masked.text, *(buyer.get(path).text for path in ("/", shop_address(shop.slug), "/pesanan", "/cari"))]
    assert not any(NUMBER in page or WRITTEN in page or links(page) for page in pages)


def test_who_has_it_brought_may_ask_when_it_comes(buyer: FlaskClient, rania: Actor, shop: SellerCard) -> None:
    orders.filled(rania, catalog.basket(of=shop))
    services.choose_delivery(shop.id, queries.Wish("own"), by=rania)
    code = services.buy(orders.checkout(queries.cart(rania).total.amount), by=rania).code
    assert NUMBER not in buyer.get(f"/pesanan/{code}").text, "not before it is paid"
    orders.decided(code, rania)
    assert links(buyer.get(f"/pesanan/{code}").text) == [f"https://wa.me/62{NUMBER}"]


def test_of_two_shops_each_part_has_its_own_number(buyer: FlaskClient, rania: Actor, shop: SellerCard) -> None:
    joko = sellers.shop(trusted=True, name="Anyaman Pak Joko", phone="081299990000")
    orders.filled(rania, catalog.basket(of=shop), catalog.basket(name="Tikar Pandan", of=joko))
    services.choose_delivery(joko.id, queries.Wish("own"), by=rania)
    code = services.buy(orders.checkout(queries.cart(rania).total.amount), by=rania).code
    orders.decided(code, rania)
    parts = buyer.get(f"/pesanan/{code}").text.split('data-uji="grup-toko"')[1:]
    numbers = {shop.name: f"https://wa.me/62{NUMBER}", joko.name: "https://wa.me/6281299990000"}
    assert [links(part) for part in parts] == [[numbers[name]] for name in (shop.name, joko.name)]
