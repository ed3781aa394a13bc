"""Refunds: never more than was paid, sent outside of transactions, given back once when they fail (R7)."""

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from marketplace.kernel import ids
from marketplace.kernel.access import SYSTEM
from marketplace.kernel.db import session, transactional
from marketplace.kernel.errors import Conflict, NotFound
from marketplace.kernel.models import AuditEntry
from marketplace.kernel.money import Rupiah
from marketplace.kernel.outbox import relay
from marketplace.payments import commands, queries, services
from marketplace.payments.events import RefundFailed, RefundSucceeded, RefundTaken
from marketplace.payments.services import refunds
from marketplace.payments.services.ledger import Posting, post
from marketplace.payments.slots import (
    Outcome,
    RefundOutcome,
    RefundRequest,
)
from marketplace.testing.plugin import Outbox, TestClock
from tests.factories.orders import paid_after_all
from tests.payments.refunding import MINUTE, PART, WHY, Odd, answer, lies, paid, says, state, taken, went_back
from tests.payments.test_charges import FEE, opened, standing


def test_money_goes_back_through_its_gateway(app: Flask, outbox: Outbox) -> None:
    charge = paid("stan-61")
    refund_id = taken(charge)

    assert (state(refund_id), lies("ref:stan-61"), lies(f"refund:{refund_id}")) == ("taken", 100_000, 50_000)
    assert went_back(charge) == 0, "nobody is asked before the decision stands"
    assert queries.charge(charge.id).refunded == PART
    relay()

    assert (state(refund_id), went_back(charge)) == ("succeeded", 50_000)
    assert (lies("ref:stan-61"), lies(f"refund:{refund_id}"), lies("at:sandbox")) == (100_000, 0, -100_000)
    told = {"refund_id": str(refund_id), "charge_id": str(charge.id), "reference": "stan-61", "amount_idr": 50_000}
    for event in (RefundTaken, RefundSucceeded):
        assert outbox.named(event) == [{**told, "cause": "uji"}]
    services.send(refund_id)
    assert went_back(charge) == 50_000
    assert list(queries.broken()) == []


def test_never_more_than_was_paid(app: Flask) -> None:
    """Guard (R26.3): refunded + amount <= paid, in TAKE."""
    charge = paid()
    taken(charge)
    taken(charge)
    with pytest.raises(Conflict) as refused:
        taken(charge, Rupiah(50_001))
    assert (refused.value.code, refused.value.facts["left"]) == ("too_much", 50_000)
    rest = services.take_rest(charge.id, "uji", by=SYSTEM)
    assert rest is not None
    assert queries.refund(rest).amount == PART
    assert services.take_rest(charge.id, "uji", by=SYSTEM) is None
    relay()
    assert (went_back(charge), queries.charge(charge.id).returned) == (150_000, True)
    assert list(queries.broken()) == []


def test_only_money_that_is_here_goes_back(app: Flask) -> None:
    """Guard (R26.3): only of money that is here, in TAKE."""
    charge = opened()
    with pytest.raises(Conflict) as refused:
        taken(charge)
    assert refused.value.code == "state"
    with pytest.raises(ValueError, match="more than nothing"):
        taken(paid(), Rupiah(0))
    for act in (lambda: services.take(ids.uuid7(), PART, "uji", by=SYSTEM), lambda: queries.refund(ids.uuid7())):
        with pytest.raises(NotFound):
            act()
    with pytest.raises(NotFound):
        services.take_rest(ids.uuid7(), "uji", by=SYSTEM)


def test_money_that_was_given_on_is_not_paid_back_before_it_is_taken_there(app: Flask) -> None:
    """The floor of the reference's account holds when a refund is taken, and so before any gateway is asked."""
    charge = paid("stan-62")

    @transactional
    def given_on(*, back: bool) -> None:
        sides = ("held:p", "ref:stan-62") if back else ("ref:stan-62", "held:p")
        post(Posting(id=f"on:{back}", debit=sides[0], credit=sides[1], amount=FEE, kind="test", ref="stan-62"))
        if back:
            taken(charge, FEE)

    given_on(back=False)
    with pytest.raises(Conflict) as refused:
        taken(charge)
    assert refused.value.code == "short"
    assert queries.charge(charge.id).refunded == Rupiah(0)
    given_on(back=True)
    relay()
    assert went_back(charge) == FEE.amount


def test_a_failed_refund_gives_the_amount_back_once(app: Flask, odd: Odd, outbox: Outbox) -> None:
    """Guard (R26.3): the state of a refund, when its standing is recorded."""
    charge = paid("stan-63")
    odd.bend = says(RefundOutcome.FAILED, "account_closed")
    refund_id = taken(charge)
    relay()

    for _time in range(3):
        refunds.record(refund_id, says(RefundOutcome.FAILED)(answer(refund_id)))
        refunds.record(refund_id, answer(refund_id))
    assert (state(refund_id), queries.charge(charge.id).refunded, lies("ref:stan-63")) == ("failed", Rupiah(0), 150_000)
    assert [told["cause"] for told in outbox.named(RefundFailed)] == ["account_closed"]
    assert list(queries.broken()) == []


def test_a_success_that_the_provider_takes_back_is_a_failure(app: Flask, outbox: Outbox) -> None:
    charge = paid("stan-64")
    refund_id = taken(charge)
    relay()
    refunds.record(refund_id, says(RefundOutcome.FAILED, "bounced")(answer(refund_id)))
    assert (state(refund_id), lies("ref:stan-64"), lies(f"refund:{refund_id}")) == ("failed", 150_000, 0)
    assert (lies("at:sandbox"), queries.charge(charge.id).refunded) == (-150_000, Rupiah(0))
    assert len(outbox.named(RefundFailed)) == 1
    assert list(queries.broken()) == []


def test_a_refund_under_way_is_asked_about_until_it_is_done(app: Flask, odd: Odd, clock: TestClock) -> None:
    charge = paid()
    odd.bend = says(RefundOutcome.SENT)
    refund_id = taken(charge)
    relay()
    assert state(refund_id) == "sent"
    assert services.complete_refunds() == 0, "it was asked just now"
    clock.set(MINUTE)
    assert services.complete_refunds() == 1
    assert state(refund_id) == "sent"
    odd.bend = lambda told: told
    assert services.complete_refunds() == 1
    assert state(refund_id) == "succeeded"
    assert services.complete_refunds() == 0
    assert len(odd.asked) == 1
    assert list(queries.broken()) == []


def test_a_lost_answer_is_asked_for_again_under_the_same_key(app: Flask, odd: Odd, clock: TestClock) -> None:
    charge = paid()
    odd.cut = 1
    refund_id = taken(charge)
    relay()
    assert (state(refund_id), went_back(charge)) == ("taken", 50_000)
    clock.set(MINUTE)
    assert services.complete_refunds() == 1
    assert (state(refund_id), went_back(charge)) == ("succeeded", 50_000)
    assert {(one.key, one.attempt) for one in odd.asked} == {(str(refund_id), 1)}


def test_after_a_day_nothing_is_repeated_without_asking_first(app: Flask, odd: Odd, clock: TestClock) -> None:
    """The gateway has forgotten the key by then: the same request would pay back a second time (R3.3).

    Guard (R26.3): asking before telling again, after a day.
    """
    charge, untouched = paid(), paid()
    odd.cut = 1
    refund_id = taken(charge)
    relay(limit=20)
    assert went_back(charge) == 50_000
    lost = taken(untouched)
    refunds._trying(lost, 1, False)
    clock.set("2026-11-28T09:00:01+07:00")
    assert any(f"the refund {refund_id}" in said and "more than a day" in said for said in queries.broken())

    services.send(refund_id)
    services.send(lost)

    assert (state(refund_id), went_back(charge)) == ("succeeded", 50_000)
    assert (state(lost), went_back(untouched)) == ("succeeded", 50_000)
    assert [(one.key, one.attempt) for one in odd.asked] == [(str(refund_id), 1), (str(lost), 2)]
    assert list(queries.broken()) == []


def test_after_a_day_who_comes_second_pays_nothing_back_anew(
    app: Flask, odd: Odd, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While one worker asks whether the gateway knows of the refund, another one finishes it.

    Guard (R26.3): state and attempt of a refund that is tried, in TRYING.
    """
    refund_id = taken(paid())
    refunds._trying(refund_id, 1, False)
    clock.set("2026-11-28T09:00:01+07:00")

    def meanwhile(_request: RefundRequest) -> None:
        refunds.record(refund_id, answer(refund_id))

    monkeypatch.setattr(odd, "find_refund", meanwhile)
    services.send(refund_id)

    assert (state(refund_id), odd.asked) == ("succeeded", [])


def test_a_refund_that_a_gateway_cannot_send_waits_for_a_person(app: Flask, odd: Odd, outbox: Outbox) -> None:
    charge, runner = paid("stan-65"), app.test_cli_runner()
    odd.bend = says(RefundOutcome.BY_HAND)
    refund_id = taken(charge)
    relay()
    assert state(refund_id) == "by_hand"
    assert [said for said in queries.broken() if str(refund_id) in said and "waits for a person" in said]

    done = runner.invoke(commands.refunded, [str(refund_id), "--why", WHY])
    again = runner.invoke(commands.refunded, [str(refund_id), "--why", WHY])
    unknown = runner.invoke(commands.refunded, [str(ids.uuid7()), "--why", WHY])

    assert (done.exit_code, again.exit_code, unknown.exit_code) == (0, 1, 1)
    assert (state(refund_id), lies("at:bank"), lies(f"refund:{refund_id}")) == ("succeeded", 50_000, 0)
    assert len(outbox.named(RefundSucceeded)) == 1
    assert list(queries.broken()) == []


def test_a_gateway_that_tells_of_another_amount_changes_nothing(app: Flask) -> None:
    refund_id = taken(paid())
    with pytest.raises(ValueError, match="the gateway tells of"):
        refunds.record(refund_id, replace(answer(refund_id), amount=Rupiah(49_999)))
    assert state(refund_id) == "taken"


def test_a_second_payment_goes_back_whole_and_alone(app: Flask, outbox: Outbox) -> None:
    first = opened("stan-69")
    services.record(first.id, standing(first, Outcome.EXPIRED))
    second = paid("stan-69")
    paid_after_all(first)

    services.ask(first.id)
    services.ask(first.id)
    relay()

    known = {one.id: one for one in queries.charges_of("stan-69")}
    assert (known[first.id].state, known[first.id].refunded) == ("surplus", FEE)
    assert (known[second.id].state, known[second.id].refunded) == ("settled", Rupiah(0))
    assert (went_back(first), went_back(second), lies("ref:stan-69")) == (150_000, 0, 150_000)
    assert list(queries.broken()) == []


def test_an_operator_pays_back_what_is_left(app: Flask) -> None:
    charge, runner = paid(), app.test_cli_runner()
    taken(charge)
    assert runner.invoke(commands.refund, [str(charge.id)]).exit_code == 2, "why is not optional"
    assert runner.invoke(commands.refund, [str(charge.id), "--why", WHY]).exit_code == 0
    assert runner.invoke(commands.refund, [str(charge.id), "--why", WHY]).exit_code == 1
    assert "There is no charge" in runner.invoke(commands.refund, [str(ids.uuid7()), "--why", WHY]).output
    relay()
    assert went_back(charge) == 150_000


def test_the_audit_log_and_the_facts_keep_who_asked(app: Flask) -> None:
    charge = paid()
    refund_id = taken(charge)
    relay()
    actions = session.scalars(
        select(AuditEntry.content).where(AuditEntry.stream == "payments").order_by(AuditEntry.seq)
    )
    assert [one["action"] for one in actions] == ["charge.settled", "refund.taken", "refund.succeeded"]
    (fact,) = queries.refund_facts()
    assert (fact["id"], fact["payment_id"], fact["state"]) == (str(refund_id), str(charge.id), "succeeded")
    assert (fact["requested_by"], fact["cause"], fact["amount_idr"]) == ("system", "uji", 50_000)


def test_the_database_itself_keeps_more_than_was_paid_out(app: Flask) -> None:
    """Guard (R26.3): refunded <= paid, in the table of charges."""
    paid()
    with pytest.raises(DBAPIError, match="refunded_within"):
        session.execute(text("UPDATE payments_charges SET refunded_idr = amount_idr + 1"))
