"""What was told is delivered: after crashes, failures and by several relays at once, each inside handler exactly once."""

import os
import signal
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, text

from marketplace.kernel import clock as kernel_clock
from marketplace.kernel import outbox as kernel_outbox
from marketplace.kernel.db import rows, savepoint, session, transactional
from marketplace.kernel.events import Event, Handler
from marketplace.kernel.ids import uuid7
from marketplace.kernel.models import Delivery, StoredEvent
from marketplace.kernel.outbox import emit, relay
from marketplace.kernel.plugin import Plugin, Schedule
from marketplace.kernel.words import _
from marketplace.testing.plugin import TestClock, hang_up
from tests.kernel.conftest import Town


@dataclass(frozen=True)
class BreadBaked(Event):
    """Bread came out of the oven."""

    loaves: int


class Ear:
    """A handler that can be told to fail, and counts what it hears."""

    def __init__(self, *, inside: bool) -> None:
        self.heard: list[tuple[int, UUID]] = []
        self.failing = False
        self.handler = Handler("bakery.ear", inside=inside, run=self.hear)

    def hear(self, event: BreadBaked, delivery: UUID) -> None:
        if self.failing:
            message = "the ear is blocked"
            raise RuntimeError(message)
        self.heard.append((event.loaves, delivery))
        if self.handler.inside:
            session.execute(text("INSERT INTO bread_heard VALUES (:loaves)"), {"loaves": event.loaves})


def bakery(*ears: Ear) -> Plugin:
    handlers = tuple(ear.handler for ear in ears)
    return Plugin(name="bakery", label=_("Bakery"), emits=(BreadBaked,), handles={BreadBaked: handlers})


@transactional
def bake(loaves: int) -> None:
    emit(BreadBaked(loaves))
    if loaves < 0:
        message = "no such bread"
        raise ValueError(message)


def states() -> list[tuple[str, int]]:
    session.rollback()
    return [(row.state, row.tries) for row in rows(select(Delivery.state, Delivery.tries).order_by(Delivery.id))]


def notebook(site: Flask) -> None:
    with site.app_context():
        session.execute(text("SELECT 1"))

        @transactional
        def lay_out() -> None:
            session.execute(text("CREATE TABLE bread_heard (loaves integer)"))

        lay_out()


def test_a_fact_is_stored_with_the_change_and_not_without_it(town: Town) -> None:
    ear = Ear(inside=False)
    with town(bakery(ear)).app_context():
        with pytest.raises(ValueError, match="no such bread"):
            bake(-1)
        assert rows(select(StoredEvent.id)) == []
        bake(3)
        assert relay() == 1
        assert [loaves for loaves, _delivery in ear.heard] == [3]
        assert states() == [("done", 1)]
        assert relay() == 0


def test_what_a_part_told_that_came_to_nothing_is_not_told(town: Town) -> None:
    @transactional
    def bake_both() -> None:
        emit(BreadBaked(1))
        with suppress(ValueError), savepoint():
            emit(BreadBaked(2))
            bake(-1)
        emit(BreadBaked(3))

    with town(bakery(Ear(inside=False))).app_context():
        bake_both()
        assert sorted(payload["loaves"] for payload in session.scalars(select(StoredEvent.payload))) == [1, 3]


def test_a_failing_inside_handler_is_tried_again_later_and_set_aside_after_ten_tries(
    town: Town, clock: TestClock
) -> None:
    ear = Ear(inside=True)
    ear.failing = True
    site = town(bakery(ear))
    notebook(site)
    with site.app_context():
        bake(1)
        for hour in range(10):
            clock.set(f"2026-11-27T{10 + hour}:00:00+07:00")
            assert kernel_outbox.broken() == []
            assert relay() == 1
            assert relay() == 0, "a failure waits for its time"
        assert states() == [("aside", 10)]
        clock.set("2026-11-28T10:00:00+07:00")
        assert relay() == 0
        assert kernel_outbox.set_aside() == 1
        (sentence,) = kernel_outbox.broken()
        assert "to bakery.ear was set aside after 10 tries" in sentence
        ear.failing = False
        assert kernel_outbox.again(uuid7()) == 0
        assert kernel_outbox.again() == 1
        assert relay() == 1
        assert states() == [("done", 1)]
        assert kernel_outbox.broken() == []


def test_a_mail_server_may_be_away_for_days_and_is_asked_once_an_hour(town: Town, clock: TestClock) -> None:
    """R13.1: mails go out later."""
    ear = Ear(inside=False)
    ear.failing = True
    with town(bakery(ear)).app_context():
        bake(1)
        now = kernel_clock.now()
        back = now + timedelta(days=3)
        while now < back:
            clock.set(now.isoformat())
            relay()
            now += timedelta(minutes=10)
        (waiting,) = states()
        assert waiting[0] == "waiting"
        ear.failing = False
        clock.set((back + timedelta(hours=1)).isoformat())
        assert relay() == 1
        assert [state for state, _tries in states()] == ["done"]
        assert len(ear.heard) == 1


def test_what_cannot_be_read_any_more_holds_up_nothing_else(town: Town, clock: TestClock) -> None:
    """An event stored by a release whose fields were others."""
    ear = Ear(inside=False)
    with town(bakery(ear)).app_context():
        bake(1)

        @transactional
        def as_an_older_release() -> None:
            session.execute(text("""UPDATE kernel_events SET payload = '{"loaves": 1, "oven": "gas"}'"""))

        as_an_older_release()
        bake(2)
        clock.set("2026-11-27T10:00:00+07:00")
        bake(3)
        relay()
        assert [loaves for loaves, _delivery in ear.heard] == [2, 3]
        assert [state for state, _tries in states()] == ["waiting", "done", "done"]


@pytest.mark.parametrize("inside", [True, False])
def test_what_kills_its_process_each_time_is_set_aside_in_the_end(town: Town, clock: TestClock, inside: bool) -> None:
    ear = Ear(inside=inside)
    with town(bakery(ear)).app_context():
        bake(1)
        now = kernel_clock.now()
        for _number in range(kernel_outbox.LAST_TRY["inside" if inside else "outside"]):
            clock.set(now.isoformat())
            assert kernel_outbox._claim() is not None
            now += timedelta(hours=2)
        clock.set(now.isoformat())
        relay()
        assert [state for state, _tries in states()] == ["aside"]
        assert ear.heard == []


def test_whoever_dies_with_a_delivery_leaves_it_alone_for_longer_each_time(town: Town, clock: TestClock) -> None:
    with town(bakery(Ear(inside=False))).app_context():
        bake(1)
        clock.set("2026-11-27T10:00:00+07:00")
        assert kernel_outbox._claim() is not None
        (row,) = rows(text("SELECT due_at FROM kernel_deliveries"))
        assert row.due_at - kernel_clock.now() == timedelta(seconds=60)

        @transactional
        def tried_often() -> None:
            session.execute(text("UPDATE kernel_deliveries SET tries = 40, due_at = now() - interval '1 year'"))

        tried_often()
        assert kernel_outbox._claim() is not None
        (row,) = rows(text("SELECT due_at FROM kernel_deliveries"))
        assert row.due_at - kernel_clock.now() == timedelta(hours=1)


def test_what_stays_in_the_database_does_not_wait_for_a_slow_mail_server(town: Town) -> None:
    slow, till = Ear(inside=False), Ear(inside=False)
    order: list[str] = []
    slow.handler = Handler("bakery.slow", inside=False, run=lambda _event, _delivery: order.append("letter"))
    till.handler = Handler("bakery.till", inside=True, run=lambda _event, _delivery: order.append("money"))
    with town(bakery(slow, till)).app_context():
        for loaves in range(3):
            bake(loaves)
        assert relay() == 6
    assert order == ["money"] * 3 + ["letter"] * 3


def test_a_round_of_deliveries_ends_by_the_clock(town: Town) -> None:
    slow = Ear(inside=False)
    slow.handler = Handler("bakery.slow", inside=False, run=lambda _event, _delivery: time.sleep(0.2))
    with town(bakery(slow)).app_context():
        for loaves in range(3):
            bake(loaves)
        assert relay(seconds=0.1) == 1
        assert relay() == 2


def test_one_failing_handler_holds_up_no_other(town: Town) -> None:
    deaf, ear = Ear(inside=False), Ear(inside=False)
    deaf.handler = Handler("bakery.deaf", inside=False, run=deaf.hear)
    deaf.failing = True
    with town(bakery(deaf, ear)).app_context():
        bake(1)
        bake(2)
        relay()
        assert sorted(loaves for loaves, _delivery in ear.heard) == [1, 2]


def test_a_handler_that_left_is_waited_for_and_set_aside_in_the_end(town: Town, clock: TestClock) -> None:
    """While a new release comes up, the old one's workers meet handlers that they do not know."""
    ear = Ear(inside=False)
    new = bakery(ear)
    with town(new).app_context():
        bake(1)
        bake(2)
    with town(Plugin(name="bakery", label=_("Bakery"), emits=(BreadBaked,))).app_context():
        assert relay() == 2
        assert states() == [("waiting", 1), ("waiting", 1)]
    with town(new).app_context():
        clock.set("2026-11-27T09:00:10+07:00")
        relay()
        assert states() == [("done", 2), ("done", 2)]
        bake(3)
    with town(Plugin(name="bakery", label=_("Bakery"), emits=(BreadBaked,))).app_context():
        now = kernel_clock.now()
        for _number in range(kernel_outbox.LAST_TRY["outside"]):
            clock.set(now.isoformat())
            relay()
            now += timedelta(hours=1)
        assert states()[-1] == ("aside", kernel_outbox.LAST_TRY["outside"])


@pytest.mark.parametrize(
    "point", ["kernel.outbox._inside:before", "kernel.outbox._inside:after", "kernel.outbox._claim:after"]
)
def test_a_relay_killed_at_any_point_neither_loses_nor_doubles_an_inside_delivery(
    town: Town, clock: TestClock, monkeypatch: pytest.MonkeyPatch, point: str
) -> None:
    ear = Ear(inside=True)
    site = town(bakery(ear))
    notebook(site)
    with site.app_context():
        bake(5)
        session.remove()
        hang_up()
    monkeypatch.setenv("JKP_CRASH", f"{point}:1")
    child = os.fork()
    if child == 0:
        with site.app_context():
            relay()
        os._exit(0)
    _pid, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL, "the child died where it was told to"
    monkeypatch.delenv("JKP_CRASH")
    with site.app_context():
        clock.set("2026-11-27T09:02:00+07:00")
        relay()
        assert [row.loaves for row in rows(text("SELECT loaves FROM bread_heard"))] == [5]
        assert [state for state, _tries in states()] == ["done"]


def test_an_outside_delivery_killed_after_its_call_comes_again_with_the_same_key(
    town: Town, clock: TestClock, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    calls = tmp_path / "calls"

    def call(event: BreadBaked, delivery: UUID) -> None:
        with calls.open("a") as book:
            book.write(f"{event.loaves} {delivery}\n")

    handler = Handler("bakery.call", inside=False, run=call)
    site = town(Plugin(name="bakery", label=_("Bakery"), emits=(BreadBaked,), handles={BreadBaked: (handler,)}))
    with site.app_context():
        bake(7)
        session.remove()
        hang_up()
    monkeypatch.setenv("JKP_CRASH", "kernel.outbox.deliver:called:1")
    child = os.fork()
    if child == 0:
        with site.app_context():
            relay()
        os._exit(0)
    os.waitpid(child, 0)
    monkeypatch.delenv("JKP_CRASH")
    with site.app_context():
        clock.set("2026-11-27T09:02:00+07:00")
        relay()
    heard = calls.read_text().splitlines()
    assert len(heard) == 2
    assert len(set(heard)) == 1, "the key is the same, so the other side can refuse the second"


def test_four_relays_at_once_deliver_each_fact_once(town: Town) -> None:
    ear = Ear(inside=True)
    site = town(bakery(ear))
    notebook(site)
    with site.app_context():
        for loaves in range(40):
            bake(loaves)

    def run() -> None:
        with site.app_context():
            relay()

    relays = [threading.Thread(target=run) for _number in range(4)]
    for one in relays:
        one.start()
    for one in relays:
        one.join()
    with site.app_context():
        assert sorted(row.loaves for row in rows(text("SELECT loaves FROM bread_heard"))) == list(range(40))


def test_a_schedule_runs_once_when_it_is_due_however_many_clocks_ring(town: Town, clock: TestClock) -> None:
    runs: list[str] = []
    plan = Schedule(timedelta(minutes=5), lambda: runs.append("swept"))
    site = town(Plugin(name="bakery", label=_("Bakery"), schedule={"bakery.sweep": plan}))
    with site.app_context():
        assert kernel_outbox.tick("bakery.sweep")
        assert not kernel_outbox.tick("bakery.sweep")
        clock.set("2026-11-27T09:05:00+07:00")
        assert "bakery.sweep" in kernel_outbox.due_schedules()
        assert kernel_outbox.tick("bakery.sweep")
    assert runs == ["swept", "swept"]
