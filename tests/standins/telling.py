"""Telling events as providers do: signed, now or later, once or more often, in any order, or never."""

import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from queue import Queue
from random import Random
from threading import Lock, Thread

from tests.standins.serving import ControlError, wait

MODES = {"now", "held", "off"}
ORDERS = {"told", "reversed", "shuffled"}
PATIENCE = 10.0

Target = str | Callable[[bytes, Mapping[str, str]], int]
"""An address, or a function that takes body and headers and returns the status of the answer."""


@dataclass(frozen=True)
class Delivery:
    """One try to tell an event: the status of the answer, or 0 when there was none."""

    event: str
    status: int


class Teller:
    """Tells events to one address, but for those that have an address of their own.

    ``now`` tells each at once from a thread of its own, as a provider that waits for nobody; ``held`` keeps them until
    they are released; ``off`` loses them. A held event is signed when it is released.
    """

    def __init__(self, sign: Callable[[bytes], Mapping[str, str]]) -> None:
        self.sign = sign
        self.target: Target | None = None
        self.mode = "now"
        self.times = 1
        self.late = 0.0
        self.targets: dict[str, str] = {}
        self.held: list[tuple[str, bytes]] = []
        self.deliveries: list[Delivery] = []
        self._waiting: Queue[tuple[str, bytes]] = Queue()
        self._thread: Thread | None = None
        self._lock = Lock()

    def set(self, *, target: Target | None = None, mode: str = "now", times: int = 1, late: float = 0.0) -> None:
        """Change how events are told from now on; without a target the one that was set stays."""
        if mode not in MODES:
            raise ControlError(f"no mode {mode!r}; there are: {', '.join(sorted(MODES))}")
        self.mode, self.times, self.late = mode, times, late
        self.target = target or self.target

    def tell(self, event: str, body: bytes) -> None:
        """Take an event to be told."""
        if self.mode == "held":
            self.held.append((event, body))
        elif self.mode == "now" and (self.target or event in self.targets):
            with self._lock:
                if self._thread is None:
                    self._thread = Thread(target=self._work, daemon=True)
                    self._thread.start()
            for _ in range(self.times):
                self._waiting.put((event, body))

    def release(self, order: str = "told", *, seed: int = 0, times: int = 1) -> list[Delivery]:
        """Tell what was held, from the thread of the caller, each so many times; return how it was taken."""
        if order not in ORDERS:
            raise ControlError(f"no order {order!r}; there are: {', '.join(sorted(ORDERS))}")
        held, self.held = self.held * times, []
        if order == "reversed":
            held.reverse()
        elif order == "shuffled":
            Random(seed).shuffle(held)
        return [self.deliver(event, body) for event, body in held]

    def idle(self) -> None:
        """Wait until everything that was taken up is told."""
        self._waiting.join()

    def deliver(self, event: str, body: bytes) -> Delivery:
        """Tell one event once."""
        delivery = Delivery(event, self._status(self.targets.get(event) or self.target, body, dict(self.sign(body))))
        self.deliveries.append(delivery)
        return delivery

    def _status(self, target: Target | None, body: bytes, headers: Mapping[str, str]) -> int:
        if target is None:
            return 0
        if callable(target):
            return target(body, headers)
        request = urllib.request.Request(target, body, dict(headers))  # noqa: S310 - what the test gave
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310 - the same
                return int(answer.status)
        except urllib.error.HTTPError as error:
            with error:
                return error.code
        except OSError:
            return 0

    def _work(self) -> None:
        while True:
            event, body = self._waiting.get()
            try:
                wait(self.late)
                self.deliver(event, body)
            finally:
                self._waiting.task_done()
