"""What those above do to a part that somebody objects to: keep it still while they write, pay back, take goods in again."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select

from marketplace.catalog import services as catalog
from marketplace.catalog.services import StockLine
from marketplace.kernel.access import Actor
from marketplace.kernel.db import rows, session, transactional
from marketplace.kernel.errors import NotFound
from marketplace.kernel.money import ZERO, Rupiah
from marketplace.orders.models import Order, Suborder
from marketplace.orders.queries.claimable import BoughtPart, parts_by_id
from marketplace.orders.queries.giving_back import Back
from marketplace.orders.services.refunding import refund_part
from marketplace.orders.services.steps import part_of


@dataclass(frozen=True)
class PaidBack:
    """A refund on its way: its id in payments, and how much."""

    refund_id: UUID
    amount: Rupiah


@transactional
def hold_part(part_id: UUID) -> BoughtPart:
    """Lock a part with its order until the caller's transaction ends, and return how it stands. Raises NotFound.

    Whoever objects writes it down in this transaction: the timer then completes the part before, or not at all.
    """
    _locked(part_id)
    return parts_by_id([part_id])[part_id]


@transactional
def pay_back(
    part_id: UUID, pieces: Mapping[UUID, int], cause: str, *, by: Actor, amount: Rupiah | None = None,
    delivery: bool = False, why: str = "",
) -> PaidBack | None:  # fmt: skip
    """Pay back pieces of a part that was sent: what they cost, or an ``amount`` split over them by what they cost.

    ``delivery``: what is left of the delivery goes with it; an amount takes from the pieces first, then from the delivery.
    What was paid back already is left out; None when nothing is left. Raises NotFound, and Conflict as ``refund_part`` does.
    """
    order, part = _locked(part_id)
    bought = parts_by_id([part_id])[part_id]
    left = {line: min(qty, bought.line(line).left) for line, qty in pieces.items()}
    costs = bought.worth({line: qty for line, qty in left.items() if qty})
    shipping = bought.shipping_left if delivery else ZERO
    wanted = [Back(line_id=line, qty=left[line]) for line in costs]
    if amount is not None:
        whole = Rupiah.total(list(costs.values()))
        of_goods = min(amount, whole)
        shipping = min(amount - of_goods, shipping)
        split = of_goods.split([cost.amount for cost in costs.values()]) if of_goods else ()
        shared = zip(costs, split, strict=True) if of_goods else ()
        wanted = [Back(line_id=line, amount=share) for line, share in shared if share]
    before = part.refunded_idr
    refund_id = refund_part(order, part, wanted, shipping, cause, by=by, why=why)
    if refund_id is None:
        return None
    session.refresh(part, ["refunded_idr"])
    return PaidBack(refund_id, part.refunded_idr - before)


@transactional
def take_in(part_id: UUID, pieces: Mapping[UUID, int], *, by: Actor) -> int:
    """Put pieces of a part that came back on the shelf, once a variant; return how many variants. Raises NotFound."""
    order, _part = _locked(part_id)
    bought = parts_by_id([part_id])[part_id]
    goods = [StockLine(bought.line(line).variant_id, qty) for line, qty in pieces.items()]
    return catalog.put_back(order.hold_reference, goods, "returned", by=by)


def _locked(part_id: UUID) -> tuple[Order, Suborder]:
    known: Any = rows(select(Suborder.order_id, Suborder.number).where(Suborder.id == part_id))
    if not known:
        raise NotFound
    order = session.execute(select(Order).where(Order.id == known[0].order_id).with_for_update()).scalar_one()
    return order, part_of(order, known[0].number)
