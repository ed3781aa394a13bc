"""The finance officer's desk: accounts, payouts, the file for the bank and its answer."""

import io
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace.kernel.access import Grant
from marketplace.kernel.clock import now
from marketplace.kernel.db import session
from marketplace.kernel.models import AuditEntry
from marketplace.payments import queries, services
from tests.factories import sellers
from tests.factories.accounts import person, signed_in
from tests.payments.paying_out import answer, earned, officer, owner, payable, requested, state, verified

DESK = "/admin/uang"


@pytest.fixture
def desk(app: Flask, client: FlaskClient) -> FlaskClient:
    return signed_in(client, person("Rini Bendahara", grants=(Grant("finance_officer"),)))


def shop() -> str:
    return str(sellers.shop(trusted=True).id)


def sent(desk: FlaskClient, content: bytes):
    return desk.post(
        f"{DESK}/konfirmasi", data={"berkas": (io.BytesIO(content), "bank.csv")}, content_type="multipart/form-data"
    )


def test_from_approval_to_the_bank_s_answer_without_typing_anything_twice(desk: FlaskClient) -> None:
    of = shop()
    verified(of)
    earned(of, 6_000_000)
    payout = requested(of, 6_000_000)
    page = desk.get(DESK).text
    assert "Dapur Ibu Siti" in page
    assert "BCA ••••7890, Siti Rahmawati" in page
    assert desk.post(f"{DESK}/pencairan/{payout}/persetujuan").status_code == 303
    assert desk.post(f"{DESK}/pencairan/{payout}/persetujuan").status_code == 409, "somebody was quicker"
    assert "Buat berkas berisi 1 pencairan" in desk.get(DESK).text
    assert desk.post(f"{DESK}/berkas").status_code == 303
    path = re.search(rf"{DESK}/berkas/[0-9]+-1", desk.get(DESK).text)
    assert path is not None
    first, again = desk.get(path[0]), desk.get(path[0])
    assert first.data == again.data
    assert first.headers["Content-Disposition"].startswith("attachment; filename=pencairan-")
    assert first.headers["Cache-Control"] == "no-store"
    assert sum(one.content["action"] == "batch.downloaded" for one in session.query(AuditEntry)) == 2
    code = queries.payout(payout).code
    told = sent(desk, answer((code, 6_000_000, "berhasil", "")))
    assert told.status_code == 303
    assert "1 terbayar, 0 kembali." in desk.get(told.location).text
    assert state(payout) == "paid"
    twice = sent(desk, answer((code, 6_000_000, "berhasil", "")))
    assert "sudah pernah dibaca" in desk.get(twice.location).text
    assert desk.post(f"{DESK}/berkas").status_code == 409


def test_a_wrong_file_is_refused_by_row_and_cell(desk: FlaskClient) -> None:
    of = shop()
    verified(of)
    earned(of, 50_000)
    payout = requested(of, 50_000)
    services.make_batch(by=officer())
    refused = sent(desk, answer(("TIDAKADA", 1, "berhasil", ""), (queries.payout(payout).code, 49_999, "berhasil", "")))
    assert refused.status_code == 422
    assert "Baris 2, kode: tidak ada pencairan berkode TIDAKADA" in refused.text
    assert "Baris 3, jumlah:" in refused.text
    assert 'href="#f-berkas"' in refused.text
    assert state(payout) == "sent"
    nothing = desk.post(f"{DESK}/konfirmasi", data={}, content_type="multipart/form-data")
    assert (nothing.status_code, "Pilih berkas dari bank." in nothing.text) == (422, True)


def test_a_payout_is_called_off_with_a_reason(desk: FlaskClient) -> None:
    of = shop()
    verified(of)
    earned(of, 6_000_000)
    payout = requested(of, 6_000_000)
    path = f"{DESK}/pencairan/{payout}/pembatalan"
    assert desk.post(path, data={"why": "x"}).status_code == 422
    assert desk.post(path, data={"why": "Penjual minta ditahan."}).status_code == 303
    assert (state(payout), payable(of)) == ("cancelled", 6_000_000)


def test_an_account_is_checked_once_it_has_rested(desk: FlaskClient) -> None:
    of = shop()
    account = services.give_bank_account(of, bank="bri", number="5555666677", holder="Siti", by=owner())
    page = desk.get(DESK).text
    assert "BRI ••••6677, Siti" in page
    assert "Benar miliknya" not in page, "it rests"
    early = desk.post(f"{DESK}/rekening/{account}/verifikasi")
    assert early.status_code == 409
    assert "masih terlalu baru" in early.text
    assert desk.post(f"{DESK}/rekening/{account}/penolakan", data={"why": "Nama pemilik lain."}).status_code == 303
    assert queries.bank_account(account).state == "refused"
    assert queries.bank_account(account).rests_until > now()


def test_nobody_else_comes_to_the_desk(app: Flask) -> None:
    for role in ("programme_officer", "auditor"):
        visitor = signed_in(app.test_client(), person(grants=(Grant(role),)))
        assert visitor.get(DESK).status_code == 403
    assert app.test_client().get(DESK).status_code == 303
