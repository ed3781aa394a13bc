"""Pages of things: an opaque cursor over a total order, time and then identifier."""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Generic, TypeVar
from uuid import UUID

from marketplace.kernel.errors import NotFound

T = TypeVar("T")
LONGEST_CURSOR = 200


@dataclass(frozen=True)
class Page(Generic[T]):
    """Some things of a list, and the cursor of the next page or None at the end."""

    items: tuple[T, ...]
    next: str | None


Position = tuple[datetime, UUID]


def position(cursor: str | None) -> Position | None:
    """Return the place a cursor names, None for the start; raises NotFound for one that we did not make."""
    if not cursor:
        return None
    if len(cursor) > LONGEST_CURSOR:
        raise NotFound
    try:
        moment, key = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        instant = datetime.fromisoformat(moment)
        if instant.tzinfo is None:
            raise NotFound
        return instant.astimezone(UTC), UUID(key)
    except (binascii.Error, ValueError, TypeError, AttributeError, OverflowError) as failure:
        raise NotFound from failure


def page(found: Sequence[T], size: int, place: Callable[[T], Position]) -> Page[T]:
    """Make a page from up to ``size + 1`` rows; ``place`` gives the position of one."""
    items = tuple(found[:size])
    if len(found) <= size:
        return Page(items, None)
    moment, key = place(items[-1])
    return Page(items, base64.urlsafe_b64encode(json.dumps([moment.isoformat(), str(key)]).encode()).decode())
