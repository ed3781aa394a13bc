"""Named points at which a test can make the process die, so that races and power cuts are forced and not hoped for."""

import os
import signal
from collections import Counter

_declared: set[str] = set()
_passes: Counter[str] = Counter()


def declare(*names: str) -> None:
    """Make the names usable in ``JKP_CRASH`` and listed by ``jkp crashpoints``."""
    _declared.update(names)


def names() -> list[str]:
    """Return every declared point, sorted."""
    return sorted(_declared)


def point(name: str) -> None:
    """Die by SIGKILL here when ``JKP_CRASH=name:n`` asks for it at this n-th pass; only with ``JKP_TEST_HOOKS=1``."""
    if os.environ.get("JKP_TEST_HOOKS") != "1":
        return
    wanted, _, count = os.environ.get("JKP_CRASH", "").rpartition(":")
    if wanted != name:
        return
    _passes[name] += 1
    if _passes[name] == int(count):
        os.kill(os.getpid(), signal.SIGKILL)
