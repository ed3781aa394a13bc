"""Refunds: never more than was paid, sent outside of transactions, given back once when they fail (R7)."""

import json
import os
import random
import signal
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, NoReturn
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from marketplace.kernel import clock as time
from marketplace.kernel import crash, ids
from marketplace.kernel.access import SYSTEM, Actor
from marketplace.kernel.db import db, session, transactional
from marketplace.kernel.errors import Conflict, NotFound
from marketplace.kernel.models import AuditEntry
from marketplace.kernel.money import Rupiah
from marketplace.kernel.outbox import relay
from marketplace.kernel.plugin import current
from marketplace.kernel.slots import completers
from marketplace.payments import commands, queries, services
from marketplace.payments.adapters import Sandbox
from marketplace.payments.events import RefundFailed, RefundFound, RefundSucceeded, RefundTaken
from marketplace.payments.models import Refund, SandboxRefund, SandboxState
from marketplace.payments.services import charges, refunds
from marketplace.payments.services.ledger import Posting, post
from marketplace.payments.services.sandbox import SIGNATURE, signature
from marketplace.payments.slots import (
    GatewayRefusedError,
    GatewayUnavailableError,
    Outcome,
    RefundOutcome,
    RefundRequest,
    RefundStanding,
)
from marketplace.testing.plugin import Live, Outbox, TestClock
from tests.factories.orders import paid_after_all
from tests.payments.test_charges import FEE, opened, standing, token

PART = Rupiah(50_000)
MORNING = datetime(2026, 11, 27, 2, 0, tzinfo=UTC)
MINUTE = "2026-11-27T09:01:00+07:00"
WHY = "Sudah dicek di dasbor."


def paid(reference: str = "") -> queries.Charge:
    """Return a charge that was paid at the sandbox, in its books and in ours."""
    charge = opened(reference)
    services.decide(token(charge), SandboxState.PAID)
    services.ask(charge.id)
    return queries.charge(charge.id)


def taken(charge: queries.Charge, amount: Rupiah = PART, cause: str = "uji") -> UUID:
    return services.take(charge.id, amount, cause, by=SYSTEM)


def state(refund_id: UUID) -> str:
    return queries.refund(refund_id).state


def went_back(charge: queries.Charge) -> int:
    """Return what the sandbox's own books say was paid back."""
    found = session.scalars(select(SandboxRefund.amount_idr).where(SandboxRefund.session_id == charge.id))
    return sum(amount.amount for amount in found)


def lies(key: str) -> int:
    return queries.balance(key).amount


@dataclass
class Odd(Sandbox):
    """The sandbox, whose answers about refunds a test may bend."""

    bend: Callable[[RefundStanding], RefundStanding] = lambda told: told
    cut: int = 0
    """So many answers get lost after the work is done."""
    asked: list[RefundRequest] = field(default_factory=list)

    def refund(self, request: RefundRequest) -> RefundStanding:
        self.asked.append(request)
        done = self.bend(super().refund(request))
        if self.cut > 0:
            self.cut -= 1
            raise GatewayUnavailableError(self.key)
        return done

    def fetch_refund(self, provider_ref: str) -> RefundStanding:
        return self.bend(super().fetch_refund(provider_ref))


@pytest.fixture
def odd(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Odd:
    gateway = Odd()
    monkeypatch.setitem(current().fills, "payments.gateways", (gateway,))
    return gateway


def says(outcome: RefundOutcome, cause: str = "") -> Callable[[RefundStanding], RefundStanding]:
    return lambda told: replace(told, outcome=outcome, cause=cause)


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


def answer(refund_id: UUID, provider_ref: str = "") -> RefundStanding:
    known = queries.refund(refund_id)
    return RefundStanding(
        provider_ref=provider_ref or f"re_{refund_id}", key=str(refund_id), payment_ref="", amount=known.amount,
        currency="IDR", outcome=RefundOutcome.SUCCEEDED,
    )  # fmt: skip


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
    """The gateway has forgotten the key by then: the same request would pay back a second time (R3.3)."""
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
    """While one worker asks whether the gateway knows of the refund, another one finishes it."""
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


def event(kind: str, refund: str) -> bytes:
    return json.dumps({"id": f"evt_{ids.token()}", "type": kind, "refund": refund, "live": False}).encode()


def told(client: FlaskClient, refund: str) -> None:
    body = event("refund.succeeded", refund)
    signed = signature(body, int(time.now().timestamp()))
    assert client.post("/webhook/sandbox", data=body, headers={SIGNATURE: signed}).status_code == 204
    relay()


def at_the_desk(charge: queries.Charge, amount: Rupiah = PART) -> str:
    """Pay money back at the provider's own desk; return its name for it."""
    gateway = queries.known("sandbox")
    assert gateway is not None
    assert charge.provider_ref is not None
    request = RefundRequest(
        key=f"desk-{ids.token()}", attempt=1, provider_ref=charge.provider_ref, payment_ref=None, amount=amount,
        currency="IDR", reason="",
    )  # fmt: skip
    return gateway.refund(request).provider_ref


def test_a_refund_made_at_the_provider_appears_once(app: Flask, client: FlaskClient, outbox: Outbox) -> None:
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
    paid()
    with pytest.raises(DBAPIError, match="refunded_within"):
        session.execute(text("UPDATE payments_charges SET refunded_idr = amount_idr + 1"))


def test_two_payments_told_at_the_same_moment_are_one_and_a_surplus(
    live: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Told inside the first, just before it is settled, the second waits for it and then finds the reference paid."""
    first = opened("stan-70")
    services.record(first.id, standing(first, Outcome.EXPIRED))
    second = opened("stan-70")
    for one in (first, second):
        paid_after_all(one)
    failures: list[BaseException] = []

    def tell(charge: queries.Charge) -> None:
        with live.app.app_context():
            try:
                services.ask(charge.id)
            except BaseException as failure:  # noqa: BLE001 - told below
                failures.append(failure)
            finally:
                session.remove()

    other = threading.Thread(target=tell, args=(second,))
    settle = charges.settle

    def slowly(*args: Any, **kwargs: Any) -> None:
        monkeypatch.setattr(charges, "settle", settle)
        other.start()
        other.join(timeout=1)
        settle(*args, **kwargs)

    monkeypatch.setattr(charges, "settle", slowly)
    tell(first)
    other.join()

    assert failures == []
    assert [queries.charge(one.id).state for one in (first, second)] == ["settled", "surplus"]
    relay()
    assert (went_back(first), went_back(second)) == (0, 150_000)
    assert list(queries.broken()) == []


def test_twenty_requests_at_once_while_answers_are_cut_pay_back_what_was_paid(
    live: Live, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From three roles, the gateway doing the work and losing every second answer: both books say the same (R7)."""
    gateway = Cutting()
    monkeypatch.setitem(current().fills, "payments.gateways", (gateway,))
    charge = paid("stan-71")
    askers = [Actor(kind="guest", guest_key="a"), Actor(kind="person", id=ids.uuid7()), SYSTEM]
    outcomes: Counter[str] = Counter()
    start = threading.Barrier(20)

    def ask(number: int) -> None:
        with live.app.app_context():
            start.wait()
            try:
                refund_id = services.take(charge.id, Rupiah(20_000), "uji", by=askers[number % 3])
                outcomes["taken"] += 1
                services.send(refund_id)
            except Conflict as refused:
                outcomes[refused.code] += 1
            except GatewayUnavailableError:
                outcomes["cut"] += 1
            finally:
                session.remove()

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (outcomes["taken"], outcomes["too_much"]) == (7, 13)
    assert outcomes["cut"] >= 1
    clock.set(MINUTE)
    services.complete_refunds()
    services.complete_refunds()
    relay()
    assert {one.state for one in queries.refunds_of(charge.id)} == {"succeeded"}
    assert queries.charge(charge.id).refunded == Rupiah(140_000)
    assert (went_back(charge), lies("ref:stan-71"), lies("at:sandbox")) == (140_000, 10_000, -10_000)
    assert session.scalar(select(func.count()).select_from(SandboxRefund)) == 7
    assert list(queries.broken()) == []


class Cutting(Sandbox):
    """The sandbox, losing every second answer about a refund after the work is done."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._calls = 0

    def refund(self, request: RefundRequest) -> RefundStanding:
        done = super().refund(request)
        with self._turn:
            self._calls += 1
            cut = self._calls % 2 == 1
        if cut:
            raise GatewayUnavailableError(self.key)
        return done


@pytest.mark.parametrize("seed", [3, 17, 2026])
def test_whatever_happens_in_whatever_order_both_books_say_the_same(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, clock: TestClock, seed: int
) -> None:
    """Sixty steps: money taken, refused, cut off after the work, paid back at the desk, noted, asked about again."""
    gateway, chance = Chancy(random.Random(seed)), random.Random(seed + 1)
    monkeypatch.setitem(current().fills, "payments.gateways", (gateway,))
    charge = paid("stan-90")
    for step in range(60):
        amount = Rupiah(chance.randint(1, 40_000))
        match chance.randrange(4):
            case 0 | 1:
                with suppress(Conflict):
                    taken(charge, amount)
            case 2:
                with suppress(GatewayRefusedError):
                    told(client, at_the_desk(charge, amount))
            case 3:
                clock.set((MORNING + timedelta(minutes=2 * step)).isoformat())
                services.complete_refunds()
        here = queries.charge(charge.id)
        assert here.refunded.amount <= FEE.amount
        assert went_back(charge) <= FEE.amount
        assert lies("ref:stan-90") == FEE.amount - here.refunded.amount
    gateway.kind = True
    for hour in (3, 5, 7):  # What was refused for want of room comes again, at most an hour later.
        clock.set((MORNING + timedelta(hours=hour)).isoformat())
        relay()
        services.complete_refunds()

    done = [one for one in queries.refunds_of(charge.id) if one.state == "succeeded"]
    assert sum(one.amount.amount for one in done) == went_back(charge) == queries.charge(charge.id).refunded.amount
    assert {one.state for one in queries.refunds_of(charge.id)} <= {"succeeded", "failed"}
    assert lies("at:sandbox") == went_back(charge) - FEE.amount
    assert list(queries.broken()) == []


class Chancy(Sandbox):
    """The sandbox, refusing now and then, also what it has done, and losing an answer now and then after the work."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self.kind = False

    def refund(self, request: RefundRequest) -> RefundStanding:
        lot = 9 if self.kind or request.key.startswith("desk-") else self._chance.randrange(10)
        if lot < 2:
            raise GatewayRefusedError("no")
        done = super().refund(request)
        if lot < 5:
            raise GatewayUnavailableError(self.key)
        return done


POINTS = (
    "payments.services.refunds.take_rest:before",
    "payments.services.refunds.take_rest:after",
    "payments.services.refunds._trying:before",
    "payments.services.refunds._trying:after",
    "payments.services.sandbox.sandbox_refund:before",
    "payments.services.sandbox.sandbox_refund:after",
    "payments.services.refunds.send:called",
    "payments.services.refunds.record:before",
    "payments.services.refunds.record:after",
    "kernel.outbox.deliver:called",
)


def killed(point: str, charge: queries.Charge) -> bool:
    """Pay a charge back in a process that dies at the point; tell whether it got there."""
    session.remove()
    child = os.fork()
    if child == 0:
        _die(point, charge)
    _pid, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


def _die(point: str, charge: queries.Charge) -> NoReturn:
    try:
        for engine in db.engines.values():
            engine.dispose(close=False)
        os.environ["JKP_CRASH"] = f"{point}:1"
        services.take_rest(charge.id, "uji", by=SYSTEM)
        relay()
    finally:
        os._exit(1)


def moments() -> Iterator[str]:
    for minute in range(5, 55, 5):
        yield f"2026-11-27T09:{minute:02d}:00+07:00"


def test_whatever_dies_while_money_goes_back_it_goes_back_once(live: Live, clock: TestClock) -> None:
    assert set(POINTS) <= set(crash.names())
    for point, moment in zip(POINTS, moments(), strict=True):
        charge = paid()
        relay()
        assert killed(point, charge), f"nobody died at {point}"
        clock.set(moment)
        services.take_rest(charge.id, "uji", by=SYSTEM)
        sum(complete() for complete in completers)
        relay()
        assert went_back(charge) == FEE.amount, point
        assert [one.state for one in queries.refunds_of(charge.id)] == ["succeeded"], point
        assert lies(f"ref:{charge.reference}") == 0, point
        assert list(queries.broken()) == [], point
    assert session.scalar(select(func.count()).select_from(Refund)) == len(POINTS)
