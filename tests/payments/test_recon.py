"""Reconciliation: what no webhook told of is brought in, what nobody can explain is said, and twice does nothing (R6.8)."""

import json
from datetime import timedelta

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import text

from marketplace import jkp
from marketplace.kernel import clock as time
from marketplace.kernel import ids
from marketplace.kernel.access import SYSTEM
from marketplace.kernel.db import session, transactional
from marketplace.kernel.money import Rupiah
from marketplace.kernel.outbox import relay, tick
from marketplace.kernel.plugin import current
from marketplace.kernel.slots import verifiers
from marketplace.payments import commands, queries, services
from marketplace.testing.plugin import TestClock
from tests.factories import catalog, orders
from tests.payments.gateways import AMOUNT, PAYING_BACK, Bench, configure
from tests.standins.midtrans import Midtrans
from tests.standins.stripe import Stripe

PART = Rupiah(29_500)


def run() -> services.Compared:
    return services.recon(time.now() - timedelta(hours=1))


def deaf(bench: Bench) -> None:
    """Lose every webhook."""
    assert isinstance(bench.there, Stripe | Midtrans)
    bench.there.tell.set(mode="off")


def settled(bench: Bench, reference: str = "") -> queries.Charge:
    charge = bench.charge(reference)
    bench.pay(charge.provider_ref or "")
    services.ask(charge.id)
    return queries.charge(charge.id)


def at_the_desk(bench: Bench, charge: queries.Charge) -> None:
    if isinstance(bench.there, Stripe):
        bench.there.books.make_refund({"payment_intent": charge.payment_ref, "amount": PART.amount * 100})
    else:
        assert isinstance(bench.there, Midtrans)
        bench.there.desk_refund(str(charge.id), amount=PART.amount)


@pytest.mark.slow
@pytest.mark.parametrize("outside", PAYING_BACK, indirect=True)
def test_a_hundred_payments_whose_webhooks_were_all_lost(outside: Bench, clock: TestClock) -> None:
    deaf(outside)
    charges = [outside.charge(f"uji-{number}") for number in range(100)]
    for charge in charges:
        outside.pay(charge.provider_ref or "")
    found = run()
    assert (len(found.brought_in), found.unexplained, found.away) == (100, [], [])
    assert {queries.charge(charge.id).state for charge in charges} == {"settled"}
    assert queries.balance(f"at:{outside.gateway.place}") == -(AMOUNT * 100)
    again = run()
    assert (again.brought_in, again.unexplained, again.looked_at >= 100) == ([], [], True)
    assert list(queries.broken()) == []


# What is paid at the door nobody can pay unheard.
@pytest.mark.parametrize("bench", ["sandbox", "stripe", "midtrans_qris", "midtrans_va_bca"], indirect=True)
def test_an_order_that_was_paid_unheard_goes_its_way(bench: Bench, clock: TestClock) -> None:
    if bench.there:
        deaf(bench)
    who = orders.guest()
    placed = orders.ordered(who, catalog.basket(), gateway=bench.gateway.key)
    charge = queries.latest(placed.charge.reference)
    assert charge is not None
    bench.pay(charge.provider_ref or "")
    assert len(run().brought_in) == 1
    relay()
    assert orders.queries.own_order(placed.code, who).state == "paid"
    assert [said for check in verifiers for said in check()] == []


@pytest.mark.parametrize("outside", PAYING_BACK, indirect=True)
def test_a_refund_of_the_desk_is_brought_in_once(outside: Bench, clock: TestClock) -> None:
    deaf(outside)
    charge = settled(outside)
    at_the_desk(outside, charge)
    assert [len(run().brought_in) for _time in range(2)] == [1, 0]
    (refund,) = queries.refunds_of(charge.id)
    assert (refund.state, refund.cause, refund.amount) == ("succeeded", "provider", PART)
    assert run().clean


def test_a_refund_that_a_bank_took_back_is_brought_in(stripe_bench: Bench, clock: TestClock) -> None:
    deaf(stripe_bench)
    assert isinstance(stripe_bench.there, Stripe)
    charge = settled(stripe_bench)
    refund = services.take(charge.id, PART, "uji", by=SYSTEM)
    relay()
    assert queries.refund(refund).state == "succeeded"
    stripe_bench.there.books.end_refund(queries.refund(refund).provider_ref or "", ok=False)
    assert [len(run().brought_in) for _time in range(2)] == [1, 0]
    assert (queries.refund(refund).state, queries.charge(charge.id).refunded) == ("failed", Rupiah(0))


def test_a_dispute_is_brought_in_and_so_is_its_end(stripe_bench: Bench, clock: TestClock) -> None:
    deaf(stripe_bench)
    assert isinstance(stripe_bench.there, Stripe)
    charge = settled(stripe_bench)
    dispute = stripe_bench.there.books.open_dispute({"payment_intent": charge.payment_ref})
    assert [len(run().brought_in) for _time in range(2)] == [1, 0]
    assert queries.charge(charge.id).disputed == AMOUNT
    stripe_bench.there.books.end_dispute(dispute["id"], won=True)
    assert [len(run().brought_in) for _time in range(2)] == [1, 0]
    assert queries.charge(charge.id).disputed == Rupiah(0)


def test_the_end_of_an_old_dispute_is_brought_in(stripe_bench: Bench, clock: TestClock) -> None:
    """It is opened, and then no list of the last days holds it."""
    deaf(stripe_bench)
    assert isinstance(stripe_bench.there, Stripe)
    charge = settled(stripe_bench)
    dispute = stripe_bench.there.books.open_dispute({"payment_intent": charge.payment_ref})
    assert len(run().brought_in) == 1
    clock.set("2026-12-27T09:00:00+07:00")
    stripe_bench.there.books.end_dispute(dispute["id"], won=True)
    assert [len(run().brought_in) for _time in range(2)] == [1, 0]
    assert queries.charge(charge.id).disputed == Rupiah(0)


def test_a_refund_that_is_done_here_and_not_known_there_is_said(stripe_bench: Bench, clock: TestClock) -> None:
    deaf(stripe_bench)
    assert isinstance(stripe_bench.there, Stripe)
    charge = settled(stripe_bench)
    refund = services.take(charge.id, PART, "uji", by=SYSTEM)
    relay()
    stripe_bench.there.books.objects.pop(queries.refund(refund).provider_ref or "")
    stripe_bench.there.books.kinds["refund"].clear()
    (said,) = run().unexplained
    assert str(refund) in said


def test_a_question_of_a_bank_draws_no_money(stripe_bench: Bench, clock: TestClock) -> None:
    """Without the return in ``disputes.record`` an inquiry would be booked as drawn money: this fails then, it was tried."""
    assert isinstance(stripe_bench.there, Stripe)
    charge = settled(stripe_bench)
    dispute = stripe_bench.there.books.open_dispute({"payment_intent": charge.payment_ref})
    dispute["status"] = "warning_needs_response"
    stripe_bench.there.tell.set(target=stripe_bench.endpoint(), mode="held")
    assert run().clean
    assert queries.charge(charge.id).disputed == Rupiah(0)
    assert list(queries.broken()) == []


def test_a_payment_of_no_charge_of_ours_is_said(stripe_bench: Bench, clock: TestClock) -> None:
    request = stripe_bench.request()
    ref = stripe_bench.gateway.open(request).provider_ref
    assert run().clean, "an open session that nobody knows of is no difference in money"
    stripe_bench.pay(ref)
    (said,) = run().unexplained
    assert ref in said


def test_what_is_settled_here_and_not_known_there_is_said(outside: Bench, clock: TestClock) -> None:
    charge = settled(outside)
    if isinstance(outside.there, Stripe):
        outside.there.books.objects.pop(charge.provider_ref or "")
        outside.there.books.kinds["checkout.session"].clear()
    else:
        assert isinstance(outside.there, Midtrans)
        outside.there.orders.clear()
    (said,) = run().unexplained
    assert "not known there" in said
    assert str(charge.id) in said


@transactional
def _raise(charge: queries.Charge) -> None:
    session.execute(text("UPDATE payments_charges SET amount_idr = amount_idr + 1 WHERE id = :id"), {"id": charge.id})


def test_other_amounts_are_said(outside: Bench, clock: TestClock) -> None:
    charge = settled(outside)
    _raise(charge)
    (said,) = run().unexplained
    assert "629500" in said


def test_what_disagrees_goes_to_review_and_stays_said(outside: Bench, clock: TestClock) -> None:
    deaf(outside)
    charge = outside.charge()
    asked = AMOUNT.amount - 1
    outside.pay(charge.provider_ref or "", amount=asked * 100 if isinstance(outside.there, Stripe) else asked)
    for _time in range(2):
        assert ["in review" in said for said in run().unexplained] == [True]
    assert queries.charge(charge.id).state == "review"


def test_a_provider_that_is_away_is_named_and_the_others_are_compared(
    stripe_bench: Bench, qris_bench: Bench, clock: TestClock
) -> None:
    deaf(qris_bench)
    charge = qris_bench.charge()
    qris_bench.pay(str(charge.id))
    assert stripe_bench.there is not None
    stripe_bench.there.fault("503", "/v1", times=99)
    found = run()
    assert [said.partition(":")[0] for said in found.away] == ["stripe"]
    assert len(found.brought_in) == 1
    assert not found.clean


def asked_of_jkp(app: Flask, command: object, *words: str) -> tuple[int, str]:
    result = CliRunner().invoke(command, words, obj=None)  # type: ignore[arg-type]
    return result.exit_code, result.output


def test_the_command_tells_it_and_ends_with_one_if_they_differ(
    app: Flask, stripe_bench: Bench, clock: TestClock
) -> None:
    deaf(stripe_bench)
    charge = stripe_bench.charge("uji-9")
    stripe_bench.pay(charge.provider_ref or "")
    code, said = asked_of_jkp(app, commands.recon, "--since", "2026-11-27", "--json")
    told = json.loads(said)
    assert (code, len(told["brought_in"]), told["unexplained"], told["away"]) == (0, 1, [], [])
    assert told["since"] == "2026-11-27T00:00:00+07:00"
    assert asked_of_jkp(app, commands.recon, "--since", "2026-11-27T08:00:00Z")[0] == 0
    ref = stripe_bench.gateway.open(stripe_bench.request()).provider_ref
    stripe_bench.pay(ref)
    code, said = asked_of_jkp(app, commands.recon, "--since", "2026-11-27")
    assert code == 1
    assert ref in said
    assert asked_of_jkp(app, commands.recon, "--since", "kemarin")[0] == 2


def test_both_are_commands_of_the_program_itself() -> None:
    offered = jkp.helping().commands
    assert {"webhooks", "recon", "payments"} <= set(offered)


def test_it_is_done_every_day(app: Flask, stripe_bench: Bench, clock: TestClock) -> None:
    deaf(stripe_bench)
    charge = stripe_bench.charge()
    stripe_bench.pay(charge.provider_ref or "")
    assert "payments.recon" in current().schedule
    assert tick("payments.recon")
    assert queries.charge(charge.id).state == "settled"


def test_the_inbox_is_listed_and_worked_on_again(app: Flask, stripe_bench: Bench, clock: TestClock) -> None:
    stripe_bench.there.tell.set(mode="held")  # type: ignore[union-attr]
    charge = stripe_bench.charge()
    stripe_bench.pay(charge.provider_ref or "")
    stripe_bench.there.tell.set(target=stripe_bench.endpoint(), mode="held")  # type: ignore[union-attr]
    stripe_bench.there.tell.release()  # type: ignore[union-attr]
    code, said = asked_of_jkp(app, commands.webhooks, "list", "--state", "received", "--json")
    rows = [json.loads(line) for line in said.splitlines()]
    assert code == 0
    (paid,) = [row for row in rows if row["kind"] == "checkout.session.completed"]
    for name in (paid["event_id"], paid["id"], paid["id"]):
        assert asked_of_jkp(app, commands.webhooks, "replay", name) == (0, "handled\n")
    assert queries.charge(charge.id).state == "settled"
    assert asked_of_jkp(app, commands.webhooks, "replay", "evt_nichts")[0] == 1
    assert asked_of_jkp(app, commands.webhooks, "replay", str(ids.uuid7()))[0] == 1
    assert "handled" in asked_of_jkp(app, commands.webhooks, "list")[1]


def test_a_message_whose_gateway_is_away_says_so(
    app: Flask, stripe_bench: Bench, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    stripe_bench.there.tell.set(mode="held")  # type: ignore[union-attr]
    charge = stripe_bench.charge()
    stripe_bench.pay(charge.provider_ref or "")
    stripe_bench.there.tell.set(target=stripe_bench.endpoint(), mode="held")  # type: ignore[union-attr]
    stripe_bench.there.tell.release()  # type: ignore[union-attr]
    configure(monkeypatch, STRIPE_API_BASE="http://127.0.0.1:9")
    _code, said = asked_of_jkp(app, commands.webhooks, "list", "--json")
    name = next(row["id"] for row in map(json.loads, said.splitlines()) if row["kind"] == "checkout.session.completed")
    code, said = asked_of_jkp(app, commands.webhooks, "replay", name)
    assert code == 1
    assert "does not answer" in said
