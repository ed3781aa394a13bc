"""Keeping the indexes up with the database: one outside handler for each index and each event that it follows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from marketplace.kernel.events import Event, Handler
from search import queries, services
from search.slots import Index, indexes


@dataclass
class Follower:
    """Brings an index up after one kind of event, with all that waits of that kind in one go.

    Documents are read after the deliveries are, so one batch holds the effect of them all; when the others are delivered
    here there is nothing left to do. Those that another process gets are applied again, which changes nothing.
    """

    index: Index
    event: type[Event]
    touched: Callable[[Any], Sequence[str]]
    done: frozenset[UUID] = field(default=frozenset())

    @property
    def handler(self) -> Handler:
        """The handler, under the name that the outbox stores."""
        return Handler(f"search:{self.index.name}:{self.event.name()}", inside=False, run=self.bring_up)

    def bring_up(self, event: Event, delivery: UUID) -> None:
        """Apply what the event touched, unless a batch did."""
        if delivery in self.done:
            return
        waiting = queries.waiting(self.handler.name)
        events = [event, *(self.event(**payload) for payload in waiting.values())]
        if ids := list(dict.fromkeys(key for one in events for key in self.touched(one))):
            services.apply(self.index, ids)
        self.done = frozenset(waiting)


def handlers() -> Mapping[type[Event], tuple[Handler, ...]]:
    """Return a follower's handler for each index and each event that it follows."""
    derived: dict[type[Event], tuple[Handler, ...]] = {}
    for index in indexes:
        for event, touched in index.follows().items():
            derived[event] = (*derived.get(event, ()), Follower(index, event, touched).handler)
    return derived
