"""What the shops of a cart offer: methods, prices and days, in one statement however many shops."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from itertools import islice
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, any_, bindparam, select

from marketplace.delivery import slots
from marketplace.delivery.models import Method
from marketplace.delivery.queries.days import HORIZON, OFFERED, Opening, open_days
from marketplace.delivery.queries.pricing import Pricing, priced
from marketplace.delivery.queries.tariffs import Tariffs, tariffs
from marketplace.delivery.queries.telling import Offered, Said, said_in, told_of
from marketplace.kernel import clock
from marketplace.kernel.db import rows
from marketplace.kernel.money import ZERO, Rupiah
from marketplace.kernel.plugin import current
from marketplace.kernel.words import Number, Words, _
from marketplace.sellers.queries import SHOPS

SAID = select(SHOPS.c.id, told_of(SHOPS.c.id)).where(SHOPS.c.id == any_(bindparam("sellers", type_=ARRAY(Uuid))))
LABELS: Mapping[Method, Words] = {
    Method.PICKUP: _("Fetch it from the shop"),
    Method.OWN: _("The shop brings it"),
}
NO_REACH = _("This shop does not bring goods to your kecamatan.")
NO_TARIFF = _("This courier has no tariff for this way.")
NO_DAY = _("The shop is closed in the next days.")
ALL_FULL = _("All days that can be chosen are full.")
A_DAY_AHEAD = 1
FULL = _("This day is full.")
TOO_MANY = _("The shop cannot make that many on this day.")
CLOSED = _("The shop is closed on this day.")
TOO_SOON = _("The shop needs more time than is left until this day.")


@dataclass(frozen=True, kw_only=True)
class Making:
    """Pieces of a product that is made to order, of which the shop makes at most so many for one day.

    ``gone`` counts the pieces that are promised already, by day.
    """

    product_id: UUID
    name: str
    units: int
    most: int
    gone: Mapping[date, int] = field(default_factory=dict)

    def short_of(self, day: date) -> Words | None:
        """Return why they cannot be made for a day, None when they can."""
        left = max(self.most - self.gone.get(day, 0), 0)
        if self.units <= left:
            return None
        if not left:
            return _("%(product)s is all promised for this day.", product=self.name)
        return _("The shop can make %(left)s more of %(product)s for this day.", left=Number(left), product=self.name)

    @property
    def never(self) -> Words | None:
        """Return why no day is enough for them, None when one may be."""
        if self.units <= self.most:
            return None
        return _(
            "The shop makes at most %(most)s of %(product)s for one day. Take fewer.",
            most=Number(self.most),
            product=self.name,
        )


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
    making: tuple[Making, ...] = ()
    """What of it the shop makes only so many of for one day."""


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


def choices(groups: Sequence[Group], place: str | None, now: datetime) -> dict[UUID, tuple[Choice, ...]]:
    """Return for each shop of a cart how its goods can come to a kecamatan (None: not known yet) and when."""
    if not groups:
        return {}
    here = now.astimezone(clock.JAKARTA).date()
    asked = {"sellers": [group.seller_id for group in groups], "today": here}
    said = {row.id: said_in(row.said) for row in rows(SAID, asked)}
    return offered([(group, said[group.seller_id]) for group in groups], place, now)


@dataclass(frozen=True, kw_only=True)
class OnDay:
    """What a shop offers for one day: its ways, each with that day or why not, and what is left of its day (None: no limit)."""

    choices: tuple[Choice, ...]
    orders_left: int | None
    units_left: int | None


def on_day(groups: Sequence[Group], place: str, day: date, now: datetime) -> dict[UUID, OnDay]:
    """Return for each shop how its goods can be in a kecamatan on one day, however far ahead.

    A way that cannot has its reason in the day; what a courier brings leaves the shop so early that it arrives in time.
    Places that are taken are known for a month ahead.
    """
    if not groups:
        return {}
    today = now.astimezone(clock.JAKARTA).date()
    asked = {"sellers": [group.seller_id for group in groups], "today": today}
    said = {row.id: said_in(row.said) for row in rows(SAID, asked)}
    couriers = any(option.courier for one in said.values() for option in one.options)
    book = tariffs(today) if couriers else Tariffs()
    found = {}
    for group in groups:
        of_shop = said[group.seller_id]
        orders_most, units_most, _slot_most = of_shop.limits
        orders, units = of_shop.gone.get((day, ""), (0, 0))
        found[group.seller_id] = OnDay(
            choices=tuple(_choices(_Asked(group, of_shop, place, now, book, day), ())),
            orders_left=None if orders_most is None else max(orders_most - orders, 0),
            units_left=None if units_most is None else max(units_most - units, 0),
        )
    return found


def offered(shops: Sequence[tuple[Group, Said]], place: str | None, now: datetime) -> dict[UUID, tuple[Choice, ...]]:
    """Return what ``choices`` does, to who has read already what the shops set."""
    if not shops:
        return {}
    today = now.astimezone(clock.JAKARTA).date()
    # Shops that bring everything themselves, or said nothing, need no tariffs.
    couriers = any(option.courier for _group, said in shops for option in said.options)
    book = tariffs(today) if couriers else Tariffs()
    sellers = [group.seller_id for group, _said in shops]
    joint = [pickup for ask in slots.joint_pickups for pickup in ask(sellers, today)]
    return {group.seller_id: tuple(_choices(_Asked(group, said, place, now, book), joint)) for group, said in shops}


@dataclass(frozen=True)
class _Asked:
    """One shop of a cart, with what it set."""

    group: Group
    said: Said
    place: str | None
    now: datetime
    book: Tariffs
    wanted: date | None = None
    """The one day that is asked about."""

    def ready(
        self, lead_days: int, cutoff: time | None, named: Sequence[str], under_way: tuple[int, int] = (0, 0)
    ) -> tuple[Day, ...]:
        """Return the next days on which the goods can leave the shop; if all of them are full, the first one after that too."""
        group = self.group
        opening = Opening(group.opening_days, self.said.days_off, group.away)
        dates = open_days(self.now, max(lead_days, group.lead_days), cutoff, opening)
        if self.wanted is not None:
            return (self._wanted(self.wanted, dates, opening, named, under_way),)
        days = self.on(islice(dates, OFFERED), named, under_way)
        if days and all(day.full for day in days):
            further = (self._day(day, named, under_way) for day in dates)
            days += tuple(islice((day for day in further if not day.full), 1))
        return days

    def on(self, dates: Iterable[date], named: Sequence[str], under_way: tuple[int, int] = (0, 0)) -> tuple[Day, ...]:
        """Return these days, with what of them is free."""
        return tuple(self._day(day, named, under_way) for day in dates)

    def _day(self, day: date, named: Sequence[str], under_way: tuple[int, int]) -> Day:
        why, hours = self._full(day), self._hours(day, named)
        if why is None and hours and all(one.full for one in hours):
            why = FULL
        least, most = under_way
        arrives = (day + timedelta(days=least), day + timedelta(days=most))
        return Day(on=day, arrives=arrives, slots=hours, full=why is not None, why=why)

    def _wanted(
        self, day: date, dates: Iterable[date], opening: Opening, named: Sequence[str], under_way: tuple[int, int]
    ) -> Day:
        """Return the one day that is asked about, and why it cannot be had."""
        leaves = day - timedelta(days=under_way[1])
        found = self._day(leaves, named, under_way)
        ends = self.now.astimezone(clock.JAKARTA).date() + timedelta(days=HORIZON)
        if not opening.open_on(leaves):
            return replace(found, full=True, why=CLOSED)
        if leaves < ends and leaves not in dates:
            return replace(found, full=True, why=TOO_SOON)
        return found

    def _full(self, day: date) -> Words | None:
        orders_most, units_most, _slot_most = self.said.limits
        orders, pieces = self.said.gone.get((day, ""), (0, 0))
        if orders_most is not None and orders >= orders_most:
            return FULL
        if units_most is not None and pieces + self.group.units > units_most:
            return FULL if pieces >= units_most else TOO_MANY
        return next((why for one in self.group.making if (why := one.short_of(day)) is not None), None)

    def _hours(self, day: date, named: Sequence[str]) -> tuple[Hours, ...]:
        most = self.said.limits[2]
        return tuple(
            Hours(slot, most is not None and self.said.gone.get((day, slot), (0, 0))[0] >= most)
            for slot in sorted(named)
        )


def _choices(asked: _Asked, joint: Sequence[slots.JointPickup]) -> Iterator[Choice]:
    if not asked.said.options:
        # Of a shop that said nothing nobody knows until when it takes an order for today.
        ready = asked.ready(A_DAY_AHEAD, None, ())
        flat = Rupiah(current().setting("OWN_DELIVERY_IDR"))
        yield _judged(asked, Choice(method=Method.PICKUP, label=LABELS[Method.PICKUP], price=ZERO, days=ready))
        yield _judged(asked, Choice(method=Method.OWN, label=LABELS[Method.OWN], price=flat, days=ready))
    for option in asked.said.options:
        if not option.courier or option.courier in asked.book.couriers:
            yield _set(asked, option)
    for pickup in joint:
        if asked.group.seller_id in pickup.sellers:
            yield _judged(
                asked,
                Choice(
                    method=Method.JOINT,
                    code=pickup.id,
                    label=pickup.label,
                    where=pickup.where,
                    price=ZERO,
                    days=asked.on((pickup.day,), (pickup.hours,)),
                ),
            )


def _set(asked: _Asked, option: Offered) -> Choice:
    """Return what a shop set itself."""
    group, place = asked.group, asked.place
    freight = asked.book.freight(option.courier, group.kecamatan_code, place) if option.courier else None
    pricing = Pricing(option.method, option.flat, option.free_from)
    under_way = (freight.days_least, freight.days_most) if freight is not None else (0, 0)
    choice = Choice(
        method=option.method,
        code=option.courier,
        label=asked.book.couriers[option.courier] if option.courier else LABELS[option.method],
        price=priced(pricing, freight, group.weight_g, group.volume_ml, group.goods),
        days=asked.ready(option.lead_days, option.cutoff, option.slots, under_way),
    )
    if place is not None and option.method is Method.OWN and option.kecamatan and place not in option.kecamatan:
        return replace(choice, why=NO_REACH)
    if place is not None and choice.price is None:
        return replace(choice, why=NO_TARIFF)
    return _judged(asked, choice)


def _judged(asked: _Asked, choice: Choice) -> Choice:
    if not choice.days:
        return replace(choice, why=NO_DAY)
    never = next((why for one in asked.group.making if (why := one.never) is not None), None)
    if never is not None:
        return replace(choice, why=never)
    return replace(choice, why=ALL_FULL) if all(day.full for day in choice.days) else choice
