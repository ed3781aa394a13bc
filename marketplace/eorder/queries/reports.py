"""What offices spent (E14): accepted value in a period, on domestic goods and small businesses, how fast it was paid (R11.9).

Accepted is what minutes say that both signed, on the day of the second signature in Jakarta. Units that are there for
training count nowhere. Percentages are computed from totals, never averaged.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text

from marketplace.eorder.queries.templates import templates
from marketplace.kernel import clock
from marketplace.kernel.db import rows
from marketplace.kernel.money import ZERO, Percent, Rupiah
from marketplace.kernel.words import Words, _
from marketplace.offices import queries as offices
from marketplace.p3dn.queries import DOMESTIC_RUNGS
from marketplace.rules import queries as rules

MOST = 200
ORIGINS: Mapping[str, Words] = {
    "pdn": _("Domestic products"),
    "lain": _("Origin not stated"),
    "ongkir": _("Delivery"),
}
# A line of accepted goods, or the delivery of minutes; what adds up to every figure of a report.
FACTS = """
WITH signed AS (
 SELECT m.id, m.order_id, m.unit_code, m.number, m.office_number, m.shipping_idr,
  (m.shop_signed_at AT TIME ZONE 'Asia/Jakarta')::date AS day
 FROM eorder_minutes m
 WHERE m.unit_code = ANY(CAST(:units AS text[])) AND m.state IN ('signed')
  AND m.shop_signed_at >= :since AND m.shop_signed_at < :until
), parts AS (
 SELECT s.id, l.position, l.name, l.product_id, ml.accepted AS qty, ml.value_idr,
  CASE WHEN l.origin = ANY(CAST(:domestic AS text[])) THEN 'pdn' ELSE 'lain' END AS origin
 FROM signed s JOIN eorder_minutes_lines ml ON ml.minutes_id = s.id JOIN eorder_lines l ON l.id = ml.line_id
 WHERE ml.value_idr > 0
 UNION ALL
 SELECT s.id, 32767, '', NULL, 1, s.shipping_idr, 'ongkir' FROM signed s WHERE s.shipping_idr > 0
), facts AS (
 SELECT s.id AS minutes_id, s.day, to_char(s.day, 'YYYY-MM') AS month, s.number, s.office_number, s.unit_code, o.code,
  o.seller_id, o.seller_name, o.purpose, n.template, p.position, p.name, p.qty, p.value_idr, p.origin
 FROM signed s JOIN eorder_orders o ON o.id = s.order_id JOIN eorder_needs n ON n.id = o.need_id JOIN parts p ON p.id = s.id
 WHERE (CAST(:shop AS uuid) IS NULL OR o.seller_id = :shop) AND (:kind = '' OR n.template = :kind)
  AND (:month = '' OR to_char(s.day, 'YYYY-MM') = :month) AND (:origin = '' OR p.origin = :origin)
)
"""
SUMS = text(
    FACTS
    + """
SELECT grouping(seller_id, template, month, unit_code, origin) AS grouped, seller_id, max(seller_name) AS seller_name,
 template, month, unit_code, origin, sum(value_idr)::bigint AS value_idr, count(DISTINCT minutes_id) AS minutes
FROM facts
GROUP BY GROUPING SETS ((seller_id), (template), (month), (unit_code), (origin), ())
"""
)
ROWS = text(FACTS + "SELECT * FROM facts ORDER BY day, code, number, position LIMIT :most")  # noqa: S608 - the same
# How many orders whose minutes are of the period were paid whole after how many working days, and within how many they should.
# Each day comes with how many working days there were until it, so that hundreds of units are few rows.
PAID = text("""
WITH days AS (
 SELECT day, number FROM unnest(CAST(:days AS date[]), CAST(:numbers AS integer[])) AS d (day, number)
), paid AS (
 SELECT o.unit_code, (o.minutes_at AT TIME ZONE 'Asia/Jakarta')::date AS signed_on, coalesce(me.pay_days, 0) AS pay_days,
  (SELECT max(p.paid_on) FROM eorder_payments p WHERE p.order_id = o.id AND o.paid_at IS NOT NULL) AS paid_on
 FROM eorder_orders o LEFT JOIN eorder_methods me ON me.id = o.method_id
 WHERE o.unit_code = ANY(CAST(:units AS text[])) AND o.minutes_at >= :since AND o.minutes_at < :until
)
SELECT p.unit_code, greatest(u.number - s.number, 0) AS took, p.paid_on IS NOT NULL AS done, p.pay_days, count(*) AS many
FROM paid p JOIN days s ON s.day = p.signed_on JOIN days u ON u.day = greatest(coalesce(p.paid_on, :today), p.signed_on)
GROUP BY 1, 2, 3, 4
""")
SELLER, KIND, MONTH, UNIT, ORIGIN, ALL = 0b01111, 0b10111, 0b11011, 0b11101, 0b11110, 0b11111


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a report is about: units, days in Jakarta, and a part of it where somebody opens a figure."""

    units: tuple[str, ...]
    first: date
    last: date
    shop: UUID | None = None
    kind: str = ""
    month: str = ""
    origin: str = ""

    @property
    def told(self) -> dict[str, Any]:
        """Return it as the statements ask."""
        return {
            "units": list(self.units), "since": _midnight(self.first), "until": _midnight(self.last + timedelta(days=1)),
            "shop": self.shop, "kind": self.kind, "month": self.month, "origin": self.origin, "domestic": list(DOMESTIC_RUNGS),
        }  # fmt: skip

    @property
    def part(self) -> bool:
        """Tell whether it asks for a part."""
        return bool(self.shop or self.kind or self.month or self.origin)


@dataclass(frozen=True, slots=True)
class Sum:
    """A figure that opens: the key of what adds up to it, its name, rupiah, and its share of the total in hundredths of 1%."""

    key: str
    name: Words | str
    value: Rupiah
    minutes: int
    share: int

    @property
    def percent(self) -> Percent:
        """Return the share as pages show it."""
        return Percent(self.share)


@dataclass(frozen=True, slots=True, kw_only=True)
class Speed:
    """How fast orders were paid: working days in the middle, how many in time and late, and how many are owed still."""

    unit: str
    median: float | None
    paid: int
    in_time: int
    open: int
    late: int
    """Open beyond their term."""

    @property
    def punctual(self) -> int:
        """Return in hundredths of a percent how many of those paid were paid in time; 0 when none was."""
        return self.in_time * 10_000 // self.paid if self.paid else 0

    @property
    def percent(self) -> Percent:
        """Return the same as pages show it."""
        return Percent(self.punctual)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A report over a period; ``concentration`` is the sum of squared shares (HHI), 0 to 10,000."""

    asked: Asked
    total: Rupiah
    minutes: int
    domestic: Sum
    small: Sum
    shops: tuple[Sum, ...]
    kinds: tuple[Sum, ...]
    months: tuple[Sum, ...]
    units: tuple[Sum, ...]
    origins: tuple[Sum, ...]
    concentration: int
    speed: Speed
    speeds: tuple[Speed, ...]


def report(asked: Asked) -> Report:
    """Return what the units accepted in a period; an empty period gives 0 everywhere. Two statements over the orders."""
    whole = replace(asked, shop=None, kind="", month="", origin="")
    found = rows(SUMS, whole.told) if asked.units else ()
    all_of = next((row for row in found if row.grouped == ALL and row.value_idr), None)
    total, minutes = (all_of.value_idr, all_of.minutes) if all_of else (0, 0)

    def sums(grouped: int, column: str, names: Mapping[str, Words | str]) -> tuple[Sum, ...]:
        made = [
            Sum(
                str(key),
                names.get(str(key), str(key)),
                Rupiah(row.value_idr),
                row.minutes,
                _share(row.value_idr, total),
            )
            for row in found
            if row.grouped == grouped and (key := getattr(row, column)) is not None
        ]
        return tuple(sorted(made, key=lambda one: (-one.value.amount, one.key)))

    shops = sums(SELLER, "seller_id", {str(row.seller_id): row.seller_name for row in found if row.grouped == SELLER})
    origins = sums(ORIGIN, "origin", ORIGINS)
    units = sums(UNIT, "unit_code", dict(offices.unit_names(asked.units)))
    domestic = next((one for one in origins if one.key == "pdn"), Sum("pdn", ORIGINS["pdn"], ZERO, 0, 0))
    speeds = speed(whole)
    return Report(
        asked=asked, total=Rupiah(total), minutes=minutes, domestic=domestic,
        # Every shop of this marketplace is a small business that the city looks after: all that is bought here is theirs.
        small=Sum("", _("Small businesses"), Rupiah(total), minutes, _share(total, total)),
        shops=shops, kinds=sums(KIND, "template", {key: one.label for key, one in templates().items()}),
        months=tuple(sorted(sums(MONTH, "month", {}), key=lambda one: one.key)), units=units, origins=origins,
        concentration=sum(one.share * one.share for one in shops) // 10_000, speed=speeds[0], speeds=speeds[1:],
    )  # fmt: skip


def parts(asked: Asked, most: int | None = MOST) -> tuple[Sequence[Any], Rupiah]:
    """Return the rows that add up to a figure, at most so many, and what all of them come to; one row a line of goods."""
    found = rows(ROWS, {**asked.told, "most": most}) if asked.units else ()
    if most is None or len(found) < most:
        return found, Rupiah(sum(row.value_idr for row in found))
    summed = rows(SUMS, asked.told)
    return found, Rupiah(next(row.value_idr for row in summed if row.grouped == ALL))


def speed(asked: Asked) -> tuple[Speed, ...]:
    """Return how fast orders whose minutes are of the period were paid: of all units first, then of each by its name."""
    today = clock.today()
    numbers = _numbered(asked.first, max(today, asked.last))
    told = asked.told | {"days": list(numbers), "numbers": list(numbers.values()), "today": today}
    found = rows(PAID, told) if asked.units else ()
    names = offices.unit_names(asked.units)
    days: dict[str, list[tuple[int, int, bool, int]]] = {}
    for row in found:
        one = (row.took, row.many, row.done, row.pay_days)
        for key in ("", row.unit_code):
            days.setdefault(key, []).append(one)
    ordered = sorted((names.get(code, code), code) for code in days if code)
    return (_speed("", days.get("", [])), *(_speed(name, days[code]) for name, code in ordered))


def _numbered(first: date, last: date) -> dict[date, int]:
    """Return how many working days there are after the first day, through each day until the last."""
    calendar, number, found = rules.calendar(first), 0, {first: 0}
    for day in (first + timedelta(days=n) for n in range(1, (last - first).days + 1)):
        number += calendar.works(day)
        found[day] = number
    return found


def _speed(unit: str, found: Sequence[tuple[int, int, bool, int]]) -> Speed:
    paid = [(took, many) for took, many, done, _term in found if done]
    return Speed(
        unit=unit, median=_median(paid), paid=sum(many for _took, many in paid),
        in_time=sum(many for took, many, done, term in found if done and took <= term),
        open=sum(many for _took, many, done, _term in found if not done),
        late=sum(many for took, many, done, term in found if not done and took > term),
    )  # fmt: skip


def _median(found: Sequence[tuple[int, int]]) -> float | None:
    many = sum(count for _days, count in found)
    if not many:
        return None
    values: list[int] = []
    middle, seen = (many - 1) // 2, 0
    for took, count in sorted(found):
        seen += count
        if not values and seen > middle:
            values.append(took)
        if seen > many // 2:
            values.append(took)
            break
    return sum(values) / len(values)


def _share(value: int, total: int) -> int:
    return value * 10_000 // total if total else 0


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), clock.JAKARTA)
