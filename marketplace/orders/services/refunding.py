"""Money of a part that goes back to its buyer: out of what waits for its seller or was given to them, into a refund (R7)."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, TextClause, func, insert, or_, select, text

from marketplace.kernel import clock
from marketplace.kernel.access import Actor
from marketplace.kernel.audit import audit
from marketplace.kernel.db import rows, session, transactional
from marketplace.kernel.errors import Conflict
from marketplace.kernel.money import ZERO, Rupiah
from marketplace.kernel.outbox import emit
from marketplace.kernel.words import _
from marketplace.orders.events import PartRefunded
from marketplace.orders.models import Line, Order, OrderState, PartRefund, PartState, RefundLine, Suborder
from marketplace.orders.queries.giving_back import Back, Bought, Share, fee_share, rest, shares
from marketplace.orders.services.recording import count_again, count_back
from marketplace.orders.services.steps import locked_part
from marketplace.payments import queries as payments_queries
from marketplace.payments import services as payments

STREAM = "orders"
KIND, UNDONE, FEE_BACK, AGAIN = "part_refund", "part_refund_undone", "fee_back", "repaid"
KINDS = ("goods", "shipping", "tax")
FEE_ACCOUNTS = ("fee", "fee_tax")
NOTHING_PAID = _(
    "Nothing was paid for this order yet, so nothing can go back. The shop takes the cash as it hands the goods over; pay back "
    "after it has noted the money."
)

# Never more than was paid for the part and for each of its lines, whoever decides and how many at once.
TAKE = text("""
UPDATE orders_suborders SET refunded_idr = refunded_idr + :amount
WHERE id = :part AND refunded_idr + :amount <= total_idr AND state IN ('shipped', 'received', 'completed', 'cancelled')
RETURNING id
""")
TAKE_LINES = text("""
UPDATE orders_lines l SET refunded_qty = l.refunded_qty + b.qty, refunded_idr = l.refunded_idr + b.amount
FROM unnest(CAST(:lines AS uuid[]), CAST(:quantities AS integer[]), CAST(:amounts AS bigint[])) AS b (id, qty, amount)
WHERE l.id = b.id AND l.suborder_id = :part AND l.refunded_qty + b.qty BETWEEN 0 AND l.qty
 AND l.refunded_idr + b.amount BETWEEN 0 AND l.total_idr RETURNING l.id
""")
GIVE_BACK = text("""
UPDATE orders_suborders SET refunded_idr = refunded_idr - :amount
WHERE id = :part AND refunded_idr >= :amount RETURNING id
""")
# State in the WHERE: a failure that is told twice gives back once.
UNDO = text("""
UPDATE orders_refunds SET undone_at = :now, into_payable = :into_payable WHERE refund_id = :refund AND undone_at IS NULL
RETURNING goods_idr + shipping_idr + tax_idr AS amount, shipping_idr
""")


def pay_part_back(order: Order, part: Suborder, cause: str, *, by: Actor, why: str = "") -> UUID | None:
    """Take all that is left of a locked part's money for its buyer; None when nothing is left of it.

    Part of the caller's transaction. Raises Conflict as ``payments.take`` does, and ``too_much``.
    """
    lines, shipping = bought(part)
    return _refund(order, part, rest(lines), shipping, cause, by=by, why=why)


def refund_part(
    order: Order, part: Suborder, wanted: Sequence[Back], shipping: Rupiah, cause: str, *, by: Actor, why: str = ""
) -> UUID | None:
    """Pay back lines, pieces or sums of a locked part that was sent, and so much of its delivery; None when that is nothing.

    Part of the caller's transaction. Raises Conflict: ``state`` for a part that was not sent yet, ``promised`` for one that
    its buyer is still to pay at the door, ``line`` and ``too_much`` as ``shares`` does and where more than was paid for the
    delivery is asked for, and those of ``payments.take``.
    """
    if part.state not in (PartState.SHIPPED, PartState.RECEIVED, PartState.COMPLETED):
        raise Conflict("state", _("What is not sent yet is cancelled instead."), state=part.state)
    if order.state == OrderState.PROMISED:
        raise Conflict("promised", NOTHING_PAID)
    lines, of_delivery = bought(part)
    if not ZERO <= shipping <= of_delivery:
        raise Conflict("too_much", _("Less than that was paid for the delivery."), left=of_delivery.amount)
    return _refund(order, part, shares(lines, wanted), shipping, cause, by=by, why=why)


def _refund(
    order: Order, part: Suborder, of_lines: Sequence[Share], shipping: Rupiah, cause: str, *, by: Actor, why: str
) -> UUID | None:
    goods, tax = Rupiah.total([one.goods for one in of_lines]), Rupiah.total([one.tax for one in of_lines])
    amount = goods + shipping + tax
    if not amount:
        return None
    charges = payments_queries.charges_of(order.reference)
    paid = next((charge for charge in charges if charge.state == "settled"), None)
    if paid is None:
        raise Conflict("unpaid", _("No money of this order is here."))
    refund_id = payments.take(paid.id, amount, cause, by=by, why=why)
    count(part, of_lines, amount)
    after = part.state == PartState.COMPLETED
    if after:
        count_back(part, refund_id, of_lines, bought(part)[0], shipping)
    fees = fees_back(part, goods) if after else {}
    given = {"goods_idr": goods, "shipping_idr": shipping, "tax_idr": tax, "from_payable": after, **fees}
    session.execute(insert(PartRefund).values(refund_id=refund_id, suborder_id=part.id, **given))
    keep_lines(refund_id, of_lines)
    source = f"payable:{part.seller_id}" if after else f"held:{part.id}"
    taken = dict(zip(KINDS, (goods, shipping, tax), strict=True))
    payments.post(
        *(
            _posting(f"refund:{refund_id}:{part.id}:{kind}", source, f"ref:{order.reference}", share, KIND, order)
            for kind, share in taken.items()
        ),
        *fee_postings(order, part, refund_id, fees),
    )
    emit(PartRefunded(suborder_id=str(part.id), refund_id=str(refund_id), amount_idr=amount.amount))
    return refund_id


def keep_lines(refund_id: UUID, of_lines: Sequence[Share]) -> None:
    """Keep what goes back of each line with a refund."""
    told = [
        {"refund_id": refund_id, "line_id": one.line_id, "qty": one.qty, "goods_idr": one.goods, "tax_idr": one.tax}
        for one in of_lines
    ]
    if told:
        session.execute(insert(RefundLine), told)


def left_of(part: Suborder) -> dict[UUID, Rupiah]:
    """Return what of each line of a part can still go back, with its tax."""
    lines, _shipping = bought(part)
    return {line_id: one.left for line_id, one in lines.items() if one.left}


def count(part: Suborder, of_lines: Sequence[Share], amount: Rupiah, take: TextClause = TAKE) -> None:
    """Count what goes back in a locked part and its lines, never more than was paid. Raises Conflict ``too_much``."""
    too_much = Conflict("too_much", _("Less than that is left of this payment to be paid back."))
    if session.execute(take, {"part": part.id, "amount": amount.amount}).one_or_none() is None:
        raise too_much
    if len(rows(TAKE_LINES, _moved(part.id, [(one.line_id, one.qty, one.goods + one.tax) for one in of_lines]))) < len(
        of_lines
    ):
        raise too_much
    session.expire(part, ["refunded_idr"])


def _moved(part_id: UUID, lines: Sequence[tuple[UUID, int, Rupiah]]) -> dict[str, Any]:
    return {
        "part": part_id,
        "lines": [line for line, _qty, _amount in lines],
        "quantities": [qty for _line, qty, _amount in lines],
        "amounts": [amount.amount for _line, _qty, amount in lines],
    }


def fees_back(part: Suborder, goods: Rupiah) -> dict[str, Rupiah]:
    """Return what of the fees that were taken comes back with goods, by the columns of a refund."""
    before = _given_back(part.id)
    whole = part.goods_idr - part.discount_idr
    return {
        "fee_idr": fee_share(part.fee_idr, whole, before, before + goods),
        "fee_tax_idr": fee_share(part.fee_tax_idr, whole, before, before + goods),
    }


def _given_back(part_id: UUID) -> Rupiah:
    """Return the goods of a part that are paid back by now, without their tax."""
    told = select(PartRefund.goods_idr).where(PartRefund.suborder_id == part_id, PartRefund.undone_at.is_(None))
    return Rupiah.total([row.goods_idr for row in rows(told)])


def fee_left(part: Suborder) -> tuple[Rupiah, Rupiah]:
    """Return the fee, and the tax on it, for the goods of a part that were not paid back."""
    back, whole = _given_back(part.id), part.goods_idr - part.discount_idr
    fee, tax = part.fee_idr, part.fee_tax_idr
    return fee - fee_share(fee, whole, ZERO, back), tax - fee_share(tax, whole, ZERO, back)


def fee_postings(
    order: Order, part: Suborder, refund_id: UUID, fees: Mapping[str, Rupiah]
) -> Iterator[payments.Posting]:
    """Yield the entries that give a shop back what of its fees belongs to goods that went back."""
    for account in FEE_ACCOUNTS:
        if share := fees.get(f"{account}_idr"):
            entry = f"{account.replace('_', '')}back:{refund_id}:{part.id}"
            yield _posting(entry, account, f"payable:{part.seller_id}", share, FEE_BACK, order)


def _posting(entry: str, debit: str, credit: str, amount: Rupiah, kind: str, order: Order) -> payments.Posting:
    return payments.Posting(
        id=entry, debit=debit, credit=credit, amount=amount, kind=kind, ref=order.reference, label=order.code
    )


def bought(part: Suborder) -> tuple[dict[UUID, Bought], Rupiah]:
    """Return the lines of a part with what went back of each, and what is left of its delivery."""
    of_line = (
        select(
            RefundLine.line_id,
            func.sum(RefundLine.qty).label("qty"),
            func.sum(RefundLine.goods_idr).label("goods"),
            func.sum(RefundLine.tax_idr).label("tax"),
        )
        .join(PartRefund, PartRefund.refund_id == RefundLine.refund_id)
        .where(PartRefund.suborder_id == part.id, PartRefund.undone_at.is_(None))
        .group_by(RefundLine.line_id)
    )
    back = {row.line_id: row for row in rows(of_line)}
    wanted = (Line.id, Line.qty, Line.unit_price_idr, Line.discount_idr, Line.tax_idr)
    lines = {}
    for row in rows(select(*wanted).where(Line.suborder_id == part.id).order_by(Line.number)):
        gone = back.get(row.id)
        lines[row.id] = Bought(
            line_id=row.id,
            qty=row.qty,
            goods=row.unit_price_idr * row.qty - row.discount_idr,
            tax=row.tax_idr,
            back_qty=int(gone.qty) if gone else 0,
            back_goods=gone.goods if gone else ZERO,
            back_tax=gone.tax if gone else ZERO,
        )
    told = select(PartRefund.shipping_idr).where(PartRefund.suborder_id == part.id, PartRefund.undone_at.is_(None))
    return lines, part.shipping_idr - Rupiah.total([row.shipping_idr for row in rows(told)])


@transactional
def take_back(refund_id: UUID) -> None:
    """A refund of a part failed: its money is the part's again, by new entries; harmless for any other refund and twice.

    What was taken while it waited and is completed since is its seller's; the fee that went back is taken again. One that was
    found at its provider, and borne by shops, gives each of them back what they bore.
    """
    of_it = or_(PartRefund.refund_id == refund_id, PartRefund.borne_of == refund_id)
    told = select(PartRefund.refund_id, PartRefund.suborder_id, PartRefund.borne_as, PartRefund.borne_of).where(of_it)
    for row in rows(told.order_by(PartRefund.suborder_id)):
        part = session.execute(select(Suborder).where(Suborder.id == row.suborder_id).with_for_update()).scalar_one()
        _take_back(part, row)


def _take_back(part: Suborder, row: Row[Any]) -> None:
    refund_id = row.refund_id
    completed = part.state == PartState.COMPLETED
    told = {"refund": refund_id, "now": clock.now(), "into_payable": completed}
    undone: Any = session.execute(UNDO, told).one_or_none()
    if undone is None:
        return
    lines = rows(
        select(RefundLine.line_id, RefundLine.qty, RefundLine.goods_idr, RefundLine.tax_idr).where(
            RefundLine.refund_id == refund_id
        )
    )
    less = [(line.line_id, -line.qty, -(line.goods_idr + line.tax_idr)) for line in lines]
    if len(rows(TAKE_LINES, _moved(part.id, less))) < len(lines):
        message = f"the lines of the refund {refund_id} had less to give back"
        raise RuntimeError(message)
    session.execute(GIVE_BACK, {"part": part.id, "amount": int(undone.amount)}).one()
    if completed:
        order = session.get_one(Order, part.order_id)
        count_again(order, part, refund_id, bought(part)[0], Rupiah(int(undone.shipping_idr)))
    into = f"payable:{part.seller_id}" if completed else None
    if row.borne_as is None:
        taken = [f"refund:{refund_id}:{part.id}:{kind}" for kind in KINDS]
    else:
        taken = [f"{row.borne_as}:{row.borne_of}:{part.id}"]
        payments.reverse(f"{taken[0]}:beyond", kind=UNDONE)
    for entry in taken:
        payments.reverse(entry, kind=UNDONE, into=into)
    for account in FEE_ACCOUNTS:
        payments.reverse(f"{account.replace('_', '')}back:{refund_id}:{part.id}", kind=UNDONE)


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
