"""What the stand-in for Stripe tells, its page, and its control door; and that the document bites."""

import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
import stripe

from tests.standins.buying import opened, paid, rows
from tests.standins.fixtures import watched
from tests.standins.serving import ControlError, command
from tests.standins.stripe import Stripe


def test_events_are_signed_and_told_as_they_happen(client, stripe_standin: Stripe, heard) -> None:
    paid(client, stripe_standin)
    stripe_standin.tell.idle()
    kinds = ["charge.succeeded", "payment_intent.succeeded", "checkout.session.completed"]
    assert [event.type for event in heard] == kinds
    assert {event.api_version for event in heard} == {stripe_standin.contract.version}
    assert [row["status"] for row in rows(stripe_standin, "delivery")] == [200, 200, 200]


def test_events_are_told_twice_in_any_order_or_never(client, stripe_standin: Stripe, heard) -> None:
    tell = stripe_standin.tell
    tell.set(mode="held")
    paid(client, stripe_standin)
    assert heard == []
    told = [delivery.event for delivery in tell.release("shuffled", seed=3, times=2)]
    assert [event.id for event in heard] == told
    assert sorted(told) == sorted([event["id"] for event in rows(stripe_standin, "event")] * 2)
    assert told != [event["id"] for event in rows(stripe_standin, "event")] * 2
    tell.set(mode="off")
    paid(client, stripe_standin)
    tell.set(times=2)
    paid(client, stripe_standin)
    tell.idle()
    assert len(heard) == 6 + 2 * 3
    assert stripe_standin.resend(told[0]).status == 200


def test_an_event_is_a_picture_of_its_moment(client, stripe_standin: Stripe) -> None:
    intent = paid(client, stripe_standin)
    client.v1.refunds.create({"payment_intent": intent})
    charged = next(event for event in rows(stripe_standin, "event") if event["type"] == "charge.succeeded")
    assert charged["data"]["object"]["amount_refunded"] == 0


@pytest.mark.parametrize(
    "how", [{"secrets": ("whsec_other",)}, {"at": 0}, {"scheme": "v0"}], ids=["secret", "old", "scheme"]
)
def test_a_forged_signature_is_not_taken_for_a_right_one(client, stripe_standin: Stripe, how) -> None:
    paid(client, stripe_standin)
    body = stripe_standin.letter(rows(stripe_standin, "event")[0]["id"])
    right = stripe_standin.signed(body)["Stripe-Signature"]
    assert stripe.Webhook.construct_event(body, right, "whsec_standin").type == "charge.succeeded"
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(body, stripe_standin.signed(body, **how)["Stripe-Signature"], "whsec_standin")


def test_while_secrets_change_there_is_a_signature_for_each(stripe_standin: Stripe) -> None:
    stripe_standin.secrets = ("whsec_old", "whsec_new")
    mark = stripe_standin.signed(b"{}")["Stripe-Signature"]
    assert mark.count("v1=") == 2
    for secret in stripe_standin.secrets:
        assert stripe.WebhookSignature.verify_header("{}", mark, secret)


# -- the document bites ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "break_it",
    [
        lambda thing: thing.pop("expires_at"),
        lambda thing: thing.update(amount_total="62950000"),
        lambda thing: thing.update(status="done"),
        lambda thing: thing.update(paid_at=1),
        lambda thing: thing.update(currency="IDR"),
    ],
    ids=["missing", "type", "enum", "invented", "format"],
)
def test_an_answer_that_breaks_the_document_fails(
    client, stripe_standin: Stripe, break_it: Callable[[dict[str, Any]], object]
) -> None:
    session = opened(client)
    break_it(stripe_standin.books.objects[session.id])
    stripe_standin.books.open.clear()
    with pytest.raises(stripe.APIError) as broken:
        client.v1.checkout.sessions.retrieve(session.id)
    assert broken.value.http_status == 599
    assert stripe_standin.take_complaints()


def test_an_event_that_breaks_the_document_is_a_complaint(client, stripe_standin: Stripe) -> None:
    intent = paid(client, stripe_standin)
    stripe_standin.books.emit("charge.updated", {**stripe_standin.books.objects[intent], "object": "charge"})
    assert any("event charge.updated" in each for each in stripe_standin.take_complaints())


def test_the_fixture_fails_on_a_complaint_that_nobody_took() -> None:
    running = watched(Stripe())
    stand_in = next(running)
    stand_in.complaints.append("an answer broke the document")
    with pytest.raises(AssertionError, match="broke the document"):
        next(running)
    assert stand_in.over.is_set()


# -- the page, and the door --------------------------------------------------------------------------------------


class Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_given: object) -> None:
        return None


def press(address: str, button: str) -> tuple[int, str]:
    """Press a button of the page as a browser without scripts does."""
    try:
        answer = urllib.request.build_opener(Stay).open(address, urlencode({"do": button}).encode(), timeout=5)
    except urllib.error.HTTPError as error:
        answer = error
    with answer:
        return answer.status, answer.headers.get("Location", "")


def test_the_page_takes_money_and_sends_the_buyer_back(client, stripe_standin: Stripe, heard) -> None:
    session = opened(client)
    with urllib.request.urlopen(session.url, timeout=5) as page:  # noqa: S310 - a loopback address
        shown = page.read().decode()
    assert "IDR 629500" in shown
    assert press(session.url, "fail") == (200, "")
    assert press(session.url, "pay") == (303, f"http://127.0.0.1/kembali?s={session.id}")
    assert heard[-1].type == "checkout.session.completed", "the webhook came before the buyer did"
    assert client.v1.checkout.sessions.retrieve(session.id).url is None


def test_the_door_does_over_http_what_tests_do_by_hand(client, stripe_standin: Stripe) -> None:
    address = stripe_standin.address
    command(address, "webhooks", mode="held")
    session = command(address, "pay", ref=opened(client).id)
    assert session["payment_status"] == "paid"
    command(address, "refund", payment_intent=session["payment_intent"], amount=100)
    dispute = command(address, "dispute", payment_intent=session["payment_intent"])
    command(address, "dispute_ends", ref=dispute["id"], won=False)
    command(address, "faults", kind="500", path="/v1/events", method="GET")
    with pytest.raises(stripe.APIError):
        client.v1.events.list()
    assert all(each["status"] == 0 for each in command(address, "release", order="reversed")), "nobody listens"
    kinds = {row["kind"] for row in command(address, "log")}
    assert {"session", "payment_intent", "charge", "refund", "dispute", "event", "request", "delivery"} <= kinds
    for verb, facts in [("pay", {"ref": "cs_x"}), ("faults", {"kind": "nothing"}), ("dance", {})]:
        with pytest.raises(ControlError):
            command(address, verb, **facts)
    command(address, "settings", live=True, balance=5)
    assert opened(client).livemode
