"""What the outbox has long delivered goes, and what a person still waits for stays."""

from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import insert, select

from marketplace.kernel import clock as time
from marketplace.kernel.db import session, transactional
from marketplace.kernel.ids import uuid7
from marketplace.kernel.models import Delivery, StoredEvent
from marketplace.testing.plugin import TestClock
from marketplace.web import tidy

LONG_AGO = timedelta(days=31)


@transactional
def told(*states: str, ago: timedelta = LONG_AGO, done_ago: timedelta = LONG_AGO) -> UUID:
    """Store what was told, with one delivery for each state."""
    event = uuid7()
    now = time.now()
    session.execute(insert(StoredEvent).values(id=event, name="bakery.BreadBaked", payload={}, at=now - ago))
    for state in states:
        done = now - done_ago if state == "done" else None
        row = {"event_id": event, "handler": "bakery.ear", "state": state, "tries": 1, "due_at": now - ago}
        session.execute(insert(Delivery).values(id=uuid7(), done_at=done, **row))
    return event


def left() -> set[UUID]:
    assert set(session.scalars(select(Delivery.event_id))) <= set(session.scalars(select(StoredEvent.id)))
    return set(session.scalars(select(StoredEvent.id).where(StoredEvent.name == "bakery.BreadBaked")))


def test_only_what_was_delivered_long_ago_to_everybody_is_dropped(app: Flask, clock: TestClock) -> None:
    gone = {told("done"), told("done", "done"), told()}
    month = timedelta(days=29)
    kept = {told("done", "waiting"), told("done", "aside"), told("aside"), told("done", ago=month, done_ago=month)}
    kept |= {told("done", done_ago=month), told(ago=month)}
    assert left() == gone | kept
    tidy.forget_delivered()
    assert left() == kept


def test_it_goes_on_in_batches_and_leaves_the_rest_to_the_next_sweep(
    app: Flask, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tidy, "TOGETHER", 2)
    monkeypatch.setattr(tidy, "MOST_ROUNDS", 2)
    for _one in range(5):
        told("done")
    tidy.forget_delivered()
    assert len(left()) == 1
    tidy.forget_delivered()
    assert left() == set()


def test_the_worker_does_it_by_the_clock(app: Flask) -> None:
    assert app.extensions["jkp"].schedule["kernel.forget_delivered"].run is tidy.forget_delivered
