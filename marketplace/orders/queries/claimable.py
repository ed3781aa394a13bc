"""Parts as those above read them who let people object: what was bought, what came when, and what is left of its money."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, func, select

from marketplace.catalog import queries as catalog
from marketplace.kernel.access import Actor
from marketplace.kernel.db import rows
from marketplace.kernel.errors import NotFound
from marketplace.kernel.models import Move
from marketplace.kernel.money import Rupiah
from marketplace.orders.models import Delivery, Line, Order, PartRefund, PartState, RefundLine, Suborder
from marketplace.orders.policies import OWN
from marketplace.orders.queries.giving_back import Back, Bought, shares
from marketplace.orders.queries.orders import ownership, plain_code, shown_code
from marketplace.orders.queries.parts import BY_NUMBER
from marketplace.orders.queries.telling import PARTS


@dataclass(frozen=True, kw_only=True)
class BoughtLine:
    """A line of a part; ``left`` is how many pieces of it were not paid back."""

    id: UUID
    variant_id: UUID
    name: str
    variant: str
    unit: str
    qty: int
    food: bool
    image_id: UUID | None
    pattern_url: str
    url: str
    bought: Bought

    @property
    def left(self) -> int:
        """Return how many pieces were not paid back."""
        return self.bought.qty - self.bought.back_qty

    @property
    def goods(self) -> str:
        """Return what it is called, with the variant."""
        return f"{self.name}, {self.variant}" if self.variant else self.name


@dataclass(frozen=True, kw_only=True)
class BoughtPart:
    """A part with its lines, when it came, and how much of its delivery is left to be paid back."""

    id: UUID
    order_id: UUID
    code: str
    number: int
    seller_id: UUID
    seller_name: str
    state: str
    fetched: bool
    paid_at: datetime | None
    promised_on: date | None
    arrives_by: date | None
    due_at: datetime | None
    received_at: datetime | None
    said_to_have_come: bool
    """Somebody said so; it did not only count as received."""
    shipping_left: Rupiah
    lines: tuple[BoughtLine, ...]

    @property
    def shown_code(self) -> str:
        """Return the order's code as people read it."""
        return shown_code(self.code)

    @property
    def path_code(self) -> str:
        """Return the part's code in addresses of its seller."""
        return f"{self.code}-{self.number}"

    @property
    def sent(self) -> bool:
        """Tell whether it is on its way."""
        return self.state == PartState.SHIPPED

    @property
    def received(self) -> bool:
        """Tell whether its buyer has it, and it is not completed."""
        return self.state == PartState.RECEIVED

    @property
    def completed(self) -> bool:
        """Tell whether its money is its seller's."""
        return self.state == PartState.COMPLETED

    def line(self, line_id: UUID) -> BoughtLine:
        """Return a line of it; raises NotFound for one of another part."""
        found = next((line for line in self.lines if line.id == line_id), None)
        if found is None:
            raise NotFound
        return found

    def worth(self, pieces: Mapping[UUID, int]) -> dict[UUID, Rupiah]:
        """Return what these pieces cost with their taxes, by line. Raises Conflict ``line`` and ``too_much``."""
        lines = {line.id: line.bought for line in self.lines}
        found = shares(lines, [Back(line_id=line, qty=qty) for line, qty in pieces.items()])
        return {one.line_id: one.goods + one.tax for one in found}


_of_parts = (Move.kind == PARTS, Move.thing_id == Suborder.id, Move.now == PartState.RECEIVED)
_received_at = select(func.max(Move.at)).where(*_of_parts).correlate(Suborder).scalar_subquery()
_said = select(func.max(Move.why)).where(*_of_parts).correlate(Suborder).scalar_subquery()
NOBODY_SAID = "not_said"
"""Why a part moved that counted as received."""
_undone = PartRefund.undone_at.is_(None)
_shipping_back = (
    select(func.coalesce(func.sum(PartRefund.shipping_idr), 0))
    .where(PartRefund.suborder_id == Suborder.id, _undone)
    .correlate(Suborder)
    .scalar_subquery()
)
_back = (
    select(
        RefundLine.line_id,
        func.sum(RefundLine.qty).label("qty"),
        func.sum(RefundLine.goods_idr).label("goods"),
        func.sum(RefundLine.tax_idr).label("tax"),
    )
    .join(PartRefund, PartRefund.refund_id == RefundLine.refund_id)
    .where(_undone, RefundLine.line_id == Line.id)
    .group_by(RefundLine.line_id)
    .lateral("back")
)
_READ = (
    select(
        Order.id.label("order_id"),
        Order.code,
        Order.person_id,
        Order.guest_key,
        Suborder.id.label("part_id"),
        Suborder.number,
        Suborder.seller_id,
        Suborder.seller_name,
        Suborder.state,
        Suborder.delivery,
        Suborder.paid_at,
        Suborder.promised_on,
        Suborder.arrives_by,
        Suborder.due_at,
        Suborder.shipping_idr,
        _received_at.label("received_at"),
        _said.label("said"),
        _shipping_back.label("shipping_back"),
        Line.id.label("line_id"),
        Line.variant_id,
        Line.name,
        Line.variant,
        Line.unit,
        Line.qty,
        Line.food,
        Line.image_id,
        Line.pattern,
        Line.product_code,
        Line.slug,
        (Line.unit_price_idr * Line.qty - Line.discount_idr).label("goods"),
        Line.tax_idr,
        func.coalesce(_back.c.qty, 0).label("back_qty"),
        func.coalesce(_back.c.goods, 0).label("back_goods"),
        func.coalesce(_back.c.tax, 0).label("back_tax"),
    )
    .join(Suborder, Suborder.order_id == Order.id)
    .join(Line, Line.suborder_id == Suborder.id)
    .outerjoin(_back, _back.c.line_id == Line.id)
    .order_by(*BY_NUMBER)
)


def bought_parts(code: str, actor: Actor, token: str = "") -> tuple[BoughtPart, ...]:
    """Return the parts of an order to its buyer, or to who shows its token; raises NotFound to everyone else."""
    found = rows(_READ.where(Order.code == plain_code(code)))
    if not found or not OWN.allows(actor, _owned(found[0], token)):
        raise NotFound
    return _parts(found)


def parts_by_id(part_ids: Sequence[UUID]) -> dict[UUID, BoughtPart]:
    """Return parts by id, in one statement; the caller has asked who may read them."""
    if not part_ids:
        return {}
    return {part.id: part for part in _parts(rows(_READ.where(_among(part_ids))))}


def _among(part_ids: Sequence[UUID]) -> ColumnElement[bool]:
    return Suborder.id.in_(list(part_ids))


def _owned(row: Row[*tuple[Any, ...]], token: str) -> Any:  # noqa: ANN401 - what the policy asks
    return ownership(_Owner(row.order_id, row.person_id, row.guest_key), token)  # type: ignore[arg-type] # it has the columns of an order


@dataclass(frozen=True)
class _Owner:
    id: UUID
    person_id: UUID | None
    guest_key: str | None


def _parts(found: Sequence[Row[*tuple[Any, ...]]]) -> tuple[BoughtPart, ...]:
    grouped: dict[UUID, list[Row[*tuple[Any, ...]]]] = {}
    for row in found:
        grouped.setdefault(row.part_id, []).append(row)
    return tuple(_part(lines) for lines in grouped.values())


def _part(found: Sequence[Row[*tuple[Any, ...]]]) -> BoughtPart:
    first = found[0]
    return BoughtPart(
        id=first.part_id,
        order_id=first.order_id,
        code=first.code,
        number=first.number,
        seller_id=first.seller_id,
        seller_name=first.seller_name,
        state=first.state,
        fetched=Delivery(first.delivery).fetched,
        paid_at=first.paid_at,
        promised_on=first.promised_on,
        arrives_by=first.arrives_by,
        due_at=first.due_at,
        received_at=first.received_at,
        said_to_have_come=first.received_at is not None and first.said != NOBODY_SAID,
        shipping_left=first.shipping_idr - _rupiah(first.shipping_back),
        lines=tuple(_line(row) for row in found),
    )


def _line(row: Row[*tuple[Any, ...]]) -> BoughtLine:
    return BoughtLine(
        id=row.line_id,
        variant_id=row.variant_id,
        name=row.name,
        variant=row.variant,
        unit=row.unit,
        qty=row.qty,
        food=row.food,
        image_id=row.image_id,
        pattern_url=row.pattern,
        url=catalog.product_address(row.product_code, row.slug),
        bought=Bought(
            line_id=row.line_id,
            qty=row.qty,
            goods=_rupiah(row.goods),
            tax=row.tax_idr,
            back_qty=int(row.back_qty),
            back_goods=_rupiah(row.back_goods),
            back_tax=_rupiah(row.back_tax),
        ),
    )


def _rupiah(amount: object) -> Rupiah:
    """Return a sum that the database made, which may have lost its type on the way."""
    return amount if isinstance(amount, Rupiah) else Rupiah(int(str(amount)))


def orders_of_person(person_id: UUID) -> list[UUID]:
    """Return the ids of all orders of a person."""
    return [row.id for row in rows(select(Order.id).where(Order.person_id == person_id).order_by(Order.id))]
