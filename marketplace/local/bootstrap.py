"""Make the environment that everything else runs in: run by any Python 3.11 or newer, with the standard library alone.

    python3 marketplace/local/bootstrap.py [--dev] [-- PROGRAM ARGUMENT...]

It installs the pinned libraries into .venv when the lock has changed, and becomes PROGRAM, which is looked for in
.venv/bin first. Nothing is printed when there is nothing to do.
"""

import contextlib
import ctypes
import fcntl
import hashlib
import importlib.util
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
STAMP = VENV / "jakpreneur.json"
# What an environment consists of; one whose making or deletion was cut short has some of it, and nothing else.
LAYOUT = frozenset({"bin", "borrowed", "etc", "include", "lib", "lib64", "share", "tmp", ".gitignore", "CACHEDIR.TAG"})
OLDEST = (3, 11)
PIP_WITH_TARGET = (22, 3)  # the first that installs into an environment other than its own
TRIES = 2
PR_SET_PDEATHSIG = 1
PIP_END_SECONDS = 5
QUIET = ["-qq", "--disable-pip-version-check", "--no-input"]


class BootstrapError(Exception):
    """The environment cannot be made; the message is one sentence for a person."""


def main(arguments: Sequence[str]) -> int:
    """Make the environment; then become the program that was asked for, if any."""
    options, program = split(arguments)
    need_python(arguments)
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, leave)
    try:
        with alone():
            environment(dev="--dev" in options)
    except BootstrapError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    if program:
        own = VENV / "bin" / program[0]
        name = str(own) if own.exists() else program[0]
        os.environ["PATH"] = f"{VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
        os.chdir(ROOT)
        sys.stdout.flush()
        os.execvp(name, [name, *program[1:]])  # noqa: S606 - become the program, so that a signal reaches it
    return 0


def split(arguments: Sequence[str]) -> tuple[list[str], list[str]]:
    """Part our own options from the program behind the two dashes."""
    if "--" not in arguments:
        return list(arguments), []
    place = list(arguments).index("--")
    return list(arguments[:place]), list(arguments[place + 1 :])


def need_python(arguments: Sequence[str]) -> None:
    """Continue under a newer Python when this one is too old; exit with a sentence when there is none."""
    if sys.version_info >= OLDEST:
        return
    for minor in range(OLDEST[1] + 4, OLDEST[1] - 1, -1):
        newer = shutil.which(f"python3.{minor}")
        if newer:
            os.execv(newer, [newer, str(Path(__file__).resolve()), *arguments])  # noqa: S606 - our own interpreter
    sys.exit("Python 3.11 or newer is needed; this one is %d.%d." % sys.version_info[:2])  # noqa: UP031 - parsed by old ones


def leave(number: int, _frame: object) -> None:
    """End on a signal as on an error, so that the program at work is ended first."""
    sys.exit(128 + number)


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Let one bootstrap work at a time: two that install at once would harm each other.

    The programs that run meanwhile share the lock: should this process be killed, the next start waits for their end.
    """
    folder = ROOT / "instance"
    try:
        folder.mkdir(exist_ok=True)
        opened = (folder / "bootstrap.lock").open("w", encoding="utf-8")
    except OSError as error:
        raise BootstrapError(
            f"{folder} cannot be written ({error.strerror}): start as the user whose folder it is, or in a clone of your own."
        ) from error
    with opened as lock:
        os.set_inheritable(lock.fileno(), True)
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def need_no_site() -> None:
    """Raise BootstrapError when a site runs from .venv: libraries that are in use are not replaced."""
    for folder in {ROOT / "instance", Path(os.environ.get("JKP_INSTANCE") or ROOT / "instance")}:
        with contextlib.suppress(FileNotFoundError), (folder / "run.lock").open(encoding="utf-8") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                owner = lock.read().strip() or "another process"
                raise BootstrapError(
                    f"The libraries in .venv must be installed anew, but a site runs from them ({owner}); "
                    "stop it there with Ctrl-C first."
                ) from None


def environment(*, dev: bool) -> None:
    """Bring .venv to the state the locks and setup.cfg ask for; raise BootstrapError when that fails.

    Under a running site nothing is replaced; the libraries of the tests may be added, as they leave the others alone.
    """
    sweep()
    names = ("dev", "contract") if dev else ("run",)
    wanted = {
        "place": str(ROOT),
        "run": digest(ROOT / "requirements" / "run.txt"),
        "dev": digest(ROOT / "requirements" / "dev.txt"),
        "contract": digest(ROOT / "requirements" / "contract.txt"),
        "project": digest(ROOT / "setup.cfg"),
    }
    stamp = read_stamp()
    usable = stamp.get("place") == wanted["place"] and works()
    if not usable or any(stamp.get(part) != wanted[part] for part in ("run", "project")):
        need_no_site()
    if not usable:
        make_venv()
        stamp = {"place": wanted["place"]}
    for name in names:
        if stamp.get(name) == wanted[name]:
            continue
        # Without its stamp an environment counts as half made, and is made anew by the next start.
        STAMP.unlink(missing_ok=True)
        lock = ROOT / "requirements" / f"{name}.txt"
        print(f"Installing the libraries of {lock.relative_to(ROOT)} into .venv, once ...", flush=True)
        install(["--require-hashes", "--no-deps", "--only-binary", ":all:", "-r", str(lock)])
        stamp |= {name: wanted[name]}
        if name != "contract":
            # Both locks hold what we ship; what the tests add to it is put on top again when they are next run.
            stamp |= {"run": wanted["run"]} | ({} if dev else {"dev": ""})
        stamp.pop("project", None)
    if stamp.get("project") != wanted["project"]:
        install(["--no-deps", "--no-build-isolation", "--editable", str(ROOT)])
        # A second, soon outdated copy of what stands in .venv.
        shutil.rmtree(ROOT / "jakpreneur_marketplace.egg-info", ignore_errors=True)
        stamp["project"] = wanted["project"]
        STAMP.write_text(json.dumps(stamp), encoding="utf-8")


def read_stamp() -> dict[str, str]:
    """Return what the environment was made from; empty when it was never finished."""
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def works() -> bool:
    """Tell whether the environment's interpreter is there and is the version its libraries were installed for."""
    python = VENV / "bin" / "python"
    folder = next((VENV / "lib").glob("python3.*"), None)
    if folder is None or not python.exists():
        return False
    return python.resolve().name in {folder.name, "python3", "python"}


def make_venv() -> None:
    """Make .venv anew, without pip: a fresh machine may lack ensurepip."""
    if VENV.exists() or VENV.is_symlink():
        if not ours(VENV):
            raise BootstrapError(f"{VENV} is not a virtual environment: move it away, its place is needed.")
        # Renamed first: a deletion cut short would leave a folder that nobody can tell from a person's own.
        VENV.rename(VENV.with_name(f"{VENV.name}.old-{os.urandom(6).hex()}"))
        sweep()
    if not run([sys.executable, "-m", "venv", "--without-pip", str(VENV)], {}):
        raise BootstrapError(
            f"{sys.executable} -m venv failed: install your system's package for virtual environments."
        )


def ours(folder: Path) -> bool:
    """Tell whether a folder is a virtual environment or what is left of one, and so may be deleted."""
    if not folder.is_dir():
        return False
    return (folder / "pyvenv.cfg").exists() or {path.name for path in folder.iterdir()} <= LAYOUT | {STAMP.name}


def sweep() -> None:
    """Delete the environments that were put aside, now or by a start that was cut short."""
    for old in VENV.parent.glob(f"{VENV.name}.old-*"):
        if old.is_symlink():
            old.unlink()
        else:
            shutil.rmtree(old, ignore_errors=True)


def install(arguments: Sequence[str]) -> None:
    """Run pip for .venv, whatever pip there is; try once more when it fails, as networks do."""
    python = str(VENV / "bin" / "python")
    version = pip_version()
    # What an interrupted pip leaves there goes with the environment.
    temporary = VENV / "tmp"
    temporary.mkdir(exist_ok=True)
    extra = {"TMPDIR": str(temporary)}
    if version >= PIP_WITH_TARGET:
        command = [sys.executable, "-m", "pip", "--python", python]
    elif importlib.util.find_spec("ensurepip") and run([python, "-m", "ensurepip", "--upgrade"], {}, quiet=True):
        command = [python, "-m", "pip"]
    elif version:
        command = [python, "-m", "pip"]
        extra["PYTHONPATH"] = borrowed_pip()
    else:
        raise BootstrapError(f"{sys.executable} has no pip: install it (on Debian: apt-get install python3-pip).")
    root = ["--root-user-action", "ignore"] if version >= (22, 1) else []
    for _ in range(TRIES):
        if run([*command, "install", *QUIET, *root, *arguments], extra):
            shutil.rmtree(temporary, ignore_errors=True)
            return
    raise BootstrapError("pip could not install the pinned libraries; what it said stands above.")


def pip_version() -> tuple[int, ...]:
    """Return the version of this Python's pip; empty when it has none."""
    answer = subprocess.run([sys.executable, "-m", "pip", "--version"], capture_output=True, text=True, check=False)
    found = re.match(r"pip (\d+)\.(\d+)", answer.stdout)
    return tuple(map(int, found.groups())) if found else ()


def borrowed_pip() -> str:
    """Copy this Python's pip into a folder of its own, so that .venv's Python can run it and sees nothing else."""
    spec = importlib.util.find_spec("pip")
    if spec is None or not spec.submodule_search_locations:
        raise BootstrapError(f"{sys.executable} has no pip that can be used.")
    folder = VENV / "borrowed"
    shutil.copytree(spec.submodule_search_locations[0], folder / "pip", dirs_exist_ok=True)
    return str(folder)


def run(command: Sequence[str], extra: dict[str, str], *, quiet: bool = False) -> bool:
    """Run a program and tell whether it succeeded; it ends with us, however we end, and does not outlive an error.

    For another environment pip starts a second pip; they are one group, so that one signal ends both.
    """
    output = subprocess.DEVNULL if quiet else None
    # The one descriptor that is inheritable is the lock's.
    with subprocess.Popen(
        command,
        env=os.environ | extra,
        stdout=output,
        stderr=output,
        close_fds=False,
        process_group=0,
        preexec_fn=bound_to(os.getpid()),  # noqa: PLW1509 - there are no threads here
    ) as program:
        try:
            return program.wait() == 0
        except BaseException:
            for number in (signal.SIGTERM, signal.SIGKILL):
                # PermissionError: macOS answers so for a group of which only zombies are left.
                with contextlib.suppress(ProcessLookupError, PermissionError, subprocess.TimeoutExpired):
                    os.killpg(program.pid, number)
                    program.wait(PIP_END_SECONDS)
            raise


def bound_to(parent: int) -> Callable[[], None]:
    """Return what a new process does first: heed SIGINT, and on Linux ask for one when ``parent`` is killed.

    On this one, unlike SIGTERM, pip also ends the second pip.
    """
    libc = ctypes.CDLL(None) if sys.platform == "linux" else None

    def bind() -> None:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        if libc is not None:
            libc.prctl(PR_SET_PDEATHSIG, int(signal.SIGINT), 0, 0, 0)
            if os.getppid() != parent:
                os._exit(1)

    return bind


def digest(path: Path) -> str:
    """Return a hash of a file's content."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
