"""Six digits from a letter instead of a password."""

from collections.abc import Callable
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace.accounts import queries, services
from marketplace.accounts.events import CodeAsked, EmailProved
from marketplace.kernel import ids
from marketplace.kernel.access import SYSTEM, Actor
from marketplace.kernel.errors import Invalid, TooMany
from marketplace.testing.plugin import Outbox, TestClock
from tests.factories.accounts import person

GUEST = Actor(kind="guest", guest_key="tamu")
HERE = "203.0.113.7"


@pytest.fixture
def siti(app: Flask, clock: TestClock) -> UUID:
    return person("Siti", email="siti@contoh.example", phone="+6281234567890")


@pytest.fixture
def letter(siti: UUID) -> Callable[..., UUID]:
    def ask(identifier: str = "siti@contoh.example") -> UUID:
        return services.ask_code(identifier, address=HERE)

    return ask


def type_in(letter: UUID, code: str) -> UUID:
    return services.sign_in_by_code(letter, code, address=HERE, by=GUEST).person_id


def wrong(letter: UUID) -> str:
    return f"{(int(queries.code_of(letter)) + 1) % 1_000_000:06}"


def test_the_code_of_the_letter_opens_once(siti: UUID, letter: Callable[..., UUID], outbox: Outbox) -> None:
    asked = letter("0812-3456-7890")
    assert outbox.named(CodeAsked) == [{"link_id": str(asked)}]
    assert queries.link_recipients(str(asked))[0].address == "siti@contoh.example"
    assert outbox.named(EmailProved) == []
    assert type_in(asked, queries.code_of(asked)) == siti
    assert outbox.named(EmailProved) == [{"person_id": str(siti)}]
    with pytest.raises(Invalid):
        type_in(asked, queries.code_of(asked))


def test_five_wrong_codes_close_the_letter(letter: Callable[..., UUID]) -> None:
    asked = letter()
    for _ in range(5):
        with pytest.raises(Invalid):
            type_in(asked, wrong(asked))
    with pytest.raises(TooMany):
        type_in(asked, queries.code_of(asked))
    again = letter()
    assert type_in(again, queries.code_of(again))


def test_a_code_is_old_after_ten_minutes_or_a_newer_letter(letter: Callable[..., UUID], clock: TestClock) -> None:
    first, second = letter(), letter()
    with pytest.raises(Invalid):
        type_in(first, queries.code_of(first))
    clock.set("2026-11-27T09:10:00+07:00")
    with pytest.raises(Invalid):
        type_in(second, queries.code_of(second))


def test_no_letter_nobody_and_somebody_suspended_get_the_same_answer(siti: UUID, letter: Callable[..., UUID]) -> None:
    suspended, stranger, invented = letter(), letter("siapa@contoh.example"), ids.uuid7()
    services.suspend(siti, "", by=SYSTEM)
    assert queries.link_recipients(str(stranger)) == ()
    for asked in (suspended, stranger, invented):
        with pytest.raises(Invalid) as refusal:
            type_in(asked, queries.code_of(asked))
        assert list(refusal.value.fields) == ["code"]


def test_a_reset_link_is_no_letter_with_a_code(siti: UUID, outbox: Outbox) -> None:
    services.ask_reset("siti@contoh.example", address=HERE)
    link = UUID(next(payload["link_id"] for name, payload in outbox if name == "accounts.ResetAsked"))
    with pytest.raises(Invalid):
        type_in(link, queries.code_of(link))


def test_the_pages_lead_through(client: FlaskClient, siti: UUID, outbox: Outbox) -> None:
    assert client.get("/masuk/kode?lanjut=/akun").status_code == 200
    assert client.post("/masuk/kode", data={"reachable": "x"}).status_code == 422
    page = client.post("/masuk/kode", data={"reachable": "siti@contoh.example", "lanjut": "/akun"})
    assert 'autocomplete="one-time-code"' in page.text
    asked = UUID(outbox.named(CodeAsked)[0]["link_id"])
    assert str(asked) in page.text
    page = client.post("/masuk/kode/surat", data={"surat": str(asked), "code": wrong(asked), "lanjut": "/akun"})
    assert page.status_code == 422
    assert str(asked) in page.text
    assert client.post("/masuk/kode/surat", data={"surat": str(asked), "code": "12"}).status_code == 422
    assert client.post("/masuk/kode/surat", data={"surat": "bukan", "code": "123456"}).status_code == 422
    code = queries.code_of(asked)
    answer = client.post(
        "/masuk/kode/surat", data={"surat": str(asked), "code": f" {code[:3]} {code[3:]}", "lanjut": "/akun"}
    )
    assert (answer.status_code, answer.location) == (303, "/akun")
    assert client.get("/akun").status_code == 200
