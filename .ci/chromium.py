"""Find a Chromium for the journeys, or try to get one."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CACHES = ("~/.cache/ms-playwright", "~/Library/Caches/ms-playwright")
IN_CACHE = (
    "chromium-*/chrome-linux*/chrome",
    "chromium-*/chrome-mac*/Chromium.app/Contents/MacOS/Chromium",
    "chromium_headless_shell-*/chrome-linux*/headless_shell",
)
PATIENCE = 300  # seconds for one way of getting it


def find() -> str | None:
    """Return the program: what CHROMIUM names, one on the PATH, or Playwright's own."""
    if named := os.environ.get("CHROMIUM"):
        return shutil.which(named)
    if program := next(filter(None, map(shutil.which, NAMES)), None):
        return program
    caches = [os.environ.get("PLAYWRIGHT_BROWSERS_PATH", ""), *CACHES]
    for cache in (Path(folder).expanduser() for folder in caches if folder):
        for pattern in IN_CACHE:
            if found := sorted(cache.glob(pattern)):
                return str(found[-1])
    return None


def get() -> str | None:
    """Return the program, after trying Debian's packages (as root) and Playwright's download when there is none."""
    if (program := find()) or "CHROMIUM" in os.environ:
        return program
    print("There is no Chromium for the journeys; trying to get one ...", flush=True)
    ways = [[[sys.executable, "-m", "playwright", "install", "chromium"]]]
    if os.getuid() == 0 and shutil.which("apt-get"):
        install = ["apt-get", "install", "-qq", "-y", "--no-install-recommends", "chromium"]
        ways.insert(0, [["apt-get", "update", "-qq"], install])
    for way in ways:
        if all(succeeds(command) for command in way) and (program := find()):
            return program
    return None


def succeeds(command: list[str]) -> bool:
    """Run one command without its chatter and tell whether it worked, in time."""
    try:
        done = subprocess.run(
            command,
            env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=PATIENCE,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
