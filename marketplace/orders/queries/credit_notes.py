"""Credit notes: what went back of a part, by line, from the invoice that was issued for it and nothing else."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Row, exists, or_, select

from marketplace.documents import queries as documents
from marketplace.documents.slots import Paper
from marketplace.kernel import clock
from marketplace.kernel.db import rows, session
from marketplace.kernel.models import Delivery as Sent
from marketplace.kernel.models import StoredEvent
from marketplace.kernel.money import ZERO
from marketplace.orders.events import PartBorne
from marketplace.orders.models import Line, Order, PartRefund, RefundLine, Suborder
from marketplace.orders.queries.papers import AT_ONCE, CREDIT_NOTE, REVERSAL, Data, Rows, taxes
from marketplace.payments import queries as payments
from marketplace.payments.events import RefundSucceeded
from marketplace.rules.queries import Book

SUCCEEDED = "succeeded"
NEWS = (RefundSucceeded.name(), PartBorne.name())
"""What brings a credit note."""
COPIED = ("name", "variant", "sku", "unit", "tax_code", "tax_rate", "tax_law")
KEPT = ("language", "platform", "order", "seller", "buyer", "delivery", "income_tax_idr")


def locked_refund(refund_id: UUID) -> Row[Any] | None:
    """Return what a refund took of a part, None for one of no part; who asks next waits, so that a note is issued or is not."""
    wanted = select(
        PartRefund.suborder_id,
        PartRefund.goods_idr,
        PartRefund.shipping_idr,
        PartRefund.tax_idr,
        PartRefund.borne_as,
        PartRefund.undone_at,
    ).where(PartRefund.refund_id == refund_id)
    found = rows(wanted.with_for_update())
    return found[0] if found else None


CAUSES = {"disputelost": "disputed", "assign": "at_provider"}
"""Why a credit note is issued for what a shop bears, by how the entries of it begin."""


def cause_of(refund_id: UUID, back: Row[Any]) -> str | None:
    """Return why money of a part went back; None while it is not back, not back any more, or none of it was the part's."""
    if back.borne_as is None:
        refund = payments.refund(refund_id)
        return refund.cause if refund.state == SUCCEEDED else None
    here = back.goods_idr + back.shipping_idr + back.tax_idr
    return CAUSES[back.borne_as] if here and back.undone_at is None else None


def rows_of(refund_id: UUID) -> list[UUID]:
    """Return what papers are about that belong to a refund: itself, or what each shop bears of one that was found."""
    wanted = select(PartRefund.refund_id).where(
        or_(PartRefund.refund_id == refund_id, PartRefund.borne_of == refund_id)
    )
    return [row.refund_id for row in rows(wanted.order_by(PartRefund.refund_id))]


def refund_lines(refund_id: UUID) -> Rows:
    """Return what went back of each line of a part with a refund."""
    wanted = select(Line.number, RefundLine.qty, RefundLine.goods_idr, RefundLine.tax_idr)
    joined = wanted.join(Line, Line.id == RefundLine.line_id).where(RefundLine.refund_id == refund_id)
    return rows(joined.order_by(Line.number))


def standing_notes(invoice: Paper) -> tuple[Paper, ...]:
    """Return the credit notes of an invoice that were not taken back, oldest first."""
    found = documents.papers_with_corrections([invoice.subject]).get(invoice.subject, ())
    undone = {paper.corrects for paper in found if paper.kind == REVERSAL}
    return tuple(paper for paper in found if paper.kind == CREDIT_NOTE and paper.id not in undone)


def credit_data(
    invoice: Paper, refund: Row[Any], lines: Iterable[Row[Any]], *, earlier: Iterable[Paper], cause: str, book: Book
) -> Data:
    """Return what a credit note freezes: the invoice's parties and lines with what went back of each, and its taxes.

    Of a tax inside the prices goes back what belongs to the goods, in whole rupiah that add up however often some go back.
    """
    bought = {line["number"]: line for line in invoice.data["lines"]}
    before: dict[int, int] = {}
    for note in earlier:
        for line in note.data["lines"]:
            before[line["number"]] = before.get(line["number"], 0) + line["net_idr"]
    back = [_line(bought[line.number], line, before.get(line.number, 0)) for line in lines]
    return {
        **{key: invoice.data[key] for key in KEPT},
        "invoice": {"number": invoice.shown, "day": documents.day(invoice).isoformat()},
        "paid_back_on": clock.today().isoformat(),
        "cause": cause,
        "lines": back,
        "goods_idr": refund.goods_idr.amount,
        "shipping_idr": refund.shipping_idr.amount,
        "tax_idr": refund.tax_idr.amount,
        "included_tax_idr": sum(line["included_tax_idr"] for line in back),
        "taxes": taxes(back, book),
    }


def _line(bought: Mapping[str, Any], back: Row[Any], before: int) -> Data:
    goods, whole, inside = back.goods_idr.amount, bought["net_idr"], bought["included_tax_idr"]
    share = inside * (before + goods) // whole - inside * before // whole if whole else 0
    return {
        "number": back.number,
        **{key: bought[key] for key in COPIED},
        "qty": back.qty,
        "net_idr": goods,
        "tax_idr": back.tax_idr.amount,
        "included_tax_idr": share,
    }


def missing_notes() -> Iterator[UUID]:
    """Yield every refund of a part that succeeded, has no credit note, and of which nobody is about to hear."""
    something = or_(PartRefund.goods_idr > ZERO, PartRefund.shipping_idr > ZERO, PartRefund.tax_idr > ZERO)
    ordered = select(PartRefund.refund_id, PartRefund.borne_as).where(PartRefund.undone_at.is_(None), something)
    ordered = ordered.order_by(PartRefund.refund_id)
    found = rows(ordered.limit(AT_ONCE))
    while found:
        issued = documents.issued_about(CREDIT_NOTE, [str(row.refund_id) for row in found])
        for row in found:
            if str(row.refund_id) not in issued and _should_have_one(row.refund_id, row.borne_as):
                yield row.refund_id
        found = rows(ordered.where(PartRefund.refund_id > found[-1].refund_id).limit(AT_ONCE))


def _should_have_one(refund_id: UUID, borne_as: str | None) -> bool:
    told = StoredEvent.payload["refund_id"].astext == str(refund_id)
    waiting = exists().where(Sent.event_id == StoredEvent.id, Sent.state == "waiting", told)
    heard = not session.scalar(select(waiting.where(StoredEvent.name.in_(NEWS))))
    return heard and (borne_as is not None or payments.refund(refund_id).state == SUCCEEDED)


def broken_notes() -> Iterator[str]:
    """Yield a sentence for each refund of a part that succeeded and has no credit note (R26.1)."""
    for refund_id in missing_notes():
        yield f"orders: the refund {refund_id} has no credit note; jkp orders papers issues it"


def credited_to(person_id: UUID) -> Iterator[str]:
    """Yield what the credit notes of a person's orders are about."""
    mine = (
        select(PartRefund.refund_id)
        .join(Suborder, Suborder.id == PartRefund.suborder_id)
        .join(Order, Order.id == Suborder.order_id)
        .where(Order.person_id == person_id)
    )
    yield from (str(row.refund_id) for row in rows(mine))
