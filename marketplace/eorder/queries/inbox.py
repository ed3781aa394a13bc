"""What waits for whom: one inbox for a person over all duties and units, and one for a shop."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text

from marketplace.eorder.models import ENDS, SHOP
from marketplace.eorder.models.acts import PA
from marketplace.eorder.policies import OFFICE, SELLER
from marketplace.eorder.queries.asking import requests_waiting
from marketplace.kernel import clock
from marketplace.kernel.access import Actor
from marketplace.kernel.db import rows
from marketplace.kernel.money import Rupiah
from marketplace.kernel.pages import page, position
from marketplace.offices import queries as offices
from marketplace.offices.policies import ORGANISATION

MOST = 50
"""So many stand on a page of a list."""
FEW_UNITS = 20
"""Of so many units the orders are searched for a shop one by one; of more, the shops are searched first."""
FAR = datetime(9999, 1, 1, tzinfo=UTC)
"""Where what has no deadline stands: after everything that has one."""
COLUMNS = """o.id, o.code, o.state, o.purpose, o.seller_id, o.seller_name, o.unit_code, o.total_idr, o.day, o.hour, o.waits_for,
 o.waiting_since, o.due_at, o.held_by IS NOT NULL AS held"""
GOING = f"o.state NOT IN ({', '.join(sorted(repr(str(state)) for state in ENDS))})"
# One statement over the partial index of what is going on: each unit once, with the duties that the reader has there. To units
# below only a budget holder's duty reaches; what waits for one has a small index of its own.
MINE = f"""
SELECT {COLUMNS}, mine.duties
FROM (
 SELECT unit, array_agg(duty) AS duties
 FROM unnest(CAST(:units AS text[]), CAST(:duties AS text[])) AS h (unit, duty) GROUP BY unit
) mine
JOIN eorder_orders o ON o.unit_code = mine.unit AND o.waits_for && mine.duties AND {GOING}
UNION ALL
SELECT {COLUMNS}, ARRAY['{PA}'] AS duties
FROM eorder_orders o
WHERE o.waits_for @> ARRAY['{PA}'] AND o.unit_code = ANY(CAST(:below AS text[])) AND {GOING}
"""  # noqa: S608 - columns and states are our own constants
WAITING = text(f"""
SELECT DISTINCT ON (coalesce(o.due_at, :far), o.id) o.* FROM ({MINE}) o
WHERE (CAST(:state AS text) IS NULL OR :state = o.state)
 AND (CAST(:after AS uuid) IS NULL OR (coalesce(o.due_at, :far), o.id) > (:due, :after))
ORDER BY coalesce(o.due_at, :far), o.id
LIMIT :most
""")  # noqa: S608 - the same
COUNTS = text(f"""
SELECT o.state, d.duty, count(DISTINCT o.id) AS many
FROM ({MINE}) o CROSS JOIN LATERAL unnest(o.waits_for) AS d (duty)
WHERE d.duty = ANY(o.duties)
GROUP BY GROUPING SETS ((o.state), (d.duty), ())
""")  # noqa: S608 - the same
FINISHED = text(f"""
SELECT {COLUMNS} FROM eorder_orders o
WHERE o.unit_code = ANY(CAST(:units AS text[])) AND NOT ({GOING}) ORDER BY o.id DESC LIMIT 5
""")  # noqa: S608 - the same
CHOSEN = f"""
SELECT {COLUMNS} FROM eorder_orders o
WHERE o.unit_code = ANY(CAST(:units AS text[])) AND (CAST(:state AS text) IS NULL OR :state = o.state)
 AND (CAST(:before AS uuid) IS NULL OR o.id < :before)
 AND (CAST(:shop AS text) IS NULL OR o.seller_name ILIKE :shop)
 AND (CAST(:names AS text[]) IS NULL OR o.seller_name = ANY(CAST(:names AS text[])))
"""  # noqa: S608 - the same
LISTED = text(CHOSEN + "ORDER BY o.id DESC LIMIT :most")
# A month is taken whole by the index of its days. Asked for the newest, PostgreSQL walks back through all that came after it.
OF_MONTH = text(f"""
WITH month AS MATERIALIZED ({CHOSEN} AND o.made_at >= :since AND o.made_at < :until)
SELECT * FROM month ORDER BY id DESC LIMIT :most
""")  # noqa: S608 - the same
# Steps from name to name through their index: there are thousands of shops, and orders by the hundred thousand.
NAMED = text("""
WITH RECURSIVE names AS (
 (SELECT seller_name AS name FROM eorder_orders ORDER BY seller_name LIMIT 1)
 UNION ALL
 SELECT (SELECT o.seller_name FROM eorder_orders o WHERE o.seller_name > n.name ORDER BY o.seller_name LIMIT 1)
 FROM names n WHERE n.name IS NOT NULL
)
SELECT name FROM names WHERE name ILIKE :shop
""")
COMING = text(f"""
SELECT {COLUMNS} FROM eorder_orders o
WHERE o.unit_code = ANY(CAST(:units AS text[])) AND {GOING} AND o.day = :today
 AND o.state IN ('accepted', 'in_production', 'shipped') ORDER BY o.hour, o.id LIMIT 20
""")  # noqa: S608 - the same
OF_SHOP = text(f"""
SELECT {COLUMNS} FROM eorder_orders o
WHERE o.seller_id = ANY(CAST(:shops AS uuid[])) AND o.shown_at IS NOT NULL AND NOT o.training AND {GOING}
 AND (NOT :mine OR :shop = ANY(o.waits_for))
ORDER BY o.due_at NULLS LAST, o.id LIMIT :most
""")  # noqa: S608 - the same
ENDED_OF_SHOP = text(f"""
SELECT {COLUMNS} FROM eorder_orders o
WHERE o.seller_id = ANY(CAST(:shops AS uuid[])) AND o.shown_at IS NOT NULL AND NOT o.training AND NOT ({GOING})
ORDER BY o.id DESC LIMIT 20
""")  # noqa: S608 - the same


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """An order as a line of a list."""

    id: UUID
    code: str
    state: str
    purpose: str
    seller_id: UUID
    seller_name: str
    unit_code: str
    unit: str
    total: Rupiah
    day: date
    hour: str
    waits_for: tuple[str, ...]
    waiting_since: datetime
    due_at: datetime | None
    held: bool

    @property
    def late(self) -> bool:
        """Tell whether whose turn it is should have acted by now."""
        return self.due_at is not None and self.due_at < clock.now()


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbox:
    """What waits for a person, how many by state and by duty, what comes today, and what was finished last."""

    waiting: tuple[Waiting, ...]
    next: str | None
    """The cursor of what follows."""
    all: int
    states: Mapping[str, int]
    duties: Mapping[str, int]
    today: tuple[Waiting, ...]
    finished: tuple[Waiting, ...]


def inbox(
    actor: Actor, state: str | None = None, duty: str | None = None, cursor: str | None = None, most: int = MOST
) -> Inbox:
    """Return what waits for an actor over all their duties and units; those that only read have an empty one.

    By what is due first. Raises NotFound for a cursor that we did not make.
    """
    own = _own(actor)
    # What comes today and what was finished is told of the reader's own units, not of all below them.
    units = sorted({unit for unit, _duty in own})
    after, below = position(cursor), _below(actor, own)
    asked = {
        **_told(own, below, duty),
        "state": state,
        "far": FAR,
        "due": after[0] if after else None,
        "after": after[1] if after else None,
        "most": most + 1,
    }
    found = page(rows(WAITING, asked), most, lambda row: (row.due_at or FAR, row.id))
    counted = rows(COUNTS, _told(own, below))
    return Inbox(
        waiting=_lines(found.items),
        next=found.next,
        all=sum(row.many for row in counted if row.state is None and row.duty is None),
        states={row.state: row.many for row in counted if row.state},
        duties={row.duty: row.many for row in counted if row.duty},
        today=_lines(rows(COMING, {"units": units, "today": clock.today()})),
        finished=() if found.items else _lines(rows(FINISHED, {"units": units})),
    )


def listed(
    actor: Actor,
    state: str | None = None,
    before: UUID | None = None,
    *,
    shop: str = "",
    month: date | None = None,
    most: int = MOST,
) -> tuple[Waiting, ...]:
    """Return orders of the units that an actor may read, the newest first, from before one on.

    ``shop`` is part of a shop's name, ``month`` the first day of the month in which they were made.
    """
    units = [one.code for one in offices.units(actor)]
    asked: dict[str, Any] = {
        "units": units,
        "state": state,
        "before": before,
        "shop": None,
        "names": None,
        "most": most,
    }
    if shop:
        safe = shop.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        asked["shop"] = f"%{safe}%"
        if len(units) > FEW_UNITS:
            asked |= {"names": [row.name for row in rows(NAMED, {"shop": asked["shop"]})], "shop": None}
    if month is None:
        return _lines(rows(LISTED, asked))
    return _lines(rows(OF_MONTH, {**asked, **_within(month)}))


def _within(month: date) -> dict[str, datetime]:
    following = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    return {
        "since": datetime.combine(month, time(), clock.JAKARTA),
        "until": datetime.combine(following, time(), clock.JAKARTA),
    }


def _told(own: Sequence[tuple[str, str]], below: Sequence[str], duty: str | None = None) -> dict[str, Sequence[str]]:
    """Return what ``MINE`` is asked with: the reader's duties by unit, or one of them, and the units below a budget holder."""
    held = [pair for pair in own if duty in (None, pair[1])]
    return {
        "units": [unit for unit, _duty in held],
        "duties": [role for _unit, role in held],
        "below": below if duty in (None, PA) else [],
    }


def _below(actor: Actor, own: Sequence[tuple[str, str]]) -> Sequence[str]:
    tops = {unit for unit, role in own if role == PA}
    return [one.code for one in offices.units(actor) if tops.intersection(one.above)] if tops else []


def waiting_count(actor: Actor) -> int:
    """Return how many orders wait for an actor."""
    own = _own(actor)
    found = rows(COUNTS, _told(own, _below(actor, own))) if own else ()
    return sum(row.many for row in found if row.state is None and row.duty is None)


def of_shops(actor: Actor, *, mine: bool) -> tuple[Waiting, ...]:
    """Return what offices have going on with the shops that an actor runs; ``mine`` where it is the shop's turn."""
    shops = _shops(actor)
    return _lines(rows(OF_SHOP, {"shops": shops, "mine": mine, "shop": SHOP, "most": MOST})) if shops else ()


def ended_of_shops(actor: Actor) -> tuple[Waiting, ...]:
    """Return the last orders of offices that came to an end."""
    shops = _shops(actor)
    return _lines(rows(ENDED_OF_SHOP, {"shops": shops})) if shops else ()


def shop_count(actor: Actor) -> int:
    """Return how many orders and requests of offices wait for the shops of an actor, up to as many as a list shows."""
    return len(of_shops(actor, mine=True)) + requests_waiting(actor)


def _own(actor: Actor) -> Sequence[tuple[str, str]]:
    return sorted(
        {
            (grant.scope_id, grant.role)
            for grant in actor.grants
            if grant.scope_kind == ORGANISATION and grant.role in OFFICE
        }
    )


def _shops(actor: Actor) -> list[UUID]:
    return [UUID(shop) for shop in actor.scopes(SELLER, SELLER)]


def _lines(found: Sequence[Row[Any]]) -> tuple[Waiting, ...]:
    names = offices.unit_names({row.unit_code for row in found}) if found else {}
    return tuple(
        Waiting(
            id=row.id,
            code=row.code,
            state=row.state,
            purpose=row.purpose,
            seller_id=row.seller_id,
            seller_name=row.seller_name,
            unit_code=row.unit_code,
            unit=names.get(row.unit_code, row.unit_code),
            total=Rupiah(row.total_idr),
            day=row.day,
            hour=row.hour,
            waits_for=tuple(row.waits_for),
            waiting_since=row.waiting_since,
            due_at=row.due_at,
            held=row.held,
        )
        for row in found
    )


def as_lines(found: Sequence[Row[Any]]) -> tuple[Waiting, ...]:
    """Return rows of orders that another list asked for as lines of a list, with the names of their units."""
    return _lines(found)
