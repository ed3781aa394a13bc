"""A process in the words of the Open Contracting Data Standard (standard.open-contracting.org/1.1), and what is new in it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from marketplace.eorder.queries import Bought, Deal, MethodView, Process, templates
from marketplace.kernel import clock
from marketplace.kernel.money import Rupiah
from marketplace.p3dn.queries import CLASS_NAMES, rung_name
from marketplace.sellers.queries import SellerCard

VERSION = "1.1"
LICENSE = "https://creativecommons.org/licenses/by/4.0/"
"""Under which all of it may be used: by whoever names the source."""
LANGUAGE = "id"
"""What is written in releases; who calls it speaks that language."""
PROVINCE = "DKI Jakarta"
Body = dict[str, Any]
_ENDED = ("cancelled", "terminated")


@dataclass(frozen=True, kw_only=True)
class Names:
    """How the parties and goods of a process are called: offices by code, shops by id, categories by product."""

    unit: str
    shops: Mapping[UUID, SellerCard]
    categories: Mapping[UUID, tuple[str, str]]
    """Slug and name."""


def body(process: Process, names: Names, before: Body | None) -> Body:
    """Return what is known of a process: a release without its name, time and tags.

    What was awarded stays as it was ``before``: a change that both agreed to is one of the contract. Guard (R26.3): an
    award keeps its value.
    """
    awarded = {one["id"]: one for one in (before or {}).get("awards", ())}
    kept = {one["id"]: one for one in (before or {}).get("contracts", ())}
    buyer = {"id": _unit(process.unit_code), "name": names.unit}
    found: Body = {
        "language": LANGUAGE,
        "initiationType": "tender",
        "parties": [*_parties(process, names)],
        "buyer": buyer,
        "planning": _planning(process),
        "tender": {**_way(before), **_tender(process, buyer)},
    }
    if process.deals:
        found["awards"] = [_award(deal, names, awarded.get(deal.code)) for deal in process.deals]
        found["contracts"] = [_contract(deal, buyer, names, kept.get(deal.code)) for deal in process.deals]
    return found


def _way(before: Body | None) -> Body:
    """Return how shops were compared, as said before: an order that went back to its desk does not unsay it."""
    told = (before or {}).get("tender", {})
    return {name: value for name, value in told.items() if name.startswith("procurementMethod")}


def tags(now: Body, before: Body | None) -> tuple[str, ...]:
    """Return what is new in a release, in the words of the list of release tags; nothing where nothing is."""
    if before is None:
        return ("planning", "tender", *_begun(now, {}))
    found = [f"{section}Update" for section in ("planning",) if now[section] != before[section]]
    if now["tender"] != before["tender"]:
        ended = now["tender"]["status"] == "cancelled" != before["tender"]["status"]
        found.append("tenderCancellation" if ended else "tenderUpdate")
    found += _begun(now, before)
    if not found and now != before:
        found.append("tenderUpdate")
    return tuple(found)


def _begun(now: Body, before: Body) -> Iterator[str]:
    yield from _section("award", now, before, ("cancelled",))
    plain = [{**one, "contracts": [_without_work(deal) for deal in one.get("contracts", ())]} for one in (now, before)]
    for tag in _section("contract", plain[0], plain[1], _ENDED):
        yield "contractTermination" if tag == "contractCancellation" else tag
    done = [{one["id"]: one.get("implementation") for one in told.get("contracts", ())} for told in (now, before)]
    moved = [name for name, work in done[0].items() if work and work != done[1].get(name)]
    if moved:
        yield "implementation" if any(not done[1].get(name) for name in moved) else "implementationUpdate"


def _section(name: str, now: Body, before: Body, ends: tuple[str, ...]) -> Iterator[str]:
    was = {one["id"]: one for one in before.get(f"{name}s", ())}
    told: dict[str, None] = {}
    for one in now.get(f"{name}s", ()):
        known = was.get(one["id"])
        if known is None:
            told[name] = None
        if one["status"] in ends and (known is None or known["status"] not in ends):
            told[f"{name}Cancellation"] = None
        elif known is not None and len(one.get("amendments", ())) > len(known.get("amendments", ())):
            told[f"{name}Amendment"] = None
        elif known is not None and known != one:
            told[f"{name}Update"] = None
    yield from told


def _without_work(contract: Body) -> Body:
    return {name: value for name, value in contract.items() if name != "implementation"}


def _parties(process: Process, names: Names) -> Iterator[Body]:
    paid = any(deal.payments for deal in process.deals)
    yield {
        "id": _unit(process.unit_code),
        "name": names.unit,
        "roles": ["buyer", "procuringEntity", *(["payer"] if paid else [])],
        "address": {"region": PROVINCE, "countryName": "Indonesia"},
    }
    for seller_id in dict.fromkeys(deal.seller_id for deal in process.deals):
        deals = [deal for deal in process.deals if deal.seller_id == seller_id]
        card = names.shops.get(seller_id)
        place = {"locality": card.kecamatan} if card and card.kecamatan else {}
        yield {
            "id": _shop(seller_id, names),
            "name": deals[-1].seller_name,
            "roles": ["supplier", *(["payee"] if any(deal.payments for deal in deals) else [])],
            "address": {**place, "region": PROVINCE, "countryName": "Indonesia"},
        }


def _planning(process: Process) -> Body:
    package, line = process.package, process.line
    return {
        "budget": {
            "id": package.rup_id,
            "description": f"{line.account_code} {line.name}",
            "amount": _money(package.value),
            "project": package.name,
            "projectID": line.activity_code,
        }
    }


def _tender(process: Process, buyer: Body) -> Body:
    kind = str(templates()[process.template].label)
    going = [deal for deal in process.deals if not deal.ended]
    found: Body = {
        "id": process.code,
        "title": process.package.name,
        "description": kind,
        "status": "cancelled" if process.dropped else "complete" if going else "active",
        "procuringEntity": buyer,
        "mainProcurementCategory": "services" if process.package.what == "service" else "goods",
        "awardCriteria": "priceOnly",
        "submissionMethod": ["electronicSubmission"],
        "items": [{"id": f"{position}", "description": kind, "quantity": qty} for position, qty in process.pieces],
        "contractPeriod": {"endDate": _day(process.day)},
    }
    if process.method is not None:
        found |= _method(process.method)
    if process.asked_from is not None and process.asked_until is not None:
        found["tenderPeriod"] = {"startDate": instant(process.asked_from), "endDate": instant(process.asked_until)}
    if process.deals:
        found["numberOfTenderers"] = process.deals[-1].compared
    return found


def _method(method: MethodView) -> Body:
    return {
        "procurementMethod": "limited" if method.offers_wanted > 1 else "direct",
        "procurementMethodDetails": method.name,
        "procurementMethodRationale": method.basis,
    }


def _award(deal: Deal, names: Names, before: Body | None) -> Body:
    status = "cancelled" if deal.ended else "active"
    if before is not None:
        return {**before, "status": status}
    return {
        "id": deal.code,
        "title": f"Pesanan {deal.code}",
        "status": status,
        "date": instant(deal.issued_at),
        "value": _money(deal.total),
        "suppliers": [{"id": _shop(deal.seller_id, names), "name": deal.seller_name}],
        "items": [_item(line, names) for line in deal.lines if line.qty],
        "contractPeriod": {"endDate": _day(deal.day)},
    }


def _contract(deal: Deal, buyer: Body, names: Names, before: Body | None) -> Body:
    known = {one["id"]: one.get("classification") for one in (before or {}).get("items", ())}
    found: Body = {
        "id": deal.code,
        "awardID": deal.code,
        "title": f"Surat pesanan {deal.code}",
        "status": _standing(deal),
        "period": {"startDate": instant(deal.issued_at), "endDate": _day(deal.day)},
        "value": _money(deal.total),
        # A line that a change took out stays with a quantity of 0, as who merges releases would keep it.
        "items": [_item(line, names, known.get(f"{line.position}")) for line in deal.lines],
    }
    if deal.accepted_at is not None:
        found["dateSigned"] = instant(deal.accepted_at)
    if deal.changes:
        found["amendments"] = [
            {"id": f"{number}", "date": instant(at), "description": "Perubahan yang disetujui kedua pihak"}
            for number, at in deal.changes
        ]
    work: Body = {}
    if deal.handovers:
        work["milestones"] = [
            {
                "id": f"bast-{one.number}",
                "title": f"Berita acara serah terima {one.number}",
                "type": "delivery",
                "status": "met" if one.complete else "partiallyMet",
                "dueDate": _day(deal.day),
                "dateMet": instant(one.at),
            }
            for one in deal.handovers
        ]
    if deal.payments:
        work["transactions"] = [
            {
                "id": f"{deal.code}-{one.number}",
                "date": _day(one.on),
                "value": _money(one.gross),
                "payer": buyer,
                "payee": {"id": _shop(deal.seller_id, names), "name": deal.seller_name},
            }
            for one in deal.payments
        ]
    return {**found, "implementation": work} if work else found


def _standing(deal: Deal) -> str:
    if deal.ended:
        return "cancelled"
    if deal.done:
        return "terminated"
    return "pending" if deal.accepted_at is None else "active"


def _item(line: Bought, names: Names, kept: Body | None = None) -> Body:
    told = line.local
    found: Body = {
        "id": f"{line.position}",
        "description": line.name,
        "quantity": line.qty,
        "unit": {"name": line.unit, "value": _money(line.price)},
        "additionalClassifications": [
            {"scheme": "ID-P3DN", "id": told.local_class, "description": str(CLASS_NAMES[told.local_class])},
            {"scheme": "ID-P3DN-JENJANG", "id": told.rung, "description": str(rung_name(told.rung))},
        ],
    }
    if told.certificate:
        found["additionalClassifications"].append(
            {"scheme": "ID-TKDN", "id": told.certificate, "description": f"TKDN {_hundredths(told.tkdn)} %"}
        )
    if kept is not None:
        found["classification"] = kept
    elif (category := names.categories.get(line.product_id)) is not None:
        found["classification"] = {"scheme": "ID-JAKPRENEUR", "id": category[0], "description": category[1]}
    return found


def _unit(code: str) -> str:
    return f"ID-DKI-{code}"


def _shop(seller_id: UUID, names: Names) -> str:
    card = names.shops.get(seller_id)
    return f"ID-JAKPRENEUR-{card.code if card else seller_id}"


def _money(amount: Rupiah) -> Body:
    return {"amount": amount.amount, "currency": "IDR"}


def _hundredths(share: int) -> str:
    return f"{share // 100},{share % 100:02}"


def instant(at: datetime) -> str:
    """Return a moment as releases write it: to the second, in the time of Jakarta."""
    return at.astimezone(clock.JAKARTA).isoformat(timespec="seconds")


def _day(day: date) -> str:
    return datetime.combine(day, time.min, clock.JAKARTA).isoformat(timespec="seconds")
