"""A thousand reservations whose time is over, and reapers that die at it: each is let go once, and nothing is left (R4.6)."""

import os
import random
import signal
from datetime import timedelta
from typing import NoReturn

import pytest
from sqlalchemy import func, select

from marketplace.catalog.models import Reservation, Stock
from marketplace.catalog.queries.checks import broken
from marketplace.catalog.services import StockLine, reap, reserve
from marketplace.kernel import clock as program_clock
from marketplace.kernel import crash
from marketplace.kernel.db import db, session
from marketplace.testing.plugin import Live, TestClock
from tests.factories import catalog, sellers

ORDERS, REAPERS, ROUNDS = 500, 4, 5
POINTS = ("catalog.services.stock.release:before", "catalog.services.stock.release:after")


def reaper(point: str) -> int:
    """Begin to reap in a process that dies at a point; without one it goes on to the end."""
    child = os.fork()
    if child == 0:
        _reap(point)
    return child


def _reap(point: str) -> NoReturn:
    code = 1
    try:
        for engine in db.engines.values():
            engine.dispose(close=False)
        os.environ["JKP_CRASH"] = point
        reap()
        code = 0
    finally:
        os._exit(code)


def held() -> int:
    return session.scalar(select(func.count()).where(Reservation.state == "held")) or 0


@pytest.mark.slow
def test_a_thousand_reservations_under_four_reapers_that_die(live: Live, clock: TestClock) -> None:
    """Without `state = 'held'` in ``CLOSE`` two reapers give the same goods back: counters and rows differ then."""
    assert set(POINTS) <= set(crash.names())
    chance, shop = random.Random(4), sellers.shop(trusted=True)
    goods = [catalog.basket(stock=ORDERS, name=f"Keranjang {number}", of=shop) for number in range(5)]
    until = program_clock.now() + timedelta(minutes=30)
    for number in range(ORDERS):
        both = [StockLine(goods[number % 5], 1), StockLine(goods[(number + 1) % 5], 1)]
        reserve(f"JKP-{number}", both, until=until)
    assert held() == 2 * ORDERS
    clock.set("2026-11-27T12:00:00+07:00")
    killed = 0
    for _round in range(ROUNDS):
        session.remove()
        children = [reaper(f"{chance.choice(POINTS)}:{chance.randint(1, 30)}") for _reaper in range(REAPERS)]
        ends = [os.waitpid(child, 0)[1] for child in children]
        killed += sum(os.WIFSIGNALED(end) and os.WTERMSIG(end) == signal.SIGKILL for end in ends)
    assert killed == ROUNDS * REAPERS
    assert 0 < held() < 2 * ORDERS, "some were let go, and some are left to who comes next"
    session.remove()
    whole = [reaper("") for _reaper in range(REAPERS)]
    assert [os.waitpid(child, 0)[1] for child in whole] == [0] * REAPERS
    assert held() == 0
    assert [tuple(row) for row in session.execute(select(Stock.on_hand, Stock.reserved))] == [(ORDERS, 0)] * 5
    assert list(broken()) == []
