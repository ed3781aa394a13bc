"""Money of a part that goes back to its buyer: out of what waits for its seller, and into a refund (R7)."""

from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, text

from marketplace.kernel import clock
from marketplace.kernel.access import Actor
from marketplace.kernel.audit import audit
from marketplace.kernel.db import rows, session, transactional
from marketplace.kernel.errors import Conflict
from marketplace.kernel.money import Rupiah
from marketplace.kernel.outbox import emit
from marketplace.kernel.words import _
from marketplace.orders import queries
from marketplace.orders.events import PartRefunded
from marketplace.orders.models import Order, PartRefund, PartState, Suborder
from marketplace.orders.services.steps import locked_part
from marketplace.payments import queries as payments_queries
from marketplace.payments import services as payments

STREAM = "orders"
KIND, AGAIN = "part_refund", "repaid"

# Never more than was paid for the part, whoever decides and how many at once.
TAKE = text("""
UPDATE orders_suborders SET refunded_idr = refunded_idr + :amount
WHERE id = :part AND refunded_idr + :amount <= total_idr AND state <> 'completed' RETURNING id
""")
GIVE_BACK = text("""
UPDATE orders_suborders SET refunded_idr = refunded_idr - :amount
WHERE id = :part AND refunded_idr >= :amount RETURNING id
""")
# State in the WHERE: a failure that is told twice gives back once.
UNDO = text("""
UPDATE orders_refunds SET undone_at = :now WHERE refund_id = :refund AND undone_at IS NULL
RETURNING suborder_id, goods_idr + shipping_idr + tax_idr AS amount
""")


def pay_part_back(order: Order, part: Suborder, cause: str, *, by: Actor, why: str = "") -> UUID | None:
    """Take all that is left of a locked part's money for its buyer; None when nothing is left of it.

    Part of the caller's transaction. Raises Conflict as ``payments.take`` does, and ``too_much``.
    """
    shares = _left(part)
    amount = sum(shares.values(), Rupiah(0))
    if not amount:
        return None
    charges = payments_queries.charges_of(order.reference)
    paid = next((charge for charge in charges if charge.state == "settled"), None)
    if paid is None:
        raise Conflict("unpaid", _("No money of this order is here."))
    refund_id = payments.take(paid.id, amount, cause, by=by, why=why)
    taken = session.execute(TAKE, {"part": part.id, "amount": amount.amount}).one_or_none()
    if taken is None:
        raise Conflict("too_much", _("Less than that is left of this payment to be paid back."))
    session.expire(part, ["refunded_idr"])
    given = {f"{kind}_idr": share for kind, share in shares.items()}
    session.execute(insert(PartRefund).values(refund_id=refund_id, suborder_id=part.id, **given))
    payments.post(
        *(
            payments.Posting(
                id=f"refund:{refund_id}:{part.id}:{kind}",
                debit=f"held:{part.id}",
                credit=f"ref:{order.reference}",
                amount=share,
                kind=KIND,
                ref=order.reference,
                label=order.code,
            )
            for kind, share in shares.items()
        )
    )
    emit(PartRefunded(suborder_id=str(part.id), refund_id=str(refund_id), amount_idr=amount.amount))
    return refund_id


def _left(part: Suborder) -> dict[str, Rupiah]:
    columns = (PartRefund.goods_idr, PartRefund.shipping_idr, PartRefund.tax_idr)
    before = rows(select(*columns).where(PartRefund.suborder_id == part.id, PartRefund.undone_at.is_(None)))
    return {
        kind: share - sum((getattr(row, f"{kind}_idr") for row in before), Rupiah(0))
        for kind, share in queries.shares(part)
    }


@transactional
def take_back(refund_id: UUID) -> None:
    """A refund of a part failed: its money is the part's again, by new entries; harmless for any other refund and twice."""
    undone: Any = session.execute(UNDO, {"refund": refund_id, "now": clock.now()}).one_or_none()
    if undone is None:
        return
    session.execute(GIVE_BACK, {"part": undone.suborder_id, "amount": int(undone.amount)}).one()
    for kind in ("goods", "shipping", "tax"):
        payments.reverse(f"refund:{refund_id}:{undone.suborder_id}:{kind}", kind="part_refund_undone")


@transactional
def repay(path_code: str, why: str, *, by: Actor) -> UUID:
    """Try anew to pay back a part that was called off and whose refund failed.

    Raises NotFound, and Conflict: ``state`` when it is not called off or its money is on its way, and as ``payments.take``.
    """
    code, _dash, number = path_code.rpartition("-")
    order, part = locked_part(code, int(number) if number.isascii() and number.isdigit() else 0)
    refund_id = pay_part_back(order, part, AGAIN, by=by, why=why) if part.state == PartState.CANCELLED else None
    if refund_id is None:
        raise Conflict("state", _("Nothing of this part waits to be paid back."), state=part.state)
    audit(STREAM, "part.repaid", f"part:{part.id}", by=by, after={"refund": str(refund_id), "why": why})
    return refund_id
