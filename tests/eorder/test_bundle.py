"""E12: what belongs to the file of an order, who owes what is missing, and all of it as one ZIP."""

import csv
import hashlib
import io
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace.accounts import services as accounts
from marketplace.documents.services import draw
from marketplace.eorder import queries, services
from marketplace.eorder.forms_papers import AttachIn
from marketplace.eorder.models import SHOP, OrderState
from marketplace.eorder.models.acts import PPTK, RECEIVER, TREASURER
from marketplace.eorder.queries import Bundle
from marketplace.kernel.access import SYSTEM
from marketplace.kernel.errors import Conflict, NotAllowed
from marketplace.web.zipping import zipped
from tests.eorder.fulfilling import Way, accepted
from tests.eorder.test_life import payment
from tests.factories import eorder as of
from tests.factories.accounts import person, signed_in

PDF = b"%PDF-1.7\n1 0 obj << >> endobj\ntrailer << >>\n%%EOF\n"
FILE = services.Proof("eorder/x/s/none.pdf", "b" * 64)


def browser(app: Flask, case: of.Case, duty: str) -> FlaskClient:
    who = case.by(duty)
    assert who.id is not None
    accounts.grant(who.id, duty, "organisation", case.desk.unit_code, by=SYSTEM)
    made = app.test_client()
    made.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
    return signed_in(made, who.id)


def file_of(way: Way) -> Bundle:
    return queries.bundle(way.order)


def states(way: Way) -> dict[str, str]:
    return {one.sort.key: one.state for one in file_of(way).pieces}


def address(case: of.Case, rest: str = "") -> str:
    return f"/pengadaan/pesanan/{case.code}/dokumen{rest}"


def handed_over() -> Way:
    """Return an order of forty boxes whose minutes both have signed, with its papers drawn."""
    way = accepted()
    way.ship()
    way.receive(40)
    way.signed(40)
    for one in file_of(way).undrawn:
        draw(one.id)
    return way


def test_the_checklist_grows_with_the_order_and_names_who_owes_what(app: Flask) -> None:
    way = accepted()
    assert states(way)["invitation"] == "missing"
    assert {states(way)[name] for name in ("attendance", "minutes", "receipt", "photo")} == {"later"}
    way.ship()
    way.receive(40)
    assert states(way)["delivery_note"] == "done"
    assert (states(way)["attendance"], states(way)["minutes"], states(way)["payment_proof"]) == (
        "missing",
        "missing",
        "later",
    )
    way.signed(40)
    assert (states(way)["inspection"], states(way)["minutes"]) == ("done", "done")
    assert "Bendahara" in next(one.owner for one in file_of(way).pieces if one.sort.key == "payment_proof")


def test_stationery_needs_no_list_of_who_was_there(app: Flask) -> None:
    way = accepted(template="stationery")
    assert "attendance" not in states(way)


def test_a_file_is_added_once_and_taken_away_as_it_came(app: Flask) -> None:
    way = accepted()
    desk = browser(app, way.case, PPTK)
    for _twice in range(2):
        told = {"jenis": "invitation", "berkas": (io.BytesIO(PDF), "Undangan rapat.pdf")}
        saved = desk.post(address(way.case), data=told)
        assert (saved.status_code, saved.location) == (303, address(way.case, "?sudah=berkas"))
    (one,) = file_of(way).files
    assert (one.label, one.sha256) == ("Undangan rapat.pdf", hashlib.sha256(PDF).hexdigest())
    assert "Undangan rapat.pdf" in desk.get(address(way.case)).text
    got = desk.get(address(way.case, f"/{one.id}"))
    assert (got.data, got.mimetype) == (PDF, "application/pdf")
    assert "attachment" in got.headers["Content-Disposition"]
    other = accepted()
    assert desk.get(address(other.case, f"/{one.id}")).status_code == 404
    assert browser(app, other.case, PPTK).get(address(other.case, f"/{one.id}")).status_code == 404


@pytest.mark.parametrize(("content", "said"), [(b"MZ\x90\x00", "PDF, JPEG"), (b"", "PDF, JPEG")])
def test_what_is_no_pdf_or_photo_is_refused_beside_its_field(app: Flask, content: bytes, said: str) -> None:
    way = accepted()
    told = {"jenis": "notes", "berkas": (io.BytesIO(content), "notulen.pdf")}
    refused = browser(app, way.case, PPTK).post(address(way.case), data=told)
    assert refused.status_code == 422
    assert said in refused.text
    assert not file_of(way).files


def test_only_the_unit_adds_files_and_only_the_treasurer_a_proof_of_payment(app: Flask) -> None:
    """Guard (R26.3): who adds to the file of an order."""
    way = accepted()
    with pytest.raises(NotAllowed):
        services.attach(way.case.code, AttachIn(jenis="other"), FILE, "x.pdf", by=way.case.by(SHOP))
    for duty in (PPTK, RECEIVER):
        with pytest.raises(Conflict, match="treasurer"):
            services.attach(way.case.code, AttachIn(jenis="payment_proof"), FILE, "x.pdf", by=way.case.by(duty))
    stranger = signed_in(app.test_client(), person("Siti Aminah"))
    for rest in ("", ".zip"):
        assert stranger.get(address(way.case, rest)).status_code in (403, 404)


def test_the_proof_of_payment_closes_the_order_and_a_closed_one_still_takes_notes(app: Flask) -> None:
    way = handed_over()
    services.request_payment(way.case.code, by=way.case.by(PPTK))
    art21 = {"kode": "income.21", "dipotong": "32000", "slip": "BP21-77"}
    services.pay(way.case.code, payment(pajak=[art21]), by=way.case.by(TREASURER))
    assert (way.order.state, states(way)["payment_proof"]) == (OrderState.TAX_DOCUMENTED, "missing")
    services.attach(way.case.code, AttachIn(jenis="payment_proof"), FILE, "x.pdf", by=way.case.by(TREASURER))
    assert (way.order.state, states(way)["payment_proof"]) == (OrderState.CLOSED, "done")
    services.attach(way.case.code, AttachIn(jenis="notes"), FILE, "x.pdf", by=way.case.by(PPTK))
    assert states(way)["notes"] == "done"


def test_the_zip_holds_every_paper_in_order_with_its_sum(app: Flask) -> None:
    way = handed_over()
    desk = browser(app, way.case, PPTK)
    desk.post(address(way.case), data={"jenis": "notes", "berkas": (io.BytesIO(PDF), "Notulen.pdf")})
    got = desk.get(address(way.case, ".zip"))
    assert (got.status_code, got.mimetype) == (200, "application/zip")
    with zipfile.ZipFile(io.BytesIO(got.data)) as archive:
        assert archive.testzip() is None
        *names, listed = archive.namelist()
        assert names == sorted(names)
        assert [name.split("-", 1)[1].rsplit("-", 1)[0][:8] for name in names] == [
            "notulen",
            "surat-ja",
            "ba-pemer",
            "bast-BAS",
        ]
        table = list(csv.DictReader(io.StringIO(archive.read(listed).decode("utf-8-sig"))))
        assert [row["berkas"] for row in table] == names
        assert all(hashlib.sha256(archive.read(row["berkas"])).hexdigest() == row["sha256"] for row in table)


def test_a_paper_without_its_file_yet_is_said_and_no_half_bundle_is_sent(app: Flask) -> None:
    from tests.factories.documents import undrawn

    way = accepted()
    with undrawn():
        way.ship()
    waits = browser(app, way.case, PPTK).get(address(way.case, ".zip"))
    assert waits.status_code == 409
    assert "sedang dibuat" in waits.text


def test_a_bundle_is_sent_file_after_file() -> None:
    asked: list[int] = []

    def files() -> Iterator[tuple[str, datetime, bytes]]:
        for number in range(3):
            asked.append(number)
            yield f"{number}.pdf", datetime(2026, 11, 23, 8, 30, tzinfo=UTC), PDF * 100

    parts = zipped(files())
    first = next(parts)
    assert asked == [0]
    whole = first + b"".join(parts)
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        assert archive.namelist() == ["0.pdf", "1.pdf", "2.pdf"]
        assert archive.read("2.pdf") == PDF * 100
        assert archive.getinfo("0.pdf").date_time == (2026, 11, 23, 8, 30, 0)
