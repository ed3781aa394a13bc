"""Refunds that their provider tells of: made at its own desk, ours told again, and those of nobody (R7)."""

from flask import Flask
from flask.testing import FlaskClient

from marketplace.kernel import ids
from marketplace.kernel.access import SYSTEM
from marketplace.kernel.db import transactional
from marketplace.kernel.outbox import relay
from marketplace.payments import queries, services
from marketplace.payments.events import RefundFound
from marketplace.payments.services.ledger import Posting, post
from marketplace.testing.plugin import Outbox
from tests.payments.refunding import PART, WHY, at_the_desk, lies, paid, taken, told
from tests.payments.test_charges import FEE


def test_a_refund_made_at_the_provider_appears_once(app: Flask, client: FlaskClient, outbox: Outbox) -> None:
    """Guard (R26.3): one refund of the provider is one with us."""
    charge = paid("stan-66")
    made = at_the_desk(charge)
    for _time in range(3):
        told(client, made)
    (found,) = queries.refunds_of(charge.id)
    assert (found.state, found.cause, found.ours, found.provider_ref) == ("succeeded", "provider", False, made)
    assert queries.charge(charge.id).refunded == PART
    assert (lies("ref:stan-66"), lies("suspense")) == (100_000, 0)
    assert len(outbox.named(RefundFound)) == 1
    assert {one["state"] for one in queries.webhook_facts()} == {"handled"}
    assert list(queries.broken()) == []


def test_a_refund_made_at_the_provider_of_money_given_on_waits_in_suspense(app: Flask, client: FlaskClient) -> None:
    charge = paid("stan-67")

    @transactional
    def given_on() -> None:
        post(Posting(id="on", debit="ref:stan-67", credit="held:p", amount=FEE, kind="test", ref="stan-67"))

    given_on()
    told(client, at_the_desk(charge))
    assert (lies("suspense"), lies("held:p"), lies("at:sandbox")) == (-50_000, 150_000, -100_000)
    assert any("lie in suspense" in said for said in queries.broken())


def test_our_own_refund_told_by_webhook_is_not_a_second_one(app: Flask, client: FlaskClient) -> None:
    charge = paid()
    refund_id = taken(charge)
    relay()
    name = queries.refund(refund_id).provider_ref
    assert name is not None
    told(client, name)
    assert [one.id for one in queries.refunds_of(charge.id)] == [refund_id]


def test_what_a_person_noted_before_the_provider_told_of_it_is_the_same_money(app: Flask, client: FlaskClient) -> None:
    charge = paid("stan-68")
    made = at_the_desk(charge, FEE)
    services.note_returned(charge.id, WHY, by=SYSTEM)
    told(client, made)
    assert [(one.cause, one.provider_ref) for one in queries.refunds_of(charge.id)] == [("returned", made)]
    assert [one["state"] for one in queries.webhook_facts()][-1] == "handled"
    assert list(queries.broken()) == []


def test_news_of_a_refund_of_nobody_is_tried_again(app: Flask, client: FlaskClient) -> None:
    told(client, f"sandbox_refund_{ids.uuid7().hex}")
    assert [one["state"] for one in queries.webhook_facts()] == ["received"]
