"""The places of a shop's day: taken all or none, given back exactly once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import text

from marketplace.delivery.events import DayFilled
from marketplace.kernel import clock
from marketplace.kernel.db import rows, session, transactional
from marketplace.kernel.errors import Conflict
from marketplace.kernel.ids import uuid7
from marketplace.kernel.outbox import emit
from marketplace.kernel.words import _


@dataclass(frozen=True)
class Made:
    """Pieces of a product that is made to order; ``most`` is how many the shop makes for one day, None is no limit."""

    product_id: UUID
    units: int
    most: int | None = None


@dataclass(frozen=True)
class Place:
    """One order's share of a shop's day: so many units, in a slot or at any time."""

    seller_id: UUID
    day: date
    slot: str = ""
    units: int = 0
    made: tuple[Made, ...] = ()
    """What of it is made to order, each product once."""


# The limits are read as they stand, and guard the counters: WHERE in both arms, a CHECK behind them. Rows are written,
# and so locked, in ascending order of shop, day and slot, and after them of product and day. A reference that holds a place
# of a shop already takes nothing.
BOOK = text("""
WITH wanted AS (
    SELECT * FROM unnest(
        CAST(:ids AS uuid[]), CAST(:sellers AS uuid[]), CAST(:days AS date[]), CAST(:slots AS text[]), CAST(:units AS integer[])
    ) AS w (id, seller_id, day, slot, units)
), wanted_products AS (
    SELECT * FROM unnest(
        CAST(:makers AS uuid[]), CAST(:products AS uuid[]), CAST(:pieces AS integer[]), CAST(:most AS integer[])
    ) AS w (seller_id, product_id, units, most)
), booked AS (
    INSERT INTO delivery_bookings (id, reference, seller_id, day, slot, units, state, at, closed_at, cause)
    SELECT id, :reference, seller_id, day, slot, units, 'held', :now, NULL, '' FROM wanted ORDER BY seller_id
    ON CONFLICT (reference, seller_id) DO NOTHING
    RETURNING id, seller_id, day, slot, units
), places AS (
    SELECT b.seller_id, b.day, '' AS slot, b.units, l.daily_orders AS orders_most, l.daily_units AS units_most
    FROM booked b LEFT JOIN delivery_shops l ON l.seller_id = b.seller_id
    UNION ALL
    SELECT b.seller_id, b.day, b.slot, b.units, l.slot_orders, NULL
    FROM booked b LEFT JOIN delivery_shops l ON l.seller_id = b.seller_id
    WHERE b.slot <> ''
), taken AS (
    INSERT INTO delivery_days AS d (seller_id, day, slot, orders_taken, orders_most, units_taken, units_most)
    SELECT seller_id, day, slot, 1, orders_most, units, units_most FROM places
    WHERE coalesce(1 <= orders_most, true) AND coalesce(units <= units_most, true)
    ORDER BY seller_id, day, slot
    ON CONFLICT (seller_id, day, slot) DO UPDATE
    SET orders_taken = d.orders_taken + 1, orders_most = excluded.orders_most,
        units_taken = d.units_taken + excluded.units_taken, units_most = excluded.units_most
    WHERE coalesce(d.orders_taken + 1 <= excluded.orders_most, true)
      AND coalesce(d.units_taken + excluded.units_taken <= excluded.units_most, true)
    RETURNING d.seller_id, d.day, d.slot,
        coalesce(d.orders_taken = d.orders_most, false) OR coalesce(d.units_taken = d.units_most, false) AS full
), products AS (
    SELECT b.id, b.seller_id, b.day, w.product_id, w.units, w.most
    FROM booked b JOIN wanted_products w ON w.seller_id = b.seller_id
), noted AS (
    INSERT INTO delivery_booked_products (booking_id, product_id, units) SELECT id, product_id, units FROM products
), made AS (
    INSERT INTO delivery_product_days AS d (product_id, day, units_taken, units_most)
    SELECT product_id, day, units, most FROM products
    WHERE coalesce(units <= most, true) AND (SELECT count(*) FROM taken) >= 0
    ORDER BY product_id, day
    ON CONFLICT (product_id, day) DO UPDATE
    SET units_taken = d.units_taken + excluded.units_taken, units_most = excluded.units_most
    WHERE coalesce(d.units_taken + excluded.units_taken <= excluded.units_most, true)
    RETURNING d.product_id, d.day
)
SELECT (SELECT count(*) FROM booked) AS booked, t.*
FROM (VALUES (1)) AS once LEFT JOIN (
    SELECT seller_id, day, slot, "full", CAST(NULL AS uuid) AS product_id FROM taken
    UNION ALL
    SELECT NULL, day, NULL, false, product_id FROM made
) t ON true
""")
LEFT = text("""
SELECT w.seller_id, w.day, w.slot,
       CASE w.slot WHEN '' THEN l.daily_orders ELSE l.slot_orders END - coalesce(d.orders_taken, 0) AS orders,
       CASE w.slot WHEN '' THEN l.daily_units END - coalesce(d.units_taken, 0) AS units
FROM unnest(CAST(:sellers AS uuid[]), CAST(:days AS date[]), CAST(:slots AS text[])) AS w (seller_id, day, slot)
LEFT JOIN delivery_shops l ON l.seller_id = w.seller_id
LEFT JOIN delivery_days d ON d.seller_id = w.seller_id AND d.day = w.day AND d.slot = w.slot
ORDER BY w.seller_id, w.day, w.slot
""")
LEFT_PRODUCTS = text("""
SELECT w.product_id, w.day, w.most - coalesce(d.units_taken, 0) AS units
FROM unnest(CAST(:products AS uuid[]), CAST(:days AS date[]), CAST(:most AS integer[])) AS w (product_id, day, most)
LEFT JOIN delivery_product_days d ON d.product_id = w.product_id AND d.day = w.day
ORDER BY w.product_id, w.day
""")
# What was taken of the others goes back, whatever becomes of the transaction around it; a savepoint would cost every order two
# statements for the sake of the few that are refused.
UNDO = text("""
WITH undone AS (
    DELETE FROM delivery_bookings WHERE id = ANY(CAST(:ids AS uuid[])) RETURNING seller_id, units
), taken AS (
    SELECT * FROM unnest(CAST(:sellers AS uuid[]), CAST(:days AS date[]), CAST(:slots AS text[])) AS t (seller_id, day, slot)
), unmade AS (
    UPDATE delivery_product_days d SET units_taken = d.units_taken - u.units
    FROM unnest(
        CAST(:products AS uuid[]), CAST(:product_days AS date[]), CAST(:pieces AS integer[])
    ) AS u (product_id, day, units)
    WHERE d.product_id = u.product_id AND d.day = u.day
)
UPDATE delivery_days d SET orders_taken = d.orders_taken - 1, units_taken = d.units_taken - u.units
FROM taken t JOIN undone u ON u.seller_id = t.seller_id
WHERE d.seller_id = t.seller_id AND d.day = t.day AND d.slot = t.slot
""")
KEEP = text("""
UPDATE delivery_bookings SET state = 'kept' WHERE reference = :reference AND state = 'held' RETURNING id
""")
# The guard is the state, asked again after the wait for the lock: of two who give back at once, one gets the rows.
GIVE_BACK = text("""
WITH locked AS MATERIALIZED (
    SELECT id FROM delivery_bookings
    WHERE reference = :reference AND state <> 'given_back' AND seller_id = coalesce(CAST(:seller AS uuid), seller_id)
    ORDER BY seller_id
    FOR UPDATE
), closed AS (
    UPDATE delivery_bookings b SET state = 'given_back', closed_at = :now, cause = :cause
    FROM locked WHERE b.id = locked.id
    RETURNING b.id, b.seller_id, b.day, b.slot, b.units
), places AS (
    SELECT seller_id, day, '' AS slot, units FROM closed
    UNION ALL
    SELECT seller_id, day, slot, units FROM closed WHERE slot <> ''
), ordered AS MATERIALIZED (
    SELECT d.seller_id, d.day, d.slot, p.units
    FROM delivery_days d JOIN places p ON p.seller_id = d.seller_id AND p.day = d.day AND p.slot = d.slot
    ORDER BY d.seller_id, d.day, d.slot
    FOR UPDATE OF d
), freed AS (
    UPDATE delivery_days d SET orders_taken = d.orders_taken - 1, units_taken = d.units_taken - o.units
    FROM ordered o WHERE d.seller_id = o.seller_id AND d.day = o.day AND d.slot = o.slot
    RETURNING d.day
), products AS MATERIALIZED (
    SELECT d.product_id, d.day, p.units
    FROM closed c JOIN delivery_booked_products p ON p.booking_id = c.id
    JOIN delivery_product_days d ON d.product_id = p.product_id AND d.day = c.day
    WHERE (SELECT count(*) FROM freed) >= 0
    ORDER BY d.product_id, d.day
    FOR UPDATE OF d
), unmade AS (
    UPDATE delivery_product_days d SET units_taken = d.units_taken - p.units
    FROM products p WHERE d.product_id = p.product_id AND d.day = p.day
)
SELECT seller_id FROM closed
""")


@transactional
def book(reference: str, wanted: Sequence[Place]) -> None:
    """Hold these places for the reference, one of each shop, or none of them.

    Raises Conflict ``day_full`` with ``full``, a list of {seller_id, day, slot, orders_left, units_left} (None: no limit), with
    ``product_id`` where it is one product that the shop cannot make more of for the day; and Conflict ``booked`` when the
    reference holds or held a place of one of the shops.
    """
    if not wanted:
        return
    ids = [uuid7() for _place in wanted]
    made = {(one.product_id, place.day): (place, one) for place in wanted for one in place.made}
    found = rows(
        BOOK,
        {
            "ids": ids,
            "sellers": [place.seller_id for place in wanted],
            "days": [place.day for place in wanted],
            "slots": [place.slot for place in wanted],
            "units": [place.units for place in wanted],
            "makers": [place.seller_id for place, _one in made.values()],
            "products": [one.product_id for _place, one in made.values()],
            "pieces": [one.units for _place, one in made.values()],
            "most": [one.most for _place, one in made.values()],
            "reference": reference,
            "now": clock.now(),
        },
    )
    asked = {(place.seller_id, place.day, slot) for place in wanted for slot in {"", place.slot}}
    taken = {(row.seller_id, row.day, row.slot): row.full for row in found if row.seller_id is not None}
    begun = {(row.product_id, row.day) for row in found if row.product_id is not None}
    missing, unmade = sorted(asked - taken.keys()), sorted(made.keys() - begun)
    if missing or unmade:
        session.execute(UNDO, {"ids": ids, **_columns(sorted(taken)), **_pieces(sorted(begun), made)})
    if found[0].booked < len(wanted):
        raise Conflict("booked", _("A delivery day is already held for this order."), reference=reference)
    if missing:
        full = _left(missing) + _left_products(unmade, made)
        raise Conflict("day_full", _("A delivery day is full. Choose another day."), full=full)
    if unmade:
        said = _("The shop cannot make that many on this day. Choose another day.")
        raise Conflict("day_full", said, full=_left_products(unmade, made))
    for (seller_id, day, slot), full in sorted(taken.items()):
        if full:
            emit(DayFilled(seller_id=str(seller_id), day=day.isoformat(), slot=slot))


def _left(places: Sequence[tuple[UUID, date, str]]) -> list[dict[str, Any]]:
    return [
        {
            "seller_id": str(row.seller_id),
            "day": row.day.isoformat(),
            "slot": row.slot,
            "orders_left": row.orders if row.orders is None else max(row.orders, 0),
            "units_left": row.units if row.units is None else max(row.units, 0),
        }
        for row in rows(LEFT, _columns(places))
    ]


_Wanted = Mapping[tuple[UUID, date], tuple[Place, Made]]


def _left_products(unmade: Sequence[tuple[UUID, date]], made: _Wanted) -> list[dict[str, Any]]:
    if not unmade:
        return []
    asked = {
        "products": [product_id for product_id, _day in unmade],
        "days": [day for _product_id, day in unmade],
        "most": [made[key][1].most for key in unmade],
    }
    return [
        {
            "seller_id": str(made[row.product_id, row.day][0].seller_id),
            "day": row.day.isoformat(),
            "slot": "",
            "product_id": str(row.product_id),
            "orders_left": None,
            "units_left": max(row.units, 0),
        }
        for row in rows(LEFT_PRODUCTS, asked)
    ]


def _pieces(begun: Sequence[tuple[UUID, date]], made: _Wanted) -> dict[str, list[Any]]:
    return {
        "products": [product_id for product_id, _day in begun],
        "product_days": [day for _product_id, day in begun],
        "pieces": [made[key][1].units for key in begun],
    }


def _columns(places: Sequence[tuple[UUID, date, str]]) -> dict[str, list[Any]]:
    return {name: [place[at] for place in places] for at, name in enumerate(("sellers", "days", "slots"))}


@transactional
def keep(reference: str) -> int:
    """Keep for good what the reference holds; return how many places, 0 when nothing is held any more."""
    return len(rows(KEEP, {"reference": reference}))


@transactional
def give_back(reference: str, cause: str, seller_id: UUID | None = None) -> int:
    """Give back the reference's places, of one shop or of all, for a cause such as ``expired``; return how many."""
    given = {"reference": reference, "seller": seller_id, "cause": cause, "now": clock.now()}
    return len(rows(GIVE_BACK, given))
