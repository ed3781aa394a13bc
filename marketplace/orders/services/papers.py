"""Issues the papers of orders: an invoice for each paid part, a credit note for what goes back of it, and what takes that back.

Each is issued once, however often it is asked for.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from marketplace.documents import queries as documents_queries
from marketplace.documents import services as documents
from marketplace.documents.services import Draft
from marketplace.documents.slots import Paper
from marketplace.kernel.access import SYSTEM, Actor
from marketplace.kernel.audit import audit
from marketplace.kernel.clock import JAKARTA
from marketplace.kernel.db import transactional
from marketplace.kernel.money import Rupiah
from marketplace.kernel.plugin import current
from marketplace.kernel.words import speaking
from marketplace.orders import queries
from marketplace.orders.policies import OVERSEE
from marketplace.orders.queries import credit_notes, papers
from marketplace.payments import queries as payments
from marketplace.rules import queries as rules
from marketplace.rules.queries import Book
from marketplace.sellers import queries as sellers


@transactional
def invoice_order(order_id: UUID) -> None:
    """Issue the invoices of a paid order, one for each seller's part."""
    _invoice(papers.paid_parts(order_id=order_id))


@transactional
def invoice_part(part_id: UUID) -> None:
    """Issue the invoice of one part, for whoever takes its money alone: a seller at the door."""
    _invoice(papers.paid_parts(part_id=part_id))


def _invoice(parts: papers.Rows) -> None:
    lines = papers.lines_of([part.part_id for part in parts])
    ids = {part.seller_id for part in parts}
    shops, npwps = sellers.sellers(ids), sellers.npwps(ids)
    for part in parts:
        shop = shops[part.seller_id]
        gateway = payments.known(part.gateway)
        with speaking(part.language):
            paid_with = str(gateway.label) if gateway else part.gateway
        data = papers.invoice_data(
            part,
            lines[part.part_id],
            shop,
            npwp=npwps.get(part.seller_id, ""),
            book=_book(part),
            platform=current().setting("SITE_NAME"),
            paid_with=paid_with,
        )
        draft = Draft(
            kind=papers.INVOICE,
            owner=f"seller:{part.seller_id}",
            code=shop.code,
            subject=str(part.part_id),
            issuer=shop.name,
            total=part.total_idr,
            data=data,
        )
        documents.issue(draft, by=SYSTEM)


@transactional
def credit_refund(refund_id: UUID) -> None:
    """Issue the credit note of a refund that succeeded, or of what a shop bears; nothing for one that is of no part.

    It names the invoice. A refund whose failure was heard meanwhile gets none.
    """
    back = credit_notes.locked_refund(refund_id)
    cause = credit_notes.cause_of(refund_id, back) if back else None
    if back is None or cause is None:
        return
    _invoice(parts := papers.paid_parts(part_id=back.suborder_id))
    (part,) = parts
    invoice = _issued(papers.INVOICE, str(part.part_id))
    data = credit_notes.credit_data(
        invoice,
        back,
        credit_notes.refund_lines(refund_id),
        earlier=credit_notes.standing_notes(invoice),
        cause=cause,
        book=_book(part),
    )
    _correct(invoice, papers.CREDIT_NOTE, str(refund_id), back.goods_idr + back.shipping_idr + back.tax_idr, data)


@transactional
def take_credit_back(refund_id: UUID) -> None:
    """Issue what takes a credit note back whose refund failed after all: the bank sent the money back."""
    for row_id in credit_notes.rows_of(refund_id):
        credit_notes.locked_refund(row_id)
        for note in documents_queries.papers([str(row_id)]).get(str(row_id), ()):
            if note.kind == papers.CREDIT_NOTE:
                _correct(note, papers.REVERSAL, str(row_id), note.total, note.data)


def _correct(paper: Paper, kind: str, subject: str, total: Rupiah, data: Mapping[str, Any]) -> None:
    told = {key: value for key, value in data.items() if key not in ("issuer", "total_idr")}
    documents.issue(
        Draft(
            kind=kind,
            owner=paper.owner,
            code=paper.data["seller"]["code"],
            subject=subject,
            issuer=paper.issuer,
            total=total,
            data=told,
            corrects=paper.id,
        ),
        by=SYSTEM,
    )


def _issued(kind: str, subject: str) -> Paper:
    return next(one for one in documents_queries.papers([subject])[subject] if one.kind == kind)


def _book(part: Row[Any]) -> Book:
    """Return the rules of the day on which a part was ordered: those that its quote was made by."""
    return rules.rules(part.placed_at.astimezone(JAKARTA).date())


@transactional
def note_paper_view(paper: Paper, *, by: Actor) -> None:
    """Write down that the shop or an officer has a paper with the name and address of its buyer (R22.1, R23.1).

    It stands where their looks at the order itself stand. Who has a paper of their own order is no news.
    """
    order, shown = paper.data["order"], {"paper": paper.shown}
    if papers.prepares(by, paper):
        audit(f"orders:{paper.data['seller']['id']}", queries.VIEW, order["part_id"], by=by, after=shown)
    elif OVERSEE.allows(by, None) and not papers.owns(by, paper, ""):
        audit("orders", queries.VIEW, f"order:{order['id']}", by=by, after=shown)


def issue_missing() -> int:
    """Issue the papers that orders should have and have not, each order on its own; return how many had to be asked for."""
    orders = list(dict.fromkeys(order_id for order_id, _part in papers.missing_invoices()))
    for order_id in orders:
        invoice_order(order_id)
    refunds = list(credit_notes.missing_notes())
    for refund_id in refunds:
        credit_refund(refund_id)
    return len(orders) + len(refunds)
