"""What a shop set and which places of its days are gone, as one column that others join to rows of their own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Date, Label, SQLColumnExpression, bindparam, case, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from marketplace.delivery.models import Day, DayOff, Method, Option, ProductDay, ShopLimits
from marketplace.delivery.queries.days import HORIZON
from marketplace.kernel.money import Rupiah

_today = bindparam("today", type_=Date)
_ORDER = case({str(method): place for place, method in enumerate(Method)}, value=Option.method)


def told_of(shop: ColumnElement[UUID]) -> Label[Any]:
    """Return the column ``said`` that tells of the shop whose id stands in ``shop``, for ``said_in``; it needs ``today``.

    It is one value for a shop, so that a cart asks for all its shops in the statement that reads the cart itself. A shop
    that set nothing has no options.
    """
    limits = func.jsonb_build_array(ShopLimits.daily_orders, ShopLimits.daily_units, ShopLimits.slot_orders)
    option = func.jsonb_build_array(
        Option.method,
        Option.courier_code,
        Option.flat_idr,
        Option.free_from_idr,
        Option.kecamatan,
        Option.cutoff,
        Option.lead_days,
        Option.slots,
    )
    options = func.jsonb_agg(aggregate_order_by(option, _ORDER, Option.courier_code))
    gone = func.jsonb_agg(func.jsonb_build_array(Day.day, Day.slot, Day.orders_taken, Day.units_taken))
    # These alone stand inside; the shop stands in the statement around.
    return func.jsonb_build_object(
        "limits",
        select(limits).where(ShopLimits.seller_id == shop).correlate_except(ShopLimits).scalar_subquery(),
        "options",
        select(options).where(Option.seller_id == shop).correlate_except(Option).scalar_subquery(),
        "gone",
        select(gone).where(Day.seller_id == shop, _ahead(Day.day)).correlate_except(Day).scalar_subquery(),
        "off",
        select(func.jsonb_agg(DayOff.day))
        .where(DayOff.seller_id == shop, _ahead(DayOff.day))
        .correlate_except(DayOff)
        .scalar_subquery(),
    ).label("said")


def made_of(product: ColumnElement[UUID], *, limited: ColumnElement[bool]) -> Label[Any]:
    """Return the column ``made`` that tells of a product on which days how many pieces are promised, for ``made_in``.

    It needs ``today``; of products that are not ``limited`` it says nothing.
    """
    taken = func.jsonb_agg(func.jsonb_build_array(ProductDay.day, ProductDay.units_taken))
    days = select(taken).where(ProductDay.product_id == product, _ahead(ProductDay.day))
    return case((limited, days.correlate_except(ProductDay).scalar_subquery())).label("made")


def made_in(told: Sequence[tuple[str, int]] | None) -> dict[date, int]:
    """Return what stands in the column that ``made_of`` makes, by day."""
    return {date.fromisoformat(day): units for day, units in told or ()}


def _ahead(day: SQLColumnExpression[date]) -> ColumnElement[bool]:
    return day.between(_today, _today + HORIZON)


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
