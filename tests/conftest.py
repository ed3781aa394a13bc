"""Every test stands on the marketplace's own pytest plugin, loaded by its entry point.

Here stands the order of a run alone: what takes long comes first, so that no process works on when the others are done.
"""

import pytest

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
"""Every test stands on the marketplace's own pytest plugin, loaded by its entry point; the stand-ins' fixtures join here."""

pytest_plugins = ["tests.standins.fixtures"]
