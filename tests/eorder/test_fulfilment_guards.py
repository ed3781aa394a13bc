"""What stands in the statements themselves when nobody has looked before: accepted, came, ordered, and the state (R11.6)."""

from typing import Any

from flask import Flask
from sqlalchemy import TextClause, text
from sqlalchemy.exc import IntegrityError

from marketplace.eorder.services.minutes import ACCEPT
from marketplace.eorder.services.receiving import CAME
from marketplace.kernel.db import rows, savepoint, transactional
from tests.eorder.fulfilling import Way, accepted

STOPPED = "stopped by the table"


@transactional
def tried(statement: TextClause, way: Way, **told: Any) -> str:
    """Return what became of a statement that somebody sends without looking."""
    try:
        with savepoint():
            found = rows(statement, {"id": way.line, "order_id": way.case.order_id, **told})
    except IntegrityError:
        return STOPPED
    return "done" if found else "refused"


def test_a_line_takes_no_more_than_was_ordered(app: Flask) -> None:
    """Guard (R26.3): came + n <= qty, in CAME (R11.6)."""
    way = accepted()
    way.ship()
    assert tried(CAME, way, n=40) == "done"
    assert tried(CAME, way, n=1) == "refused"


def test_nothing_comes_before_it_was_sent_or_by_another_order(app: Flask) -> None:
    """Guard (R26.3): the state of the order, in CAME (R2.6)."""
    way, other = accepted(), accepted()
    assert tried(CAME, way, n=1) == "refused"
    way.ship()
    other.ship()
    assert tried(CAME, way, n=1, id=other.line) == "refused"


def test_no_more_is_accepted_than_came(app: Flask) -> None:
    """Guard (R26.3): accepted + n <= came - refused, in ACCEPT (R11.6)."""
    way = accepted()
    way.ship()
    way.receive(38)
    assert tried(ACCEPT, way, accepted=38, refused=0) == "refused"  # Nothing is inspected yet.
    way.inspect(38, "reduce")
    assert tried(ACCEPT, way, accepted=39, refused=0) == "refused"
    assert tried(ACCEPT, way, accepted=37, refused=2) == "refused"
    assert tried(ACCEPT, way, accepted=37, refused=1) == "done"


def test_the_database_knows_that_what_was_accepted_came_and_was_ordered(app: Flask) -> None:
    """Guard (R26.3): accepted <= came <= qty, in the table of lines (R11.6)."""
    way = accepted()
    for wrong in ("came = 41", "accepted = 1", "qty = -1"):
        assert tried(text(f"UPDATE eorder_lines SET {wrong} WHERE id = :id RETURNING id"), way) == STOPPED  # noqa: S608
