"""Mailed ways in: for one purpose, one person, one use, half an hour."""

from collections.abc import Callable
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.accounts import queries, services
from marketplace.accounts.events import EmailProved, ProofAsked, ResetAsked
from marketplace.accounts.models import Link, Purpose
from marketplace.kernel.access import SYSTEM, Actor
from marketplace.kernel.db import session
from marketplace.kernel.errors import Conflict, Invalid, TooMany
from marketplace.testing.plugin import Outbox, TestClock
from tests.factories.accounts import PASSWORD, as_actor, opened, person

GUEST = Actor(kind="guest", guest_key="tamu")
HERE = "203.0.113.7"
NEW = "bubur ayam pagi"


@pytest.fixture
def siti(app: Flask, clock: TestClock) -> UUID:
    return person("Siti", email="siti@contoh.example")


@pytest.fixture
def asked(siti: UUID, outbox: Outbox) -> Callable[..., str]:
    def ask(identifier: str = "siti@contoh.example") -> str:
        services.ask_reset(identifier, address=HERE)
        return str(outbox.named(ResetAsked)[-1]["link_id"])

    return ask


def token(link_id: str) -> str:
    return queries.reset_address(link_id)["address"].partition("token=")[2]


def test_a_mailed_link_sets_a_new_password_once(siti: UUID, asked: Callable[..., str], outbox: Outbox) -> None:
    before, secret = opened(siti).token, token(asked())
    assert queries.link_is_open(secret, Purpose.RESET)
    services.reset_password(secret, NEW)
    assert services.sign_in("siti@contoh.example", NEW, address=HERE, by=GUEST).person_id == siti
    assert queries.presence(before) is None
    assert outbox.named(EmailProved) == [{"person_id": str(siti)}]
    with pytest.raises(Conflict):
        services.reset_password(secret, "lain lagi kuncinya")


def test_nothing_that_opens_is_stored_or_told(siti: UUID, asked: Callable[..., str], outbox: Outbox) -> None:
    link_id = asked()
    secret = token(link_id)
    assert secret not in str(list(outbox))
    assert session.scalar(select(Link.token_hash).where(Link.id == UUID(link_id))) != secret


def test_the_address_comes_from_the_settings(asked: Callable[..., str]) -> None:
    assert queries.reset_address(asked())["address"].startswith("http://127.0.0.1:8000/masuk/sandi-baru?token=")


def test_a_link_ends_after_half_an_hour(siti: UUID, asked: Callable[..., str], clock: TestClock) -> None:
    link_id = asked()
    clock.set("2026-11-27T09:29:59+07:00")
    assert queries.link_recipients(link_id)
    clock.set("2026-11-27T09:30:00+07:00")
    assert queries.link_recipients(link_id) == ()
    with pytest.raises(Conflict):
        services.reset_password(token(link_id), NEW)


def test_a_later_link_closes_the_earlier(asked: Callable[..., str]) -> None:
    first, second = token(asked()), token(asked())
    with pytest.raises(Conflict):
        services.reset_password(first, NEW)
    services.reset_password(second, NEW)


def test_a_password_changed_meanwhile_closes_the_link(siti: UUID, asked: Callable[..., str]) -> None:
    secret = token(asked())
    services.change_password(PASSWORD, "soto betawi siang", by=as_actor(siti), address=HERE)
    with pytest.raises(Conflict):
        services.reset_password(secret, NEW)


def test_a_bad_new_password_leaves_the_link_open(asked: Callable[..., str]) -> None:
    secret = token(asked())
    with pytest.raises(Invalid):
        services.reset_password(secret, "1234567890")
    services.reset_password(secret, NEW)


def test_a_link_of_one_purpose_never_works_as_another(siti: UUID, asked: Callable[..., str], outbox: Outbox) -> None:
    services.ask_proof(by=as_actor(siti), address=HERE)
    proof = queries.proof_address(outbox.named(ProofAsked)[-1]["link_id"])["address"].partition("token=")[2]
    with pytest.raises(Conflict):
        services.reset_password(proof, NEW)
    with pytest.raises(Conflict):
        services.prove_email(token(asked()))
    services.prove_email(proof)
    assert queries.profile(by=as_actor(siti)).email_proved_at is not None


def test_a_stranger_gets_the_same_answer_and_a_link_to_nowhere(asked: Callable[..., str]) -> None:
    link_id = asked("siapa@contoh.example")
    assert queries.link_recipients(link_id) == ()
    assert not queries.link_is_open(token(link_id), Purpose.RESET)
    with pytest.raises(Conflict):
        services.reset_password(token(link_id), NEW)


def test_somebody_suspended_is_not_written_to_and_cannot_use_a_link(siti: UUID, asked: Callable[..., str]) -> None:
    link_id = asked()
    services.suspend(siti, "", by=SYSTEM)
    assert queries.link_recipients(link_id) == ()
    with pytest.raises(Conflict):
        services.reset_password(token(link_id), NEW)


@pytest.mark.parametrize("identifier", ["siti@contoh.example", "siapa@contoh.example"])
def test_asking_again_and_again_is_stopped_for_everyone_alike(asked: Callable[..., str], identifier: str) -> None:
    for _ in range(5):
        asked(identifier)
    with pytest.raises(TooMany):
        asked(identifier)
