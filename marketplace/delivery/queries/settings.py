"""What a shop set, for its team; and the couriers there are."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import select

from marketplace.delivery.models import Booking, BookingState, Courier, Day, DayOff, Method, Option, ShopLimits
from marketplace.delivery.queries.days import HORIZON
from marketplace.kernel import clock
from marketplace.kernel.access import Actor
from marketplace.kernel.db import rows
from marketplace.kernel.money import Rupiah
from marketplace.sellers.policies import MANAGE


@dataclass(frozen=True, kw_only=True)
class OptionView:
    """A method that a shop offers."""

    method: Method
    courier: str | None
    flat: Rupiah
    free_from: Rupiah | None
    kecamatan: tuple[str, ...]
    cutoff: time | None
    lead_days: int
    slots: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ShopDelivery:
    """All that a shop set; no options means that it said nothing yet."""

    options: tuple[OptionView, ...]
    daily_orders: int | None = None
    daily_units: int | None = None
    slot_orders: int | None = None
    days_off: tuple[date, ...] = ()
    changed_at: datetime | None = None


def options(seller_id: UUID, actor: Actor) -> ShopDelivery | None:
    """Return what a shop set to its team, None to everyone else."""
    return told(seller_id) if MANAGE.allows(actor, seller_id) else None


def told(seller_id: UUID) -> ShopDelivery:
    """Return what a shop set, whoever asks; for services."""
    found = rows(
        select(
            Option.method,
            Option.courier_code,
            Option.flat_idr,
            Option.free_from_idr,
            Option.kecamatan,
            Option.cutoff,
            Option.lead_days,
            Option.slots,
        )
        .where(Option.seller_id == seller_id)
        .order_by(Option.method, Option.courier_code)
    )
    ahead = select(DayOff.day).where(DayOff.seller_id == seller_id, DayOff.day >= clock.today()).order_by(DayOff.day)
    limits = rows(
        select(ShopLimits.daily_orders, ShopLimits.daily_units, ShopLimits.slot_orders, ShopLimits.changed_at).where(
            ShopLimits.seller_id == seller_id
        )
    )
    most = limits[0] if limits else None
    return ShopDelivery(
        options=tuple(
            OptionView(
                method=Method(row.method),
                courier=row.courier_code,
                flat=row.flat_idr,
                free_from=row.free_from_idr,
                kecamatan=tuple(row.kecamatan),
                cutoff=row.cutoff,
                lead_days=row.lead_days,
                slots=tuple(row.slots),
            )
            for row in found
        ),
        daily_orders=most and most.daily_orders,
        daily_units=most and most.daily_units,
        slot_orders=most and most.slot_orders,
        days_off=tuple(row.day for row in rows(ahead)),
        changed_at=most and most.changed_at,
    )


@dataclass(frozen=True, kw_only=True)
class Promised:
    """What a shop has promised for a day: orders and the pieces in them."""

    day: date
    orders: int
    units: int


def promised(seller_id: UUID, actor: Actor) -> tuple[Promised, ...]:
    """Return to a shop's team what it has promised from today to a month ahead, the first day first; to others nothing."""
    if not MANAGE.allows(actor, seller_id):
        return ()
    here = clock.today()
    ahead = (Day.slot == "", Day.orders_taken > 0, Day.day.between(here, here + timedelta(days=HORIZON)))
    columns = (Day.day, Day.orders_taken.label("orders"), Day.units_taken.label("units"))
    found = rows(select(*columns).where(Day.seller_id == seller_id, *ahead).order_by(Day.day))
    return tuple(Promised(day=row.day, orders=row.orders, units=row.units) for row in found)


@dataclass(frozen=True, kw_only=True)
class Held:
    """A place of a shop's day that a reference has, held or kept."""

    reference: str
    seller_id: UUID
    day: date
    slot: str
    state: str


def bookings(since: date) -> tuple[Held, ...]:
    """Return all places from a day on that were not given back, for those who compare them with their orders."""
    columns = (Booking.reference, Booking.seller_id, Booking.day, Booking.slot, Booking.state)
    held = select(*columns).where(Booking.day >= since, Booking.state != BookingState.GIVEN_BACK)
    return tuple(Held(**row._mapping) for row in rows(held))  # noqa: SLF001 - SQLAlchemy's public name for it


def couriers() -> dict[str, str]:
    """Return the names of the couriers that may be offered, by code."""
    found = select(Courier.code, Courier.label).where(Courier.valid).order_by(Courier.code)
    return {row.code: row.label for row in rows(found)}
