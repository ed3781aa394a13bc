"""The webhook's door under load: whoever tells is answered within a second, whatever the worker is at (R6.2)."""

import json
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from statistics import quantiles

import pytest
from sqlalchemy import func, select

from marketplace.kernel import clock
from marketplace.kernel.db import session
from marketplace.payments.models import WebhookEvent
from marketplace.payments.services.sandbox import SIGNATURE, signature
from marketplace.testing.plugin import Live
from tests.factories.ports import free_port
from tests.local.conftest import Run

EVENTS, TELLERS = 400, 8
WITHIN_SECONDS = 1.0


@pytest.fixture
def door(make_live: Callable[..., Live]) -> Iterator[int]:
    """Give the port of a web server as the launcher starts it, in the context of its site."""
    port = free_port()
    live = make_live(PUBLIC_BASE_URL=f"http://127.0.0.1:{port}")
    run = Run(live.folder / "instance", port, environ=dict(live.environ), app="wsgi:app").open()
    try:
        with live.app.app_context():
            yield port
            session.remove()
    finally:
        run.send(signal.SIGTERM)
        run.ended()


@pytest.mark.slow
def test_messages_are_taken_in_within_a_second(door: int) -> None:
    """Every second one is a repeat, every tenth is forged: the forged leave nothing but a 400."""
    moment = int(clock.now().timestamp())
    posts = []
    for number in range(EVENTS):
        told = {"id": f"evt_{number // 2}", "type": "session.paid", "session": f"s{number}", "live": False}
        body = json.dumps({**told, "padding": "x" * (number * 37 % 20_000)}).encode()
        right = signature(body, moment)
        posts.append((body, right.replace("v1=", "v1=0") if number % 10 == 9 else right))

    def tell(mine: list[tuple[bytes, str]]) -> list[tuple[int, float]]:
        line, heard = HTTPConnection("127.0.0.1", door, timeout=30), []
        for body, signed in mine:
            began = time.monotonic()
            line.request("POST", "/webhook/sandbox", body, {SIGNATURE: signed, "Content-Type": "application/json"})
            answer = line.getresponse()
            answer.read()
            heard.append((answer.status, time.monotonic() - began))
        line.close()
        return heard

    with ThreadPoolExecutor(TELLERS) as tellers:
        heard = [one for mine in tellers.map(tell, [posts[turn::TELLERS] for turn in range(TELLERS)]) for one in mine]

    assert Counter(status for status, _seconds in heard) == {204: EVENTS * 9 // 10, 400: EVENTS // 10}
    assert quantiles([seconds for _status, seconds in heard], n=20)[18] < WITHIN_SECONDS
    assert session.scalar(select(func.count()).select_from(WebhookEvent)) == EVENTS // 2
