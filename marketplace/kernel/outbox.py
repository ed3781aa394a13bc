"""The outbox: facts are stored with the change they tell of, and delivered afterwards, surely."""

import json
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import ColumnElement, func, literal, select, text, update

from marketplace.kernel import clock, crash
from marketplace.kernel.db import before_commit, pending, session, transactional
from marketplace.kernel.events import Event, Handler
from marketplace.kernel.ids import uuid7
from marketplace.kernel.models import Delivery, Due, StoredEvent
from marketplace.kernel.plugin import current

CHANNEL = "jkp_outbox"
LEASE_SECONDS, LONGEST_PAUSE = 60, 3600
# The pauses double up to an hour: a fault of our own comes to a person within minutes, a mail server may be away for days.
LAST_TRY = {"inside": 10, "outside": 100}
URGENT_SECONDS = 1.0
log = structlog.get_logger()
crash.declare("kernel.outbox.deliver:called")


# One statement for all that a transaction told, and for the steps of histories that it made. The notice is sent by
# PostgreSQL at commit and never before.
STORE = text(
    "WITH moved AS (INSERT INTO kernel_moves (id, kind, thing_id, was, now, by, at, why)"
    " SELECT id, kind, thing_id, was, now, by, at, why"
    " FROM jsonb_populate_recordset(CAST(NULL AS kernel_moves), CAST(:moves AS jsonb))),"
    " told AS (INSERT INTO kernel_events (id, name, payload, at) SELECT id, name, payload, at"
    " FROM jsonb_to_recordset(CAST(:events AS jsonb)) AS e(id uuid, name text, payload jsonb, at timestamptz)),"
    " sent AS (INSERT INTO kernel_deliveries (id, event_id, handler, state, due_at, tries)"
    " SELECT id, event_id, handler, 'waiting', due_at, 0 FROM jsonb_to_recordset(CAST(:deliveries AS jsonb))"
    " AS d(id uuid, event_id uuid, handler text, due_at timestamptz) RETURNING 1)"
    " SELECT pg_notify(:channel, '') WHERE EXISTS (SELECT FROM sent)"
)


def emit(event: Event) -> None:
    """Tell a fact: it is stored, with one delivery for each handler, at the end of the present transaction."""
    pending("events").append((uuid7(), event))


@before_commit("outbox")
def _store() -> None:
    told: list[tuple[UUID, Event]] = pending("events")
    moves = pending("moves")
    if not told and not moves:
        return
    now, handlers = clock.now().isoformat(), current().handlers
    events = [{"id": str(key), "name": event.name(), "payload": event.payload(), "at": now} for key, event in told]
    deliveries = [
        {"id": str(uuid7()), "event_id": str(key), "handler": handler.name, "due_at": now}
        for key, event in told
        for handler in handlers.get(event.name(), ())
    ]
    lists = {"moves": moves, "events": events, "deliveries": deliveries}
    session.execute(STORE, {"channel": CHANNEL} | {name: json.dumps(rows) for name, rows in lists.items()})


def relay(limit: int = 100, seconds: float = 10.0) -> int:
    """Deliver what is due, each delivery on its own, until nothing is or limit or time is reached; return how many were taken.

    What stays in our database comes first: money does not wait for a mail server that takes its time.
    """
    urgent = [one.name for wanted in current().handlers.values() for one in wanted if one.inside]
    began, looked, taken = time.monotonic(), -URGENT_SECONDS, 0
    while taken < limit and (now := time.monotonic() - began) < seconds:
        claimed = _claim(Delivery.handler.in_(urgent)) if now - looked >= URGENT_SECONDS else None
        if claimed is None:
            looked, claimed = now, _claim()
        if claimed is None:
            break
        taken += 1
        _deliver(claimed)
    return taken


@dataclass(frozen=True)
class Claimed:
    """A delivery that is ours for the length of a lease."""

    id: UUID
    handler: str
    tries: int
    event: str
    payload: dict[str, Any]


@transactional
def _claim(*which: ColumnElement[bool]) -> Claimed | None:
    """Take one due delivery for the length of a lease: whoever dies with it gives it back by the clock, later each time."""
    now = clock.now()
    pause = func.least(func.power(2, Delivery.tries + 1), LONGEST_PAUSE)
    lease = func.make_interval(0, 0, 0, 0, 0, 0, func.greatest(LEASE_SECONDS, pause))
    due = (
        select(Delivery.id)
        .where(Delivery.state == literal("waiting"), Delivery.due_at <= now, *which)
        .order_by(Delivery.due_at, Delivery.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    row = session.execute(
        update(Delivery)
        .where(Delivery.id == due.scalar_subquery())
        .values(due_at=now + lease, tries=Delivery.tries + 1)
        .returning(Delivery.id, Delivery.event_id, Delivery.handler, Delivery.tries)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if row is None:
        return None
    told = session.execute(select(StoredEvent.name, StoredEvent.payload).where(StoredEvent.id == row.event_id)).one()
    return Claimed(row.id, row.handler, row.tries, told.name, told.payload)


def _deliver(claimed: Claimed) -> None:
    known = (one for one in current().handlers.get(claimed.event, ()) if one.name == claimed.handler)
    handler = next(known, None)
    last = LAST_TRY["inside" if handler and handler.inside else "outside"]
    if claimed.tries > last:
        _failed(claimed, "every try ended with its process", last)
        return
    try:
        _hand_over(claimed, handler)
    except Exception as failure:  # noqa: BLE001 - whatever a handler raises is stored, retried and in the end shown to a person
        told = {"delivery": str(claimed.id), "handler": claimed.handler, "tries": claimed.tries}
        log.warning("delivery failed", **told, error=repr(failure))
        _failed(claimed, f"{type(failure).__name__}: {failure}"[:500], last)


def _hand_over(claimed: Claimed, handler: Handler | None) -> None:
    kind = current().events.get(claimed.event)
    if handler is None or kind is None:
        # A plugin that left, or a handler that this process is too old to know and another may.
        message = "no such handler is installed"
        raise LookupError(message)
    event = kind(**claimed.payload)
    if handler.inside:
        _inside(claimed.id, handler, event)
    else:
        handler.run(event, claimed.id)
        crash.point("kernel.outbox.deliver:called")
        _done(claimed.id)


@transactional
def _inside(delivery: UUID, handler: Handler, event: Event) -> None:
    if _mark_done(delivery, clock.now()):
        handler.run(event, delivery)


@transactional
def _done(delivery: UUID) -> None:
    _mark_done(delivery, clock.now())


def _mark_done(delivery: UUID, now: datetime) -> bool:
    marked = session.execute(
        update(Delivery)
        .where(Delivery.id == delivery, Delivery.state == literal("waiting"))
        .values(state="done", done_at=now, error=None)
        .returning(Delivery.id)
        .execution_options(synchronize_session=False)
    )
    return marked.one_or_none() is not None


@transactional
def _failed(claimed: Claimed, error: str, last: int) -> None:
    state = "aside" if claimed.tries >= last else "waiting"
    again = clock.now() + timedelta(seconds=min(2**claimed.tries, LONGEST_PAUSE))
    session.execute(
        update(Delivery)
        .where(Delivery.id == claimed.id, Delivery.state == literal("waiting"))
        .values(state=state, error=error, due_at=again)
        .execution_options(synchronize_session=False)
    )


@transactional
def again(*which: UUID) -> int:
    """Let deliveries that were set aside, or all of them, begin anew; return how many there were."""
    revived = session.scalars(
        update(Delivery)
        .where(Delivery.state == literal("aside"), *([Delivery.id.in_(which)] if which else []))
        .values(state="waiting", tries=0, due_at=clock.now())
        .returning(Delivery.id)
        .execution_options(synchronize_session=False)
    )
    return len(revived.all())


def broken() -> list[str]:
    """Return a sentence for each delivery that was set aside and waits for a person."""
    aside = select(Delivery.id, Delivery.handler, StoredEvent.name, Delivery.tries).join(StoredEvent)
    return [
        f"outbox: the delivery {row.id} of {row.name} to {row.handler} was set aside after {row.tries} tries"
        for row in session.execute(aside.where(Delivery.state == literal("aside")).order_by(Delivery.id))
    ]


def tick(name: str) -> bool:
    """Run a schedule if it is due and nobody else has taken it; tell whether it ran."""
    plan = current().schedule[name]
    if not _take(name, plan.every):
        return False
    plan.run()
    return True


@transactional
def _take(name: str, every: timedelta) -> bool:
    now = clock.now()
    taken = session.execute(
        text(
            "INSERT INTO kernel_due (name, due_at) VALUES (:name, :next) "
            "ON CONFLICT (name) DO UPDATE SET due_at = :next WHERE kernel_due.due_at <= :now RETURNING name"
        ),
        {"name": name, "next": now + every, "now": now},
    )
    return taken.one_or_none() is not None


def is_due() -> bool:
    """Tell whether any delivery is due now."""
    due = select(Delivery.id).where(Delivery.state == literal("waiting"), Delivery.due_at <= clock.now()).limit(1)
    return session.execute(due).first() is not None


def due_schedules() -> list[str]:
    """Return the schedules that are due now or were never run."""
    later = set(session.scalars(select(Due.name).where(Due.due_at > clock.now())))
    return [name for name in current().schedule if name not in later]


def set_aside() -> int:
    """Count the deliveries that wait for a person."""
    return session.scalar(select(func.count()).where(Delivery.state == literal("aside"))) or 0
