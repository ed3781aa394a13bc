"""The stand-in for Stripe, through Stripe's own library at the version of the document."""

import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest
import stripe

from tests.standins.buying import library, opened, paid, rows
from tests.standins.stripe import Stripe

EARLY = datetime(2026, 11, 27, 2, 0, tzinfo=UTC)


def test_a_purchase_from_its_opening_to_what_stripe_keeps(client, stripe_standin: Stripe) -> None:
    session = opened(client)
    assert (session.status, session.payment_status, session.livemode) == ("open", "unpaid", False)
    assert session.url == f"{stripe_standin.address}/pay/{session.id}"
    stripe_standin.books.pay(session.id)
    expand = ["payment_intent.latest_charge.balance_transaction"]
    session = client.v1.checkout.sessions.retrieve(session.id, {"expand": expand})
    assert (session.status, session.payment_status, session.amount_total) == ("complete", "paid", 62_950_000)
    intent = session.payment_intent
    assert intent.metadata["charge"] == "tagihan-1"
    assert intent.transfer_group == "pesanan-1"
    kept = intent.latest_charge.balance_transaction
    assert kept.net + kept.fee == 62_950_000


def test_the_same_key_with_the_same_parameters_is_the_first_answer_again(client, stripe_standin: Stripe) -> None:
    first, again = opened(client, "kunci"), opened(client, "kunci")
    assert first.id == again.id
    assert again.last_response.headers["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first.last_response.headers
    assert len(rows(stripe_standin, "session")) == 1
    assert [row["key"] for row in rows(stripe_standin, "key")] == ["kunci"]


def test_the_same_key_with_other_parameters_is_refused(client, stripe_standin: Stripe) -> None:
    opened(client, "kunci")
    with pytest.raises(stripe.IdempotencyError):
        opened(client, "kunci", client_reference_id="tagihan-2")
    with pytest.raises(stripe.IdempotencyError):
        client.v1.refunds.create({"payment_intent": "pi_x"}, {"idempotency_key": "kunci"})
    assert len(rows(stripe_standin, "session")) == 1


def test_an_error_is_kept_under_its_key_too(client, stripe_standin: Stripe) -> None:
    intent = paid(client, stripe_standin)
    stripe_standin.books.make_refund({"payment_intent": intent})
    for _ in range(2):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            client.v1.refunds.create({"payment_intent": intent}, {"idempotency_key": "kembali"})
        assert refused.value.code == "charge_already_refunded"
    assert refused.value.headers["Idempotent-Replayed"] == "true"


def test_a_refused_parameter_uses_up_no_key(client, stripe_standin: Stripe) -> None:
    with pytest.raises(stripe.InvalidRequestError):
        opened(client, "kunci", tidak_ada="1")
    assert opened(client, "kunci").status == "open"
    assert len(stripe_standin.take_complaints()) == 1


def test_a_key_in_use_is_a_conflict(client, stripe_standin: Stripe) -> None:
    stripe_standin.fault("delay", "/v1/checkout", seconds=1.0)
    slow = Thread(target=opened, args=(library(stripe_standin), "kunci"))
    slow.start()
    while not stripe_standin.keys:
        pass
    with pytest.raises(stripe.StripeError) as conflict:
        opened(client, "kunci")
    assert (conflict.value.http_status, conflict.value.error.code) == (409, "idempotency_key_in_use")
    slow.join()
    assert opened(client, "kunci").last_response.headers["Idempotent-Replayed"] == "true"
    assert len(rows(stripe_standin, "session")) == 1


def test_a_key_is_forgotten_after_a_day(client, stripe_standin: Stripe, monkeypatch: pytest.MonkeyPatch) -> None:
    time = [EARLY]
    monkeypatch.setattr(stripe_standin.books, "_now", lambda: time[0])
    first = opened(client, "kunci")
    time[0] += timedelta(hours=23, minutes=59)
    assert opened(client, "kunci").id == first.id
    time[0] += timedelta(minutes=1)
    assert opened(client, "kunci").id != first.id


@pytest.mark.parametrize(
    ("asked", "code", "param"),
    [
        ({"tidak_ada": "1"}, "parameter_unknown", "tidak_ada"),
        ({"payment_intent_data": {"tidak": {"ada": "1"}}}, "parameter_unknown", "payment_intent_data[tidak]"),
        ({"expires_at": "besok"}, "parameter_invalid_integer", "expires_at"),
        (
            {"line_items": [{"price_data": {"unit_amount": 5}}]},
            "parameter_missing",
            "line_items[0][price_data][currency]",
        ),
    ],
)
def test_a_parameter_that_stripe_does_not_know_is_refused(client, stripe_standin: Stripe, asked, code, param) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        opened(client, **asked)
    assert (refused.value.http_status, refused.value.code, refused.value.param) == (400, code, param)
    assert len(stripe_standin.take_complaints()) == 1, "and the fixture would have failed the test"
    assert rows(stripe_standin, "session") == []


def test_another_version_than_that_of_the_document_is_refused(stripe_standin: Stripe) -> None:
    other = stripe.StripeClient("sk_test_x", base_addresses={"api": stripe_standin.address}, max_network_retries=0)
    with pytest.raises(stripe.InvalidRequestError):
        other.v1.refunds.list()
    assert stripe_standin.contract.version in stripe_standin.take_complaints()[0]


def test_no_key_no_answer(stripe_standin: Stripe) -> None:
    with pytest.raises(urllib.error.HTTPError, match="401"):
        urllib.request.urlopen(f"{stripe_standin.address}/v1/refunds", timeout=5)  # noqa: S310 - a loopback address


@pytest.mark.parametrize("end", [29, 60 * 24 + 1])
def test_a_session_ends_between_half_an_hour_and_a_day(client, stripe_standin: Stripe, end: int) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        opened(client, expires_at=stripe_standin.books.at() + end * 60 - 30)
    assert refused.value.param == "expires_at"


def test_what_is_over_cannot_be_paid_and_what_is_paid_cannot_be_ended(
    client, stripe_standin: Stripe, monkeypatch: pytest.MonkeyPatch
) -> None:
    time = [EARLY]
    monkeypatch.setattr(stripe_standin.books, "_now", lambda: time[0])
    late = opened(client)
    time[0] += timedelta(hours=24)
    assert client.v1.checkout.sessions.retrieve(late.id).status == "expired"
    ended = opened(client)
    assert client.v1.checkout.sessions.expire(ended.id).status == "expired"
    done = opened(client)
    stripe_standin.books.pay(done.id)
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.checkout.sessions.expire(done.id)
    told = [event["type"] for event in rows(stripe_standin, "event")]
    assert told.count("checkout.session.expired") == 2


def test_a_way_to_pay_that_takes_time(client, stripe_standin: Stripe) -> None:
    session = opened(client)
    stripe_standin.books.pay(session.id, later=True)
    assert client.v1.checkout.sessions.retrieve(session.id).payment_status == "unpaid"
    stripe_standin.books.arrive(session.id)
    assert client.v1.checkout.sessions.retrieve(session.id).payment_status == "paid"


def test_refunds_never_pass_what_was_paid(client, stripe_standin: Stripe) -> None:
    intent = paid(client, stripe_standin)
    first = client.v1.refunds.create({"payment_intent": intent, "amount": 50_000_000, "metadata": {"refund": "r1"}})
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.refunds.create({"payment_intent": intent, "amount": 12_950_001})
    client.v1.refunds.create({"payment_intent": intent})
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.refunds.create({"payment_intent": intent})
    listed = client.v1.refunds.list({"payment_intent": intent}).data
    assert [each.amount for each in listed] == [12_950_000, 50_000_000]
    stripe_standin.books.end_refund(first.id, ok=False)
    assert client.v1.refunds.retrieve(first.id).status == "failed"
    again = client.v1.refunds.create({"payment_intent": intent})
    assert again.amount == 50_000_000, "what a bank did not take may be refunded anew"


def test_a_dispute_stands_in_the_way_of_a_refund(client, stripe_standin: Stripe) -> None:
    intent = paid(client, stripe_standin)
    dispute = stripe_standin.books.open_dispute({"payment_intent": intent})
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.refunds.create({"payment_intent": intent})
    assert refused.value.code == "charge_disputed"
    assert client.v1.disputes.list({"payment_intent": intent}).data[0].status == "needs_response"
    stripe_standin.books.end_dispute(dispute["id"], won=True)
    assert client.v1.disputes.retrieve(dispute["id"]).status == "won"
    assert client.v1.refunds.create({"payment_intent": intent}).status == "succeeded"


def test_transfers_go_to_accounts_that_are_ready_and_no_further_than_the_balance(
    client, stripe_standin: Stripe
) -> None:
    account = client.v1.accounts.create({"type": "express", "country": "ID"})
    link = {
        "account": account.id,
        "type": "account_onboarding",
        "return_url": "http://x/a",
        "refresh_url": "http://x/b",
    }
    assert client.v1.account_links.create(link).url
    asked = {"amount": 1_000_000, "currency": "idr", "destination": account.id, "metadata": {"payout": "p1"}}
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.transfers.create(asked)
    stripe_standin.books.ready_account(account.id)
    stripe_standin.books.balance = 1_500_000
    transfer = client.v1.transfers.create(asked)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.transfers.create(asked)
    assert refused.value.code == "balance_insufficient"
    assert [each.id for each in client.v1.transfers.list({"destination": account.id}).data] == [transfer.id]
    client.v1.transfers.reversals.create(transfer.id, {"amount": 400_000})
    assert client.v1.transfers.retrieve(transfer.id).amount_reversed == 400_000
    assert len(client.v1.transfers.reversals.list(transfer.id).data) == 1


def test_lists_are_read_page_by_page_and_from_a_time(client, stripe_standin: Stripe) -> None:
    made = [opened(client).id for _ in range(5)]
    listed = client.v1.checkout.sessions.list({"limit": 2})
    assert listed.has_more
    assert [each.id for each in listed.auto_paging_iter()] == made[::-1]
    soon = stripe_standin.books.at() + 60
    assert client.v1.checkout.sessions.list({"created": {"gte": soon}}).data == []
    stripe_standin.books.pay(made[0])
    kinds = [each.type for each in client.v1.events.list({"types": ["checkout.session.completed"]}).data]
    assert kinds == ["checkout.session.completed"]


# -- faults ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["drop", "hang", "429", "500", "503"])
def test_some_faults_leave_everything_as_it_was(client, stripe_standin: Stripe, kind: str) -> None:
    stripe_standin.fault(kind, "/v1/checkout", seconds=0.2)
    with pytest.raises(stripe.StripeError) as failed:
        opened(client, "kunci")
    assert isinstance(failed.value, stripe.APIConnectionError) == (kind in {"drop", "hang"})
    assert rows(stripe_standin, "session") == rows(stripe_standin, "key") == []
    assert opened(client, "kunci").status == "open", "the fault was ordered once"


@pytest.mark.parametrize("kind", ["do_then_cut", "do_then_500"])
def test_others_do_the_work_and_do_not_say_so(client, stripe_standin: Stripe, kind: str) -> None:
    intent = paid(client, stripe_standin)
    stripe_standin.fault(kind, "/v1/refunds")
    with pytest.raises((stripe.APIConnectionError, stripe.APIError)):
        client.v1.refunds.create({"payment_intent": intent, "amount": 100}, {"idempotency_key": "r1"})
    done = rows(stripe_standin, "refund")
    assert len(done) == 1, "it really was done"
    again = client.v1.refunds.create({"payment_intent": intent, "amount": 100}, {"idempotency_key": "r1"})
    assert again.id == done[0]["id"]
    assert len(rows(stripe_standin, "refund")) == 1


def test_the_library_gets_over_a_cut_line_by_its_key(stripe_standin: Stripe) -> None:
    patient = stripe.StripeClient(
        "sk_test_x",
        stripe_version=stripe_standin.contract.version,
        base_addresses={"api": stripe_standin.address},
        max_network_retries=2,
    )
    stripe_standin.fault("do_then_cut", times=2)
    assert opened(patient).status == "open"
    assert len(rows(stripe_standin, "session")) == 1
