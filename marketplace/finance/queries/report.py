"""L12: the year's turnover with its marks, sales by week, and what sold best."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from marketplace.finance.queries.turnover import Mark, marks, of_year
from marketplace.kernel import clock
from marketplace.kernel.money import ZERO, Rupiah
from marketplace.orders import queries as orders
from marketplace.rules import queries as rules

LATELY = timedelta(days=90)


@dataclass(frozen=True, kw_only=True)
class Report:
    """Simple books of a shop."""

    year: int
    turnover: Rupiah
    marks: Sequence[Mark]
    own_tax: rules.FinalTax
    """What a person's shop owes of the year so far by itself (PP 55/2022); nobody takes it here."""
    weeks: Sequence[orders.Week]
    best: Sequence[orders.Best]
    since: date


def report(seller_id: UUID) -> Report:
    """Return the books of this calendar year in Jakarta, all channels added, and of the last ninety days."""
    today, year = clock.today(), of_year(seller_id)
    book, since = rules.rules(today), today - LATELY
    return Report(
        year=today.year,
        turnover=year,
        marks=marks(year, book),
        own_tax=rules.final_tax(ZERO, year, book),
        weeks=orders.weeks(seller_id, since, today),
        best=orders.best_sold(seller_id, since, today),
        since=since,
    )
