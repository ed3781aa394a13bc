"""Counts messages whose signature is wrong, and keeps nothing else of them (R6.2)."""

import secrets
from datetime import timedelta

from sqlalchemy import delete, text

from marketplace.kernel import clock
from marketplace.kernel.db import session, transactional
from marketplace.payments.models import RefusedMessage

SLOTS = 8
"""So many rows count the messages of an hour at most, so that those that come at once seldom wait for one another."""
KEPT = timedelta(days=90)
# The commit does not wait for the disk: a crash may lose the last few of a count, never anything else.
HASTE = text("SET LOCAL synchronous_commit = off")
COUNT = text("""
INSERT INTO payments_refused_messages AS m (gateway, hour, slot, refused, last_at)
VALUES (:hook, date_trunc('hour', CAST(:now AS timestamptz)), :slot, 1, :now)
ON CONFLICT (gateway, hour, slot) DO UPDATE SET refused = m.refused + 1, last_at = greatest(m.last_at, excluded.last_at)
""")


@transactional
def count_refused(hook: str) -> None:
    """Count a message with a wrong signature that came to an installed webhook."""
    session.execute(HASTE)
    session.execute(COUNT, {"hook": hook, "now": clock.now(), "slot": secrets.randbelow(SLOTS)})


@transactional
def sweep_refused() -> int:
    """Forget counts that are older than 90 days; return how many rows."""
    old = delete(RefusedMessage).where(RefusedMessage.hour < clock.now() - KEPT).returning(RefusedMessage.hour)
    return len(session.execute(old.execution_options(synchronize_session=False)).all())
