"""Limits on tries, counted in the database, so that they hold over all processes and without Redis (R13)."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import text

from marketplace.kernel import clock
from marketplace.kernel.db import session, transactional
from marketplace.kernel.errors import TooMany
from marketplace.kernel.words import _

# Counted and asked in one statement: of many at once, each waits for the one before and sees its number (R2.2).
TAKE = text(
    "INSERT INTO kernel_tries AS t (name, who, window_end, tries) VALUES (:name, :who, :end, 1)"
    " ON CONFLICT (name, who) DO UPDATE SET"
    " tries = CASE WHEN t.window_end <= :now THEN 1 ELSE t.tries + 1 END,"
    " window_end = CASE WHEN t.window_end <= :now THEN excluded.window_end ELSE t.window_end END"
    " RETURNING tries, window_end"
)
GIVE_BACK = text(
    "UPDATE kernel_tries SET tries = tries - 1 WHERE name = :name AND who = :who AND window_end > :now AND tries > 0"
)


@dataclass(frozen=True)
class Try:
    """One of at most ``most`` tries within a window that the first opens; ``who`` is a hash or an address, never a name."""

    name: str
    who: str
    most: int
    within: timedelta


@transactional
def take(*tries: Try) -> None:
    """Use up the tries before doing what they are for, all or none; raises TooMany when one is not to be had."""
    now = clock.now()
    for one in tries:
        row = session.execute(TAKE, {"name": one.name, "who": one.who, "now": now, "end": now + one.within}).one()
        if row.tries > one.most:
            local = row.window_end.astimezone(clock.JAKARTA)
            said = _("Too often. Try again at %(time)s.", time=f"{local:%H.%M}")
            raise TooMany("too_many", said, retry_at=row.window_end.isoformat())


@transactional
def give_back(*tries: Try) -> None:
    """Let tries not have counted: they succeeded, and only failures are limited."""
    for one in tries:
        session.execute(GIVE_BACK, {"name": one.name, "who": one.who, "now": clock.now()})


@transactional
def forget() -> None:
    """Drop windows that are over."""
    session.execute(text("DELETE FROM kernel_tries WHERE window_end < :now"), {"now": clock.now()})
