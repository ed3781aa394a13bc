"""Another way to pay while a payment is open: that one is ended first, and what still comes by it is paid back."""

import re
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace.kernel import crash
from marketplace.kernel.access import Actor
from marketplace.kernel.errors import Conflict, Invalid, NotFound
from marketplace.kernel.outbox import relay
from marketplace.kernel.slots import verifiers
from marketplace.orders import queries, services
from marketplace.orders.forms import PayAgainIn
from marketplace.orders.services import paying_again
from marketplace.payments import queries as payments
from marketplace.payments import services as payment_services
from marketplace.payments.models import SandboxState
from marketplace.testing.plugin import Live, TestClock
from tests.factories import catalog, orders
from tests.orders.pages import buy, hidden, put
from tests.orders.paying import charge_of, paid_standing, shelf
from tests.orders.test_hours import NOON, transferred
from tests.orders.test_life_races import killed
from tests.payments.gateways import configure, connect_midtrans
from tests.standins.midtrans import Midtrans


@pytest.fixture(autouse=True)
def transfers(request: pytest.FixtureRequest, clock: TestClock, monkeypatch: pytest.MonkeyPatch) -> None:
    request.getfixturevalue("live" if "live" in request.fixturenames else "app")
    clock.set(NOON)
    configure(monkeypatch, BANK_ACCOUNT="BCA 1234567890 a/n Koperasi Jaya")


def whole() -> list[str]:
    return [said for check in verifiers for said in check()]


def other(code: str, by: Actor, gateway: str, instead: UUID, key: str = "cara-lain") -> services.Placed:
    return services.pay_again(code, PayAgainIn(gateway=gateway, ganti=instead, kunci=key), by=by)


def standing_of(charge_id: UUID) -> tuple[str, int]:
    found = payments.charge(charge_id)
    return found.state, found.refunded.amount


def test_the_open_payment_is_ended_and_the_other_one_takes_its_place(app: Flask) -> None:
    variant, rina = catalog.basket(), orders.guest()
    code = orders.ordered(rina, variant).code
    first = charge_of(code, rina)
    again = other(code, rina, "transfer", first.id)
    assert again.charge.gateway == "transfer"
    assert charge_of(code, rina).id == again.charge.id
    assert standing_of(first.id) == ("closed", 0)
    assert first.pay_path is not None
    payment_services.decide(first.pay_path.rpartition("/")[2], SandboxState.PAID)
    relay()
    assert standing_of(first.id) == ("closed", 0), "it was ended there, so that nobody can pay it"
    assert shelf(variant) == (10, 1), "the goods were never let go"
    transferred("27/11/2026", again.charge.asked.amount if again.charge.asked else 0)
    relay()
    assert queries.own_order(code, rina).state == "paid"
    assert (shelf(variant), whole()) == ((9, 0), [])


def test_who_changes_the_way_again_and_again_is_asked_to_keep_to_one(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paying_again, "MOST_WAYS", 3)
    rina = orders.guest()
    code = orders.ordered(rina, catalog.basket()).code
    for number, gateway in enumerate(("transfer", "sandbox")):
        other(code, rina, gateway, charge_of(code, rina).id, key=f"cara-{number}")
    last = charge_of(code, rina)
    with pytest.raises(Conflict) as refused:
        other(code, rina, "transfer", last.id, key="cara-terakhir")
    assert (refused.value.code, charge_of(code, rina).id, standing_of(last.id)) == (
        "too_many_ways",
        last.id,
        ("opened", 0),
    )


@pytest.mark.parametrize("late_first", [True, False])
def test_money_that_comes_by_the_ended_one_all_the_same_is_a_second_payment(app: Flask, late_first: bool) -> None:
    """Whichever comes first pays the order, the other goes back whole by itself (R6.5)."""
    variant, rina = catalog.basket(), orders.guest()
    code = orders.ordered(rina, variant, gateway="transfer").code
    first = charge_of(code, rina)
    second = other(code, rina, "sandbox", first.id).charge
    relay()
    acts = [lambda: transferred("27/11/2026", asked_of(first)), lambda: paid_there(second.id)]
    if not late_first:
        acts.reverse()
    for act in acts:
        act()
        relay()
    paid, back = (first, second) if late_first else (second, first)
    assert standing_of(paid.id) == ("settled", 0)
    assert payments.charge(back.id).state == "surplus"
    assert queries.own_order(code, rina).state == "paid"
    assert shelf(variant) == (9, 0)
    # What came by transfer a person has to send back, and verify says so until they did.
    assert [said for said in whole() if "by hand" not in said] == []
    assert len(whole()) == (0 if late_first else 1)


def paid_there(charge_id: UUID) -> None:
    """Let the buyer pay on the sandbox's page."""
    path = payments.charge(charge_id).pay_path
    assert path is not None
    payment_services.decide(path.rpartition("/")[2], SandboxState.PAID)


def asked_of(charge: payments.Charge) -> int:
    return charge.asked.amount if charge.asked is not None else charge.amount.amount


def test_who_paid_in_the_last_moment_reads_that_it_is_paid(app: Flask) -> None:
    """The gateway says so as it is asked to end the payment: nothing is opened, and the order goes its way."""
    variant, rina = catalog.basket(), orders.guest()
    code = orders.ordered(rina, variant).code
    first = charge_of(code, rina)
    assert first.pay_path is not None
    payment_services.decide(first.pay_path.rpartition("/")[2], SandboxState.PAID)
    with pytest.raises(Conflict) as refused:
        other(code, rina, "transfer", first.id)
    assert refused.value.code == "paid"
    assert queries.own_order(code, rina).state == "paid"
    relay()
    assert (shelf(variant), whole()) == ((9, 0), [])


def test_a_form_that_comes_twice_or_late_ends_nothing_new(app: Flask) -> None:
    variant, rina = catalog.basket(), orders.guest()
    code = orders.ordered(rina, variant).code
    first = charge_of(code, rina).id
    second = other(code, rina, "transfer", first).charge
    again = other(code, rina, "transfer", first)
    assert (again.charge.id, again.replayed) == (second.id, True)
    third = other(code, rina, "sandbox", second.id, key="kunci-ketiga").charge
    assert other(code, rina, "transfer", first).charge.id == second.id, "the first answer, and nothing ended"
    late = other(code, rina, "transfer", first, key="jendela-lama").charge
    assert late.id == third.id, "a window of before finds the payment that is open now"
    assert standing_of(third.id) == ("opened", 0)


def test_a_way_that_cannot_be_taken_leaves_the_open_one_as_it_is(app: Flask) -> None:
    rina = orders.guest()
    code = orders.ordered(rina, catalog.basket()).code
    first = charge_of(code, rina).id
    for gateway in ("cod", "emas"):
        with pytest.raises(Invalid) as refused:
            other(code, rina, gateway, first)
        assert list(refused.value.fields) == ["gateway"]
    assert standing_of(first) == ("opened", 0)


def test_nobody_else_ends_a_payment(app: Flask) -> None:
    rina = orders.guest()
    code = orders.ordered(rina, catalog.basket()).code
    first = charge_of(code, rina).id
    with pytest.raises(NotFound):
        other(code, orders.guest(), "transfer", first)
    assert standing_of(first) == ("opened", 0)


def test_while_the_gateway_is_away_nothing_changes_and_that_is_said(
    app: Flask, midtrans_standin: Midtrans, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect_midtrans(monkeypatch, midtrans_standin)
    variant, rina = catalog.basket(), orders.guest()
    code = orders.ordered(rina, variant, gateway="midtrans_qris").code
    first = charge_of(code, rina).id
    configure(monkeypatch, MIDTRANS_API_BASE="http://127.0.0.1:9")
    with pytest.raises(Conflict) as refused:
        other(code, rina, "transfer", first)
    assert refused.value.code == "gateway_away"
    assert standing_of(first) == ("opened", 0)
    connect_midtrans(monkeypatch, midtrans_standin)
    assert other(code, rina, "transfer", first, key="lagi").charge.gateway == "transfer"
    assert standing_of(first) == ("closed", 0)
    assert (shelf(variant), whole()) == ((10, 1), [])


@pytest.mark.parametrize("when", ["before", "after"])
def test_who_dies_on_the_way_finds_one_payment_when_they_press_again(live: Live, when: str) -> None:
    """Ended at the gateway and not here, or here and not told: the same form again comes to the same one payment."""
    point = f"orders.services.checkout.renew:{when}"
    assert point in crash.names()
    variant, rina = catalog.basket(), orders.guest()
    code = orders.ordered(rina, variant).code
    first = charge_of(code, rina).id
    assert killed(point, lambda: other(code, rina, "transfer", first))
    assert standing_of(first)[0] == ("opened" if when == "before" else "closed")
    again = other(code, rina, "transfer", first)
    assert (again.charge.state, again.charge.gateway) == ("opened", "transfer")
    assert standing_of(first) == ("closed", 0)
    assert (shelf(variant), whole()) == ((10, 1), [])


def test_the_page_offers_the_other_ways_and_says_what_becomes_of_the_open_one(app: Flask, client: FlaskClient) -> None:
    put(client, catalog.basket())
    address = buy(client).location
    page = client.get(address).text
    assert "Pilih cara lain" in page
    asking = client.get(f"{address}?cara=lain")
    assert "Jangan dibayar lagi" in asking.text
    assert "delay:10s" not in asking.text, "nothing is reloaded under who is choosing"
    assert re.findall(r'name="gateway" value="(\w+)"', asking.text).count("sandbox") == 0
    sent = {"gateway": "transfer", "kunci": hidden(asking, "kunci"), "ganti": hidden(asking, "ganti")}
    wrong = client.post(address, data={**sent, "gateway": "cod"})
    assert wrong.status_code == 422
    assert 'value="transfer"' in wrong.text
    done = client.post(address, data=sent)
    assert done.status_code == 303
    assert "1234567890" in client.get(done.location).text


def test_money_before_the_choice_is_not_asked_for_twice(app: Flask, client: FlaskClient) -> None:
    put(client, catalog.basket())
    address = buy(client).location
    asking = client.get(f"{address}?cara=lain")
    sent = {"gateway": "transfer", "kunci": hidden(asking, "kunci"), "ganti": hidden(asking, "ganti")}
    charge = payments.charge(UUID(sent["ganti"]))
    payment_services.record(charge.id, paid_standing(charge))
    relay()
    answer = client.post(address, data=sent)
    assert answer.status_code == 409
    assert "Pembayaran diterima" in answer.text
