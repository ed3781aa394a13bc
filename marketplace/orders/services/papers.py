"""Issues the papers of orders: an invoice for each paid part. Each is issued once, however often it is asked for."""

from uuid import UUID

from marketplace.documents import services as documents
from marketplace.documents.services import Draft
from marketplace.documents.slots import Paper
from marketplace.kernel.access import SYSTEM, Actor
from marketplace.kernel.audit import audit
from marketplace.kernel.clock import JAKARTA
from marketplace.kernel.db import transactional
from marketplace.kernel.plugin import current
from marketplace.kernel.words import speaking
from marketplace.orders import queries
from marketplace.orders.queries import papers
from marketplace.payments import queries as payments
from marketplace.rules import queries as rules
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
    shops = sellers.sellers({part.seller_id for part in parts})
    for part in parts:
        shop = shops[part.seller_id]
        gateway = payments.known(part.gateway)
        with speaking(part.language):
            paid_with = str(gateway.label) if gateway else part.gateway
        data = papers.invoice_data(
            part,
            lines[part.part_id],
            shop,
            book=rules.rules(part.placed_at.astimezone(JAKARTA).date()),
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
def note_paper_view(paper: Paper, *, by: Actor) -> None:
    """Write down that somebody of the shop has a paper with the name and address of its buyer (R22.1, R23.1)."""
    if papers.prepares(by, paper):
        stream = f"orders:{paper.data['seller']['id']}"
        audit(stream, queries.VIEW, paper.data["order"]["part_id"], by=by, after={"paper": paper.shown})


def issue_missing() -> int:
    """Issue the papers that paid orders should have and have not, an order at a time; return how many orders had none."""
    orders = list(dict.fromkeys(order_id for order_id, _part in papers.missing_invoices()))
    for order_id in orders:
        invoice_order(order_id)
    return len(orders)
