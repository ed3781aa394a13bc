"""What people are told by mail about their account, from the event to the letter in the sink."""

import email
import re
from collections.abc import Callable
from email.policy import default

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from marketplace.accounts import queries, services
from marketplace.accounts.models import HeldGrant, Person
from marketplace.kernel import ids
from marketplace.kernel.access import SYSTEM, Actor, Grant
from marketplace.kernel.db import session, transactional
from marketplace.kernel.outbox import relay
from marketplace.testing.plugin import TestClock
from tests.factories.accounts import PASSWORD, as_actor, person

GUEST = Actor(kind="guest", guest_key="tamu")
HERE = "203.0.113.7"
Letters = Callable[[], dict[str, str]]


@pytest.fixture
def delivered(app: Flask, clock: TestClock) -> Letters:
    """Give a function that delivers what was told and returns the letters by subject."""
    sink = app.extensions["jkp"].settings.mail_sink

    def deliver() -> dict[str, str]:
        for old in sink.glob("*.eml"):
            old.unlink()
        relay()
        found = [email.message_from_bytes(path.read_bytes(), policy=default) for path in sink.glob("*.eml")]
        return {letter["Subject"]: letter.get_content() for letter in found}

    return deliver


def test_joining_brings_a_letter_that_proves_the_address(client: FlaskClient, delivered: Letters) -> None:
    siti = services.register(name="Siti", email="siti@contoh.example", password=PASSWORD, by=GUEST)
    assert siti
    letter = delivered()["Konfirmasi alamat e-mail Anda untuk Jakpreneur"]
    found = re.search(r"http://127\.0\.0\.1:8000(\S+)\?token=(\w+)", letter)
    assert found
    assert client.get(f"{found[1]}?token={found[2]}").status_code == 200
    assert client.post(found[1], data={"token": found[2]}).location == "/masuk?kabar=terbukti"
    assert queries.profile(by=as_actor(siti)).email_proved_at


def test_joining_twice_a_new_password_and_a_code_are_told_to_the_owner(delivered: Letters) -> None:
    siti = person("Siti", email="siti@contoh.example")
    services.register(name="Lain", email="siti@contoh.example", password="kata sandi lain", by=GUEST)
    services.change_password(PASSWORD, "bubur ayam pagi", by=as_actor(siti), address=HERE)
    code = queries.code_of(services.ask_code("siti@contoh.example", address=HERE))
    assert set(delivered()) == {
        "Anda sudah punya akun di Jakpreneur",
        "Kata sandi Anda di Jakpreneur sudah diganti",
        f"{code} kode Anda untuk Jakpreneur",
    }


def test_a_stranger_is_not_written_to(delivered: Letters) -> None:
    services.ask_reset("siapa@contoh.example", address=HERE)
    services.ask_code("siapa@contoh.example", address=HERE)
    assert delivered() == {}


def test_what_is_broken_is_said_with_its_id(app: Flask, clock: TestClock) -> None:
    siti, ani = person(grants=(Grant("auditor"),)), person()

    @transactional
    def spoil() -> None:
        session.execute(update(HeldGrant).values(role="raja"))
        session.execute(update(Person).where(Person.id == ani).values(state="erased"))

    spoil()
    said = list(queries.broken())
    assert any(f"person {ani}" in sentence for sentence in said)
    assert any("raja" in sentence for sentence in said)
    assert siti


def test_a_guest_has_no_profile_and_nobody_gets_no_letter(app: Flask, clock: TestClock) -> None:
    assert queries.letter_to(str(ids.uuid7())) == ()
    services.end_all(ids.uuid7())
    services.revoke(ids.uuid7(), "auditor", by=SYSTEM)
