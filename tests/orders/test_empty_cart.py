"""The empty cart leads on: what is new for everybody, and nothing of it once there is something in the cart (P06)."""

from flask import Flask
from flask.testing import FlaskClient

from tests.catalog.reading import names, statements
from tests.factories import catalog, orders
from tests.orders.pages import put


def test_an_empty_cart_shows_four_new_products_by_one_statement_more(app: Flask, client: FlaskClient) -> None:
    orders.two_shops()
    client.get("/keranjang")
    page = client.get("/keranjang")
    assert len(names(page)) == 3
    for name in ("Rantang", "Tenong"):
        catalog.basket(name=name)
    page = client.get("/keranjang")
    assert len(names(page)) == 4
    assert "Rantang" in names(page)
    assert 'data-url="/dilihat"' in page.text
    assert statements(page) <= 3
    variant = catalog.basket(name="Kukusan")
    put(client, variant)
    assert 'data-url="/dilihat"' not in client.get("/keranjang").text


def test_a_shop_without_products_has_an_empty_cart_all_the_same(client: FlaskClient) -> None:
    page = client.get("/keranjang")
    assert (page.status_code, names(page)) == (200, [])
    assert 'data-url="/dilihat"' not in page.text
