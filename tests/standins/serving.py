"""What all stand-in servers share: loopback only, an end by themselves, faults on order, a log, and a control door.

A stand-in runs in a thread of the tests, or as a program of its own: ``python -m tests.standins.<name>``.
"""

import argparse
import json
import os
import socket
import struct
import sys
import time
import urllib.error
import urllib.request
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread, Timer
from typing import Any, Self

LOOPBACK = "127.0.0.1"
CONTROL = "/_control/"
LARGEST = 2**20
UNDONE = {"429": 429, "500": 500, "503": 503}
KINDS = {"delay", "drop", "hang", "do_then_cut", "do_then_500", *UNDONE}


class ControlError(Exception):
    """The control door was asked for something that cannot be done; the message says why."""


@dataclass(frozen=True)
class Asked:
    """One request."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Answer:
    """What goes back; a cut one was worked out and is not sent."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False

    @classmethod
    def json(cls, body: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Self:
        return cls(status, json.dumps(body).encode(), {"Content-Type": "application/json", **(headers or {})})


CUT = Answer(0, b"", cut=True)


@dataclass
class Fault:
    """What goes wrong with the next ``times`` requests whose method and beginning of the path fit.

    ``delay`` answers after some seconds, ``drop`` cuts at once and ``hang`` after some seconds, both with nothing done;
    a status answers with it, nothing done; ``do_then_cut`` and ``do_then_500`` do the work and then do not say so.
    """

    kind: str
    path: str = "/"
    method: str = ""
    times: int = 1
    seconds: float = 0.0

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ControlError(f"no fault {self.kind!r}; there are: {', '.join(sorted(KINDS))}")

    def fits(self, asked: Asked) -> bool:
        return self.times > 0 and asked.path.startswith(self.path) and self.method in {"", asked.method}


class StandIn(ABC):
    """A server that answers as a provider does, until it is stopped or its time is over."""

    def __init__(self, *, port: int = 0, seconds: float = 600.0) -> None:
        self.faults: list[Fault] = []
        self.complaints: list[str] = []
        self.requests: list[dict[str, Any]] = []
        self.over = Event()
        self._faulting = Lock()
        self._server = _Server((LOOPBACK, port), _Handler)
        self._server.daemon_threads = True
        self._server.stand_in = self
        self._timer = Timer(seconds, self.stop)
        self._timer.daemon = True
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    @property
    def address(self) -> str:
        return f"http://{LOOPBACK}:{self._server.server_address[1]}"

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    def start(self) -> Self:
        self._thread.start()
        self._timer.start()
        return self

    def stop(self) -> None:
        """End, once: no port stays open and no thread is waited for that waits for us."""
        if self.over.is_set():
            return
        self.over.set()
        self._timer.cancel()
        self._server.shutdown()
        self._server.server_close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_error: object) -> None:
        self.stop()

    @abstractmethod
    def answer(self, asked: Asked, pause: float) -> Answer:
        """Answer as the provider does; ``pause`` seconds pass after a request was taken and before it is worked on."""

    @abstractmethod
    def failure(self, status: int) -> Answer:
        """Say in the provider's own form that nothing was done."""

    @abstractmethod
    def control(self, verb: str, facts: dict[str, Any]) -> object:
        """Do what only a test may ask for."""

    @abstractmethod
    def log(self) -> list[dict[str, Any]]:
        """Return everything that is in the books, one flat row each."""

    def fault(self, kind: str, path: str = "/", *, method: str = "", times: int = 1, seconds: float = 0.0) -> None:
        """Order a fault; several are met in the order they were given."""
        self.faults.append(Fault(kind, path, method, times, seconds))

    def take_complaints(self) -> list[str]:
        """Return what went against the contract and forget it: a test that provoked it expects it."""
        taken, self.complaints = self.complaints, []
        return taken

    def served(self, asked: Asked) -> Answer:
        """Answer a request, with the fault that was ordered for it."""
        if asked.path.startswith(CONTROL):
            return self._controlled(asked)
        with self._faulting:
            fault = next((each for each in self.faults if each.fits(asked)), None)
            if fault:
                fault.times -= 1
        kind, seconds = (fault.kind, fault.seconds) if fault else ("", 0.0)
        row = {"kind": "request", "method": asked.method, "path": asked.path, "fault": kind, "status": 0}
        self.requests.append(row)
        if kind in {"drop", "hang"}:
            self.over.wait(seconds if kind == "hang" else 0)
            return CUT
        if kind in UNDONE:
            row["status"] = UNDONE[kind]
            return self.failure(UNDONE[kind])
        given = self.answer(asked, seconds if kind == "delay" else 0.0)
        row["status"] = given.status
        if kind == "do_then_500":
            return self.failure(500)
        given.cut = kind == "do_then_cut"
        return given

    def _controlled(self, asked: Asked) -> Answer:
        verb = asked.path.removeprefix(CONTROL)
        try:
            if verb == "log":
                lines = "".join(json.dumps(row) + "\n" for row in [*self.log(), *self.requests])
                return Answer(200, lines.encode(), {"Content-Type": "application/jsonl"})
            facts = json.loads(asked.body or b"{}")
            if verb == "faults":
                self.fault(**facts)
                return Answer.json({})
            if verb == "complaints":
                return Answer.json(self.take_complaints())
            return Answer.json(self.control(verb, facts))
        except (ControlError, KeyError, TypeError, ValueError) as error:
            return Answer.json({"error": f"{type(error).__name__}: {error}"}, 400)


class _Server(ThreadingHTTPServer):
    """The socket; who hangs up in the middle of an answer is no news."""

    stand_in: StandIn
    block_on_close = False
    request_queue_size = 128

    def handle_error(self, request: object, client_address: object) -> None:
        if not isinstance(sys.exception() if sys.version_info >= (3, 12) else sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class _Handler(BaseHTTPRequestHandler):
    """One connection, one request."""

    server: _Server
    timeout = 30
    protocol_version = "HTTP/1.1"

    def _serve(self) -> None:
        self.close_connection = True
        length = int(self.headers.get("Content-Length") or 0)
        if length > LARGEST:
            self.send_error(413)
            return
        path, _, query = self.path.partition("?")
        asked = Asked(self.command, path, query, self.headers, self.rfile.read(length))  # type: ignore[arg-type]
        given = self.server.stand_in.served(asked)
        if given.cut:
            # With no time to linger the other side sees a reset, as from a line that was cut.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
            return
        self.send_response(given.status, "Contract broken" if given.status == 599 else None)
        for name, value in {**given.headers, "Content-Length": str(len(given.body)), "Connection": "close"}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(given.body)

    do_GET = do_POST = do_DELETE = _serve  # noqa: N815 - the names http.server looks for

    def log_message(self, *_said: object) -> None:
        """Say nothing: the log is asked for."""


def command(address: str, verb: str, **facts: object) -> Any:
    """Ask the control door of a stand-in that runs as a program; raise ControlError when it says no."""
    request = urllib.request.Request(  # noqa: S310 - a loopback address
        f"{address}{CONTROL}{verb}", json.dumps(facts).encode(), {"Content-Type": "application/json"}
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - the same
            text = answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            raise ControlError(error.read().decode()) from None
    return [json.loads(line) for line in text.splitlines()] if verb == "log" else json.loads(text)


def wait(seconds: float) -> None:
    """Let time pass."""
    if seconds:
        time.sleep(seconds)


def arguments(description: str) -> argparse.ArgumentParser:
    """Return what every stand-in understands on its command line."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one; the address is printed")
    parser.add_argument("--seconds", type=float, default=600.0, help="how long it lives at most")
    parser.add_argument("--clock", metavar="FILE", help="a file with the ISO time to go by, as in JKP_CLOCK_FILE")
    return parser


def set_clock(file: str | None) -> None:
    """Go by the program's own test clock."""
    if file:
        os.environ |= {"JKP_TEST_HOOKS": "1", "JKP_CLOCK_FILE": file}


def run(stand_in: StandIn) -> int:
    """Serve until the time is over or somebody presses Ctrl-C."""
    with stand_in:
        sys.stdout.write(f"{stand_in.address}\n")
        sys.stdout.flush()
        try:
            stand_in.over.wait()
        except KeyboardInterrupt:
            return 130
    return 0
