"""Start programs that end with us, stop them in order, and clear away what a killed run left behind."""

import contextlib
import ctypes
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

CHILD = Path(__file__).with_name("child.py")
PAUSE = 0.02
LEFTOVER_STOP = ((signal.SIGTERM, 2.0),)
SAME_USER = "-"
NAMESPACE = "namespace"
PR_SET_PDEATHSIG = 1
LINUX = os.uname().sysname == "Linux"


def spawn(
    program: Sequence[str | Path],
    *,
    log: Path,
    ending: signal.Signals = signal.SIGTERM,
    niceness: int = 0,
    user: str = SAME_USER,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    stdin: bytes = b"",
    answer: Path | None = None,
) -> subprocess.Popen[bytes]:
    """Start ``program`` in a group of its own; it gets ``ending`` when this process dies, however it dies.

    ``user`` is a number, NAMESPACE or SAME_USER (see ``child.py``). ``stdin`` is handed over whole, so that a secret
    need not stand in the list of processes; ``answer`` takes what it prints, if not the log. Raise OSError when the
    program cannot be started. Call it from the main thread only: Linux sends ``ending`` when the calling thread ends.
    """
    command = [
        sys.executable,
        *("-I", "-S", str(CHILD)),
        *(str(os.getpid()), str(int(ending)), str(niceness), user),
        *map(str, program),
    ]
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output, (answer or log).open("wb" if answer else "ab") as printed:
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE if stdin else subprocess.DEVNULL,
            stdout=printed,
            stderr=output,
            env=None if env is None else dict(env),
            start_new_session=True,
            cwd=cwd,
        )
    if process.stdin:
        with contextlib.suppress(BrokenPipeError), process.stdin as pipe:
            pipe.write(stdin)
    return process


def end_with_parent(number: signal.Signals) -> None:
    """Have this process get a signal when the one that started it ends; where the system cannot, nothing happens."""
    if LINUX:
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(number), 0, 0, 0)


def stop(process: subprocess.Popen[bytes], gently: Sequence[tuple[signal.Signals, float]]) -> None:
    """Send each signal in turn and wait that many seconds for the end; what is then left of the group is killed."""
    for number, seconds in gently:
        if process.poll() is not None:
            break
        process.send_signal(number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(seconds)
    kill_group(process.pid)
    process.wait()


def kill_group(leader: int) -> None:
    """Kill whatever still lives in the group of ``leader``."""
    # PermissionError: macOS answers so for a group of which only zombies are left.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)


def started(pid: int) -> str:
    """Return when a process began, in words of the system's own; empty when there is none. Tells reused ids apart."""
    if LINUX:
        try:
            text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
        except OSError:
            return ""
        state, *fields = text.rpartition(")")[2].split()
        return "" if state == "Z" else fields[18]
    listing = subprocess.run(["/bin/ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return listing.stdout.strip()


def boot() -> str:
    """Return what tells this start of the machine from another; empty where the system does not say."""
    path = Path("/proc/sys/kernel/random/boot_id")
    return path.read_text(encoding="ascii").strip() if path.exists() else ""


@dataclass(frozen=True)
class Ledger:
    """The processes of a run, one file each, so that the next run can end those that outlived it."""

    folder: Path

    def note(self, name: str, pid: int) -> None:
        """Remember that ``pid`` is our part ``name``."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._path(name).write_text(json.dumps({"pid": pid, "started": started(pid), "boot": boot()}), encoding="utf-8")

    def strike(self, name: str) -> None:
        """Forget the part ``name``."""
        self._path(name).unlink(missing_ok=True)

    def clear(self, gently: Mapping[str, Sequence[tuple[signal.Signals, float]]]) -> list[str]:
        """End what an earlier run left, each part by its own signals in turn; return the names of what still lived."""
        found: list[str] = []
        for path in sorted(self.folder.glob("*.pid")):
            name = path.stem
            with contextlib.suppress(ValueError, KeyError, TypeError):
                entry = json.loads(path.read_text(encoding="utf-8"))
                pid, began = int(entry["pid"]), str(entry["started"])
                if entry["boot"] != boot():
                    continue
                if began and started(pid) == began:
                    found.append(name)
                    end_stranger(pid, gently.get(name, LEFTOVER_STOP))
                elif LINUX and not started(pid):
                    # A leader that was killed may have left its group; the id is not given away while one lives.
                    kill_group(pid)
        for path in self.folder.glob("*.pid"):
            path.unlink(missing_ok=True)
        return found

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}.pid"


def end_stranger(pid: int, gently: Sequence[tuple[signal.Signals, float]]) -> None:
    """Stop a process that is not our child, by each signal in turn, and in the end by force."""
    for number, seconds in gently:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
        limit = time.monotonic() + seconds
        while time.monotonic() < limit:
            if not started(pid):
                return
            time.sleep(PAUSE)
    kill_group(pid)
