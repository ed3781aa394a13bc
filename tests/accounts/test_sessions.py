"""Coming in, staying, and being shown the door."""

import time
from collections.abc import Callable
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import func, select

from marketplace.accounts import queries, services
from marketplace.accounts.models import BrowserSession
from marketplace.accounts.policies import SCOPES
from marketplace.accounts.services import Opened
from marketplace.accounts.services.known import known
from marketplace.kernel import ids
from marketplace.kernel.access import SYSTEM, Actor, Grant
from marketplace.kernel.db import session
from marketplace.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, TooMany
from marketplace.testing.plugin import Live, TestClock
from marketplace.web import counting
from tests.factories.accounts import PASSWORD, as_actor, opened, person
from tests.factories.sellers import shop

GUEST = Actor(kind="guest", guest_key="tamu")
HERE = "203.0.113.7"


def come_in(identifier: str, password: str = PASSWORD, address: str = HERE) -> Opened:
    return services.sign_in(identifier, password, address=address, by=GUEST)


def who(token: str) -> Actor | None:
    found = queries.presence(token)
    return found.actor if found else None


def test_a_person_comes_in_by_address_or_number_and_is_known_with_their_roles(app: Flask, clock: TestClock) -> None:
    held = Grant("seller", "seller", str(shop().id))
    siti = person("Siti", email="siti@contoh.example", phone="+6281234567890", grants=(held,))
    for typed in ("Siti@Contoh.example", "0812 3456 7890"):
        assert who(come_in(typed).token) == Actor(kind="person", id=siti, name="Siti", grants=(held,))


def test_only_the_hash_of_the_token_is_kept(app: Flask, clock: TestClock) -> None:
    token = opened(person()).token
    assert session.scalars(select(BrowserSession.token_hash)).all() == [ids.token_hash(token)]
    assert who(ids.token_hash(token)) is None


@pytest.mark.parametrize(
    ("typed", "password"),
    [("siti@contoh.example", "salah sekali"), ("siapa@contoh.example", PASSWORD), ("bukan apa-apa", PASSWORD)],
)
def test_an_unknown_account_and_a_wrong_password_get_the_same_answer(
    app: Flask, clock: TestClock, typed: str, password: str
) -> None:
    person(email="siti@contoh.example")
    with pytest.raises(Invalid) as refusal:
        come_in(typed, password)
    assert [said.text for said in refusal.value.fields[""]] == [
        "The address or number and the password do not belong together. Check both."
    ]


def test_a_password_counts_exactly_as_typed(app: Flask, clock: TestClock) -> None:
    person(email="siti@contoh.example", password="  Nasi Uduk  1 ")
    with pytest.raises(Invalid):
        come_in("siti@contoh.example", "Nasi Uduk  1")
    assert come_in("siti@contoh.example", "  Nasi Uduk  1 ")


def test_somebody_without_a_password_cannot_come_in_with_any(app: Flask, clock: TestClock) -> None:
    services.enrol([services.Newcomer(ids.uuid7(), "Diimpor", "impor@contoh.example")], by=SYSTEM)
    for password in ("!", "", PASSWORD):
        with pytest.raises(Invalid):
            come_in("impor@contoh.example", password)


def test_ten_wrong_passwords_from_one_address_close_the_door_for_a_quarter_of_an_hour(
    app: Flask, clock: TestClock
) -> None:
    person(email="siti@contoh.example")
    for _ in range(10):
        with pytest.raises(Invalid):
            come_in("siti@contoh.example", "salah sekali")
    with pytest.raises(TooMany) as refusal:
        come_in("siti@contoh.example")
    assert refusal.value.facts["retry_at"] == "2026-11-27T02:15:00+00:00"
    # A stranger cannot lock Siti out: from home she comes in.
    assert come_in("siti@contoh.example", address="198.51.100.2")
    clock.set("2026-11-27T09:15:01+07:00")
    assert come_in("siti@contoh.example")


def test_wrong_tries_from_everywhere_close_only_browsers_where_the_person_never_came_in(
    app: Flask, clock: TestClock
) -> None:
    """However long strangers go on, the owner comes in at home, and nobody gets more than ten tries by it."""
    siti, ani = person(email="siti@contoh.example"), person(email="ani@contoh.example")
    home = services.remember("", siti)
    for number in range(100):
        with pytest.raises(Invalid):
            come_in("siti@contoh.example", "salah sekali", address=f"198.51.100.{number % 10}")
    invented = home[:-1] + ("0" if home[-1] != "0" else "1")
    for browser in ("", services.remember("", ani), invented, home.partition(".")[0], "x" * 5000, "é"):
        with pytest.raises(TooMany):
            services.sign_in("siti@contoh.example", PASSWORD, address="192.0.2.5", by=GUEST, browser=browser)
    at_home = {"address": "198.51.100.1", "by": GUEST, "browser": home}
    assert services.sign_in("siti@contoh.example", PASSWORD, **at_home).person_id == siti
    for _ in range(10):
        with pytest.raises(Invalid):
            services.sign_in("siti@contoh.example", "salah sekali", **at_home)
    with pytest.raises(TooMany):
        services.sign_in("siti@contoh.example", PASSWORD, **at_home)


def test_a_browser_knows_the_last_three_who_came_in(app: Flask) -> None:
    people = [person() for _ in range(4)]
    written = ""
    for one in (*people, people[3]):
        written = services.remember(written, one)
    assert [known(written, one) is not None for one in people] == [False, True, True, True]
    assert len({known(written, one) for one in people[1:]}) == 3
    assert known(written, None) is None


def test_letters_that_strangers_ask_for_leave_some_to_the_owner(app: Flask, clock: TestClock) -> None:
    home = services.remember("", person(email="siti@contoh.example"))
    for ask in (services.ask_code, services.ask_reset):
        for _ in range(5):
            ask("siti@contoh.example", address=HERE)
        with pytest.raises(TooMany):
            ask("siti@contoh.example", address="192.0.2.5")
        for _ in range(5):
            ask("siti@contoh.example", address=HERE, browser=home)
        with pytest.raises(TooMany):
            ask("siti@contoh.example", address=HERE, browser=home)


@pytest.mark.parametrize("ask", [services.ask_code, services.ask_reset])
def test_browsers_that_know_the_person_share_one_limit_of_letters(
    app: Flask, clock: TestClock, ask: Callable[..., object]
) -> None:
    """Each sign-in without the cookie makes another browser, and the letters go to an address that nobody has proved."""
    siti = person(email="siti@contoh.example")
    for number in range(5):
        ask("siti@contoh.example", address=f"198.51.100.{number}", browser=services.remember("", siti))
    with pytest.raises(TooMany):
        ask("siti@contoh.example", address="192.0.2.5", browser=services.remember("", siti))


@pytest.mark.parametrize("ask", [services.ask_code, services.ask_reset])
def test_letters_asked_for_where_the_person_is_known_count_for_the_address(
    app: Flask, clock: TestClock, ask: Callable[..., object]
) -> None:
    for number in range(20):
        one = person(email=f"warga{number}@contoh.example")
        ask(f"warga{number}@contoh.example", address=HERE, browser=services.remember("", one))
    siti = person(email="siti@contoh.example")
    with pytest.raises(TooMany):
        ask("siti@contoh.example", address=HERE, browser=services.remember("", siti))
    ask("siti@contoh.example", address="192.0.2.5", browser=services.remember("", siti))


def test_one_address_cannot_try_many_accounts(app: Flask, clock: TestClock) -> None:
    for number in range(60):
        with pytest.raises(Invalid):
            come_in(f"warga{number}@contoh.example", "salah sekali")
    with pytest.raises(TooMany):
        come_in("lain@contoh.example")


def test_coming_in_is_never_counted_as_a_failure(app: Flask, clock: TestClock) -> None:
    person(email="siti@contoh.example")
    for _ in range(12):
        come_in("siti@contoh.example")


def test_a_buyer_stays_fourteen_days_at_rest_and_sixty_in_all(app: Flask, clock: TestClock) -> None:
    token = opened(person()).token
    clock.set("2026-12-11T08:59:59+07:00")
    assert who(token)
    clock.set("2026-12-11T09:00:00+07:00")
    assert who(token) is None
    token = opened(person()).token
    for day in ("2026-12-24", "2027-01-06", "2027-01-19", "2027-02-01"):
        clock.set(f"{day}T09:00:00+07:00")
        services.touch(queries.presence(token).session_id)
    clock.set("2027-02-09T09:00:00+07:00")
    assert who(token) is None


@pytest.mark.parametrize("role", ["admin", "commitment_officer", "auditor", "treasurer"])
def test_an_office_stays_half_an_hour_at_rest_and_twelve_hours_in_all(app: Flask, clock: TestClock, role: str) -> None:
    services.open_organisation("ukpd", "Kelurahan Johar Baru", "KEL-1")
    kind = SCOPES[role][0]
    scope = {"organisation": "KEL-1"}.get(kind, "")
    token = opened(person(grants=(Grant(role, kind, scope),))).token
    clock.set("2026-11-27T09:29:59+07:00")
    assert queries.presence(token).stale
    clock.set("2026-11-27T09:30:00+07:00")
    assert who(token) is None


def test_an_office_signs_in_again_after_twelve_hours_however_busy(app: Flask, clock: TestClock) -> None:
    token = opened(person(grants=(Grant("admin"),))).token
    for hour in range(9, 21):
        for minute in ("10", "35", "59"):
            clock.set(f"2026-11-27T{hour:02}:{minute}:00+07:00")
            services.touch(queries.presence(token).session_id)
    clock.set("2026-11-27T21:00:00+07:00")
    assert who(token) is None


def test_use_is_noted_once_in_a_while_and_not_at_each_request(app: Flask, clock: TestClock) -> None:
    token = opened(person()).token
    clock.set("2026-11-27T09:30:00+07:00")
    assert not queries.presence(token).stale
    clock.set("2026-11-27T10:00:00+07:00")
    assert queries.presence(token).stale


def test_knowing_who_asks_costs_one_statement_however_many_roles(app: Flask, clock: TestClock) -> None:
    token = opened(person(grants=(Grant("auditor"), Grant("seller", "seller", str(shop().id))))).token
    assert len(who(token).grants) == 2
    counting.begin()
    who(token)
    assert counting.statements() == 1


def test_signing_out_ends_this_session_and_no_other(app: Flask, clock: TestClock) -> None:
    siti = person()
    phone, desk = opened(siti).token, opened(siti).token
    services.sign_out(phone)
    assert who(phone) is None
    assert who(desk)


def test_a_role_given_or_taken_ends_the_sessions_of_before(app: Flask, clock: TestClock) -> None:
    siti = person()
    token = opened(siti).token
    services.grant(siti, "auditor", by=SYSTEM)
    assert who(token) is None
    token = opened(siti).token
    assert who(token).holds("auditor")
    services.grant(siti, "auditor", by=SYSTEM)
    assert who(token), "what was held before is no change"
    services.revoke(siti, "auditor", by=SYSTEM)
    assert who(token) is None
    assert who(opened(siti).token).grants == ()


def test_a_role_ends_by_the_clock(app: Flask, clock: TestClock) -> None:
    siti = person()
    services.grant(
        siti,
        "kecamatan_officer",
        "area",
        "31.71.06",
        by=SYSTEM,
        until=datetime.fromisoformat("2026-11-27T09:10:00+07:00"),
    )
    token = opened(siti).token
    assert who(token).scopes("kecamatan_officer", "area") == ("31.71.06",)
    clock.set("2026-11-27T09:10:00+07:00")
    assert who(token).grants == ()


def test_somebody_suspended_is_a_guest_at_once_and_cannot_come_in(app: Flask, clock: TestClock) -> None:
    siti = person(email="siti@contoh.example")
    token = opened(siti).token
    services.suspend(siti, "akun dipakai orang lain", by=as_actor(ids.uuid7(), Grant("admin")))
    assert who(token) is None
    with pytest.raises(Invalid):
        come_in("siti@contoh.example")
    services.restore(siti, by=SYSTEM)
    assert who(token) is None
    assert come_in("siti@contoh.example")


def test_only_an_administrator_suspends_and_never_themselves(app: Flask, clock: TestClock) -> None:
    laras = person(grants=(Grant("admin"),))
    with pytest.raises(NotAllowed):
        services.suspend(laras, "", by=as_actor(laras, Grant("admin")))
    with pytest.raises(NotAllowed):
        services.suspend(laras, "", by=as_actor(ids.uuid7(), Grant("auditor")))
    with pytest.raises(NotFound):
        services.suspend(ids.uuid7(), "", by=SYSTEM)
    services.suspend(laras, "", by=SYSTEM)
    with pytest.raises(Conflict):
        services.suspend(laras, "", by=SYSTEM)


def test_old_sessions_are_swept_out(app: Flask, clock: TestClock) -> None:
    siti = person()
    ended, kept = opened(siti).token, opened(siti).token
    services.sign_out(ended)
    clock.set("2026-11-27T09:00:01+07:00")
    services.sweep()
    assert session.scalar(select(func.count()).select_from(BrowserSession)) == 1
    assert who(kept)


@pytest.mark.slow
def test_a_stranger_and_a_known_person_take_the_same_time(make_live: Callable[..., Live]) -> None:
    """Judged by the work and not by the clock: both verify one full hash; the ratio is only looked at for gross error."""
    site = make_live(PASSWORD_PROFILE="standard")
    with site.app.app_context():
        person(email="siti@contoh.example")
        took = {}
        for typed in ("siti@contoh.example", "siapa@contoh.example"):
            for turn in range(4):
                began = time.perf_counter()
                with pytest.raises(Invalid):
                    come_in(typed, "salah sekali")
                if turn:
                    took.setdefault(typed, []).append(time.perf_counter() - began)
        known, unknown = (min(times) for times in took.values())
        assert 0.2 < known / unknown < 5
