"""The worker that `make run` starts: Celery on a real broker delivers what was told, and lives through the broker's death."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from marketplace.accounts import services as accounts
from marketplace.kernel.db import rows, session
from marketplace.local import valkey
from marketplace.testing.plugin import Live
from tests.factories import accounts as people

PATIENCE_SECONDS = 120


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[valkey.Server]:
    started = valkey.Server(tmp_path / "valkey", tmp_path / "valkey.log")
    started.start()
    started.wait()
    yield started
    started.stop()


@pytest.fixture
def site(make_live: Callable[..., Live], broker: valkey.Server, tmp_path: Path) -> Iterator[Live]:
    made = make_live(REDIS_URL=broker.url)
    command = [
        sys.executable,
        "-m",
        "celery",
        "--app",
        "marketplace.worker",
        "worker",
        "--pool",
        "threads",
        "--concurrency",
        "2",
    ]
    with (tmp_path / "worker.log").open("wb") as log:
        worker = subprocess.Popen(command, env={**os.environ, **made.environ}, stdout=log, stderr=log)
    with made.app.app_context():
        yield made
        session.remove()
    worker.terminate()
    worker.wait(PATIENCE_SECONDS)


def waiting() -> int:
    session.rollback()
    return int(rows(text("SELECT count(*) FROM kernel_deliveries WHERE state = 'waiting'"))[0][0])


def scheduled() -> set[str]:
    session.rollback()
    return {row.name for row in rows(text("SELECT name FROM kernel_due"))}


def until(done: Callable[[], object]) -> bool:
    end = time.monotonic() + PATIENCE_SECONDS
    while not done() and time.monotonic() < end:
        time.sleep(0.1)
    return bool(done())


@pytest.mark.slow
def test_what_is_told_is_delivered_by_celery_before_and_after_the_broker_dies(
    site: Live, broker: valkey.Server
) -> None:
    assert until(lambda: "kernel.forget_keys" in scheduled()), "the clock rings for every schedule"
    tell("siti@example.com")
    assert until(lambda: letters(site) == 1)
    broker.stop()
    broker.start()
    broker.wait()
    tell("ani@example.com")
    assert until(lambda: letters(site) == 2), "the outbox is the truth: a broker that forgets loses nothing"
    assert until(lambda: waiting() == 0)


def tell(email: str) -> None:
    """Make something to be delivered: a person forgot their password and asks for a letter."""
    people.person(email=email)
    accounts.ask_reset(email, address="127.0.0.1")


def letters(site: Live) -> int:
    return len(list((site.folder / "mail").glob("*.eml")))
