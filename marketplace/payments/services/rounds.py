"""Rounds through open charges: a gateway that hangs holds a worker for seconds, and no charge stands behind it for ever."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import chain, takewhile
from time import monotonic
from typing import Protocol
from uuid import UUID

from marketplace.payments.queries import FIRST, Place


class Queue(Protocol):
    """Things that their gateways are to be asked about, in a row for each gateway."""

    @property
    def name(self) -> str:
        """Return what the place in the row is kept under."""

    def gateways(self) -> tuple[str, ...]:
        """Return the keys of the gateways that have a row."""

    def places(self, gateway: str, after: Place) -> Iterator[Place]:
        """Yield the row of a gateway behind a place."""


ROUND = timedelta(seconds=10)
"""How long the schedules ask one gateway at a time."""
AWAY_AFTER = 3
"""A gateway that could not be reached so often in a row is left alone until the next round."""
_left_off: dict[tuple[str, str], Place] = {}
# Of this process alone: what is lost with it is a place in a row, and the next round begins in front.


def go_round(queue: Queue, act: Callable[[UUID], bool], within: timedelta | None) -> tuple[int, int]:
    """Act on the things of a queue, one gateway after the other; return of how many, and for how many it worked.

    With ``within`` each gateway has so much time and may be away ``AWAY_AFTER`` times in a row; the next round goes on
    behind the last charge of this one. Without it nothing is left out.
    """
    tried = done = 0
    for gateway in queue.gateways():
        key, failed = (queue.name, gateway), 0
        end = monotonic() + within.total_seconds() if within else None
        for place in _from(queue, gateway, _left_off.get(key, FIRST)):
            _left_off[key] = place
            worked = act(place[1])
            tried, done, failed = tried + 1, done + worked, 0 if worked else failed + 1
            if end is not None and (failed >= AWAY_AFTER or monotonic() >= end):
                break
        else:
            _left_off.pop(key, None)
    return tried, done


def _from(queue: Queue, gateway: str, start: Place) -> Iterator[Place]:
    behind = queue.places(gateway, start)
    if start == FIRST:
        return behind
    return chain(behind, takewhile(lambda place: place <= start, queue.places(gateway, FIRST)))
