"""What was ordered as a guest joins an account only after its e-mail address is proved (R14.6)."""

from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from marketplace.accounts import queries as accounts
from marketplace.accounts import services as people
from marketplace.accounts.events import CodeAsked, ProofAsked
from marketplace.kernel import ids
from marketplace.kernel.access import SYSTEM, Actor
from marketplace.kernel.db import session
from marketplace.kernel.outbox import relay
from marketplace.orders import services
from marketplace.orders.models import Order
from marketplace.testing.plugin import Outbox
from tests.factories import catalog, orders
from tests.factories.accounts import PASSWORD, as_actor, person

ADDRESS = "rina@contoh.example"
STREET = "Jalan Percetakan Negara 12"
COOKIE = "kue-tamu"
GUEST = Actor(kind="guest", guest_key=ids.token_hash(COOKIE))


def owner_of(code: str) -> UUID | None:
    return session.scalars(select(Order.person_id).where(Order.code == code)).one()


def joined(email: str = ADDRESS) -> UUID:
    """Return a person whose address nobody has proved yet."""
    found = people.register(name="Rina Kusuma", email=email, password=PASSWORD, by=SYSTEM)
    assert found is not None
    return found


def sign_in(browser: FlaskClient, email: str) -> None:
    assert browser.post("/masuk", data={"reachable": email, "password": PASSWORD}).status_code == 303


@pytest.fixture
def here(client: FlaskClient) -> FlaskClient:
    """Give the browser of the guest."""
    client.set_cookie("tamu", COOKIE)
    return client


@pytest.mark.parametrize("email", [ADDRESS, "lain@contoh.example"])
def test_coming_in_with_an_unproved_address_brings_the_cart_and_no_order(
    here: FlaskClient, outbox: Outbox, email: str
) -> None:
    code = orders.ordered(GUEST, catalog.basket(), email=ADDRESS).code
    services.put(catalog.basket(name="Bakul Nasi"), 1, by=GUEST)
    joined(email)
    sign_in(here, email)
    relay()
    assert owner_of(code) is None
    assert here.get(f"/pesanan/{code}").status_code == here.get(f"/bayar/{code}").status_code == 404
    mine = here.get("/pesanan").text
    assert "setelah alamat itu dikonfirmasi" in mine
    assert "Bakul Nasi" in here.get("/keranjang").text
    here.post("/keluar")
    assert STREET in here.get(f"/pesanan/{code}").text, "the browser of the order still opens it"
    assert owner_of(code) is None


def test_what_was_ordered_with_an_address_joins_who_proves_it_and_nobody_else(app: Flask, outbox: Outbox) -> None:
    basket = catalog.basket()
    mine = [orders.ordered(orders.guest(), basket, email=told).code for told in (ADDRESS, "Rina@Contoh.example")]
    others = [orders.ordered(orders.guest(), basket, email=told).code for told in (None, "lain@contoh.example")]
    rina = joined()
    joined("ani@contoh.example")
    link = accounts.proof_address(outbox.named(ProofAsked)[0]["link_id"])["address"]
    people.prove_email(link.partition("token=")[2])
    relay()
    assert [owner_of(code) for code in mine] == [rina, rina]
    assert [owner_of(code) for code in others] == [None, None]


def test_a_mailed_code_proves_the_address_too(app: Flask, outbox: Outbox) -> None:
    code = orders.ordered(orders.guest(), catalog.basket(), email=ADDRESS).code
    rina = joined()
    letter = people.ask_code(ADDRESS, address="203.0.113.7")
    assert outbox.named(CodeAsked)
    people.sign_in_by_code(letter, accounts.code_of(letter), address="203.0.113.7", by=orders.guest())
    relay()
    assert owner_of(code) == rina


def test_a_proved_person_finds_what_this_browser_ordered_with_their_address(here: FlaskClient) -> None:
    basket = catalog.basket()
    mine = orders.ordered(GUEST, basket, email=ADDRESS).code
    before = orders.ordered(GUEST, basket, email="lain@contoh.example").code
    elsewhere = orders.ordered(orders.guest(), basket, email=ADDRESS).code
    rina = person("Rina Kusuma", email=ADDRESS)
    sign_in(here, ADDRESS)
    assert [owner_of(code) for code in (mine, before, elsewhere)] == [rina, None, None]
    page = here.get("/pesanan").text
    assert f"/pesanan/{mine}" in page
    assert "dikonfirmasi" not in page


def test_an_order_of_a_person_never_changes_hands(app: Flask) -> None:
    siti, rina = person(email="siti@contoh.example"), person(email=ADDRESS)
    code = orders.ordered(as_actor(siti), catalog.basket(), email=ADDRESS).code
    services.join(rina)
    assert owner_of(code) == siti
