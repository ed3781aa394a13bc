"""How the papers of an order look, and who may have them: layouts for documents. They are Indonesian, as the law has them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from marketplace.documents.slots import OFFICIAL, Layout, Paper, Sheet
from marketplace.eorder import paper_parts as parts
from marketplace.eorder.queries import in_percent, tax_name
from marketplace.eorder.queries import paper_data as kinds
from marketplace.eorder.services import note_paper_view
from marketplace.kernel.clock import JAKARTA
from marketplace.kernel.words import Words, _
from marketplace.web.formats import number, rupiah_paper, unit

Data = Mapping[str, Any]
DAILY_PENALTY = _("For each day of delay a penalty of 1/1000 of the value of the order is due, up to 5%.")
REPLACED = _("What does not fit is replaced or taken back at the shop's cost.")
FIRST, SECOND = _("First party (buyer)"), _("Second party (shop)")
FOLLOWS: Mapping[str, Words] = {
    "none": _("Everything that was ordered is accepted."),
    "reduce": _("What was not accepted is taken off the order."),
    "return": _("What was not accepted goes back and is taken off the order."),
}
TICKS = (
    (_("It is what was wanted"), "works"),
    (_("It is as many as were ordered"), "complete"),
    (_("It came in time"), "in_time"),
)


def letter_sheet(paper: Paper) -> Sheet:
    """Return a purchase letter: who orders what from whom, for when and where, of which budget, and how it is paid."""
    data = paper.data
    return Sheet(
        **_frame(paper),
        facts=(
            parts.budget_block(data),
            parts.office_block(data, _("Ordering party")),
            parts.shop_block(data, _("Supplier")),
            parts.delivery_block(data),
        ),
        opening=[str(_("The buyer orders from the shop what stands below, and the shop delivers it by these terms."))],
        columns=parts.columns(),
        rows=parts.rows(data["lines"]),
        right=(1, 2, 3),
        sums=parts.sums(data, paper.total.amount),
        contained=parts.contained(data),
        notes=_terms(data),
        signatures=(parts.officer(data, data.get("signed", "")), parts.shop_side(data, "")),
    )


def change_sheet(paper: Paper) -> Sheet:
    """Return an addendum: what changed, why, and what the order comes to."""
    data = paper.data
    change = data["change"]
    was, wanted = change["was"], change["wanted"]
    found = [
        (_("Addendum"), number(change["number"])),
        (_("To letter"), data["letter"]),
        (_("Reason"), change["why"]),
        (_("Value before"), rupiah_paper(was["total_idr"]) if "total_idr" in was else ""),
        (_("Value now"), rupiah_paper(wanted["total_idr"]) if "total_idr" in wanted else ""),
        (_("Day before"), parts.day(was["day"]) if "day" in was else ""),
        (_("Day now"), parts.day(wanted["day"]) if "day" in wanted else ""),
    ]
    letter = letter_sheet(paper)
    (label, of_what), *others = letter.facts
    return replace(
        letter,
        facts=((label, [*parts.pairs(found), *of_what]), *others),
        opening=[str(_("Both sides agreed to this change. From now on the order is as it stands below."))],
        signatures=(parts.officer(data, change["agreed"]), parts.shop_side(data, change["agreed"])),
    )


def negotiation_sheet(paper: Paper) -> Sheet:
    """Return the minutes of a negotiation: every turn with its total, and what was agreed."""
    data = paper.data
    sides = {"office": str(_("The office")), "shop": data["shop"]["name"]}
    names = {one["id"]: one["name"] for one in data["lines"]}
    told = [
        (
            sides[one["side"]],
            parts.moment(one["at"]),
            "; ".join(f"{names[key]} {rupiah_paper(price)}" for key, price in one["prices"].items() if key in names),
            one["note"],
            rupiah_paper(one["total_idr"]),
        )
        for one in data["offers"]
    ]
    last = data["offers"][-1]["at"] if data["offers"] else ""
    return Sheet(
        **_frame(paper),
        facts=(
            parts.budget_block(data),
            parts.office_block(data, FIRST),
            parts.shop_block(data, SECOND),
        ),
        opening=[
            str(_("The parties negotiated prices as follows and agreed to the last offer.")),
        ],
        columns=[str(one) for one in (_("Side"), _("Time"), _("Price of each"), _("Note"), _("Total"))],
        rows=told,
        right=(4,),
        sums=[(str(_("Agreed total")), rupiah_paper(paper.total))],
        signatures=(parts.officer(data, ""), parts.shop_side(data, last)),
    )


def note_sheet(paper: Paper) -> Sheet:
    """Return a delivery note: what travels, without prices, with room for who takes it."""
    data = paper.data
    shipment = data["shipment"]
    sent = shipment["sent"]
    told = [
        (one["name"], one["sku"], f"{number(sent[one['id']])} {unit(one['unit'], sent[one['id']])}", "")
        for one in data["lines"]
        if sent.get(one["id"])
    ]
    found = [
        (_("To letter"), data["letter"]),
        (_("Order"), data["order"]["code"]),
        (_("Sent"), parts.moment(shipment["at"])),
        (_("Note"), shipment["note"]),
    ]
    return Sheet(
        **_frame(paper),
        facts=(("", parts.pairs(found)), parts.shop_block(data, _("Sender")), parts.delivery_block(data)),
        columns=[str(one) for one in (_("Goods or services"), _("Code"), _("Quantity of it"), _("Came"))],
        rows=told,
        right=(2, 3),
        signatures=(
            parts.shop_side(data, shipment["at"]),
            (str(_("Received by")), (), "." * 40, (str(_("name, day and hour")),)),
        ),
    )


def inspection_sheet(paper: Paper) -> Sheet:
    """Return inspection minutes: function, quantity, time, and what was found (Katalog v6, tepat guna)."""
    data = paper.data
    minutes = data["minutes"]
    yes, no = str(_("yes")), str(_("no"))
    ticks = [(words, yes if minutes[name] else no) for words, name in TICKS]
    ticks.append((_("Findings"), minutes["defects"] or "-"))
    begins = _(
        "On %(day)s what the shop delivered by the letter was inspected.", day=parts.day(minutes["inspected_on"])
    )
    found = minutes_sheet(paper)
    return replace(
        found,
        facts=(*found.facts, (str(_("Result")), parts.pairs(ticks))),
        opening=[str(begins)],
        columns=found.columns[:-1],
        rows=[row[:-1] for row in found.rows],
        right=(1, 2, 3),
        sums=(),
        notes=(),
        signatures=(parts.officer(data, minutes["office_signed"]),),
    )


def minutes_sheet(paper: Paper) -> Sheet:
    """Return handover minutes: what of the letter was accepted and refused, its value, and both signatures."""
    data = paper.data
    minutes = data["minutes"]
    names = {one["id"]: one for one in data["lines"]}
    told = [
        (
            names[one["id"]]["name"] if one["id"] in names else "",
            number(one["accepted"] + one["refused"]),
            number(one["accepted"]),
            number(one["refused"]),
            one["why"] or "-",
            rupiah_paper(one["value_idr"]),
        )
        for one in minutes["lines"]
    ]
    numbers = [(_("To letter"), data["letter"]), (_("Number of the office"), minutes["office_number"])]
    follow = (
        str(FOLLOWS[minutes["follow"]])
        if minutes["follow"] != "complete"
        else str(
            _("What is missing or was not accepted is completed by %(day)s.", day=parts.day(minutes["complete_by"]))
        )
    )
    shipping = [(str(_("Delivery")), rupiah_paper(minutes["shipping_idr"]))] if minutes["shipping_idr"] else []
    begins = _(
        "On %(day)s the second party handed over, and the first party accepted, what stands below.",
        day=parts.day(minutes["inspected_on"]),
    )
    label, pairs = parts.budget_block(data)
    return Sheet(
        **_frame(paper),
        facts=(
            (label, [*parts.pairs(numbers), *pairs]),
            parts.office_block(data, FIRST),
            parts.shop_block(data, SECOND),
        ),
        opening=[str(begins)],
        columns=[
            str(one)
            for one in (
                _("Goods or services"),
                _("Inspected"),
                _("Accepted"),
                _("Refused"),
                _("Reason"),
                _("Value with tax") if data["tax_idr"] else _("Value"),
            )
        ],
        rows=told,
        right=(1, 2, 3, 5),
        sums=[*shipping, (str(_("Value accepted")), rupiah_paper(paper.total))],
        notes=[follow, str(_("With these minutes the goods are the office's; payment follows, less taxes."))],
        signatures=(parts.officer(data, minutes["office_signed"]), parts.shop_side(data, minutes["shop_signed"])),
    )


def receipt_sheet(paper: Paper) -> Sheet:
    """Return a receipt (kuitansi): from whom, how much, for what, and what was withheld."""
    data = paper.data
    payment = data["payment"]
    taxes = [
        (
            str(tax_name(one["code"])),
            in_percent(one["rate"]),
            rupiah_paper(one["base_idr"]),
            rupiah_paper(one["kept_idr"]),
        )
        for one in payment["taxes"]
    ]
    found = [
        (_("Received from"), data["unit"]["name"]),
        (_("For the purpose of"), data["order"]["purpose"]),
        (_("By letter"), data["letter"]),
        (_("By handover minutes"), ", ".join(data["minutes_numbers"])),
        (_("Paid on"), parts.day(payment["paid_on"])),
        (_("Way of payment"), payment["way"]),
        (_("Number of the payment"), payment.get("shown") or payment["reference"]),
        (_("SP2D number"), payment["sp2d"]),
    ]
    label, pairs = parts.budget_block(data)
    kept = {str(_("For the purpose of")), str(_("Order"))}
    return Sheet(
        **_frame(paper),
        facts=(
            (label, [*parts.pairs(found), *(pair for pair in pairs if pair[0] not in kept)]),
            parts.shop_block(data, _("Received by the shop")),
        ),
        columns=[str(one) for one in (_("Tax"), _("Rate"), _("Base"), _("Withheld"))] if taxes else (),
        rows=taxes,
        right=(1, 2, 3),
        contained=[
            (str(_("Withheld taxes")), rupiah_paper(payment["kept_idr"])),
            (str(_("Net to the shop")), rupiah_paper(payment["net_idr"])),
        ],
        sums=[
            (str(_("Gross")), rupiah_paper(payment["gross_idr"])),
        ],
        signatures=(parts.officer(data, ""), parts.shop_side(data, "")),
    )


def _frame(paper: Paper) -> dict[str, Any]:
    """Return what every paper of an office has: its head, where it is signed, the word across it."""
    data = paper.data
    return {
        "over": data["unit"]["over"],
        "head": parts.head(data),
        "place": parts.place(data, paper.issued_at.astimezone(JAKARTA)),
        "watermark": parts.watermark(data),
    }


def _terms(data: Data) -> list[str]:
    rule = data["method"]
    found = (
        [
            str(
                _(
                    "Payment within %(days)s working days of the signed handover minutes, less taxes. Basis: %(basis)s.",
                    days=rule["pay_days"],
                    basis=rule["basis"],
                )
            )
        ]
        if rule
        else []
    )
    return [*found, str(DAILY_PENALTY), str(REPLACED)]


def _check_lines(paper: Paper) -> Sequence[tuple[Words, str]]:
    return ((_("Shop"), str(paper.data["shop"]["name"])), (_("Order"), str(paper.data["order"]["code"])))


LETTER = Layout(
    kind=kinds.LETTER,
    prefix="SP",
    title=_("Purchase letter"),
    sheet=letter_sheet,
    may=kinds.may_have,
    seen=note_paper_view,
    check_lines=_check_lines,
    template=OFFICIAL,
)
LAYOUTS = (
    LETTER,
    replace(LETTER, kind=kinds.CHANGE, prefix="ADD", title=_("Addendum"), sheet=change_sheet),
    replace(LETTER, kind=kinds.NEGOTIATION, prefix="BAN", title=_("Negotiation minutes"), sheet=negotiation_sheet),
    replace(LETTER, kind=kinds.NOTE, prefix="SJ", title=_("Delivery note"), sheet=note_sheet),
    replace(LETTER, kind=kinds.INSPECTION, prefix="BAP", title=_("Inspection minutes"), sheet=inspection_sheet),
    replace(LETTER, kind=kinds.MINUTES, prefix="BAST", title=_("Minutes of handover"), sheet=minutes_sheet),
    replace(LETTER, kind=kinds.RECEIPT, prefix="KW", title=_("Receipt"), sheet=receipt_sheet),
)
