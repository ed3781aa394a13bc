"""A shop's account in the ledger, in plain words: entries, sums and balances of a period."""

import base64
import binascii
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from marketplace.kernel import clock
from marketplace.kernel.errors import NotFound
from marketplace.kernel.money import Rupiah
from marketplace.kernel.words import Words, _
from marketplace.orders import queries as orders
from marketplace.payments import queries as payments

MOST_CSV, AT_ONCE = 20_000, 1_000
LONGEST_CURSOR = 300
FIRST = datetime(2000, 1, 1, tzinfo=UTC)
NAMES: Mapping[str, Words] = {
    "release": _("Sale finished"),
    "fee": _("Programme fee"),
    "feetax": _("Tax on the programme fee"),
    "gwfee": _("Cost of the payment"),
    "refund": _("Money back to the buyer"),
    "feeback": _("Programme fee given back"),
    "refundfail": _("Refund that could not be sent, back to you"),
    "assign": _("Money back to the buyer"),
    "cod": _("Cash you collected yourself"),
    "disputelost": _("Taken back by the buyer's bank"),
    "pmk37": _("Income tax withheld"),
    "payout": _("Payout"),
    "payoutback": _("Payout that came back"),
    "undo": _("Correction"),
}
"""What entries mean to a seller, by the fact that their ids begin with."""


@dataclass(frozen=True)
class Period:
    """Days in Jakarta, both included."""

    first: date
    last: date

    @property
    def since(self) -> datetime:
        """Return the instant at which it begins."""
        return datetime.combine(self.first, time.min, clock.JAKARTA)

    @property
    def until(self) -> datetime:
        """Return the first instant behind it."""
        return datetime.combine(self.last + timedelta(days=1), time.min, clock.JAKARTA)


@dataclass(frozen=True, kw_only=True)
class Row:
    """An entry as a seller reads it; ``sale`` is how addresses name the part it is about."""

    at: datetime
    name: Words
    about: str
    amount: Rupiah
    sale: str | None
    id: str


@dataclass(frozen=True, kw_only=True)
class Statement:
    """A period of a shop's account: ``sums`` by name in the order of the page, and the newest entries."""

    period: Period
    opening: Rupiah
    closing: Rupiah
    sums: Sequence[tuple[Words, Rupiah, int]]
    rows: Sequence[Row]
    next: str | None


def payee_of(seller_id: UUID) -> str:
    """Return what the ledger and payouts call a shop: what stands behind the colon of ``payable:``."""
    return str(seller_id)


def key_of(seller_id: UUID) -> str:
    """Return a shop's account in the ledger."""
    return f"payable:{payee_of(seller_id)}"


def period(first: str, last: str) -> Period:
    """Return the asked period, by default the present month; what is no date or ends before it begins is the default."""
    today = clock.today()
    begins, ends = _day(first, today.replace(day=1)), _day(last, today)
    return Period(begins, ends) if begins <= ends else Period(today.replace(day=1), today)


def within(period: Period) -> bool:
    """Tell whether a period ends today or before."""
    return period.last <= clock.today()


def statement(seller_id: UUID, asked: Period, cursor: str | None) -> Statement:
    """Return a period of a shop's account, with the entries behind the cursor. Raises NotFound for a cursor not ours."""
    key = key_of(seller_id)
    sums = payments.sums(key, asked.since, asked.until)
    after = Rupiah.total([one.amount for one in payments.sums(key, asked.until, _far()).values()])
    closing = payments.balance(key) - after
    found, behind = payments.lines(key, asked.since, asked.until, _place(cursor))
    return Statement(
        period=asked,
        opening=closing - Rupiah.total([one.amount for one in sums.values()]),
        closing=closing,
        sums=_named(sums),
        rows=rows_of(found),
        next=_cursor(behind),
    )


def latest(seller_id: UUID, most: int) -> Sequence[Row]:
    """Return the newest entries of a shop's account."""
    return rows_of(payments.lines(key_of(seller_id), FIRST, _far(), most=most)[0])


def csv_rows(seller_id: UUID, asked: Period) -> Iterator[Row]:
    """Yield the entries of a period, oldest first, up to ``MOST_CSV``; read in portions, so none of them is large."""
    place, left = (FIRST, ""), MOST_CSV
    while left > 0:
        found = payments.lines_after(key_of(seller_id), asked.since, asked.until, place, min(AT_ONCE, left))
        yield from rows_of(found)
        if len(found) < AT_ONCE:
            return
        place, left = (found[-1].at, found[-1].id), left - len(found)


def rows_of(found: Sequence[payments.Line]) -> Sequence[Row]:
    """Return entries in plain words, with the sales they are about: one statement for all of them."""
    parts = {one.id: part for one in found if (part := _part(one)) is not None}
    codes = orders.part_codes(set(parts.values()))
    return tuple(
        Row(
            at=one.at,
            name=named(one.id),
            about=one.label,
            amount=one.amount,
            sale=codes.get(parts.get(one.id, _NONE)),
            id=one.id,
        )
        for one in found
    )


def named(entry_id: str) -> Words:
    """Return what an entry is called."""
    fact = entry_id.partition(":")[0]
    return NAMES.get(fact, Words(fact))


_NONE = UUID(int=0)


def _part(line: payments.Line) -> UUID | None:
    """Return the part an entry is about: the account it was held on, else what its id ends with."""
    for text in (line.other.removeprefix("held:"), *reversed(line.id.split(":"))):
        try:
            return UUID(text)
        except ValueError:
            continue
    return None


def _named(sums: Mapping[str, payments.Summed]) -> Sequence[tuple[Words, Rupiah, int]]:
    known = [fact for fact in NAMES if fact in sums] + sorted(sums.keys() - NAMES.keys())
    return [(NAMES.get(fact, Words(fact)), sums[fact].amount, sums[fact].count) for fact in known]


def _far() -> datetime:
    return clock.now() + timedelta(days=1)


def _day(text: str, otherwise: date) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return otherwise
    return day if FIRST.year <= day.year <= clock.today().year + 1 else otherwise


def _cursor(place: tuple[datetime, str] | None) -> str | None:
    if place is None:
        return None
    return base64.urlsafe_b64encode(json.dumps([place[0].isoformat(), place[1]]).encode()).decode()


def _place(cursor: str | None) -> tuple[datetime, str] | None:
    if not cursor:
        return None
    try:
        moment, entry = json.loads(base64.urlsafe_b64decode(cursor[:LONGEST_CURSOR].encode()))
        instant = datetime.fromisoformat(moment)
    except (binascii.Error, ValueError, TypeError) as failure:
        raise NotFound from failure
    if instant.tzinfo is None or not isinstance(entry, str):
        raise NotFound
    return instant, entry
