"""What the shops of a cart offer: methods, prices and days, in two statements however many shops."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text

from marketplace.delivery import slots
from marketplace.delivery.models import Method
from marketplace.delivery.queries.days import HORIZON, OFFERED, Opening, open_days
from marketplace.delivery.queries.pricing import Freight, Pricing, priced
from marketplace.kernel import clock
from marketplace.kernel.db import rows
from marketplace.kernel.money import ZERO, Rupiah
from marketplace.kernel.plugin import current
from marketplace.kernel.words import Words, _

# The latest tariff that holds on the day counts. A shop that set nothing is one row without a method.
SET = text("""
SELECT g.seller_id, o.method, o.courier_code, o.flat_idr, o.free_from_idr, o.kecamatan, o.cutoff, o.lead_days, o.slots,
       l.daily_orders, l.daily_units, l.slot_orders, c.label, c.divisor, coalesce(c.valid, true) AS valid,
       t.first_idr, t.next_idr, t.days_least, t.days_most
FROM unnest(CAST(:sellers AS uuid[]), CAST(:origins AS text[])) AS g (seller_id, origin)
LEFT JOIN delivery_shops l ON l.seller_id = g.seller_id
LEFT JOIN delivery_options o ON o.seller_id = g.seller_id
LEFT JOIN delivery_couriers c ON c.code = o.courier_code
LEFT JOIN delivery_zones zone_from ON zone_from.kecamatan_code = g.origin
LEFT JOIN delivery_zones zone_to ON zone_to.kecamatan_code = CAST(:place AS text)
LEFT JOIN LATERAL (
    SELECT first_idr, next_idr, days_least, days_most FROM delivery_tariffs
    WHERE courier_code = o.courier_code AND from_zone = zone_from.zone AND to_zone = zone_to.zone AND valid_from <= :today
    ORDER BY valid_from DESC LIMIT 1
) t ON true
ORDER BY g.seller_id, array_position(ARRAY['pickup', 'own', 'courier'], o.method), o.courier_code
""")
# A day off is a row without a slot.
TAKEN = text("""
SELECT seller_id, day, slot, orders_taken, units_taken FROM delivery_days
WHERE seller_id = ANY(CAST(:sellers AS uuid[])) AND day BETWEEN :today AND :last
UNION ALL
SELECT seller_id, day, NULL, 0, 0 FROM delivery_days_off
WHERE seller_id = ANY(CAST(:sellers AS uuid[])) AND day BETWEEN :today AND :last
""")
LABELS: Mapping[Method, Words] = {
    Method.PICKUP: _("Fetch it from the shop"),
    Method.OWN: _("The shop brings it"),
}
NO_REACH = _("This shop does not bring goods to your kecamatan.")
NO_TARIFF = _("This courier has no tariff for this way.")
NO_DAY = _("The shop is closed in the next days.")
ALL_FULL = _("All days that can be chosen are full.")
FULL = _("This day is full.")
TOO_MANY = _("The shop cannot make that many on this day.")


@dataclass(frozen=True, kw_only=True)
class Group:
    """What a cart holds of one shop, and what is known of the shop already."""

    seller_id: UUID
    kecamatan_code: str
    opening_days: tuple[int, ...]
    goods: Rupiah
    weight_g: int = 0
    volume_ml: int = 0
    units: int = 0
    lead_days: int = 0
    """The longest of the goods' own lead times."""
    away: tuple[date, date] | None = None


@dataclass(frozen=True)
class Hours:
    """A slot of a day."""

    slot: str
    full: bool


@dataclass(frozen=True, kw_only=True)
class Day:
    """A day on which the goods can leave the shop, and between which days they arrive; ``why`` it cannot be chosen."""

    on: date
    arrives: tuple[date, date]
    slots: tuple[Hours, ...] = ()
    full: bool = False
    why: Words | None = None


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A way that goods can come. The price is None as long as the address is unknown; ``why`` it cannot be chosen."""

    method: Method
    code: str = ""
    """The courier, or the joint pick-up."""
    label: Words | str
    where: str = ""
    price: Rupiah | None
    days: tuple[Day, ...] = ()
    why: Words | None = None

    @property
    def key(self) -> str:
        """Return what a form says for this choice."""
        return f"{self.method}:{self.code}" if self.code else str(self.method)

    @property
    def open(self) -> bool:
        """Tell whether it can be chosen."""
        return self.why is None


@dataclass(frozen=True)
class _Taken:
    """The places of a shop's days that are gone, and its limits."""

    days_off: frozenset[date]
    gone: Mapping[tuple[date, str], tuple[int, int]]
    limits: tuple[int | None, int | None, int | None]

    def why(self, day: date, units: int) -> Words | None:
        orders_most, units_most, _slot_most = self.limits
        orders, pieces = self.gone.get((day, ""), (0, 0))
        if orders_most is not None and orders >= orders_most:
            return FULL
        if units_most is not None and pieces + units > units_most:
            return FULL if pieces >= units_most else TOO_MANY
        return None

    def hours(self, day: date, named: Sequence[str]) -> tuple[Hours, ...]:
        most = self.limits[2]
        return tuple(
            Hours(slot, most is not None and self.gone.get((day, slot), (0, 0))[0] >= most) for slot in sorted(named)
        )


def choices(groups: Sequence[Group], place: str | None, now: datetime) -> dict[UUID, tuple[Choice, ...]]:
    """Return for each shop of a cart how its goods can come to a kecamatan (None: not known yet) and when."""
    if not groups:
        return {}
    today = now.astimezone(clock.JAKARTA).date()
    sellers = [group.seller_id for group in groups]
    origins = [group.kecamatan_code for group in groups]
    found = rows(SET, {"sellers": sellers, "origins": origins, "place": place, "today": today})
    taken = rows(TAKEN, {"sellers": sellers, "today": today, "last": today + timedelta(days=HORIZON)})
    joint = [pickup for ask in slots.joint_pickups for pickup in ask(sellers, today)]
    said = _by_seller(found)
    gone = _by_seller(taken)
    return {
        group.seller_id: tuple(
            _choices(group, said[group.seller_id], gone.get(group.seller_id, ()), joint, (place, now))
        )
        for group in groups
    }


def _by_seller(found: Iterable[Row[Any]]) -> dict[UUID, list[Row[Any]]]:
    kept = defaultdict[UUID, list[Row[Any]]](list)
    for row in found:
        kept[row.seller_id].append(row)
    return kept


def _choices(
    group: Group,
    said: Sequence[Row[Any]],
    gone: Sequence[Row[Any]],
    joint: Sequence[slots.JointPickup],
    asked: tuple[str | None, datetime],
) -> Iterator[Choice]:
    place, now = asked
    first = said[0]
    taken = _Taken(
        frozenset(row.day for row in gone if row.slot is None),
        {(row.day, row.slot): (row.orders_taken, row.units_taken) for row in gone if row.slot is not None},
        (first.daily_orders, first.daily_units, first.slot_orders),
    )
    opening = Opening(group.opening_days, taken.days_off, group.away)
    if first.method is None:
        dates = open_days(now, group.lead_days, None, opening)
        ready = _days(dates, taken, group.units, (), (0, 0))
        flat = Rupiah(current().setting("OWN_DELIVERY_IDR"))
        yield _judged(Choice(method=Method.PICKUP, label=LABELS[Method.PICKUP], price=ZERO, days=ready))
        yield _judged(Choice(method=Method.OWN, label=LABELS[Method.OWN], price=flat, days=ready))
    for row in said:
        if row.method is not None and row.valid:
            yield _set(group, row, taken, opening, place, now)
    for pickup in joint:
        if group.seller_id in pickup.sellers:
            ready = _days([pickup.day], taken, group.units, (pickup.hours,), (0, 0))
            offer = Choice(
                method=Method.JOINT, code=pickup.id, label=pickup.label, where=pickup.where, price=ZERO, days=ready
            )
            yield _judged(offer)


def _set(group: Group, row: Row[Any], taken: _Taken, opening: Opening, place: str | None, now: datetime) -> Choice:
    """Return what a shop set itself."""
    method = Method(row.method)
    freight = None
    if row.first_idr is not None:
        freight = Freight(Rupiah(row.first_idr), Rupiah(row.next_idr), row.divisor, row.days_least, row.days_most)
    free_from = None if row.free_from_idr is None else Rupiah(row.free_from_idr)
    pricing = Pricing(method, Rupiah(row.flat_idr), free_from)
    dates = open_days(now, max(row.lead_days, group.lead_days), row.cutoff, opening)
    under_way = (freight.days_least, freight.days_most) if freight is not None else (0, 0)
    choice = Choice(
        method=method,
        code=row.courier_code or "",
        label=row.label or LABELS[method],
        price=priced(pricing, freight, group.weight_g, group.volume_ml, group.goods),
        days=_days(dates, taken, group.units, row.slots, under_way),
    )
    if place is not None and method is Method.OWN and row.kecamatan and place not in row.kecamatan:
        return replace(choice, why=NO_REACH)
    if place is not None and choice.price is None:
        return replace(choice, why=NO_TARIFF)
    return _judged(choice)


def _judged(choice: Choice) -> Choice:
    if not choice.days:
        return replace(choice, why=NO_DAY)
    return replace(choice, why=ALL_FULL) if all(day.full for day in choice.days) else choice


def _days(
    dates: Iterable[date], taken: _Taken, units: int, named: Sequence[str], under_way: tuple[int, int]
) -> tuple[Day, ...]:
    return tuple(_day(day, taken, units, named, under_way) for day in islice(dates, OFFERED))


def _day(day: date, taken: _Taken, units: int, named: Sequence[str], under_way: tuple[int, int]) -> Day:
    why, hours = taken.why(day, units), taken.hours(day, named)
    if why is None and hours and all(one.full for one in hours):
        why = FULL
    least, most = under_way
    arrives = (day + timedelta(days=least), day + timedelta(days=most))
    return Day(on=day, arrives=arrives, slots=hours, full=why is not None, why=why)
