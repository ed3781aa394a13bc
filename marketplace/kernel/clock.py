"""The only clock of the program: UTC instants, and days as Jakarta counts them."""

import os
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

JAKARTA = ZoneInfo("Asia/Jakarta")


def now() -> datetime:
    """Return the present instant, aware, in UTC.

    With ``JKP_TEST_HOOKS=1`` the file named by ``JKP_CLOCK_FILE`` (read at each call) or the fixed ``JKP_NOW`` gives it,
    as ISO 8601 with an offset, so that web, worker and commands can be led through time together.
    """
    if os.environ.get("JKP_TEST_HOOKS") == "1":
        if clock_file := os.environ.get("JKP_CLOCK_FILE"):
            return _parsed(Path(clock_file).read_text(encoding="ascii").strip())
        if fixed := os.environ.get("JKP_NOW"):
            return _parsed(fixed)
    return datetime.now(UTC)  # noqa: TID251 - the one place


def today() -> date:
    """Return the day in Asia/Jakarta, which is what "Jumat" means."""
    return now().astimezone(JAKARTA).date()


def _parsed(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        message = f"the test clock needs an ISO time with an offset, not {text!r}"
        raise ValueError(message)
    return moment.astimezone(UTC)
