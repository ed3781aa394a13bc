"""What gateways tell of their own accord: signed, kept once, and worked on afterwards."""

import json

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from marketplace.kernel import clock as time
from marketplace.kernel import ids
from marketplace.kernel.db import session
from marketplace.kernel.errors import NotFound
from marketplace.kernel.outbox import relay
from marketplace.kernel.plugin import current
from marketplace.payments import queries, services
from marketplace.payments.events import WebhookReceived
from marketplace.payments.models import SandboxState, WebhookEvent
from marketplace.payments.services.sandbox import SIGNATURE, signature
from marketplace.payments.slots import ChargeRequest
from marketplace.testing.plugin import Outbox, TestClock
from tests.payments.test_charges import FEE, opened, planned, token


def stored_events() -> int:
    return session.scalar(select(func.count()).select_from(WebhookEvent)) or 0


def event(charge: queries.Charge, **changes: object) -> bytes:
    told = {"id": f"evt_{ids.token()}", "type": "session.paid", "session": charge.provider_ref, "live": False}
    return json.dumps({**told, **changes}).encode()


def post(client: FlaskClient, body: bytes, signed: str, gateway: str = "sandbox") -> int:
    return client.post(f"/webhook/{gateway}", data=body, headers={SIGNATURE: signed}).status_code


def now() -> int:
    return int(time.now().timestamp())


def test_a_signed_event_is_stored_once_and_answered_204(app: Flask, client: FlaskClient, outbox: Outbox) -> None:
    """Guard (R26.3): one event of a gateway under one id."""
    charge = opened()
    body = event(charge, id="evt_1")
    assert [post(client, body, signature(body, now())) for _time in range(3)] == [204] * 3
    assert stored_events() == 1
    assert len(outbox.named(WebhookReceived)) == 1


@pytest.mark.parametrize("moment", [-301, 301])
def test_a_signature_counts_for_five_minutes_either_way(
    app: Flask, client: FlaskClient, clock: TestClock, moment: int
) -> None:
    """Guard (R26.3): five minutes either way, of the sandbox."""
    body = event(opened())
    assert post(client, body, signature(body, now() + moment)) == 400
    assert post(client, body, signature(body, now() + moment - moment // 301 * 2)) == 204


@pytest.mark.parametrize("signed", ["", "t=1,v1=00", "t=x,v1=" + "0" * 64, "v1=" + "0" * 64, "t=1;DROP"])
def test_an_event_without_a_right_signature_writes_nothing(app: Flask, client: FlaskClient, signed: str) -> None:
    """Guard (R26.3): the signature of the sandbox."""
    assert post(client, event(opened()), signed) == 400
    body = event(opened())
    assert post(client, body + b" ", signature(body, now())) == 400
    assert post(client, body, signature(body, now()).replace("v1", "v0")) == 400
    assert stored_events() == 0


def test_there_is_no_inbox_for_a_gateway_that_is_not_there(app: Flask, client: FlaskClient) -> None:
    assert post(client, b"{}", "", gateway="lain") == 404


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"id": 7}', b"\xff\xfe"])
def test_signed_nonsense_is_refused(app: Flask, client: FlaskClient, body: bytes) -> None:
    assert post(client, body, signature(body, now())) == 400


def test_an_event_of_no_use_is_kept_and_ignored(app: Flask, client: FlaskClient) -> None:
    body = json.dumps({"id": "evt_news", "type": "account.updated", "new_field": {"a": [1]}}).encode()
    assert post(client, body, signature(body, now())) == 204
    relay()
    facts = list(queries.webhook_facts())
    assert [(one["event_id"], one["state"], one["type"]) for one in facts] == [
        ("evt_news", "ignored", "account.updated")
    ]


def test_an_event_before_our_own_row_is_tried_again(app: Flask, client: FlaskClient, clock: TestClock) -> None:
    charge = planned()
    known_there = services.sandbox_open(
        ChargeRequest(
            key=str(ids.uuid7()), amount=FEE, currency="IDR", label="x", return_path="/", expires_at=charge.expires_at
        )
    )
    assert known_there
    services.decide(known_there, SandboxState.PAID)
    relay()
    assert [one["state"] for one in queries.webhook_facts()] == ["received"]
    assert list(queries.broken()) == []


def test_an_event_that_overtakes_our_answer_still_finds_its_charge(app: Flask) -> None:
    charge = planned()
    gateway = queries.gateway("sandbox")
    assert gateway is not None
    answered = gateway.open(
        ChargeRequest(
            key=str(charge.id),
            amount=charge.amount,
            currency="IDR",
            label="x",
            return_path="/",
            expires_at=charge.expires_at,
        )
    )  # fmt: skip
    services.decide(answered.pay_path.rpartition("/")[2], SandboxState.PAID)
    relay()
    assert queries.charge(charge.id).state == "settled"
    assert queries.charge(charge.id).provider_ref == answered.provider_ref


def test_a_message_is_worked_on_once(app: Flask, client: FlaskClient) -> None:
    charge = opened()
    services.decide(token(charge), SandboxState.PAID)
    stored = session.scalars(select(WebhookEvent.id)).one()
    services.work(stored)
    services.work(stored)
    assert [one["state"] for one in queries.webhook_facts()] == ["handled"]
    services.ask(charge.id)
    services.close(charge.id)
    assert queries.charge(charge.id).state == "settled"


def test_production_knows_no_sandbox(app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    charge = opened()
    assert charge.pay_path is not None
    object.__setattr__(current().settings, "environment", "production")
    try:
        assert [one.key for one in queries.offered()] == ["cod"], "what needs no provider stays"
        assert queries.gateway("sandbox") is None
        body = event(charge)
        with pytest.raises(NotFound):
            services.receive("sandbox", body, {SIGNATURE: signature(body, now())})
    finally:
        object.__setattr__(current().settings, "environment", "development")
