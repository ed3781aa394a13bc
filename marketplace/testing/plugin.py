"""The pytest plugin: ``app``, ``client``, ``outbox``, ``clock``, ``live``; on one real server a process."""

import os
import socket
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from flask import Flask, has_app_context
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.engine import make_url

from marketplace import create_app
from marketplace.kernel import db as database
from marketplace.kernel.db import db, session
from marketplace.kernel.models import StoredEvent
from marketplace.kernel.slots import references
from marketplace.kernel.words import LANGUAGES, speak
from marketplace.local.postgres import Server
from marketplace.web import migrate

CONNECT = socket.socket.connect


def environment(url: str, folder: Path, **more: str) -> dict[str, str]:
    """Return the settings of a site under test."""
    return {
        "DATABASE_URL": url,
        "SECRET_KEY": "only-for-tests-" * 3,
        "MAIL_SINK_DIR": str(folder / "mail"),
        "JKP_INSTANCE": str(folder),
        "JKP_TEST_HOOKS": "1",
        "PASSWORD_PROFILE": "cheapest",
        "TRUSTED_HOSTS": "localhost,127.0.0.1",
        **more,
    }


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the address of a PostgreSQL server: ``TEST_DATABASE_URL``, or one from the wheel for this run."""
    if given := os.environ.get("TEST_DATABASE_URL"):
        yield given
        return
    with Server(tmp_path_factory.mktemp("postgres") / "pg", fsync=False) as started:
        yield started.url


def administer(url: str, *statements: str) -> None:
    """Run statements outside a transaction: making and dropping databases."""
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())


def sibling(url: str, name: str) -> str:
    """Return the address of another database on the same server."""
    return make_url(url).set(database=name).render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def template(server: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Give the address of a database with every migration run and the reference data loaded."""
    name = f"template_{os.getpid()}"
    administer(server, f"DROP DATABASE IF EXISTS {name}", f"CREATE DATABASE {name}")
    url = sibling(server, name)
    site = create_app(environ=environment(url, tmp_path_factory.mktemp("template")))
    with site.app_context():
        migrate.upgrade(db.engine, site.extensions["jkp"].plugins)
        for load in references:
            load()
        session.remove()
        hang_up()
    return url


def hang_up() -> None:
    """Close the connections of the site of now, so that its database can be dropped."""
    for engine in db.engines.values():
        engine.dispose()


@dataclass
class Live:
    """A site with a database of its own, where transactions really commit."""

    app: Flask
    url: str
    folder: Path
    environ: Mapping[str, str]


@pytest.fixture
def make_live(server: str, template: str, tmp_path: Path) -> Iterator[Callable[..., Live]]:
    """Give a function that makes live sites, each on a copy of the template; settings as keywords."""
    made: list[Live] = []

    def make(**settings: str) -> Live:
        name = f"live_{os.getpid()}_{len(made)}_{os.urandom(4).hex()}"
        administer(server, f"CREATE DATABASE {name} TEMPLATE {make_url(template).database}")
        url = sibling(server, name)
        environ = environment(url, tmp_path, **settings)
        made.append(Live(create_app(environ=environ), url, tmp_path, environ))
        return made[-1]

    yield make
    for one in made:
        with one.app.app_context():
            hang_up()
        administer(server, f"DROP DATABASE {make_url(one.url).database} WITH (FORCE)")


@pytest.fixture
def live(make_live: Callable[..., Live]) -> Iterator[Live]:
    """Give a live site inside its application context."""
    site = make_live()
    with site.app.app_context():
        yield site
        session.remove()


@pytest.fixture(scope="session")
def _site(server: str, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    # A copy, for nobody may be connected to the template when live sites are made from it.
    name = f"site_{os.getpid()}"
    administer(server, f"CREATE DATABASE {name} TEMPLATE {make_url(template).database}")
    site = create_app(environ=environment(sibling(server, name), tmp_path_factory.mktemp("site")))
    yield site
    with site.app_context():
        hang_up()
    administer(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def app(_site: Flask) -> Iterator[Flask]:
    """Give the site inside its application context, in a transaction that is rolled back afterwards."""
    with _site.app_context():
        # What the test before it spoke is not what this one speaks.
        speak(LANGUAGES[0])
        connection = db.engine.connect()
        transaction = connection.begin()
        usual = _site.extensions["jkp_binds"]
        _site.extensions["jkp_binds"] = {"read": connection, "write": connection}
        try:
            yield _site
        finally:
            session.remove()
            transaction.rollback()
            connection.close()
            _site.extensions["jkp_binds"] = usual


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Give a browser-like client: its posts say that they come from our own pages."""
    made = app.test_client()
    made.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
    return made


class Outbox:
    """What was told so far in this test."""

    def __iter__(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Give name and payload of each event, oldest first."""
        rows = session.execute(select(StoredEvent.name, StoredEvent.payload).order_by(StoredEvent.id))
        return iter([(row.name, row.payload) for row in rows])

    def named(self, event: type[object]) -> list[dict[str, Any]]:
        """Return the payloads of one kind of event."""
        name = getattr(event, "name")()  # noqa: B009 - an Event class
        return [payload for told, payload in self if told == name]


@pytest.fixture
def outbox(app: Flask) -> Outbox:  # noqa: ARG001 - asked for its effect: there is a transaction to look into
    """Give the events told in this test."""
    return Outbox()


class TestClock:
    """The program's clock, in the test's hands."""

    __test__ = False

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self._patch = patch

    def set(self, moment: str) -> None:
        """Stop the clock at an ISO time with offset."""
        self._patch.setenv("JKP_NOW", moment)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> TestClock:
    """Give the clock, stopped on a Friday morning in Jakarta."""
    monkeypatch.setenv("JKP_TEST_HOOKS", "1")
    held = TestClock(monkeypatch)
    held.set("2026-11-27T09:00:00+07:00")
    return held


@pytest.fixture(autouse=True)
def _no_site_left_open() -> None:
    """Refuse to start inside the site of a fixture that outlives its test.

    Whatever asks for the site "of now" would get that one, and its transaction would idle until PostgreSQL ends it.
    """
    if has_app_context():
        pytest.fail("a fixture wider than one test keeps an application context open")


@pytest.fixture(autouse=True)
def _no_calls_in_transactions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse every network call made while a service's transaction is open (R2.5)."""

    def connect(self: socket.socket, address: Any) -> None:  # noqa: ANN401 - any address family
        if database.writing():
            message = f"a network call to {address!r} was made while a transaction was open"
            raise AssertionError(message)
        CONNECT(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect)
