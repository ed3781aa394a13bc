"""Paid at the door: promised, handed over for exactly the money, or turned back with everything (C14, R6.5)."""

import pytest
from flask import Flask

from marketplace.kernel.access import Actor
from marketplace.kernel.errors import Conflict, Invalid, NotFound
from marketplace.kernel.money import Rupiah
from marketplace.kernel.outbox import relay
from marketplace.kernel.slots import verifiers
from marketplace.orders import queries, services
from marketplace.orders.forms import PayAgainIn
from marketplace.orders.models import PartState
from marketplace.payments import queries as payments
from marketplace.payments import services as payment_services
from marketplace.testing.plugin import TestClock
from tests.factories import catalog, orders, sellers
from tests.factories.letters import letters
from tests.orders.living import NOON, at, lies, part, row
from tests.orders.paying import charge_of, shelf


def whole() -> list[str]:
    return [said for check in verifiers for said in check()]


def promised(way: str = "own", **changes: object) -> tuple[str, Actor, Actor, object]:
    """Return a promised order's code, its buyer, its seller, and what was bought: ten were there."""
    shop = sellers.shop(trusted=True, cod=True)
    variant, rina = catalog.basket(of=shop), orders.guest()
    orders.filled(rina, variant)
    services.choose_delivery(shop.id, queries.Wish(way), by=rina)
    total = queries.cart(rina).total.amount
    code = services.buy(orders.checkout(total, gateway="cod", **changes), by=rina).code
    return code, rina, sellers.runs(shop), variant


def brought(code: str, siti: Actor) -> None:
    services.advance(f"{code}-1", PartState.SHIPPED, by=siti, shown=services.HandOver(handed_to="Pak Tono"))


def due(code: str, rina: Actor) -> Rupiah:
    return queries.own_order(code, rina).total


def test_a_promise_lets_the_shop_begin_with_goods_that_are_the_buyers(app: Flask, clock: TestClock) -> None:
    clock.set(NOON)
    code, rina, siti, basket = promised(email="rina.janji@contoh.id")
    order = queries.own_order(code, rina)
    assert (order.state, order.parts[0].state, order.paid_at) == ("promised", "new", None)
    assert shelf(basket) == (9, 0)
    assert queries.seller_order(f"{code}-1", siti).row.promised
    relay()
    (letter,) = [one for one in letters(app) if one.to == "rina.janji@contoh.id"]
    assert "saat diterima" in letter.subject, "nobody is asked to pay before"
    assert whole() == []
    # Nothing of it has a time to pay: neither the reaper nor the clean-up of unpaid orders touches it.
    clock.set("2026-11-28T11:00:00+07:00")
    assert (payment_services.expire_due(), services.cancel_unpaid()) == (0, 0)


def test_the_shop_hands_over_for_exactly_what_is_due(app: Flask, clock: TestClock) -> None:
    """Guard (R26.3): the sum that is due at the door."""
    clock.set(NOON)
    code, rina, siti, _basket = promised()
    brought(code, siti)
    amount = due(code, rina)
    for wrong in (Rupiah(0), amount - Rupiah(1), amount + Rupiah(1)):
        with pytest.raises(Invalid) as refused:
            services.collect(f"{code}-1", wrong, by=siti)
        assert list(refused.value.fields) == ["diterima"]
    assert part(code, rina).state == "shipped", "with another sum the goods stay with the shop"
    services.collect(f"{code}-1", amount, by=siti)
    services.collect(f"{code}-1", amount, by=siti)
    relay()
    order, one = queries.own_order(code, rina), part(code, rina)
    assert (order.state, one.state, charge_of(code, rina).state) == ("paid", "received", "settled")
    assert (lies("at:cod"), lies(f"held:{one.id}"), lies(f"ref:{order.reference}")) == (
        -amount.amount,
        amount.amount,
        0,
    )
    assert whole() == []


def test_what_was_collected_is_kept_and_only_the_fee_is_owed(app: Flask, clock: TestClock) -> None:
    """The cash is the seller's share already: at the end nothing lies at doors, and the payable is what the programme takes."""
    clock.set(NOON)
    code, rina, siti, _basket = promised()
    brought(code, siti)
    services.collect(f"{code}-1", due(code, rina), by=siti)
    assert at(clock, "2026-11-29T12:00:01+07:00") == 1
    one = row(code, rina)
    assert (one.state, lies("at:cod")) == ("completed", 0)
    assert lies(f"payable:{one.seller_id}") == -one.fee_idr.amount
    assert one.fee_idr.amount > 0
    assert whole() == []


def test_what_is_refused_at_the_door_goes_back_with_everything(app: Flask, clock: TestClock) -> None:
    clock.set(NOON)
    code, rina, siti, basket = promised(email="rina.tolak@contoh.id")
    brought(code, siti)
    services.not_delivered(f"{code}-1", "refused: tidak mau bayar", by=siti)
    relay()
    order, one = queries.own_order(code, rina), part(code, rina)
    assert (order.state, order.cause, one.state, charge_of(code, rina).state) == (
        "cancelled", "cancelled_by_shop", "cancelled", "closed",
    )  # fmt: skip
    assert shelf(basket) == (10, 0)
    assert (lies("at:cod"), lies(f"held:{one.id}")) == (0, 0)
    told = [one.subject for one in letters(app) if one.to == "rina.tolak@contoh.id"]
    assert [("dibatalkan" in said, "belum bisa" in said) for said in told][-1] == (True, False)
    assert len(told) == 3, "ordered, on its way, cancelled: what was refused is told once"
    with pytest.raises(Conflict):
        services.collect(f"{code}-1", due(code, rina), by=siti)
    assert whole() == []


def test_where_nobody_was_the_shop_tries_again_or_calls_off(app: Flask) -> None:
    code, rina, siti, basket = promised()
    brought(code, siti)
    services.not_delivered(f"{code}-1", "nobody", by=siti)
    assert (queries.own_order(code, rina).state, part(code, rina).state) == ("promised", "undelivered")
    brought(code, siti)
    services.not_delivered(f"{code}-1", "nobody", by=siti)
    services.decline(f"{code}-1", "cannot_send", by=siti)
    assert (queries.own_order(code, rina).state, shelf(basket)) == ("cancelled", (10, 0))
    relay()
    assert whole() == []


def test_a_buyer_calls_off_before_the_shop_begins(app: Flask) -> None:
    code, rina, _siti, basket = promised()
    services.cancel_part(code, 1, by=rina)
    services.cancel_part(code, 1, by=rina)
    assert (queries.own_order(code, rina).state, charge_of(code, rina).state, shelf(basket)) == (
        "cancelled", "closed", (10, 0),
    )  # fmt: skip
    relay()
    assert whole() == []


def test_a_shop_that_does_not_answer_loses_the_order(app: Flask, clock: TestClock) -> None:
    clock.set(NOON)
    code, rina, _siti, basket = promised()
    assert at(clock, "2026-11-28T12:00:01+07:00") == 1
    assert (queries.own_order(code, rina).cause, shelf(basket)) == ("no_answer", (10, 0))
    relay()
    assert whole() == []


def test_nobody_but_the_shop_says_that_it_came(app: Flask, clock: TestClock) -> None:
    """Letting the timer or the buyer receive what is not paid makes this fail: it was tried."""
    clock.set(NOON)
    code, rina, siti, _basket = promised()
    brought(code, siti)
    with pytest.raises(Conflict) as refused:
        services.receive(code, 1, by=rina)
    assert refused.value.code == "collect"
    assert at(clock, "2026-12-20T12:00:00+07:00") == 0
    assert part(code, rina).state == "shipped"
    assert queries.seller_order(f"{code}-1", siti).row.late
    with pytest.raises(NotFound):
        services.collect(f"{code}-1", due(code, rina), by=orders.guest())
    assert whole() == []


def test_what_is_fetched_is_paid_at_the_counter(app: Flask) -> None:
    code, rina, siti, _basket = promised("pickup")
    services.advance(f"{code}-1", PartState.READY, by=siti)
    with pytest.raises(Conflict) as refused:
        services.advance(f"{code}-1", PartState.RECEIVED, by=siti, shown=services.HandOver(handed_to="Rina"))
    assert refused.value.code == "collect"
    services.collect(f"{code}-1", due(code, rina), by=siti)
    assert part(code, rina).state == "received"
    relay()
    assert whole() == []


def test_only_an_order_of_one_shop_that_takes_cash_and_comes_itself(app: Flask) -> None:
    first, second, third = orders.two_shops()
    rina = orders.guest()
    total = orders.filled(rina, first, third)
    with pytest.raises(Invalid) as refused:
        services.buy(orders.checkout(total, gateway="cod"), by=rina)
    assert "dari 2 toko" in str(refused.value.fields["gateway"][0])
    assert len(queries.cart(rina).groups) == 2, "nothing is lost"
    alone = orders.guest()
    total = orders.filled(alone, second)
    with pytest.raises(Invalid) as refused:
        services.buy(orders.checkout(total, gateway="cod"), by=alone)
    assert str(refused.value.fields["gateway"][0]) == "Toko ini tidak menerima tunai."


def test_who_paid_by_nothing_in_time_may_choose_the_door(app: Flask, clock: TestClock) -> None:
    clock.set(NOON)
    shop = sellers.shop(trusted=True, cod=True)
    variant, rina = catalog.basket(of=shop), orders.guest()
    code = orders.ordered(rina, variant).code
    clock.set("2026-11-27T13:00:01+07:00")
    payment_services.expire_due()
    relay()
    again = services.pay_again(code, PayAgainIn(gateway="cod", kunci="kunci-baru"), by=rina)
    assert (again.charge.state, queries.own_order(code, rina).state) == ("promised", "promised")
    assert shelf(variant) == (9, 0)
    relay()
    assert whole() == []


def test_promises_count_among_what_is_not_paid(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """R9.7: who pays at the door has goods without having paid. Counting only placed orders makes this fail: it was tried."""
    shop = sellers.shop(trusted=True, cod=True)
    variant, rina = catalog.basket(of=shop), orders.guest()
    for _one in range(5):
        services.buy(orders.checkout(orders.filled(rina, variant), gateway="cod"), by=rina)
    with pytest.raises(Conflict) as refused:
        services.buy(orders.checkout(orders.filled(rina, variant)), by=rina)
    assert refused.value.code == "too_many_unpaid"


def test_two_presses_at_the_door_take_the_money_once(app: Flask) -> None:
    code, rina, siti, _basket = promised()
    brought(code, siti)
    amount = due(code, rina)
    services.collect(f"{code}-1", amount, by=siti)
    with pytest.raises(Conflict):
        services.not_delivered(f"{code}-1", "refused", by=siti)
    assert payments.balance("at:cod") == -amount
