"""A cursor names a place in a list; what we did not make names none."""

import base64
import json
from datetime import UTC, datetime
from uuid import UUID

import pytest

from marketplace.kernel.errors import NotFound
from marketplace.kernel.ids import uuid7
from marketplace.kernel.pages import page, position

Thing = tuple[datetime, UUID]


def test_a_list_is_walked_to_its_end() -> None:
    things: list[Thing] = [(datetime(2026, 11, day, tzinfo=UTC), uuid7()) for day in (3, 2, 1)]
    first = page(things, 2, lambda thing: thing)
    assert first.items == tuple(things[:2])
    assert position(first.next) == things[1]
    last = page(things[2:], 2, lambda thing: thing)
    assert last.items == (things[2],)
    assert last.next is None
    assert position(None) is None


def encoded(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode()


CURSORS = {
    "a word": "rubbish",
    "no base64": "%%%",
    "no list": encoded({"a": 1}),
    "no id": encoded(["2026-11-27T09:00:00+07:00"]),
    "no time zone": encoded(["2026-11-27T09:00:00", str(uuid7())]),
    "no time": encoded(["yesterday", str(uuid7())]),
    "a number for an id": encoded(["2026-11-27T09:00:00+07:00", "7"]),
    "numbers": encoded([1, 2]),
    "before all time": encoded(["0001-01-01T00:00:00+23:00", str(uuid7())]),
    "lists within lists": base64.urlsafe_b64encode(b"[" * 3000).decode(),
}


@pytest.mark.parametrize("cursor", CURSORS.values(), ids=CURSORS)
def test_a_cursor_that_we_did_not_make_is_not_found(cursor: str) -> None:
    with pytest.raises(NotFound):
        position(cursor)
