"""A person's inbox, grouped by what the messages are about, and how much of it is unread."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, tuple_

from marketplace.kernel.access import Actor
from marketplace.kernel.db import rows, session
from marketplace.kernel.pages import Page, page, position
from marketplace.kernel.words import several
from marketplace.notifications.models import InboxMessage

SIZE = 30
MOST_COUNTED = 100


@dataclass(frozen=True)
class Received:
    """A message as its reader sees it."""

    id: UUID
    title: str = field(repr=False)
    body: str = field(repr=False)
    url: str = field(repr=False)
    group: str
    at: datetime
    read: bool


@dataclass(frozen=True)
class Group:
    """Messages about one thing, newest first; without a name they are about nothing that others are about."""

    name: str
    messages: tuple[Received, ...]


@dataclass(frozen=True)
class Inbox:
    """One page of an inbox: its groups, how much is unread in all, the newest message, and the cursor of older ones."""

    groups: tuple[Group, ...]
    unread: int
    newest: UUID | None
    next: str | None


def inbox(actor: Actor, cursor: str | None = None) -> Inbox:
    """Return a page of the actor's inbox, newest first, in one statement; raises NotFound for a cursor that is none of ours."""
    own = InboxMessage.person_id == actor.id
    unread = select(func.count()).select_from(InboxMessage).where(own, InboxMessage.read_at.is_(None)).scalar_subquery()
    wanted = select(
        InboxMessage.id,
        InboxMessage.title,
        InboxMessage.body,
        InboxMessage.url,
        InboxMessage.group_ref,
        InboxMessage.at,
        InboxMessage.read_at,
        unread.label("unread"),
    ).where(own)
    if place := position(cursor):
        wanted = wanted.where(tuple_(InboxMessage.at, InboxMessage.id) < tuple_(*place))
    wanted = wanted.order_by(InboxMessage.at.desc(), InboxMessage.id.desc()).limit(SIZE + 1)
    found = rows(wanted)
    read = [
        Received(row.id, row.title, row.body, row.url, row.group_ref, row.at, row.read_at is not None) for row in found
    ]
    held: Page[Received] = page(read, SIZE, lambda one: (one.at, one.id))
    return Inbox(
        groups=_grouped(held.items),
        unread=found[0].unread if found else 0,
        newest=held.items[0].id if held.items else None,
        next=held.next,
    )


def _grouped(messages: Sequence[Received]) -> tuple[Group, ...]:
    groups: dict[str, list[Received]] = {}
    for one in messages:
        groups.setdefault(one.group or str(one.id), []).append(one)
    return tuple(Group(many[0].group, tuple(many)) for many in groups.values())


def badge(actor: Actor) -> dict[str, object] | None:
    """Return the unread count for the head of pages, with what a screen reader says; None for who has no inbox.

    One statement for a person, none for others; it stops counting at a hundred.
    """
    if actor.kind != "person":
        return None
    unread = (
        select(InboxMessage.id)
        .where(InboxMessage.person_id == actor.id, InboxMessage.read_at.is_(None))
        .limit(MOST_COUNTED)
        .subquery()
    )
    count = session.scalar(select(func.count()).select_from(unread)) or 0
    said = several("Notifications, %(num)s unread", "Notifications, %(num)s unread", count)
    return {"count": count, "label": str(said)}
