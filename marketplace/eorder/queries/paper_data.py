"""What stands on the papers of an order, gathered as it is now, in plain JSON: once issued it is frozen (R11.5).

The fields are those that procurement papers need by Perpres 16/2018 as amended and the Katalog v6 guides (domain 2.7).
"""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from marketplace.accounts import queries as accounts
from marketplace.documents import queries as documents
from marketplace.documents.slots import Paper
from marketplace.eorder.models import Line, Minutes, MinutesLine, Offer, Order, Payment, Shipment, Withholding
from marketplace.eorder.policies import SELLER, duties_in, shop_scope
from marketplace.eorder.queries.beside import PlaceView, need_of
from marketplace.eorder.queries.methods import method
from marketplace.eorder.queries.reach import scope_of
from marketplace.finance.queries import payee_of
from marketplace.kernel import clock
from marketplace.kernel.access import SYSTEM, Actor
from marketplace.kernel.clock import JAKARTA
from marketplace.kernel.db import session
from marketplace.offices import queries as offices
from marketplace.payments import queries as payments
from marketplace.sellers import queries as sellers

Data = dict[str, Any]
LETTER, CHANGE, NEGOTIATION = "eorder_letter", "eorder_change", "eorder_negotiation"
NOTE, INSPECTION, MINUTES, RECEIPT = "eorder_note", "eorder_inspection", "eorder_minutes", "eorder_receipt"
KINDS = (LETTER, CHANGE, NEGOTIATION, NOTE, INSPECTION, MINUTES, RECEIPT)


def order_data(order: Order) -> Data:
    """Return what every paper of an order names: unit, budget, shop, need, lines and sums."""
    unit, need = offices.unit(order.unit_code), need_of(order.need_id)
    package = offices.package_by_id(order.package_id)
    line = offices.line_by_id(order.line_id)
    rule = method(order.method_id)
    lines = session.execute(select(Line).where(Line.order_id == order.id).order_by(Line.position)).scalars().all()
    return {
        "unit": {"over": _over(unit), "code": unit.code, "name": unit.name, "address": unit.address, "place": unit.place,
                 "npwp": unit.npwp, "training": unit.training},
        "budget": {"year": order.year, "rup": package.rup_id, "package": package.name, "activity": line.activity_code,
                   "account": line.account_code, "line": line.name},
        "method": {"name": rule.name, "basis": rule.basis, "pay_days": rule.clock.pay_days} if rule else None,
        "shop": shop_data(order),
        "order": {"code": order.code, "purpose": order.purpose, "day": order.day.isoformat(), "hour": order.hour,
                  "way": order.way, "made_on": _day(order.made_at)},
        "need": {"contact": need.contact, "phone": need.contact_phone, "people": need.people, "menu": need.menu,
                 "diet": need.diet, "places": _places(need.places)},
        "lines": [line_data(one) for one in lines if one.qty],
        "goods_idr": order.goods_idr.amount,
        "shipping_idr": order.shipping_idr.amount,
        "tax_idr": order.tax_idr.amount,
        "included_tax_idr": order.included_tax_idr.amount,
    }  # fmt: skip


def draft_letter(order_id: UUID) -> Paper:
    """Return the purchase letter that an order would have now, without number, signature or digest: nobody issued it."""
    order = session.get_one(Order, order_id)
    told = {**order_data(order), "officer": {}, "draft": True}
    told |= {"issuer": told["unit"]["name"], "total_idr": order.total_idr.amount}
    return Paper(
        id=order.id, kind=LETTER, owner=f"unit:{order.unit_code}", year=order.year, number=0, shown="", subject=str(order.id),
        corrects=None, data=told, digest="", stamp_duty=False, file_key=None, file_sha256=None, issued_at=clock.now(),
    )  # fmt: skip


def letter_of(order_id: UUID) -> Paper | None:
    """Return the purchase letter of an order as it was issued; None before."""
    found = documents.papers([str(order_id)]).get(str(order_id), ())
    return next((one for one in found if one.kind == LETTER), None)


def shop_data(order: Order) -> Data:
    """Return how papers name a shop: where it is, its numbers, and what it owes."""
    shop = sellers.sellers([order.seller_id])[order.seller_id]
    nib = next((one.number for one in sellers.papers(order.seller_id) if one.kind == "nib" and one.verified), "")
    place = accounts.place(shop.kelurahan_code)
    where = f"{place.kelurahan}, {place.kecamatan}, {place.kota}" if place else ""
    whole = sellers.profile(shop.id, SYSTEM)
    owner = whole.owner_name if whole else shop.owner_name
    return {
        "id": str(shop.id), "code": shop.code, "name": shop.name, "owner": owner, "place": where, "nib": nib,
        "npwp": sellers.npwps([shop.id]).get(shop.id, ""), "vat_registered": shop.vat_registered, "bank": bank_of(shop.id),
    }  # fmt: skip


def bank_of(seller_id: UUID) -> str:
    """Return how papers name the verified account of a shop: its number whole is for who pays alone. Empty without one."""
    found = next((one for one in payments.bank_accounts(payee_of(seller_id)) if one.state == "verified"), None)
    return f"{found.masked} a.n. {found.holder}" if found else ""


def account_to_pay(seller_id: UUID) -> str:
    """Return the verified account of a shop with its whole number, for who pays it; empty without one.

    Where the number cannot be opened the page shows what papers show.
    """
    found = next((one for one in payments.bank_accounts(payee_of(seller_id)) if one.state == "verified"), None)
    if found is None:
        return ""
    with suppress(payments.SealBrokenError):
        return f"{found.bank} {payments.full_number(found.id)} a.n. {found.holder}"
    return bank_of(seller_id)


def line_data(line: Line) -> Data:
    """Return how papers name a line."""
    return {
        "id": str(line.id), "name": f"{line.name}, {line.variant}" if line.variant else line.name, "sku": line.sku,
        "unit": line.unit, "qty": line.qty, "unit_idr": line.unit_idr.amount, "public_idr": line.public_idr.amount,
        "goods_idr": line.goods_idr.amount,
        "origin": line.origin,
        "local": line.local,
        "spec": line.spec,
    }  # fmt: skip


def officer_data(order: Order, person_id: UUID | None, *duties: str) -> Data:
    """Return how papers name who signs for a unit, under one of these duties: name, NIP, position, by which mandate."""
    for duty in duties:
        for one in offices.acting(order.unit_code, duty):
            if one.person_id != person_id:
                continue
            mandate = one.mandate
            return {
                "duty": duty, "name": one.name, "nip": one.nip, "position": one.position,
                "for": mandate.principal_position if mandate else "",
                "mandate": f"{mandate.short} {mandate.number}" if mandate else "",
            }  # fmt: skip
    people = accounts.person_contacts([person_id]) if person_id else {}
    name = people[person_id].name if person_id in people else ""
    return {"duty": duties[0], "name": name, "nip": "", "position": "", "for": "", "mandate": ""}


def minutes_data(minutes: Minutes) -> Data:
    """Return what minutes say: what was found, accepted and refused, and when each side signed."""
    lines = session.execute(select(MinutesLine).where(MinutesLine.minutes_id == minutes.id)).scalars().all()
    return {
        "number": minutes.number, "office_number": minutes.office_number or "",
        "inspected_on": minutes.inspected_on.isoformat(),
        "works": minutes.works, "complete": minutes.complete, "in_time": minutes.in_time, "defects": minutes.defects,
        "follow": minutes.follow, "complete_by": minutes.complete_by.isoformat() if minutes.complete_by else "",
        "office_signed": _instant(minutes.office_signed_at), "shop_signed": _instant(minutes.shop_signed_at),
        "shipping_idr": minutes.shipping_idr.amount,
        "lines": [
            {"id": str(one.line_id), "accepted": one.accepted, "refused": one.refused, "value_idr": one.value_idr.amount,
             "why": one.why}
            for one in lines
        ],
    }  # fmt: skip


def payment_data(payment: Payment, withheld: Sequence[Withholding]) -> Data:
    """Return what a receipt says of a payment and its taxes."""
    return {
        "number": payment.number, "way": payment.way, "reference": payment.reference, "shown": payment.shown,
        "paid_on": payment.paid_on.isoformat(),
        "gross_idr": payment.gross_idr.amount, "kept_idr": payment.kept_idr.amount, "net_idr": payment.net_idr.amount,
        "sp2d": payment.sp2d,
        "taxes": [
            {"code": one.code, "rate": one.rate, "basis": one.basis, "base_idr": one.base_idr.amount,
             "kept_idr": one.kept_idr.amount}
            for one in withheld
            if one.kept_idr
        ],
    }  # fmt: skip


def shipment_data(shipment: Shipment) -> Data:
    """Return what a delivery note says."""
    return {"number": shipment.number, "sent": dict(shipment.sent), "note": shipment.note, "at": _instant(shipment.at)}


def offers_data(order: Order) -> list[Data]:
    """Return the turns of a negotiation."""
    found = session.execute(select(Offer).where(Offer.order_id == order.id).order_by(Offer.turn)).scalars().all()
    return [
        {"turn": one.turn, "side": one.side, "prices": dict(one.prices), "shipping_idr": one.shipping_idr.amount,
         "total_idr": one.total_idr.amount, "note": one.note, "at": _instant(one.at)}
        for one in found
    ]  # fmt: skip


def may_have(actor: Actor, paper: Paper, _token: str) -> bool:
    """Tell whether somebody may have a paper: the unit's duties, its auditors, and the shop that it names (not in practice)."""
    unit_code = str(paper.data["unit"]["code"])
    if duties_in(actor, scope_of(actor, unit_code)):
        return True
    training = paper.data["unit"]["training"]
    return actor.holds(SELLER, SELLER, shop_scope(UUID(paper.data["shop"]["id"]), unit_code, training=training))


def _places(places: Sequence[PlaceView]) -> list[list[Any]]:
    """Return where it is brought, each with floor, how many, and the area in which it lies."""
    areas = accounts.places([one.kelurahan_code for one in places])
    return [[one.place, one.floor, one.qty, areas[one.kelurahan_code].label] for one in places]


def _over(unit: offices.UnitView) -> str:
    """Return the name of the house that a unit belongs to."""
    return offices.unit_names([unit.parent_code]).get(unit.parent_code, "") if unit.parent_code else ""


def _day(at: datetime) -> str:
    return at.astimezone(JAKARTA).date().isoformat()


def _instant(at: datetime | None) -> str:
    return at.astimezone(JAKARTA).isoformat(timespec="minutes") if at else ""
