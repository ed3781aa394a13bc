"""Policy, targets and commitments on their page: what does not fit is said beside the field, or by row and cell (R17.4)."""

import io

import pytest
from flask import Flask

from marketplace.p3dn import queries
from marketplace.p3dn.queries.figures import overview
from tests.factories import offices, p3dn, sellers
from tests.p3dn.test_figures import year
from tests.p3dn.test_pages import with_role

HEAD = "kode_unit;tahun;nilai_idr;per_tanggal;sumber\n"
PAGE = "/p3dn/kebijakan"


def table(text: str) -> dict[str, tuple[io.BytesIO, str]]:
    return {"berkas": (io.BytesIO(text.encode()), "komitmen.csv")}


def test_a_keeper_lets_a_policy_follow_and_one_that_overlaps_is_refused_beside_its_day(app: Flask) -> None:
    client = with_role(app, "procurement_admin")
    told = {"valid_from": "2027-01-01", "high": "45", "least": "30", "bmp_counts": "1", "basis": "Perpres uji"}
    assert client.post(PAGE, data=told).status_code == 303
    assert [one.high for one in queries.policies()][-1] == 4500
    again = client.post(PAGE, data=told)
    assert again.status_code == 422
    assert "tidak boleh berlaku pada hari yang sama" in again.text
    assert 'value="45"' in again.text
    assert "45%" in client.get(PAGE).text


@pytest.mark.parametrize(
    ("field", "value"), [("high", "116"), ("least", "101"), ("high", "20"), ("valid_to", "2026-01-01"), ("basis", "")]
)
def test_a_policy_that_cannot_be_is_refused(app: Flask, field: str, value: str) -> None:
    told = {"valid_from": "2027-01-01", "high": "45", "least": "30", "basis": "Perpres uji", field: value}
    refused = with_role(app, "admin").post(PAGE, data=told)
    assert refused.status_code == 422
    assert len(queries.policies()) == 2


def test_a_target_of_an_office_stands_on_the_page(app: Flask) -> None:
    unit, client = offices.office("Sudin Target"), with_role(app, "admin")
    told = {"key": "spend", "unit_code": unit, "valid_from": "2026-01-01", "share": "85", "basis": "Perjanjian Kinerja"}
    assert client.post(f"{PAGE}/target", data=told).status_code == 303
    assert "Sudin Target" in client.get(PAGE).text
    assert client.post(f"{PAGE}/target", data=told).status_code == 422


def test_commitments_come_from_a_table_whole_or_not_at_all(app: Flask) -> None:
    first, second, client = offices.office(), offices.office("Dinas Uji"), with_role(app, "admin")
    wrong = (
        f"{HEAD}{first};2026;1.000.000;2026-01-02;SiRUP\nTIDAK-ADA;2026;5;2026-01-02;SiRUP\n{second};dua;0;kemarin;\n"
        f"{first};2026;7;2026-01-02;SiRUP\n"
    )
    refused = client.post(f"{PAGE}/komitmen", data=table(wrong))
    assert refused.status_code == 422
    for said in ("TIDAK-ADA", "kode_unit", "nilai_idr", "kemarin", "sudah ada di baris 2"):
        assert said in refused.text, said
    p3dn.recorded(p3dn.fact(sellers.shop().id, unit_code=first, local=queries.Local(rung="domestic")))
    assert overview(year(2026)).whole.commitment is None
    right = f"{HEAD}{first};2026;1.000.000;2026-01-02;SiRUP\n{second};2026;Rp 3.000.000;2026-01-02;SiRUP\n"
    assert client.post(f"{PAGE}/komitmen", data=table(right)).status_code == 303
    assert overview(year(2026)).whole.commitment == 2500
    assert "terhadap komitmen" in client.get("/p3dn").text


@pytest.mark.parametrize("text", ["", "a;b\n1;2\n", "\x00"])
def test_a_file_that_is_no_such_table_says_so(app: Flask, text: str) -> None:
    assert with_role(app, "admin").post(f"{PAGE}/komitmen", data=table(text)).status_code == 422


def test_who_only_reads_is_shown_no_forms_and_changes_nothing(app: Flask) -> None:
    client = with_role(app, "auditor")
    page = client.get(PAGE)
    assert page.status_code == 200
    assert "Tambah yang baru" not in page.text
    for path in ("", "/target", "/komitmen"):
        assert client.post(f"{PAGE}{path}", data={}).status_code == 403
