"""Every test stands on the marketplace's own pytest plugin, loaded by its entry point.

Here stand the fixtures of the stand-ins, and the order of a run: what takes long comes first, so that no process works on when
the others are done.
"""

from collections.abc import Iterator

import pytest
from coverage import Coverage

pytest_plugins = ["tests.standins.fixtures"]
LONG = ("browser", "early", "slow")
UNMEASURED = ("browser", "slow")
"""Measuring takes half as long again as running: what these run is also run, and measured, by tests that say what broke."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put modules with long tests first, journeys before all; what is alike in that stays in its random order.

    What shares something costly stands before what can be taken over by another process one by one.
    """
    longest: dict[object, int] = {}
    for item in items:
        marks = [place for place, mark in enumerate(LONG) if item.get_closest_marker(mark)]
        longest[item.path] = min([longest.get(item.path, len(LONG)), *marks])
    items.sort(key=lambda item: longest[item.path])


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Do not measure what a journey or a long test runs."""
    measuring = Coverage.current() if any(item.get_closest_marker(mark) for mark in UNMEASURED) else None
    if measuring is None:
        return (yield)
    measuring.stop()
    try:
        return (yield)
    finally:
        measuring.start()
