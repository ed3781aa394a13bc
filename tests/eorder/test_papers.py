"""The papers of an order: each act issues its own, once, with all that the law wants on it (R11.5)."""

import os
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from flask import Flask

from marketplace.documents import printing
from marketplace.documents import queries as documents
from marketplace.documents.services import draw
from marketplace.documents.slots import Paper
from marketplace.eorder import papers, queries, services
from marketplace.eorder.forms import AgreeIn, ApproveIn, ChangeAnswerIn, ChangeIn, OfferIn, SendIn
from marketplace.eorder.models import SHOP, OrderState
from marketplace.eorder.models.acts import PP, PPK, PPTK, TREASURER
from marketplace.eorder.queries import paper_data as kinds
from marketplace.kernel import clock
from marketplace.kernel.words import speaking
from marketplace.testing.plugin import TestClock
from tests.eorder.fulfilling import Way
from tests.eorder.test_life import payment
from tests.factories import eorder as of
from tests.factories import offices
from tests.factories.accounts import PASSWORD
from tests.payments.paying_out import NUMBER, given

PLACE = os.environ.get("EORDER_PAPERS", "")
"""Where pictures of the papers are put, for who wants to look at them."""


def bought() -> Way:
    """Return an order that went from a negotiation to its payment, between people whom their office appointed."""
    staff = offices.staffed(100_000_000, 100_000_000)
    desk = of.Desk(staff.means, {duty: staff[duty] for duty in staff.people})
    of.method(papers=["letter", "negotiation", "minutes", "receipt"])
    way = Way(of.order_in(OrderState.DRAFT, of=desk))
    code, by = way.case.code, way.case.by
    told = {"harga": [{"baris": str(way.line), "harga": 31_000}], "ongkir": 0, "catatan": "Untuk 40 kotak"}
    agreed = services.negotiate(code, OfferIn.model_validate(told), by=by(PP))
    services.agree(code, AgreeIn(penawaran=agreed), by=by(SHOP))
    services.send(code, SendIn(), by=by(PP))
    services.approve(code, ApproveIn(password=PASSWORD), by=by(PPK))
    services.accept(code, by=by(SHOP))
    tomorrow = clock.today() + timedelta(days=8)
    more = {
        "jumlah": [{"baris": str(way.line), "jumlah": 42}],
        "alasan": "Peserta rapat bertambah dua",
        "hari": tomorrow,
    }
    services.propose_change(code, ChangeIn.model_validate(more), by=by(PPK))
    services.accept_change(code, ChangeAnswerIn(nomor=1), by=by(SHOP))
    way.ship()
    way.receive(42, bad=1)
    way.inspect(41, "reduce", catatan="Satu kotak penyok", fungsi=True, lengkap=False, waktu=True)
    way.sign("BAST/2026/117")
    way.countersign()
    services.request_payment(code, by=by(PPTK))
    art21 = {"kode": "income.21", "dipotong": "31775", "slip": "BP21-78", "alasan": "Sesuai bukti potong"}
    services.pay(code, payment(pajak=[art21]), by=by(TREASURER))
    return way


def issued(way: Way) -> Mapping[str, Paper]:
    found = [documents.paper(one.id) for one in queries.bundle(way.order).files if one.paper]
    return {one.kind: one for one in found}


def texts(paper: Paper) -> str:
    """Return all that stands on a paper."""
    look = documents.layout(paper.kind)
    assert look is not None
    with speaking("id"):
        return str(look.sheet(paper))


def test_every_act_issues_its_paper_and_each_has_what_the_law_wants(app: Flask) -> None:
    way = bought()
    all_of_them = issued(way)
    assert set(all_of_them) == set(kinds.KINDS)
    letter = all_of_them[kinds.LETTER]
    unit = letter.data["unit"]
    for wanted in (
        unit["name"], unit["npwp"], "5.1.02.01.01.0052", "5.01.01.2.06.0004", letter.data["budget"]["rup"], "1234567890123",
        "Kartika Kusnadi", "NIP 1987", "Aula Blok G", "1/1000", "Perpres 46/2025", "Rp1.240.000,00",
        letter.data["shop"]["owner"],
    ):  # fmt: skip
        assert wanted in texts(letter), wanted
    assert "Rp1.302.000,00" in texts(all_of_them[kinds.CHANGE])
    assert "BAST/2026/117" in texts(all_of_them[kinds.MINUTES])
    assert "Rp1.271.000,00" in texts(all_of_them[kinds.MINUTES])
    assert all_of_them[kinds.MINUTES].shown in texts(all_of_them[kinds.RECEIPT])
    assert "Rp" not in texts(all_of_them[kinds.NOTE])
    if PLACE:
        pictured(all_of_them)
    draw(letter.id)
    assert documents.content(documents.paper(letter.id)).startswith(b"%PDF-")


def test_a_letter_is_frozen_and_issued_once(app: Flask) -> None:
    way = Way(of.order_in(OrderState.DRAFT))
    draft = kinds.draft_letter(way.order.id)
    assert "Draf" in texts(draft)
    of.method()
    services.send(way.case.code, SendIn(), by=way.case.by(PP))
    assert kinds.letter_of(way.order.id) is None
    services.approve(way.case.code, ApproveIn(password=PASSWORD), by=way.case.by(PPK))
    letter = kinds.letter_of(way.order.id)
    assert letter is not None
    assert letter.number == 1
    of.reprice(way.order.lines[0].variant_id, 90_000)
    again = kinds.letter_of(way.order.id)
    assert again is not None
    assert again.data == letter.data


def test_papers_are_the_units_the_auditors_and_the_shops_that_they_name(app: Flask) -> None:
    """Guard (R26.3): who may have a paper of an order."""
    way, other = bought(), Way(of.order_in(OrderState.ACCEPTED))
    for one in issued(way).values():
        assert papers.LETTER.may(way.case.by(SHOP), one, "")
        assert papers.LETTER.may(way.case.by(PPTK), one, "")
        assert not papers.LETTER.may(other.case.by(SHOP), one, "")
        assert not papers.LETTER.may(other.case.by(PPK), one, "")


def test_papers_of_a_training_unit_say_so(app: Flask) -> None:
    way = Way(of.order_in(OrderState.DRAFT))
    letter = kinds.draft_letter(way.order.id)
    training = {**letter.data, "unit": {**letter.data["unit"], "training": True}}
    with speaking("id"):
        assert papers.parts.watermark(training) == "Latihan"


def pictured(found: Mapping[str, Paper]) -> None:
    """Draw the first page of each paper as a picture."""
    import json

    import typst

    source = (printing.TYPST / "house.typ").read_text() + (printing.TYPST / "official.typ").read_text()
    for kind, paper in found.items():
        look = documents.layout(kind)
        assert look is not None
        with speaking("id"):
            data = json.dumps(printing._data(paper, look))
        made = typst.compile(source.encode(), format="png", ppi=64, ignore_system_fonts=True, sys_inputs={"data": data})
        pages = made if isinstance(made, list) else [made]
        for at, page in enumerate(pages, 1):
            name = kind.replace("_", "-") + ("" if at == 1 else f"-{at}")
            Path(PLACE, f"{name}.png").write_bytes(page)


def test_the_account_is_whole_for_who_pays_and_masked_on_papers(app: Flask, clock: TestClock) -> None:
    """Guard (R26.3): the number of an account stands on no paper."""
    case = of.order_in(OrderState.PAYMENT_REQUESTED)
    assert queries.account_to_pay(case.shop.id) == kinds.bank_of(case.shop.id) == ""
    given(str(case.shop.id), clock)
    assert queries.account_to_pay(case.shop.id) == f"BCA {NUMBER} a.n. Siti Rahmawati"
    assert kinds.bank_of(case.shop.id) == "BCA ••••7890 a.n. Siti Rahmawati"
    letter = kinds.draft_letter(case.order_id)
    assert NUMBER not in str({**letter.data["shop"], "nib": "begins with the same"})
    with speaking("id"):
        sheet = papers.letter_sheet(letter)
    told = dict(pair for _label, pairs in sheet.facts for pair in pairs)
    assert told["Rekening bank"] == "BCA ••••7890 a.n. Siti Rahmawati"
    assert sheet.rows[0][0].startswith("Nasi Kotak Ayam Bakar · ")
