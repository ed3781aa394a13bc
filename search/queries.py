"""Asking an index. Results are ids: whoever shows or sells a thing looks at the database again (R20.3)."""

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


def index_named(name: str) -> Index:
    """Return the index of a name; LookupError when there is none."""
    for index in indexes:
        if index.name == name:
            return index
    message = f"no plugin fills in an index named {name!r}"
    raise LookupError(message)
