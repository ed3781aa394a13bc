"""What the papers of an order have in common: who orders from whom, of which money, when and where, and who signs."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from marketplace.eorder.models.acts import PPK
from marketplace.eorder.queries import duty_name
from marketplace.kernel.clock import JAKARTA
from marketplace.kernel.words import Words, _
from marketplace.p3dn.queries import DOMESTIC_RUNGS, certified, thawed
from marketplace.sellers.queries import npwp_shown
from marketplace.web.formats import date_long, number, rupiah_paper, unit

Data = Mapping[str, Any]
Pairs = list[tuple[str, str]]
Block = tuple[str, Pairs]
TRAINING, DRAFT = _("Training"), _("Draft")
ADJECTIVES: Mapping[str, Words] = {
    "own": _("brought by the shop"),
    "pickup": _("fetched at the shop"),
    "courier": _("by courier"),
}
"""How goods come, where it has words."""


def head(data: Data) -> Sequence[str]:
    """Return the lines under the name of the unit."""
    of = data["unit"]
    return (of["address"],) if of["address"] else ()


def office_block(data: Data, label: Words) -> Block:
    """Return the office as a party: who acts for it, by which mandate, where it is, its tax number."""
    of, by = data["unit"], data.get("officer") or {}
    found = [
        (_("Name"), by.get("name", "")),
        (_("NIP"), by.get("nip", "")),
        (_("Position"), by.get("position", "") or (str(duty_name(by["duty"])) if by else "")),
        (_("On behalf of"), f"{by['for']} ({by['mandate']})" if by.get("mandate") else ""),
        (_("Office name"), of["name"]),
        (_("Address"), of["address"]),
        (_("NPWP"), of["npwp"]),
    ]
    return str(label), pairs(found)


def shop_block(data: Data, label: Words) -> Block:
    """Return the shop as a party, with its numbers and whether it is PKP."""
    of = data["shop"]
    status = _("Registered for VAT (PKP)") if of["vat_registered"] else _("Not registered for VAT (non-PKP)")
    found = [
        (_("Business"), of["name"]),
        (_("Owner"), of["owner"]),
        (_("Address"), of["place"]),
        (_("NIB"), of["nib"]),
        (_("NPWP"), npwp_shown(of["npwp"]) if of["npwp"] else str(_("none named"))),
        (_("VAT"), str(status)),
        (_("Bank account"), of.get("bank", "")),
    ]
    return str(label), pairs(found)


def budget_block(data: Data) -> Block:
    """Return what the money is of: package, activity, account and year."""
    of, rule = data["budget"], data["method"]
    found = [
        (_("For the purpose of"), data["order"]["purpose"]),
        (_("Order"), data["order"]["code"]),
        (_("Package"), f"RUP {of['rup']} · {of['package']}"),
        (_("Activity"), of["activity"]),
        (_("Account code"), f"{of['account']} · {of['line']}"),
        (_("Fiscal year"), str(of["year"])),
        (_("Method"), rule["name"] if rule else ""),
    ]
    return "", pairs(found)


def delivery_block(data: Data) -> Block:
    """Return when and where it is to be, whom to ask there, and what is wished."""
    need = data["need"]
    found = [
        (_("At the latest"), when(data)),
        (_("Place"), where(data)),
        (_("Delivery"), str(ADJECTIVES.get(data["order"]["way"], ""))),
        (_("Contact"), " · ".join(one for one in (need["contact"], need["phone"]) if one)),
        (_("People"), number(need["people"]) if need["people"] else ""),
        (_("Menu"), need["menu"]),
        (_("Diet"), need["diet"]),
    ]
    return str(_("Delivery of it")), pairs(found)


def pairs(found: Sequence[tuple[Words, str]]) -> Pairs:
    """Return labelled values without the empty ones."""
    return [(str(label), value) for label, value in found if value]


def officer(data: Data, signed: str) -> tuple[str, Sequence[str], str, Sequence[str]]:
    """Return the officer's signature: duty, for whom by which mandate, name, NIP and position, when it was given."""
    of = data["officer"]
    if not of:
        return str(duty_name(PPK)), (), "." * 40, ()
    under = [f"a.n. {of['for']}", of["mandate"]] if of["mandate"] else []
    below = [text for text in (of["position"], f"NIP {of['nip']}" if of["nip"] else "") if text]
    if signed:
        below.append(str(_("signed electronically %(time)s", time=moment(signed))))
    return str(duty_name(of["duty"])), under, of["name"], below


def shop_side(data: Data, signed: str) -> tuple[str, Sequence[str], str, Sequence[str]]:
    """Return the shop's signature."""
    below = [str(_("signed electronically %(time)s", time=moment(signed)))] if signed else []
    return str(_("Supplier")), (data["shop"]["name"],), data["shop"]["owner"], below


def columns() -> Sequence[str]:
    """Return the heads of a table of goods."""
    return [str(one) for one in (_("Goods or services"), _("Quantity of it"), _("Unit price"), _("Amount of it"))]


def _marked(one: Data) -> str:
    """Return how papers mark domestic goods: with what a certificate says and who found it (domain 4.3)."""
    local = one.get("local") or {}
    if local.get("certificate"):
        return str(certified(thawed(local)))
    return "PDN" if one.get("origin") in DOMESTIC_RUNGS else ""


def rows(lines: Sequence[Data]) -> Sequence[Sequence[str]]:
    """Return the rows of a table of goods."""
    return [
        (
            " · ".join(filter(None, (one["name"], one.get("sku"), _marked(one), one.get("spec")))),
            f"{number(one['qty'])} {unit(one['unit'], one['qty'])}",
            rupiah_paper(one["unit_idr"]),
            rupiah_paper(one["goods_idr"]),
        )
        for one in lines
    ]


def sums(data: Data, total: int) -> Pairs:
    """Return what adds up to an order's total."""
    found: Pairs = [(str(_("Price of the goods")), rupiah_paper(data["goods_idr"]))]
    if data["shipping_idr"]:
        found.append((str(_("Delivery")), rupiah_paper(data["shipping_idr"])))
    if data["tax_idr"]:
        found.append((str(_("PBJT")), rupiah_paper(data["tax_idr"])))
    return [*found, (str(_("Total")), rupiah_paper(total))]


def contained(data: Data) -> Pairs:
    """Return the PPN that the prices contain."""
    return [(str(_("PPN in the prices")), rupiah_paper(data["included_tax_idr"]))] if data["included_tax_idr"] else []


def place(data: Data, at: date) -> str:
    """Return where papers of the unit are signed, and when."""
    return f"{data['unit']['place'] or 'Jakarta'}, {dated(at)}"


def dated(at: date) -> str:
    """Return a day without its name, as it stands beside a place or a signature."""
    return date_long(at).rpartition(", ")[2]


def when(data: Data) -> str:
    """Return day and hour of the delivery."""
    hour = data["order"]["hour"]
    return f"{day(data['order']['day'])}, {hour} WIB" if hour else day(data["order"]["day"])


def where(data: Data) -> str:
    """Return the places of the delivery."""
    places = []
    # Papers that were frozen before the area was told have three values for a place.
    for place, floor, qty, *area in data["need"]["places"]:
        named = f"{place}, {_('floor %(floor)s', floor=floor)}" if floor else place
        told = ", ".join([named, *area])
        places.append(f"{told} ({qty})" if qty else told)
    return "; ".join(places)


def watermark(data: Data) -> str:
    """Return the word across papers of a training unit, and of a letter that nobody approved yet."""
    if data["unit"]["training"]:
        return str(TRAINING)
    return str(DRAFT) if data.get("draft") else ""


def day(text: str) -> str:
    """Return a stored day as papers write it."""
    return date_long(date.fromisoformat(text))


def moment(text: str) -> str:
    """Return a stored instant as papers write it, in Jakarta."""
    at = datetime.fromisoformat(text).astimezone(JAKARTA)
    return f"{dated(at)} {at:%H.%M} WIB"
