"""A clock that steps back an hour breaks nothing: what was done stays done, and what is due comes a little later (R10)."""

from flask import Flask
from sqlalchemy import select

from marketplace.catalog import services as shelves
from marketplace.kernel.access import Actor
from marketplace.kernel.db import session
from marketplace.kernel.outbox import relay
from marketplace.kernel.slots import verifiers
from marketplace.notifications.services import call_due
from marketplace.orders import queries, services
from marketplace.orders.models import Order, PartState
from marketplace.payments import queries as payments
from marketplace.payments import services as payment_services
from marketplace.payments.models import SandboxState
from marketplace.testing.plugin import Outbox, TestClock
from tests.factories import catalog, orders, sellers
from tests.orders.paying import shelf

NINE, EIGHT, HALF_PAST_NINE = (f"2026-11-27T{time}:00+07:00" for time in ("09:00", "08:00", "09:30"))


def whole() -> list[str]:
    return [said for check in verifiers for said in check()]


def due_now() -> None:
    """Run all that the worker runs by the clock."""
    relay()
    payment_services.expire_due()
    payment_services.complete()
    payment_services.complete_refunds()
    shelves.reap()
    services.cancel_unpaid()
    call_due()
    relay()


def test_an_order_goes_its_way_while_the_clock_steps_back(app: Flask, clock: TestClock, outbox: Outbox) -> None:
    shop = sellers.shop(trusted=True)
    variant, rina, siti = catalog.basket(of=shop), orders.guest(), sellers.runs(shop)
    clock.set(NINE)
    code = orders.ordered(rina, variant).code
    clock.set(EIGHT)
    due_now()
    assert (order_state(), shelf(variant)) == ("placed", (10, 1)), "nothing that was held is let go"
    paid_at_the_sandbox(code, rina)
    due_now()
    assert order_state() == "paid", "who comes back from paying is not kept waiting"
    clock.set(NINE)
    services.advance(f"{code}-1", PartState.ACCEPTED, by=siti)
    clock.set(EIGHT)
    services.advance(f"{code}-1", PartState.READY, by=siti)
    due_now()
    clock.set(HALF_PAST_NINE)
    due_now()
    assert (order_state(), shelf(variant)) == ("paid", (9, 0))
    assert [part.state for part in queries.own_order(code, rina).parts] == ["ready"]
    assert len([name for name, _payload in outbox if name == "orders.OrderPaid"]) == 1
    assert whole() == []


def test_what_is_due_is_let_go_once_the_clock_is_there_again(app: Flask, clock: TestClock) -> None:
    variant, rina = catalog.basket(), orders.guest()
    clock.set(NINE)
    orders.ordered(rina, variant)
    for moment in (EIGHT, HALF_PAST_NINE, EIGHT):
        clock.set(moment)
        due_now()
        assert shelf(variant) == (10, 1)
    clock.set("2026-11-27T10:31:00+07:00")
    due_now()
    clock.set(HALF_PAST_NINE)
    due_now()
    assert shelf(variant) == (10, 0)
    assert whole() == []


def order_state() -> str:
    return session.scalars(select(Order.state)).one()


def paid_at_the_sandbox(code: str, by: Actor) -> None:
    charge = payments.latest(queries.own_order(code, by).reference)
    assert charge is not None
    assert charge.pay_path is not None
    payment_services.decide(charge.pay_path.rpartition("/")[2], SandboxState.PAID)
    assert services.ask(payments.charge(charge.id))
