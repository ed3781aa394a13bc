"""Messages are believed for their signature alone (R6.2); each guard here was taken out once, and a test below failed."""

import json
from collections.abc import Mapping
from hashlib import sha512

import pytest
from flask.testing import FlaskClient

from marketplace.kernel import clock as time
from marketplace.kernel.outbox import relay
from marketplace.payments import queries
from marketplace.payments.slots import Subject, Told
from marketplace.testing.plugin import TestClock
from tests.payments.gateways import Bench, configure
from tests.standins.midtrans import Midtrans
from tests.standins.stripe import Stripe

SECRET = "whsec_standin"


def now() -> int:
    return int(time.now().timestamp())


def stripe_event(bench: Bench, **changes: object) -> bytes:
    of = {"object": "checkout.session", "id": "cs_test_1", "client_reference_id": "tagihan"}
    told = {
        "id": "evt_1",
        "object": "event",
        "type": "checkout.session.completed",
        "livemode": False,
        "data": {"object": of},
    }
    return json.dumps({**told, "api_version": "2026-05-27.dahlia", **changes}).encode()


def signed(bench: Bench, body: bytes, **how: object) -> Mapping[str, str]:
    assert isinstance(bench.there, Stripe)
    return bench.there.signed(body, **{"secrets": (SECRET,), **how})


def test_a_signed_event_is_read(stripe_bench: Bench, clock: TestClock) -> None:
    body = stripe_event(stripe_bench)
    assert stripe_bench.gateway.verify(body, signed(stripe_bench, body)) == Told(
        event_id="evt_1", kind="checkout.session.completed", provider_ref="cs_test_1", live=False,
        version="2026-05-27.dahlia", subject=Subject.CHARGE,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("secrets", "by", "right"),
    [
        ("whsec_standin", ("whsec_standin",), True),
        ("whsec_new, whsec_standin", ("whsec_standin",), True),
        ("whsec_standin", ("whsec_new", "whsec_standin"), True),
        ("whsec_new", ("whsec_standin",), False),
        ("", ("",), False),
        (" , ", ("",), False),
        ("", ("whsec_standin",), False),
    ],
)
def test_by_each_secret_that_is_in_force_and_by_no_other(
    stripe_bench: Bench,
    clock: TestClock,
    monkeypatch: pytest.MonkeyPatch,
    secrets: str,
    by: tuple[str, ...],
    right: bool,
) -> None:
    """Without the filter of empty secrets in ``stripe.signed`` an empty one would sign: this fails then, it was tried.

    Guards (R26.3): the signature of Stripe; no empty secret, of Stripe.
    """
    configure(monkeypatch, STRIPE_WEBHOOK_SECRET=secrets)
    body = stripe_event(stripe_bench)
    headers = signed(stripe_bench, body, secrets=by)
    assert (stripe_bench.gateway.verify(body, headers) is not None) is right


@pytest.mark.parametrize(("away", "right"), [(-301, False), (-300, True), (0, True), (300, True), (301, False)])
def test_for_five_minutes_either_way(stripe_bench: Bench, clock: TestClock, away: int, right: bool) -> None:
    """Without ``abs`` in ``stripe.signed`` a time to come would do: this fails then, it was tried.

    Guard (R26.3): five minutes either way, of Stripe.
    """
    body = stripe_event(stripe_bench)
    told = stripe_bench.gateway.verify(body, signed(stripe_bench, body, at=now() + away))
    assert (told is not None) is right


@pytest.mark.parametrize("scheme", ["v0", "v2", "V1", "v1 ", "sha256"])
def test_by_the_scheme_of_today_alone(stripe_bench: Bench, clock: TestClock, scheme: str) -> None:
    """Without the look at the scheme in ``stripe.signed`` this fails: it was tried.

    Guard (R26.3): the scheme v1 alone, of Stripe.
    """
    body = stripe_event(stripe_bench)
    assert stripe_bench.gateway.verify(body, signed(stripe_bench, body, scheme=scheme)) is None


@pytest.mark.parametrize(
    "header",
    ["", "t=,v1=", "t=1", "v1=00", "t=-1,v1=0", "t=½,v1=é", "t=99999999999999999999,v1=00", "t=1,t=2,v1=00", "=,=,,"],
)
def test_nonsense_signs_nothing(stripe_bench: Bench, clock: TestClock, header: str) -> None:
    body = stripe_event(stripe_bench)
    assert stripe_bench.gateway.verify(body, {"Stripe-Signature": header}) is None
    assert stripe_bench.gateway.verify(body, {}) is None


def test_over_every_byte_of_the_body(stripe_bench: Bench, clock: TestClock) -> None:
    """Without the comparison in ``stripe.signed`` this fails, as does nearly all of this file: it was tried."""
    body = stripe_event(stripe_bench)
    headers = signed(stripe_bench, body)
    assert stripe_bench.gateway.verify(body + b" ", headers) is None
    assert stripe_bench.gateway.verify(body.replace(b"cs_test_1", b"cs_test_2"), headers) is None


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'"x"', b"\xff", b'{"id":1,"type":"x","data":{"object":[]}}'])
def test_signed_nonsense_is_none_the_less_nonsense(stripe_bench: Bench, clock: TestClock, body: bytes) -> None:
    assert stripe_bench.gateway.verify(body, signed(stripe_bench, body)) is None


@pytest.mark.parametrize(
    ("changes", "subject"),
    [
        ({"data": {"object": {"object": "refund", "id": "re_1"}}}, Subject.REFUND),
        ({"data": {"object": {"object": "dispute", "id": "du_1"}}}, Subject.DISPUTE),
        ({"data": {"object": {"object": "charge", "id": "ch_1"}}}, Subject.NONE),
        ({"data": {"object": {"object": "checkout.session", "id": "cs_1", "client_reference_id": None}}}, Subject.NONE),
        ({"account": "acct_1"}, Subject.NONE),
        ({"type": "zukunft.neu", "data": {"object": {"object": "zukunft", "new": {}}}}, Subject.NONE),
    ],
)
def test_what_it_is_about(stripe_bench: Bench, clock: TestClock, changes: dict[str, object], subject: Subject) -> None:
    """What is of no use to us is kept and answered all the same (R6.6)."""
    body = stripe_event(stripe_bench, **changes)
    told = stripe_bench.gateway.verify(body, signed(stripe_bench, body))
    assert told is not None
    assert (told.subject if told.provider_ref else Subject.NONE) is subject


def test_at_the_door_of_stripe(stripe_bench: Bench, client: FlaskClient, clock: TestClock) -> None:
    body = stripe_event(stripe_bench, type="product.updated", data={"object": {"object": "product", "id": "prod_1"}})
    headers = signed(stripe_bench, body)
    assert [client.post("/webhook/stripe", data=body, headers=headers).status_code for _time in range(3)] == [204] * 3
    assert client.post("/webhook/stripe", data=body + b" ", headers=headers).status_code == 400
    assert client.post("/webhook/stripe", data=b" " * (2**20 + 1), headers=headers).status_code == 413
    relay()
    assert [(one["event_id"], one["state"]) for one in queries.webhook_facts()] == [("evt_1", "ignored")]


def note(bench: Bench, **changes: object) -> dict[str, object]:
    assert isinstance(bench.there, Midtrans)
    charge = bench.charge()
    bench.pay(str(charge.id))
    return {**bench.there.standing(bench.there.orders[str(charge.id)]), **changes}


def believed(bench: Bench, told: object) -> Told | None:
    return bench.gateway.verify(json.dumps(told).encode(), {})


def test_a_signed_notification_is_read(qris_bench: Bench) -> None:
    sent = note(qris_bench)
    told = believed(qris_bench, sent)
    assert told is not None
    assert (told.provider_ref, told.subject, told.live, told.kind) == (
        sent["order_id"], Subject.CHARGE, False, "qris.settlement",
    )  # fmt: skip


@pytest.mark.parametrize(
    "changes",
    [
        {"gross_amount": "1.00"},
        {"status_code": "201"},
        {"order_id": "0192f0c1-0000-7000-8000-000000000000"},
        {"signature_key": ""},
        {"signature_key": "é"},
        {"signature_key": None},
    ],
)
def test_another_notification_is_not(qris_bench: Bench, changes: dict[str, object]) -> None:
    """Without the comparison in ``midtrans.signed`` this fails: it was tried.

    Guard (R26.3): the signature of Midtrans.
    """
    assert believed(qris_bench, note(qris_bench, **changes)) is None


@pytest.mark.parametrize(
    ("keys", "right"),
    [("SB-Mid-server-standin", True), ("SB-new,SB-Mid-server-standin", True), ("SB-new", False), ("", False)],
)
def test_by_each_key_that_is_in_force(
    qris_bench: Bench, monkeypatch: pytest.MonkeyPatch, keys: str, right: bool
) -> None:
    """No key signs nothing: without the filter of empty keys in ``midtrans._keys`` this fails, it was tried."""
    sent = note(qris_bench)
    assert isinstance(qris_bench.there, Midtrans)
    if not keys:
        text = f"{sent['order_id']}{sent['status_code']}{sent['gross_amount']}"
        sent["signature_key"] = sha512(text.encode()).hexdigest()
    configure(monkeypatch, MIDTRANS_SERVER_KEY=keys)
    assert (believed(qris_bench, sent) is not None) is right


def test_a_number_of_somebody_else_is_kept_and_not_followed(qris_bench: Bench) -> None:
    sent = note(qris_bench, order_id="toko-lain-12")
    assert isinstance(qris_bench.there, Midtrans)
    sent["signature_key"] = qris_bench.there.signature("toko-lain-12", "200", str(sent["gross_amount"]))
    told = believed(qris_bench, sent)
    assert told is not None
    assert told.provider_ref == ""


def test_an_old_notification_leads_to_nothing_but_a_question(qris_bench: Bench, client: FlaskClient) -> None:
    """No time stands in it, so it may be told again for ever: it is stored once, and what counts is what is fetched."""
    assert isinstance(qris_bench.there, Midtrans)
    charge = qris_bench.charge()
    first = next(iter(qris_bench.there.notes.values()))
    qris_bench.pay(str(charge.id))
    for _time in range(3):
        assert client.post("/webhook/midtrans", data=json.dumps(first)).status_code == 204
    relay()
    assert len(list(queries.webhook_facts())) == 1
    assert queries.charge(charge.id).state == "settled"
