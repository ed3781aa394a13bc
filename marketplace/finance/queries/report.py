"""L12: the year's turnover with its marks, sales by week, and what sold best."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from marketplace.finance.slots import turnover
from marketplace.kernel import clock
from marketplace.kernel.money import Rupiah
from marketplace.kernel.words import Words, _
from marketplace.orders import queries as orders
from marketplace.rules import queries as rules

LATELY = timedelta(days=90)
MARKS = (
    ("income.final", _("Above this a person's shop owes its own income tax of 0.5% (PPh final). You pay it yourself.")),
    ("vat_limit", _("Above this a shop must register for VAT (PKP).")),
)


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A sum at which the law begins to ask something, and whether the year has come to it."""

    limit: Rupiah
    passed: bool
    left: Rupiah
    said: Words
    basis: str


@dataclass(frozen=True, kw_only=True)
class Report:
    """Simple books of a shop."""

    year: int
    turnover: Rupiah
    marks: Sequence[Mark]
    weeks: Sequence[orders.Week]
    best: Sequence[orders.Best]
    since: date


def report(seller_id: UUID) -> Report:
    """Return the books of this calendar year in Jakarta, all channels added, and of the last ninety days."""
    today = clock.today()
    first = today.replace(month=1, day=1)
    year = orders.sold(seller_id, first, today) + Rupiah.total([told(seller_id, today.year) for told in turnover])
    book, since = rules.rules(today), today - LATELY
    marks = []
    for code, said in MARKS:
        rule = book.get(code)
        if rule is not None and rule.threshold is not None:
            limit = rule.threshold
            left = limit - year if year < limit else Rupiah(0)
            marks.append(Mark(limit=limit, passed=year > limit, left=left, said=said, basis=rule.basis))
    return Report(
        year=today.year,
        turnover=year,
        marks=marks,
        weeks=orders.weeks(seller_id, since, today),
        best=orders.best_sold(seller_id, since, today),
        since=since,
    )
