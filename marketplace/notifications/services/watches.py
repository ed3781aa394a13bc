"""Watches: what must not be overlooked begins, is called when it is due, and takes each step once (D15)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import literal, select, update
from sqlalchemy.dialects.postgresql import insert

from marketplace.kernel import clock, ids
from marketplace.kernel.db import session, transactional
from marketplace.kernel.outbox import emit
from marketplace.notifications.events import Escalated, WatchDue
from marketplace.notifications.models import InboxMessage, Watch
from marketplace.notifications.queries import Watched

TOGETHER = 500


def begin_watch(delivery: UUID, notice: str, event: str, payload: dict[str, Any], after: timedelta) -> None:
    """Let the first step of a notice be due ``after`` from now, in the transaction that puts it into inboxes."""
    _write({"delivery_id": delivery, "notice": notice, "event": event, "payload": payload, "step": 0}, after)


def _write(values: dict[str, Any], after: timedelta) -> None:
    row = insert(Watch).values(id=ids.uuid7(), due_at=clock.now() + after, outcome="", **values)
    session.execute(row.on_conflict_do_nothing(index_elements=["delivery_id", "step"]))


@transactional
def call_due() -> int:
    """Call the watches whose time is over, each once; what is done about each is decided by a handler of its own."""
    due = (
        select(Watch.id)
        .where(Watch.called_at.is_(None), Watch.due_at <= clock.now())
        .order_by(Watch.due_at)
        .limit(TOGETHER)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    called = session.scalars(
        update(Watch)
        .where(Watch.id.in_(due), Watch.called_at.is_(None))
        .values(called_at=clock.now())
        .returning(Watch.id)
        .execution_options(synchronize_session=False)
    ).all()
    for one in called:
        emit(WatchDue(watch_id=str(one)))
    return len(called)


@transactional
def climb(due: Watched, *, settled: bool, next_step: Callable[[], int | None], steps: int, after: timedelta) -> str:
    """Close a watch that was called and return how: ``settled``, ``read``, ``nobody`` or ``climbed``; empty if it was closed.

    ``next_step`` names the step to take, at least this watch's own, or None when none reaches anybody. Taking one tells of
    it and makes the one after it due; the watch is closed by a guarded update, so that of two at once one takes the step.
    """
    was_read = select(InboxMessage.id).where(
        InboxMessage.delivery_id == due.delivery_id, InboxMessage.read_at.is_not(None)
    )
    if settled:
        return _close(due, "settled", due.step)
    if session.scalar(was_read.limit(1)) is not None:
        return _close(due, "read", due.step)
    step = next_step()
    if step is None:
        return _close(due, "nobody", due.step)
    if not (outcome := _close(due, "climbed", step)):
        return ""
    emit(Escalated(watch_id=str(due.id)))
    if step + 1 < steps:
        about = {"delivery_id": due.delivery_id, "notice": due.notice, "event": due.event, "payload": due.payload}
        _write({**about, "step": step + 1}, after)
    return outcome


def _close(due: Watched, outcome: str, step: int) -> str:
    closed = session.execute(
        update(Watch)
        .where(Watch.id == due.id, Watch.done_at.is_(None), Watch.called_at.is_not(None))
        .values(done_at=clock.now(), outcome=literal(outcome), step=step)
        .returning(Watch.id)
        .execution_options(synchronize_session=False)
    )
    return outcome if closed.one_or_none() else ""
