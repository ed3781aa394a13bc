"""A shop's turnover of the year in all channels, and how near it is to the limits at which the law asks something of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from marketplace.accounts import queries as accounts
from marketplace.finance.events import TurnoverReached
from marketplace.finance.models import Warned
from marketplace.finance.slots import turnover
from marketplace.kernel import clock
from marketplace.kernel.db import rows
from marketplace.kernel.money import Rupiah
from marketplace.kernel.words import Words, _
from marketplace.notifications.slots import Recipient
from marketplace.orders import queries as orders
from marketplace.rules import queries as rules
from marketplace.rules.queries import Book
from marketplace.sellers import queries as sellers

INCOME, VAT = "income.final", "vat_limit"
MARKS: Mapping[str, Words] = {
    INCOME: _("Above this a person's shop owes its own income tax of 0.5% (PPh final). You pay it yourself."),
    VAT: _("Above this a shop must register for VAT (PKP), and the final tax of 0.5% ends with the year."),
}
PERCENTS = (80, 90, 100)
"""At so many percent of a limit a shop is told."""


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A sum at which the law begins to ask something, and how near the year has come to it."""

    code: str
    limit: Rupiah
    turnover: Rupiah
    said: Words
    basis: str

    @property
    def passed(self) -> bool:
        """Tell whether the year is above it."""
        return self.turnover > self.limit

    @property
    def left(self) -> Rupiah:
        """Return what is still below it."""
        return self.limit - self.turnover if self.turnover < self.limit else Rupiah(0)

    @property
    def percent(self) -> int:
        """Return how much of it is used, in whole percent rounded down; more than 100 above it."""
        return max(self.turnover.amount, 0) * 100 // self.limit.amount if self.limit else 100

    @property
    def reached(self) -> tuple[int, ...]:
        """Return those of PERCENTS to which the year has come."""
        return tuple(one for one in PERCENTS if self.percent >= one)

    @property
    def near(self) -> bool:
        """Tell whether it is time to think of it."""
        return bool(self.reached)


def of_year(seller_id: UUID) -> Rupiah:
    """Return the turnover of this calendar year in Jakarta up to now, all channels added."""
    today = clock.today()
    public = orders.sold(seller_id, today.replace(month=1, day=1), today)
    return public + Rupiah.total([told(seller_id, today.year) for told in turnover])


def marks(amount: Rupiah, book: Book) -> tuple[Mark, ...]:
    """Return the limits of a day's rules, each with how near a turnover is to it."""
    found = ((code, said, book.get(code)) for code, said in MARKS.items())
    return tuple(
        Mark(code=code, limit=rule.threshold, turnover=amount, said=said, basis=rule.basis)
        for code, said, rule in found
        if rule is not None and rule.threshold is not None
    )


def all_marks() -> Iterator[tuple[UUID, Mark]]:
    """Yield every limit that a shop has come near to this year, and of which nobody has told it up to there.

    Of shops that sold something by the public channel; a channel of its own tells those that sell there alone.
    """
    today = clock.today()
    book, told = rules.rules(today), _told(today.year)
    for seller_id, public in orders.turnovers(today.replace(month=1, day=1), today).items():
        amount = public + Rupiah.total([other(seller_id, today.year) for other in turnover])
        for mark in marks(amount, book):
            if mark.reached and mark.reached[-1] > told.get((seller_id, mark.code), 0):
                yield seller_id, mark


def _told(year: int) -> dict[tuple[UUID, str], int]:
    highest = func.max(Warned.percent).label("percent")
    found = rows(select(Warned.seller_id, Warned.code, highest).where(Warned.year == year).group_by(*_KEY))
    return {(row.seller_id, row.code): row.percent for row in found}


_KEY = (Warned.seller_id, Warned.code)


def warned(seller_id: UUID) -> tuple[tuple[Mark, int], ...]:
    """Return of which limits a shop was told this year, each with the highest percentage and the turnover at that time."""
    today = clock.today()
    mine = select(Warned.code, Warned.percent, Warned.turnover_idr).where(
        Warned.seller_id == seller_id, Warned.year == today.year
    )
    highest = {row.code: row for row in rows(mine.order_by(Warned.percent))}
    return tuple(
        (mark, row.percent)
        for row in highest.values()
        for mark in marks(row.turnover_idr, rules.rules(today))
        if mark.code == row.code
    )


def shop_team(event: TurnoverReached) -> tuple[Recipient, ...]:
    """Return who runs the shop."""
    return accounts.recipients(sellers.team(UUID(event.seller_id)))


def turnover_context(event: TurnoverReached) -> Mapping[str, Any]:
    """Return what the letter says: shop, year, turnover, limit and what it means."""
    seller_id = UUID(event.seller_id)
    card = sellers.sellers([seller_id])[seller_id]
    return {
        "shop": card.name,
        "year": event.year,
        "percent": event.percent,
        "turnover": Rupiah(event.turnover_idr),
        "limit": Rupiah(event.limit_idr),
        "said": MARKS[event.code],
        "report_path": f"/lapak/laporan?toko={card.code}",
    }
