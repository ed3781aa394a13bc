"""A need with every order that came of it, as far as it is everybody's business: what open contracting data is made of.

Nothing that anybody wrote by hand is in it, no name of an official, no shop that was not chosen, no price before the letter.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Executable, FromClause, Row, exists, func, or_, select

from marketplace.eorder.models import (
    Change,
    ChangeState,
    Comparison,
    Line,
    Method,
    Minutes,
    MinutesState,
    Need,
    NeedItem,
    Order,
    OrderState,
    Payment,
    Request,
)
from marketplace.eorder.queries.methods import MethodView, view_of
from marketplace.kernel.db import rows
from marketplace.kernel.money import Rupiah
from marketplace.offices import queries as offices
from marketplace.offices.queries import BudgetLine, PlannedPackage
from marketplace.p3dn.queries import Local, thawed

STATED = "domestic"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bought:
    """A line of an order as it stands now; money in rupiah."""

    position: int
    product_id: UUID
    name: str
    unit: str
    qty: int
    price: Rupiah
    local: Local


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """Minutes that both signed."""

    number: int
    at: datetime
    complete: bool
    in_time: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Paid:
    """A payment as the treasurer wrote it down, before what was withheld."""

    number: int
    on: date
    gross: Rupiah


@dataclass(frozen=True, slots=True, kw_only=True)
class Deal:
    """An order whose letter was issued. ``ended`` tells that it came to nothing, ``done`` that it is closed."""

    code: str
    seller_id: UUID
    seller_name: str
    compared: int
    """So many shops stood side by side when this one was chosen."""
    method: MethodView | None
    issued_at: datetime
    accepted_at: datetime | None
    closed_at: datetime | None
    ended: bool
    done: bool
    day: date
    total: Rupiah
    """With delivery and taxes, as it stands now."""
    lines: tuple[Bought, ...]
    changes: tuple[tuple[int, datetime], ...]
    """Number and time of what both agreed to change."""
    handovers: tuple[Handover, ...]
    payments: tuple[Paid, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """A need that is public, with its package and line, whom it asked, and the orders whose letters were issued."""

    need_id: UUID
    code: str
    unit_code: str
    year: int
    template: str
    made_at: datetime
    day: date
    dropped: bool
    pieces: tuple[tuple[int, int], ...]
    """Position and quantity of each thing."""
    package: PlannedPackage
    line: BudgetLine
    asked: int
    asked_from: datetime | None
    asked_until: datetime | None
    method: MethodView | None
    """Of the newest order that was sent."""
    deals: tuple[Deal, ...]


_ASKED = exists().where(Request.need_id == Need.id)
_SENT = exists().where(
    Order.need_id == Need.id,
    Order.training.is_(False),
    or_(Order.sent_at.is_not(None), Order.shown_at.is_not(None)),
)


OPEN_NEEDS: FromClause = select(Need.id).where(or_(_ASKED, _SENT)).subquery("open_needs")
"""The ids of needs that are public, as something to be joined by those above."""


def need_of_order(order_id: UUID) -> UUID | None:
    """Return the need that an order serves; None for practice."""
    found = rows(select(Order.need_id).where(Order.id == order_id, Order.training.is_(False)))
    return found[0].need_id if found else None


def process(need_id: UUID) -> Process | None:
    """Return what is public of a need; None as long as nothing is, and for practice. Twelve statements at most."""
    found = rows(select(Need.__table__).where(Need.id == need_id, or_(_ASKED, _SENT)))
    if not found:
        return None
    need = found[0]
    orders = rows(
        select(Order.__table__, _compared().label("compared"))
        .where(Order.need_id == need_id, Order.training.is_(False))
        .order_by(Order.id)
    )
    asked = rows(
        select(
            func.count().label("many"),
            func.min(Request.asked_at).label("first"),
            func.max(Request.answer_by).label("last"),
        ).where(Request.need_id == need_id)
    )[0]
    methods = _methods(orders)
    sent = [one for one in orders if one.sent_at is not None and one.method_id in methods]
    return Process(
        need_id=need.id,
        code=need.code,
        unit_code=need.unit_code,
        year=need.year,
        template=need.template,
        made_at=need.prepared_at,
        day=need.day,
        dropped=need.state == "dropped",
        pieces=tuple(
            (row.position, row.qty)
            for row in rows(
                select(NeedItem.position, NeedItem.qty).where(NeedItem.need_id == need_id).order_by(NeedItem.position)
            )
        ),
        package=offices.package_by_id(need.package_id),
        line=offices.line_by_id(need.line_id),
        asked=asked.many,
        asked_from=asked.first,
        asked_until=asked.last,
        method=methods[sent[-1].method_id] if sent else None,
        deals=_deals([one for one in orders if one.issued_at is not None], methods),
    )


def _compared() -> Any:  # noqa: ANN401 - an expression
    shops = func.jsonb_array_length(Comparison.seen["shops"])
    return select(shops).where(Comparison.id == Order.comparison_id).correlate(Order).scalar_subquery()


def _methods(orders: Sequence[Row[Any]]) -> Mapping[UUID, MethodView]:
    wanted = {one.method_id for one in orders if one.method_id is not None}
    if not wanted:
        return {}
    return {row.id: view_of(row) for row in rows(select(Method.__table__).where(Method.id.in_(wanted)))}


def _deals(orders: Sequence[Row[Any]], methods: Mapping[UUID, MethodView]) -> tuple[Deal, ...]:
    if not orders:
        return ()
    ids = [one.id for one in orders]
    lines = _by_order(select(Line.__table__).where(Line.order_id.in_(ids)).order_by(Line.position))
    changes = _by_order(
        select(Change.order_id, Change.number, Change.answered_at)
        .where(Change.order_id.in_(ids), Change.state == ChangeState.ACCEPTED)
        .order_by(Change.number)
    )
    signed = _by_order(
        select(Minutes.order_id, Minutes.number, Minutes.shop_signed_at, Minutes.complete, Minutes.in_time)
        .where(Minutes.order_id.in_(ids), Minutes.state == MinutesState.SIGNED)
        .order_by(Minutes.number)
    )
    paid = _by_order(
        select(Payment.order_id, Payment.number, Payment.paid_on, Payment.gross_idr)
        .where(Payment.order_id.in_(ids))
        .order_by(Payment.number)
    )
    return tuple(
        Deal(
            code=one.code,
            seller_id=one.seller_id,
            seller_name=one.seller_name,
            compared=one.compared or 0,
            method=methods.get(one.method_id),
            issued_at=one.issued_at,
            accepted_at=one.accepted_at,
            closed_at=one.closed_at,
            ended=one.state in (OrderState.CANCELLED, OrderState.DECLINED, OrderState.EXPIRED),
            done=one.state == OrderState.CLOSED,
            day=one.day,
            total=one.total_idr,
            lines=tuple(_bought(row) for row in lines[one.id]),
            changes=tuple((row.number, row.answered_at) for row in changes[one.id]),
            handovers=tuple(
                Handover(number=row.number, at=row.shop_signed_at, complete=row.complete, in_time=row.in_time)
                for row in signed[one.id]
            ),
            payments=tuple(Paid(number=row.number, on=row.paid_on, gross=row.gross_idr) for row in paid[one.id]),
        )
        for one in orders
    )


def _by_order(wanted: Executable) -> Mapping[UUID, list[Row[Any]]]:
    found: dict[UUID, list[Row[Any]]] = defaultdict(list)
    listed: Iterable[Row[Any]] = rows(wanted)
    for row in listed:
        found[row.order_id].append(row)
    return found


def _bought(row: Row[Any]) -> Bought:
    return Bought(
        position=row.position,
        product_id=row.product_id,
        name=f"{row.name}, {row.variant}" if row.variant else row.name,
        unit=row.unit,
        qty=row.qty,
        price=row.unit_idr,
        local=thawed(row.local, stated=row.origin == STATED),
    )
