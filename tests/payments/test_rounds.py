"""A gateway that hangs does not hold the worker, and what stands behind its charges has its turn (R4.6, R6.6)."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import NoReturn
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import update

from marketplace.kernel.db import session, transactional
from marketplace.kernel.plugin import current
from marketplace.payments import services
from marketplace.payments.adapters import Sandbox
from marketplace.payments.models import Charge
from marketplace.payments.services import rounds
from marketplace.payments.slots import ChargeRequest, GatewayUnavailableError
from marketplace.testing.plugin import TestClock
from tests.payments.test_charges import opened, planned
from tests.payments.test_queue import forgotten, paid_untold, states

SCHEDULES = ("payments.check_open", "payments.complete", "payments.expire_due")


@pytest.fixture(autouse=True)
def _from_the_start() -> Iterator[None]:
    rounds._left_off.clear()
    yield
    rounds._left_off.clear()


@dataclass
class Hanging:
    """A gateway none of whose calls comes back in time; it counts what it was asked about."""

    key: str = "sandbox"
    asked: list[str] = field(default_factory=list)

    def available(self) -> bool:
        return True

    def _hangs(self, about: ChargeRequest | str) -> NoReturn:
        self.asked.append(about.key if isinstance(about, ChargeRequest) else about)
        raise GatewayUnavailableError(self.key)

    open = fetch = expire = _hangs


@transactional
def at_another_gateway(charge_id: UUID) -> None:
    session.execute(update(Charge).where(Charge.id == charge_id).values(gateway="lain"))


def due(name: str) -> None:
    """Run a schedule as the worker does."""
    current().schedule[name].run()


@pytest.mark.parametrize("name", SCHEDULES)
def test_a_hanging_gateway_is_asked_three_times_a_round_and_about_each_charge_in_turn(
    app: Flask, clock: TestClock, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr("marketplace.payments.queries.queue.AT_ONCE", 2)
    for _one in range(7):
        (planned if name == "payments.complete" else opened)()
    clock.set("2026-11-27T10:00:01+07:00")
    hanging = Hanging()
    monkeypatch.setitem(current().fills, "payments.gateways", (hanging,))

    for number in range(1, 8):
        due(name)
        assert len(hanging.asked) == 3 * number

    assert set(Counter(hanging.asked).values()) == {3}, "each of the seven has had three turns"


def test_another_gateway_is_asked_all_the_same(app: Flask, clock: TestClock, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere, here = [opened() for _one in range(5)], [opened() for _one in range(4)]
    for one in elsewhere:
        at_another_gateway(one.id)
    for one in here:
        paid_untold(one)
    hanging = Hanging("lain")
    monkeypatch.setitem(current().fills, "payments.gateways", (hanging, Sandbox()))
    clock.set("2026-11-27T09:03:00+07:00")

    due("payments.check_open")

    assert states(*here) == ["settled"] * 4
    assert len(hanging.asked) == 3


def test_what_stands_behind_charges_that_always_fail_has_its_turn(app: Flask, clock: TestClock) -> None:
    stuck, good = [opened() for _one in range(4)], opened()
    for one in stuck:
        forgotten(one)
    paid_untold(good)
    clock.set("2026-11-27T09:03:00+07:00")

    due("payments.check_open")
    assert states(good) == ["opened"]
    due("payments.check_open")
    assert states(good) == ["settled"]


def test_a_round_ends_with_its_time_and_the_next_goes_on(
    app: Flask, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    charges = [opened() for _one in range(5)]
    for one in charges:
        paid_untold(one)
    clock.set("2026-11-27T09:03:00+07:00")
    seconds = iter(range(0, 1000, 6))
    monkeypatch.setattr(rounds, "monotonic", lambda: next(seconds))

    settled = []
    for _round in range(3):
        due("payments.check_open")
        settled.append(states(*charges).count("settled"))

    assert settled == [2, 4, 5]


def test_who_asks_by_hand_is_not_stopped(app: Flask, clock: TestClock, monkeypatch: pytest.MonkeyPatch) -> None:
    for _one in range(5):
        opened()
    clock.set("2026-11-27T10:00:01+07:00")
    hanging = Hanging()
    with monkeypatch.context() as patched:
        patched.setitem(current().fills, "payments.gateways", (hanging,))
        assert services.expire_due(within=timedelta(seconds=10)) == 0
        assert services.expire_due() == 0
    assert len(hanging.asked) == 3 + 5
    assert services.expire_due() == 5
