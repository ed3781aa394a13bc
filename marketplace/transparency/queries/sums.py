"""What D06 shows of a year: sums of whole months that are over, merged where few shops are behind them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate

from marketplace.eorder import queries as eorder
from marketplace.kernel.money import Rupiah
from marketplace.p3dn import queries as p3dn
from marketplace.transparency.queries.merging import FEW, enough, in_turn, merged


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row of a table: the keys that are in it, one or several; the share in hundredths of a percent."""

    keys: tuple[str, ...]
    value: Rupiah
    domestic: Rupiah

    @property
    def share(self) -> int | None:
        """Return the domestic part of it."""
        return p3dn.share(self.domestic.amount, self.value.amount)


@dataclass(frozen=True, slots=True, kw_only=True)
class Promptness:
    """How soon offices paid: orders, the middle of the working days it took, and how many were in time."""

    keys: tuple[str, ...]
    orders: int
    median_days: float
    in_time: int

    @property
    def share(self) -> int | None:
        """Return the part that was in time."""
        return p3dn.share(self.in_time, self.orders)


@dataclass(frozen=True, kw_only=True)
class Open:
    """What is shown of a year. Without ``whole`` there is nothing, or too few shops are behind it."""

    year: int
    through: date | None
    """The last day that counts: of the last month that is over."""
    whole: Row | None = None
    shops: int = 0
    kecamatans: int = 0
    months: tuple[Row, ...] = ()
    by_kecamatan: tuple[Row, ...] = ()
    by_category: tuple[Row, ...] = ()
    offices: tuple[Promptness, ...] = ()
    paying: Promptness | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Office:
    key: str
    shops: int
    named: frozenset[str]
    paid: tuple[eorder.PaidIn, ...]


def through(year: int, today: date) -> date | None:
    """Return the last day of a year that is in a month that is over; None in its first month, and of years to come."""
    last = min(date(year, 12, 31), today.replace(day=1) - timedelta(days=1))
    return last if last.year == year else None


def of_year(year: int, today: date) -> Open:
    """Return what is shown of a year; three statements."""
    last = through(year, today)
    if last is None:
        return Open(year=year, through=None)
    first = date(year, 1, 1)
    sums = p3dn.open_sums(last, FEW)
    offices, paying = promptness(eorder.paid_in(first, last))
    found = sums[p3dn.ALL]
    if not found or not enough(found):
        return Open(year=year, through=last, offices=offices, paying=paying)
    return Open(
        year=year,
        through=last,
        whole=_row(found),
        shops=found[0].shops,
        kecamatans=sum(1 for one in sums[p3dn.KECAMATAN] if one.key),
        months=tuple(_row(group) for group in in_turn(sums[p3dn.MONTH])),
        by_kecamatan=_table(sums[p3dn.KECAMATAN]),
        by_category=_table(sums[p3dn.CATEGORY]),
        offices=offices,
        paying=paying,
    )


def _table(sums: Sequence[p3dn.OpenSum]) -> tuple[Row, ...]:
    """Return the rows of a table, the greatest first; what was merged is the last."""
    alone, few = merged(sums)
    rows = sorted((_row([one]) for one in alone), key=lambda row: (-row.value.amount, row.keys))
    return (*rows, _row(few)) if few else tuple(rows)


def _row(sums: Sequence[p3dn.OpenSum]) -> Row:
    return Row(
        keys=tuple(one.key for one in sums),
        value=Rupiah.total([one.value for one in sums]),
        domestic=Rupiah.total([one.domestic for one in sums]),
    )


def promptness(paid: Iterable[eorder.PaidIn]) -> tuple[tuple[Promptness, ...], Promptness | None]:
    """Return how soon offices paid, the soonest first, what was merged last; and all of them together."""
    by_unit: dict[str, list[eorder.PaidIn]] = {}
    for one in paid:
        by_unit.setdefault(one.unit_code, []).append(one)
    found = [_office(code, those) for code, those in sorted(by_unit.items())]
    if not found or not enough(found):
        return (), None
    alone, few = merged(found)
    rows = sorted((_promptness([one]) for one in alone), key=lambda row: (row.median_days, row.keys))
    return (*rows, *([_promptness(few)] if few else [])), _promptness(found)


def _office(code: str, paid: Sequence[eorder.PaidIn]) -> _Office:
    shops = frozenset[str]().union(*(one.shops for one in paid))
    return _Office(key=code, shops=len(shops), named=shops, paid=tuple(paid))


def _promptness(offices: Sequence[_Office]) -> Promptness:
    paid = [one for office in offices for one in office.paid]
    by_days: dict[int, int] = {}
    for one in paid:
        by_days[one.days] = by_days.get(one.days, 0) + one.orders
    return Promptness(
        keys=tuple(office.key for office in offices),
        orders=sum(by_days.values()),
        median_days=_middle(by_days),
        in_time=sum(one.orders for one in paid if one.in_time),
    )


def _middle(by_days: Mapping[int, int]) -> float:
    """Return the median of days, each as often as it is counted."""
    days = sorted(by_days)
    reached = list(accumulate(by_days[one] for one in days))
    many = reached[-1]

    def at(place: int) -> int:
        return next(day for day, upto in zip(days, reached, strict=True) if place < upto)

    return (at((many - 1) // 2) + at(many // 2)) / 2
