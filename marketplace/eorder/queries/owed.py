"""What offices owe and how soon they pay: from the minutes that both signed to the money (design.md 6.4, ux E11)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from statistics import median
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text

from marketplace.eorder.models import OrderState
from marketplace.eorder.policies import SELLER
from marketplace.finance.slots import Receivable
from marketplace.kernel import clock
from marketplace.kernel.access import Actor
from marketplace.kernel.db import rows
from marketplace.kernel.money import Rupiah
from marketplace.kernel.words import Words, _
from marketplace.offices import queries as offices
from marketplace.rules import queries as rules

USUAL_TERM = 3
"""Working days to pay where a method names none."""
MOST = 200
COLUMNS = """o.id, o.code, o.unit_code, o.seller_id, o.seller_name, o.purpose, o.state, o.accepted_idr, o.paid_idr,
 o.minutes_at, o.dunned, m.pay_days"""
OWED = "o.accepted_idr > o.paid_idr AND o.minutes_at IS NOT NULL"
OF_UNITS = text(f"""
SELECT {COLUMNS} FROM eorder_orders o LEFT JOIN eorder_methods m ON m.id = o.method_id
WHERE {OWED} AND NOT o.training AND o.unit_code = ANY(CAST(:units AS text[])) ORDER BY o.minutes_at, o.id LIMIT :most
""")  # noqa: S608 - our own constants
OF_SHOPS = text(f"""
SELECT {COLUMNS} FROM eorder_orders o LEFT JOIN eorder_methods m ON m.id = o.method_id
WHERE {OWED} AND NOT o.training AND o.seller_id = ANY(CAST(:shops AS uuid[])) ORDER BY o.minutes_at, o.id LIMIT :most
""")  # noqa: S608 - the same
SOLD = text("""
SELECT coalesce(sum(m.value_idr - CASE WHEN o.total_idr = 0 THEN 0
  ELSE (o.tax_idr + o.included_tax_idr) * m.value_idr / o.total_idr END), 0) AS amount
FROM eorder_orders o JOIN eorder_minutes m ON m.order_id = o.id
WHERE o.seller_id = :seller AND NOT o.training AND m.shop_signed_at >= :begins AND m.shop_signed_at < :ends
""")
PAID = text("""
SELECT o.unit_code, o.minutes_at, max(p.paid_on) AS paid_on, max(m.pay_days) AS pay_days
FROM eorder_orders o JOIN eorder_payments p ON p.order_id = o.id LEFT JOIN eorder_methods m ON m.id = o.method_id
WHERE o.unit_code = ANY(CAST(:units AS text[])) AND NOT o.training
 AND o.paid_at >= :begins AND o.paid_at < :ends AND o.minutes_at IS NOT NULL
GROUP BY o.id ORDER BY o.unit_code
""")
TAKEN = text("""
SELECT unit_code, accepted_on, paid_on, pay_days, count(*) AS orders, array_agg(DISTINCT seller_id::text) AS shops
FROM (
 SELECT o.unit_code, o.seller_id, (o.minutes_at AT TIME ZONE 'Asia/Jakarta')::date AS accepted_on,
  max(p.paid_on) AS paid_on, max(m.pay_days) AS pay_days
 FROM eorder_orders o JOIN eorder_payments p ON p.order_id = o.id LEFT JOIN eorder_methods m ON m.id = o.method_id
 WHERE NOT o.training AND o.paid_at >= :begins AND o.paid_at < :ends AND o.minutes_at IS NOT NULL
 GROUP BY o.id
) AS paid GROUP BY unit_code, accepted_on, paid_on, pay_days
""")
SUMS = text("""
SELECT o.code, o.accepted_idr, o.paid_idr, coalesce(p.gross, 0) AS gross, coalesce(c.realised, 0) AS realised
FROM eorder_orders o
LEFT JOIN (SELECT order_id, sum(gross_idr) AS gross FROM eorder_payments GROUP BY order_id) p ON p.order_id = o.id
LEFT JOIN (
 SELECT split_part(split_part(reference, ':', 2), '.', 1) AS order_id, sum(realised_idr) AS realised
 FROM offices_commitments WHERE reference LIKE 'eorder:%' GROUP BY 1
) c ON c.order_id = CAST(o.id AS text)
WHERE o.paid_idr <> coalesce(p.gross, 0) OR o.paid_idr > o.accepted_idr OR o.paid_idr <> coalesce(c.realised, 0)
ORDER BY o.code
""")
KEPT = text("""
SELECT p.reference, p.kept_idr, coalesce(sum(w.kept_idr), 0) AS kept
FROM eorder_payments p LEFT JOIN eorder_withholdings w ON w.payment_id = p.id
GROUP BY p.id HAVING p.kept_idr <> coalesce(sum(w.kept_idr), 0) ORDER BY p.reference
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Unpaid:
    """What was accepted of an order and not paid; ``days`` are working days since the minutes, ``due_on`` the last day."""

    order_id: UUID
    code: str
    unit_code: str
    unit: str
    seller_id: UUID
    seller_name: str
    purpose: str
    state: str
    owed: Rupiah
    accepted_on: date
    days: int
    due_on: date
    dunned: int

    @property
    def late(self) -> bool:
        """Tell whether the last day is over."""
        return self.due_on < clock.today()

    @property
    def why(self) -> Words:
        """Return who has it in hand."""
        if self.state == OrderState.BAST_SIGNED:
            return _("The office has not asked its treasurer to pay yet.")
        return _("The treasurer of the office is to pay.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Punctuality:
    """How soon a unit paid what it paid whole in a year, in working days from the minutes to the last payment."""

    unit_code: str
    unit: str
    orders: int
    median_days: float
    in_time: int


def unpaid(actor: Actor) -> tuple[Unpaid, ...]:
    """Return what the units that an actor may read owe to shops, the oldest first: treasurer, budget holder, auditor."""
    units = [one.code for one in offices.units(actor)]
    return _unpaid(rows(OF_UNITS, {"units": units, "most": MOST})) if units else ()


def unpaid_of_shops(shops: Sequence[UUID]) -> tuple[Unpaid, ...]:
    """Return what offices owe to shops, the oldest first; the caller has asked its policy."""
    return _unpaid(rows(OF_SHOPS, {"shops": list(shops), "most": MOST})) if shops else ()


def owed_to(actor: Actor) -> tuple[Unpaid, ...]:
    """Return what offices owe to the shops that an actor runs."""
    return unpaid_of_shops([UUID(one) for one in sorted(actor.scopes(SELLER, SELLER))])


def receivables(shops: Sequence[UUID]) -> tuple[Receivable, ...]:
    """Tell finance what offices owe to shops."""
    return tuple(
        Receivable(label=f"{one.unit}, {one.code}", amount=one.owed, due_on=one.due_on, why=one.why, overdue=one.late)
        for one in unpaid_of_shops(shops)
    )


def sold(seller_id: UUID, year: int) -> Rupiah:
    """Tell finance what a shop sold to offices in a calendar year in Jakarta: what was accepted, without PPN and PBJT."""
    return Rupiah(int(rows(SOLD, {"seller": seller_id, **_year(year)})[0].amount))


def punctuality(unit_codes: Sequence[str], year: int) -> tuple[Punctuality, ...]:
    """Return how soon units paid in a year, by their codes; those that paid nothing are left out."""
    found = rows(PAID, {"units": list(unit_codes), **_year(year)})
    if not found:
        return ()
    calendar = rules.calendar(min(_day(row.minutes_at) for row in found))
    taken: dict[str, list[tuple[int, bool]]] = {}
    for row in found:
        days = calendar.between(_day(row.minutes_at), row.paid_on)
        taken.setdefault(row.unit_code, []).append((days, days <= (row.pay_days or USUAL_TERM)))
    names = offices.unit_names(list(taken))
    return tuple(
        Punctuality(
            unit_code=code,
            unit=names.get(code, code),
            orders=len(those),
            median_days=median(days for days, _in_time in those),
            in_time=sum(in_time for _days, in_time in those),
        )
        for code, those in taken.items()
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidIn:
    """Orders of a unit that were paid whole after so many working days from the minutes, and the shops behind them."""

    unit_code: str
    days: int
    in_time: bool
    orders: int
    shops: frozenset[str]


def paid_in(first: date, last: date) -> tuple[PaidIn, ...]:
    """Return how soon all units paid what they paid whole from a day through another; two statements."""
    ends = datetime.combine(last + timedelta(days=1), time.min, clock.JAKARTA)
    found = rows(TAKEN, {"begins": datetime.combine(first, time.min, clock.JAKARTA), "ends": ends})
    if not found:
        return ()
    calendar = rules.calendar(min(row.accepted_on for row in found))
    taken = [(row, calendar.between(row.accepted_on, row.paid_on)) for row in found]
    return tuple(
        PaidIn(
            unit_code=row.unit_code,
            days=days,
            in_time=days <= (row.pay_days or USUAL_TERM),
            orders=row.orders,
            shops=frozenset(row.shops),
        )
        for row, days in taken
    )


def money_broken() -> Iterator[str]:
    """Yield a sentence for each order or payment whose sums are not what its payments, taxes and budget come to (R11.6)."""
    for row in rows(SUMS):
        yield (
            f"eorder: the order {row.code} has {row.accepted_idr} accepted and {row.paid_idr} paid rupiah, its payments come"
            f" to {row.gross}, its budget to {row.realised}"
        )
    for row in rows(KEPT):
        yield f"eorder: the payment {row.reference} keeps {row.kept_idr} rupiah, its taxes come to {row.kept}"


def _unpaid(found: Sequence[Row[Any]]) -> tuple[Unpaid, ...]:
    if not found:
        return ()
    calendar = rules.calendar(_day(found[0].minutes_at))
    names: Mapping[str, str] = offices.unit_names(sorted({row.unit_code for row in found}))
    return tuple(
        Unpaid(
            order_id=row.id,
            code=row.code,
            unit_code=row.unit_code,
            unit=names.get(row.unit_code, row.unit_code),
            seller_id=row.seller_id,
            seller_name=row.seller_name,
            purpose=row.purpose,
            state=row.state,
            owed=Rupiah(row.accepted_idr - row.paid_idr),
            accepted_on=_day(row.minutes_at),
            days=calendar.between(_day(row.minutes_at), clock.today()),
            due_on=calendar.after(_day(row.minutes_at), row.pay_days or USUAL_TERM),
            dunned=row.dunned,
        )
        for row in found
    )


def _day(at: datetime) -> date:
    return at.astimezone(clock.JAKARTA).date()


def _year(year: int) -> dict[str, datetime]:
    first, next_first = date(year, 1, 1), date(year + 1, 1, 1)
    return {
        "begins": datetime.combine(first, time.min, clock.JAKARTA),
        "ends": datetime.combine(next_first, time.min, clock.JAKARTA),
    }
