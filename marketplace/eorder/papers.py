"""How the papers of an order look, and who may have them: layouts for documents. They are Indonesian, as the law has them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from marketplace.documents.slots import Layout, Paper, Sheet
from marketplace.eorder.queries import duty_name, tax_name
from marketplace.eorder.queries import paper_data as kinds
from marketplace.eorder.services import note_paper_view
from marketplace.kernel.words import Words, _
from marketplace.sellers.queries import npwp_shown
from marketplace.web.formats import date_long, number, rupiah_paper, unit

Data = Mapping[str, Any]
Pairs = list[tuple[str, str]]
TRAINING = _("Training")
DAILY_PENALTY = _("For each day of delay a penalty of 1/1000 of the value of the order is due, up to 5%.")
FOLLOWS: Mapping[str, Words] = {
    "none": _("Everything that was ordered is accepted."),
    "reduce": _("What was not accepted is taken off the order."),
    "return": _("What was not accepted goes back and is taken off the order."),
}


def letter_sheet(paper: Paper) -> Sheet:
    """Return a purchase letter: who orders what from whom, for when and where, of which budget, and how it is paid."""
    data = paper.data
    order = data["order"]
    opening = [
        str(
            _(
                "Please deliver what stands below for %(purpose)s, on %(when)s, to %(where)s.",
                purpose=order["purpose"],
                when=when(data),
                where=where(data),
            )
        ),
        str(budget(data)),
    ]
    wishes = [text for text in (data["need"]["menu"], data["need"]["diet"]) if text]
    if wishes:
        opening.append("; ".join(wishes))
    rule = data["method"]
    notes = [str(DAILY_PENALTY)]
    if rule:
        notes.insert(
            0,
            str(
                _(
                    "Payment within %(days)s working days of the signed handover minutes, less taxes. Basis: %(basis)s.",
                    days=rule["pay_days"],
                    basis=rule["basis"],
                )
            ),
        )
    notes.append(str(_("What does not fit is replaced or taken back at the shop's cost.")))
    return Sheet(
        head=head(data),
        parties=(shop(data), reference(data)),
        opening=opening,
        columns=columns(),
        rows=rows(data["lines"]),
        right=(1, 2, 3),
        sums=sums(data, paper.total.amount),
        contained=contained(data),
        notes=notes,
        signatures=(officer(data, data.get("signed", "")), shop_side(data, "")),
        watermark=watermark(data),
    )


def negotiation_sheet(paper: Paper) -> Sheet:
    """Return the minutes of a negotiation: every turn with its total, and what was agreed."""
    data = paper.data
    sides = {"office": str(_("The office")), "shop": data["shop"]["name"]}
    told = [
        (number(one["turn"]), sides[one["side"]], moment(one["at"]), rupiah_paper(one["total_idr"]), one["note"])
        for one in data["offers"]
    ]
    return Sheet(
        head=head(data),
        parties=(shop(data), reference(data)),
        opening=[str(_("Both sides negotiated and agreed on the total that stands below."))],
        columns=[str(one) for one in (_("Turn"), _("Side"), _("Time"), _("Total"), _("Note"))],
        rows=told,
        right=(0, 3),
        sums=sums(data, paper.total.amount),
        signatures=(officer(data, ""), shop_side(data, "")),
        watermark=watermark(data),
    )


def change_sheet(paper: Paper) -> Sheet:
    """Return an addendum: what changed, why, and what the order comes to."""
    data = paper.data
    change = data["change"]
    opening = [str(_("Addendum %(number)s: %(why)s", number=change["number"], why=change["why"]))]
    return replace(letter_sheet(paper), opening=[*opening, str(budget(data))])


def note_sheet(paper: Paper) -> Sheet:
    """Return a delivery note: what travels, without prices, with room for who takes it."""
    data = paper.data
    sent = data["shipment"]["sent"]
    told = [
        (one["name"], f"{number(sent[one['id']])} {unit(one['unit'], sent[one['id']])}")
        for one in data["lines"]
        if sent.get(one["id"])
    ]
    return Sheet(
        head=head(data),
        parties=(shop(data), reference(data)),
        opening=[
            str(
                _(
                    "To %(where)s, on %(when)s. %(note)s",
                    where=where(data),
                    when=when(data),
                    note=data["shipment"]["note"],
                )
            )
        ],
        columns=[str(_("Goods")), str(_("Quantity"))],
        rows=told,
        right=(1,),
        signatures=(
            shop_side(data, data["shipment"]["at"]),
            (str(_("Received by")), (), "..............................", ()),
        ),
        watermark=watermark(data),
    )


def inspection_sheet(paper: Paper) -> Sheet:
    """Return inspection minutes: function, quantity, time, and what was found (Katalog v6, tepat guna)."""
    data = paper.data
    minutes = data["minutes"]
    ticks = (
        (_("It is what was wanted"), "works"),
        (_("It is as many as were ordered"), "complete"),
        (_("It came in time"), "in_time"),
    )
    yes, no = str(_("yes")), str(_("no"))
    opening = [
        str(_("Inspected on %(day)s by letter %(letter)s.", day=day(minutes["inspected_on"]), letter=data["letter"]))
    ]
    opening += [f"{words}: {yes if minutes[name] else no}." for words, name in ticks]
    if minutes["defects"]:
        opening.append(str(_("Findings: %(found)s", found=minutes["defects"])))
    return replace(
        minutes_sheet(paper), opening=opening, sums=(), signatures=(officer(data, minutes["office_signed"]),)
    )


def minutes_sheet(paper: Paper) -> Sheet:
    """Return handover minutes: what of the letter was accepted and refused, its value, and both signatures."""
    data = paper.data
    minutes = data["minutes"]
    names = {one["id"]: one for one in data["lines"]}
    told = [
        (
            names[one["id"]]["name"] if one["id"] in names else "",
            number(one["accepted"]),
            number(one["refused"]),
            one["why"],
            rupiah_paper(one["value_idr"]),
        )
        for one in minutes["lines"]
    ]
    opening = [
        str(
            _(
                "%(shop)s handed over, and %(office)s accepted, what stands below, by letter %(letter)s.",
                shop=data["shop"]["name"],
                office=data["unit"]["name"],
                letter=data["letter"],
            )
        ),
        str(budget(data)),
    ]
    if minutes["office_number"]:
        opening.insert(0, str(_("Number of the office: %(number)s", number=minutes["office_number"])))
    follow = (
        str(FOLLOWS[minutes["follow"]])
        if minutes["follow"] != "complete"
        else str(_("What is missing or was not accepted is completed by %(day)s.", day=day(minutes["complete_by"])))
    )
    found: Pairs = [(str(_("Delivery")), rupiah_paper(minutes["shipping_idr"]))] if minutes["shipping_idr"] else []
    return Sheet(
        head=head(data),
        parties=(shop(data), reference(data)),
        opening=opening,
        columns=[str(one) for one in (_("Goods"), _("Accepted"), _("Refused"), _("Reason"), _("Value"))],
        rows=told,
        right=(1, 2, 4),
        sums=[*found, (str(_("Value accepted")), rupiah_paper(paper.total))],
        notes=[follow],
        signatures=(officer(data, minutes["office_signed"]), shop_side(data, minutes["shop_signed"])),
        watermark=watermark(data),
    )


def receipt_sheet(paper: Paper) -> Sheet:
    """Return a receipt (kuitansi): what was paid for what, and what was withheld."""
    data = paper.data
    payment = data["payment"]
    about = str(_("For %(purpose)s, by letter %(letter)s.", purpose=data["order"]["purpose"], letter=data["letter"]))
    taxes = [
        (str(tax_name(one["code"])), one["rate"], rupiah_paper(one["base_idr"]), rupiah_paper(-one["kept_idr"]))
        for one in payment["taxes"]
    ]
    paid = _(
        "Paid on %(day)s by %(way)s, number %(number)s.",
        day=day(payment["paid_on"]),
        way=payment["way"],
        number=payment["reference"],
    )
    return Sheet(
        head=head(data),
        parties=(shop(data), reference(data)),
        opening=[about, str(paid), str(budget(data))],
        columns=[str(one) for one in (_("Tax"), _("Rate"), _("Base"), _("Withheld"))] if taxes else (),
        rows=taxes,
        right=(1, 2, 3),
        sums=[
            (str(_("Gross")), rupiah_paper(payment["gross_idr"])),
            (str(_("Withheld taxes")), rupiah_paper(-payment["kept_idr"])),
            (str(_("Net to the shop")), rupiah_paper(payment["net_idr"])),
        ],
        signatures=(officer(data, ""), shop_side(data, "")),
        watermark=watermark(data),
    )


def head(data: Data) -> Sequence[str]:
    """Return the lines under the name of the unit."""
    of = data["unit"]
    return tuple(text for text in (of["address"], of["place"], f"NPWP {of['npwp']}" if of["npwp"] else "") if text)


def shop(data: Data) -> tuple[str, Sequence[str]]:
    """Return the shop as a party, with its numbers and whether it is PKP."""
    of = data["shop"]
    status = _("Registered for VAT (PKP)") if of["vat_registered"] else _("Not registered for VAT (non-PKP)")
    numbers = [f"NIB {of['nib']}" if of["nib"] else "", f"NPWP {npwp_shown(of['npwp'])}" if of["npwp"] else ""]
    return str(_("Shop")), [text for text in (of["name"], of["owner"], of["place"], *numbers, str(status)) if text]


def reference(data: Data) -> tuple[str, Sequence[str]]:
    """Return what the paper is about, as a party: the order, its package and account."""
    of = data["budget"]
    return str(_("Order")), (
        data["order"]["code"],
        f"RUP {of['rup']}",
        of["account"],
        str(_("Fiscal year %(year)s", year=of["year"])),
    )


def budget(data: Data) -> Words:
    """Return the sentence that names package, activity and account."""
    of = data["budget"]
    return _(
        "Package RUP %(rup)s (%(package)s), activity %(activity)s, account %(account)s (%(line)s), fiscal year %(year)s.",
        rup=of["rup"],
        package=of["package"],
        activity=of["activity"],
        account=of["account"],
        line=of["line"],
        year=of["year"],
    )


def officer(data: Data, signed: str) -> tuple[str, Sequence[str], str, Sequence[str]]:
    """Return the officer's signature: duty, for whom by which mandate, name, NIP and position, when it was given."""
    of = data["officer"]
    under = [f"a.n. {of['for']}", of["mandate"]] if of["mandate"] else []
    below = [text for text in (f"NIP {of['nip']}" if of["nip"] else "", of["position"]) if text]
    if signed:
        below.append(str(_("signed electronically %(time)s", time=moment(signed))))
    return str(duty_name(of["duty"])), under, of["name"], below


def shop_side(data: Data, signed: str) -> tuple[str, Sequence[str], str, Sequence[str]]:
    """Return the shop's signature."""
    below = [str(_("signed electronically %(time)s", time=moment(signed)))] if signed else []
    return str(_("The shop")), (data["shop"]["name"],), data["shop"]["owner"], below


def columns() -> Sequence[str]:
    """Return the heads of a table of goods."""
    return [str(one) for one in (_("Goods"), _("Quantity"), _("Price"), _("Line total"))]


def rows(lines: Sequence[Data]) -> Sequence[Sequence[str]]:
    """Return the rows of a table of goods."""
    return [
        (
            one["name"],
            f"{number(one['qty'])} {unit(one['unit'], one['qty'])}",
            rupiah_paper(one["unit_idr"]),
            rupiah_paper(one["goods_idr"]),
        )
        for one in lines
    ]


def sums(data: Data, total: int) -> Pairs:
    """Return what adds up to an order's total."""
    found: Pairs = [(str(_("Goods")), rupiah_paper(data["goods_idr"]))]
    if data["shipping_idr"]:
        found.append((str(_("Delivery")), rupiah_paper(data["shipping_idr"])))
    if data["tax_idr"]:
        found.append((str(_("PBJT")), rupiah_paper(data["tax_idr"])))
    return [*found, (str(_("Total")), rupiah_paper(total))]


def contained(data: Data) -> Pairs:
    """Return the PPN that the prices contain."""
    return [(str(_("PPN in the prices")), rupiah_paper(data["included_tax_idr"]))] if data["included_tax_idr"] else []


def when(data: Data) -> str:
    """Return day and hour of the delivery."""
    hour = data["order"]["hour"]
    return f"{day(data['order']['day'])}, {hour} WIB" if hour else day(data["order"]["day"])


def where(data: Data) -> str:
    """Return the places of the delivery."""
    places = []
    for place, floor, qty in data["need"]["places"]:
        named = f"{place}, {_('floor %(floor)s', floor=floor)}" if floor else place
        places.append(f"{named} ({qty})" if qty else named)
    return "; ".join(places)


def watermark(data: Data) -> str:
    """Return the word across papers of a training unit."""
    return str(TRAINING) if data["unit"]["training"] else ""


def day(text: str) -> str:
    """Return a stored day as papers write it."""
    return date_long(date.fromisoformat(text))


def moment(text: str) -> str:
    """Return a stored instant as papers write it, in Jakarta."""
    at = datetime.fromisoformat(text)
    return f"{date_long(at)} {at:%H.%M} WIB"


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
)
LAYOUTS = (
    LETTER,
    replace(LETTER, kind=kinds.CHANGE, prefix="ADD", title=_("Addendum"), sheet=change_sheet),
    replace(LETTER, kind=kinds.NEGOTIATION, prefix="BAN", title=_("Negotiation minutes"), sheet=negotiation_sheet),
    replace(LETTER, kind=kinds.NOTE, prefix="SJ", title=_("Delivery note"), sheet=note_sheet),
    replace(LETTER, kind=kinds.INSPECTION, prefix="BAP", title=_("Inspection minutes"), sheet=inspection_sheet),
    replace(LETTER, kind=kinds.MINUTES, prefix="BAST", title=_("Handover minutes"), sheet=minutes_sheet),
    replace(LETTER, kind=kinds.RECEIPT, prefix="KW", title=_("Receipt"), sheet=receipt_sheet),
)
