"""Ways to pay that take a day: goods are held as long, the page says until when, late money is a fact (R4.4, R4.5)."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace.kernel.access import SYSTEM
from marketplace.kernel.errors import Conflict
from marketplace.kernel.outbox import relay
from marketplace.kernel.slots import reapers, verifiers
from marketplace.orders import queries, services
from marketplace.payments import queries as payments
from marketplace.payments import services as payment_services
from marketplace.payments import sheet
from marketplace.testing.plugin import TestClock
from tests.factories import catalog, orders
from tests.orders.pages import buy, put
from tests.orders.paying import charge_of, shelf
from tests.payments.gateways import configure

NOON = "2026-11-27T12:00:00+07:00"


@pytest.fixture(autouse=True)
def transfers(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    configure(monkeypatch, BANK_ACCOUNT="BCA 1234567890 a/n Koperasi Jaya")


def reap() -> None:
    for each in reapers:
        each()
    relay()


def transferred(day: str, amount: int) -> None:
    """Let the bank's statement say that a transfer came."""
    content = f"tanggal;keterangan;masuk;keluar;saldo\n{day};TRSF RINA;{amount};;{1_000_000 + amount}\n".encode()
    payment_services.import_statement("mutasi.csv", content, sheet.read(content, "BCA 1234567890"), by=SYSTEM)
    relay()


def test_a_transfer_holds_its_goods_for_a_day_and_the_page_says_until_when(
    app: Flask, client: FlaskClient, clock: TestClock
) -> None:
    clock.set(NOON)
    basket = catalog.basket()
    put(client, basket)
    page = client.get(buy(client, gateway="transfer").location)
    assert "Menunggu pembayaran sampai 28 Nov 2026 pukul 12.00" in page.text.replace("\xa0", " ")
    assert "1234567890" in page.text
    clock.set("2026-11-28T11:59:59+07:00")
    reap()
    assert shelf(basket) == (10, 1), "who was promised a day has it"
    clock.set("2026-11-28T12:00:00+07:00")
    reap()
    assert shelf(basket) == (10, 0)
    assert [said for check in verifiers for said in check()] == []


def test_an_hour_is_an_hour_beside_it(app: Flask, clock: TestClock) -> None:
    clock.set(NOON)
    basket, rina = catalog.basket(), orders.guest()
    orders.ordered(rina, basket)
    clock.set("2026-11-27T13:00:00+07:00")
    reap()
    assert shelf(basket) == (10, 0)


def test_a_transfer_that_comes_after_its_day_takes_its_goods_again(app: Flask, clock: TestClock) -> None:
    clock.set(NOON)
    basket, rina = catalog.basket(), orders.guest()
    code = orders.ordered(rina, basket, gateway="transfer").code
    asked = charge_of(code, rina).asked
    assert asked is not None
    clock.set("2026-11-29T09:00:00+07:00")
    reap()
    assert shelf(basket) == (10, 0)
    transferred("28/11/2026", asked.amount)
    assert (queries.own_order(code, rina).state, shelf(basket)) == ("paid", (9, 0))
    assert [said for check in verifiers for said in check()] == []


def test_a_late_transfer_for_goods_that_are_gone_goes_back_by_hand(app: Flask, clock: TestClock) -> None:
    clock.set(NOON)
    basket, rina, quicker = catalog.basket(), orders.guest(), orders.guest()
    code = orders.ordered(rina, basket, gateway="transfer").code
    asked = charge_of(code, rina).asked
    assert asked is not None
    clock.set("2026-11-29T09:00:00+07:00")
    reap()
    services.put(basket, 10, by=quicker)
    orders.decided(services.buy(orders.checkout(queries.cart(quicker).total.amount), by=quicker).code, quicker)
    transferred("28/11/2026", asked.amount)
    order = queries.own_order(code, rina)
    assert (order.state, order.cause) == ("cancelled", "goods_gone")
    (refund,) = payments.refunds_of(charge_of(code, rina).id)
    assert refund.state == "by_hand"


def test_transfers_that_hold_goods_all_day_count_among_the_unpaid(app: Flask, clock: TestClock) -> None:
    """R9.7: a day later they hold still; five of them are enough."""
    clock.set(NOON)
    basket, rina = catalog.basket(), orders.guest()
    for _one in range(5):
        orders.ordered(rina, basket, gateway="transfer")
    clock.set("2026-11-28T11:00:00+07:00")
    with pytest.raises(Conflict) as refused:
        orders.ordered(rina, basket)
    assert refused.value.code == "too_many_unpaid"
    clock.set("2026-11-28T12:00:01+07:00")
    reap()
    assert re.fullmatch(r"[0-9A-Z]{8}", orders.ordered(rina, basket).code)
