"""The log of production: what happened, and nothing that people wrote (R22.2)."""

import json
import sys
from collections.abc import Callable, Iterator
from io import StringIO

import pytest
import structlog
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from marketplace.accounts.models import Person
from marketplace.accounts.services import passwords
from marketplace.kernel import clock, ids
from marketplace.kernel.db import session, transactional
from marketplace.web import answers, errors, logs

MARK = "sandi-rahasia-7f3a"


@pytest.fixture
def told(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], str]]:
    """Let the site write its log as in production; give a function that reads it."""
    assert app
    usual, written = structlog.get_config(), StringIO()
    monkeypatch.setattr(sys, "stderr", written)
    logs.speak(production=True)
    for part in (answers, errors):
        # Fresh ones: a logger keeps what it was set up with when it first spoke.
        monkeypatch.setattr(part, "log", structlog.get_logger())
    yield written.getvalue
    structlog.configure(**usual)


@transactional
def write_nobody() -> None:
    session.execute(
        insert(Person).values(
            id=ids.uuid7(), state="active", name=MARK, password_hash=MARK, language="id", registered_at=clock.now()
        )
    )


def break_here(*_: object) -> bool:
    message = "the hasher is broken"
    raise RuntimeError(message)


def break_in_database(*_: object) -> bool:
    write_nobody()
    return True


@pytest.mark.parametrize("broken", [break_here, break_in_database])
def test_a_failure_is_told_with_its_place_and_without_what_was_typed(
    told: Callable[[], str], client: FlaskClient, monkeypatch: pytest.MonkeyPatch, broken: object
) -> None:
    monkeypatch.setattr(passwords, "matches", broken)
    answer = client.post("/masuk", data={"reachable": f"{MARK}@contoh.example", "password": MARK})
    assert answer.status_code == 500
    log = told()
    bug = json.loads(next(line for line in log.splitlines() if '"bug"' in line))
    assert "sign_in" in [frame["name"] for frame in bug["exception"][0]["frames"]]
    assert MARK not in log


def test_an_error_of_the_database_names_its_rule_and_quotes_no_row(app: Flask) -> None:
    assert app
    with pytest.raises(IntegrityError) as failure:
        write_nobody()
    assert "ck_accounts_people_reachable" in str(failure.value)
    assert MARK not in f"{failure.value!s} {failure.value!r} {failure.value.orig!s}"


def test_a_path_that_opens_something_is_told_by_its_pattern(told: Callable[[], str], client: FlaskClient) -> None:
    client.get(f"/sandbox/{MARK}?token={MARK}")
    client.post(f"/sandbox/{MARK}", data={"aksi": "paid"})
    client.get("/kategori/makanan")
    log = told()
    assert [json.loads(line)["path"] for line in log.splitlines()] == [
        "/sandbox/<token>",
        "/sandbox/<token>",
        "/kategori/makanan",
    ]
    assert MARK not in log
