"""What was told is delivered: after crashes, failures and by several relays at once, each inside handler exactly once."""

import os
import signal
import threading
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, text

from marketplace.kernel import outbox as kernel_outbox
from marketplace.kernel.db import rows, session, transactional
from marketplace.kernel.events import Event, Handler
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


def test_a_failing_handler_is_tried_again_later_and_set_aside_after_ten_tries(town: Town, clock: TestClock) -> None:
    ear = Ear(inside=False)
    ear.failing = True
    with town(bakery(ear)).app_context():
        bake(1)
        for hour in range(10):
            clock.set(f"2026-11-27T{10 + hour}:00:00+07:00")
            assert relay() == 1
            assert relay() == 0, "a failure waits for its time"
        assert states() == [("aside", 10)]
        clock.set("2026-11-28T10:00:00+07:00")
        assert relay() == 0
        assert kernel_outbox.state()["aside"] == 1


def test_one_failing_handler_holds_up_no_other(town: Town) -> None:
    deaf, ear = Ear(inside=False), Ear(inside=False)
    deaf.handler = Handler("bakery.deaf", inside=False, run=deaf.hear)
    deaf.failing = True
    with town(bakery(deaf, ear)).app_context():
        bake(1)
        bake(2)
        relay()
        assert sorted(loaves for loaves, _delivery in ear.heard) == [1, 2]


def test_a_handler_that_left_is_set_aside_and_not_forgotten(town: Town) -> None:
    with town(bakery(Ear(inside=False))).app_context():
        bake(1)
    with town(Plugin(name="bakery", label=_("Bakery"), emits=(BreadBaked,))).app_context():
        assert relay() == 1
        assert states() == [("aside", 1)]


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
