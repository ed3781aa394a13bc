"""One order as its parties may see it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select

from marketplace.eorder.models import ACTS, SHOP, Line, Order, OrderState
from marketplace.eorder.policies import SEE, SELLER, Parties, duties_in, shop_scope
from marketplace.eorder.queries.reach import scope_of
from marketplace.kernel.access import Actor
from marketplace.kernel.db import rows
from marketplace.kernel.errors import NotFound
from marketplace.kernel.money import Rupiah
from marketplace.offices.policies import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class LineView:
    """A line of an order; money in rupiah."""

    id: UUID
    position: int
    item_id: UUID
    variant_id: UUID
    product_id: UUID
    name: str
    variant: str
    sku: str
    unit: str
    qty: int
    price: Rupiah
    public: Rupiah
    goods: Rupiah
    included_tax: Rupiah
    tax: Rupiah
    tax_kind: str
    origin: str
    came: int
    accepted: int

    @property
    def full_name(self) -> str:
        """Return the name with the variant's."""
        return f"{self.name}, {self.variant}" if self.variant else self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderView:
    """An order and its lines; ``mine`` is what the actor is in it, ``may`` the acts that the table gives them now."""

    id: UUID
    code: str
    state: str
    need_id: UUID
    comparison_id: UUID
    unit_code: str
    year: int
    package_id: UUID
    line_id: UUID
    seller_id: UUID
    seller_name: str
    purpose: str
    day: date
    hour: str
    way: str
    goods: Rupiah
    shipping: Rupiah
    tax: Rupiah
    included_tax: Rupiah
    total: Rupiah
    accepted: Rupiah
    paid: Rupiah
    method_id: UUID | None
    approvals: tuple[str, ...]
    approved: int
    agreed_id: UUID | None
    held_by: str | None
    held_until: date | None
    held_why: str
    waits_for: tuple[str, ...]
    waiting_since: datetime
    due_at: datetime | None
    nudged: int
    prepared_by: UUID
    made_at: datetime
    sent_at: datetime | None
    issued_at: datetime | None
    accepted_at: datetime | None
    minutes_at: datetime | None
    paid_at: datetime | None
    closed_at: datetime | None
    training: bool
    lines: tuple[LineView, ...]
    mine: tuple[str, ...]
    may: frozenset[str]

    def line(self, line_id: UUID) -> LineView:
        """Return a line by its id. Raises NotFound."""
        found = next((line for line in self.lines if line.id == line_id), None)
        if found is None:
            raise NotFound
        return found


_MONEY = ("goods", "shipping", "tax", "included_tax", "total", "accepted", "paid")


def order(code: str, actor: Actor) -> OrderView:
    """Return an order that the actor may see, with its lines; two statements. Raises NotFound for everything else."""
    found = rows(select(Order.__table__).where(Order.code == code))
    if not found:
        raise NotFound
    row = found[0]
    unit = scope_of(actor, row.unit_code)
    if not SEE.allows(actor, Parties(unit, _shop(row), row.shown_at is not None)):
        raise NotFound
    mine = parts_of(actor, row, unit)
    lines = rows(select(Line.__table__).where(Line.order_id == row.id).order_by(Line.position))
    told = {name: getattr(row, name) for name in OrderView.__dataclass_fields__ if hasattr(row, name)}
    told |= {name: getattr(row, f"{name}_idr") for name in _MONEY}
    told |= {"approvals": tuple(row.approvals), "waits_for": tuple(row.waits_for)}
    return OrderView(**told, lines=tuple(_line(one) for one in lines), mine=mine, may=acts_of(row.state, mine))


def parts_of(actor: Actor, row: Row[Any], unit: Unit) -> tuple[str, ...]:
    """Return what an actor is in an order: duties of its unit, the shop."""
    mine = duties_in(actor, unit)
    of_shop = row.shown_at is not None and actor.holds(SELLER, SELLER, _shop(row))
    return (*mine, SHOP) if of_shop else mine


def _shop(row: Row[Any]) -> str:
    return shop_scope(row.seller_id, row.unit_code, training=row.training)


def acts_of(state: str, mine: Sequence[str]) -> frozenset[str]:
    """Return the acts that the table gives to who has these duties, in a state."""
    return frozenset(act.name for act in ACTS if act.state is OrderState(state) and set(act.duties) & set(mine))


def _line(row: Row[Any]) -> LineView:
    told = {name: getattr(row, name) for name in LineView.__dataclass_fields__ if hasattr(row, name)}
    money = {"price": row.unit_idr, "public": row.public_idr, "goods": row.goods_idr}
    return LineView(**told, **money, included_tax=row.included_tax_idr, tax=row.tax_idr)


def not_by_one(done: Collection[str], name: str) -> tuple[str, ...]:
    """Return which of the acts that somebody did on an order keep them from doing another one, in any of its states."""
    kept = {one for act in ACTS if act.name == name for one in act.not_by}
    return tuple(sorted(kept & set(done)))
