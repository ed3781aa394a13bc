"""Limits on tries, counted in the database, so that they hold over all processes and without Redis (R13)."""

from datetime import timedelta

from sqlalchemy import text

from marketplace.kernel import clock
from marketplace.kernel.db import session, transactional
from marketplace.kernel.errors import TooMany
from marketplace.kernel.words import _


def check(name: str, who: str, *, most: int) -> None:
    """Raise TooMany when ``who`` has used up the tries of this window; ``who`` is a hash or an address, never a name."""
    row = session.execute(
        text("SELECT tries, window_end FROM kernel_tries WHERE name = :name AND who = :who AND window_end > :now"),
        {"name": name, "who": who, "now": clock.now()},
    ).one_or_none()
    if row is not None and row.tries >= most:
        local = row.window_end.astimezone(clock.JAKARTA)
        said = _("Too often. Try again at %(time)s.", time=f"{local:%H.%M}")
        raise TooMany("too_many", said, retry_at=row.window_end.isoformat())


@transactional
def count(name: str, who: str, *, within: timedelta) -> None:
    """Count one try; the first opens a window of that length."""
    now = clock.now()
    open_window = "SELECT window_end FROM kernel_tries WHERE name = :name AND who = :who AND window_end > :now LIMIT 1"
    session.execute(
        text(
            "INSERT INTO kernel_tries (name, who, window_end, tries)"  # noqa: S608 - the inner statement is ours
            f" VALUES (:name, :who, coalesce(({open_window}), :end), 1)"
            " ON CONFLICT (name, who, window_end) DO UPDATE SET tries = kernel_tries.tries + 1"
        ),
        {"name": name, "who": who, "now": now, "end": now + within},
    )


@transactional
def forget() -> None:
    """Drop windows that are over."""
    session.execute(text("DELETE FROM kernel_tries WHERE window_end < :now"), {"now": clock.now()})
