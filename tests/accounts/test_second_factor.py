"""The second factor: set up by who is in, asked of who comes in, and no desk without it where one is needed (R14.3, R14.4)."""

import re
from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from marketplace.accounts import queries, services
from marketplace.accounts.events import SecondFactorChanged
from marketplace.accounts.models import RecoveryCode, SecondFactor
from marketplace.accounts.queries import totp
from marketplace.kernel import clock as clocks
from marketplace.kernel.access import SYSTEM, Actor, Grant
from marketplace.kernel.db import session
from marketplace.kernel.errors import Invalid, NotAllowed, NotFound, TooMany
from marketplace.kernel.models import AuditEntry
from marketplace.testing.plugin import Outbox, TestClock
from tests.factories.accounts import PASSWORD, SECRET, as_actor, opened, person, second_code, signed_in

GUEST = Actor(kind="guest", guest_key="tamu")
HERE = "203.0.113.7"
ADMIN = (Grant("admin"),)


def asked(email: str) -> str:
    waiting = services.sign_in(email, PASSWORD, address=HERE, by=GUEST)
    assert isinstance(waiting, services.Asked)
    return waiting.token


def step(token: str, code: str, browser: str = "") -> services.Opened:
    return services.open_by_second(token, code, address=HERE, by=GUEST, browser=browser)


@pytest.fixture
def laras(app: Flask, clock: TestClock) -> UUID:
    return person("Laras", email="laras@contoh.example", grants=ADMIN)


def set_up(person_id: UUID, present: str = "") -> tuple[bytes, tuple[str, ...]]:
    setup = uuid4()
    secret = queries.secret_to_be(setup, person_id)
    code = totp.code_at(secret, totp.step_of(clocks.now()))
    _opened, codes = services.set_up(
        setup, code, password=PASSWORD, present=present, by=as_actor(person_id), address=HERE
    )
    return secret, codes


def test_the_password_alone_opens_nothing_and_a_code_opens_once(laras: UUID, clock: TestClock) -> None:
    """Guard (R26.3): a code of the second factor is used once."""
    first, second = asked("laras@contoh.example"), asked("laras@contoh.example")
    come = step(first, f" {second_code()[:3]} {second_code()[3:]} ")
    held = queries.presence(come.token)
    assert held is not None
    assert held.actor.holds("admin")
    for token in (first, second):
        with pytest.raises(Invalid):
            step(token, second_code())
    clock.set("2026-11-27T09:00:30+07:00")
    assert step(second, second_code()).person_id == laras


def test_a_sign_in_waits_ten_minutes_for_its_second_step(laras: UUID, clock: TestClock) -> None:
    token = asked("laras@contoh.example")
    clock.set("2026-11-27T09:10:00+07:00")
    with pytest.raises(Invalid) as refusal:
        step(token, second_code())
    assert list(refusal.value.fields) == [""]


def test_a_mailed_code_is_one_factor_too(laras: UUID) -> None:
    letter = services.ask_code("laras@contoh.example", address=HERE)
    come = services.sign_in_by_code(letter, queries.code_of(letter), address=HERE, by=GUEST)
    assert isinstance(come, services.Asked)
    assert step(come.token, second_code()).person_id == laras


def test_a_new_password_ends_what_waited_with_the_old_one(laras: UUID) -> None:
    token = asked("laras@contoh.example")
    services.change_password(PASSWORD, "kopi tubruk pagi", by=as_actor(laras), address=HERE)
    with pytest.raises(Invalid):
        step(token, second_code())


def test_guessing_ends_for_the_stranger_and_not_for_the_known_browser(laras: UUID, clock: TestClock) -> None:
    """Guard (R26.3): guesses of a code."""
    known = services.remember("", laras)
    for _turn in range(2):
        token = asked("laras@contoh.example")
        for _guess in range(5):
            with pytest.raises(Invalid):
                step(token, "000000")
        with pytest.raises(TooMany):
            step(token, second_code())
    token = asked("laras@contoh.example")
    with pytest.raises(TooMany):
        step(token, second_code())
    assert step(token, second_code(), browser=known).person_id == laras
    clock.set("2026-11-27T09:16:00+07:00")
    assert step(asked("laras@contoh.example"), second_code()).person_id == laras


def test_ten_recovery_codes_open_once_each(app: Flask, clock: TestClock, outbox: Outbox) -> None:
    siti = person(email="siti@contoh.example")
    _secret, codes = set_up(siti)
    assert len(set(codes)) == 10
    assert all(re.fullmatch(r"[A-Z2-7]{4}(-[A-Z2-7]{4}){3}", code) for code in codes)
    assert step(asked("siti@contoh.example"), codes[3].lower().replace("-", " ")).person_id == siti
    with pytest.raises(Invalid):
        step(asked("siti@contoh.example"), codes[3])
    standing = queries.second_factor(siti)
    assert standing is not None
    assert standing.codes_left == 9
    told = [one["what"] for one in outbox.named(SecondFactorChanged)]
    assert told == ["set", "spent"]
    kept = list(session.scalars(select(RecoveryCode.code_hash)))
    assert not {code.replace("-", "") for code in codes} & set(kept)


def test_the_secret_lies_sealed_and_belongs_to_its_person(app: Flask, clock: TestClock) -> None:
    siti, other = person(), person()
    secret, _codes = set_up(siti)
    (sealed,) = session.scalars(select(SecondFactor.secret_sealed))
    assert secret not in sealed
    assert queries.secret_of(siti) == secret
    services.keep_secret(other, SECRET)
    session.get(SecondFactor, other).secret_sealed = sealed
    session.flush()
    with pytest.raises(queries.SealBrokenError):
        queries.secret_of(other)


def test_setting_up_takes_the_password_and_the_first_code_and_ends_other_sessions(app: Flask, clock: TestClock) -> None:
    siti = person()
    elsewhere, setup = opened(siti).token, uuid4()
    right = totp.code_at(queries.secret_to_be(setup, siti), totp.step_of(clocks.now()))
    for code, password, field in ((right, "salah sekali ya", "password"), ("123", PASSWORD, "code")):
        with pytest.raises(Invalid) as refusal:
            services.set_up(setup, code, password=password, by=as_actor(siti), address=HERE)
        assert list(refusal.value.fields) == [field]
    assert queries.second_factor(siti) is None
    here, _codes = services.set_up(setup, right, password=PASSWORD, by=as_actor(siti), address=HERE)
    assert queries.presence(elsewhere) is None
    assert queries.presence(here.token)


def test_another_app_comes_only_by_a_code_of_the_present_one(app: Flask, clock: TestClock) -> None:
    """Guard (R26.3): the present factor before another."""
    siti = person()
    secret, codes = set_up(siti)
    for wrong in ("", "000000"):
        with pytest.raises(Invalid) as refusal:
            set_up(siti, present=wrong)
        assert list(refusal.value.fields) == ["present"]
    assert queries.secret_of(siti) == secret
    renewed, fresh = set_up(siti, present=codes[0])
    assert queries.secret_of(siti) == renewed != secret
    assert not set(codes) & set(fresh)
    assert queries.second_factor(siti).codes_left == 10


def test_taking_it_away_and_new_codes_need_password_and_code(app: Flask, clock: TestClock) -> None:
    siti = as_actor(person())
    _secret, codes = set_up(siti.id)
    change: Callable[..., object]
    for change in (services.renew_codes, services.take_away):
        for password, code, field in (("bukan sandinya", codes[0], "password"), (PASSWORD, "000000", "code")):
            with pytest.raises(Invalid) as refusal:
                change(password, code, by=siti, address=HERE)
            assert list(refusal.value.fields) == [field]
    fresh = services.renew_codes(PASSWORD, codes[0], by=siti, address=HERE)
    with pytest.raises(Invalid):
        services.take_away(PASSWORD, codes[1], by=siti, address=HERE)
    services.take_away(PASSWORD, fresh[0], by=siti, address=HERE)
    assert queries.second_factor(siti.id) is None


def test_an_administrator_resets_what_somebody_lost(laras: UUID, outbox: Outbox) -> None:
    siti, admin = person(second_factor=True), as_actor(laras, *ADMIN)
    token = opened(siti).token
    with pytest.raises(NotAllowed):
        services.reset_factor(laras, "diri sendiri", by=admin)
    with pytest.raises(NotAllowed):
        services.reset_factor(laras, "orang lain", by=as_actor(siti))
    services.reset_factor(siti, "Ditelepon di kantornya.", by=admin)
    assert queries.second_factor(siti) is None
    assert queries.presence(token) is None
    assert outbox.named(SecondFactorChanged) == [{"person_id": str(siti), "what": "reset"}]
    last = session.scalars(
        select(AuditEntry.content).where(AuditEntry.stream == "accounts").order_by(AuditEntry.seq.desc())
    ).first()
    assert (last["action"], last["after"]) == ("reset second factor", {"why": "Ditelepon di kantornya."})
    with pytest.raises(NotFound):
        services.reset_factor(siti, "sekali lagi", by=SYSTEM)


@pytest.mark.parametrize("role", ["admin", "commitment_officer", "budget_holder", "treasurer"])
def test_who_decides_about_money_or_people_has_no_role_before_the_second_factor(
    app: Flask, clock: TestClock, role: str
) -> None:
    """Guard (R26.3): no desk without the second factor."""
    services.open_organisation("ukpd", "Kelurahan Johar Baru", "KEL-1")
    held = Grant(role) if role == "admin" else Grant(role, "organisation", "KEL-1")
    siti = person(grants=(held, Grant("programme_officer")), second_factor=False)
    found = queries.presence(opened(siti).token)
    assert found is not None
    assert (found.actor.grants, set(found.withheld)) == ((), {held, Grant("programme_officer")})
    set_up(siti)
    found = queries.presence(opened(siti).token)
    assert found is not None
    assert (set(found.actor.grants), found.withheld) == ({held, Grant("programme_officer")}, ())


def test_the_way_leads_to_the_set_up_and_from_there_to_the_desk(client: FlaskClient, clock: TestClock) -> None:
    siti = person(email="siti@contoh.example", grants=ADMIN, second_factor=False)
    come = client.post("/masuk", data={"reachable": "siti@contoh.example", "password": PASSWORD})
    assert come.location == "/akun/dua-langkah"
    led = client.get("/admin/dua-langkah")
    assert (led.status_code, led.location) == (303, "/akun/dua-langkah?lanjut=/admin/dua-langkah")
    assert client.post("/admin/dua-langkah").location == "/akun/dua-langkah"
    assert "Peran Anda terbuka" in client.get("/akun").text
    page = client.get(led.location).text
    setup = UUID(re.search(r'name="kunci_baru" value="([^"]+)"', page)[1])
    secret = queries.secret_to_be(setup, siti)
    assert totp.key_shown(secret) in page
    assert "<svg" in page
    typed = {"kunci_baru": str(setup), "code": "000000", "password": PASSWORD, "lanjut": "/admin/dua-langkah"}
    wrong = client.post("/akun/dua-langkah", data=typed)
    assert (wrong.status_code, totp.key_shown(secret) in wrong.text) == (422, True)
    right = totp.code_at(secret, totp.step_of(clocks.now()))
    done = client.post("/akun/dua-langkah", data={**typed, "code": right})
    assert done.status_code == 200
    assert len(re.findall(r"(?:[A-Z2-7]{4}-){3}[A-Z2-7]{4}", done.text)) == 10
    assert 'href="/admin/dua-langkah"' in done.text
    assert client.get("/admin/dua-langkah").status_code == 200


def test_coming_in_with_a_second_step(client: FlaskClient, laras: UUID) -> None:
    page = client.post(
        "/masuk", data={"reachable": "laras@contoh.example", "password": PASSWORD, "lanjut": "/akun/data"}
    )
    assert (page.status_code, client.get("/akun").status_code) == (200, 303)
    token = re.search(r'name="jalan" value="([^"]+)"', page.text)[1]
    wrong = client.post("/masuk/dua-langkah", data={"jalan": token, "code": "000000", "lanjut": "/akun/data"})
    assert (wrong.status_code, token in wrong.text) == (422, True)
    come = client.post("/masuk/dua-langkah", data={"jalan": token, "code": second_code(), "lanjut": "/akun/data"})
    assert (come.status_code, come.location) == (303, "/akun/data")
    assert client.get("/akun/data").status_code == 200


def test_an_administrator_resets_on_a_page(client: FlaskClient, laras: UUID) -> None:
    person(email="siti@contoh.example", second_factor=True)
    signed_in(client, laras)
    typed = {"reachable": "siti@contoh.example", "alasan": "Ditelepon di kantornya.", "password": PASSWORD}
    for change, sentence in (
        ({"reachable": "budi@contoh.example"}, "Tidak ada orang dengan"),
        ({"alasan": "ya"}, "alasan"),
        ({"password": "bukan sandinya"}, "bukan kata sandi"),
    ):
        refused = client.post("/admin/dua-langkah", data={**typed, **change})
        assert (refused.status_code, sentence in refused.text) == (422, True), change
    assert client.post("/admin/dua-langkah", data=typed).location == "/admin/dua-langkah?kabar=sudah"


def test_the_second_factor_leaves_with_its_account(app: Flask, clock: TestClock) -> None:
    siti = person()
    set_up(siti)
    services.erase(siti)
    assert session.scalars(select(SecondFactor.person_id)).all() == []
    assert session.scalars(select(RecoveryCode.person_id)).all() == []
