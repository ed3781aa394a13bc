"""Nobody holds the shelves without paying: limits for a buyer, a contact and an address, with a way on (R9.7)."""

from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from marketplace.catalog.models import Stock
from marketplace.kernel.access import Actor
from marketplace.kernel.db import session
from marketplace.kernel.errors import Conflict, TooMany
from marketplace.orders import queries, services
from marketplace.orders.forms import PayAgainIn
from marketplace.orders.models import Order
from marketplace.orders.queries.orders import page_token
from marketplace.payments.models import SandboxState
from marketplace.testing.plugin import TestClock
from tests.factories import catalog, orders
from tests.factories.accounts import as_actor, person
from tests.orders.pages import filled_in, put


def limit(app: Flask, monkeypatch: pytest.MonkeyPatch, name: str, most: int) -> None:
    monkeypatch.setitem(app.extensions["jkp"].settings.extra, name, most)


def held(variant: UUID) -> int:
    return session.scalar(select(Stock.reserved).where(Stock.variant_id == variant)) or 0


def refused(by: Actor, variant: UUID, **changes: object) -> Conflict:
    with pytest.raises(Conflict) as answer:
        orders.ordered(by, variant, **changes)
    return answer.value


@pytest.mark.parametrize("signed", [True, False])
def test_a_buyer_has_so_many_unpaid_orders_and_is_told_which(app: Flask, signed: bool) -> None:
    """Guard (R26.3): the unpaid orders of one buyer."""
    variant = catalog.basket(stock=60)
    rina = as_actor(person()) if signed else orders.guest()
    codes = [orders.ordered(rina, variant).code for _order in range(5)]

    answer = refused(rina, variant)

    assert answer.code == "too_many_unpaid"
    assert sorted(answer.facts["codes"]) == sorted(f"JKP-{code[:4]}-{code[4:]}" for code in codes)  # type: ignore[call-overload]
    assert (held(variant), session.scalar(select(func.count()).select_from(Order))) == (5, 5)
    assert queries.cart(rina).groups, "nothing of the cart is lost"

    orders.decided(codes[0], rina)
    orders.ordered(rina, variant)
    services.cancel(codes[1], by=rina)
    orders.ordered(rina, variant)
    assert refused(rina, variant).code == "too_many_unpaid"


def test_only_what_holds_goods_counts(app: Flask) -> None:
    variant, rina = catalog.basket(stock=60), orders.guest()
    lapsed = [orders.ordered(rina, variant).code for _order in range(5)]
    for code in lapsed:
        orders.decided(code, rina, SandboxState.FAILED)
    for _order in range(5):
        orders.ordered(rina, variant)

    with pytest.raises(Conflict) as answer:
        services.pay_again(lapsed[0], PayAgainIn(gateway="sandbox", kunci="kunci-lagi"), by=rina)

    assert answer.value.code == "too_many_unpaid"
    assert held(variant) == 5


@pytest.mark.parametrize("changes", [{}, {"whatsapp": "", "email": "rina@contoh.example"}])
def test_who_comes_without_a_cookie_is_known_by_number_or_address(
    app: Flask, monkeypatch: pytest.MonkeyPatch, changes: dict[str, str]
) -> None:
    """Each time another guest; with an e-mail address, each time another number."""
    limit(app, monkeypatch, "UNPAID_ORDERS_CONTACT", 3)
    variant = catalog.basket(stock=60)

    def contact(number: int) -> dict[str, str]:
        return {**changes, "whatsapp": f"08123456{number:04}"} if changes else {}

    for number in range(3):
        orders.ordered(orders.guest(), variant, **contact(number))

    assert refused(orders.guest(), variant, **contact(4)).code == "too_many_unpaid"
    assert held(variant) == 3
    orders.ordered(as_actor(person()), variant, **contact(5))
    orders.ordered(orders.guest(), variant, whatsapp="081299998888")


def test_what_accounts_order_shuts_no_guest_with_their_number_out(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    limit(app, monkeypatch, "UNPAID_ORDERS_CONTACT", 1)
    variant = catalog.basket(stock=60)
    orders.ordered(as_actor(person()), variant)
    orders.ordered(orders.guest(), variant)
    assert refused(orders.guest(), variant).code == "too_many_unpaid"


def test_an_address_of_the_wide_network_has_so_many_guest_orders_in_an_hour(
    app: Flask, monkeypatch: pytest.MonkeyPatch, clock: TestClock
) -> None:
    limit(app, monkeypatch, "GUEST_ORDERS_ADDRESS", 3)
    variant = catalog.basket(stock=60)

    def order(by: Actor, address: str) -> None:
        services.buy(orders.checkout(orders.filled(by, variant)), by=by, address=address)

    for _order in range(3):
        order(orders.guest(), "a")
    with pytest.raises(TooMany) as answer:
        order(orders.guest(), "a")
    assert answer.value.facts["retry_at"]
    assert held(variant) == 3, "what was refused holds nothing"
    order(orders.guest(), "b")
    order(as_actor(person()), "a")
    clock.set("2026-11-27T10:00:01+07:00")
    order(orders.guest(), "a")


@pytest.mark.parametrize(
    ("addresses", "limited"),
    [
        (["8.8.8.8"], True),
        (["2001:4860:4860::1", "2001:4860:4860::2"], True),
        (["127.0.0.1"], False),
        (["10.0.0.7"], False),
        (["nirkabel"], False),
    ],
)
def test_only_addresses_that_tell_of_somebody_are_limited(
    app: Flask, monkeypatch: pytest.MonkeyPatch, addresses: list[str], limited: bool
) -> None:
    limit(app, monkeypatch, "GUEST_ORDERS_ADDRESS", 1)
    variant, statuses = catalog.basket(stock=60), []
    for number in range(2):
        guest = app.test_client()
        guest.environ_base |= {"HTTP_SEC_FETCH_SITE": "same-origin", "REMOTE_ADDR": addresses[number % len(addresses)]}
        put(guest, variant)
        answer = guest.post("/beli", data=filled_in(guest.get("/beli")))
        statuses.append(answer.status_code)
    assert statuses == ([303, 429] if limited else [303, 303])
    if limited:
        assert "Coba lagi pukul" in answer.text
        assert "Rina Kusuma" in answer.text, "what was typed is kept"


def test_the_page_says_which_orders_wait(app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    limit(app, monkeypatch, "UNPAID_ORDERS", 1)
    variant = catalog.basket(stock=60)
    put(client, variant)
    client.post("/beli", data=filled_in(client.get("/beli")))
    code = session.scalars(select(Order.code)).one()
    put(client, variant)

    answer = client.post("/beli", data=filled_in(client.get("/beli")))

    assert answer.status_code == 409
    assert f"JKP-{code[:4]}-{code[4:]}" in answer.text
    assert "Bayar atau batalkan salah satu" in answer.text
    assert "Lihat pesanan Anda" in answer.text


@pytest.mark.parametrize("signed", [True, False])
def test_who_holds_the_link_to_one_order_reads_of_no_other(app: Flask, signed: bool) -> None:
    variant = catalog.basket(stock=60)
    rina = as_actor(person()) if signed else orders.guest()
    lapsed = orders.ordered(rina, variant).code
    orders.decided(lapsed, rina, SandboxState.FAILED)
    others = [orders.ordered(rina, variant).code for _order in range(5)]
    token = page_token(queries.own_order(lapsed, rina).id)

    def again(by: Actor, key: str) -> Conflict:
        with pytest.raises(Conflict) as answer:
            services.pay_again(lapsed, PayAgainIn(gateway="sandbox", kunci=key), by=by, token=token)
        return answer.value

    for stranger in (orders.guest(), as_actor(person())):
        answer = again(stranger, "kunci-orang-lain")
        assert (answer.code, answer.facts) == ("too_many_unpaid", {})
        assert not any(code[4:] in str(answer.said) for code in others)
    assert len(again(rina, "kunci-sendiri").facts["codes"]) == 5  # type: ignore[arg-type]
