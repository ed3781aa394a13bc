"""A closed-loop load on a loopback server: a few clients, each asking again as soon as it has its answer."""

import multiprocessing
import re
import socket
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles

LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)
STATEMENTS = re.compile(rb"server-timing: sql;desc=(\d+)", re.IGNORECASE)
TICKS = 100


@dataclass(frozen=True)
class Measured:
    """What a load found: requests a second, times in milliseconds, server CPU in milliseconds a request."""

    per_second: float
    p50: float
    p95: float
    cpu: float
    statements: int
    errors: int
    size: int


class Client:
    """One connection, kept open."""

    def __init__(self, port: int, cookie: str = "") -> None:
        self.port = port
        self.more = f"Cookie: {cookie}\r\n" if cookie else ""
        self.connect()

    def connect(self) -> None:
        """Open the connection."""
        self.socket = socket.create_connection(("127.0.0.1", self.port), timeout=30)

    def get(self, path: str) -> tuple[int, bytes, int]:
        """Ask for a page; return status, head and size of the body."""
        self.socket.sendall(
            f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nAccept-Encoding: gzip\r\n{self.more}\r\n".encode()
        )
        head, _, body = self._until(b"\r\n\r\n").partition(b"\r\n\r\n")
        found = LENGTH.search(head)
        length = int(found[1]) if found else 0
        while len(body) < length:
            body += self.socket.recv(65536)
        return int(head[9:12]), head, length

    def _until(self, mark: bytes) -> bytes:
        data = b""
        while mark not in data:
            part = self.socket.recv(65536)
            if not part:
                message = "the server hung up"
                raise ConnectionError(message)
            data += part
        return data


def cpu_seconds(pids: Sequence[int]) -> float:
    """Return the CPU seconds that processes have used, with their children that ended."""
    total = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        total += int(fields[11]) + int(fields[12])
    return total / TICKS


def family(pid: int) -> list[int]:
    """Return a process and everything that it started."""
    found = [pid]
    for one in found:
        for task in Path(f"/proc/{one}/task").glob("*/children"):
            found.extend(int(child) for child in task.read_text(encoding="ascii").split())
    return found


def hammer(
    port: int, paths: Sequence[str], *, server: int, clients: int = 8, seconds: float = 5.0, cookie: str = ""
) -> Measured:
    """Ask for the paths in turn with that many clients for that long; ``cookie`` says who asks."""
    with multiprocessing.get_context("fork").Pool(clients) as pool:
        _run(pool, _ask, [(port, paths, number, 1.0, cookie) for number in range(clients)])  # warm up
        before = cpu_seconds(family(server))
        started = time.monotonic()
        answers = _run(pool, _ask, [(port, paths, number, seconds, cookie) for number in range(clients)])
        elapsed = time.monotonic() - started
        used = cpu_seconds(family(server)) - before
    times = sorted(one for times, _errors, _sql, _size in answers for one in times)
    cuts = quantiles(times, n=20)
    return Measured(
        per_second=len(times) / elapsed,
        p50=cuts[9] * 1000,
        p95=cuts[18] * 1000,
        cpu=used / len(times) * 1000,
        statements=max(sql for _times, _errors, sql, _size in answers),
        errors=sum(errors for _times, errors, _sql, _size in answers),
        size=max(size for _times, _errors, _sql, size in answers),
    )


Answer = tuple[list[float], int, int, int]


def _run(pool: object, work: Callable[..., Answer], jobs: Sequence[tuple[object, ...]]) -> list[Answer]:
    starmap: Callable[..., list[Answer]] = pool.starmap  # type: ignore[attr-defined]
    return starmap(work, jobs, 1)


def _ask(port: int, paths: Sequence[str], offset: int, seconds: float, cookie: str) -> Answer:
    client, times, errors, statements, size = Client(port, cookie), [], 0, 0, 0
    end = time.monotonic() + seconds
    turn = offset * 7
    while time.monotonic() < end:
        started = time.perf_counter()
        status, head, length = client.get(paths[turn % len(paths)])
        times.append(time.perf_counter() - started)
        errors += status != 200
        found = STATEMENTS.search(head)
        statements = max(statements, int(found[1]) if found else 0)
        size = max(size, length)
        turn += 1
    return times, errors, statements, size
