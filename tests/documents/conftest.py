"""Two kinds of papers for the trials, as if a plugin brought them."""

from collections.abc import Iterator

import pytest
from flask import Flask

from marketplace.testing.plugin import Live
from tests.factories import documents


@pytest.fixture
def papers(app: Flask) -> Iterator[Flask]:
    with documents.known(app, documents.LAYOUT, documents.NOTE_LAYOUT):
        yield app


@pytest.fixture
def live_papers(live: Live) -> Iterator[Live]:
    with documents.known(live.app, documents.LAYOUT, documents.NOTE_LAYOUT):
        yield live
