"""Standing orders as their owners see them, and what is ready to be ordered of one."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, false, func, literal, select

from marketplace.accounts import queries as accounts
from marketplace.kernel import clock
from marketplace.kernel.access import Actor
from marketplace.kernel.db import rows, session
from marketplace.kernel.errors import NotFound
from marketplace.kernel.money import Rupiah
from marketplace.notifications.slots import Recipient
from marketplace.orders.events import StandingReady
from marketplace.orders.forms import kelurahan_meant
from marketplace.orders.models import Delivery, Draft, StandingLine, StandingOrder, StandingState
from marketplace.orders.queries.again import Again, Wanted, held_against_now
from marketplace.orders.queries.cart import Cart, cart_of, owner, told_of
from marketplace.orders.queries.rhythm import following
from marketplace.orders.queries.ways import Time, Wish
from marketplace.sellers import queries as sellers

MOST_LISTED = 100


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A standing order; ``prepared_on`` is the day that can be ordered and paid now, None when none can."""

    id: UUID
    name: str
    state: str
    weekdays: tuple[int, ...]
    every_weeks: int
    next_on: date | None
    prepared_on: date | None
    lines: int

    @property
    def ended(self) -> bool:
        """Tell whether nothing comes of it any more."""
        return self.state == StandingState.ENDED


@dataclass(frozen=True, kw_only=True)
class StandingBasket:
    """What is ready to be ordered of a standing order: a cart of just its lines, and what of them is not as it was."""

    standing: Standing
    cart: Cart
    different: tuple[Again, ...]


_HEAD = (
    StandingOrder.id,
    StandingOrder.name,
    StandingOrder.state,
    StandingOrder.weekdays,
    StandingOrder.every_weeks,
    StandingOrder.next_on,
    StandingOrder.prepared_on,
)
_lines = select(func.count()).where(StandingLine.standing_id == StandingOrder.id).scalar_subquery().label("lines")


def _standing(row: Any) -> Standing:  # noqa: ANN401 - a row
    return Standing(
        id=row.id,
        name=row.name,
        state=row.state,
        weekdays=tuple(sorted(row.weekdays)),
        every_weeks=row.every_weeks,
        next_on=row.next_on,
        prepared_on=row.prepared_on,
        lines=row.lines,
    )


def standing_of(actor: Actor) -> tuple[Standing, ...]:
    """Return the actor's standing orders, those that still run first."""
    mine = select(*_HEAD, _lines).where(StandingOrder.person_id == actor.id)
    ordered = mine.order_by(StandingOrder.state == StandingState.ENDED, StandingOrder.id.desc()).limit(MOST_LISTED)
    return tuple(_standing(row) for row in rows(ordered))


def standing(standing_id: UUID, actor: Actor) -> Standing:
    """Return one of the actor's own standing orders; NotFound for any other."""
    found = rows(
        select(*_HEAD, _lines).where(StandingOrder.id == standing_id, StandingOrder.person_id == actor.id)
    )  # fmt: skip
    if not found or actor.id is None:
        raise NotFound
    return _standing(found[0])


def standing_wanted(standing_id: UUID) -> tuple[Wanted, ...]:
    """Return the lines of a standing order; who asks has asked ``standing`` before."""
    ordered = select(StandingLine).where(StandingLine.standing_id == standing_id).order_by(StandingLine.number)
    lines = session.scalars(ordered).all()
    shops = sellers.sellers(list({line.seller_id for line in lines}))
    return tuple(
        Wanted(
            variant_id=line.variant_id,
            product_id=line.product_id,
            seller_id=line.seller_id,
            seller_name=shops[line.seller_id].name,
            name=line.name,
            qty=line.qty,
            was=line.seen_idr,
            way=line.way,
        )
        for line in lines
    )


_told = told_of(
    select(
        StandingLine.id,
        StandingLine.variant_id,
        StandingLine.seller_id,
        StandingLine.qty,
        StandingLine.seen_idr,
        literal(str(Delivery.PICKUP)).label("delivery"),
        # By this a cart orders its lines.
        StandingLine.number.label("added_at"),
        StandingLine.way,
        StandingOrder.prepared_on.label("day"),
        literal("").label("slot"),
        false().label("later"),
        literal("").label("note"),
    )
    .join(StandingOrder, StandingOrder.id == StandingLine.standing_id)
    .where(StandingOrder.id == bindparam("standing"), StandingOrder.prepared_on.is_not(None))
    .subquery("standing_lines")
)


def standing_basket(
    standing_id: UUID, actor: Actor, place: str | None = None, wished: Mapping[UUID, Wish] | None = None
) -> StandingBasket:
    """Return what can be ordered now of the actor's own standing order, as a cart of its own; NotFound for any other.

    It is empty when no day is prepared. What cannot be had, or not so many, is left out of it and told beside it. Where the
    day cannot be had the nearest that can stands in its place. ``wished`` counts more than what the standing order says.
    The draft of the checkout is the actor's, as with their cart.
    """
    one = standing(standing_id, actor)
    typed = session.scalar(select(Draft.typed).where(Draft.owner == owner(actor))) or {}
    meant = kelurahan_meant(typed.get("kelurahan") or "") if place is None else None
    where = meant.kecamatan_code if meant else place
    lines = held_against_now(standing_wanted(standing_id)) if one.prepared_on else ()
    fit = {line.wanted.variant_id: line.qty for line in lines}
    found = rows(_told, {"standing": standing_id, "today": clock.today()}) if lines else ()
    cart = cart_of(found, where, wished, fit)
    if wished is None and one.prepared_on is not None and (moved := _moved(cart, one.prepared_on)):
        cart = cart_of(found, where, moved, fit)
    different = tuple(line for line in lines if not line.as_before)
    return StandingBasket(standing=one, cart=_with_draft(cart, typed), different=different)


def _with_draft(cart: Cart, typed: Mapping[str, str]) -> Cart:
    return Cart(groups=cart.groups, draft=typed)


def _moved(cart: Cart, on: date) -> dict[UUID, Wish]:
    """Return for the shops that cannot keep the day which way and day come nearest to it."""
    gone = [group for group in cart.groups if group.way.gone is not None and group.way.choice is not None]
    return {
        group.seller.id: Wish(group.way.choice.key, time.day.on, time.slot)
        for group in gone
        if group.way.choice is not None and (time := nearest(group.way.times, on)) is not None
    }


def nearest(times: Sequence[Time], on: date) -> Time | None:
    """Return the time nearest to a day, of two as near the later one; None of none."""
    return min(times, key=lambda time: (abs((time.day.on - on).days), time.day.on < on), default=None)


def export_standing(person_id: UUID) -> dict[str, Any]:
    """Return a person's standing orders, in plain JSON types."""
    found = rows(
        select(*_HEAD, StandingLine.name.label("product"), StandingLine.qty)
        .join(StandingLine, StandingLine.standing_id == StandingOrder.id)
        .where(StandingOrder.person_id == person_id)
        .order_by(StandingOrder.id, StandingLine.number)
    )
    told: dict[UUID, dict[str, Any]] = {}
    for row in found:
        one = told.setdefault(
            row.id,
            {
                "name": row.name,
                "state": row.state,
                "weekdays": sorted(row.weekdays),
                "every_weeks": row.every_weeks,
                "next_on": row.next_on.isoformat() if row.next_on else None,
                "lines": [],
            },
        )
        one["lines"].append({"product": row.product, "qty": row.qty})
    return {"standing_orders": list(told.values())}


def standing_broken() -> Iterator[str]:
    """Tell of standing orders whose next day is none of their rhythm, or that want nothing (``jkp verify``)."""
    head = select(*_HEAD, StandingOrder.starts_on, _lines)
    for row in rows(head.where(StandingOrder.state != StandingState.ENDED)):
        if not row.lines:
            yield f"standing order {row.id} wants nothing"
        on = row.next_on
        if on is not None and following(row.starts_on, row.weekdays, row.every_weeks, on) != on:
            yield f"standing order {row.id} is due on {on}, which is none of its days"


def goods_of(lines: Sequence[Again]) -> Rupiah:
    """Return what the goods cost that can be had of these lines."""
    return Rupiah.total([line.offer.price * line.qty for line in lines if line.offer is not None])


def standing_owner(event: StandingReady) -> tuple[Recipient, ...]:
    """Return whose standing order is ready, as long as that day still waits to be ordered."""
    ready = (StandingOrder.id == UUID(event.standing_id), StandingOrder.prepared_on == date.fromisoformat(event.on))
    person_id = session.scalar(select(StandingOrder.person_id).where(*ready))
    return accounts.recipients([person_id]) if person_id else ()


def standing_context(event: StandingReady) -> Mapping[str, Any]:
    """Return what the letter says: the day, what of it can be had and what not, what the goods cost now, and both ways on."""
    standing_id = UUID(event.standing_id)
    name = session.execute(select(StandingOrder.name).where(StandingOrder.id == standing_id)).scalar_one()
    lines = held_against_now(standing_wanted(standing_id))
    return {
        "name": name,
        "on": date.fromisoformat(event.on),
        "lines": [{"qty": line.qty, "name": line.name} for line in lines if line.qty],
        "missing": [{"name": line.name, "said": " ".join(map(str, line.said))} for line in lines if line.said],
        "goods": goods_of(lines),
        "pay_path": f"/beli?langganan={standing_id}",
        "page_path": f"/pesanan/langganan/{standing_id}",
        "group": event.standing_id,
    }
