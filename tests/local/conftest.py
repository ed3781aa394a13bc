"""A site started by the launcher as a person starts it: as a process of its own."""

import contextlib
import http.client
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from marketplace.local import process
from marketplace.local.postgres import Server
from tests.factories.ports import free_port

HOUSE = Path(__file__).resolve().parents[2]
PATIENCE = 120.0


def eventually(happens: Callable[[], bool], what: str) -> None:
    """Wait until something is so; fail with its name when it never is."""
    limit = time.monotonic() + PATIENCE
    while not happens():
        if time.monotonic() > limit:
            pytest.fail(f"in {PATIENCE:.0f} seconds it did not happen that {what}")
        time.sleep(0.02)


def answers(port: int) -> bool:
    """Tell whether a home page is served on a port."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    with contextlib.suppress(OSError, http.client.HTTPException):
        connection.request("GET", "/", headers={"Connection": "close"})
        return connection.getresponse().status == 200
    return False


def living(ids: list[int]) -> list[int]:
    """Return those of the process ids that live."""
    return [pid for pid in ids if process.started(pid)]


def groups() -> list[tuple[int, int]]:
    """Return every process with its group."""
    if not process.LINUX:
        listing = subprocess.run(["/bin/ps", "-axo", "pid=,pgid="], capture_output=True, text=True, check=True).stdout
        return [(int(pid), int(group)) for pid, group in map(str.split, listing.splitlines())]
    found: list[tuple[int, int]] = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(ProcessLookupError):
            found.append((int(folder.name), os.getpgid(int(folder.name))))
    return found


@dataclass
class Run:
    """One start of the launcher over one folder."""

    instance: Path
    port: int
    environ: dict[str, str] = field(default_factory=dict)
    app: str = "tests.local.greeter:app"
    process: subprocess.Popen[bytes] | None = None

    @property
    def printed(self) -> Path:
        """Return the file that takes what the launcher prints."""
        return self.instance.with_name(f"{self.instance.name}.out")

    def start(self) -> "Run":
        """Start, without waiting."""
        ours = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}}
        command = [sys.executable, "-m", "marketplace.local", "--bare", "--app", self.app]
        with self.printed.open("wb") as output:
            self.process = subprocess.Popen(
                [*command, "--instance", str(self.instance)],
                env=ours | {"PORT": str(self.port)} | self.environ,
                cwd=HOUSE,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                # The launcher heeds what it was started to ignore; tests may themselves run under nohup.
                preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_DFL),  # noqa: PLW1509 - no threads here
            )
        return self

    def open(self) -> "Run":
        """Start, and wait until the site is open."""
        self.start()
        eventually(lambda: "is open at" in self.said() or not self.running(), "the site opens")
        assert self.running(), self.said()
        return self

    def said(self) -> str:
        """Return what it printed up to now."""
        return self.printed.read_text(encoding="utf-8")

    def running(self) -> bool:
        """Tell whether the launcher itself lives."""
        return self.process is not None and self.process.poll() is None

    def ended(self) -> int:
        """Wait for the end and return the exit code."""
        assert self.process is not None
        return self.process.wait(PATIENCE)

    def send(self, number: signal.Signals) -> None:
        """Send a signal to the launcher."""
        assert self.process is not None
        self.process.send_signal(number)

    def part(self, name: str) -> int:
        """Return the process id of a part; 0 when none is written down."""
        path = self.instance / "run" / f"{name}.pid"
        with contextlib.suppress(OSError, ValueError):
            return int(json.loads(path.read_text(encoding="utf-8"))["pid"])
        return 0

    def everyone(self) -> list[int]:
        """Return the process ids of all that works for this site, the launcher included."""
        leaders = [self.part(path.stem) for path in (self.instance / "run").glob("*.pid")]
        members = [pid for pid, group in groups() if group in leaders]
        assert self.process is not None
        return [self.process.pid, *members]


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Path | None:
    """Return a cluster to copy, which is quicker than making one; none where clusters stand elsewhere."""
    server = Server(tmp_path_factory.mktemp("cluster") / "pg", fsync=False)
    server.prepare()
    return server.folder if server.place.folder == server.folder else None


@pytest.fixture
def site(tmp_path: Path, cluster: Path | None) -> Iterator[Callable[..., Run]]:
    """Return what makes a run; whatever still runs in the end is stopped."""
    made: list[Run] = []

    def make(**changes: object) -> Run:
        run = Run(**{"instance": tmp_path / "instance", "port": free_port(), **changes})  # type: ignore[arg-type]
        if cluster is not None and not run.instance.exists():
            shutil.copytree(cluster, run.instance / "pg")
        made.append(run)
        return run

    yield make
    for run in made:
        if run.running():
            run.send(signal.SIGTERM)
            run.ended()
