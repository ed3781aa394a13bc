"""What a shop sold, for its books: nothing of who bought it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, TextClause, func, select

from marketplace.kernel import clock
from marketplace.kernel.access import Actor
from marketplace.kernel.db import rows
from marketplace.kernel.errors import NotFound
from marketplace.kernel.money import Rupiah
from marketplace.orders.models import Line, Order, PartRefund, Suborder
from marketplace.orders.policies import PREPARE
from marketplace.orders.queries.orders import plain_code, shown_code
from marketplace.orders.queries.turnover import COUNTS

BEST = 10


@dataclass(frozen=True, kw_only=True)
class SaleLine:
    """A line of a part as its shop's books see it: its tax by the law of that day, and its share of the fee."""

    name: str
    qty: int
    goods: Rupiah
    tax: Rupiah
    included_tax: Rupiah
    tax_code: str
    tax_num: int | None
    tax_den: int | None
    tax_basis: str
    fee: Rupiah
    refunded: Rupiah


@dataclass(frozen=True, kw_only=True)
class Sale:
    """A part as its shop's books see it."""

    part_id: UUID
    seller_id: UUID
    reference: str
    code: str
    number: int
    state: str
    goods: Rupiah
    discount: Rupiah
    shipping: Rupiah
    tax: Rupiah
    total: Rupiah
    placed_on: date
    fee_num: int | None
    fee_den: int | None
    fee_rule: UUID | None
    borne: tuple[str, ...]
    """How entries refer to the disputes and found refunds of which the shop bears something."""
    lines: tuple[SaleLine, ...]

    @property
    def path_code(self) -> str:
        """Return the part's code in addresses."""
        return f"{self.code}-{self.number}"

    @property
    def shown_code(self) -> str:
        """Return the part's code as people read it."""
        return f"{shown_code(self.code)}-{self.number}"


@dataclass(frozen=True, kw_only=True)
class Week:
    """What was sold in a week that begins on a Monday in Jakarta."""

    monday: date
    parts: int
    amount: Rupiah


@dataclass(frozen=True, kw_only=True)
class Best:
    """A product, how many pieces of it were sold, and for how much."""

    name: str
    pieces: int
    amount: Rupiah


_SALE = select(
    Suborder.id.label("part_id"),
    Suborder.seller_id,
    Order.id.label("order_id"),
    Order.code,
    Suborder.number,
    Suborder.state,
    Suborder.goods_idr.label("goods"),
    Suborder.discount_idr.label("discount"),
    Suborder.shipping_idr.label("shipping"),
    Suborder.tax_idr.label("tax"),
    Suborder.total_idr.label("total"),
    Suborder.fee_num,
    Suborder.fee_den,
    Suborder.fee_rule,
    Order.placed_at,
    Order.paid_at,
    func.array(
        select(PartRefund.borne_of)
        .where(PartRefund.suborder_id == Suborder.id, PartRefund.borne_of.is_not(None))
        .correlate(Suborder)
        .scalar_subquery()
    ).label("borne"),
).join(Order, Order.id == Suborder.order_id)


def sale(path_code: str, actor: Actor) -> Sale:
    """Return a part for the books of its shop; NotFound to everyone else, and while it is not paid."""
    code, _, number = path_code.rpartition("-")
    if not number.isascii() or not number.isdigit():
        raise NotFound
    wanted = _SALE.where(Order.code == plain_code(code), Suborder.number == int(number[:4]))
    for row in rows(wanted):
        if row.paid_at is not None and PREPARE.allows(actor, row.seller_id):
            names = ("part_id", "seller_id", "code", "number", "state", "goods", "discount", "shipping", "tax", "total")
            fee = ("fee_num", "fee_den", "fee_rule")
            return Sale(
                **{name: getattr(row, name) for name in (*names, *fee)},
                reference=str(row.order_id),
                placed_on=row.placed_at.astimezone(clock.JAKARTA).date(),
                borne=tuple(str(one) for one in row.borne),
                lines=_lines(row.part_id),
            )
    raise NotFound


def _lines(part_id: UUID) -> tuple[SaleLine, ...]:
    goods = (Line.unit_price_idr * Line.qty - Line.discount_idr).label("goods")
    wanted = select(
        Line.name, Line.variant, Line.qty, goods, Line.tax_idr, Line.included_tax_idr, Line.tax_code, Line.tax_num,
        Line.tax_den, Line.tax_basis, Line.fee_idr, Line.refunded_idr,
    )  # fmt: skip
    return tuple(
        SaleLine(
            name=f"{row.name}, {row.variant}" if row.variant else row.name,
            qty=row.qty,
            goods=Rupiah(int(row.goods.amount)) if isinstance(row.goods, Rupiah) else Rupiah(int(row.goods)),
            tax=row.tax_idr,
            included_tax=row.included_tax_idr,
            tax_code=row.tax_code,
            tax_num=row.tax_num,
            tax_den=row.tax_den,
            tax_basis=row.tax_basis,
            fee=row.fee_idr,
            refunded=row.refunded_idr,
        )
        for row in rows(wanted.where(Line.suborder_id == part_id).order_by(Line.number))
    )


def part_codes(part_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return how addresses name these parts."""
    if not part_ids:
        return {}
    wanted = select(Suborder.id, Order.code, Suborder.number).join(Order, Order.id == Suborder.order_id)
    return {row.id: f"{row.code}-{row.number}" for row in rows(wanted.where(Suborder.id.in_(set(part_ids))))}


def weeks(seller_id: UUID, first: date, last: date) -> tuple[Week, ...]:
    """Return what was sold in each week of these days that has sales, newest first."""
    monday = func.date_trunc("week", func.timezone("Asia/Jakarta", Suborder.sold_at)).label("monday")
    wanted = select(monday, func.count().label("parts"), func.sum(_AMOUNT).label("amount"))
    found = rows(wanted.where(*_sold(seller_id, first, last)).group_by(monday).order_by(monday.desc()))
    return tuple(Week(monday=row.monday.date(), parts=row.parts, amount=Rupiah(int(row.amount))) for row in found)


def best_sold(seller_id: UUID, first: date, last: date) -> tuple[Best, ...]:
    """Return the products that brought most in these days."""
    amount = func.sum(Line.total_idr).label("amount")
    wanted = (
        select(func.max(Line.name).label("name"), func.sum(Line.qty).label("pieces"), amount)
        .join(Suborder, Suborder.id == Line.suborder_id)
        .where(*_sold(seller_id, first, last))
    )
    found = rows(wanted.group_by(Line.product_id).order_by(amount.desc(), Line.product_id).limit(BEST))
    return tuple(Best(name=row.name, pieces=int(row.pieces), amount=Rupiah(int(row.amount.amount))) for row in found)


_AMOUNT = Suborder.goods_idr - Suborder.discount_idr + Suborder.shipping_idr


def _sold(seller_id: UUID, first: date, last: date) -> tuple[ColumnElement[bool] | TextClause, ...]:
    begins, ends = _midnight(first), _midnight(last + timedelta(days=1))
    return (
        Suborder.seller_id == seller_id,
        COUNTS,
        Suborder.sold_at >= begins,
        Suborder.sold_at < ends,
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, clock.JAKARTA)
