"""Who bears what went back without us: a shop's share of it counts as money of its part that went back, with its fee.

A dispute that was lost and a refund that was made at its provider's desk took money which nobody had given for it. What a shop
bears of it is taken from where the money of its part lies, counts in part and lines like any refund, gives back the fee that
belongs to those goods, and brings a credit note.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import exists, insert, select, text

from marketplace.kernel.access import Actor
from marketplace.kernel.db import session, transactional
from marketplace.kernel.errors import Conflict, Invalid
from marketplace.kernel.ids import uuid7
from marketplace.kernel.money import ZERO, Rupiah
from marketplace.kernel.outbox import emit
from marketplace.kernel.words import _
from marketplace.orders.events import PartBorne
from marketplace.orders.models import Order, OrderState, PartRefund, PartState, Suborder
from marketplace.orders.queries.bearing import borne_entries, part_share
from marketplace.orders.services.beginning import LOCK
from marketplace.orders.services.recording import count_back
from marketplace.orders.services.refunding import bought, count, fee_postings, fees_back, keep_lines
from marketplace.payments import queries as payments_queries
from marketplace.payments import services as payments
from marketplace.payments.services import DISPUTE, FOUND, Burden

LOSS, EVERYBODY = "loss", "all"
"""Who may bear it beside a single part's shop: the programme, or all shops of the order by what each part cost."""
# Never more than was paid for the part, in whatever state: the buyer has the money already.
TAKE_BORNE = text("""
UPDATE orders_suborders SET refunded_idr = refunded_idr + :amount
WHERE id = :part AND refunded_idr + :amount <= total_idr RETURNING id
""")


@transactional
def bear_dispute(dispute: payments_queries.Waiting, who: str, why: str, *, by: Actor) -> None:
    """Say who bears a dispute that was lost: ``loss``, ``all`` or a part's id.

    Raises Invalid under ``who`` for a part that is not of this order, Conflict ``state`` when somebody bears it already, and as
    ``payments.bear_dispute``.
    """
    payments.bear_dispute(dispute.id, _burdens(DISPUTE, dispute, who), why, by=by)


@transactional
def bear_refund(refund: payments_queries.Waiting, who: str, why: str, *, by: Actor) -> None:
    """Say who bears a refund that was found at its provider; raises as ``bear_dispute`` does, and ``payments.bear_refund``."""
    payments.bear_refund(refund.id, _burdens(FOUND, refund, who), why, by=by)


def _burdens(begins: str, waiting: payments_queries.Waiting, who: str) -> Sequence[Burden]:
    if who == LOSS:
        return [Burden(amount=waiting.amount)]
    order, parts = _locked(waiting.reference)
    chosen = [part for part in parts if who in (EVERYBODY, str(part.id))]
    if order is None or not chosen:
        raise Invalid({"who": _("Choose who bears it.")})
    if session.scalar(select(exists().where(PartRefund.borne_of == waiting.id))):
        raise Conflict("state", _("This waits for nobody any more."), state="borne")
    split = waiting.amount.split([part.total_idr.amount for part in chosen])
    paid = payments_queries.charge(waiting.charge_id)
    given = order.state == OrderState.PAID and paid.state == "settled"
    return [
        burden
        for part, amount in zip(chosen, split, strict=True)
        if amount
        for burden in _borne_by(order, part, begins, waiting.id, amount, given=given)
    ]


def _locked(reference: str) -> tuple[Order | None, Sequence[Suborder]]:
    """Return an order and its parts, locked in that order (R2.3); None for a reference that is no order's."""
    try:
        order = session.execute(LOCK, {"order": UUID(reference)}).scalar_one_or_none()
    except ValueError:
        order = None
    if order is None:
        return None, ()
    parts = select(Suborder).where(Suborder.order_id == order.id).order_by(Suborder.number).with_for_update()
    return order, list(session.scalars(parts.execution_options(populate_existing=True)))


def _borne_by(order: Order, part: Suborder, begins: str, of: UUID, amount: Rupiah, *, given: bool) -> Sequence[Burden]:
    """Note what a locked part's shop bears; where its money was not ``given`` to it, all of it is beyond the part."""
    lines, shipping = bought(part)
    left = min(amount, part.total_idr - part.refunded_idr) if given else ZERO
    of_lines, of_shipping = part_share(lines, shipping, left) if left else ((), ZERO)
    goods, tax = Rupiah.total([one.goods for one in of_lines]), Rupiah.total([one.tax for one in of_lines])
    within = goods + tax + of_shipping
    row_id, after, own = uuid7(), part.state == PartState.COMPLETED, f"payable:{part.seller_id}"
    if within:
        count(part, of_lines, within, TAKE_BORNE)
    fees = fees_back(part, goods) if after else {}
    values = {
        "goods_idr": goods,
        "shipping_idr": of_shipping,
        "tax_idr": tax,
        "from_payable": after or not within,
        **fees,
    }
    borne = {"borne_of": of, "borne_as": begins, "beyond_idr": amount - within}
    session.execute(insert(PartRefund).values(refund_id=row_id, suborder_id=part.id, **values, **borne))
    if after and within:
        count_back(part, row_id, of_lines, lines, of_shipping)
    keep_lines(row_id, of_lines)
    payments.post(*fee_postings(order, part, row_id, fees))
    emit(PartBorne(suborder_id=str(part.id), refund_id=str(row_id), amount_idr=amount.amount))
    source = own if after else f"held:{part.id}"
    entries = borne_entries(begins, of, part.id, source=source, own=own, within=within, beyond=amount - within)
    return [
        Burden(
            amount=one.amount, account=one.debit, of=entry.removeprefix(f"{begins}:{of}:"),
            label=f"{order.code}-{part.number}",
        )
        for entry, one in entries.items()
        if one.amount
    ]  # fmt: skip
