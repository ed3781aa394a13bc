"""Asking an index. Results are ids: whoever shows or sells a thing looks at the database again (R20.3)."""

from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import literal, select, text

from marketplace.kernel.db import rows, session
from marketplace.kernel.models import Delivery, StoredEvent
from marketplace.kernel.plugin import current
from search.naming import Name, Names
from search.question import Band, Between, Filter, Found, Is, OneOf, Query, Unavailable
from search.shape import Shape, shape_of
from search.slots import Index, State, engine, indexes

__all__ = [
    "Band",
    "Between",
    "Filter",
    "Found",
    "Is",
    "Name",
    "Names",
    "OneOf",
    "Query",
    "Unavailable",
    "index_named",
    "search",
    "shape",
    "states",
]

TOGETHER = 500
"""How many changes are brought into an index in one go."""


def search(index: str, query: Query) -> Found:
    """Return what the index has for a query.

    Raises Unavailable when the index cannot be asked now, so that the caller lists from the database instead (R13.1);
    LookupError when no plugin fills in an index of that name; ValueError for fields it has not, or not in that way.
    """
    held = index_named(index)
    return engine().search(held.name, shape(held), query)


def states() -> dict[str, State]:
    """Return how every index stands, by name."""
    return {index.name: engine().state(index.name, shape(index)) for index in indexes}


def shape(index: Index) -> Shape:
    """Return the shape of an index as it is to be now, over the present database."""
    return shape_of(index.fields(), _database(current().settings.database_url))


@lru_cache(maxsize=8)
def _database(_url: str) -> str:
    """Return which database an address leads to: PostgreSQL's own numbers of the server's data and of the database in it.

    One made anew, restored under another name or copied has others, so that an index folder kept from before is not
    taken for its own. Asked once by each process.
    """
    numbers = "SELECT system_identifier || '.' || oid FROM pg_control_system(), pg_database WHERE datname = current_database()"
    return str(session.scalar(text(numbers)))


def waiting(handler: str) -> dict[UUID, dict[str, Any]]:
    """Return the deliveries that wait for a handler, with what was told, oldest first, up to ``TOGETHER``."""
    found = rows(
        select(Delivery.id, StoredEvent.payload)
        .join(StoredEvent, StoredEvent.id == Delivery.event_id)
        .where(Delivery.state == literal("waiting"), Delivery.handler == handler)
        .order_by(Delivery.due_at, Delivery.id)
        .limit(TOGETHER)
    )
    return {row.id: row.payload for row in found}


def index_named(name: str) -> Index:
    """Return the index of a name; LookupError when there is none."""
    for index in indexes:
        if index.name == name:
            return index
    message = f"no plugin fills in an index named {name!r}"
    raise LookupError(message)
