"""Asking an index. Results are ids: whoever shows or sells a thing looks at the database again (R20.3)."""

from typing import Any
from uuid import UUID

from sqlalchemy import literal, select

from marketplace.kernel.db import rows
from marketplace.kernel.models import Delivery, StoredEvent
from search.question import Band, Between, Filter, Found, Is, OneOf, Query, Unavailable
from search.shape import shape_of
from search.slots import Index, State, engine, indexes

__all__ = [
    "Band",
    "Between",
    "Filter",
    "Found",
    "Is",
    "OneOf",
    "Query",
    "Unavailable",
    "index_named",
    "search",
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
    return engine().search(held.name, shape_of(held.fields()), query)


def states() -> dict[str, State]:
    """Return how every index stands, by name."""
    return {index.name: engine().state(index.name, shape_of(index.fields())) for index in indexes}


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
