"""SIGKILLs in the checkout, two at each point and two hundred in the long trial (R3, R26).

The buyer tries again with the same key, and nothing is lost or doubled.
"""

import os
import signal
from datetime import UTC, datetime, timedelta
from itertools import cycle, islice
from typing import NoReturn

import pytest
from sqlalchemy import func, select

from marketplace.catalog.models import Stock
from marketplace.kernel import crash
from marketplace.kernel.access import Actor
from marketplace.kernel.db import db, session
from marketplace.kernel.outbox import relay
from marketplace.kernel.slots import completers, verifiers
from marketplace.notifications.services import call_due
from marketplace.orders import queries, services
from marketplace.orders.forms import CheckoutIn
from marketplace.orders.models import Order
from marketplace.payments import queries as payments
from marketplace.payments import services as payment_services
from marketplace.payments.models import SandboxState
from marketplace.testing.plugin import Live, TestClock
from tests.factories import catalog, orders

POINTS = (
    "orders.services.checkout.place:before",
    "orders.services.checkout.place:after",
    "payments.services.sandbox.sandbox_open:before",
    "payments.services.sandbox.sandbox_open:after",
    "payments.services.reach:called",
    "payments.services.charges.keep:before",
    "payments.services.charges.keep:after",
    "payments.services.sandbox._choose:before",
    "payments.services.sandbox._choose:after",
    "payments.services.webhooks.store:before",
    "payments.services.webhooks.store:after",
    "kernel.outbox._claim:before",
    "kernel.outbox._claim:after",
    "payments.services.charges.record:before",
    "payments.services.charges.record:after",
    "payments.services.webhooks.done:before",
    "payments.services.webhooks.done:after",
    "kernel.outbox.deliver:called",
    "kernel.outbox._inside:before",
    "kernel.outbox._inside:after",
)
MORNING = datetime(2026, 11, 27, 2, 0, tzinfo=UTC)


def bought(form: CheckoutIn, by: Actor) -> str:
    """Order and pay, from the press of the button to the last letter; return the code."""
    placed = services.buy(form, by=by)
    charge = payments.latest(queries.own_order(placed.code, by).reference)
    assert charge is not None
    assert charge.pay_path is not None
    payment_services.decide(charge.pay_path.rpartition("/")[2], SandboxState.PAID)
    relay()
    return placed.code


def killed(point: str, form: CheckoutIn, by: Actor) -> bool:
    """Do it all in a process that dies at the point; tell whether it got there."""
    session.remove()
    child = os.fork()
    if child == 0:
        _die(point, form, by)
    _pid, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


def _die(point: str, form: CheckoutIn, by: Actor) -> NoReturn:
    try:
        # The parent's connections are not ours: leave them open and make new ones.
        for engine in db.engines.values():
            engine.dispose(close=False)
        os.environ["JKP_CRASH"] = f"{point}:1"
        bought(form, by)
    finally:
        os._exit(1)


@pytest.mark.parametrize("kills", [2 * len(POINTS), pytest.param(200, marks=pytest.mark.soak)])
@pytest.mark.slow
def test_every_buyer_gets_one_paid_order_whatever_dies(live: Live, clock: TestClock, kills: int) -> None:
    assert set(POINTS) <= set(crash.names())
    variant = catalog.basket(stock=kills + 10)
    codes = set()
    for number, point in enumerate(islice(cycle(POINTS), kills)):
        rina = orders.guest()
        form = orders.checkout(orders.filled(rina, variant))

        assert killed(point, form, rina), f"nobody died at {point}"

        # A minute later the leases of the dead are over.
        clock.set((MORNING + timedelta(minutes=2 * (number + 1))).isoformat())
        sum(complete() for complete in completers)
        code = bought(form, rina)
        relay()
        assert queries.own_order(code, rina).state == "paid", point
        assert len(queries.orders_of(rina).items) == 1, point
        codes.add(code)

    assert len(codes) == kills
    assert session.scalar(select(func.count()).select_from(Order)) == kills
    stock = session.execute(select(Stock.on_hand, Stock.reserved).where(Stock.variant_id == variant)).one()
    assert (stock.on_hand, stock.reserved) == (10, 0)
    # Hours went by in which no shop looked at its orders: what the worker calls every minute is called once for all of them.
    # One relay delivers for ten seconds at most, which on a busy machine is not all of it.
    more = 1
    while more:
        more = call_due() + relay(10_000)
    assert [said for check in verifiers for said in check()] == []
