"""A whole site for journeys, with who delivers what it tells, and a browser to walk through it."""

import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from uuid import UUID

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright
from sqlalchemy.engine import make_url
from werkzeug.serving import WSGIRequestHandler, make_server

from marketplace import create_app
from marketplace.catalog.demo_gallery import hang
from marketplace.catalog.queries.categories import forget_categories
from marketplace.kernel import ids, outbox
from marketplace.kernel.access import Actor
from marketplace.kernel.db import session
from marketplace.kernel.outbox import relay
from marketplace.orders.services import put
from marketplace.testing.plugin import Live, administer, environment, hang_up, sibling
from tests.architecture.matrix import Town, settle
from tests.factories.ports import free_port

HOUSE = Path(__file__).parents[2]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
UP_SECONDS = 180.0
RELAY_SECONDS = 0.1
PATIENCE = 60_000
"""Milliseconds: what a page has until what is looked for is on it, for machines much slower than ours."""
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",  # containers give 64 MiB of it, and a page that wants more dies
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

expect.set_options(timeout=PATIENCE)


@dataclass
class Site:
    """A running site, and the database behind it."""

    base: str
    live: Live


def answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=20) as answer:  # noqa: S310 - our own address
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


class Silent(WSGIRequestHandler):
    """Writes no line for each request."""

    def log(self, *_args: object) -> None:
        """Say nothing."""


@pytest.fixture
def settings_of_site() -> dict[str, str]:
    """Give what a module's site is set to beside the usual."""
    return {}


@pytest.fixture
def in_processes() -> bool:
    """Tell whether web server and worker of a module's site are processes of their own, as they are outside of tests."""
    return False


@pytest.fixture
def site(make_live: Callable[..., Live], settings_of_site: dict[str, str], *, in_processes: bool) -> Iterator[Site]:
    """Give a site that answers on a port of its own, with somebody who delivers what it tells; they end with the test."""
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    live = make_live(PUBLIC_BASE_URL=base, **settings_of_site)
    with (processes if in_processes else threads)(live, port), live.app.app_context():
        yield Site(base, live)


@contextmanager
def processes(live: Live, port: int) -> Iterator[None]:
    """Run web server and worker as they run for everybody."""
    base = f"http://127.0.0.1:{port}"
    environ = {**os.environ, **live.environ, "PYTHONPATH": str(HOUSE)}
    programs = Path(sys.executable).parent
    web = [programs / "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    parts = (
        [*web, "--workers", "1", "--blocking-threads", "4", "--no-ws", "--log-level", "warning", "wsgi:app"],
        [programs / "jkp", "worker"],
    )
    log = (live.folder / "parts.log").open("wb")
    running = [
        subprocess.Popen(part, env=environ, cwd=HOUSE, stdout=log, stderr=log, start_new_session=True) for part in parts
    ]
    try:
        limit = time.monotonic() + UP_SECONDS
        while not answers(base):
            assert time.monotonic() < limit, (live.folder / "parts.log").read_text(encoding="utf-8", errors="replace")
            time.sleep(0.1)
        yield
    finally:
        for one in running:
            os.killpg(one.pid, signal.SIGTERM)
        for one in running:
            try:
                one.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(one.pid, signal.SIGKILL)
                one.wait()
        log.close()


@contextmanager
def threads(live: Live, port: int) -> Iterator[None]:
    """Serve a site from this process: it opens twenty times as fast, and only who starts it is another."""
    # A process keeps the order of things for a minute, and the site before this one may have had another.
    forget_categories()
    serving = make_server("127.0.0.1", port, live.app, threaded=True, request_handler=Silent)
    ended = Event()
    parts = [Thread(target=serving.serve_forever), Thread(target=deliver, args=(live.app, ended))]
    for one in parts:
        one.start()
    try:
        yield
    finally:
        ended.set()
        serving.shutdown()
        for one in parts:
            one.join()
        serving.server_close()


def deliver(app: Flask, ended: Event) -> None:
    """Do what the worker does, until it is said to be enough."""
    while not ended.wait(RELAY_SECONDS):
        with app.app_context():
            for name in outbox.due_schedules():
                outbox.tick(name)
            while outbox.relay():
                pass
            session.remove()


def chromium() -> str | None:
    """Return the browser that CHROMIUM names, or one on the PATH."""
    if named := os.environ.get("CHROMIUM"):
        return shutil.which(named)
    return next(filter(None, map(shutil.which, NAMES)), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Give a Chromium; without one the journeys are skipped, and say so."""
    program = chromium()
    if program is None:
        pytest.skip("there is no Chromium here: set CHROMIUM to one")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=list(QUIET))
        yield started
        started.close()


@pytest.fixture
def visitor(browser: Browser, site: Site) -> Iterator[Callable[..., BrowserContext]]:
    """Give a function that opens a fresh browser of somebody, by default on a phone."""
    opened: list[BrowserContext] = []

    def visit(*, script: bool = True, width: int = 360) -> BrowserContext:
        made = browser.new_context(
            base_url=site.base,
            viewport={"width": width, "height": 740},
            java_script_enabled=script,
        )
        made.set_default_timeout(PATIENCE)
        opened.append(made)
        return made

    yield visit
    for one in opened:
        one.close()


@dataclass
class Fair:
    """A site to look around in: the small demo with its pictures, and things of everybody; nobody changes anything."""

    base: str
    town: Town

    def cookies(self, who: str, **more: str) -> list[dict[str, str]]:
        """Return what the browser of somebody sends."""
        own = [self.town.cookies[who] or ("tamu", "")]
        return [{"name": name, "value": value, "url": self.base} for name, value in (*own, *more.items())]

    def part(self, of: str, about: str, name: str) -> str:
        """Return a part of an address, such as the code of somebody's order."""
        return str(self.town.parts[of][about][name])


@pytest.fixture(scope="session")
def fair(server: str, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fair]:
    """Give a site for looking at, served by threads of this process."""
    name = f"fair_{os.getpid()}"
    administer(server, f"CREATE DATABASE {name} TEMPLATE {make_url(template).database}")
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    given = environment(sibling(server, name), tmp_path_factory.mktemp("fair"), PUBLIC_BASE_URL=base)
    app = create_app(environ=given)
    with app.app_context():
        town = settle(app)
        list(hang())
        guest = Actor(kind="guest", guest_key=ids.token_hash((town.cookies["guest"] or ("", ""))[1]))
        put(UUID(str(town.parts["/keranjang variant_id"]["not in a cart"]["variant_id"])), 1, by=guest)
        relay(1000)
        session.remove()
    serving = make_server("127.0.0.1", port, app, threaded=True, request_handler=Silent)
    thread = Thread(target=serving.serve_forever)
    thread.start()
    try:
        yield Fair(base, town)
    finally:
        serving.shutdown()
        thread.join()
        serving.server_close()
        with app.app_context():
            hang_up()
    administer(server, f"DROP DATABASE {name} WITH (FORCE)")
