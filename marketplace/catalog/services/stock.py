"""Reservations of stock: taken all or none, closed exactly once (R4)."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import select, text, tuple_

from marketplace.catalog import slots
from marketplace.catalog.events import StockChanged
from marketplace.catalog.models import Product, Reservation, ReservationState, Stock, Variant
from marketplace.kernel import clock
from marketplace.kernel.db import rows, session, transactional
from marketplace.kernel.errors import Conflict, Invalid
from marketplace.kernel.ids import uuid7
from marketplace.kernel.outbox import emit
from marketplace.kernel.words import _

NORMAL = "normal"
REAPED_AT_ONCE = 500


@dataclass(frozen=True)
class StockLine:
    """So many of a variant."""

    variant_id: UUID
    qty: int


# One statement, so that nobody sees half of it. ``locked`` takes the stock rows in ascending key order and keeps only
# those that still have enough after the wait; ``taken`` and ``held`` happen when none is missing, else not at all.
RESERVE = text("""
WITH wanted AS (
    SELECT w.id, w.variant_id, w.qty, NOT p.made_to_order AS counted, v.product_id, v.seller_id
    FROM unnest(CAST(:ids AS uuid[]), CAST(:variants AS uuid[]), CAST(:quantities AS integer[])) AS w (id, variant_id, qty)
    JOIN catalog_variants v ON v.id = w.variant_id
    JOIN catalog_products p ON p.id = v.product_id
), locked AS MATERIALIZED (
    SELECT s.variant_id
    FROM catalog_stock s JOIN wanted w ON w.variant_id = s.variant_id
    WHERE w.counted AND s.on_hand - s.reserved >= w.qty
    ORDER BY s.variant_id
    FOR UPDATE OF s
), enough AS MATERIALIZED (
    SELECT (SELECT count(*) FROM wanted) = :lines
       AND (SELECT count(*) FROM wanted WHERE counted) = (SELECT count(*) FROM locked) AS yes
), taken AS (
    UPDATE catalog_stock s SET reserved = s.reserved + w.qty
    FROM wanted w, enough
    WHERE s.variant_id = w.variant_id AND w.counted AND enough.yes
    RETURNING s.variant_id, s.on_hand - s.reserved AS free
), held AS (
    INSERT INTO catalog_reservations
        (id, reference, variant_id, pool, qty, counted, state, expires_at, closed_at, cause, at)
    SELECT w.id, :reference, w.variant_id, :pool, w.qty, w.counted, 'held', :until, NULL, '', :now
    FROM wanted w, enough
    WHERE enough.yes
    ON CONFLICT (reference, variant_id, pool) DO NOTHING
    RETURNING variant_id
)
SELECT w.variant_id, w.product_id, w.seller_id, t.free
FROM held JOIN wanted w ON w.variant_id = held.variant_id LEFT JOIN taken t ON t.variant_id = w.variant_id
""")

# One statement again: the stock rows are locked in ascending key order before anything else happens. The guard is
# ``state = 'held'``: of two who close at once, one gets the rows and moves the counters (R4.3). A reservation can be sold
# once, so its stock move carries its id.
CLOSE = text("""
WITH locked AS MATERIALIZED (
    SELECT s.variant_id
    FROM catalog_stock s
    JOIN catalog_reservations r ON r.variant_id = s.variant_id
    WHERE r.reference = :reference AND 'held' = r.state AND r.counted
    ORDER BY s.variant_id
    FOR UPDATE OF s
), closed AS (
    UPDATE catalog_reservations SET state = :state, closed_at = :now, cause = :cause
    WHERE reference = :reference AND state = 'held' AND (SELECT count(*) FROM locked) >= 0
    RETURNING id, variant_id, qty, counted
), goods AS (
    SELECT variant_id, sum(qty) AS qty FROM closed WHERE counted GROUP BY variant_id
), moved AS (
    UPDATE catalog_stock s SET reserved = s.reserved - g.qty, on_hand = s.on_hand - g.qty * :gone
    FROM goods g WHERE s.variant_id = g.variant_id
    RETURNING s.variant_id, s.on_hand - s.reserved AS free
), written AS (
    INSERT INTO catalog_stock_moves (id, variant_id, delta, reason, reference, by, at)
    SELECT id, variant_id, -qty, 'sold', :reference, 'system', :now FROM closed WHERE counted AND :gone = 1
)
SELECT c.variant_id, c.counted, c.qty, v.product_id, v.seller_id, m.free
FROM closed c JOIN catalog_variants v ON v.id = c.variant_id LEFT JOIN moved m ON m.variant_id = c.variant_id
""")


@transactional
def reserve(reference: str, lines: Sequence[StockLine], *, until: datetime, pool: str = NORMAL) -> None:
    """Hold all lines for the reference until an instant, or none of them (R4.2).

    Raises Conflict ``sold_out`` with ``short``, a list of {variant_id, name, left}, when something is missing, and
    Conflict ``reserved`` when the reference has already reserved one of the variants.
    """
    wanted = Counter[UUID]()
    for line in lines:
        if line.qty < 1:
            raise Invalid({"qty": _("Take at least one.")})
        wanted[line.variant_id] += line.qty
    if not wanted:
        return
    held = rows(
        RESERVE,
        {
            "ids": [uuid7() for _variant in wanted],
            "variants": list(wanted),
            "quantities": list(wanted.values()),
            "lines": len(wanted),
            "reference": reference,
            "pool": pool,
            "until": until,
            "now": clock.now(),
        },
    )
    if len(held) == len(wanted):
        for row in held:
            if row.free == 0:
                _tell(row.variant_id, row.product_id, row.seller_id, 0)
        return
    if held or _already(reference, pool, list(wanted)):
        raise Conflict("reserved", _("These goods are already held for this order."), reference=reference)
    raise Conflict("sold_out", _("Some of the goods are not there any more."), short=_short(wanted))


def _already(reference: str, pool: str, variants: Sequence[UUID]) -> bool:
    found = select(Reservation.id).where(
        Reservation.reference == reference, Reservation.pool == pool, Reservation.variant_id.in_(variants)
    )
    return session.execute(found.limit(1)).one_or_none() is not None


def _short(wanted: Counter[UUID]) -> list[dict[str, Any]]:
    """Say what is missing as it stands now: the refusing statement may have waited and looked at an older moment."""
    there = {
        row.id: row
        for row in rows(
            select(
                Variant.id,
                Variant.name.label("variant"),
                Product.name,
                Product.made_to_order,
                (Stock.on_hand - Stock.reserved).label("free"),
            )
            .join(Product, Product.id == Variant.product_id)
            .join(Stock, Stock.variant_id == Variant.id)
            .where(Variant.id.in_(list(wanted)))
        )
    }
    short: list[dict[str, Any]] = []
    for variant_id, qty in sorted(wanted.items()):
        row = there.get(variant_id)
        if row is None:
            short.append({"variant_id": str(variant_id), "name": "", "left": 0})
        elif not row.made_to_order and row.free < qty:
            name = f"{row.name}, {row.variant}" if row.variant else row.name
            short.append({"variant_id": str(variant_id), "name": name, "left": row.free})
    return short


@transactional
def consume(reference: str) -> int:
    """Turn what the reference holds into goods that are gone; return how many lines, 0 when nothing is held any more."""
    return len(_close(reference, ReservationState.CONSUMED, cause="consumed"))


@transactional
def release(reference: str, cause: str) -> int:
    """Let go of what the reference holds, for a cause such as ``expired`` or ``cancelled``; return how many lines."""
    closed = _close(reference, ReservationState.RELEASED, cause=cause)
    for row in closed:
        if row.counted and row.free == row.qty:
            _tell(row.variant_id, row.product_id, row.seller_id, row.free)
    return len(closed)


def _close(reference: str, state: ReservationState, *, cause: str) -> Sequence[Any]:
    return rows(
        CLOSE,
        {
            "reference": reference,
            "state": str(state),
            "cause": cause,
            "now": clock.now(),
            "gone": 1 if state is ReservationState.CONSUMED else 0,
        },
    )


def reap() -> int:
    """Release everything held past its time that can no longer be paid (R4.4, R4.6); return how many references.

    Each reference is a transaction of its own with a guarded update, so any number of reapers may run and die.
    """
    return sum(1 for reference in _overdue() if release(reference, "expired"))


def _overdue() -> Iterator[str]:
    now, after = clock.now(), (datetime.fromtimestamp(0, tz=clock.JAKARTA), "")
    while True:
        found = rows(
            select(Reservation.expires_at, Reservation.reference)
            .where(
                Reservation.state == ReservationState.HELD,
                Reservation.expires_at <= now,
                tuple_(Reservation.expires_at, Reservation.reference) > after,
            )
            .distinct()
            .order_by(Reservation.expires_at, Reservation.reference)
            .limit(REAPED_AT_ONCE)
        )
        if not found:
            return
        references = [reference for reference, _group in groupby(row.reference for row in found)]
        payable = frozenset[str]().union(*(still(references) for still in slots.payable))
        yield from (reference for reference in references if reference not in payable)
        after = (found[-1].expires_at, found[-1].reference)


def _tell(variant_id: UUID, product_id: UUID, seller_id: UUID, free: int) -> None:
    emit(StockChanged(variant_id=str(variant_id), product_id=str(product_id), seller_id=str(seller_id), free=free))
