"""Bank statements at the desk: shown row by row before anything is taken in, matched by hand where they fit nothing (5.2)."""

import io
import re
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from marketplace.finance import services as finance
from marketplace.finance.models import Sheet
from marketplace.kernel.access import SYSTEM, Grant
from marketplace.kernel.db import session
from marketplace.kernel.errors import Invalid, NotFound
from marketplace.kernel.slots import verifiers
from marketplace.orders import queries as orders_queries
from marketplace.orders.queries.orders import shown_code
from marketplace.payments import queries
from marketplace.payments.models import Statement, StatementRow
from marketplace.testing.plugin import TestClock
from tests.factories import catalog, orders
from tests.factories.accounts import person, signed_in
from tests.finance.test_size import statements
from tests.orders.paying import charge_of
from tests.payments.gateways import configure
from tests.payments.test_transfer import ACCOUNT, HEADER, asked, state, statement, sum_of

PAGE = "/admin/uang/mutasi"
WHY = "Nama pengirim sama dengan pembeli."


@pytest.fixture
def desk(app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, clock: TestClock) -> FlaskClient:
    configure(monkeypatch, BANK_ACCOUNT=ACCOUNT)
    return signed_in(client, person("Rini Bendahara", grants=(Grant("finance_officer"),)))


def given(desk: FlaskClient, content: bytes):
    return desk.post(PAGE, data={"berkas": (io.BytesIO(content), "mutasi.csv")}, content_type="multipart/form-data")


def rows() -> int:
    return session.scalar(select(func.count()).select_from(StatementRow)) or 0


def told() -> list[str]:
    return [said for check in verifiers for said in check()]


def test_a_statement_is_shown_first_and_taken_in_whole(desk: FlaskClient) -> None:
    """What pays is named, and what is unknown, doubled, short and over has each its own sentence."""
    first, short = asked("pesanan-1"), asked("pesanan-2")
    content = statement(sum_of(first), sum_of(first), 65_500, 66_700, 12_345, -2_000)
    read = given(desk, content)
    assert (read.status_code, rows(), queries.charge(first.id).state) == (303, 0, "opened")
    page = desk.get(read.location).text
    for said in (
        "Membayar pesanan-1.", "Jumlah yang sama ada di atas", "Rp 499 kurang dari yang diminta untuk pesanan-2.",
        "Rp 700 lebih dari yang diminta untuk pesanan-1.", "Tidak ada pembayaran sejumlah ini yang ditunggu.",
        "Keluar; dicatat.", "Ambil 6 mutasi",
    ):  # fmt: skip
        assert said in page, said
    assert "RINA" not in page, "the bank's words name people"
    done = desk.post(read.location)
    assert done.status_code == 303
    assert "6 mutasi, 6 di antaranya baru; 1 menemukan pembayarannya." in desk.get(done.location).text
    assert (rows(), state(first), state(short)) == (6, "settled", "opened")
    assert session.scalar(select(func.count()).select_from(Sheet)) == 0
    assert "pesanan-1 meminta jumlah ini dan sudah lunas: uangnya masuk dua kali." in desk.get(PAGE).text
    assert desk.post(read.location).status_code == 404, "it was taken in"
    again = given(desk, content)
    assert desk.get(again.location).text.count("dihitung sekali") == 6
    desk.post(again.location)
    assert rows() == 6


BAD = HEADER + (
    "27/11/2026;GAJI;66.000;;1\n31/31/2026;X;1.000;;2\n27/11/2026;Y;seribu;;3\n27/11/2026;Z;1,50;;4\n27/11/2026;Q;5;6;5\n"
)


def test_a_bad_file_is_refused_by_row_and_cell_and_leaves_nothing(desk: FlaskClient) -> None:
    refused = given(desk, BAD.encode())
    assert refused.status_code == 422
    for said in (
        "Baris 3, tanggal: “31/31/2026” bukan tanggal", "Baris 4, uang masuk: “seribu” bukan jumlah",
        "Baris 5, uang masuk: “1,50” bukan rupiah bulat", "Baris 6, uang masuk: uang masuk dan keluar dalam satu baris",
    ):  # fmt: skip
        assert said in refused.text, said
    assert 'href="#f-berkas"' in refused.text
    english = desk.post(
        PAGE, data={"berkas": (io.BytesIO(BAD.encode()), "a.csv")}, headers={"Accept-Language": "en"},
        content_type="multipart/form-data",
    )  # fmt: skip
    assert english.status_code == 422
    for content in (b"", b"\xff\xfe\x00", b"a;b\n1;2\n"):
        assert given(desk, content).status_code == 422
    with pytest.raises(Invalid):
        finance.read_sheet("besar.csv", b"x" * (5 * 1024 * 1024 + 1), by=SYSTEM)
    nothing = desk.post(PAGE, data={}, content_type="multipart/form-data")
    assert (nothing.status_code, "Pilih mutasi dari bank." in nothing.text) == (422, True)
    counts = [session.scalar(select(func.count()).select_from(one)) for one in (StatementRow, Statement, Sheet)]
    assert counts == [0, 0, 0]


def test_without_an_account_of_ours_it_says_so(desk: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    configure(monkeypatch, BANK_ACCOUNT="")
    refused = given(desk, statement(1_000))
    assert (refused.status_code, "BANK_ACCOUNT" in refused.text) == (422, True)


def taken_in(desk: FlaskClient, *sums: int) -> list[queries.BankRow]:
    assert desk.post(given(desk, statement(*sums)).location).status_code == 303
    return list(queries.unmatched_rows())


def test_a_movement_that_fits_nothing_is_matched_by_hand_and_goes_to_review(desk: FlaskClient) -> None:
    rina = orders.guest()
    code = orders.ordered(rina, catalog.basket(), gateway="transfer").code
    charge = charge_of(code, rina)
    (row,) = taken_in(desk, sum_of(charge) - 100)
    path = f"{PAGE}/{row.id}"
    listed = desk.get(PAGE).text
    assert path in listed
    assert f"Rp 100 kurang dari yang diminta untuk {shown_code(code)}" in listed
    assert f'value="{charge.id}"' in desk.get(path).text
    for wrong, field in (
        ({"bayaran": str(charge.id), "why": "x", "yakin": "1"}, "why"), ({"bayaran": str(charge.id), "why": WHY}, "yakin"),
        ({"why": WHY, "yakin": "1"}, "bayaran"), ({"kode": "JKP-0000-0000", "why": WHY, "yakin": "1"}, "kode"),
    ):  # fmt: skip
        refused = desk.post(path, data=wrong)
        assert (refused.status_code, f'href="#f-{field}"' in refused.text) == (422, True), field
    assert rows() == 1
    assert state(charge) == "opened"
    done = desk.post(path, data={"kode": code, "why": WHY, "yakin": "1"})
    assert done.status_code == 303
    assert "sedang ditinjau" in desk.get(done.location).text
    assert (state(charge), queries.bank_row(row.id).state) == ("review", "matched")
    assert f"/admin/uang/tinjauan/{charge.id}" in desk.get("/admin/uang/tinjauan").text
    assert desk.post(path, data={"kode": code, "why": WHY, "yakin": "1"}).status_code in (409, 422)


def test_a_movement_that_is_not_ours_is_explained(desk: FlaskClient) -> None:
    (row,) = taken_in(desk, 777)
    path = f"{PAGE}/{row.id}/penjelasan"
    short = desk.post(path, data={"alasan": "x"})
    assert (short.status_code, 'href="#f-alasan"' in short.text) == (422, True)
    assert desk.post(path, data={"alasan": "Bunga dari bank."}).status_code == 303
    assert queries.bank_row(row.id).state == "explained"
    assert "Bunga dari bank." in desk.get(f"{PAGE}/{row.id}").text
    assert desk.post(path, data={"alasan": "Bunga dari bank."}).status_code == 409
    assert told() == []


def test_lists_and_previews_are_paged_with_the_same_number_of_statements(desk: FlaskClient) -> None:
    first = asked("pesanan-1")
    small = given(desk, statement(sum_of(first), 1))
    few = statements(desk.get(small.location))
    large = given(desk, statement(*range(1_000_000, 1_000_120)))
    assert statements(desk.get(large.location)) <= few <= 12
    assert "1.000.119" in desk.get(f"{large.location}?halaman=3").text
    assert desk.get(f"{large.location}?halaman=99").status_code == 200
    desk.post(large.location)
    assert statements(desk.get(PAGE)) <= 12
    (following,) = re.findall(rf"{PAGE}\?setelah=[0-9a-f_-]+", desk.get(PAGE).text)
    mine = re.compile(rf"{PAGE}/([0-9a-f-]+)\"")
    assert not set(mine.findall(desk.get(PAGE).text)) & set(mine.findall(desk.get(following).text))


def test_a_statement_that_nobody_takes_in_is_forgotten_after_a_day(desk: FlaskClient, clock: TestClock) -> None:
    clock.set("2026-11-27T09:00:00+07:00")
    read = given(desk, statement(1_000))
    clock.set("2026-11-28T08:59:00+07:00")
    assert finance.sweep_sheets() == 0
    clock.set("2026-11-28T09:01:00+07:00")
    assert finance.sweep_sheets() == 1
    with pytest.raises(NotFound):
        finance.take_sheet_in(UUID(read.location.rpartition("/")[2]), by=SYSTEM)


def test_nobody_else_reads_statements(app: Flask) -> None:
    visitor = signed_in(app.test_client(), person(grants=(Grant("auditor"),)))
    assert visitor.get(PAGE).status_code == 403
    assert given(visitor, statement(1_000)).status_code == 403
    assert orders_queries.reference_of("JKP-0000-0000") is None
