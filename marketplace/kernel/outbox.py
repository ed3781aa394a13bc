"""The outbox: facts are stored with the change they tell of, and delivered afterwards, surely."""

import json
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import literal, select, text, update

from marketplace.kernel import clock, crash
from marketplace.kernel.db import before_commit, pending, session, transactional
from marketplace.kernel.events import Event, Handler
from marketplace.kernel.ids import uuid7
from marketplace.kernel.models import Delivery, Due, StoredEvent
from marketplace.kernel.plugin import current

CHANNEL = "jkp_outbox"
LEASE = timedelta(seconds=60)
LAST_TRY = 10
log = structlog.get_logger()
crash.declare("kernel.outbox.deliver:called")


# One statement for all that a transaction told. The notice is sent by PostgreSQL at commit and never before.
STORE = text(
    "WITH told AS (INSERT INTO kernel_events (id, name, payload, at) SELECT id, name, payload, at"
    " FROM jsonb_to_recordset(CAST(:events AS jsonb)) AS e(id uuid, name text, payload jsonb, at timestamptz)),"
    " sent AS (INSERT INTO kernel_deliveries (id, event_id, handler, state, due_at, tries)"
    " SELECT id, event_id, handler, 'waiting', due_at, 0 FROM jsonb_to_recordset(CAST(:deliveries AS jsonb))"
    " AS d(id uuid, event_id uuid, handler text, due_at timestamptz) RETURNING 1)"
    " SELECT pg_notify(:channel, '') WHERE EXISTS (SELECT FROM sent)"
)


def emit(event: Event) -> None:
    """Tell a fact: it is stored, with one delivery for each handler, at the end of the present transaction."""
    pending("events").append((uuid7(), event))


@before_commit
def _store() -> None:
    told: list[tuple[UUID, Event]] = pending("events")
    if not told:
        return
    now, handlers = clock.now().isoformat(), current().handlers
    events = [{"id": str(key), "name": event.name(), "payload": event.payload(), "at": now} for key, event in told]
    deliveries = [
        {"id": str(uuid7()), "event_id": str(key), "handler": handler.name, "due_at": now}
        for key, event in told
        for handler in handlers.get(event.name(), ())
    ]
    session.execute(STORE, {"events": json.dumps(events), "deliveries": json.dumps(deliveries), "channel": CHANNEL})


def relay(limit: int = 100) -> int:
    """Deliver what is due, each delivery on its own, until nothing is or ``limit`` is reached; return how many were taken."""
    taken = 0
    while taken < limit and (claimed := _claim()) is not None:
        taken += 1
        _deliver(*claimed)
    return taken


@transactional
def _claim() -> tuple[UUID, Handler | None, Event | None, int] | None:
    """Take one due delivery for the length of a lease: whoever dies with it gives it back by the clock."""
    now = clock.now()
    due = (
        select(Delivery.id)
        .where(Delivery.state == literal("waiting"), Delivery.due_at <= now)
        .order_by(Delivery.due_at, Delivery.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    row = session.execute(
        update(Delivery)
        .where(Delivery.id == due.scalar_subquery())
        .values(due_at=now + LEASE, tries=Delivery.tries + 1)
        .returning(Delivery.id, Delivery.event_id, Delivery.handler, Delivery.tries)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if row is None:
        return None
    stored = session.execute(select(StoredEvent.name, StoredEvent.payload).where(StoredEvent.id == row.event_id)).one()
    kind = current().events.get(stored.name)
    handler = next((one for one in current().handlers.get(stored.name, ()) if one.name == row.handler), None)
    return row.id, handler, kind(**stored.payload) if kind else None, row.tries


def _deliver(delivery: UUID, handler: Handler | None, event: Event | None, tries: int) -> None:
    if handler is None or event is None:
        # A plugin that left: nobody is there to hear it any more, and a person should know.
        _set_aside(delivery, "no such handler is installed")
        return
    try:
        if handler.inside:
            _inside(delivery, handler, event)
        else:
            handler.run(event, delivery)
            crash.point("kernel.outbox.deliver:called")
            _done(delivery)
    except Exception as failure:  # noqa: BLE001 - whatever a handler raises is stored, retried and in the end shown to a person
        log.warning("delivery failed", delivery=str(delivery), handler=handler.name, tries=tries, error=repr(failure))
        _failed(delivery, f"{type(failure).__name__}: {failure}"[:500], tries)


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
def _failed(delivery: UUID, error: str, tries: int) -> None:
    state = "aside" if tries >= LAST_TRY else "waiting"
    again = clock.now() + timedelta(seconds=min(2**tries, 3600))
    _write(delivery, {"state": state, "error": error, "due_at": again})


@transactional
def _set_aside(delivery: UUID, error: str) -> None:
    _write(delivery, {"state": "aside", "error": error})


def _write(delivery: UUID, values: dict[str, Any]) -> None:
    session.execute(
        update(Delivery)
        .where(Delivery.id == delivery, Delivery.state == literal("waiting"))
        .values(values)
        .execution_options(synchronize_session=False)
    )


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


def state() -> dict[str, int | float]:
    """Return how the outbox stands: deliveries waiting and set aside, and the age of the oldest waiting one in seconds."""
    row = session.execute(
        text(
            "SELECT count(*) FILTER (WHERE state = 'waiting') AS waiting, count(*) FILTER (WHERE state = 'aside') AS aside,"
            " min(e.at) FILTER (WHERE state = 'waiting') AS oldest"
            " FROM kernel_deliveries d JOIN kernel_events e ON e.id = d.event_id WHERE state <> 'done'"
        )
    ).one()
    age = (clock.now() - row.oldest).total_seconds() if row.oldest else 0
    return {"waiting": row.waiting, "aside": row.aside, "oldest_seconds": age}
