"""Find a Chromium for the journeys, or try to get one."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CACHES = ("~/.cache/ms-playwright", "~/Library/Caches/ms-playwright")
IN_CACHE = (
    "chromium-*/chrome-linux*/chrome",
    "chromium-*/chrome-mac*/*.app/Contents/MacOS/*",
    "chromium_headless_shell-*/chrome-*/*headless*shell",
)
UNPACK = Path(__file__).with_name("unpack-chromium.sh")
UNPACKED = Path(sys.prefix) / "chromium"
PATIENCE = 600  # seconds for one command
OPENING = 120  # seconds for a browser to open a page
TRIAL = ("--headless", "--no-sandbox", "--disable-gpu", "--dump-dom", "about:blank")


def find() -> str | None:
    """Return the program: what CHROMIUM names, one on the PATH, or Playwright's own; none that does not start."""
    if named := os.environ.get("CHROMIUM"):
        return shutil.which(named)
    return next(filter(starts, candidates()), None)


def candidates() -> Iterator[str]:
    """Give what may be a Chromium, the likeliest first."""
    yield from filter(None, map(shutil.which, [*NAMES, str(UNPACKED / "chromium")]))
    caches = [os.environ.get("PLAYWRIGHT_BROWSERS_PATH", ""), *CACHES]
    for cache in (Path(folder).expanduser() for folder in caches if folder):
        for pattern in IN_CACHE:
            yield from map(str, sorted(cache.glob(pattern), reverse=True))


def starts(program: str) -> bool:
    """Tell whether a browser opens a page: some that are found are a mere hint, or lack libraries of the system."""
    with tempfile.TemporaryDirectory(prefix="jakpreneur-chromium-", ignore_cleanup_errors=True) as folder:
        return succeeds([program, f"--user-data-dir={folder}", *TRIAL], OPENING)


def get() -> str | None:
    """Return the program, after trying Debian's packages and Playwright's download when there is none."""
    if (program := find()) or "CHROMIUM" in os.environ:
        return program
    print("There is no Chromium for the journeys; trying to get one ...", flush=True)
    for way in ways():
        if all(succeeds(command) for command in way) and (program := find()):
            return program
    return None


def ways() -> Iterator[list[list[str]]]:
    """Give the ways to get one, each a list of commands; only root may install what a browser needs of the system."""
    debian, root = shutil.which("apt-get") is not None, os.getuid() == 0
    if debian and root:
        apt = ["apt-get", "-qq", "-o", "DPkg::Lock::Timeout=120"]
        install = [*apt, "install", "-y", "--no-install-recommends", "chromium"]
        # The lists may be good enough even where they cannot all be renewed.
        yield [["sh", "-c", '"$@" || true', "sh", *apt, "update"], install]
    elif debian:
        yield [["sh", str(UNPACK), str(UNPACKED)]]
    needs = ["--with-deps"] if debian and root else []
    yield [[sys.executable, "-m", "playwright", "install", "--no-shell", *needs, "chromium"]]


def succeeds(command: list[str], seconds: float = PATIENCE) -> bool:
    """Run one command without its chatter and tell whether it worked, in time; print the reason when not."""
    said = ""
    try:
        with subprocess.Popen(
            command,
            env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        ) as running:
            try:
                said, _none = running.communicate(timeout=seconds)
            finally:
                if running.poll() is None:  # With all that it began: a download goes on without its parent.
                    os.killpg(running.pid, signal.SIGTERM)
    except (OSError, subprocess.TimeoutExpired) as failure:
        said = str(failure)
    else:
        if running.returncode == 0:
            return True
    print(f"{' '.join(command)[:80]} ... did not work: {reason(said)[:200]}", flush=True)
    return False


def reason(said: str) -> str:
    """Return the first line that names an error, else the last of all."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    named = (line for line in lines if line.startswith(("E:", "Error:")))
    return next(named, lines[-1] if lines else "it said nothing")
