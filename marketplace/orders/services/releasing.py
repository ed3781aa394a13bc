"""The end of a part: what is left of its money becomes its seller's, less what the programme takes (R8.1)."""

from sqlalchemy import select

from marketplace.kernel import clock
from marketplace.kernel.access import Actor
from marketplace.kernel.db import rows
from marketplace.kernel.money import ZERO, Rupiah
from marketplace.kernel.outbox import emit
from marketplace.orders.events import PartCompleted
from marketplace.orders.models import Order, PartState, Suborder
from marketplace.orders.services.recording import count_completed
from marketplace.orders.services.refunding import bought, fee_left
from marketplace.orders.services.steps import TIMER, go
from marketplace.payments import queries as payments_queries
from marketplace.payments import services as payments
from marketplace.payments.services import Posting
from marketplace.rules import queries as rules

CASH, KEPT = "cod", "cash_kept"
RELEASE, FEES = "release", ("fee", "fee_tax", "gateway_fee")


def complete(order: Order, part: Suborder, *, by: Actor) -> None:
    """Complete a locked part: nobody can object to it any more. Raises Conflict ``state``."""
    left = part.total_idr - part.refunded_idr
    fee, fee_tax = fee_left(part)
    gateway = _paid_at(order)
    taken = dict(zip(FEES, (fee, fee_tax, _gateway_fee(order, part, gateway) if left else ZERO), strict=True))
    frozen: dict[str, object] = {f"{kind}_taken_idr": amount for kind, amount in taken.items()}
    go(part, PartState.COMPLETED, by=by, role=TIMER, why="", completed_at=clock.now(), **frozen)
    payments.post(
        _entry(order, part, f"{RELEASE}:{part.id}", f"held:{part.id}", f"payable:{part.seller_id}", left, RELEASE),
        *(
            _entry(order, part, f"{ID[kind]}:{part.id}", f"payable:{part.seller_id}", kind, amount, kind)
            for kind, amount in taken.items()
        ),
        _kept(order, part, gateway),
    )
    count_completed(order, part, *bought(part))
    emit(PartCompleted(order_id=str(order.id), suborder_id=str(part.id), seller_id=str(part.seller_id)))


ID = {"fee": "fee", "fee_tax": "feetax", "gateway_fee": "gwfee"}
"""How the entries of the fees begin."""


def _entry(order: Order, part: Suborder, entry: str, debit: str, credit: str, amount: Rupiah, kind: str) -> Posting:
    label = f"{order.code}-{part.number}"
    return Posting(id=entry, debit=debit, credit=credit, amount=amount, kind=kind, ref=order.reference, label=label)


def _kept(order: Order, part: Suborder, gateway: str) -> Posting:
    """Return the entry of the cash that the seller took at the door and keeps: so much of what is owed to them they have."""
    amount = part.total_idr if payments_queries.on_receipt(gateway) else ZERO
    place = f"at:{payments_queries.place(gateway)}"
    return _entry(order, part, f"{CASH}:{part.id}", f"payable:{part.seller_id}", place, amount, KEPT)


def _paid_at(order: Order) -> str:
    charges = payments_queries.charges_of(order.reference)
    return next((charge.gateway for charge in charges if charge.state == "settled"), order.gateway)


def _gateway_fee(order: Order, part: Suborder, gateway: str) -> Rupiah:
    """Return the part's share of what the payment's gateway costs shops, by the rule of the day on which it was paid."""
    paid_on = (order.paid_at or order.placed_at).astimezone(clock.JAKARTA).date()
    whole = rules.charged(order.total_idr, rules.rule(f"fee.gateway.{gateway}", paid_on))
    if not whole:
        return ZERO
    totals = select(Suborder.id, Suborder.total_idr).where(Suborder.order_id == order.id).order_by(Suborder.number)
    parts = rows(totals)
    split = whole.split([row.total_idr.amount for row in parts])
    return next(share for row, share in zip(parts, split, strict=True) if row.id == part.id)
