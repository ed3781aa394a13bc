"""Orders that are given up: by their buyer, or as nobody paid in time; never under a payment that may still come."""

from uuid import UUID

import pytest
from flask import Flask

from marketplace.catalog import services as catalog_services
from marketplace.kernel.errors import Conflict
from marketplace.kernel.outbox import relay
from marketplace.orders import queries, services
from marketplace.orders.events import MoneyBack, OrderCancelled
from marketplace.payments import queries as payments
from marketplace.payments import services as payment_services
from marketplace.payments.models import SandboxState
from marketplace.payments.slots import GatewayUnavailableError, Standing
from marketplace.testing.plugin import Outbox, TestClock
from tests.factories import catalog, orders
from tests.orders.paying import again, charge_of, paid_standing, shelf, whole


def test_a_buyer_calls_an_unpaid_order_off(app: Flask, outbox: Outbox) -> None:
    variant, rina = catalog.basket(), orders.guest()
    code = orders.ordered(rina, variant).code

    services.cancel(code, by=rina)
    relay()

    assert queries.own_order(code, rina).state == "cancelled"
    assert shelf(variant) == (10, 0)
    assert [told["cause"] for told in outbox.named(OrderCancelled)] == ["buyer"]
    with pytest.raises(Conflict):
        services.cancel(code, by=rina)
    with pytest.raises(Conflict):
        again(code, rina)
    assert whole() == []


def test_a_paid_order_cannot_be_called_off(app: Flask) -> None:
    variant, rina = catalog.basket(), orders.guest()
    code = orders.paid(rina, variant)
    with pytest.raises(Conflict):
        services.cancel(code, by=rina)


def test_calling_off_while_the_money_is_under_way_is_refused(app: Flask) -> None:
    variant, rina = catalog.basket(), orders.guest()
    code = orders.ordered(rina, variant).code
    charge = charge_of(code, rina)
    assert charge.pay_path
    payment_services.decide(charge.pay_path.rpartition("/")[2], SandboxState.PAID)

    with pytest.raises(Conflict) as refused:
        services.cancel(code, by=rina)
    relay()

    assert refused.value.code == "paid"
    assert queries.own_order(code, rina).state == "paid"


def test_time_runs_out_charge_first_then_goods_then_the_order(app: Flask, clock: TestClock) -> None:
    variant, rina = catalog.basket(), orders.guest()
    code = orders.ordered(rina, variant).code

    clock.set("2026-11-27T10:00:01+07:00")
    assert catalog_services.reap() == 0, "what can still be paid at its gateway is not let go"
    assert shelf(variant) == (10, 1)
    assert payment_services.expire_due() == 1
    assert payment_services.expire_due() == 0
    relay()
    assert shelf(variant) == (10, 0)
    assert queries.own_order(code, rina).state == "placed"

    clock.set("2026-11-28T09:00:01+07:00")
    assert services.cancel_unpaid() == 1
    assert services.cancel_unpaid() == 0
    assert queries.own_order(code, rina).state == "cancelled"
    assert whole() == []


def test_a_payment_that_was_promised_time_is_not_ended_with_its_day(app: Flask, clock: TestClock) -> None:
    """Asked for again in the last minute of the day, a payment has its sixty minutes all the same."""
    variant, rina = catalog.basket(), orders.guest()
    code = orders.ordered(rina, variant).code
    orders.decided(code, rina, SandboxState.FAILED)
    clock.set("2026-11-28T08:59:00+07:00")
    again(code, rina)

    clock.set("2026-11-28T09:00:01+07:00")
    assert services.cancel_unpaid() == 0
    assert charge_of(code, rina).state == "opened"

    clock.set("2026-11-28T09:59:01+07:00")
    assert services.cancel_unpaid() == 1
    assert queries.own_order(code, rina).state == "cancelled"


def test_a_payment_asked_for_while_the_timer_is_at_work_is_not_ended(
    app: Flask, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The timer asks gateways one after the other; a buyer further behind asks for a new payment meanwhile."""
    variant, rina, joko = catalog.basket(), orders.guest(), orders.guest()
    first, behind = orders.ordered(rina, variant).code, orders.ordered(joko, variant).code
    orders.decided(behind, joko, SandboxState.FAILED)
    clock.set("2026-11-28T09:00:01+07:00")
    close = payment_services.close

    def slowly(charge_id: UUID) -> None:
        again(behind, joko)
        close(charge_id)

    monkeypatch.setattr("marketplace.payments.services.close", slowly)
    assert services.cancel_unpaid() == 1

    assert queries.own_order(first, rina).state == "cancelled"
    assert queries.own_order(behind, joko).state == "placed"
    assert charge_of(behind, joko).state == "opened"
    orders.decided(behind, joko)
    assert queries.own_order(behind, joko).state == "paid"


def test_all_that_is_due_is_given_up_in_one_run_past_what_cannot_be(
    app: Flask, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("marketplace.orders.services.payment.AT_ONCE", 1)
    variant, rina, joko = catalog.basket(), orders.guest(), orders.guest()
    reviewed, due = orders.ordered(rina, variant).code, orders.ordered(joko, variant).code
    charge = charge_of(reviewed, rina)
    payment_services.record(charge.id, Standing(**{**vars(paid_standing(charge)), "currency": "USD"}))
    clock.set("2026-11-28T09:00:01+07:00")

    assert services.cancel_unpaid() == 1

    assert queries.own_order(due, joko).state == "cancelled"


def test_money_for_an_order_its_buyer_called_off_goes_back_by_itself(app: Flask, outbox: Outbox) -> None:
    variant, rina = catalog.basket(), orders.guest()
    code = orders.ordered(rina, variant).code
    services.cancel(code, by=rina)
    late = charge_of(code, rina)
    orders.paid_after_all(late)
    payment_services.record(late.id, paid_standing(late))
    relay()
    page = queries.own_order(code, rina)
    assert (page.state, page.cause) == ("cancelled", "paid_after_cancelling")
    assert shelf(variant) == (10, 0)
    assert [told["cause"] for told in outbox.named(MoneyBack)] == ["paid_after_cancelling"]
    assert len(outbox.named(OrderCancelled)) == 1
    assert [one.state for one in payments.refunds_of(late.id)] == ["succeeded"]
    services.mark_paid(late.reference)
    assert (queries.own_order(code, rina).state, shelf(variant)) == ("cancelled", (10, 0)), "its money went back"
    assert whole() == []


def test_while_the_gateway_is_away_nothing_is_called_off(
    app: Flask, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    variant, rina = catalog.basket(), orders.guest()
    code = orders.ordered(rina, variant).code

    def away(_charge_id: object) -> None:
        raise GatewayUnavailableError

    clock.set("2026-11-28T09:00:01+07:00")
    with monkeypatch.context() as patched:
        patched.setattr("marketplace.payments.services.close", away)
        with pytest.raises(Conflict) as refused:
            services.cancel(code, by=rina)
        assert refused.value.code == "gateway_away"
        assert services.cancel_unpaid() == 0
    assert queries.own_order(code, rina).state == "placed"
    assert shelf(variant) == (10, 1)


def test_a_gateway_that_is_away_is_not_asked_for_each_order_and_keeps_no_other(
    app: Flask, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    variant, joko = catalog.basket(stock=20), orders.guest()
    for _order in range(5):
        orders.ordered(orders.guest(), variant)
    ended = orders.ordered(joko, variant).code
    orders.decided(ended, joko, SandboxState.FAILED)
    clock.set("2026-11-28T09:00:01+07:00")
    asked: list[UUID] = []

    def away(charge_id: UUID) -> None:
        asked.append(charge_id)
        raise GatewayUnavailableError

    monkeypatch.setattr("marketplace.payments.services.close", away)
    assert services.cancel_unpaid() == 1

    assert queries.own_order(ended, joko).state == "cancelled"
    assert len(asked) == 3
