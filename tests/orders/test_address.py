"""Who fetches everything is asked for no address; who has anything brought has to give one."""

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from marketplace.kernel.access import Actor
from marketplace.kernel.db import session
from marketplace.kernel.errors import Conflict, Invalid
from marketplace.orders import queries, services
from marketplace.orders.models import Order
from tests.factories import catalog, orders, sellers
from tests.factories.accounts import as_actor, person, signed_in
from tests.orders.pages import bring, filled_in, put

NO_ADDRESS: dict[str, Any] = {"kelurahan": None, "alamat": None}


def without_address(page: TestResponse, **changes: str) -> dict[str, str]:
    form = filled_in(page, **changes)
    return {name: value for name, value in form.items() if name not in NO_ADDRESS or name in changes}


def asked(page: TestResponse) -> set[str]:
    return set(re.findall(r'name="(nama|whatsapp|kelurahan|alamat|email)"', page.text))


def only_order() -> Order:
    return session.scalars(select(Order)).one()


def fetched(by: Actor) -> str:
    """Order a basket that is fetched, without an address, and pay it; return the code."""
    total = orders.filled(by, catalog.basket())
    code = services.buy(orders.checkout(total, **NO_ADDRESS), by=by).code
    orders.decided(code, by)
    return code


def test_who_fetches_everything_gives_name_and_number_only(app: Flask, client: FlaskClient) -> None:
    put(client, catalog.basket())
    page = client.get("/beli")
    assert asked(page) == {"nama", "whatsapp", "email"}

    placed = client.post("/beli", data=without_address(page))

    assert placed.status_code == 303
    order = only_order()
    assert (order.recipient, order.address, order.kelurahan_code, order.kota) == ("Rina Kusuma", "", "", "")
    own = client.get(f"/pesanan/{order.code}")
    assert own.status_code == 200
    assert "Rina Kusuma" in own.text
    assert ">Alamat<" not in own.text


def test_one_part_that_is_brought_needs_an_address(app: Flask, client: FlaskClient) -> None:
    first, _second, third = orders.two_shops()
    put(client, first)
    put(client, third)
    bring(client)
    page = client.get("/beli")
    assert asked(page) == {"nama", "whatsapp", "kelurahan", "alamat", "email"}

    refused = client.post("/beli", data=without_address(page, nama="", whatsapp="1"))

    assert refused.status_code == 422
    named = re.findall(r'<li><a href="#f-(\w+)">', refused.text)
    assert named == ["nama", "whatsapp", "kelurahan", "alamat"], "all in one round, in the order of the fields"
    lacking = client.post("/beli", data=without_address(page))
    assert lacking.status_code == 422
    assert re.findall(r'<li><a href="#f-(\w+)">', lacking.text) == ["kelurahan", "alamat"]
    assert session.scalars(select(Order)).all() == []
    assert client.post("/beli", data=filled_in(page)).status_code == 303


@pytest.mark.parametrize("lacking", ["kelurahan", "alamat"])
def test_the_service_asks_too(app: Flask, lacking: str) -> None:
    rina, shop = orders.guest(), sellers.shop(trusted=True)
    orders.filled(rina, catalog.basket(of=shop))
    services.choose_delivery(shop.id, queries.Wish("own"), by=rina)
    form = orders.checkout(queries.cart(rina).total.amount, **{lacking: None})
    with pytest.raises(Invalid) as refused:
        services.buy(form, by=rina)
    assert list(refused.value.fields) == [lacking]
    assert len(queries.cart(rina).groups) == 1, "the cart is as it was"


def test_a_shop_that_is_left_out_needs_no_address(app: Flask) -> None:
    rina = orders.guest()
    first, _second, third = orders.two_shops()
    orders.filled(rina, first, third)
    brings, _other = (group.seller.id for group in queries.cart(rina).groups)
    services.choose_delivery(brings, queries.Wish("own"), by=rina)
    form = orders.checkout(45_000, tanpa=[brings], **NO_ADDRESS)
    assert services.buy(form, by=rina).code


def test_who_changes_the_cart_elsewhere_hears_of_the_total_first(app: Flask) -> None:
    rina, shop = orders.guest(), sellers.shop(trusted=True)
    total = orders.filled(rina, catalog.basket(of=shop))
    services.choose_delivery(shop.id, queries.Wish("own"), by=rina)
    with pytest.raises(Conflict) as refused:
        services.buy(orders.checkout(total, **NO_ADDRESS), by=rina)
    assert refused.value.code == "total_changed"


def test_an_order_without_address_goes_its_whole_way(app: Flask, client: FlaskClient) -> None:
    owner = person("Siti Rahmawati")
    shop = sellers.shop(trusted=True, owner_id=owner)
    rina = orders.guest()
    total = orders.filled(rina, catalog.basket(of=shop))
    code = services.buy(orders.checkout(total, **NO_ADDRESS), by=rina).code
    orders.decided(code, rina)
    signed_in(client, owner)
    assert re.search(r">Rina Kusuma</td>", client.get("/lapak/pesanan").text), "no comma with nothing behind it"
    assert client.get(f"/lapak/pesanan/{code}-1").status_code == 200
    assert queries.looked_up(code, "7890") is not None


def test_the_address_of_an_earlier_order_is_offered_again(app: Flask, client: FlaskClient) -> None:
    rina = person("Rina Kusuma")
    actor = as_actor(rina)
    orders.ordered(actor, catalog.basket(), alamat="Jalan Mawar 7")
    fetched(actor)
    signed_in(client, rina)
    put(client, catalog.basket())
    assert "Jalan Mawar 7" not in client.get("/beli").text, "nothing is brought"
    bring(client)
    page = client.get("/beli").text
    assert "Jalan Mawar 7" in page
    assert 'value="Johar Baru, Johar Baru, Jakarta Pusat"' in page
