"""One-time keys as browsers and programs send them, and how a program hears of a refusal (R3, R18.5)."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from marketplace.kernel.db import session
from marketplace.orders.models import Order
from marketplace.orders.services import checkout
from marketplace.payments import queries as payments
from marketplace.payments.models import SandboxState
from marketplace.testing.plugin import Live
from tests.factories import catalog, orders
from tests.orders.pages import filled_in, put, sold_out

UNFIT = ["", "x" * 129, "kunci\x01"]


def program(client: FlaskClient, path: str, key: str | None, told: dict[str, Any]) -> TestResponse:
    return client.post(path, json=told, headers={"Idempotency-Key": key} if key else {})


def wanted(client: FlaskClient, **changes: object) -> dict[str, Any]:
    """Return what a program sends for the cart of a client, without a key."""
    form = filled_in(client.get("/beli"))
    told = {name: value for name, value in form.items() if name not in ("kunci", "email")}
    return {**told, "expected_total_idr": 45_000, **changes}


def failed_order(client: FlaskClient) -> str:
    """Let a client's payment fail; return the path of its payment page."""
    put(client, catalog.basket())
    path = client.post("/beli", data=filled_in(client.get("/beli"))).location
    charge = payments.latest(str(session.scalars(select(Order.id)).one()))
    assert charge is not None
    assert charge.pay_path is not None
    orders.payment_services.decide(charge.pay_path.rpartition("/")[2], SandboxState.FAILED)
    orders.relay()
    return path


@pytest.mark.parametrize("key", UNFIT)
def test_a_form_with_an_unfit_key_is_a_bad_request(app: Flask, client: FlaskClient, key: str) -> None:
    put(client, catalog.basket())
    form = filled_in(client.get("/beli"))
    assert client.post("/beli", data={**form, "kunci": key}).status_code == 400
    del form["kunci"]
    assert client.post("/beli", data=form).status_code == 400
    assert session.scalars(select(Order.id)).all() == []
    path = failed_order(client)
    answer = client.post(path, data={"gateway": "sandbox", "kunci": key})
    assert answer.status_code == 400
    assert "Muat ulang halaman" in answer.text


@pytest.mark.parametrize("key", [None, "x" * 129])
def test_a_program_with_an_unfit_key_is_a_bad_request(app: Flask, client: FlaskClient, key: str | None) -> None:
    put(client, catalog.basket())
    answer = program(client, "/beli", key, wanted(client))
    assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")
    assert session.scalars(select(Order.id)).all() == []


def test_a_new_payment_asked_for_twice_is_marked_as_replayed(app: Flask, client: FlaskClient) -> None:
    path = failed_order(client)
    form = {"gateway": "sandbox", "kunci": "bayar-lagi-0001"}
    once, again = client.post(path, data=form), client.post(path, data=form)
    assert (once.status_code, again.status_code, once.location) == (303, 303, again.location)
    assert "Idempotent-Replayed" not in once.headers
    assert again.headers["Idempotent-Replayed"] == "true"


def test_a_program_hears_of_a_refusal_as_a_problem(app: Flask, client: FlaskClient) -> None:
    """Guard (R26.3): what cannot be bought."""
    variant = catalog.basket()
    put(client, variant)
    told = wanted(client)
    changed = program(client, "/beli", "kunci-1", {**told, "expected_total_idr": 44_000})
    wrong = program(client, "/beli", "kunci-2", {**told, "whatsapp": "satu"})
    sold_out(variant)
    gone = program(client, "/beli", "kunci-3", told)
    assert [one.mimetype for one in (changed, wrong, gone)] == ["application/problem+json"] * 3
    assert (changed.status_code, changed.get_json()["facts"]) == (409, {"old": 44_000, "new": 45_000})
    assert (wrong.status_code, list(wrong.get_json()["errors"])) == (422, ["whatsapp"])
    assert (gone.status_code, gone.get_json()["reason"]) == (409, "blocked")


def test_a_program_is_told_to_come_back_while_its_first_request_runs(
    live: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second comes at the moment when the first has its key and has written nothing yet."""
    client = live.app.test_client()
    client.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
    put(client, catalog.basket())
    told, answers = wanted(client), []
    cookie = client.get_cookie("tamu")
    assert cookie is not None
    usual = checkout._place_of

    def second() -> TestResponse:
        other = live.app.test_client()
        other.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
        other.set_cookie("tamu", cookie.value)
        return program(other, "/beli", "kasir-0002", told)

    def meanwhile(typed: str) -> object:
        monkeypatch.setattr(checkout, "_place_of", usual)
        with ThreadPoolExecutor(1) as elsewhere:
            answers.append(elsewhere.submit(second).result(timeout=20))
        return usual(typed)

    monkeypatch.setattr(checkout, "_place_of", meanwhile)
    first = program(client, "/beli", "kasir-0002", told)

    assert first.status_code == 303
    assert [(one.status_code, one.get_json()["reason"]) for one in answers] == [(409, "running")]
    assert answers[0].headers["Retry-After"]
    replayed = program(client, "/beli", "kasir-0002", told)
    assert (replayed.location, replayed.headers["Idempotent-Replayed"]) == (first.location, "true")
