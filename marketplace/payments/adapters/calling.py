"""How providers are called: with an end to every wait, again under the same key, at a steady pace, and not while they are away.

Everything that a provider's line needs to be borne stands here, so that an adapter holds nothing but what its provider says
and means (R6.9, R13.2).
"""

import math
import os
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from threading import Lock, Thread
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import structlog
import urllib3

from marketplace.kernel.db import writing
from marketplace.kernel.plugin import current
from marketplace.payments.slots import GatewayUnavailableError

CONNECT_SECONDS, TOTAL_SECONDS = 3.0, 10.0
TRIES = 3
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.25, 2.0
LONGEST_WAIT_SECONDS = 1.0
"""Who would wait longer for a turn is told to come back: a page says so, and the completer has the time."""
FAILURES, AWAY_SECONDS = 5, 30.0
LARGEST = 8 * 2**20
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
BUSY = 429
AGAIN = frozenset({409, BUSY})
"""Beside 5xx: the key is at work, or we were too quick. Nothing else gets better by asking again."""
WRONG = 500
log = structlog.get_logger()


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What a provider answered. ``code`` is what it means, which not every provider says by the HTTP status."""

    status: int
    body: bytes
    headers: Mapping[str, str]
    code: int


class Breaker:
    """Lets nobody ask a provider that failed ``FAILURES`` times in a row; every ``AWAY_SECONDS`` one may try again."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._failures = 0
        self._again = 0.0

    def lets_through(self) -> bool:
        """Tell whether to ask; of many who come as the pause is over, one may."""
        with self._lock:
            if self._failures < FAILURES:
                return True
            if time.monotonic() < self._again:
                return False
            self._again = time.monotonic() + AWAY_SECONDS
            return True

    def note(self, *, answered: bool) -> None:
        """Note how a call ended."""
        with self._lock:
            self._failures = 0 if answered else self._failures + 1
            self._again = time.monotonic() + AWAY_SECONDS


class Bucket:
    """A leaky bucket: calls leave it one after the other, ``GATEWAY_RATE`` a second, however many come at once."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._next = 0.0

    def turn(self, rate: int, patience: float) -> float | None:
        """Take a turn, and return in how many seconds it comes; None when that is longer than one has patience for."""
        with self._lock:
            now = time.monotonic()
            wait = max(self._next - now, 0.0)
            if wait > patience:
                return None
            self._next = now + wait + 1 / max(rate, 1)
            return wait


@dataclass
class Line:
    """The line to one provider, shared by all threads of a process."""

    name: str
    breaker: Breaker = field(default_factory=Breaker)
    bucket: Bucket = field(default_factory=Bucket)

    def ask(
        self,
        method: str,
        address: str,
        *,
        headers: Mapping[str, str],
        body: bytes | str | None = None,
        meaning: Callable[[int, bytes], int] = lambda status, _body: status,
    ) -> Reply:
        """Call a provider, again where that may help, and return what it said; whoever calls must have given it a key.

        ``meaning`` reads the provider's own code for an answer. Raises GatewayUnavailableError when within
        ``TOTAL_SECONDS`` there was no answer, or none but that it is too busy or out of order.
        """
        if writing():
            message = "a provider must not be called while a transaction is open"
            raise RuntimeError(message)
        if not self.breaker.lets_through():
            raise self._away("breaker")
        until = time.monotonic() + TOTAL_SECONDS
        said, reached = "", False
        for tried in range(TRIES):
            self._take_turn(until)
            try:
                reply = _within(until, method, address, headers, body, meaning)
            except (urllib3.exceptions.HTTPError, TimeoutError) as failure:
                said, reached, pause = type(failure).__name__, False, 0.0
            else:
                if reply.code not in AGAIN and reply.code < WRONG:
                    self.breaker.note(answered=True)
                    return reply
                said, reached, pause = str(reply.code), reply.code in AGAIN, _told_to_wait(reply)
                if reply.headers.get("Stripe-Should-Retry") == "false":
                    break
            if tried == TRIES - 1 or not _paused(tried, pause, until):
                break
        self.breaker.note(answered=reached)
        raise self._away(said)

    def _take_turn(self, until: float) -> None:
        left = until - time.monotonic()
        wait = self.bucket.turn(int(current().setting("GATEWAY_RATE")), min(left, LONGEST_WAIT_SECONDS))
        if wait is None:
            raise self._away("rush")
        time.sleep(wait)

    def _away(self, said: str) -> GatewayUnavailableError:
        log.warning("provider away", provider=self.name, said=said)
        return GatewayUnavailableError(f"{self.name}: {said}")


@lru_cache(maxsize=16)
def line(name: str, base: str) -> Line:  # noqa: ARG001 - a provider at another address is another line
    """Return the line of this process to a provider at an address."""
    return Line(name)


def _told_to_wait(reply: Reply) -> float:
    told = reply.headers.get("Retry-After", "")
    return float(told) if told.isascii() and told.isdigit() and len(told) < 4 else 0.0  # noqa: PLR2004 - a quarter hour


def _paused(tried: int, told: float, until: float) -> bool:
    """Wait before the next try, each time longer and not all at once; False when there is no time left for one."""
    pause = max(told, min(FIRST_PAUSE_SECONDS * 2**tried, LONGEST_PAUSE_SECONDS) * random.uniform(0.5, 1))  # noqa: S311 - no secret
    if time.monotonic() + pause >= until:
        return False
    time.sleep(pause)
    return True


def _within(
    until: float,
    method: str,
    address: str,
    headers: Mapping[str, str],
    body: bytes | str | None,
    meaning: Callable[[int, bytes], int],
) -> Reply:
    """Call once, from a thread of its own: a socket's time limit is one for each piece, and a slow line has many pieces."""
    left = max(until - time.monotonic(), 0.1)
    ended: list[Reply | BaseException] = []

    def call() -> None:
        try:
            ended.append(_called(left, method, address, headers, body, meaning))
        except BaseException as failure:  # noqa: BLE001 - raised again below, by whoever waits
            ended.append(failure)

    thread = Thread(target=call, name="provider", daemon=True)
    thread.start()
    thread.join(left)
    if not ended:
        raise TimeoutError
    if isinstance(ended[0], BaseException):
        raise ended[0]
    return ended[0]


def _called(
    left: float,
    method: str,
    address: str,
    headers: Mapping[str, str],
    body: bytes | str | None,
    meaning: Callable[[int, bytes], int],
) -> Reply:
    answer = _pool(os.getpid(), _proxy(address)).request(
        method.upper(),
        address,
        body=body,
        headers=dict(headers),
        timeout=urllib3.Timeout(connect=min(CONNECT_SECONDS, left), read=math.ceil(left)),
        retries=False,
        redirect=False,
        preload_content=False,
    )
    content = answer.read(LARGEST + 1, decode_content=True)
    if len(content) > LARGEST:
        answer.close()
        raise urllib3.exceptions.ProtocolError("the answer is too long")
    # Read to its end, it can carry the next call.
    answer.release_conn()
    return Reply(status=answer.status, body=content, headers=answer.headers, code=meaning(answer.status, content))


@lru_cache(maxsize=4)
def _pool(_process: int, proxy: str) -> urllib3.PoolManager:
    # One for each process: a line that stood as it forked would belong to both.
    return urllib3.ProxyManager(proxy, maxsize=8) if proxy else urllib3.PoolManager(maxsize=8)


def _proxy(address: str) -> str:
    """Return the proxy that the environment names for an address, as other programs on this machine use it."""
    parts = urlsplit(address)
    host = parts.hostname or ""
    if host in LOOPBACK or proxy_bypass(host):
        return ""
    return getproxies().get(parts.scheme, "")
