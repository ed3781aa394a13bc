"""What the operator, the law and the verifier ask: facts without addresses, a person's own data, broken rules."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import exists, func, select

from marketplace.kernel import clock
from marketplace.kernel.db import session
from marketplace.notifications.models import InboxMessage, Mail, Preference, Watch
from marketplace.notifications.slots import INBOX, MAIL

LATE = timedelta(hours=1)


def state_of(message_id: str) -> str | None:
    """Return how something told stands, None when it was never begun."""
    return session.scalar(select(Mail.state).where(Mail.message_id == message_id))


def mail_facts() -> Iterator[Mapping[str, Any]]:
    """Give a row for each letter, without its address (R0.4)."""
    found = select(Mail.message_id, Mail.to_hash, Mail.template, Mail.sent_at, Mail.state).where(Mail.channel == MAIL)
    for row in session.execute(found.order_by(Mail.id)).mappings():
        yield dict(row)


def notification_facts() -> Iterator[Mapping[str, Any]]:
    """Give a row for each thing told by any channel."""
    told = (Mail.message_id, Mail.channel, Mail.kind, Mail.ref, Mail.template, Mail.state, Mail.tries, Mail.sent_at)
    for row in session.execute(select(*told).order_by(Mail.id)).mappings():
        yield dict(row)


def watch_facts() -> Iterator[Mapping[str, Any]]:
    """Give a row for each watch."""
    held = (Watch.id, Watch.notice, Watch.payload, Watch.step, Watch.due_at, Watch.done_at, Watch.outcome)
    for row in session.execute(select(*held).order_by(Watch.id)).mappings():
        yield dict(row)


def export_person(person_id: UUID) -> Mapping[str, Any]:
    """Return what notifications keep of a person, for the person (R22.3)."""
    messages = select(
        InboxMessage.at, InboxMessage.title, InboxMessage.body, InboxMessage.url, InboxMessage.read_at
    ).where(InboxMessage.person_id == person_id)
    chosen = select(Preference.kind, Preference.channel, Preference.on).where(Preference.person_id == person_id)
    told = select(Mail.at, Mail.channel, Mail.kind, Mail.state).where(Mail.person_id == person_id)
    return {
        "messages": [_plain(row) for row in session.execute(messages.order_by(InboxMessage.id)).mappings()],
        "choices": [_plain(row) for row in session.execute(chosen.order_by(Preference.kind)).mappings()],
        "told": [_plain(row) for row in session.execute(told.order_by(Mail.id)).mappings()],
    }


def _plain(row: Mapping[Any, Any]) -> dict[str, Any]:
    return {str(name): value.isoformat() if hasattr(value, "isoformat") else value for name, value in row.items()}


def broken() -> Iterator[str]:
    """Yield a sentence when somebody has not been told, was told twice, or was forgotten."""
    given_up = session.scalar(select(func.count()).select_from(Mail).where(Mail.state == "given_up"))
    if given_up:
        yield f"mails: {given_up} begun twice and never heard of again"
    logged = exists().where(Mail.message_id == InboxMessage.message_key, Mail.channel == INBOX, Mail.state == "sent")
    for message in session.scalars(select(InboxMessage.id).where(~logged).order_by(InboxMessage.id)):
        yield f"message {message}: lies in an inbox, and the delivery log does not know of it"
    sent = (Mail.state == "sent") != Mail.sent_at.is_not(None)
    for row in session.execute(select(Mail.id, Mail.state).where(sent).order_by(Mail.id)):
        yield f"mail {row.id}: is {row.state}, but its time of sending says otherwise"
    late = select(Watch.id).where(Watch.done_at.is_(None), Watch.due_at < clock.now() - LATE).order_by(Watch.id)
    for watch in session.scalars(late):
        yield f"watch {watch}: was due for an hour, and nobody asked about it"
