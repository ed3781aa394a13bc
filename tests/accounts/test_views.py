"""The door as a browser sees it."""

import re

import pytest
from flask.testing import FlaskClient

from marketplace.accounts import queries, services
from marketplace.accounts.events import ProofAsked, ResetAsked
from marketplace.kernel.access import SYSTEM, Grant
from marketplace.testing.plugin import Outbox, TestClock
from tests.factories.accounts import PASSWORD, person, second_code, signed_in
from tests.factories.sellers import shop

PUBLIC = ("/masuk", "/daftar", "/masuk/lupa", "/pengaturan")
OWN = ("/akun", "/akun/sandi", "/akun/hapus")


@pytest.mark.parametrize("path", PUBLIC)
@pytest.mark.parametrize("language", ["id", "en"])
def test_everyone_may_stand_at_the_door(client: FlaskClient, path: str, language: str) -> None:
    page = client.get(path, query_string={"bahasa": language})
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"
    assert page.text.count("<h1>") == 1


@pytest.mark.parametrize("path", OWN)
def test_what_is_ones_own_asks_for_signing_in_and_comes_back(client: FlaskClient, clock: TestClock, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.location) == (303, f"/masuk?lanjut={path}")
    person(email="siti@contoh.example")
    answer = client.post("/masuk", data={"reachable": "siti@contoh.example", "password": PASSWORD, "lanjut": path})
    assert (answer.status_code, answer.location) == (303, path)
    assert client.get(path).status_code == 200


def test_the_cookie_says_nothing_and_is_kept_from_scripts(client: FlaskClient, clock: TestClock) -> None:
    person(email="siti@contoh.example")
    answer = client.post("/masuk", data={"reachable": "siti@contoh.example", "password": PASSWORD})
    cookie = next(line for line in answer.headers.getlist("Set-Cookie") if line.startswith("sesi="))
    assert all(part in cookie for part in ("HttpOnly", "SameSite=Lax", "Path=/"))
    assert "Domain" not in cookie


@pytest.mark.parametrize(
    "target", ["https://jahat.example", "//jahat.example", "/%2Fjahat.example", "/\\jahat.example"]
)
def test_nobody_is_sent_to_another_site(client: FlaskClient, clock: TestClock, target: str) -> None:
    person(email="siti@contoh.example")
    answer = client.post("/masuk", data={"reachable": "siti@contoh.example", "password": PASSWORD, "lanjut": target})
    assert answer.location == "/"


def test_a_failed_try_keeps_what_was_typed_but_not_the_password(client: FlaskClient, clock: TestClock) -> None:
    page = client.post("/masuk", data={"reachable": "siti@contoh.example", "password": "salah sekali"})
    assert page.status_code == 422
    assert 'value="siti@contoh.example"' in page.text
    assert "salah sekali" not in page.text
    assert "<title>Galat: Masuk" in page.text


def test_too_many_tries_say_when_to_come_back(client: FlaskClient, clock: TestClock) -> None:
    for _ in range(10):
        client.post("/masuk", data={"reachable": "siti@contoh.example", "password": "salah sekali"})
    page = client.post("/masuk", data={"reachable": "siti@contoh.example", "password": "salah sekali"})
    assert page.status_code == 429
    assert "09.15" in page.text


def test_signing_in_anew_ends_the_session_that_was_there(client: FlaskClient, clock: TestClock) -> None:
    siti = person(email="siti@contoh.example")
    signed_in(client, siti)
    old = client.get_cookie("sesi").value
    client.post("/masuk", data={"reachable": "siti@contoh.example", "password": PASSWORD})
    assert client.get_cookie("sesi").value != old
    assert queries.presence(old) is None


def test_signing_out_clears_the_browser(client: FlaskClient, clock: TestClock) -> None:
    signed_in(client, person())
    token = client.get_cookie("sesi").value
    answer = client.post("/keluar")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert client.get_cookie("sesi") is None
    assert queries.presence(token) is None
    assert client.get("/akun").status_code == 303


def test_a_form_of_another_site_signs_nobody_out(client: FlaskClient, clock: TestClock) -> None:
    signed_in(client, person())
    assert client.post("/keluar", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert client.get("/keluar").status_code == 405
    assert client.get("/akun").status_code == 200


def test_joining_answers_alike_for_a_new_and_a_taken_address(client: FlaskClient, clock: TestClock) -> None:
    person(email="siti@contoh.example")
    answers = [
        client.post("/daftar", data={"name": "Siti", "reachable": reachable, "password": PASSWORD, "lanjut": "/akun"})
        for reachable in ("siti@contoh.example", "baru@contoh.example", "081298765432")
    ]
    assert {(answer.status_code, answer.location) for answer in answers} == {(303, "/masuk?kabar=daftar&lanjut=/akun")}
    assert queries.person_by("baru@contoh.example")
    assert queries.person_by("081298765432")


def test_every_field_says_what_is_wrong_with_it(client: FlaskClient, clock: TestClock) -> None:
    page = client.post("/daftar", data={"name": "", "reachable": "0812", "password": ""})
    assert page.status_code == 422
    for field in ("name", "reachable", "password"):
        assert f'id="f-{field}-galat"' in page.text
    page = client.post("/daftar", data={"name": "Siti", "reachable": "s@contoh.example", "password": "1234567890"})
    assert 'id="f-password-galat"' in page.text


@pytest.mark.parametrize("weak", ["pendek", "1234567890", "siti@contoh"])
def test_a_weak_password_is_told_beside_the_other_faults(client: FlaskClient, clock: TestClock, weak: str) -> None:
    page = client.post("/daftar", data={"name": "", "reachable": "siti@contoh", "password": weak})
    assert page.status_code == 422
    assert all(f'id="f-{field}-galat"' in page.text for field in ("name", "reachable", "password"))
    twice = client.post("/daftar", data={"name": ["Siti", "Ani"], "reachable": "s@contoh.example"})
    assert twice.status_code == 422


def test_a_wrong_old_password_and_a_weak_new_one_are_told_together(client: FlaskClient, clock: TestClock) -> None:
    signed_in(client, person())
    page = client.post("/akun/sandi", data={"old_password": "bukan yang ini", "password": "pendek"})
    assert all(f'id="f-{field}-galat"' in page.text for field in ("old_password", "password"))


@pytest.mark.parametrize(
    ("roles", "desk"),
    [
        ((), "/"),
        (("seller",), "/lapak"),
        (("admin",), "/admin"),
        (("programme_officer",), "/program"),
        (("seller", "programme_officer"), "/lapak"),
        (("auditor",), "/pengadaan"),
    ],
)
def test_who_has_a_desk_arrives_at_it_unless_they_were_going_elsewhere(
    client: FlaskClient, clock: TestClock, roles: tuple[str, ...], desk: str
) -> None:
    seller = [Grant("seller", "seller", str(shop().id))] if "seller" in roles else []
    person(email="siti@contoh.example", grants=(*seller, *(Grant(role) for role in roles if role != "seller")))
    who = {"reachable": "siti@contoh.example", "password": PASSWORD}
    assert come_in(client, who) == desk
    assert client.get(desk).status_code == 200
    clock.set("2026-11-27T09:01:00+07:00")
    assert come_in(client, {**who, "lanjut": "/keranjang"}) == "/keranjang"


def come_in(client: FlaskClient, typed: dict[str, str]) -> str | None:
    """Come in by the door, with the second step where one is asked for; return where that leads."""
    answer = client.post("/masuk", data=typed)
    if answer.status_code == 200:
        token = re.search(r'name="jalan" value="([^"]+)"', answer.text)[1]
        answer = client.post(
            "/masuk/dua-langkah", data={"jalan": token, "code": second_code(), "lanjut": typed.get("lanjut", "")}
        )
    return answer.location


def test_unknown_fields_are_refused(client: FlaskClient, clock: TestClock) -> None:
    page = client.post(
        "/daftar", data={"name": "Siti", "reachable": "s@contoh.example", "password": PASSWORD, "role": "admin"}
    )
    assert page.status_code == 422


def test_the_account_shows_what_we_know_and_nobody_else_sees(client: FlaskClient, clock: TestClock) -> None:
    siti = person("Siti Aminah", email="siti@contoh.example", grants=(Grant("auditor"),))
    page = signed_in(client, siti).get("/akun").text
    assert all(shown in page for shown in ("Siti Aminah", "siti@contoh.example", "Auditor"))
    assert client.get("/saya/kepala").json["name"] == "Siti"


def test_a_suspended_person_is_a_guest_on_the_next_request(client: FlaskClient, clock: TestClock) -> None:
    siti = person()
    signed_in(client, siti)
    assert client.get("/akun").status_code == 200
    services.suspend(siti, "", by=SYSTEM)
    assert client.get("/akun").status_code == 303


@pytest.mark.parametrize("cookie", ["", "x", "x" * 3000, "é", "' OR 1=1 --"])
def test_an_invented_cookie_is_a_guest(client: FlaskClient, cookie: str) -> None:
    client.set_cookie("sesi", cookie)
    assert client.get("/akun").status_code == 303


def test_a_lost_password_is_set_anew_by_the_link(client: FlaskClient, clock: TestClock, outbox: Outbox) -> None:
    person(email="siti@contoh.example")
    answers = {
        client.post("/masuk/lupa", data={"reachable": reachable}).text.replace(reachable, "")
        for reachable in ("siti@contoh.example", "siapa@contoh.example")
    }
    assert len(answers) == 1, "the page tells nobody whether there is such an account"
    link = queries.reset_address(outbox.named(ResetAsked)[0]["link_id"])["address"].removeprefix(
        "http://127.0.0.1:8000"
    )
    page = client.get(link)
    assert page.headers["Referrer-Policy"] == "same-origin"
    token = link.partition("token=")[2]
    assert client.post("/masuk/sandi-baru", data={"token": token, "password": "1234567890"}).status_code == 422
    answer = client.post("/masuk/sandi-baru", data={"token": token, "password": "bubur ayam pagi"})
    assert answer.location == "/masuk?kabar=sandi"
    assert client.get(link).status_code == 410
    assert client.post("/masuk/sandi-baru", data={"token": token, "password": "bubur ayam pagi"}).status_code == 409


def test_opening_a_proof_link_changes_nothing_until_the_button(
    client: FlaskClient, clock: TestClock, outbox: Outbox
) -> None:
    siti = person(email="siti@contoh.example")
    signed_in(client, siti).post("/akun/bukti")
    link = queries.proof_address(outbox.named(ProofAsked)[0]["link_id"])["address"].removeprefix(
        "http://127.0.0.1:8000"
    )
    assert client.get(link).status_code == 200
    assert client.get(link).status_code == 200
    token = link.partition("token=")[2]
    assert client.post("/akun/bukti-email", data={"token": token}).location == "/akun?kabar=terbukti"
    assert client.get(link).status_code == 410


def test_changing_the_password_keeps_this_browser_in(client: FlaskClient, clock: TestClock) -> None:
    siti = person()
    signed_in(client, siti)
    assert client.post("/akun/sandi", data={"old_password": "salah", "password": "x"}).status_code == 422
    answer = client.post("/akun/sandi", data={"old_password": PASSWORD, "password": "bubur ayam pagi"})
    assert answer.location == "/akun?kabar=sandi"
    assert client.get("/akun").status_code == 200


def test_people_take_their_data_and_leave(client: FlaskClient, clock: TestClock) -> None:
    signed_in(client, person(email="siti@contoh.example"))
    data = client.post("/akun/data")
    assert data.headers["Content-Disposition"].startswith("attachment")
    assert data.json["person"]["email"] == "siti@contoh.example"
    assert client.post("/akun/hapus", data={"password": "salah"}).status_code == 422
    assert client.post("/akun/hapus", data={"password": PASSWORD}).location == "/masuk?kabar=hapus"
    assert client.get("/akun").status_code == 303


def test_theme_and_language_lead_back_to_where_they_were_chosen(client: FlaskClient) -> None:
    answer = client.post(
        "/pengaturan/tema", data={"tema": "gelap"}, headers={"Referer": "http://localhost/cari?q=nasi"}
    )
    assert answer.location == "/cari?q=nasi"
    assert 'data-tema="gelap"' in client.get("/masuk").text
    client.post("/pengaturan/tema", data={"tema": ""})
    assert "data-tema" not in client.get("/masuk").text
    answer = client.post(
        "/pengaturan/bahasa", data={"bahasa": "en"}, headers={"Referer": "http://localhost/masuk?bahasa=id&x=1"}
    )
    assert answer.location == "/masuk?x=1"
    assert '<html lang="en"' in client.get("/masuk").text
    assert client.post("/pengaturan/bahasa", data={"bahasa": "fr"}).status_code == 422
    assert client.post("/pengaturan/tema", data={"tema": "merah"}).status_code == 422
    answer = client.post("/pengaturan/tema", data={"tema": "gelap"}, headers={"Referer": "https://jahat.example/x"})
    assert answer.location == "/"


def test_the_language_of_letters_follows(client: FlaskClient, clock: TestClock) -> None:
    siti = person()
    signed_in(client, siti).post("/pengaturan/bahasa", data={"bahasa": "en"})
    assert queries.letter_to(str(siti))[0].language == "en"


def test_a_browser_stays_known_after_the_sign_out(client: FlaskClient, clock: TestClock) -> None:
    person(email="siti@contoh.example")
    right = {"reachable": "siti@contoh.example", "password": PASSWORD}
    came_in = client.post("/masuk", data=right)
    assert {name.partition("=")[0] for name in came_in.headers.getlist("Set-Cookie")} >= {"sesi", "kenal"}
    client.post("/keluar")
    stranger = client.application.test_client()
    stranger.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
    for _ in range(10):
        assert stranger.post("/masuk", data={**right, "password": "salah sekali"}).status_code == 422
    assert stranger.post("/masuk", data=right).status_code == 429, "the same address, but another browser"
    assert client.post("/masuk", data=right).status_code == 303
