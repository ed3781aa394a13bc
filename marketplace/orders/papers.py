"""How the papers of orders look, in the language of their order, and who may have them: layouts for documents."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from marketplace.documents.slots import Layout, Paper, Sheet
from marketplace.kernel.words import Words, _
from marketplace.orders.models import Delivery
from marketplace.orders.queries import credit_notes, papers
from marketplace.orders.queries.explaining import NAMES
from marketplace.orders.queries.quoting import PBJT, VAT
from marketplace.orders.services import note_paper_view
from marketplace.sellers.queries import npwp_shown
from marketplace.web.formats import date_short, number, rupiah_paper, unit

Data = Mapping[str, Any]
Pairs = list[tuple[str, str]]
WAYS = {
    Delivery.PICKUP: _("Picked up at the shop"),
    Delivery.SELLER: _("Seller delivers"),
}
CAUSES = {
    "cancelled_by_buyer": _("Cancelled by the buyer"),
    "cancelled_by_shop": _("Cancelled by the shop"),
    "no_answer": _("The shop did not answer in time"),
    "claim": _("A complaint was settled"),
    "disputed": _("The buyer's bank took the money back"),
    "at_provider": _("Paid back at the payment provider"),
}
"""Why money went back, where it has words that belong on a paper."""


def invoice_sheet(paper: Paper) -> Sheet:
    """Return what stands on an invoice: parties, lines, sums, the tax that the prices contain, and what law asks to be said."""
    data = paper.data
    discounted = bool(data["discount_idr"])
    columns = [_("Goods"), _("Quantity"), _("Price"), *([_("Discount")] if discounted else []), _("Line total")]
    rows = [
        [
            goods(line),
            quantity(line),
            rupiah_paper(line["unit_idr"]),
            *([rupiah_paper(-line["discount_idr"])] if discounted else []),
            rupiah_paper(line["net_idr"]),
        ]
        for line in data["lines"]
    ]
    order = data["order"]
    paid = _("Paid on %(day)s by %(way)s", day=day(order["paid_on"]), way=order["paid_with"])
    about = (order["code"], str(_("Ordered on %(day)s", day=day(order["placed_on"]))), str(paid), way(data))
    return Sheet(
        head=head(data),
        parties=(buyer(data), (str(_("Order")), about)),
        columns=[str(one) for one in columns],
        rows=rows,
        right=tuple(range(1, len(columns))),
        sums=sums(data, _("Total paid")),
        contained=contained(data),
        notes=[str(one) for one in notes(data)],
    )


def credit_sheet(paper: Paper) -> Sheet:
    """Return what stands on a credit note, or on what takes one back: what went back of lines, delivery and taxes."""
    data = paper.data
    columns = (_("Goods"), _("Quantity"), _("Line total"))
    of_invoice = _("Invoice %(number)s of %(day)s", number=data["invoice"]["number"], day=day(data["invoice"]["day"]))
    back = _("Paid back on %(day)s", day=day(data["paid_back_on"]))
    about = [data["order"]["code"], str(of_invoice), str(back)]
    if data["cause"] in CAUSES:
        about.append(str(CAUSES[data["cause"]]))
    rows = [
        (goods(line), quantity(line) if line["qty"] else "", rupiah_paper(line["net_idr"])) for line in data["lines"]
    ]
    said = [*notes(data)]
    if paper.kind == papers.REVERSAL:
        said.insert(0, _("The bank sent the money back, so the credit note does not hold any more."))
    return Sheet(
        head=head(data),
        parties=(buyer(data), (str(_("Order")), about)),
        columns=[str(one) for one in columns],
        rows=rows,
        right=(1, 2),
        sums=sums(data, _("Total paid back")),
        contained=contained(data),
        notes=[str(one) for one in said],
    )


def head(data: Data) -> Sequence[str]:
    """Return the lines under the name of the shop: where it is, its account here, its tax number, and whether it is PKP."""
    seller = data["seller"]
    account = _("Shop %(code)s on %(platform)s", code=seller["code"], platform=data["platform"])
    status = _("Registered for VAT (PKP)") if seller["vat_registered"] else _("Not registered for VAT (non-PKP)")
    # Papers of before name no tax number; no law asks for one on them (PMK 37/2025).
    npwp = seller.get("npwp")
    return (*seller["place"], str(account), *([f"NPWP {npwp_shown(npwp)}"] if npwp else []), str(status))


def buyer(data: Data) -> tuple[str, Sequence[str]]:
    """Return the party to whom a paper is made out."""
    return str(_("Buyer")), (data["buyer"]["name"], *data["buyer"]["address"])


def goods(line: Data) -> str:
    """Return the name of a line's goods with variant and stock number."""
    named = f"{line['name']}, {line['variant']}" if line["variant"] else line["name"]
    return f"{named} ({line['sku']})" if line["sku"] else str(named)


def quantity(line: Data) -> str:
    """Return how many a line is about, in its unit."""
    return f"{number(line['qty'])} {unit(line['unit'], line['qty'])}"


def way(data: Data) -> str:
    """Return how the goods come."""
    told = data["delivery"]
    return str(told["label"] or WAYS.get(Delivery(told["kind"]), ""))


def sums(data: Data, total: Words) -> Pairs:
    """Return what adds up to a paper's total: goods, discount, delivery, each tax on top."""
    found: Pairs = [(str(_("Goods")), rupiah_paper(data["goods_idr"]))]
    if data.get("discount_idr"):
        found.append((str(_("Discount")), rupiah_paper(-data["discount_idr"])))
    if data["shipping_idr"]:
        found.append((str(_("Delivery")), rupiah_paper(data["shipping_idr"])))
    found += [
        (f"{NAMES.get(tax['code'], tax['code'])} {tax['rate']} ({tax['law']})", rupiah_paper(tax["amount_idr"]))
        for tax in data["taxes"]
        if not tax["inside"]
    ]
    return [*found, (str(total), rupiah_paper(data["total_idr"]))]


def contained(data: Data) -> Pairs:
    """Return the PPN that the prices contain with both bases that the law names (PMK 131/2024)."""
    found: Pairs = []
    for tax in data["taxes"]:
        if not tax["inside"]:
            continue
        found.append((str(_("Tax base (DPP): goods without PPN")), rupiah_paper(tax["base_idr"])))
        other = tax.get("other_base_idr")
        if other is not None:
            share = _("DPP nilai lain (%(share)s of it)", share=tax["other_base_share"])
            found.append((str(share), rupiah_paper(other)))
        named = f"{NAMES.get(tax['code'], tax['code'])} {tax['rate']}"
        if other is not None:
            named = str(_("%(tax)s (%(rate)s of DPP nilai lain)", tax=named, rate=tax["other_base_rate"]))
        found.append((str(_("Contains %(tax)s", tax=named)), rupiah_paper(tax["amount_idr"])))
    return found


def notes(data: Data) -> list[Words]:
    """Return what must be said in words: of PPN and PBJT by what the seller is, and that no income tax was taken."""
    codes = {tax["code"] for tax in data["taxes"]}
    said: list[Words] = []
    if not data["seller"]["vat_registered"]:
        said.append(_("The seller is not registered for VAT (non-PKP): the prices contain no PPN."))
    elif VAT in codes:
        said.append(_("This paper is not a tax invoice (Faktur Pajak); a PKP issues that through Coretax."))
    else:
        said.append(_("None of these goods is under PPN."))
    if PBJT in codes:
        said.append(_("The seller pays the city tax on meals (PBJT) to Jakarta."))
    if "invoice" in data:
        return said
    taken = rupiah_paper(data["income_tax_idr"])
    said.append(_("Income tax (PPh 22) taken by %(platform)s: %(amount)s.", platform=data["platform"], amount=taken))
    return said


def day(told: str) -> str:
    """Return a frozen day as people read it."""
    return date_short(date.fromisoformat(told))


def language(paper: Paper) -> str:
    """Return the language in which the order was placed."""
    return str(paper.data["language"])


def _check_lines(paper: Paper) -> Sequence[tuple[Words, str]]:
    inside = sum(tax["amount_idr"] for tax in paper.data["taxes"] if tax["inside"])
    told: list[tuple[Words, str]] = [(_("Order"), str(paper.data["order"]["code"]))]
    if inside:
        told.append((_("PPN in it"), rupiah_paper(inside)))
    return told


INVOICE = Layout(
    kind=papers.INVOICE,
    prefix="INV",
    title=_("Invoice"),
    sheet=invoice_sheet,
    may=papers.may_have,
    seen=note_paper_view,
    check_lines=_check_lines,
    of_person=papers.invoiced_to,
    language=language,
)
CREDIT_NOTE = replace(
    INVOICE,
    kind=papers.CREDIT_NOTE,
    prefix="NK",
    title=_("Credit note"),
    sheet=credit_sheet,
    of_person=credit_notes.credited_to,
)
REVERSAL = replace(CREDIT_NOTE, kind=papers.REVERSAL, prefix="NB", title=_("Credit note taken back"))
LAYOUTS = (INVOICE, CREDIT_NOTE, REVERSAL)
