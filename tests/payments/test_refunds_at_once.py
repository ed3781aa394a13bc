"""Refunds asked for at the same moment, in any order, and by processes that die: both books say the same (R7)."""

import os
import random
import signal
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any, NoReturn

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from marketplace.kernel import crash, ids
from marketplace.kernel.access import SYSTEM, Actor
from marketplace.kernel.db import db, session
from marketplace.kernel.errors import Conflict
from marketplace.kernel.money import Rupiah
from marketplace.kernel.outbox import relay
from marketplace.kernel.plugin import current
from marketplace.kernel.slots import completers
from marketplace.payments import queries, services
from marketplace.payments.adapters import Sandbox
from marketplace.payments.models import Refund, SandboxRefund
from marketplace.payments.services import charges
from marketplace.payments.slots import (
    GatewayRefusedError,
    GatewayUnavailableError,
    Outcome,
    RefundRequest,
    RefundStanding,
)
from marketplace.testing.plugin import Live, TestClock
from tests.factories.orders import paid_after_all
from tests.payments.refunding import MINUTE, MORNING, at_the_desk, lies, paid, taken, told, went_back
from tests.payments.test_charges import FEE, opened, standing


def test_two_payments_told_at_the_same_moment_are_one_and_a_surplus(
    live: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Told inside the first, just before it is settled, the second waits for it and then finds the reference paid.

    Guard (R26.3): the lock on all charges of a reference.
    """
    first = opened("stan-70")
    services.record(first.id, standing(first, Outcome.EXPIRED))
    second = opened("stan-70")
    for one in (first, second):
        paid_after_all(one)
    failures: list[BaseException] = []

    def tell(charge: queries.Charge) -> None:
        with live.app.app_context():
            try:
                services.ask(charge.id)
            except BaseException as failure:  # noqa: BLE001 - told below
                failures.append(failure)
            finally:
                session.remove()

    other = threading.Thread(target=tell, args=(second,))
    settle = charges.settle

    def slowly(*args: Any, **kwargs: Any) -> None:
        monkeypatch.setattr(charges, "settle", settle)
        other.start()
        other.join(timeout=1)
        settle(*args, **kwargs)

    monkeypatch.setattr(charges, "settle", slowly)
    tell(first)
    other.join()

    assert failures == []
    assert [queries.charge(one.id).state for one in (first, second)] == ["settled", "surplus"]
    relay()
    assert (went_back(first), went_back(second)) == (0, 150_000)
    assert list(queries.broken()) == []


def test_twenty_requests_at_once_while_answers_are_cut_pay_back_what_was_paid(
    live: Live, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From three roles, the gateway doing the work and losing every second answer: both books say the same (R7)."""
    gateway = Cutting()
    monkeypatch.setitem(current().fills, "payments.gateways", (gateway,))
    charge = paid("stan-71")
    askers = [Actor(kind="guest", guest_key="a"), Actor(kind="person", id=ids.uuid7()), SYSTEM]
    outcomes: Counter[str] = Counter()
    start = threading.Barrier(20)

    def ask(number: int) -> None:
        with live.app.app_context():
            start.wait()
            try:
                refund_id = services.take(charge.id, Rupiah(20_000), "uji", by=askers[number % 3])
                outcomes["taken"] += 1
                services.send(refund_id)
            except Conflict as refused:
                outcomes[refused.code] += 1
            except GatewayUnavailableError:
                outcomes["cut"] += 1
            finally:
                session.remove()

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (outcomes["taken"], outcomes["too_much"]) == (7, 13)
    assert outcomes["cut"] >= 1
    clock.set(MINUTE)
    services.complete_refunds()
    services.complete_refunds()
    relay()
    assert {one.state for one in queries.refunds_of(charge.id)} == {"succeeded"}
    assert queries.charge(charge.id).refunded == Rupiah(140_000)
    assert (went_back(charge), lies("ref:stan-71"), lies("at:sandbox")) == (140_000, 10_000, -10_000)
    assert session.scalar(select(func.count()).select_from(SandboxRefund)) == 7
    assert list(queries.broken()) == []


class Cutting(Sandbox):
    """The sandbox, losing every second answer about a refund after the work is done."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._calls = 0

    def refund(self, request: RefundRequest) -> RefundStanding:
        done = super().refund(request)
        with self._turn:
            self._calls += 1
            cut = self._calls % 2 == 1
        if cut:
            raise GatewayUnavailableError(self.key)
        return done


@pytest.mark.parametrize("seed", [3, 17, 2026])
def test_whatever_happens_in_whatever_order_both_books_say_the_same(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, clock: TestClock, seed: int
) -> None:
    """Sixty steps: money taken, refused, cut off after the work, paid back at the desk, noted, asked about again."""
    gateway, chance = Chancy(random.Random(seed)), random.Random(seed + 1)
    monkeypatch.setitem(current().fills, "payments.gateways", (gateway,))
    charge = paid("stan-90")
    for step in range(60):
        amount = Rupiah(chance.randint(1, 40_000))
        match chance.randrange(4):
            case 0 | 1:
                with suppress(Conflict):
                    taken(charge, amount)
            case 2:
                with suppress(GatewayRefusedError):
                    told(client, at_the_desk(charge, amount))
            case 3:
                clock.set((MORNING + timedelta(minutes=2 * step)).isoformat())
                services.complete_refunds()
        here = queries.charge(charge.id)
        assert here.refunded.amount <= FEE.amount
        assert went_back(charge) <= FEE.amount
        assert lies("ref:stan-90") == FEE.amount - here.refunded.amount
    gateway.kind = True
    for hour in (3, 5, 7):  # What was refused for want of room comes again, at most an hour later.
        clock.set((MORNING + timedelta(hours=hour)).isoformat())
        relay()
        services.complete_refunds()

    done = [one for one in queries.refunds_of(charge.id) if one.state == "succeeded"]
    assert sum(one.amount.amount for one in done) == went_back(charge) == queries.charge(charge.id).refunded.amount
    assert {one.state for one in queries.refunds_of(charge.id)} <= {"succeeded", "failed"}
    assert lies("at:sandbox") == went_back(charge) - FEE.amount
    assert list(queries.broken()) == []


class Chancy(Sandbox):
    """The sandbox, refusing now and then, also what it has done, and losing an answer now and then after the work."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self.kind = False

    def refund(self, request: RefundRequest) -> RefundStanding:
        lot = 9 if self.kind or request.key.startswith("desk-") else self._chance.randrange(10)
        if lot < 2:
            raise GatewayRefusedError("no")
        done = super().refund(request)
        if lot < 5:
            raise GatewayUnavailableError(self.key)
        return done


POINTS = (
    "payments.services.refunds.take_rest:before",
    "payments.services.refunds.take_rest:after",
    "payments.services.refunds._trying:before",
    "payments.services.refunds._trying:after",
    "payments.services.sandbox.sandbox_refund:before",
    "payments.services.sandbox.sandbox_refund:after",
    "payments.services.refunds.send:called",
    "payments.services.refunds.record:before",
    "payments.services.refunds.record:after",
    "kernel.outbox.deliver:called",
)


def killed(point: str, charge: queries.Charge) -> bool:
    """Pay a charge back in a process that dies at the point; tell whether it got there."""
    session.remove()
    child = os.fork()
    if child == 0:
        _die(point, charge)
    _pid, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


def _die(point: str, charge: queries.Charge) -> NoReturn:
    try:
        for engine in db.engines.values():
            engine.dispose(close=False)
        os.environ["JKP_CRASH"] = f"{point}:1"
        services.take_rest(charge.id, "uji", by=SYSTEM)
        relay()
    finally:
        os._exit(1)


def moments() -> Iterator[str]:
    for minute in range(5, 55, 5):
        yield f"2026-11-27T09:{minute:02d}:00+07:00"


def test_whatever_dies_while_money_goes_back_it_goes_back_once(live: Live, clock: TestClock) -> None:
    assert set(POINTS) <= set(crash.names())
    for point, moment in zip(POINTS, moments(), strict=True):
        charge = paid()
        relay()
        assert killed(point, charge), f"nobody died at {point}"
        clock.set(moment)
        services.take_rest(charge.id, "uji", by=SYSTEM)
        sum(complete() for complete in completers)
        relay()
        assert went_back(charge) == FEE.amount, point
        assert [one.state for one in queries.refunds_of(charge.id)] == ["succeeded"], point
        assert lies(f"ref:{charge.reference}") == 0, point
        assert list(queries.broken()) == [], point
    assert session.scalar(select(func.count()).select_from(Refund)) == len(POINTS)
