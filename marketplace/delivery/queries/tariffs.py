"""Zones, couriers and their tariffs of a day: reference data, read in one statement and kept a while in each process."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, text

from marketplace.delivery.queries.pricing import Freight
from marketplace.kernel.db import rows, session
from marketplace.kernel.money import Rupiah

KEPT_SECONDS = 60.0
"""So long a courier that an operator ends, or a tariff that begins today, may go unseen by a process."""
MOST_DAYS = 40

# The latest tariff that holds on the day counts.
READ = text("""
SELECT (SELECT coalesce(jsonb_object_agg(kecamatan_code, zone), '{}') FROM delivery_zones) AS zones,
       (SELECT coalesce(jsonb_object_agg(code, label), '{}') FROM delivery_couriers WHERE valid) AS couriers,
       (SELECT coalesce(jsonb_agg(jsonb_build_array(
                   courier_code, from_zone, to_zone, first_idr, next_idr, divisor, days_least, days_most)), '[]')
        FROM (SELECT DISTINCT ON (courier_code, from_zone, to_zone) t.*, c.divisor
              FROM delivery_tariffs t JOIN delivery_couriers c ON c.code = t.courier_code
              WHERE c.valid AND t.valid_from <= CAST(:day AS date)
              ORDER BY courier_code, from_zone, to_zone, valid_from DESC) latest) AS tariffs
""")


@dataclass(frozen=True)
class Tariffs:
    """What holds on a day: the zone of each kecamatan, the couriers that may be offered, and their prices by zones."""

    zones: Mapping[str, str] = field(default_factory=dict)
    couriers: Mapping[str, str] = field(default_factory=dict)
    by_way: Mapping[tuple[str, str, str], Freight] = field(default_factory=dict)

    def freight(self, courier: str, origin: str, place: str | None) -> Freight | None:
        """Return a courier's tariff between two kecamatan, None where there is none or the place is not known yet."""
        here, there = self.zones.get(origin), self.zones.get(place or "")
        return None if here is None or there is None else self.by_way.get((courier, here, there))


@dataclass
class _Kept:
    by_day: dict[date, tuple[float, Tariffs]] = field(default_factory=dict)


# By the side of the database that is asked, whether it is read or written: two sites in one process share nothing. A test's
# connection, which is taken back, has its own.
_kept: dict[str, _Kept] = {}
_lent: WeakKeyDictionary[Connection, _Kept] = WeakKeyDictionary()


def _kept_here() -> _Kept:
    bind = session.get_bind()
    if isinstance(bind, Connection):
        return _lent.setdefault(bind, _Kept())
    return _kept.setdefault(bind.url.render_as_string(hide_password=False), _Kept())


def tariffs(day: date) -> Tariffs:
    """Return the tariffs of a day."""
    known = _kept_here().by_day
    read_at, found = known.get(day, (0.0, None))
    if found is not None and time.monotonic() - read_at < KEPT_SECONDS:
        return found
    row = rows(READ, {"day": day})[0]
    found = Tariffs(
        row.zones,
        row.couriers,
        {
            (courier, here, there): Freight(Rupiah(first), Rupiah(following), divisor, least, most)
            for courier, here, there, first, following, divisor, least, most in row.tariffs
        },
    )
    if len(known) >= MOST_DAYS:
        known.clear()
    known[day] = (time.monotonic(), found)
    return found


def forget_tariffs() -> None:
    """Read anew what is asked next."""
    _kept.clear()
    _lent.clear()
