"""Every test stands on the marketplace's own pytest plugin, loaded by its entry point.

Here stand the fixtures of the stand-ins, and the order of a run: what takes long comes first, so that no process works on when
the others are done.
"""

import pytest

pytest_plugins = ["tests.standins.fixtures"]
LONG = ("browser", "early", "slow")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put modules with long tests first, journeys before all; what is alike in that stays in its random order.

    What shares something costly stands before what can be taken over by another process one by one.
    """
    longest: dict[object, int] = {}
    for item in items:
        marks = [place for place, mark in enumerate(LONG) if item.get_closest_marker(mark)]
        longest[item.path] = min([longest.get(item.path, len(LONG)), *marks])
    items.sort(key=lambda item: longest[item.path])
