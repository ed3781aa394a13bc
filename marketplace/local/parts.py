"""Keep the parts of a running site alive, and end them in order."""

import contextlib
import signal
import subprocess
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from marketplace.local.process import PAUSE, Ledger, stop

MOST_DEATHS = 5
WITHIN_SECONDS = 60.0
LONGEST_DELAY = 4.0


class PartError(Exception):
    """A part does not stay alive; the message names it and its log."""


class StopRequested(Exception):
    """A person or the system wants the site to end."""


@dataclass
class Part:
    """One process of the site, and how to start and end it."""

    name: str
    begin: Callable[[], subprocess.Popen[bytes]]
    gently: Sequence[tuple[signal.Signals, float]]
    log: Path
    process: subprocess.Popen[bytes] | None = None
    once: Callable[[int], None] | None = None  # hears the exit code of a part that may end by itself
    deaths: deque[float] = field(default_factory=lambda: deque(maxlen=MOST_DEATHS))
    due: float = 0.0

    def alive(self) -> bool:
        """Tell whether its process runs."""
        return self.process is not None and self.process.poll() is None


class Crew:
    """The parts in the order of their start. Signals only raise a flag here, so that no start is cut in half."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.parts: list[Part] = []
        self.wishes = 0

    def heed(self, number: int, _frame: object) -> None:
        """Take note of a signal; the second one ends waiting for a gentle stop."""
        del number
        self.wishes += 1

    def start(self, part: Part) -> None:
        """Start a part and watch over it from here on; raise StopRequested instead when that is the wish."""
        self.pause(0)
        self.parts.append(part)
        self.launch(part)

    def launch(self, part: Part) -> None:
        """Start the process of a part and write it down."""
        part.process = part.begin()
        self.ledger.note(part.name, part.process.pid)

    def finish(self, part: Part) -> int:
        """Start a part that ends by itself, wait for that and return its exit code; raise StopRequested meanwhile."""
        self.start(part)
        while part.alive():
            self.pause(PAUSE)
        self.forget(part)
        return 0 if part.process is None else part.process.returncode

    def forget(self, part: Part) -> None:
        """Watch over a part no longer, because it has ended."""
        self.parts.remove(part)
        self.ledger.strike(part.name)

    def pause(self, seconds: float) -> None:
        """Sleep a moment; raise StopRequested when that is the wish."""
        if not self.wishes and seconds:
            time.sleep(seconds)
        if self.wishes:
            raise StopRequested

    def mend(self, most: int = MOST_DEATHS) -> list[str]:
        """Start again what has died, a little later each time, and return the names.

        Raise PartError when one died ``most`` times within a minute. A part that may end by itself is let go.
        """
        mended: list[str] = []
        now = time.monotonic()
        for part in list(self.parts):
            if part.alive():
                continue
            if part.once is not None and part.process is not None:
                self.forget(part)
                part.once(part.process.returncode)
                continue
            if not part.due:
                self.bury(part, now, most)
            if now >= part.due:
                part.due = 0.0
                self.launch(part)
                mended.append(part.name)
        return mended

    def bury(self, part: Part, now: float, most: int) -> None:
        """Clear away a dead part and set the time of its next start; raise PartError when it died too often."""
        if part.process is not None:
            stop(part.process, ())
        part.deaths.append(now)
        recent = sum(now - death < WITHIN_SECONDS for death in part.deaths)
        if recent >= most:
            raise PartError(f"The part {part.name} does not stay alive; {reading(part.log)}")
        part.due = now + (min(LONGEST_DELAY, 0.25 * 2 ** (recent - 1)) if recent > 1 else PAUSE)

    def end(self) -> None:
        """Stop all parts: first word to those that serve people and work, then one after the other, last started first."""
        before = self.wishes
        for part in reversed(self.parts):
            if part.process is not None and not part.name.endswith(("postgres", "valkey")):
                with contextlib.suppress(ProcessLookupError):
                    part.process.send_signal(part.gently[0][0])
        for part in reversed(self.parts):
            if part.process is not None:
                # A second Ctrl-C does not wait for the gentle end.
                stop(part.process, part.gently if self.wishes <= before + 1 else [(part.gently[0][0], 2.0)])
            self.ledger.strike(part.name)
        self.parts.clear()


def reading(log: Path) -> str:
    """Say where to read on, with the last line of a log."""
    last = last_line(log)
    return f'read {log}, which ends with: "{last}"' if last else f"read {log}."


def last_line(log: Path) -> str:
    """Return the last line of a log that says something, cut to a readable length."""
    try:
        with log.open("rb") as source:
            source.seek(max(0, log.stat().st_size - 4096))
            lines = source.read().decode("utf-8", errors="replace").split("\n")
    except OSError:
        return ""
    return next((line.strip()[:300] for line in reversed(lines) if line.strip()), "")
