"""What a plugin fills to have its things found, and what an engine must be able to do."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from marketplace.kernel.events import Event
from marketplace.kernel.plugin import Slot
from search.question import Found, Query
from search.shape import Field, Kind, Shape, shape_of

__all__ = [
    "Document",
    "Engine",
    "Field",
    "Index",
    "Kind",
    "Shape",
    "State",
    "Value",
    "engine",
    "engines",
    "indexes",
    "shape_of",
]

Value = str | int | bool | None | Sequence[str] | Sequence[int]
Document = Mapping[str, Value]
"""``{"id": text, field name: value, or list of values}``. A field that is not there has no value; a flag is then no."""


@dataclass(frozen=True, kw_only=True)
class Index:
    """Things that can be found: which fields they have, and where their documents come from.

    Only what everybody may see belongs in it (R20.1).
    """

    name: str
    fields: Callable[[], tuple[Field, ...]]
    """Asked anew each time, because plugins above may add fields."""
    ids: Callable[[], Iterable[Sequence[str]]]
    """The ids of everything that can be found now, in batches."""
    documents: Callable[[Sequence[str]], Iterable[Document]]
    """The documents of these ids as the database has them now; an id without one is taken out of the index."""
    follows: Callable[[], Mapping[type[Event], Callable[[Any], Sequence[str]]]] = dict
    """The events after which documents change, each with the ids that it touches; asked once, when plugins are joined."""


@dataclass(frozen=True)
class State:
    """How an index stands: ``ready`` to answer, else the reason why not."""

    ready: bool
    reason: str = ""
    documents: int = 0
    built_at: str = ""


class Engine(Protocol):
    """Finds documents. Every method may raise ``search.question.Unavailable``; only the worker calls the writing ones."""

    def search(self, name: str, shape: Shape, query: Query) -> Found:
        """Answer a query; ValueError for a field that the index has not, or not in that way."""

    def apply(self, name: str, shape: Shape, documents: Iterable[Document], gone: Iterable[str]) -> None:
        """Put documents in or in place of older ones and take others out, all at once; harmless to repeat."""

    def rebuild(self, name: str, shape: Shape, documents: Iterable[Document]) -> int:
        """Build the index anew beside the one in use, put it in its place, and return the number of documents."""

    def state(self, name: str, shape: Shape) -> State:
        """Tell how the index stands."""


indexes: Slot[Index] = Slot("search.indexes")
engines: Slot[Callable[[], Engine | None]] = Slot("search.engines")
"""Each gives an engine, or None where the settings do not ask for it; the first that is given answers."""


def engine() -> Engine:
    """Return the engine of the present application."""
    return next(given for offered in engines if (given := offered()) is not None)
