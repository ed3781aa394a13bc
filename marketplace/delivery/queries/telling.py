"""What a shop set and which places of its days are gone, as one column that others join to rows of their own."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any

from sqlalchemy import TextClause, text

from marketplace.delivery.models import Method
from marketplace.delivery.queries.days import HORIZON
from marketplace.kernel.money import Rupiah

# One value for a shop, so that a cart asks for all its shops in the statement that reads the cart itself. A shop that set
# nothing has no options.
_TOLD = """(SELECT jsonb_build_object(
    'limits', (SELECT jsonb_build_array(l.daily_orders, l.daily_units, l.slot_orders)
               FROM delivery_shops l WHERE l.seller_id = {shop}),
    'options', (SELECT jsonb_agg(jsonb_build_array(o.method, o.courier_code, o.flat_idr, o.free_from_idr, o.kecamatan,
                                                   o.cutoff, o.lead_days, o.slots)
                                 ORDER BY array_position(ARRAY['pickup', 'own', 'courier'], o.method), o.courier_code)
                FROM delivery_options o WHERE o.seller_id = {shop}),
    'gone', (SELECT jsonb_agg(jsonb_build_array(d.day, d.slot, d.orders_taken, d.units_taken)) FROM delivery_days d
             WHERE d.seller_id = {shop} AND d.day BETWEEN CAST(:today AS date) AND CAST(:today AS date) + {horizon}),
    'off', (SELECT jsonb_agg(f.day) FROM delivery_days_off f
            WHERE f.seller_id = {shop} AND f.day BETWEEN CAST(:today AS date) AND CAST(:today AS date) + {horizon})
))"""


def told_of(shop: str) -> TextClause:
    """Return the column that tells of the shop whose id stands in ``shop``, for ``said_in``; it needs ``today``.

    ``shop`` is a column of the caller's statement, written in the caller's code and never taken from anywhere else.
    """
    return text(_TOLD.format(shop=shop, horizon=HORIZON))


@dataclass(frozen=True, kw_only=True)
class Offered:
    """A method that a shop set."""

    method: Method
    courier: str
    flat: Rupiah
    free_from: Rupiah | None
    kecamatan: tuple[str, ...]
    cutoff: time | None
    lead_days: int
    slots: tuple[str, ...]


@dataclass(frozen=True)
class Said:
    """All that a shop set; no options means that it said nothing. ``gone`` counts orders and units by day and slot."""

    options: tuple[Offered, ...] = ()
    limits: tuple[int | None, int | None, int | None] = (None, None, None)
    """Orders and units of a day, orders of a slot."""
    gone: Mapping[tuple[date, str], tuple[int, int]] = field(default_factory=dict)
    days_off: frozenset[date] = frozenset()


def said_in(told: Mapping[str, Any]) -> Said:
    """Return what stands in the column that ``told_of`` makes."""
    orders, units, slot_orders = told["limits"] or (None, None, None)
    return Said(
        tuple(
            Offered(
                method=Method(method),
                courier=courier or "",
                flat=Rupiah(flat),
                free_from=None if free_from is None else Rupiah(free_from),
                kecamatan=tuple(kecamatan),
                cutoff=None if cutoff is None else time.fromisoformat(cutoff),
                lead_days=lead_days,
                slots=tuple(slots),
            )
            for method, courier, flat, free_from, kecamatan, cutoff, lead_days, slots in told["options"] or ()
        ),
        (orders, units, slot_orders),
        {(date.fromisoformat(day), slot): (taken, pieces) for day, slot, taken, pieces in told["gone"] or ()},
        frozenset(date.fromisoformat(day) for day in told["off"] or ()),
    )
