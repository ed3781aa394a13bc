"""A worker that dies between the mail server's yes and our note of it."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from marketplace.accounts import services
from marketplace.kernel.db import session
from marketplace.notifications import queries
from marketplace.testing.plugin import Live, TestClock
from tests.factories.accounts import person


def relay(site: Live, now: str, crash: str = "") -> int:
    """Run ``jkp relay --once`` at that time, perhaps until it dies; return how it ended."""
    (site.folder / "clock").write_text(now, encoding="ascii")
    environ = {**os.environ, **site.environ, "JKP_CLOCK_FILE": str(site.folder / "clock"), "JKP_CRASH": crash}
    command = [sys.executable, "-c", "from marketplace.jkp import main; main()", "relay", "--once"]
    return subprocess.run(command, env=environ, capture_output=True, timeout=60, check=False).returncode


@pytest.mark.slow
def test_a_letter_survives_its_worker_and_a_third_is_never_sent(live: Live, clock: TestClock) -> None:
    person(email="siti@contoh.example")
    services.ask_reset("siti@contoh.example", address="203.0.113.7")
    sent = "notifications.tell:sent:1"
    assert relay(live, "2026-11-27T09:00:01+07:00", crash=sent) == -signal.SIGKILL
    assert relay(live, "2026-11-27T09:00:02+07:00") == 0, "the lease of the dead worker still holds"
    assert [row["state"] for row in queries.mail_facts()] == ["sending"]
    session.rollback()
    assert relay(live, "2026-11-27T09:01:02+07:00", crash=sent) == -signal.SIGKILL
    assert relay(live, "2026-11-27T09:02:03+07:00") == 0
    assert [row["state"] for row in queries.mail_facts()] == ["given_up"]
    session.rollback()
    assert len(list(Path(live.environ["MAIL_SINK_DIR"]).glob("*.eml"))) == 1
