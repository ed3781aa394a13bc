"""Two payments at the same moment: one number lets one through, and one purchase is one for the limit."""

import threading
from typing import Any

from flask import Flask

from marketplace.eorder import queries, services
from marketplace.eorder.models import Payment, Withholding
from marketplace.eorder.models.acts import TREASURER
from marketplace.kernel.db import session
from marketplace.kernel.errors import Invalid
from marketplace.testing.plugin import Live
from tests.eorder.test_paying import cook, due, payment
from tests.factories import eorder as of


def test_two_orders_of_one_purchase_paid_at_once_are_counted_together(live: Live) -> None:
    """Guard (R26.3): the limit of small purchases under a race."""
    desk, shop = of.desk(), cook("identity")
    orders = [due(1_900_000, shop, of=desk) for _many in range(2)]
    at_once(live.app, [lambda one=one: services.pay(one.code, payment(), by=one.by(TREASURER)) for one in orders])
    assert sum(one.kept_idr.amount for one in session.query(Withholding)) == 57_000


def test_one_number_for_two_payments_at_once_lets_one_through(live: Live) -> None:
    """Guard (R26.3): one reference, one payment, under a race (R11.6)."""
    orders = [due(1_000_000, cook("identity")) for _many in range(2)]
    told = [lambda one=one: services.pay(one.code, payment("SP2D 7/2026"), by=one.by(TREASURER)) for one in orders]
    refused = [one for one in at_once(live.app, told) if isinstance(one, Invalid)]
    assert (len(refused), session.query(Payment).count()) == (1, 1)
    assert list(refused[0].fields) == ["nomor"]
    assert list(queries.money_broken()) == []


def at_once(app: Flask, calls: list[Any]) -> list[Exception]:
    """Do these in threads of their own; return what they were refused with."""
    refused: list[Exception] = []
    together = threading.Barrier(len(calls))
    session.remove()  # Nothing of this thread stays open while the others wait for each other.

    def do(call: Any) -> None:
        with app.app_context():
            together.wait(10)
            try:
                call()
            except Exception as said:  # noqa: BLE001 - whatever it is, the test looks at it
                refused.append(said)
            finally:
                session.remove()

    threads = [threading.Thread(target=do, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    return refused
