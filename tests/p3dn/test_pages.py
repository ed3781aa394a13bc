"""The pages of local content: a shop states and shows, an officer checks, offices and the programme read (L10, D01 to D05)."""

import csv
import io
import zipfile
from datetime import date
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace.kernel.access import Grant
from marketplace.kernel.money import Rupiah
from marketplace.p3dn import queries
from marketplace.p3dn.queries import Local, facts
from marketplace.p3dn.views.dashboard import COLUMNS
from marketplace.testing.plugin import TestClock
from tests.catalog.reading import statements
from tests.factories import catalog, offices, p3dn, sellers
from tests.factories.accounts import person, signed_in
from tests.p3dn import filled

PDF = b"%PDF-1.7\nTKDN\n%%EOF"
MOST_STATEMENTS = 16


def browser(app: Flask, who: UUID) -> FlaskClient:
    made = app.test_client()
    made.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
    return signed_in(made, who)


def with_role(app: Flask, role: str, kind: str = "everywhere", scope: str = "") -> FlaskClient:
    return browser(app, person("Rini", grants=(Grant(role, kind, scope),), second_factor=True))


def shop_with(app: Flask, *, domestic: bool = False) -> tuple[FlaskClient, UUID, sellers.SellerCard]:
    shop = sellers.shop(trusted=True)
    product = catalog.product(catalog.listing(domestic=domestic), of=shop)
    return browser(app, sellers.keeper(shop)), product, shop


def test_a_shop_states_a_product_one_question_a_page_and_may_go_on_another_day(app: Flask) -> None:
    client, product, _shop = shop_with(app)
    page = f"/lapak/p3dn/{product}"
    assert client.post(f"{page}?langkah=1", data={"asal": "indonesia", "tempat": "Jakarta Pusat"}).status_code == 303
    assert "belum selesai" in client.get("/lapak/p3dn").text
    assert 'value="Jakarta Pusat"' in client.get(f"{page}?langkah=1").text
    assert queries.rung(product).rung == "unknown"
    assert client.post(f"{page}?langkah=2", data={"pekerja": "all"}).status_code == 303
    wrong = {"bahan-0-nama": "Pandan", "bahan-0-bagian": "87"}
    refused = client.post(f"{page}?langkah=3", data=wrong)
    assert refused.status_code == 422
    assert "Sekarang jumlahnya 87%" in refused.text
    assert 'value="Pandan"' in refused.text
    right = wrong | {"bahan-1-nama": "Pewarna", "bahan-1-dari": "abroad", "bahan-1-bagian": "13"}
    assert client.post(f"{page}?langkah=3", data=right).status_code == 303
    shown = client.get(page).text
    assert "87%" in shown
    assert "Pewarna: 13%, Luar negeri" in shown
    assert "pernyataan sendiri: 87% bahan lokal" in client.get("/lapak/p3dn").text
    assert queries.rung(product).rung == "domestic"


def test_the_last_question_before_the_first_is_sent_back(app: Flask) -> None:
    client, product, _shop = shop_with(app)
    refused = client.post(f"/lapak/p3dn/{product}?langkah=3", data={})
    assert refused.status_code == 422
    assert "Jawab dulu pertanyaan sebelumnya" in refused.text
    for step in ("0", "4", "x", "²"):
        assert client.post(f"/lapak/p3dn/{product}?langkah={step}", data={}).status_code == 404


def test_a_certificate_goes_from_the_shop_to_the_officer_to_the_page_of_the_product(app: Flask) -> None:
    client, product, shop = shop_with(app, domestic=True)
    form = {
        "nomor": p3dn.NUMBER, "jenis": "ik", "tkdn": "42,35", "bmp": "0", "lingkup": "Keranjang", "penerbit": "Pusat P3DN",
        "terbit": "2026-06-01", "berlaku": "2031-05-31", "produk": str(product),
    }  # fmt: skip
    for field, value in (("tkdn", "120"), ("bmp", "16"), ("berlaku", "2026-05-01"), ("produk", "")):
        refused = client.post("/lapak/p3dn/sertifikat", data=form | {field: value})
        assert refused.status_code == 422, field
        assert p3dn.NUMBER in refused.text
    wrong = form | {"berkas": (io.BytesIO(b"MZ"), "sertifikat.exe")}
    assert client.post("/lapak/p3dn/sertifikat", data=wrong).status_code == 422
    right = form | {"berkas": (io.BytesIO(PDF), "sertifikat.pdf")}
    assert client.post("/lapak/p3dn/sertifikat", data=right).status_code == 303
    (shown,) = facts.certificates_of(shop.id)
    officer, stranger = with_role(app, "programme_officer"), browser(app, person("Joko"))
    file = f"/sertifikat-tkdn/{shown.id}"
    assert [one.get(file).status_code for one in (client, officer, stranger)] == [200, 200, 404]
    public = f"/p/{shown.products[0].code}-x"
    assert "TKDN 42,35%" not in app.test_client().get(public, follow_redirects=True).text
    assert p3dn.NUMBER in officer.get("/p3dn/sertifikat").text
    assert client.get("/p3dn/sertifikat").status_code == 403
    told = officer.post(f"/p3dn/sertifikat/{shown.id}/periksa", data={"sumber": ""})
    assert told.status_code == 422
    assert (
        officer.post(f"/p3dn/sertifikat/{shown.id}/periksa", data={"sumber": "tkdn.kemenperin.go.id"}).status_code
        == 303
    )
    page = app.test_client().get(public, follow_redirects=True).text
    assert "TKDN 42,35%" in page
    assert "deklarasi mandiri" in page
    assert officer.get(f"/p3dn/sertifikat?nomor={p3dn.NUMBER.lower()}").text.count(p3dn.NUMBER) >= 1
    assert officer.post(
        f"/p3dn/sertifikat/{shown.id}/cabut", data={"mulai": "2026-01-01", "alasan": "Dicabut penerbit."}
    ).status_code == 422  # fmt: skip


def year_of(units: list[str]) -> None:
    shops = [sellers.shop(trusted=True).id, sellers.shop(name="Kriya Pak Joko").id]
    filled.year(2026, sellers=shops, products=[catalog.product(catalog.listing())], units=units)


def test_each_reads_their_own_offices_and_the_programme_reads_all(app: Flask) -> None:
    """Guard (R26.3): figures of local content are of the offices that were granted."""
    above = offices.office("Dinas Atas")
    mine, other = offices.office("Sudin Satu", parent_code=above), offices.office("Sudin Dua")
    year_of([mine, other])
    everything, auditor = with_role(app, "programme_officer"), with_role(app, "auditor", "organisation", mine)
    whole, own = everything.get("/p3dn"), auditor.get("/p3dn")
    assert (whole.status_code, own.status_code) == (200, 200)
    assert "Sudin Dua" in whole.text
    assert "Sudin Dua" not in own.text
    assert "Belanja umum" in whole.text
    assert "Belanja umum" not in own.text
    assert auditor.get(f"/p3dn/opd/{mine}").status_code == 200
    for path in (
        f"/p3dn/opd/{other}",
        f"/p3dn/opd/{above}",
        f"/p3dn?opd={other}",
        f"/p3dn/transaksi?opd={other}",
        f"/p3dn/ekspor?opd={other}",
    ):
        assert auditor.get(path).status_code == 404, path
    told = list(
        csv.DictReader(
            io.StringIO(auditor.get("/p3dn/transaksi?bentuk=csv").text.removeprefix("\ufeff")), delimiter=";"
        )
    )
    assert {row["kode_unit"] for row in told} == {mine}
    for client in (shop_with(app)[0], browser(app, person("Joko"))):
        assert client.get("/p3dn").status_code == 403


def test_a_file_has_the_lines_their_columns_and_what_they_add_up_to(app: Flask) -> None:
    unit = offices.office()
    year_of([unit])
    client = with_role(app, "admin")
    text = client.get("/p3dn/transaksi?tahun=2026&bentuk=csv").text.removeprefix("\ufeff")
    assert text.splitlines()[0] == ";".join(COLUMNS)
    told = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    book = zipfile.ZipFile(io.BytesIO(client.get("/p3dn/transaksi?tahun=2026&bentuk=xlsx").data))
    assert len(told) == 660
    assert f"<v>{sum(int(row['nilai_idr']) for row in told)}</v>" in book.read("xl/worksheets/sheet2.xml").decode()
    assert client.get("/p3dn/ekspor").text.count("660") >= 1


def test_the_page_says_what_each_percentage_is_of_and_as_of_when(app: Flask) -> None:
    shop, unit = sellers.shop().id, offices.office()
    told = {"unit_code": unit, "day": date(2026, 11, 2)}
    p3dn.recorded(
        p3dn.fact(shop, value=Rupiah(9_182_000), local=Local(rung="domestic"), **told),
        p3dn.fact(shop, value=Rupiah(818_000), local=Local(rung="import"), line=2, **told),
    )
    page = with_role(app, "programme_officer").get("/p3dn").text
    for said in (
        "91,82%",
        "terhadap semua yang diterima",
        "Sementara, per",
        "Bagian dari angka provinsi",
        "SE LKPP 8/2023",
    ):
        assert said in page, said


@pytest.mark.parametrize(
    "tail", ["", "?tahun=2024", "?tahun=99999&periode=t9", "?periode=%00", "?kategori=tidak-ada", "?saluran=x"]
)
def test_pages_take_whatever_is_asked(app: Flask, tail: str) -> None:
    client = with_role(app, "programme_officer")
    for page in ("/p3dn", "/p3dn/transaksi", "/p3dn/ekspor"):
        assert client.get(f"{page}{tail}").status_code == (404 if "tidak-ada" in tail else 200), page
    assert client.get("/p3dn/transaksi?toko=x&kelas=y&hal=2026-01-01.²&kecamatan=%00").status_code in {200, 404}


def test_an_empty_year_names_the_last_month_with_data(app: Flask) -> None:
    p3dn.recorded(p3dn.fact(sellers.shop().id, day=date(2025, 3, 4), local=Local(rung="domestic")))
    assert "Maret 2025" in with_role(app, "programme_officer").get("/p3dn").text


def test_a_year_that_is_not_over_is_held_against_the_same_months(app: Flask, clock: TestClock) -> None:
    clock.set("2026-11-23T10:00:00+07:00")
    shop = sellers.shop().id
    for number, (day, value) in enumerate(
        ((date(2025, 3, 2), 1_000_000), (date(2025, 12, 2), 5_000_000), (date(2026, 3, 2), 2_000_000))
    ):
        p3dn.recorded(p3dn.fact(shop, day=day, value=Rupiah(value), reference=str(number)))
    programme = with_role(app, "programme_officer")
    assert (
        "Rp\N{NO-BREAK SPACE}1.000.000 pada bulan yang sama tahun sebelumnya" in programme.get("/p3dn?tahun=2026").text
    )
    assert "tidak ada pada bulan yang sama tahun sebelumnya" in programme.get("/p3dn?tahun=2025").text


def test_pages_ask_the_same_few_statements_however_much_there_is(app: Flask) -> None:
    units = [offices.office(f"Sudin {number}") for number in range(5)]
    client = with_role(app, "programme_officer")
    few = {
        page: statements(client.get(page)) for page in ("/p3dn", "/p3dn/transaksi", "/p3dn/ekspor", "/p3dn/sertifikat")
    }
    year_of(units)
    for page, before in few.items():
        many = statements(client.get(page))
        assert many <= max(before + 4, MOST_STATEMENTS), (page, before, many)
