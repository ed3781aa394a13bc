"""The delivery log as the programme's people read it, and what the outbox still knows of a delivery."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, tuple_

from marketplace.kernel.access import Actor
from marketplace.kernel.db import rows, session
from marketplace.kernel.errors import NotFound
from marketplace.kernel.models import Delivery, StoredEvent
from marketplace.kernel.pages import Page, page, position
from marketplace.notifications import policies
from marketplace.notifications.models import Mail, Watch
from marketplace.notifications.slots import Kind, Notice, channels, notices

SIZE = 50
FAILED = ("refused", "no_mailbox", "given_up")


@dataclass(frozen=True)
class Entry:
    """One thing told: what kind to what kind of reader, by which channel, when, and how it ended. Nobody's name, no words."""

    id: UUID
    at: datetime
    sent_at: datetime | None
    kind: Kind | None
    template: str
    channel: str
    ref: str
    known: bool
    state: str
    tries: int
    result: str
    why: str | None


@dataclass(frozen=True)
class Source:
    """What an outbox delivery was about."""

    event: str
    payload: dict[str, Any]


_COLUMNS = (
    Mail.id,
    Mail.at,
    Mail.sent_at,
    Mail.kind,
    Mail.template,
    Mail.channel,
    Mail.ref,
    Mail.person_id,
    Mail.state,
    Mail.tries,
    Mail.result,
    Mail.why,
)


def log(actor: Actor, cursor: str | None = None, *, failed: bool = False) -> Page[Entry]:
    """Return a page of the delivery log, newest first; only what was not taken, if ``failed``. Raises NotAllowed, NotFound."""
    actor.require(policies.LOG, None)
    wanted = select(*_COLUMNS)
    if failed:
        wanted = wanted.where(Mail.state.in_(FAILED))
    if place := position(cursor):
        wanted = wanted.where(tuple_(Mail.at, Mail.id) < tuple_(*place))
    found = rows(wanted.order_by(Mail.at.desc(), Mail.id.desc()).limit(SIZE + 1))
    kinds = kinds_by_key()
    return page([_entry(row, kinds) for row in found], SIZE, lambda one: (one.at, one.id))


def entry(mail_id: UUID, actor: Actor) -> Entry:
    """Return one row of the delivery log; raises NotAllowed, NotFound."""
    actor.require(policies.LOG, None)
    row = session.execute(select(*_COLUMNS).where(Mail.id == mail_id)).one_or_none()
    if row is None:
        raise NotFound
    return _entry(row, kinds_by_key())


def _entry(row: Any, kinds: dict[str, Kind]) -> Entry:  # noqa: ANN401 - a row of _COLUMNS
    return Entry(
        id=row.id,
        at=row.at,
        sent_at=row.sent_at,
        kind=kinds.get(row.kind),
        template=row.template,
        channel=row.channel,
        ref=row.ref,
        known=row.person_id is not None,
        state=row.state,
        tries=row.tries,
        result=row.result,
        why=row.why,
    )


def kinds_by_key() -> dict[str, Kind]:
    """Return every kind that a notice, or a step of one, is of."""
    held = [notice.kind for notice in notices]
    held += [step.kind for notice in notices if notice.escalate for step in notice.escalate.steps]
    return {kind.key: kind for kind in held if kind}


def channel_names() -> dict[str, str]:
    """Return what people call each channel, set up or not."""
    return {channel.key: str(channel.label) for channel in channels}


def notice_by(template: str) -> Notice | None:
    """Return the notice with this template, None when its plugin left."""
    return next((notice for notice in notices if notice.template == template), None)


def event_of(delivery_id: UUID | None) -> Source | None:
    """Return what a delivery of the outbox was about, None when it is no longer kept."""
    row = session.execute(
        select(StoredEvent.name, StoredEvent.payload)
        .join(Delivery, Delivery.event_id == StoredEvent.id)
        .where(Delivery.id == delivery_id)
    ).one_or_none()
    return None if row is None else Source(row.name, row.payload)


@dataclass(frozen=True)
class Again:
    """What is to be told again: the mark of whom, by which channel, and why."""

    to_hash: str
    channel: str
    template: str
    delivery: UUID
    why: str


def again(mail_id: UUID) -> Again | None:
    """Return what somebody wants told again, None when its reader was erased meanwhile."""
    columns = (Mail.to_hash, Mail.channel, Mail.template, Mail.delivery_id, Mail.why)
    row = session.execute(select(*columns).where(Mail.id == mail_id)).one_or_none()
    if row is None or not row.to_hash or row.delivery_id is None:
        return None
    return Again(row.to_hash, row.channel, row.template, row.delivery_id, row.why or "")


@dataclass(frozen=True)
class Watched:
    """A watch: whose delivery and notice, the event, the step it stands at, and whether it is closed."""

    id: UUID
    delivery_id: UUID
    notice: str
    event: str
    payload: dict[str, Any]
    step: int
    done: bool


def watched(watch_id: UUID) -> Watched | None:
    """Return a watch."""
    row = session.execute(select(Watch).where(Watch.id == watch_id)).scalar_one_or_none()
    if row is None:
        return None
    return Watched(row.id, row.delivery_id, row.notice, row.event, row.payload, row.step, row.done_at is not None)
