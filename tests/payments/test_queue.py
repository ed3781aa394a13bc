"""Charges that cannot be closed or asked about now do not stand in the way of those that can (R4.6, R6.6)."""

from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from marketplace.kernel.db import session, transactional
from marketplace.kernel.outbox import relay
from marketplace.kernel.plugin import current
from marketplace.payments import queries, services
from marketplace.payments.adapters import Sandbox
from marketplace.payments.models import Charge, SandboxSession, SandboxState, WebhookEvent
from marketplace.testing.plugin import TestClock
from tests.payments.test_charges import opened, planned, token

AFTER_ITS_TIME = "2026-11-27T10:00:01+07:00"


@transactional
def forgotten(charge: queries.Charge) -> None:
    """Let the gateway know nothing of a charge, so that every question about it fails."""
    session.execute(delete(SandboxSession).where(SandboxSession.id == charge.id))


@transactional
def paid_untold(charge: queries.Charge) -> None:
    """Let a buyer pay, and the gateway's message be lost."""
    session.execute(update(SandboxSession).where(SandboxSession.id == charge.id).values(state=SandboxState.PAID))


def states(*charges: queries.Charge) -> list[str]:
    return [queries.charge(one.id).state for one in charges]


def test_all_that_is_due_is_closed_in_one_run_past_what_cannot_be(
    app: Flask, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("marketplace.payments.queries.queue.AT_ONCE", 2)
    stuck = [opened() for _one in range(3)]
    for one in stuck:
        forgotten(one)
    due = [opened() for _one in range(4)]
    clock.set(AFTER_ITS_TIME)

    assert services.expire_due() == 4

    assert states(*due) == ["closed"] * 4
    assert states(*stuck) == ["opened"] * 3, "what may still be paid is not let go"


def test_a_lost_webhook_behind_an_unreachable_charge_is_made_good(
    app: Flask, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("marketplace.payments.queries.queue.AT_ONCE", 1)
    first, second = opened(), opened()
    forgotten(first)
    paid_untold(second)
    clock.set("2026-11-27T09:03:00+07:00")

    assert services.check_open() == 2

    assert states(first, second) == ["opened", "settled"]


def test_the_completer_goes_past_what_has_no_gateway(
    app: Flask, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("marketplace.payments.queries.queue.AT_ONCE", 1)
    left, good = planned(), planned()
    _at_another_gateway(left.id)
    clock.set("2026-11-27T09:01:00+07:00")
    assert services.complete() == 1
    assert queries.charge(good.id).pay_path is not None


@transactional
def _at_another_gateway(charge_id: UUID) -> None:
    session.execute(update(Charge).where(Charge.id == charge_id).values(gateway="pergi"))


def test_a_gateway_that_is_not_offered_any_more_still_ends_what_it_began(
    app: Flask, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    unpaid, paid = opened(), opened()
    paid_untold(paid)
    monkeypatch.setattr(Sandbox, "available", lambda _self: False)
    assert queries.gateway("sandbox") is None
    clock.set(AFTER_ITS_TIME)

    assert services.expire_due() == 2

    assert states(unpaid, paid) == ["closed", "settled"]


def test_a_charge_whose_gateway_left_is_not_counted_as_closed(
    app: Flask, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    charge = opened()
    clock.set(AFTER_ITS_TIME)
    with monkeypatch.context() as patched:
        patched.setitem(current().fills, "payments.gateways", ())
        assert services.expire_due() == 0
        assert services.check_open() == 1
    assert states(charge) == ["opened"]
    assert services.expire_due() == 1


def test_a_message_of_a_gateway_that_is_away_is_kept_until_it_is_back(
    app: Flask, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    charge = opened()
    services.decide(token(charge), SandboxState.PAID)
    with monkeypatch.context() as patched:
        patched.setitem(current().fills, "payments.gateways", ())
        relay()
    assert session.scalars(select(WebhookEvent.state)).all() == ["received"]

    clock.set("2026-11-27T09:01:00+07:00")
    relay()

    assert states(charge) == ["settled"]
