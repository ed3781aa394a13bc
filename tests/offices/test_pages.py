"""What people in an office see of their budget and plan, and as whom they look (E03)."""

import re
from datetime import date

from flask.testing import FlaskClient

from marketplace.kernel.access import SYSTEM, Grant
from marketplace.kernel.money import Rupiah
from marketplace.offices import services
from marketplace.testing.plugin import TestClock
from tests.factories.accounts import person, signed_in
from tests.factories.offices import appointed, appointment_in, known, mandate_in, means, office

HOME = {"Sec-Fetch-Site": "same-origin"}
PPK = "commitment_officer"


def test_a_line_shows_what_is_left_of_it_and_every_step_that_led_there(client: FlaskClient) -> None:
    one = means()
    services.commit("order:1", Rupiah(4_000_000), line_id=one.line_id, package_id=one.package_id, by=SYSTEM)
    browser = signed_in(client, appointed(one.unit_code, PPK).id)
    listed = browser.get("/pengadaan/anggaran").text
    assert listed.count("Rp\u00a06.000.000") == 2
    seen = browser.get(f"/pengadaan/anggaran/{one.line_id}").text
    assert "order:1" in seen
    assert seen.count("Rp\u00a04.000.000") == 4
    plan = browser.get("/pengadaan/paket").text
    assert "Konsumsi rapat koordinasi" in plan
    assert "Rp\u00a06.000.000" in plan


def test_another_office_s_lines_are_not_there(client: FlaskClient) -> None:
    """Guard (R26.3): an office sees its own."""
    mine, other = means(), means()
    browser = signed_in(client, appointed(mine.unit_code, PPK).id)
    for path in (
        f"/pengadaan/anggaran/{other.line_id}",
        f"/pengadaan/anggaran?unit={other.unit_code}",
        f"/pengadaan/paket?unit={other.unit_code}",
        "/pengadaan/anggaran?unit=TIDAK-ADA",
    ):
        assert browser.get(path).status_code == 404, path


def test_who_has_two_duties_chooses_which_one_pages_show_first(client: FlaskClient) -> None:
    first, second = office("Sudin Satu"), office("Sudin Dua")
    for code in (first, second):
        means(code=code)
    one = appointed(first, PPK)
    services.appoint(second, appointment_in(one.email, "receiver"), by=SYSTEM)
    browser = signed_in(client, one.id)
    assert '<p class="redup kata">Sudin Dua</p>' in browser.get("/pengadaan/anggaran").text
    chosen = browser.post(
        "/pengadaan/peran",
        data={"peran": f"{first}:{PPK}"},
        headers={**HOME, "Referer": "http://localhost/pengadaan/paket?tahun=2025"},
    )
    assert (chosen.status_code, chosen.headers["Location"]) == (303, "/pengadaan/paket")
    assert '<p class="redup kata">Sudin Satu</p>' in browser.get("/pengadaan/anggaran").text
    other = browser.post("/pengadaan/peran", data={"peran": "TIDAK-ADA:admin"}, headers=HOME)
    assert "Set-Cookie" not in other.headers
    browser.set_cookie("peran", f"{office()}:treasurer")
    assert browser.get("/pengadaan/anggaran").status_code == 200


def test_a_keeper_puts_an_office_into_the_tree_and_appoints_its_people(client: FlaskClient) -> None:
    top = office("Dinas Uji", kind="opd")
    browser = signed_in(client, person("Wulan", grants=(Grant("procurement_admin"),)))
    told = {
        "code": "SD-UJI", "kind": "sudin", "name": "Sudin Uji", "parent_code": top, "paper_code": "SDU", "place": "",
        "npwp": "12", "address": "Jalan Uji 1",
    }  # fmt: skip
    refused = browser.post("/pengadaan/unit/baru", data=told, headers=HOME)
    assert (refused.status_code, "15 atau 16 angka" in refused.text, "Jalan Uji 1" in refused.text) == (422, True, True)
    made = browser.post("/pengadaan/unit/baru", data=told | {"npwp": ""}, headers=HOME)
    assert made.headers["Location"] == "/pengadaan/unit/SD-UJI?sudah=unit"
    assert "Dinas Uji" in browser.get(made.headers["Location"]).text
    _id, email = known("Kartika Kusnadi")
    duty = appointment_in(email, PPK).model_dump(mode="json")
    wrong = browser.post("/pengadaan/unit/SD-UJI/tugas", data=duty | {"who": "entah@contoh.example"}, headers=HOME)
    assert (wrong.status_code, "Tidak ada akun" in wrong.text, duty["decree"] in wrong.text) == (422, True, True)
    appointed_at = browser.post("/pengadaan/unit/SD-UJI/tugas", data=duty, headers=HOME).headers["Location"]
    assert "Kartika Kusnadi" in browser.get(appointed_at).text
    assert "Kartika Kusnadi" in browser.get("/pengadaan/unit/SD-UJI").text
    assert "Kartika Kusnadi" not in browser.get("/pengadaan/unit/SD-UJI?tahun=2020").text
    page = appointed_at.partition("?")[0]
    short = browser.post(f"{page}/akhiri", data={"why": ""}, headers=HOME)
    assert short.status_code == 422
    browser.post(f"{page}/akhiri", data={"why": "Mutasi jabatan"}, headers=HOME)
    assert "Berakhir" in browser.get(page).text


def test_a_budget_holder_names_a_deputy_and_ends_the_mandate(client: FlaskClient, clock: TestClock) -> None:
    clock.set("2026-03-02T09:00:00+07:00")
    code = office()
    own = appointed(code, PPK)
    browser = signed_in(client, appointed(code, "budget_holder").id)
    page = f"/pengadaan/tugas/{own.appointment_id}"
    told = mandate_in(known("Dewi Lestari")[1], date(2026, 3, 2), date(2026, 3, 6)).model_dump(mode="json")
    late = browser.post(f"{page}/mandat", data=told | {"last_day": "2026-09-01"}, headers=HOME)
    assert (late.status_code, "paling lama 90 hari" in late.text) == (422, True)
    browser.post(f"{page}/mandat", data=told, headers=HOME)
    assert "Plh. Dewi Lestari" in browser.get(page).text
    again = browser.post(f"{page}/mandat", data=told, headers=HOME)
    assert (again.status_code, str(told["number"]) in again.text) == (409, True)
    seen = browser.get(page).text
    ending = re.search(r"/pengadaan/mandat/[0-9a-f-]+/akhiri", seen)
    assert ending
    assert browser.post(ending[0], data={"why": "x"}, headers=HOME).status_code == 422
    browser.post(ending[0], data={"why": "Kembali lebih cepat"}, headers=HOME)
    assert ending[0] not in browser.get(page).text
    assert browser.post(f"/pengadaan/unit/{code}/tugas", headers=HOME).status_code == 403
    assert browser.get(f"/pengadaan/unit/{office()}").status_code == 404
