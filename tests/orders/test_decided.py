"""What an operator decides about an order in review that was cancelled before, or whose money went back before."""

from collections.abc import Callable

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from marketplace.catalog.models import Stock
from marketplace.kernel.access import SYSTEM, Actor
from marketplace.kernel.db import session
from marketplace.kernel.outbox import relay
from marketplace.kernel.slots import verifiers
from marketplace.orders import commands, queries, services
from marketplace.orders.events import PartMoved
from marketplace.payments import services as payment_services
from marketplace.testing.plugin import Outbox, TestClock
from tests.factories import catalog, orders
from tests.orders.test_doubt import WHY, charges, told_of

A_DAY_LATER = "2026-11-28T09:00:01+07:00"


def shelf() -> tuple[int, int]:
    row = session.execute(select(Stock.on_hand, Stock.reserved)).one()
    return row.on_hand, row.reserved


def broken() -> list[str]:
    return [said for check in verifiers for said in check()]


def cancelled_by_buyer(by: Actor, _clock: TestClock) -> str:
    """Return an order that its buyer cancelled, and then paid in another currency."""
    code = orders.ordered(by, catalog.basket()).code
    services.cancel(code, by=by)
    told_of(charges(code, by)[0], currency="USD")
    return code


def cancelled_unpaid(by: Actor, clock: TestClock) -> str:
    """Return an order that was given up unpaid, and then paid in another currency."""
    code = orders.ordered(by, catalog.basket()).code
    clock.set(A_DAY_LATER)
    assert services.cancel_unpaid() == 1
    told_of(charges(code, by)[0], currency="USD")
    return code


CANCELLED_BEFORE = pytest.mark.parametrize(
    ("make", "cause"), [(cancelled_by_buyer, "disagrees"), (cancelled_unpaid, "disagrees")]
)
Make = Callable[[Actor, TestClock], str]


def decide(app: Flask, command: str, code: str) -> Result:
    return app.test_cli_runner().invoke(getattr(commands, command), [code, "--why", WHY])


@CANCELLED_BEFORE
def test_an_order_cancelled_before_is_cancelled_again(
    app: Flask, clock: TestClock, outbox: Outbox, make: Make, cause: str
) -> None:
    rina = orders.guest()
    code = make(rina, clock)
    relay()
    assert (queries.own_order(code, rina).state, queries.own_order(code, rina).cause) == ("review", cause)

    done = decide(app, "cancel", code)
    relay()

    page = queries.own_order(code, rina)
    assert (done.exit_code, done.output) == (0, "")
    assert (page.state, page.cause, [part.state for part in page.parts]) == ("cancelled", "returned", ["cancelled"])
    assert [told["state"] for told in outbox.named(PartMoved)] == ["cancelled"], "of its part is told once"
    assert shelf() == (10, 0)
    assert broken() == []


@CANCELLED_BEFORE
def test_an_order_cancelled_before_is_let_go_on(app: Flask, clock: TestClock, make: Make, cause: str) -> None:
    rina = orders.guest()
    code = make(rina, clock)
    relay()

    assert decide(app, "settle", code).exit_code == 0

    page = queries.own_order(code, rina)
    assert (page.state, [part.state for part in page.parts]) == ("paid", ["new"])
    assert shelf() == (9, 0)
    assert broken() == []


def test_an_order_whose_settled_money_went_back_is_cancelled_and_not_settled(app: Flask, clock: TestClock) -> None:
    rina = orders.guest()
    code = cancelled_by_buyer(rina, clock)
    relay()
    (charge,) = charges(code, rina)
    payment_services.note_returned(charge.id, WHY, by=SYSTEM)

    refused = decide(app, "settle", code)
    assert (refused.exit_code, "No money of this order is here" in refused.output) == (1, True)
    assert queries.own_order(code, rina).state == "review"
    assert shelf() == (10, 0)

    done = decide(app, "cancel", code)
    assert (done.exit_code, queries.own_order(code, rina).cause) == (0, "returned")
    assert broken() == []
