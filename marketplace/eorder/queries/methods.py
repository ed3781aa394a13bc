"""Which method of buying holds on a day for a value, and what it says."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Row, or_, select

from marketplace.eorder.models import Method
from marketplace.eorder.queries.turns import Clock
from marketplace.kernel.db import rows
from marketplace.kernel.money import Rupiah

OPD, BUMD = "opd", "bumd"
"""Whose rules a unit buys by: offices of the city's budget, or its companies."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodView:
    """A method as it holds from a day on, above an amount and up to another (rupiah)."""

    id: UUID
    code: str
    buyer_kind: str
    what: str
    name: str
    name_en: str
    above: Rupiah
    up_to: Rupiah
    approvals: tuple[str, ...]
    offers_wanted: int
    negotiate: bool
    papers: tuple[str, ...]
    clock: Clock
    basis: str
    confirmed_by: str
    confirmed_on: date | None
    valid_from: date
    valid_to: date | None

    def holds(self, day: date) -> bool:
        """Tell whether it holds on a day."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


def methods(day: date, buyer_kind: str, what: str) -> tuple[MethodView, ...]:
    """Return the methods that hold on a day for a kind of buyer and of purchase, by amount."""
    held = select(Method.__table__).where(
        Method.buyer_kind == buyer_kind,
        Method.what == what,
        Method.valid_from <= day,
        or_(Method.valid_to.is_(None), Method.valid_to > day),
    )
    return tuple(view_of(row) for row in rows(held.order_by(Method.above_idr)))


def method_for(amount: Rupiah, found: Iterable[MethodView]) -> MethodView | None:
    """Return the method of an amount among those of a day; None when it is above all of them, or in a gap."""
    return next((one for one in found if one.above < amount <= one.up_to), None)


def method(method_id: UUID | None) -> MethodView | None:
    """Return a method by its id, such as that of an order's own day."""
    if method_id is None:
        return None
    found = rows(select(Method.__table__).where(Method.id == method_id))
    return view_of(found[0]) if found else None


def clock_of(method_id: UUID | None) -> Clock | None:
    """Return the days that a method gives."""
    found = method(method_id)
    return found.clock if found else None


def view_of(row: Row[Any]) -> MethodView:
    """Return a method as its row tells it."""
    return MethodView(
        id=row.id,
        code=row.code,
        buyer_kind=row.buyer_kind,
        what=row.what,
        name=row.name,
        name_en=row.name_en,
        above=row.above_idr,
        up_to=row.up_to_idr,
        approvals=tuple(row.approvals),
        offers_wanted=row.offers_wanted,
        negotiate=row.negotiate,
        papers=tuple(row.papers),
        clock=Clock(row.answer_days, row.decide_days, row.talk_days, row.pay_days),
        basis=row.basis,
        confirmed_by=row.confirmed_by,
        confirmed_on=row.confirmed_on,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
    )
