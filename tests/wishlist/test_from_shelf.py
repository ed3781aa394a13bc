"""Kabari saya, seen from the shop's shelf: who is told when the seller counts, and where a buyer is offered it."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace.kernel.outbox import relay
from tests.catalog.test_shelf import ADDRESS, typed
from tests.factories import catalog, sellers, wishlist
from tests.factories.accounts import signed_in
from tests.factories.letters import Letter, letters


@pytest.fixture
def seller(app: Flask) -> FlaskClient:
    return app.test_client()


def newest(app: Flask, before: set[Letter]) -> list[Letter]:
    relay(1000)
    return [one for one in letters(app) if one not in before]


def test_a_guest_is_told_once_when_the_seller_puts_stock_on_the_shelf(
    app: Flask, client: FlaskClient, seller: FlaskClient
) -> None:
    mine = sellers.shop(trusted=True)
    gone = catalog.basket(stock=0, name="Tampah Bambu", of=mine)
    seller.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
    signed_in(seller, sellers.keeper(mine))
    before = set(letters(app))
    told = {"produk": wishlist.code_of(gone), "email": "rina@contoh.example"}
    assert client.post("/kabari", data=told).status_code == 303
    relay(1000)
    token = wishlist.token_of(wishlist.alerts()[0])
    assert client.post("/kabar", data={"token": token, "aksi": "ya"}).status_code == 303
    before |= set(newest(app, before))
    sent = typed(seller.get(ADDRESS).text)
    for count in ("4", "0", "9"):
        assert seller.post(ADDRESS, data=sent | {"baris-0-stok": count}).status_code == 303
        relay(1000)
        sent = typed(seller.get(ADDRESS).text)
    back = newest(app, before)
    assert len(back) == 1, "once for one return, however often it is counted"
    assert "Tampah Bambu" in back[0].subject
    assert wishlist.states() == ["told"]


def test_a_low_limit_alone_tells_nobody(app: Flask, client: FlaskClient, seller: FlaskClient) -> None:
    mine = sellers.shop(trusted=True)
    gone = catalog.basket(stock=0, of=mine)
    seller.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
    signed_in(seller, sellers.keeper(mine))
    client.post("/kabari", data={"produk": wishlist.code_of(gone), "email": "rina@contoh.example"})
    relay(1000)
    client.post("/kabar", data={"token": wishlist.token_of(wishlist.alerts()[0]), "aksi": "ya"})
    sent = typed(seller.get(ADDRESS).text)
    assert seller.post(ADDRESS, data=sent | {"baris-0-low": "5"}).status_code == 303
    relay(1000)
    assert wishlist.states() == ["waiting"]


def test_who_comes_too_late_is_offered_to_be_told_where_they_stand(app: Flask, client: FlaskClient) -> None:
    """The page was read while there was one; the press finds none, and the page that comes back offers the letter."""
    gone = catalog.basket(stock=1, name="Tampah Bambu")
    wishlist.counted(gone, 0)
    answer = client.post("/keranjang", data={"varian": str(gone), "jumlah": "1"})
    assert answer.status_code == 422
    form = re.search(r'(?s)<form [^>]*action="/kabari".*?</form>', answer.text)
    assert form is not None
    assert wishlist.code_of(gone) in form[0]
    assert 'name="email"' in form[0]
