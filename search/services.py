"""Bringing an index to what the database says: a few documents at a time, or the whole anew."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import text

from marketplace.kernel.db import db, session
from search import queries
from search.slots import Document, Index, engine, indexes


def apply(index: Index, ids: Sequence[str]) -> None:
    """Bring these documents of the index to what the database says now.

    An index that is missing or of another shape is built anew instead. Raises Unavailable when its files refuse, and
    OperationalError when another process has been writing for too long; both are worth another try.
    """
    with _turn(index):
        shape = queries.shape(index)
        if not engine().state(index.name, shape).ready:
            _build(index)
            return
        documents = list(index.documents(ids))
        session.rollback()  # What was read ends here: files are written with no transaction open (R2.5).
        found = {document["id"] for document in documents}
        engine().apply(index.name, shape, documents, [key for key in ids if key not in found])


def rebuild(index: Index) -> int:
    """Build the index anew from the database and put it in place of the one in use; return the number of documents."""
    with _turn(index):
        return _build(index)


def refresh() -> int:
    """Build anew every index that is missing, broken or of another shape; return how many that were."""
    return sum(_refreshed(index) for index in indexes)


def _refreshed(index: Index) -> bool:
    if engine().state(index.name, queries.shape(index)).ready:
        return False
    with _turn(index):
        # Another worker may have done it while this one waited.
        if engine().state(index.name, queries.shape(index)).ready:
            return False
        _build(index)
    return True


def _build(index: Index) -> int:
    return engine().rebuild(index.name, queries.shape(index), _documents(index))


def _documents(index: Index) -> Iterator[Document]:
    for batch in list(index.ids()):
        documents = list(index.documents(batch))
        session.rollback()
        yield from documents


@contextmanager
def _turn(index: Index) -> Iterator[None]:
    """Let one process at a time write an index.

    The lock belongs to a connection of its own that is in no transaction, so that a long rebuild holds none open; if
    the process dies, it goes with the connection. Waiting ends with the connection's statement timeout.
    """
    session.rollback()  # Whatever was read so far ends here: what is read in this turn is of its own moment.
    name = {"name": f"search.{index.name}"}
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("SELECT pg_advisory_lock(hashtextextended(:name, 0))"), name)
        try:
            yield
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(hashtextextended(:name, 0))"), name)
