"""Units, packages and budget lines from a file: a look first, every bad cell named, all or nothing (R17.4, R17.5)."""

import io
import json
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace.kernel.access import SYSTEM, Actor, Grant
from marketplace.kernel.errors import Invalid, NotAllowed
from marketplace.kernel.money import Rupiah
from marketplace.kernel.words import speaking
from marketplace.offices import importer, queries, services
from marketplace.offices.commands import import_table
from marketplace.offices.importer import Plan
from marketplace.offices.policies import ORGANISATION
from tests.factories.accounts import as_actor, person, signed_in
from tests.factories.offices import means, office

HOME = {"Sec-Fetch-Site": "same-origin"}
UNITS = """Kode Unit;Jenis;Nama;Kode Induk;Kode Dokumen;NPWP
SD-1;Sudin;Sudin Gotong Royong;DN-1;SDGR;01.234.567.8-021.000
DN-1;OPD;Dinas Gotong Royong;;DGR;
"""
LINES = """kode unit,tahun,sub kegiatan,kode rekening,uraian,pagu,catatan
{code},2026,5.01.01.2.06.0004,5.1.02.01.01.0052,Belanja makanan rapat,"Rp 10.000.000",a
{code},2026,5.01.01.2.06.0005,5.1.02.01.01.0024,Belanja ATK,2500000,b
"""
PACKAGES = """kode unit,tahun,kode rup,nama paket,jenis,pagu
{code},2026,55120001,Konsumsi rapat koordinasi,Barang,50.000.000
"""


def took(kind: str, text: str, by: Actor = SYSTEM) -> Plan:
    return importer.carry_out(kind, importer.read(kind, text.encode()), by=by)


def counts(plan: Plan) -> tuple[int, int, int, int]:
    return len(plan.new), len(plan.changed), plan.same, plan.faulty


def seen(kind: str, text: str, by: Actor = SYSTEM) -> Plan:
    return importer.plan(kind, importer.read(kind, text.encode()), by=by)


def cells(plan: Plan) -> list[tuple[int, str]]:
    return [(fault.row, fault.column) for fault in plan.faults]


def test_a_tree_of_units_comes_in_whatever_the_order_and_again_changes_nothing(app: Flask) -> None:
    assert counts(took("units", UNITS)) == (2, 0, 0, 0)
    assert queries.unit("SD-1").above == ("DN-1",)
    assert queries.unit("SD-1").npwp == "012345678021000"
    assert counts(took("units", UNITS)) == (0, 0, 2, 0)
    again = took("units", UNITS.replace("Dinas Gotong Royong", "Dinas Guyub"))
    assert (counts(again), again.changed[0].changes) == ((0, 1, 1, 0), {"name": ("Dinas Gotong Royong", "Dinas Guyub")})
    assert counts(took("units", "kode,jenis,nama\nSD-1,sudin,Sudin Gotong Royong\n")) == (0, 0, 1, 0)


def test_lines_and_packages_come_in_and_again_change_nothing(app: Flask) -> None:
    code = office()
    plan = took("lines", LINES.format(code=code))
    assert counts(plan) == (2, 0, 0, 0)
    assert [str(notice) for notice in plan.notices] == ["Kolom ini tidak dibaca: catatan."]
    assert [line.ceiling for line in queries.lines(code, 2026, SYSTEM)] == [Rupiah(10_000_000), Rupiah(2_500_000)]
    assert counts(took("lines", LINES.format(code=code))) == (0, 0, 2, 0)
    assert counts(took("packages", PACKAGES.format(code=code))) == (1, 0, 0, 0)
    assert counts(took("packages", PACKAGES.format(code=code))) == (0, 0, 1, 0)
    (package,) = queries.packages(code, 2026, SYSTEM)
    assert (package.value, package.what) == (Rupiah(50_000_000), "goods")
    assert counts(took("packages", PACKAGES.format(code=code).replace("50.000.000", "60.000.000"))) == (0, 1, 0, 0)
    assert list(queries.broken()) == []


def test_every_bad_cell_is_named_and_nothing_is_written(app: Flask) -> None:
    code = office()
    text = LINES.format(code=code) + (
        f"{code},2026,5.01,5.1,Belanja sewa,banyak,\n"
        "TIDAK-ADA,2026,5.01,5.2,Belanja sewa,1000,\n"
        f'{code},26,,5.3,"",1000,\n'
        f"{code},2026,5.01.01.2.06.0005,5.1.02.01.01.0024,Belanja ATK,1,\n"
        f"{code},2026,5.01,5.4,Belanja sewa,1.000,,lebih\n"
    )
    plan = seen("lines", text)
    assert counts(plan) == (2, 0, 0, 5)
    assert cells(plan) == [
        (4, "pagu"), (5, "kode unit"), (6, "tahun"), (6, "sub kegiatan"), (6, "uraian"), (7, "kode rekening"), (8, ""),
    ]  # fmt: skip
    with pytest.raises(Invalid):
        took("lines", text)
    assert queries.lines(code, 2026, SYSTEM) == ()


def test_a_word_that_is_none_of_those_known_is_said_with_those(app: Flask) -> None:
    (fault,) = seen("units", "kode,jenis,nama\nX-1,dinasan,Dinas Uji\n").faults
    with speaking("id"):
        assert str(fault.reason) == "Tulis salah satu: opd, ukpd, sudin, bumd."


def test_a_ceiling_below_what_is_held_is_a_bad_cell(app: Flask) -> None:
    """Guard (R26.3): a file does not take away what is held."""
    one = means()
    services.commit("order:1", Rupiah(4_000_000), line_id=one.line_id, package_id=one.package_id, by=SYSTEM)
    text = (
        "kode unit,tahun,sub kegiatan,kode rekening,uraian,pagu\n"
        f"{one.unit_code},2026,5.01.01.2.06.0004,5.1.02.01.01.0052,Belanja makanan dan minuman rapat,"
    )
    assert cells(seen("lines", f"{text}3.999.999\n")) == [(2, "pagu")]
    assert counts(took("lines", f"{text}4.000.000\n")) == (0, 1, 0, 0)


def test_a_package_of_another_office_is_not_taken_over(app: Flask) -> None:
    first, second = office(), office()
    took("packages", PACKAGES.format(code=first))
    assert cells(seen("packages", PACKAGES.format(code=second))) == [(2, "kode rup")]


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("kode,jenis,nama,induk\nA-1,opd,Dinas A,A-2\nA-2,opd,Dinas B,A-1\n", [(2, "induk"), (3, "induk")]),
        ("kode,jenis,nama,induk\nA-1,opd,Dinas A,ENTAH\n", [(2, "induk")]),
        ("kode,jenis,nama,kode singkat\nA-1,opd,Dinas A,X\nA-2,opd,Dinas B,x\n", [(3, "kode singkat")]),
        ("kode,jenis,nama,latihan\nA-1,desa,Dinas A,mungkin\n", [(2, "jenis"), (2, "latihan")]),
        ("kode,jenis,nama,npwp\nA/1,opd,Dinas A,12\n", [(2, "kode"), (2, "npwp")]),
    ],
)
def test_units_that_do_not_fit(app: Flask, text: str, wrong: list[tuple[int, str]]) -> None:
    assert cells(seen("units", text)) == wrong


def test_who_keeps_one_office_brings_lines_for_it_and_for_no_other(app: Flask) -> None:
    code, other = office(), office()
    grant = Grant("procurement_admin", ORGANISATION, code)
    keeper = as_actor(person(), grant)
    assert counts(took("lines", LINES.format(code=code), keeper)) == (2, 0, 0, 0)
    assert cells(seen("lines", LINES.format(code=other), keeper)) == [(2, "kode unit"), (3, "kode unit")]
    with pytest.raises(NotAllowed):
        seen("units", UNITS, keeper)


def test_the_command_says_what_it_did(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "unit.csv"
    file.write_text(UNITS, encoding="utf-8-sig")
    run = app.test_cli_runner()
    looked = run.invoke(import_table, ["units", str(file), "--dry-run", "--json"])
    assert json.loads(looked.output)["written"] is False
    assert json.loads(run.invoke(import_table, ["units", str(file), "--json"]).output)["new"] == 2
    file.write_text(UNITS.replace("OPD", "DESA"), encoding="utf-8")
    refused = run.invoke(import_table, ["units", str(file)])
    assert refused.exit_code == 1
    assert "row 3, column Jenis: 'DESA'" in refused.output
    file.write_bytes(b"\xff\xfe")
    assert "UTF-8" in run.invoke(import_table, ["units", str(file)]).output


def test_a_keeper_looks_at_a_file_and_then_writes_all_of_it(client: FlaskClient) -> None:
    code = office()
    browser = signed_in(client, person("Wulan", grants=(Grant("procurement_admin"),)))
    text = LINES.format(code=code)

    def give(content: str) -> str:
        file = (io.BytesIO(content.encode()), "dpa.csv")
        return browser.post("/pengadaan/impor", data={"apa": "lines", "berkas": file}, headers=HOME).text

    assert "Pilih berkas CSV." in browser.post("/pengadaan/impor", data={"apa": "lines"}, headers=HOME).text
    assert "banyak" in give(text.replace("2500000", "banyak"))
    assert queries.lines(code, 2026, SYSTEM) == ()
    assert "Tulis semuanya" in give(text)
    assert queries.lines(code, 2026, SYSTEM) == ()
    written = browser.post("/pengadaan/impor", data={"apa": "lines", "isi": text, "aksi": "tulis"}, headers=HOME)
    assert written.headers["Location"] == "/pengadaan/impor?apa=lines&baru=2&ubah=0&sama=0"
    assert "Baru 2, berubah 0, tetap 0." in browser.get(written.headers["Location"]).text
    assert len(queries.lines(code, 2026, SYSTEM)) == 2
    assert "sudah ada" in give(text)
