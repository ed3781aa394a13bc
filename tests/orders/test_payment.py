"""Money comes, comes late, or does not come; goods are consumed, let go or held again, each once."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace.kernel.access import Actor
from marketplace.kernel.errors import Conflict, Invalid, NotFound, TooMany
from marketplace.kernel.outbox import relay
from marketplace.orders import queries, services
from marketplace.orders.events import MoneyBack, OrderPaid, OrderQuestioned, PartMoved
from marketplace.orders.models import PartState
from marketplace.payments import queries as payments
from marketplace.payments import services as payment_services
from marketplace.payments.models import SandboxState
from marketplace.payments.slots import Outcome, Standing
from marketplace.testing.plugin import Outbox, TestClock
from tests.factories import catalog, orders, sellers
from tests.factories.accounts import PASSWORD, as_actor, person, signed_in
from tests.orders.paying import again, charge_of, paid_standing, shelf, whole


def test_a_payment_makes_the_goods_the_buyers_and_lets_the_sellers_begin(app: Flask, outbox: Outbox) -> None:
    first, _second, third = orders.two_shops()
    rina = orders.guest()

    code = orders.paid(rina, first, third)

    page = queries.own_order(code, rina)
    assert (page.state, [part.state for part in page.parts]) == ("paid", ["new", "new"])
    assert [shelf(variant) for variant in (first, third)] == [(9, 0), (9, 0)]
    assert [told["code"] for told in outbox.named(OrderPaid)] == [code]
    assert [told["state"] for told in outbox.named(PartMoved)] == ["new", "new"]
    assert whole() == []


def test_news_of_a_payment_repeated_in_any_order_settles_once(app: Flask, outbox: Outbox) -> None:
    """Guard (R26.3): an order that cannot be paid any more."""
    variant, rina = catalog.basket(), orders.guest()
    code = orders.paid(rina, variant)
    charge = charge_of(code, rina)

    for outcome in (Outcome.PAID, Outcome.EXPIRED, Outcome.PAID, Outcome.OPEN):
        standing = paid_standing(charge)
        payment_services.record(charge.id, Standing(**{**vars(standing), "outcome": outcome}))
        services.mark_paid(charge.reference)
        relay()

    assert shelf(variant) == (9, 0)
    assert len(outbox.named(OrderPaid)) == 1
    assert whole() == []


def test_a_failed_payment_lets_go_and_a_new_one_holds_again(app: Flask) -> None:
    variant, rina = catalog.basket(), orders.guest()
    code = orders.ordered(rina, variant).code
    orders.decided(code, rina, SandboxState.FAILED)
    assert shelf(variant) == (10, 0)
    assert queries.own_order(code, rina).state == "placed"

    again(code, rina)
    again(code, rina)

    assert shelf(variant) == (10, 1)
    orders.decided(code, rina)
    assert shelf(variant) == (9, 0)
    assert queries.own_order(code, rina).state == "paid"
    with pytest.raises(Conflict):
        again(code, rina, "kunci-ketiga")
    assert whole() == []


def test_a_new_payment_for_goods_that_are_gone_is_refused_with_what_is_left(app: Flask) -> None:
    variant, rina, quicker = catalog.basket(stock=1), orders.guest(), orders.guest()
    code = orders.ordered(rina, variant).code
    orders.decided(code, rina, SandboxState.EXPIRED)
    orders.paid(quicker, variant)
    with pytest.raises(Conflict) as refused:
        again(code, rina)
    assert refused.value.code == "sold_out"
    assert [line["left"] for line in refused.value.facts["short"]] == [0]
    assert charge_of(code, rina).state == "closed"


def test_late_news_of_the_first_charges_end_does_not_take_the_second_hold(app: Flask) -> None:
    """Guard (R26.3): another charge that can still be paid, when one ends."""
    variant, rina = catalog.basket(), orders.guest()
    code = orders.ordered(rina, variant).code
    reference = queries.own_order(code, rina).reference
    orders.decided(code, rina, SandboxState.FAILED)
    again(code, rina)

    services.let_go(reference, "failed")

    assert shelf(variant) == (10, 1)


def test_money_that_comes_late_takes_the_goods_if_they_are_there(app: Flask) -> None:
    variant, rina = catalog.basket(), orders.guest()
    code = orders.ordered(rina, variant).code
    orders.decided(code, rina, SandboxState.FAILED)

    late = charge_of(code, rina)
    orders.paid_after_all(late)
    payment_services.record(late.id, paid_standing(late))
    relay()

    assert queries.own_order(code, rina).state == "paid"
    assert shelf(variant) == (9, 0)
    assert whole() == []


def test_money_that_comes_too_late_goes_back_by_itself(app: Flask, outbox: Outbox) -> None:
    """Guard (R26.3): goods that are gone when money comes late."""
    variant, rina, quicker = catalog.basket(stock=1), orders.guest(), orders.guest()
    code = orders.ordered(rina, variant).code
    orders.decided(code, rina, SandboxState.FAILED)
    orders.paid(quicker, variant)

    late = charge_of(code, rina)
    orders.paid_after_all(late)
    payment_services.record(late.id, paid_standing(late))
    relay()

    page = queries.own_order(code, rina)
    assert (page.state, page.cause) == ("cancelled", "goods_gone")
    assert shelf(variant) == (0, 0)
    assert outbox.named(OrderQuestioned) == []
    assert [(told["cause"], told["amount_idr"]) for told in outbox.named(MoneyBack)] == [("goods_gone", 45_000)]
    assert [(one.state, one.amount.amount) for one in payments.refunds_of(late.id)] == [("succeeded", 45_000)]
    services.mark_paid(late.reference)
    relay()
    assert len(payments.refunds_of(late.id)) == 1, "old news pays nothing back twice"
    assert whole() == []


def test_a_wrong_amount_ships_nothing(app: Flask) -> None:
    variant, rina = catalog.basket(), orders.guest()
    code = orders.ordered(rina, variant).code
    charge = charge_of(code, rina)
    wrong = Standing(**{**vars(paid_standing(charge)), "currency": "USD"})

    payment_services.record(charge.id, wrong)
    relay()

    assert charge_of(code, rina).state == "review"
    assert queries.own_order(code, rina).state == "review"
    assert shelf(variant) == (10, 1)


def test_an_order_is_forgotten_with_its_person_but_not_its_sums(app: Flask) -> None:
    shop = sellers.shop(trusted=True)
    siti = as_actor(person())
    code = orders.paid(siti, catalog.basket(of=shop))
    assert siti.id is not None
    assert queries.export_person(siti.id)["orders"][0]["recipient"] == "Rina Kusuma"
    services.advance(f"{code}-1", PartState.READY, by=sellers.runs(shop))
    services.receive(code, 1, by=siti)
    services.erase_person(siti.id)
    page = queries.own_order(code, siti)
    assert (page.recipient, page.total.amount) == ("-", 45_000)


def test_an_account_with_orders_under_way_is_not_deleted(app: Flask, client: FlaskClient) -> None:
    """A seller would not know where to bring what is paid; the page names the orders and what to do."""
    siti = person()
    paid = orders.paid(as_actor(siti), catalog.basket())
    unpaid = orders.ordered(as_actor(siti), catalog.basket(name="Besek")).code
    signed_in(client, siti)

    refused = client.post("/akun/hapus", data={"password": PASSWORD})

    assert refused.status_code == 409
    for code in (paid, unpaid):
        assert f"JKP-{code[:4]}-{code[4:]}" in refused.text
        assert queries.own_order(code, as_actor(siti)).address != "-"
    services.cancel(unpaid, by=as_actor(siti))
    assert queries.unfinished_of(siti) == (f"JKP-{paid[:4]}-{paid[4:]}",)


def test_a_guess_is_answered_like_any_other_and_ten_are_the_end(app: Flask) -> None:
    """Guard (R26.3): the digits of a guest's number."""
    variant, rina = catalog.basket(), orders.guest()
    code = orders.ordered(rina, variant).code

    page = services.look_up(f"jkp-{code[:4]}-{code[4:]}".lower(), "7890", who="rumah")
    assert (page.whole, page.phone, page.address, page.recipient) == (False, "0812-****-7890", "", "R*** K***")

    said = set()
    for attempt in range(10):
        with pytest.raises(Invalid) as wrong:
            services.look_up(code if attempt % 2 else "2345-6789", "0000", who="penebak")
        said.add(str(wrong.value))
    assert len(said) == 1
    with pytest.raises(TooMany):
        services.look_up(code, "7890", who="penebak")
    assert services.look_up(code, "7890", who="rumah").code == code


def test_nobody_elses_order_is_paid_again(app: Flask) -> None:
    """Guard (R26.3): whose order it is."""
    variant, rina = catalog.basket(), orders.guest()
    code = orders.ordered(rina, variant).code
    with pytest.raises(NotFound):
        again(code, orders.guest())


def test_payments_for_something_else_are_not_ours(app: Flask) -> None:
    for reference in ("stan-12", "00000000-0000-7000-8000-000000000000"):
        services.mark_paid(reference)
        services.let_go(reference, "expired")
        services.question(reference, "disagrees")


def test_a_doubt_about_a_paid_order_changes_nothing_in_it(app: Flask) -> None:
    variant, rina = catalog.basket(), orders.guest()
    code = orders.paid(rina, variant)
    reference = queries.own_order(code, rina).reference
    services.question(reference, "second_payment")
    services.let_go(reference, "expired")
    assert queries.own_order(code, rina).state == "paid"
    assert shelf(variant) == (9, 0)


def test_a_new_payment_while_one_is_open_is_that_one(app: Flask) -> None:
    variant, rina = catalog.basket(), orders.guest()
    code = orders.ordered(rina, variant).code
    before = charge_of(code, rina)
    assert again(code, rina) == code
    assert charge_of(code, rina).id == before.id
    assert shelf(variant) == (10, 1)


def test_old_carts_are_swept_and_young_ones_kept(app: Flask, clock: TestClock) -> None:
    first, second, _third = orders.two_shops()
    old, young = orders.guest(), orders.guest()
    services.put(first, 1, by=old)
    clock.set("2027-01-26T09:00:01+07:00")
    services.put(second, 1, by=young)
    services.sweep_carts()
    assert (len(queries.cart(old).groups), len(queries.cart(young).groups)) == (0, 1)


def test_a_long_list_of_orders_has_pages(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.extensions["jkp"].settings.extra, "UNPAID_ORDERS", 22)
    variant, rina = catalog.basket(stock=50), orders.guest()
    codes = {orders.ordered(rina, variant).code for _order in range(22)}
    first = queries.orders_of(rina)
    second = queries.orders_of(rina, first.next)
    assert (len(first.items), len(second.items), second.next) == (20, 2, None)
    assert {row.code for row in (*first.items, *second.items)} == codes
    assert queries.orders_of(Actor(kind="guest")).items == ()
