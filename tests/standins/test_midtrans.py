"""The stand-in for Midtrans: what its public reference says, over plain HTTP as an adapter would speak."""

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from tests.standins.midtrans import Midtrans
from tests.standins.serving import ControlError, command

MORNING = datetime(2026, 11, 27, 2, 0, tzinfo=UTC)
QRIS = {"payment_type": "qris", "transaction_details": {"order_id": "tagihan-1", "gross_amount": 629_500}}
WAYS = {
    "qris": QRIS,
    "bca": {**QRIS, "payment_type": "bank_transfer", "bank_transfer": {"bank": "bca"}},
    "permata": {**QRIS, "payment_type": "bank_transfer", "bank_transfer": {"bank": "permata"}},
    "mandiri": {**QRIS, "payment_type": "echannel", "echannel": {"bill_info1": "Untuk:", "bill_info2": "pesanan"}},
}

Call = Callable[..., dict[str, Any]]


@pytest.fixture
def time(midtrans_standin: Midtrans) -> list[datetime]:
    """Give the stand-in's clock."""
    held = [MORNING]
    midtrans_standin.now = lambda: held[0]
    return held


@pytest.fixture
def call(midtrans_standin: Midtrans) -> Call:
    """Ask, and return Midtrans' own code with what it said."""

    def ask(path: str, body: object = None, *, key: str = "", server_key: str = "", **headers: str) -> dict[str, Any]:
        answer = requests.request(
            "GET" if path.endswith("/status") else "POST",
            f"{midtrans_standin.address}/v2/{path}",
            json=body,
            auth=(server_key or midtrans_standin.key, ""),
            headers={**headers, **({"Idempotency-Key": key} if key else {})},
            timeout=5,
        )
        return {"http": answer.status_code, **answer.json()}

    return ask


def test_a_code_is_made_and_scanned(call: Call, midtrans_standin: Midtrans, time) -> None:
    made = call("charge", QRIS)
    assert (made["status_code"], made["transaction_status"], made["gross_amount"]) == ("201", "pending", "629500.00")
    assert made["qr_string"].startswith("000201")
    assert (made["transaction_time"], made["expiry_time"]) == ("2026-11-27 09:00:00", "2026-11-27 09:15:00")
    midtrans_standin.pay("tagihan-1")
    told = call("tagihan-1/status")
    assert (told["status_code"], told["transaction_status"]) == ("200", "settlement")
    assert call(f"{made['transaction_id']}/status")["order_id"] == "tagihan-1"


@pytest.mark.parametrize(
    ("way", "field"), [("bca", "va_numbers"), ("permata", "permata_va_number"), ("mandiri", "bill_key")]
)
def test_a_number_at_a_bank_lives_a_day_and_is_not_refunded(
    call: Call, midtrans_standin: Midtrans, time, way: str, field: str
) -> None:
    made = call("charge", WAYS[way])
    assert made[field]
    assert made["expiry_time"] == "2026-11-28 09:00:00"
    midtrans_standin.pay("tagihan-1")
    assert call("tagihan-1/status")["transaction_status"] == "settlement"
    assert call("tagihan-1/refund/online/direct", {"refund_key": "r1"})["status_code"] == "412"
    assert call("tagihan-1/refund", {"refund_key": "r1"})["status_code"] == "412"


def test_a_number_is_used_once_unless_it_was_cancelled(call: Call) -> None:
    call("charge", QRIS)
    assert call("charge", QRIS)["status_code"] == "406"
    assert call("tagihan-1/cancel")["transaction_status"] == "cancel"
    assert call("charge", QRIS)["status_code"] == "201"


def test_the_same_key_gives_the_first_answer_again(call: Call, midtrans_standin: Midtrans) -> None:
    first = call("charge", QRIS, key="kunci")
    assert call("charge", QRIS, key="kunci") == first
    assert len(midtrans_standin.orders) == 1


def test_what_nobody_paid_in_time_expires(call: Call, midtrans_standin: Midtrans, time) -> None:
    call("charge", {**QRIS, "custom_expiry": {"expiry_duration": 2, "unit": "hour"}})
    time[0] += timedelta(minutes=119)
    assert call("tagihan-1/status")["transaction_status"] == "pending"
    time[0] += timedelta(minutes=1)
    told = call("tagihan-1/status")
    assert (told["status_code"], told["transaction_status"]) == ("407", "expire")
    with pytest.raises(ControlError):
        midtrans_standin.pay("tagihan-1")


def test_what_is_paid_cannot_be_ended(call: Call, midtrans_standin: Midtrans) -> None:
    call("charge", QRIS)
    midtrans_standin.pay("tagihan-1")
    assert call("tagihan-1/expire")["status_code"] == call("tagihan-1/cancel")["status_code"] == "412"
    assert call("tagihan-1/status")["transaction_status"] == "settlement"


def test_refunds_by_key_and_never_beyond_what_was_paid(call: Call, midtrans_standin: Midtrans) -> None:
    call("charge", QRIS)
    path = "tagihan-1/refund/online/direct"
    assert call(path, {"refund_key": "r1", "amount": 1})["status_code"] == "412", "not paid yet"
    midtrans_standin.pay("tagihan-1")
    assert call(path, {"refund_key": "r1", "amount": 29_500})["transaction_status"] == "partial_refund"
    assert call(path, {"refund_key": "r1", "amount": 29_500})["status_code"] == "406"
    assert call(path, {"refund_key": "r2", "amount": 600_001})["status_code"] == "412"
    rest = call(path, {"refund_key": "r2"})
    assert (rest["transaction_status"], rest["refund_amount"]) == ("refund", "600000.00")
    told = call("tagihan-1/status")
    assert [(each["refund_key"], each["refund_amount"]) for each in told["refunds"]] == [
        ("r1", "29500.00"),
        ("r2", "600000.00"),
    ]
    assert told["refund_amount"] == "629500.00"


@pytest.mark.parametrize(
    ("acquirer", "later", "code"),
    [
        ("gopay", timedelta(days=45), "200"),
        ("gopay", timedelta(days=45, seconds=1), "412"),
        ("airpay shopee", timedelta(hours=14, minutes=54), "200"),
        ("airpay shopee", timedelta(hours=14, minutes=55), "412"),
        ("airpay shopee", timedelta(hours=20, minutes=59), "412"),
        ("airpay shopee", timedelta(hours=24), "200"),
        ("airpay shopee", timedelta(hours=24, seconds=1), "412"),
    ],
)
def test_a_code_is_refunded_for_some_days_and_not_at_night(
    call: Call, midtrans_standin: Midtrans, time, acquirer: str, later: timedelta, code: str
) -> None:
    call("charge", {**QRIS, "qris": {"acquirer": acquirer}})
    midtrans_standin.pay("tagihan-1")
    time[0] += later
    assert call("tagihan-1/refund/online/direct", {"refund_key": "r1"})["status_code"] == code


def test_do_then_cut_really_did_it(call: Call, midtrans_standin: Midtrans) -> None:
    midtrans_standin.fault("do_then_cut", "/v2/charge")
    with pytest.raises(requests.ConnectionError):
        call("charge", QRIS)
    assert call("charge", QRIS)["status_code"] == "406", "the number is taken"
    assert call("tagihan-1/status")["transaction_status"] == "pending"
    midtrans_standin.fault("503", "/v2/tagihan-1")
    assert call("tagihan-1/cancel")["http"] == 503
    assert call("tagihan-1/status")["transaction_status"] == "pending", "nothing was done"


@pytest.mark.parametrize(
    "asked",
    [
        {**QRIS, "tidak_ada": 1},
        {**QRIS, "transaction_details": {"order_id": "x", "gross_amount": 629_500.5}},
        {**QRIS, "transaction_details": {"order_id": "x", "gross_amount": "629500"}},
        {**QRIS, "transaction_details": {"order_id": "spasi tidak boleh", "gross_amount": 1}},
        {**QRIS, "payment_type": "bank_transfer"},
    ],
    ids=["unknown", "cents", "text", "number", "bank"],
)
def test_a_request_that_breaks_the_reference_is_refused(call: Call, midtrans_standin: Midtrans, asked) -> None:
    refused = call("charge", asked)
    assert refused["status_code"] == "400"
    assert refused["validation_messages"]
    assert midtrans_standin.orders == {}
    assert midtrans_standin.take_complaints(), "and the fixture would have failed the test"


@pytest.mark.parametrize("broken", [{"gross_amount": "629500"}, {"baru": 1}, {"transaction_status": "paid"}])
def test_an_answer_that_breaks_the_reference_fails(call: Call, midtrans_standin: Midtrans, broken) -> None:
    call("charge", QRIS)
    midtrans_standin.orders["tagihan-1"] |= broken
    assert call("tagihan-1/status")["http"] == 599
    assert midtrans_standin.take_complaints()


def test_another_key_is_not_known(call: Call) -> None:
    assert call("charge", QRIS, server_key="SB-Mid-server-other")["status_code"] == "401"
    assert call("tagihan-1/status")["status_code"] == "404"


def test_no_may_come_as_http_200(call: Call, midtrans_standin: Midtrans) -> None:
    assert call("tagihan-1/status")["http"] == 404
    midtrans_standin.plain_http = True
    refused = call("tagihan-1/status")
    assert (refused["http"], refused["status_code"]) == (200, "404")


def test_notifications_are_signed_and_told_in_any_order(call: Call, midtrans_standin: Midtrans) -> None:
    heard: list[dict[str, Any]] = []

    def hook(body: bytes, _headers: object) -> int:
        heard.append(json.loads(body))
        return 200

    midtrans_standin.tell.set(target=hook, mode="held")
    call("charge", QRIS)
    midtrans_standin.pay("tagihan-1")
    call("tagihan-1/refund/online/direct", {"refund_key": "r1"})
    assert heard == []
    midtrans_standin.tell.release("reversed", times=2)
    assert [note["transaction_status"] for note in heard] == ["refund", "settlement", "pending"] * 2
    for note in heard:
        text = note["order_id"] + note["status_code"] + note["gross_amount"] + midtrans_standin.key
        assert note["signature_key"] == hashlib.sha512(text.encode()).hexdigest()
    assert midtrans_standin.signature("x", "200", "1.00", key="other") != midtrans_standin.signature("x", "200", "1.00")


def test_a_charge_may_name_where_it_is_told(call: Call, midtrans_standin: Midtrans) -> None:
    with Midtrans(seconds=60) as listener:
        call("charge", QRIS, **{"X-Override-Notification": f"{listener.address}/dengar"})
        midtrans_standin.tell.idle()
        assert [row["path"] for row in listener.requests] == ["/dengar"]


def test_the_door_does_over_http_what_tests_do_by_hand(call: Call, midtrans_standin: Midtrans) -> None:
    address = midtrans_standin.address
    call("charge", QRIS, key="kunci")
    command(address, "pay", ref="tagihan-1")
    command(address, "settings", funds=499)
    with pytest.raises(ControlError, match="insufficient"):
        command(address, "refund", ref="tagihan-1", amount=500)
    command(address, "settings", funds=500)
    command(address, "refund", ref="tagihan-1", amount=500, refund_key="meja")
    with pytest.raises(ControlError):
        command(address, "refund", ref="tagihan-1", amount=10**9)
    with pytest.raises(ControlError):
        command(address, "dance")
    kinds = {row["kind"] for row in command(address, "log")}
    assert {"charge", "refund", "event", "key", "request"} <= kinds
