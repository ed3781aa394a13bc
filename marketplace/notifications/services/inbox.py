"""The inbox: what is put into it, and what its owner has read."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.dialects.postgresql import insert

from marketplace.kernel import clock, ids
from marketplace.kernel.access import Actor
from marketplace.kernel.db import session, transactional
from marketplace.kernel.errors import NotFound
from marketplace.notifications.models import InboxMessage, Preference
from marketplace.notifications.models import Mail as LogRow
from marketplace.notifications.slots import Message

KEPT = timedelta(days=365)
TOGETHER = 5_000


@transactional
def put(message: Message, key: str) -> None:
    """Put a message into its recipient's inbox; the same key again changes nothing."""
    row = insert(InboxMessage).values(
        id=ids.uuid7(),
        person_id=message.recipient.person_id,
        message_key=key,
        delivery_id=message.delivery,
        kind=message.kind,
        group_ref=message.group,
        title=message.short_title,
        body=message.short,
        url=message.link,
        at=clock.now(),
    )
    session.execute(row.on_conflict_do_nothing(index_elements=["person_id", "message_key"]))


@transactional
def read_one(message_id: UUID, *, by: Actor) -> str:
    """Note that the actor has read a message of theirs; return the path it leads to, empty for none. Raises NotFound."""
    own = (InboxMessage.id == message_id, InboxMessage.person_id == by.id)
    found = session.execute(select(InboxMessage.url, InboxMessage.read_at).where(*own)).one_or_none()
    if found is None:
        raise NotFound
    if found.read_at is None:
        _read(*own)
    return str(found.url)


@transactional
def read_all(newest: UUID, *, by: Actor) -> int:
    """Note that the actor has read all up to the newest message that they saw; what came meanwhile stays unread.

    Returns how many that were. Raises NotFound for a message that is not theirs.
    """
    seen = session.execute(
        select(InboxMessage.at, InboxMessage.id).where(InboxMessage.id == newest, InboxMessage.person_id == by.id)
    ).one_or_none()
    if seen is None:
        raise NotFound
    older = (InboxMessage.at < seen.at) | ((InboxMessage.at == seen.at) & (InboxMessage.id <= seen.id))
    return _read(InboxMessage.person_id == by.id, older)


def _read(*which: ColumnElement[bool]) -> int:
    done = (
        update(InboxMessage)
        .where(*which, InboxMessage.read_at.is_(None))
        .values(read_at=clock.now())
        .returning(InboxMessage.id)
        .execution_options(synchronize_session=False)
    )
    return len(session.execute(done).all())


@transactional
def sweep() -> int:
    """Drop messages of more than a year ago, some thousands at once; return how many."""
    old = select(InboxMessage.id).where(InboxMessage.at < clock.now() - KEPT).limit(TOGETHER).scalar_subquery()
    gone = delete(InboxMessage).where(InboxMessage.id.in_(old)).returning(InboxMessage.id)
    return len(session.execute(gone.execution_options(synchronize_session=False)).all())


@transactional
def erase_person(person_id: UUID) -> None:
    """Drop a person's messages and choices, and leave nothing in the log that leads to them (R22.3)."""
    for table in (InboxMessage, Preference):
        session.execute(delete(table).where(table.person_id == person_id).execution_options(synchronize_session=False))
    forgotten = update(LogRow).where(LogRow.person_id == person_id).values(person_id=None, to_hash="")
    session.execute(forgotten.execution_options(synchronize_session=False))
