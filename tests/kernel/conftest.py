"""A small town for the kernel: one plugin with a till, told about by events, so that no real plugin is needed."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from marketplace import create_app
from marketplace.kernel.db import db, session
from marketplace.kernel.plugin import Plugin
from marketplace.testing.plugin import administer, environment, hang_up, sibling
from marketplace.web import migrate

Town = Callable[..., Flask]


@pytest.fixture
def town(server: str, tmp_path: Path) -> Iterator[Town]:
    """Make sites of given plugins, on one database where transactions really commit."""
    name = f"town_{os.getpid()}"
    administer(server, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)", f"CREATE DATABASE {name}")
    url = sibling(server, name)
    made: list[Flask] = []

    def make(*plugins: Plugin, **settings: str) -> Flask:
        site = create_app(plugins, environ=environment(url, tmp_path, **settings))
        with site.app_context():
            migrate.upgrade(db.engine, plugins)
        made.append(site)
        return site

    yield make
    for site in made:
        with site.app_context():
            session.remove()
            hang_up()
    administer(server, f"DROP DATABASE {name} WITH (FORCE)")
