"""What stands beside an order: its need, the comparison, what flags found, who did what, deliveries, minutes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from marketplace.accounts import queries as accounts
from marketplace.eorder.models import (
    Comparison,
    Done,
    Finding,
    Minutes,
    MinutesLine,
    Need,
    NeedItem,
    NeedPlace,
    Receipt,
    ReceiptLine,
    Shipment,
)
from marketplace.eorder.queries.reading import OrderView
from marketplace.eorder.slots import Flag, flags
from marketplace.kernel import clock
from marketplace.kernel.access import Actor
from marketplace.kernel.db import rows, session
from marketplace.kernel.words import Words
from marketplace.offices import queries as offices
from marketplace.rules import queries as rules


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceView:
    """A place to which it is brought; ``qty`` where there are several."""

    position: int
    place: str
    floor: str
    kelurahan_code: str
    qty: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedView:
    """What is needed, for when and where."""

    id: UUID
    code: str
    state: str
    unit_code: str
    year: int
    package_id: UUID
    line_id: UUID
    template: str
    purpose: str
    day: date
    hour: str
    hour_from: str
    people: int | None
    menu: str
    diet: str
    contact: str
    contact_phone: str
    ceiling_code: str
    over_ceiling: str
    prepared_by: UUID
    prepared_at: datetime
    items: tuple[tuple[UUID, str, int, str], ...]
    """Id, words, quantity and note of each thing."""
    places: tuple[PlaceView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A comparison as it was frozen."""

    id: UUID
    seen: Mapping[str, Any]
    digest: str
    seller_id: UUID
    reason: str
    few: str
    by: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class Found:
    """What a flag found, in words, with the reason that was given for it; ``flag`` is None when nobody offers it any more."""

    key: str
    flag: Flag | None
    said: Words | None
    reason: str


@dataclass(frozen=True, slots=True)
class Deed:
    """An act, by whom and under which duty."""

    act: str
    duty: str
    person_id: UUID | None
    name: str
    at: datetime


def _listed(model: type[NeedItem] | type[NeedPlace], *columns: Any) -> Any:  # noqa: ANN401 - an expression of any type
    told = func.jsonb_agg(aggregate_order_by(func.jsonb_build_array(*columns), model.position))
    return select(told).where(model.need_id == Need.id).correlate(Need).scalar_subquery()


_NEED = select(
    *Need.__table__.c,
    _listed(NeedItem, NeedItem.id, NeedItem.words, NeedItem.qty, NeedItem.note).label("things"),
    _listed(
        NeedPlace, NeedPlace.position, NeedPlace.place, NeedPlace.floor, NeedPlace.kelurahan_code, NeedPlace.qty
    ).label("where"),
)


def need_of(need_id: UUID) -> NeedView:
    """Return a need with its items and places, in one statement; the caller asked whether the actor may see it."""
    row = rows(_NEED.where(Need.id == need_id))[0]
    told = {name: getattr(row, name) for name in NeedView.__dataclass_fields__ if hasattr(row, name)}
    return NeedView(
        **told,
        items=tuple((UUID(one), words, qty, note) for one, words, qty, note in row.things or ()),
        places=tuple(
            PlaceView(position=position, place=place, floor=floor, kelurahan_code=kelurahan, qty=qty)
            for position, place, floor, kelurahan, qty in row.where or ()
        ),
    )


def sheet(comparison_id: UUID) -> Sheet:
    """Return a comparison as it was frozen."""
    row = rows(select(Comparison.__table__).where(Comparison.id == comparison_id))[0]
    return Sheet(**{name: getattr(row, name) for name in Sheet.__dataclass_fields__})


def findings(order_id: UUID) -> tuple[Found, ...]:
    """Return what flags found about an order, by flag."""
    offered = {flag.key: flag for flag in flags}
    wanted = select(Finding).where(Finding.order_id == order_id).order_by(Finding.flag)
    found = []
    for row in session.execute(wanted).scalars():
        flag = offered.get(row.flag)
        found.append(Found(row.flag, flag, flag.explain(row.facts) if flag else None, row.reason))
    return tuple(found)


def could_find(order_id: UUID) -> tuple[Found, ...]:
    """Return what flags would find about a draft if it were sent now, with reasons given before."""
    known = {one.key: one.reason for one in findings(order_id)}
    looked = ((flag, flag.look(order_id)) for flag in flags if flag.before)
    return tuple(
        Found(flag.key, flag, flag.explain(facts), known.get(flag.key, ""))
        for flag, facts in looked
        if facts is not None
    )


def deeds(order_id: UUID) -> tuple[Deed, ...]:
    """Return who did what with an order, the first first, with the names of people."""
    done = rows(select(Done.act, Done.duty, Done.person_id, Done.at).where(Done.order_id == order_id).order_by(Done.id))
    people = accounts.person_contacts({row.person_id for row in done if row.person_id})
    return tuple(
        Deed(row.act, row.duty, row.person_id, people[row.person_id].name if row.person_id in people else "", row.at)
        for row in done
    )


def shipments(order_id: UUID) -> Sequence[Shipment]:
    """Return what was sent, by number."""
    return (
        session.execute(select(Shipment).where(Shipment.order_id == order_id).order_by(Shipment.number)).scalars().all()
    )


def receipts(order_id: UUID) -> Sequence[tuple[Receipt, Sequence[ReceiptLine]]]:
    """Return what came, by number, with its lines."""
    found = (
        session.execute(select(Receipt).where(Receipt.order_id == order_id).order_by(Receipt.number)).scalars().all()
    )
    lines: dict[UUID, list[ReceiptLine]] = {one.id: [] for one in found}
    for line in (
        session.execute(select(ReceiptLine).where(ReceiptLine.receipt_id.in_(lines))).scalars() if found else ()
    ):
        lines[line.receipt_id].append(line)
    return [(one, lines[one.id]) for one in found]


def minutes_of(order_id: UUID) -> Sequence[tuple[Minutes, Sequence[MinutesLine]]]:
    """Return the minutes of an order by number, with their lines."""
    found = (
        session.execute(select(Minutes).where(Minutes.order_id == order_id).order_by(Minutes.number)).scalars().all()
    )
    lines: dict[UUID, list[MinutesLine]] = {one.id: [] for one in found}
    for line in (
        session.execute(select(MinutesLine).where(MinutesLine.minutes_id.in_(lines))).scalars() if found else ()
    ):
        lines[line.minutes_id].append(line)
    return [(one, lines[one.id]) for one in found]


def did_last(order_id: UUID, act: str, actor: Actor) -> bool:
    """Tell whether it was this actor who did an act on an order last: a button that was pressed twice."""
    last = [one for one in deeds(order_id) if one.act == act]
    return bool(last) and last[-1].person_id is not None and last[-1].person_id == actor.id


def unit_name(unit_code: str) -> str:
    """Return the name of a unit."""
    return offices.unit_names([unit_code]).get(unit_code, unit_code)


def days_since_minutes(found: OrderView) -> int | None:
    """Return how many working days have passed since both signed the minutes and nothing was paid whole; None before."""
    if found.minutes_at is None or found.paid_at is not None:
        return None
    first = found.minutes_at.astimezone(clock.JAKARTA).date()
    return rules.calendar(first).between(first, clock.today())
