"""Invoices: what is frozen on them, whose they are, and which are missing."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Text, func, select

from marketplace.documents import queries as documents
from marketplace.documents.slots import Paper
from marketplace.kernel import clock
from marketplace.kernel.access import Actor
from marketplace.kernel.db import rows
from marketplace.kernel.models import Delivery as Sent
from marketplace.kernel.models import StoredEvent
from marketplace.kernel.money import Rupiah
from marketplace.orders.events import OrderPaid
from marketplace.orders.models import Delivery, Line, Order, OrderState, Suborder
from marketplace.orders.policies import OVERSEE, OWN, PREPARE
from marketplace.orders.queries.explaining import law, percent
from marketplace.orders.queries.orders import ownership, shown_code
from marketplace.orders.queries.quoting import VAT
from marketplace.rules import queries as rules
from marketplace.rules.queries import Book
from marketplace.sellers.queries import SellerCard

INVOICE, CREDIT_NOTE, REVERSAL = "invoice", "credit_note", "credit_note_reversal"
VAT_BASE = "vat_base"
PAID = OrderPaid.name()
AT_ONCE = 1_000
Data = dict[str, Any]
Rows = Sequence[Row[Any]]

_PART = select(
    Order.id.label("order_id"),
    Order.code,
    Order.language,
    Order.recipient,
    Order.address,
    Order.kelurahan,
    Order.kecamatan,
    Order.kota,
    Order.placed_at,
    Order.paid_at,
    Order.gateway,
    Suborder.id.label("part_id"),
    Suborder.number,
    Suborder.seller_id,
    Suborder.delivery,
    Suborder.delivery_label,
    Suborder.goods_idr,
    Suborder.discount_idr,
    Suborder.shipping_idr,
    Suborder.tax_idr,
    Suborder.included_tax_idr,
    Suborder.total_idr,
).join(Order, Order.id == Suborder.order_id)
_LINES = select(
    Line.suborder_id,
    Line.number,
    Line.name,
    Line.variant,
    Line.sku,
    Line.unit,
    Line.qty,
    Line.unit_price_idr,
    Line.discount_idr,
    Line.tax_idr,
    Line.included_tax_idr,
    Line.tax_code,
    Line.tax_num,
    Line.tax_den,
    Line.tax_basis,
)


def paid_parts(*, order_id: UUID | None = None, part_id: UUID | None = None) -> Rows:
    """Return the parts of an order, or one part, for their invoices; none of what is not paid.

    By seller: the rows of their series are waited for in this order, whoever comes.
    """
    which = Suborder.id == part_id if order_id is None else Order.id == order_id
    return rows(_PART.where(which, Order.paid_at.is_not(None)).order_by(Suborder.seller_id, Suborder.id))


def lines_of(part_ids: Collection[UUID]) -> Mapping[UUID, Rows]:
    """Return the lines of parts, by their number."""
    found: dict[UUID, list[Row[Any]]] = {}
    for row in rows(_LINES.where(Line.suborder_id.in_(part_ids)).order_by(Line.suborder_id, Line.number)):
        found.setdefault(row.suborder_id, []).append(row)
    return found


def invoice_data(
    part: Row[Any], lines: Iterable[Row[Any]], shop: SellerCard, *, npwp: str, book: Book, platform: str, paid_with: str
) -> Data:
    """Return what an invoice freezes: parties, lines, sums and taxes, in plain JSON types and whole rupiah.

    ``book`` are the rules of the day on which it was placed, ``npwp`` the shop's tax number or nothing. The address of a part
    that its buyer fetches is not told to its seller, nor printed for them.
    """
    frozen = [_line(line) for line in lines]
    fetched = Delivery(part.delivery).fetched
    return {
        "language": part.language,
        "platform": platform,
        "order": {
            "id": str(part.order_id),
            "part_id": str(part.part_id),
            "code": f"{shown_code(part.code)}-{part.number}",
            "placed_on": _day(part.placed_at),
            "paid_on": _day(part.paid_at),
            "paid_with": paid_with,
        },
        "seller": {
            "id": str(part.seller_id),
            "code": shop.code,
            "place": [f"Kelurahan {shop.kelurahan}, Kecamatan {shop.kecamatan}", shop.kota],
            "npwp": npwp,
            "vat_registered": shop.vat_registered or any(line["tax_code"] == VAT for line in frozen),
        },
        "buyer": {
            "name": part.recipient,
            "address": [] if fetched or not part.address else [part.address, f"{part.kelurahan}, {part.kecamatan}", part.kota],
        },
        "delivery": {"kind": part.delivery, "label": part.delivery_label},
        "lines": frozen,
        "goods_idr": part.goods_idr.amount,
        "discount_idr": part.discount_idr.amount,
        "shipping_idr": part.shipping_idr.amount,
        "tax_idr": part.tax_idr.amount,
        "included_tax_idr": part.included_tax_idr.amount,
        "taxes": taxes(frozen, book),
        # Field of the invoice that PMK 37/2025 makes a paper of tax; nothing is taken by a marketplace not designated.
        "income_tax_idr": 0,
    }  # fmt: skip


def taxes(lines: Iterable[Mapping[str, Any]], book: Book) -> list[Data]:
    """Return the taxes of frozen lines with rate, law, base and amount, each once; ``inside`` ones are in the prices."""
    under: dict[tuple[str, int, int, str], list[Mapping[str, Any]]] = {}
    for line in lines:
        if line["tax_code"]:
            rate = line["tax_rate"]
            under.setdefault((line["tax_code"], rate[0], rate[1], line["tax_law"]), []).append(line)
    found: list[Data] = []
    for (code, numerator, denominator, said), taxed in under.items():
        contained, on_top = (sum(line[key] for line in taxed) for key in ("included_tax_idr", "tax_idr"))
        if contained or on_top:
            base = sum(line["net_idr"] for line in taxed) - contained
            told = {"code": code, "rate": percent(numerator, denominator), "law": said, "inside": not on_top}
            found.append({**told, "base_idr": base, "amount_idr": contained + on_top})
            if code == VAT:
                found[-1] |= _other_base(base, Fraction(numerator, denominator), book)
    return found


def _other_base(base: int, rate: Fraction, book: Book) -> Data:
    """Return the base that the law calls *DPP nilai lain*, and the rate that it takes of it (PMK 131/2024)."""
    rule = book.get(VAT_BASE)
    if rule is None:
        return {}
    full = rate / Fraction(rule.numerator, rule.denominator)
    return {
        "other_base_idr": rules.on_top(Rupiah(base), rule).amount,
        "other_base_share": rule.rate,
        "other_base_rate": percent(full.numerator, full.denominator),
    }


def _line(line: Row[Any]) -> Data:
    taxed = line.tax_num is not None and bool(line.tax_den)
    return {
        "number": line.number,
        "name": line.name,
        "variant": line.variant,
        "sku": line.sku,
        "unit": line.unit,
        "qty": line.qty,
        "unit_idr": line.unit_price_idr.amount,
        "discount_idr": line.discount_idr.amount,
        "net_idr": (line.unit_price_idr * line.qty - line.discount_idr).amount,
        "tax_idr": line.tax_idr.amount,
        "included_tax_idr": line.included_tax_idr.amount,
        "tax_code": line.tax_code if taxed else "",
        "tax_rate": [line.tax_num, line.tax_den] if taxed else [],
        "tax_law": law(line.tax_basis),
    }


def _day(moment: Any) -> str:  # noqa: ANN401 - a column's value
    return str(moment.astimezone(clock.JAKARTA).date().isoformat())


def papers_of(part_ids: Iterable[UUID]) -> dict[UUID, tuple[Paper, ...]]:
    """Return the invoices of parts, each with the credit notes that correct it, in one statement."""
    wanted = {str(part_id): part_id for part_id in part_ids}
    found = documents.papers_with_corrections(wanted)
    return {wanted[subject]: papers for subject, papers in found.items()}


def may_have(actor: Actor, paper: Paper, token: str) -> bool:
    """Tell whether an actor may have a paper: the order's buyer, who shows its token, who runs the shop, an officer."""
    return prepares(actor, paper) or OVERSEE.allows(actor, None) or owns(actor, paper, token)


def owns(actor: Actor, paper: Paper, token: str) -> bool:
    """Tell whether the actor is the buyer on a paper, or shows the order's token."""
    wanted = select(Order.id, Order.person_id, Order.guest_key).where(Order.id == UUID(paper.data["order"]["id"]))
    return any(OWN.allows(actor, ownership(order, token)) for order in rows(wanted))


def prepares(actor: Actor, paper: Paper) -> bool:
    """Tell whether the actor runs the shop that issued a paper."""
    return PREPARE.allows(actor, UUID(paper.data["seller"]["id"]))


def invoiced_to(person_id: UUID) -> Iterator[str]:
    """Yield what the invoices of a person's orders are about."""
    mine = select(Suborder.id).join(Order, Order.id == Suborder.order_id).where(Order.person_id == person_id)
    yield from (str(row.id) for row in rows(mine))


def missing_invoices() -> Iterator[tuple[UUID, UUID]]:
    """Yield order and part of every paid part that has no invoice, and of which nobody is about to hear that it is paid."""
    # Read once and looked up for each order; asked of each order anew, it may read all that was ever told.
    waits = (Sent.event_id == StoredEvent.id, Sent.state == "waiting", StoredEvent.name == PAID)
    to_be_told = select(func.coalesce(StoredEvent.payload["order_id"].astext, "")).where(*waits)
    paid = (Order.state == OrderState.PAID, Order.paid_at.is_not(None), Order.id.cast(Text).not_in(to_be_told))
    wanted = select(Suborder.id, Suborder.order_id).join(Order, Order.id == Suborder.order_id).where(*paid)
    ordered = wanted.order_by(Suborder.id).limit(AT_ONCE)
    found = rows(ordered)
    while found:
        issued = documents.issued_about(INVOICE, [str(row.id) for row in found])
        yield from ((row.order_id, row.id) for row in found if str(row.id) not in issued)
        found = rows(ordered.where(Suborder.id > found[-1].id))


def broken_papers() -> Iterator[str]:
    """Yield a sentence for each paid part without its invoice (R26.1); the papers themselves are documents' to check."""
    for _order, part_id in missing_invoices():
        yield f"orders: the paid part {part_id} has no invoice; jkp orders papers issues it"
