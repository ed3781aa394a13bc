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
from marketplace.kernel.errors import Conflict
from marketplace.kernel.outbox import relay
from marketplace.orders import queries, services
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


def strangers_orders(rina: UUID, count: int = 5) -> list[str]:
    """Let a stranger order with the address of a person, who then proves it; return the codes."""
    stranger, variant = orders.guest(), catalog.basket(name="Bakul Nasi", stock=100)
    typed = {"email": ADDRESS, "nama": "Orang Lain", "whatsapp": "081299998888", "alamat": "Jalan Orang Lain 1"}
    codes = [orders.ordered(stranger, variant, **typed).code for _order in range(count)]
    services.join(rina)
    assert {owner_of(code) for code in codes} == {rina}
    return codes


def test_what_a_stranger_ordered_with_an_address_does_not_shut_its_owner_out(app: Flask) -> None:
    rina = person(email=ADDRESS)
    strangers_orders(rina)
    variant = catalog.basket(stock=100)
    mine = [orders.ordered(as_actor(rina), variant).code for _order in range(5)]
    with pytest.raises(Conflict) as refused:
        orders.ordered(as_actor(rina), variant)
    assert refused.value.facts["codes"] == [f"JKP-{code[:4]}-{code[4:]}" for code in mine]


def test_an_account_holds_no_more_by_ordering_as_a_guest_first(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.extensions["jkp"].settings.extra, "UNPAID_ORDERS_CONTACT", 6)
    rina = person(email=ADDRESS)
    strangers_orders(rina)
    orders.ordered(as_actor(rina), catalog.basket())
    with pytest.raises(Conflict) as refused:
        orders.ordered(as_actor(rina), catalog.basket())
    assert (refused.value.code, refused.value.facts) == ("too_many_unpaid", {})


@pytest.mark.parametrize("brought", [True, False])
def test_what_a_stranger_typed_is_not_offered_to_the_owner_of_the_address(app: Flask, brought: bool) -> None:
    rina = person(email=ADDRESS)
    mine = orders.ordered(as_actor(rina), catalog.basket(), alamat=STREET).code
    strangers_orders(rina)
    found = queries.contact_of_last(as_actor(rina), brought=brought)
    assert found is not None
    assert (found.name, found.address) == ("Rina Kusuma", STREET)
    assert owner_of(mine) == rina
    ani = person(email="ani@contoh.example")
    assert queries.contact_of_last(as_actor(ani), brought=brought) is None


def test_unpaid_orders_of_a_stranger_do_not_keep_an_account(app: Flask) -> None:
    rina = person(email=ADDRESS)
    codes = strangers_orders(rina, 2)
    assert queries.unfinished_of(rina) == ()

    services.erase_person(rina)

    kept = session.execute(select(Order.person_id, Order.email, Order.recipient, Order.address)).all()
    assert [tuple(row) for row in kept] == [(None, None, "Orang Lain", "Jalan Orang Lain 1")] * len(codes)


def test_joined_orders_that_are_paid_keep_the_account_until_they_are_there(app: Flask) -> None:
    rina = person(email=ADDRESS)
    (code,) = strangers_orders(rina, 1)
    orders.decided(code, as_actor(rina))
    with pytest.raises(Conflict) as refused:
        services.erase_person(rina)
    assert refused.value.code == "open_orders"
    assert owner_of(code) == rina
