"""Every test stands on the marketplace's own pytest plugin, loaded by its entry point.

Here stand the fixtures of the stand-ins, and the order of a run: what takes long comes first, so that no process works on when
the others are done.
"""

import os
from collections import Counter
from collections.abc import Iterator

import pytest
from coverage import Coverage

pytest_plugins = ["tests.standins.fixtures"]
LONG = ("browser", "early", "slow")
UNMEASURED = ("browser", "early", "slow", "unmeasured", "hypothesis")
"""Measuring takes as long again as running: what these run is also run, and measured, by tests that say what broke."""
CHILDREN = "COVERAGE_PROCESS_CONFIG"
MEASURED_CASES = 1
"""Of a test with many cases so many are measured, those that a process happens to run first; the rest runs the same code."""


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
    """Do not measure what a journey, a long test or the same test with other words runs."""
    measuring = Coverage.current() if _left_out(item) else None
    if measuring is None:
        return (yield)
    measuring.stop()
    # The programs that a journey starts are told by the environment; what a long test starts may be all that runs a module.
    told = os.environ.pop(CHILDREN, None) if item.get_closest_marker("browser") else None
    try:
        return (yield)
    finally:
        if told is not None:
            os.environ[CHILDREN] = told
        measuring.start()


_cases: Counter[tuple[str, str]] = Counter()


def _left_out(item: pytest.Item) -> bool:
    name, case, _words = item.name.partition("[")
    _cases[item.parent.nodeid if item.parent else "", name] += bool(case)
    many = _cases[item.parent.nodeid if item.parent else "", name] > MEASURED_CASES
    return many or any(item.get_closest_marker(mark) for mark in UNMEASURED)
