"""Zones, couriers and their tariffs; what shops offer; the places of a day and who holds them."""

from datetime import date, datetime, time
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.db import Base, Identified, at_least
from marketplace.kernel.money import Rupiah


class Method(StrEnum):
    """How goods come to their buyer."""

    PICKUP = "pickup"
    OWN = "own"
    COURIER = "courier"
    JOINT = "joint"


class BookingState(StrEnum):
    """How a place of a day is held: until it is paid, for good, or not any more."""

    HELD = "held"
    KEPT = "kept"
    GIVEN_BACK = "given_back"


class Zone(Base):
    """The zone of tariffs in which a kecamatan lies."""

    __tablename__ = "delivery_zones"

    kecamatan_code: Mapped[str] = mapped_column(ForeignKey("accounts_areas.code"), primary_key=True)
    zone: Mapped[str] = mapped_column(Text)


class Courier(Base):
    """A courier; ``divisor`` is how many cubic centimetres count as a kilogram."""

    __tablename__ = "delivery_couriers"
    __table_args__ = (at_least("divisor", 1),)

    code: Mapped[str] = mapped_column(Text, primary_key=True)
    label: Mapped[str] = mapped_column(Text)
    divisor: Mapped[int]
    valid: Mapped[bool] = mapped_column(default=True)


class Tariff(Identified, Base):
    """What a courier takes from zone to zone, from a day on until a later tariff holds; never changed."""

    __tablename__ = "delivery_tariffs"
    __table_args__ = (
        UniqueConstraint("courier_code", "from_zone", "to_zone", "valid_from"),
        at_least("first_idr"),
        at_least("next_idr"),
        at_least("days_least"),
        CheckConstraint("days_most >= days_least", name="days_range"),
    )

    courier_code: Mapped[str] = mapped_column(ForeignKey("delivery_couriers.code"))
    from_zone: Mapped[str] = mapped_column(Text)
    to_zone: Mapped[str] = mapped_column(Text)
    first_idr: Mapped[Rupiah]
    """The first kilogram."""
    next_idr: Mapped[Rupiah]
    """Each further kilogram that is begun."""
    days_least: Mapped[int] = mapped_column(SmallInteger)
    days_most: Mapped[int] = mapped_column(SmallInteger)
    valid_from: Mapped[date]
    source: Mapped[str] = mapped_column(Text)


class ShopLimits(Base):
    """How much a shop can do on a day; without a number there is no limit."""

    __tablename__ = "delivery_shops"
    __table_args__ = (at_least("daily_orders"), at_least("daily_units"), at_least("slot_orders"))

    seller_id: Mapped[UUID] = mapped_column(ForeignKey("sellers_sellers.id"), primary_key=True)
    daily_orders: Mapped[int | None]
    daily_units: Mapped[int | None]
    slot_orders: Mapped[int | None]
    changed_at: Mapped[datetime]


class DayOff(Base):
    """A day on which a shop is closed though its weekday is an opening day."""

    __tablename__ = "delivery_days_off"

    seller_id: Mapped[UUID] = mapped_column(ForeignKey("sellers_sellers.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)


class Option(Identified, Base):
    """A method that a shop offers. ``kecamatan`` is how far its own delivery goes, empty is everywhere."""

    __tablename__ = "delivery_options"
    __table_args__ = (
        UniqueConstraint("seller_id", "method", "courier_code", postgresql_nulls_not_distinct=True),
        CheckConstraint("method IN ('pickup', 'own', 'courier')", name="method_known"),
        CheckConstraint("(method = 'courier') = (courier_code IS NOT NULL)", name="courier_named"),
        at_least("flat_idr"),
        CheckConstraint("free_from_idr > 0", name="free_from_idr_range"),
        at_least("lead_days"),
    )

    seller_id: Mapped[UUID] = mapped_column(ForeignKey("sellers_sellers.id"))
    method: Mapped[str] = mapped_column(Text)
    courier_code: Mapped[str | None] = mapped_column(ForeignKey("delivery_couriers.code"))
    flat_idr: Mapped[Rupiah]
    free_from_idr: Mapped[Rupiah | None]
    kecamatan: Mapped[list[str]] = mapped_column(ARRAY(Text))
    cutoff: Mapped[time | None]
    """Jakarta's; orders from then on are begun the next day."""
    lead_days: Mapped[int] = mapped_column(SmallInteger)
    slots: Mapped[list[str]] = mapped_column(ARRAY(Text))


class Day(Base):
    """The places of a shop's day that are taken; ``slot`` is empty for the whole day.

    The limits are those of the moment when the last place was taken: the check behind the guard of ``book``.
    """

    __tablename__ = "delivery_days"
    __table_args__ = (
        at_least("orders_taken"),
        at_least("units_taken"),
        CheckConstraint("orders_taken <= orders_most", name="orders_fit"),
        CheckConstraint("units_taken <= units_most", name="units_fit"),
    )

    seller_id: Mapped[UUID] = mapped_column(ForeignKey("sellers_sellers.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    slot: Mapped[str] = mapped_column(Text, primary_key=True)
    orders_taken: Mapped[int]
    orders_most: Mapped[int | None]
    units_taken: Mapped[int]
    units_most: Mapped[int | None]


class ProductDay(Base):
    """How many pieces of a product that is made to order are promised for a day, of all its variants.

    They are counted without a limit too, so that one which is set later knows of them. The limit is the one of the moment when
    the last pieces were taken: the check behind the guard of ``book``.
    """

    __tablename__ = "delivery_product_days"
    __table_args__ = (
        at_least("units_taken"),
        CheckConstraint("units_taken <= units_most", name="units_fit"),
    )

    product_id: Mapped[UUID] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    units_taken: Mapped[int]
    units_most: Mapped[int | None]


class Booking(Identified, Base):
    """A place of a day that a reference holds, with so many units."""

    __tablename__ = "delivery_bookings"
    __table_args__ = (
        UniqueConstraint("reference", "seller_id"),
        at_least("units"),
        CheckConstraint("state IN ('held', 'kept', 'given_back')", name="state_known"),
        CheckConstraint("(state = 'given_back') = (closed_at IS NOT NULL)", name="closed_once"),
        Index("ix_delivery_bookings_day", "seller_id", "day", postgresql_where=text("state <> 'given_back'")),
    )

    reference: Mapped[str] = mapped_column(Text)
    seller_id: Mapped[UUID] = mapped_column(ForeignKey("sellers_sellers.id"))
    day: Mapped[date]
    slot: Mapped[str] = mapped_column(Text)
    units: Mapped[int]
    state: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    cause: Mapped[str] = mapped_column(Text, default="")


class BookedProduct(Base):
    """So many pieces of a product that is made to order within a booking."""

    __tablename__ = "delivery_booked_products"
    __table_args__ = (at_least("units", 1),)

    booking_id: Mapped[UUID] = mapped_column(ForeignKey("delivery_bookings.id", ondelete="CASCADE"), primary_key=True)
    product_id: Mapped[UUID] = mapped_column(primary_key=True)
    units: Mapped[int]
