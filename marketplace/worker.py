"""The Celery worker: two messages, drain and tick, and the thread that sends them when the outbox or the clock says so."""

import select
import threading
import time
from typing import Any

import psycopg
import structlog
from celery import Celery
from celery.signals import worker_ready, worker_shutting_down

from marketplace import create_app
from marketplace.kernel import outbox
from marketplace.kernel.db import session
from marketplace.kernel.plugin import Registry

SWEEP_SECONDS = 2.0
ROUND_SECONDS = 10.0
# Each sweep sends for what is due anew, so that a message which waited longer than this is one of many: let it go.
FRESH_SECONDS = 30.0
log = structlog.get_logger()
site = create_app()
registry: Registry = site.extensions["jkp"]
app = Celery("marketplace", broker=registry.settings.redis_url or "memory://")
app.conf.update(
    task_serializer="json",
    accept_content=["json"],
    task_ignore_result=True,
    task_acks_late=True,
    # Shorter than the visibility timeout, so that no message is handed out twice while its first worker lives (R12.3). Only
    # a pool of processes can be held to it. In the pool of threads that `make run` starts, a drain ends by its own clock,
    # and who calls out has limits of their own (R13.2); a message that comes twice finds nothing left to do.
    task_soft_time_limit=240,
    task_time_limit=300,
    broker_transport_options={"visibility_timeout": 600},
    broker_connection_retry_on_startup=True,
    worker_hijack_root_logger=False,
)
_stop = threading.Event()


@app.task(name="kernel.drain")
def drain() -> None:
    """Deliver what is due, but not for so long that schedules wait; the next sweep sends for the rest."""
    end = time.monotonic() + ROUND_SECONDS
    with site.app_context():
        while outbox.relay() and time.monotonic() < end:
            pass


@app.task(name="kernel.tick")
def tick(name: str) -> None:
    """Run a schedule if it is due and nobody else took it."""
    with site.app_context():
        outbox.tick(name)


@worker_ready.connect
def _start(**_: Any) -> None:  # noqa: ANN401 - Celery's signal
    threading.Thread(target=_listen, name="relay", daemon=True).start()


@worker_shutting_down.connect
def _end(**_: Any) -> None:  # noqa: ANN401 - Celery's signal
    _stop.set()


def _listen() -> None:
    """Wait for PostgreSQL's NOTIFY, at most two seconds at a time: what the notice misses, the sweep finds."""
    address = registry.settings.database_url.replace("postgresql+psycopg://", "postgresql://", 1)
    while not _stop.is_set():
        try:
            with psycopg.connect(address, autocommit=True, connect_timeout=5) as connection:
                connection.execute(f"LISTEN {outbox.CHANNEL}")
                while not _stop.is_set():
                    _sweep()
                    ready, _writable, _failed = select.select([connection.fileno()], [], [], SWEEP_SECONDS)
                    if ready:
                        connection.pgconn.consume_input()
                        while connection.pgconn.notifies():
                            pass
        except (psycopg.Error, OSError) as failure:
            log.warning("relay lost the database", error=repr(failure))
            _stop.wait(SWEEP_SECONDS)


def _sweep() -> None:
    try:
        with site.app_context():
            names = outbox.due_schedules()
            waiting = outbox.is_due()
            session.remove()
        # Schedules first: they are short, and a drain may take its whole round.
        for name in names:
            tick.apply_async((name,), expires=FRESH_SECONDS)
        if waiting:
            drain.apply_async(expires=FRESH_SECONDS)
    except Exception as failure:  # noqa: BLE001 - the broker may be away; the next sweep tries again
        log.warning("sweep failed", error=repr(failure))
