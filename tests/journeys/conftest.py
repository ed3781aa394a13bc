"""A whole site for journeys: web server and worker as processes of their own, and a browser to walk through it."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from marketplace.testing.plugin import Live

HOUSE = Path(__file__).parents[2]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
UP_SECONDS = 60.0
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@dataclass
class Site:
    """A running site, and the database behind it."""

    base: str
    live: Live


def free_port() -> int:
    with closing(socket.socket()) as held:
        held.bind(("127.0.0.1", 0))
        port: int = held.getsockname()[1]
        return port


def answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=2) as answer:  # noqa: S310 - our own address
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


@pytest.fixture
def site(make_live: Callable[..., Live]) -> Iterator[Site]:
    """Give a site that answers on a port of its own; its parts end with the test."""
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    live = make_live(PUBLIC_BASE_URL=base)
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
        with live.app.app_context():
            yield Site(base, live)
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
        made.set_default_timeout(10_000)
        opened.append(made)
        return made

    yield visit
    for one in opened:
        one.close()
