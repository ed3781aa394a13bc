"""What people in an office see of their budget and plan, and as whom they look (E03)."""

from flask.testing import FlaskClient

from marketplace.kernel.access import SYSTEM
from marketplace.kernel.money import Rupiah
from marketplace.offices import services
from tests.factories.accounts import signed_in
from tests.factories.offices import appointed, appointment_in, means, office

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
