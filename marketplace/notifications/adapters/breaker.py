"""What all ways out of the house have: a limit of time however slowly the other side dribbles, and a pause after failures."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

CONNECT_SECONDS = 3.0
TOTAL_SECONDS = 10.0
FAILURES = 3
PAUSE_SECONDS = 30.0


class Breaker:
    """Keeps from asking a server that failed three times in a row; every half minute one call may try again (R13.2).

    Each process has its own. It may be asked by several threads.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._failures = 0
        self._again = 0.0

    def lets_through(self) -> bool:
        """Tell whether to ask."""
        with self._lock:
            if self._failures < FAILURES:
                return True
            if time.monotonic() < self._again:
                return False
            self._again = time.monotonic() + PAUSE_SECONDS
            return True

    def answered(self) -> None:
        """Note that the server works, whatever it answered."""
        with self._lock:
            self._failures = 0

    def failed(self) -> None:
        """Note that it does not."""
        with self._lock:
            self._failures += 1
            self._again = time.monotonic() + PAUSE_SECONDS


@contextmanager
def at_most(seconds: float, wire: Callable[[], socket.socket | None]) -> Iterator[None]:
    """Cut the wire when the time is up; who reads from it then gets an error or an end."""

    def cut() -> None:
        if (held := wire()) is not None:
            try:
                held.shutdown(socket.SHUT_RDWR)
            except OSError:
                held.close()

    timer = threading.Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
