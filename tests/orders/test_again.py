"""Buying again what was bought before: at today's prices, nothing twice, and nothing dropped without a word (C12)."""

from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from marketplace.catalog.models import Product, ProductState, Variant
from marketplace.kernel.db import session, transactional
from marketplace.kernel.errors import NotFound
from marketplace.orders import queries, services
from marketplace.orders.models import CartLine
from marketplace.sellers.models import Seller, SellerState
from tests.factories import catalog, orders, sellers
from tests.orders.pages import buy, only_code, put, reprice


def in_cart() -> dict[UUID, tuple[int, int]]:
    """Return what carts hold: how many of each variant, at which price agreed to."""
    found = session.execute(select(CartLine.variant_id, CartLine.qty, CartLine.seen_idr).where(~CartLine.later))
    return {row.variant_id: (row.qty, row.seen_idr.amount) for row in found}


@transactional
def taken_off(variant: UUID) -> None:
    of = select(Variant.product_id).where(Variant.id == variant).scalar_subquery()
    session.execute(update(Product).where(Product.id == of).values(state=ProductState.STOPPED))


@transactional
def away(seller_id: UUID) -> None:
    session.execute(update(Seller).where(Seller.id == seller_id).values(state=SellerState.SUSPENDED))


def test_an_order_goes_into_the_cart_again_and_twice_is_once(app: Flask, client: FlaskClient) -> None:
    first, second, third = orders.two_shops()
    for variant in (first, second, third):
        put(client, variant, jumlah="2")
    buy(client)
    code = only_code()
    assert in_cart() == {}
    for page in ("/pesanan", f"/pesanan/{code}"):
        assert f'action="/pesanan/{code}/pesan-lagi"' in client.get(page).text

    for _press in range(2):
        done = client.post(f"/pesanan/{code}/pesan-lagi")
        assert (done.status_code, done.location) == (303, "/keranjang")

    assert in_cart() == dict.fromkeys((first, second, third), (2, 45_000))
    assert client.get("/beli").status_code == 200, "what came back as it was can be bought at once"


def test_what_is_in_the_cart_already_is_not_made_fewer(app: Flask, client: FlaskClient) -> None:
    variant = catalog.basket()
    put(client, variant, jumlah="2")
    buy(client)
    code = only_code()
    put(client, variant, jumlah="5")
    client.post(f"/pesanan/{code}/pesan-lagi")
    assert in_cart() == {variant: (5, 45_000)}
    client.post(f"/keranjang/{variant}/nanti")
    client.post(f"/pesanan/{code}/pesan-lagi")
    assert in_cart() == {variant: (2, 45_000)}, "what was kept for later comes as it was ordered"


def test_what_is_different_is_named_line_by_line_with_something_in_its_place(app: Flask, client: FlaskClient) -> None:
    siti, joko = sellers.shop(trusted=True), sellers.shop(trusted=True, name="Anyaman Joko", phone="081299990000")
    dear, few, none, off = (catalog.basket(name=f"Tampah {name}", of=siti) for name in ("Satu", "Dua", "Tiga", "Empat"))
    far = catalog.basket(name="Tikar Jauh", of=joko)
    catalog.basket(name="Bakul Pengganti", of=siti)
    for variant in (dear, few, none, off, far):
        put(client, variant, jumlah="3" if variant == few else "1")
    buy(client)
    code = only_code()
    reprice(dear, 50_000)
    services.put(few, 5, by=(other := orders.guest()))
    services.buy(orders.checkout(queries.cart(other).total.amount), by=other)
    emptied = orders.guest()
    services.put(none, 9, by=emptied)
    services.buy(orders.checkout(queries.cart(emptied).total.amount), by=emptied)
    taken_off(off)
    away(joko.id)

    done = client.post(f"/pesanan/{code}/pesan-lagi")
    assert (done.status_code, done.location) == (303, f"/pesanan/{code}/pesan-lagi")
    assert in_cart() == {dear: (1, 50_000), few: (2, 45_000)}
    page = client.get(done.location).text
    for said in (
        "Harga berubah dari Rp\u00a045.000 menjadi Rp\u00a050.000.",
        "Hanya 2 dari 3 yang masih bisa dibeli.",
        "Habis.",
        "Tidak dijual lagi.",
        "Toko ini sedang tidak berjualan.",
    ):
        assert said in page, said
    assert page.count('data-uji="beda"') == 5
    assert "Bakul Pengganti" in page
    assert client.get("/beli").status_code == 200, "the new price was named, so nothing waits for a word"


def test_a_sold_out_order_puts_nothing_in_and_proposes(app: Flask, client: FlaskClient) -> None:
    variant = catalog.basket(name="Tampah Habis")
    put(client, variant)
    buy(client)
    code = only_code()
    rest = orders.guest()
    services.put(variant, 9, by=rest)
    services.buy(orders.checkout(queries.cart(rest).total.amount), by=rest)
    page = client.get(client.post(f"/pesanan/{code}/pesan-lagi").location).text
    assert in_cart() == {}
    assert "Tidak ada yang bisa dibeli" in page
    assert 'href="/cari?q=Tampah+Habis"' in page, "without anything alike the search is one step away"


def test_nobody_else_may_buy_an_order_again(app: Flask, client: FlaskClient) -> None:
    put(client, catalog.basket())
    buy(client)
    code = only_code()
    stranger = app.test_client()
    stranger.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
    assert stranger.post(f"/pesanan/{code}/pesan-lagi").status_code == 404
    assert stranger.get(f"/pesanan/{code}/pesan-lagi").status_code == 404
    assert in_cart() == {}


def test_the_mailed_link_is_enough(app: Flask) -> None:
    rina, friend = orders.guest(), orders.guest()
    variant = catalog.basket()
    code = orders.ordered(rina, variant).code
    token = queries.page_token(queries.own_order(code, rina).id)
    with pytest.raises(NotFound):
        services.buy_again(code, by=friend)
    services.buy_again(code, by=friend, token=token)
    assert [item.variant_id for group in queries.cart(friend).groups for item in group.items] == [variant]


def test_a_full_cart_takes_all_or_nothing(app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second, third = orders.two_shops()
    put(client, first)
    put(client, second)
    buy(client)
    put(client, third)
    monkeypatch.setitem(app.extensions["jkp"].settings.extra, "CART_LINES", 2)
    refused = client.post(f"/pesanan/{only_code()}/pesan-lagi")
    assert refused.status_code == 409
    assert "Keranjang penuh" in refused.text
    assert in_cart() == {third: (1, 45_000)}
