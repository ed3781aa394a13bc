"""Two at the same goods at the same moment: the moments are forced, not hoped for."""

import threading
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select

from marketplace.catalog.models import Reservation, Stock
from marketplace.catalog.queries.checks import broken
from marketplace.catalog.services import StockLine, consume, reap, release, reserve
from marketplace.kernel import clock as program_clock
from marketplace.kernel import db as database
from marketplace.kernel.db import session, transactional
from marketplace.kernel.errors import Conflict
from tests.factories import catalog, sellers

PATIENCE = 20


def until():
    return program_clock.now() + timedelta(hours=1)


class Runner:
    """Runs work in threads of the site, each with a session of its own, and keeps what came out."""

    def __init__(self, site):
        self.site, self.threads, self.outcomes = site, [], []

    def start(self, work):
        def run():
            with self.site.app.app_context():
                try:
                    self.outcomes.append(work())
                except Conflict as conflict:
                    self.outcomes.append(conflict.code)
                finally:
                    session.remove()

        thread = threading.Thread(target=run)
        self.threads.append(thread)
        thread.start()
        return thread

    def join(self):
        for thread in self.threads:
            thread.join(PATIENCE)
            assert not thread.is_alive()
        return self.outcomes


@pytest.fixture
def runner(live):
    return Runner(live)


def waiting_for_a_lock():
    """Wait until the database itself says that somebody waits for a row."""
    for _turn in range(2_000):
        if (
            session.connection()
            .exec_driver_sql(
                "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
            )
            .scalar()
        ):
            session.rollback()
            return
        session.rollback()
        threading.Event().wait(0.005)
    raise AssertionError("nobody waits")


@pytest.mark.parametrize("first_keeps", [True, False])
def test_the_last_one_goes_to_one_of_two(runner, first_keeps):
    variant = catalog.basket(stock=1)
    session.remove()
    taken, decide = threading.Event(), threading.Event()

    @transactional
    def first():
        reserve("JKP-1", [StockLine(variant, 1)], until=until())
        taken.set()
        assert decide.wait(PATIENCE)
        if not first_keeps:
            raise Conflict("changed_mind", "")
        return "first"

    def second():
        reserve("JKP-2", [StockLine(variant, 1)], until=until())
        return "second"

    runner.start(first)
    assert taken.wait(PATIENCE)
    runner.start(second)
    waiting_for_a_lock()
    decide.set()
    assert sorted(runner.join()) == (["first", "sold_out"] if first_keeps else ["changed_mind", "second"])
    assert tuple(session.execute(select(Stock.on_hand, Stock.reserved)).one()) == (1, 1)
    assert list(broken()) == []


def test_baskets_in_opposite_order_do_not_lock_each_other_up(runner, monkeypatch):
    """Guard (R26.3): ascending locks, in RESERVE."""
    # Whoever were the victim of a deadlock would fail here, and not be tried again.
    monkeypatch.setattr(database, "RETRIES", 0)
    shop = sellers.shop(trusted=True)
    goods = [catalog.basket(stock=1_000, name=f"Keranjang {number}", of=shop) for number in range(5)]
    session.remove()

    def buy(name, order):
        for number in range(40):
            reserve(f"{name}-{number}", [StockLine(one, 1) for one in order], until=until())
        return "done"

    for at in range(4):
        runner.start(lambda at=at: buy(f"JKP-{at}", goods if at % 2 else goods[::-1]))
    assert runner.join() == ["done"] * 4
    assert [row.reserved for row in session.execute(select(Stock.reserved))] == [160] * 5
    assert list(broken()) == []


def test_of_many_at_once_exactly_as_many_get_one_as_there_are(runner):
    variant = catalog.basket(stock=5)
    session.remove()
    gate = threading.Barrier(8)

    def buy(number):
        gate.wait(PATIENCE)
        for turn in range(3):
            try:
                reserve(f"JKP-{number}-{turn}", [StockLine(variant, 1)], until=until())
            except Conflict:
                return turn
        return 3

    for number in range(8):
        runner.start(lambda number=number: buy(number))
    assert sum(runner.join()) == 5
    assert tuple(session.execute(select(Stock.on_hand, Stock.reserved)).one()) == (5, 5)


def test_paying_and_expiring_at_once_has_one_winner(runner):
    variant = catalog.basket(stock=5)
    reserve("JKP-1", [StockLine(variant, 2)], until=until())
    session.remove()
    closed, decide = threading.Event(), threading.Event()

    @transactional
    def pay():
        lines = consume("JKP-1")
        closed.set()
        assert decide.wait(PATIENCE)
        return ("paid", lines)

    runner.start(pay)
    assert closed.wait(PATIENCE)
    runner.start(lambda: ("expired", release("JKP-1", "expired")))
    waiting_for_a_lock()
    decide.set()
    assert dict(runner.join()) == {"paid": 1, "expired": 0}
    assert tuple(session.execute(select(Stock.on_hand, Stock.reserved)).one()) == (3, 0)
    assert list(broken()) == []


def test_two_orders_of_the_same_goods_paid_at_once_both_count(runner):
    first, second = catalog.basket(stock=5), catalog.basket(stock=5, name="Bakul")
    for reference, lines in {"JKP-1": (first, second), "JKP-2": (second, first)}.items():
        reserve(reference, [StockLine(one, 2) for one in lines], until=until())
    session.remove()
    closed, decide = threading.Event(), threading.Event()

    @transactional
    def pay():
        consume("JKP-1")
        closed.set()
        assert decide.wait(PATIENCE)
        return "first"

    def pay_too():
        consume("JKP-2")
        return "second"

    runner.start(pay)
    assert closed.wait(PATIENCE)
    runner.start(pay_too)
    waiting_for_a_lock()
    decide.set()
    assert sorted(runner.join()) == ["first", "second"]
    assert [tuple(row) for row in session.execute(select(Stock.on_hand, Stock.reserved))] == [(1, 0), (1, 0)]
    assert list(broken()) == []


def test_four_reapers_release_each_reservation_once(runner, clock):
    variant = catalog.basket(stock=100)
    for number in range(60):
        reserve(f"JKP-{number}", [StockLine(variant, 1)], until=until())
    session.remove()
    clock.set("2026-11-27T12:00:00+07:00")
    for _reaper in range(4):
        runner.start(reap)
    assert sum(runner.join()) == 60
    states = Counter(session.execute(select(Reservation.state)).scalars())
    assert states == {"released": 60}
    assert tuple(session.execute(select(Stock.on_hand, Stock.reserved)).one()) == (100, 0)
    assert list(broken()) == []
