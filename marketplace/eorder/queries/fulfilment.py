"""What was sent of an order, what came, and what was accepted: its shipments, receipts and minutes."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, SQLColumnExpression, exists, or_, select

from marketplace.accounts.queries import person_contacts
from marketplace.eorder.models import (
    Minutes,
    MinutesLine,
    MinutesState,
    NeedPlace,
    Receipt,
    ReceiptLine,
    Shipment,
)
from marketplace.eorder.queries.beside import PlaceView
from marketplace.eorder.queries.reading import OrderView
from marketplace.kernel.db import rows
from marketplace.kernel.money import ZERO, Rupiah
from marketplace.kernel.words import Words, _

OWNER = "eorder"
"""Under whose name media keeps the photos of orders."""
OPEN = (MinutesState.DRAFTED, MinutesState.SIGNED_BY_OFFICE)
"""States of minutes that somebody is still to sign."""


@dataclass(frozen=True, kw_only=True)
class ShipmentView:
    """What a shop sent at one time; ``sent`` is how many by line."""

    number: int
    sent: Mapping[UUID, int]
    note: str
    photo_id: UUID | None
    by: UUID
    at: datetime


@dataclass(frozen=True, kw_only=True)
class CameView:
    """So many of a line came with a receipt, ``bad`` of them not as they should be."""

    line_id: UUID
    came: int
    bad: int
    note: str
    photo_id: UUID | None


@dataclass(frozen=True, kw_only=True)
class ReceiptView:
    """What came at one time and place. ``came_at`` is when it came, ``at`` when that was written down here."""

    id: UUID
    number: int
    place: int | None
    came_at: datetime
    note: str
    photo_id: UUID | None
    by: UUID
    at: datetime
    lines: tuple[CameView, ...]


@dataclass(frozen=True, kw_only=True)
class JudgedView:
    """How many of a line minutes accept and refuse, and what the accepted is worth with its tax."""

    line_id: UUID
    accepted: int
    refused: int
    value: Rupiah
    why: str


@dataclass(frozen=True, kw_only=True)
class MinutesView:
    """Minutes of an order: a part of it, or all. ``shipping`` is what of the delivery is in ``value``."""

    id: UUID
    number: int
    state: str
    year: int
    office_number: str | None
    inspected_on: date
    works: bool
    complete: bool
    in_time: bool
    defects: str
    follow: str
    complete_by: date | None
    value: Rupiah
    shipping: Rupiah
    inspected_by: UUID
    drafted_at: datetime
    office_signed_by: UUID | None
    office_signed_at: datetime | None
    shop_signed_by: UUID | None
    shop_signed_at: datetime | None
    objection: str
    lines: tuple[JudgedView, ...]

    @property
    def open(self) -> bool:
        """Tell whether somebody is still to sign them."""
        return self.state in OPEN

    @property
    def signed(self) -> bool:
        """Tell whether both have signed."""
        return self.state == MinutesState.SIGNED

    def line(self, line_id: UUID) -> JudgedView | None:
        """Return what they say of a line."""
        return next((one for one in self.lines if one.line_id == line_id), None)


@dataclass(frozen=True, kw_only=True)
class Fulfilment:
    """All that was sent, came and was accepted of an order, in order, and the names of who wrote it down."""

    shipments: tuple[ShipmentView, ...]
    receipts: tuple[ReceiptView, ...]
    minutes: tuple[MinutesView, ...]
    places: tuple[PlaceView, ...]
    names: Mapping[UUID, str]

    @cached_property
    def open(self) -> MinutesView | None:
        """Return the minutes that somebody is still to sign."""
        return next((one for one in self.minutes if one.open), None)

    @cached_property
    def signed(self) -> tuple[MinutesView, ...]:
        """Return the minutes that both have signed."""
        return tuple(one for one in self.minutes if one.signed)

    @cached_property
    def photos(self) -> frozenset[UUID]:
        """Return the photos of its shipments and receipts."""
        of_lines = [line.photo_id for one in self.receipts for line in one.lines]
        whole = [*(one.photo_id for one in self.shipments), *(one.photo_id for one in self.receipts)]
        return frozenset(one for one in (*whole, *of_lines) if one is not None)

    @cached_property
    def last_came(self) -> datetime | None:
        """Return when the last goods came."""
        return max((one.came_at for one in self.receipts), default=None)

    @cached_property
    def place_names(self) -> Mapping[int, Words]:
        """Return what the places are called, with their floors, by position."""
        return {
            one.position: _("%(place)s, floor %(floor)s", place=one.place, floor=one.floor)
            if one.floor
            else Words("%(place)s", {"place": one.place})
            for one in self.places
        }

    def bad(self, line_id: UUID) -> int:
        """Return how many of a line that came since the last minutes are not as they should be, as receipts say."""
        begun = max((one.drafted_at for one in self.signed), default=None)
        found = (one for one in self.receipts if begun is None or one.at > begun)
        return sum(line.bad for one in found for line in one.lines if line.line_id == line_id)

    def came_at_place(self, position: int, line_id: UUID) -> int:
        """Return how many of a line came at a place."""
        here = (one for one in self.receipts if one.place == position)
        return sum(line.came for one in here for line in one.lines if line.line_id == line_id)

    def value_signed(self) -> Rupiah:
        """Return what all signed minutes are worth together."""
        return Rupiah.total([one.value for one in self.signed]) if self.signed else ZERO


def fulfilment(order: OrderView) -> Fulfilment:
    """Return what was sent, came and was accepted of an order that the caller may see; seven statements."""
    sent = rows(select(Shipment.__table__).where(Shipment.order_id == order.id).order_by(Shipment.number))
    came = rows(select(Receipt.__table__).where(Receipt.order_id == order.id).order_by(Receipt.number))
    written = rows(select(Minutes.__table__).where(Minutes.order_id == order.id).order_by(Minutes.number))
    lines = _by(ReceiptLine, ReceiptLine.receipt_id, [row.id for row in came])
    judged = _by(MinutesLine, MinutesLine.minutes_id, [row.id for row in written])
    position = {line.id: line.position for line in order.lines}
    shipments = tuple(_shipment(row) for row in sent)
    receipts = tuple(_receipt(row, lines, position) for row in came)
    minutes = tuple(_minutes(row, judged, position) for row in written)
    people = {one.by for one in shipments} | {one.by for one in receipts}
    people |= {who for one in minutes for who in (one.inspected_by, one.office_signed_by, one.shop_signed_by) if who}
    named = person_contacts(people) if people else {}
    return Fulfilment(
        shipments=shipments,
        receipts=receipts,
        minutes=minutes,
        places=places(order.need_id),
        names={who: one.name for who, one in named.items()},
    )


def places(need_id: UUID) -> tuple[PlaceView, ...]:
    """Return the places of a need, in order."""
    found = select(NeedPlace.__table__).where(NeedPlace.need_id == need_id).order_by(NeedPlace.position)
    names = PlaceView.__dataclass_fields__
    return tuple(PlaceView(**{name: getattr(row, name) for name in names}) for row in rows(found))


def photo_owner(order_id: UUID) -> str:
    """Return under whose name media keeps the photos of an order: no other form can take them."""
    return f"{OWNER}/{order_id}"


def photo_used(picture_id: SQLColumnExpression[UUID]) -> ColumnElement[bool]:
    """Return the condition that a picture is a photo of a shipment, a receipt, or a line of one."""
    return or_(*(exists().where(table.photo_id == picture_id) for table in (Shipment, Receipt, ReceiptLine)))


def _by(table: type[ReceiptLine | MinutesLine], column: Any, ids: Collection[UUID]) -> dict[UUID, list[Row[Any]]]:  # noqa: ANN401 - a column of either
    found: dict[UUID, list[Row[Any]]] = {}
    if ids:
        for row in rows(select(table.__table__).where(column.in_(ids))):
            found.setdefault(getattr(row, column.key), []).append(row)
    return found


def _shipment(row: Row[Any]) -> ShipmentView:
    return ShipmentView(
        number=row.number,
        sent={UUID(line): qty for line, qty in row.sent.items()},
        note=row.note,
        photo_id=row.photo_id,
        by=row.by,
        at=row.at,
    )


def _receipt(row: Row[Any], lines: Mapping[UUID, list[Row[Any]]], position: Mapping[UUID, int]) -> ReceiptView:
    kept = sorted(lines.get(row.id, ()), key=lambda one: position.get(one.line_id, 0))
    told = {name: getattr(row, name) for name in ReceiptView.__dataclass_fields__ if name != "lines"}
    return ReceiptView(
        **told,
        lines=tuple(
            CameView(line_id=one.line_id, came=one.came, bad=one.bad, note=one.note, photo_id=one.photo_id)
            for one in kept
        ),
    )


def _minutes(row: Row[Any], judged: Mapping[UUID, list[Row[Any]]], position: Mapping[UUID, int]) -> MinutesView:
    kept = sorted(judged.get(row.id, ()), key=lambda one: position.get(one.line_id, 0))
    left_out = ("lines", "value", "shipping")
    told = {name: getattr(row, name) for name in MinutesView.__dataclass_fields__ if name not in left_out}
    return MinutesView(
        **told,
        value=row.value_idr,
        shipping=row.shipping_idr,
        lines=tuple(
            JudgedView(
                line_id=one.line_id, accepted=one.accepted, refused=one.refused, value=one.value_idr, why=one.why
            )
            for one in kept
        ),
    )
