"""Keeping the indexes up with the database: handlers of the events they follow, and a sweep that builds what is missing."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from marketplace.kernel.events import Event, Handler
from search import services
from search.slots import Index, indexes


def handlers() -> Mapping[type[Event], tuple[Handler, ...]]:
    """Return one outside handler for each index and each event that it follows."""
    derived: dict[type[Event], tuple[Handler, ...]] = {}
    for index in indexes:
        for event, touched in index.follows().items():
            run = partial(_bring_up, index, touched)
            handler = Handler(f"search:{index.name}:{event.name()}", inside=False, run=run)
            derived[event] = (*derived.get(event, ()), handler)
    return derived


def _bring_up(index: Index, touched: Callable[[Any], Sequence[str]], event: Event, _delivery: UUID) -> None:
    if ids := list(dict.fromkeys(touched(event))):
        services.apply(index, ids)
