"""Public sales in the ledger of local content: what a completed part was worth, what came back of it, and what came again.

Value is without the taxes that are inside the price or on top of it (domain 4.6). What is left of a line after some
went back is computed from the whole line each time, so that parts add up to it to the rupiah.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from marketplace.kernel import clock
from marketplace.kernel.db import rows
from marketplace.kernel.money import Rupiah
from marketplace.orders.models import Delivery, Line, Order, PartRefund, RefundLine, Suborder
from marketplace.orders.queries.giving_back import Bought, Share
from marketplace.p3dn import queries as p3dn
from marketplace.p3dn import services as ledger
from marketplace.p3dn.services import DELIVERY, Back, Fact

SOURCE, CHANNEL = "orders", "public"
DELIVERED = 0
"""The number of the line that is the delivery; goods begin at 1."""


@dataclass(frozen=True)
class Worth:
    """A line with what all of it cost and the tax inside, for what a part of it is worth."""

    id: UUID
    number: int
    product_id: UUID
    name: str
    qty: int
    goods: Rupiah
    inside: Rupiah
    local: p3dn.Local

    def until(self, goods: Rupiah) -> int:
        """Return what so much of the line is worth without the tax inside, in rupiah."""
        return goods.amount - (self.inside.amount * goods.amount // self.goods.amount if self.goods else 0)

    def between(self, before: Rupiah, after: Rupiah) -> Rupiah:
        """Return what is worth what lies between two amounts of the line."""
        return Rupiah(self.until(after) - self.until(before))


def count_completed(order: Order, part: Suborder, back: dict[UUID, Bought], shipping: Rupiah) -> int:
    """Record what is left of a part that was completed: its lines, and the delivery that its shop brought itself.

    Return how many lines were not known yet.
    """
    day = _day(part)
    facts = [
        _fact(order, part, one, f"{part.id}", value, one.qty - back[one.id].back_qty, day)
        for one in _lines(part)
        if (value := one.between(back[one.id].back_goods, one.goods))
    ]
    if shipping and _brings(part) and _delivery_counts(part):
        facts.append(
            Fact(
                source=SOURCE, reference=f"{part.id}", line=DELIVERED, day=day, channel=CHANNEL, code=_code(order, part),
                seller_id=part.seller_id, product_id=None, name="Pengantaran", qty=1, value=shipping, local=DELIVERY,
            )
        )  # fmt: skip
    return ledger.record(facts)


def count_back(
    part: Suborder, refund_id: UUID, of_lines: Sequence[Share], before: dict[UUID, Bought], shipping: Rupiah
) -> None:
    """Record what goes back of a completed part with a refund: below zero, on the day it goes back."""
    today, of = clock.today(), _recorded_as(part)
    shares = {share.line_id: share for share in of_lines}
    backs = [
        Back(
            reference=f"refund:{refund_id}", line=one.number, day=today, qty=shares[one.id].qty, value=value,
            of_references=of, of_line=one.number,
        )
        for one in _lines(part)
        if one.id in shares
        and (value := one.between(before[one.id].back_goods, before[one.id].back_goods + shares[one.id].goods))
    ]  # fmt: skip
    if shipping and _brings(part) and _delivery_counts(part):
        backs.append(
            Back(
                reference=f"refund:{refund_id}", line=DELIVERED, day=today, qty=1, value=shipping, of_references=of,
                of_line=DELIVERED,
            )
        )  # fmt: skip
    ledger.take_back(SOURCE, backs)


def count_again(order: Order, part: Suborder, refund_id: UUID, left: dict[UUID, Bought], shipping: Rupiah) -> None:
    """Record again what a refund of a completed part took back that failed; ``left`` is what is gone without it."""
    told = select(RefundLine.line_id, RefundLine.qty, RefundLine.goods_idr).where(RefundLine.refund_id == refund_id)
    again = {row.line_id: row for row in rows(told)}
    reference, today = f"undone:{refund_id}", clock.today()
    facts = [
        _fact(order, part, one, reference, value, again[one.id].qty or 1, today)
        for one in _lines(part)
        if one.id in again
        and (value := one.between(left[one.id].back_goods, left[one.id].back_goods + again[one.id].goods_idr))
    ]
    if shipping and _brings(part) and _delivery_counts(part):
        facts.append(
            Fact(
                source=SOURCE, reference=reference, line=DELIVERED, day=today, channel=CHANNEL, code=_code(order, part),
                seller_id=part.seller_id, product_id=None, name="Pengantaran", qty=1, value=shipping, local=DELIVERY,
            )
        )  # fmt: skip
    ledger.record(facts)


def _fact(order: Order, part: Suborder, line: Worth, reference: str, value: Rupiah, qty: int, day: date) -> Fact:
    return Fact(
        source=SOURCE, reference=reference, line=line.number, day=day, channel=CHANNEL, code=_code(order, part),
        seller_id=part.seller_id, product_id=line.product_id, name=line.name, qty=qty, value=value, local=line.local,
    )  # fmt: skip


def _lines(part: Suborder) -> list[Worth]:
    wanted = (
        Line.id, Line.number, Line.product_id, Line.name, Line.variant, Line.qty, Line.unit_price_idr, Line.discount_idr,
        Line.included_tax_idr, Line.local, Line.domestic,
    )  # fmt: skip
    found = rows(select(*wanted).where(Line.suborder_id == part.id).order_by(Line.number))
    return [
        Worth(
            id=row.id,
            number=row.number,
            product_id=row.product_id,
            name=f"{row.name}, {row.variant}" if row.variant else row.name,
            qty=row.qty,
            goods=row.unit_price_idr * row.qty - row.discount_idr,
            inside=row.included_tax_idr,
            local=p3dn.thawed(row.local, stated=row.domestic),
        )
        for row in found
    ]


def _day(part: Suborder) -> date:
    return (part.completed_at or clock.now()).astimezone(clock.JAKARTA).date()


def _code(order: Order, part: Suborder) -> str:
    return f"{order.code}-{part.number}"


def _brings(part: Suborder) -> bool:
    return part.delivery == Delivery.SELLER and not part.delivery_code


def _delivery_counts(part: Suborder) -> bool:
    held = p3dn.policy(_day(part))
    return held is not None and held.delivery_counts


def _recorded_as(part: Suborder) -> tuple[str, ...]:
    undone = select(PartRefund.refund_id).where(PartRefund.suborder_id == part.id, PartRefund.undone_at.is_not(None))
    return (f"{part.id}", *(f"undone:{row.refund_id}" for row in rows(undone)))
