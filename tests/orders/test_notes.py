"""A word of the buyer to each shop: typed in the cart, read by that shop alone, gone with the person."""

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from marketplace.accounts import services as people
from marketplace.kernel.access import Actor
from marketplace.kernel.db import session
from marketplace.orders import queries, services
from marketplace.orders.forms import RowIn
from marketplace.orders.models import CartLine, Order, Suborder
from marketplace.sellers.queries import sellers as shops
from tests.factories import orders, sellers
from tests.factories.accounts import PASSWORD, as_actor, person, signed_in
from tests.orders.pages import buy, cart_form, hidden, only_code, put
from tests.orders.test_looks import browser_of


def notes() -> list[str]:
    session.expire_all()
    return sorted(session.scalars(select(CartLine.note).order_by(CartLine.added_at)))


def test_each_shop_reads_its_own_note_and_no_other(app: Flask, client: FlaskClient) -> None:
    first, second, third = orders.two_shops()
    for variant in (first, second, third):
        put(client, variant)
    page = client.get("/keranjang")
    assert page.text.count("-catatan") > 0
    said = {"baris-0-catatan": "Tolong titip satpam", "baris-2-catatan": "Jangan pakai plastik"}
    assert client.post("/keranjang/lanjut", data=cart_form(page, **said)).status_code == 303
    assert notes() == ["Jangan pakai plastik", "Tolong titip satpam", "Tolong titip satpam"]
    assert "Tolong titip satpam" in client.get("/beli").text
    buy(client)
    code = only_code()
    orders.decided(code, Actor(kind="guest", guest_key=session.scalars(select(Order.guest_key)).one() or ""))
    assert "Tolong titip satpam" in client.get(f"/pesanan/{code}").text
    for number, mine, other in ((1, "satpam", "plastik"), (2, "plastik", "satpam")):
        shop = session.scalars(select(Suborder.seller_id).where(Suborder.number == number)).one()
        card = shops([shop])[shop]
        read = signed_in(browser_of(app), sellers.keeper(card)).get(f"/lapak/pesanan/{code}-{number}").text
        assert mine in read
        assert other not in read


def test_an_emptied_note_is_gone_and_one_not_sent_stays(app: Flask, client: FlaskClient) -> None:
    first, _second, _third = orders.two_shops()
    put(client, first)
    client.post("/keranjang/isi", data=cart_form(client.get("/keranjang"), **{"baris-0-catatan": "Pedas"}))
    client.post("/keranjang/isi", data=cart_form(client.get("/keranjang")))
    assert notes() == ["Pedas"]
    put(client, _second)
    assert notes() == ["Pedas", "Pedas"], "it is one note for the shop, whatever comes along"
    client.post("/keranjang/isi", data=cart_form(client.get("/keranjang"), **{"baris-0-catatan": ""}))
    assert notes() == ["", ""]


def test_a_note_too_long_is_refused_beside_its_field(app: Flask, client: FlaskClient) -> None:
    first, _second, _third = orders.two_shops()
    put(client, first)
    sent = cart_form(client.get("/keranjang"), **{"baris-0-catatan": "x" * 201})
    refused = client.post("/keranjang/isi", data=sent)
    assert refused.status_code == 422
    assert 'id="f-baris-0-catatan-galat"' in refused.text
    assert hidden(refused, "baris-0-catatan") == "x" * 201


def test_who_leaves_takes_the_notes_along(app: Flask) -> None:
    buyer = as_actor(person("Rania"))
    first, _second, third = orders.two_shops()
    services.put(first, 1, by=buyer)
    row = queries.cart(buyer).groups[0].items[0].variant_id
    services.save([RowIn.model_validate({"varian": row, "jumlah": 1, "catatan": "Untuk Bu Tuti"})], by=buyer)
    code = orders.ordered(buyer).code
    services.put(third, 1, by=buyer)
    held = people.export_own(by=buyer)
    assert held["notes_to_shops"] == [{"code": code, "note": "Untuk Bu Tuti"}]
    services.cancel(code, by=buyer)
    people.delete_account(PASSWORD, by=buyer, address="203.0.113.7")
    assert session.scalars(select(Suborder.note)).all() == [""]
