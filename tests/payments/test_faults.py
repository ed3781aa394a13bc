"""A bad line to a provider, in opening, asking and paying back: nothing is lost, nothing doubled (R6.9, R7, R13).

The faults of the line come from the TCP proxy, those of the provider from its stand-in. Once the line is good
again the completer brings everything to its end, the provider's log agrees with our books, and ``jkp verify`` finds nothing.
"""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from sqlalchemy import func, select

from marketplace.kernel.access import SYSTEM, Actor
from marketplace.kernel.db import session
from marketplace.kernel.errors import Conflict
from marketplace.kernel.money import Rupiah
from marketplace.kernel.outbox import relay
from marketplace.payments import queries, services
from marketplace.payments.adapters import calling
from marketplace.payments.models import Entry
from marketplace.payments.slots import GatewayUnavailableError
from marketplace.testing.plugin import Live, TestClock
from tests.payments.gateways import AMOUNT, PAYING_BACK, Bench, connect_midtrans, connect_stripe, found
from tests.standins.midtrans import Midtrans
from tests.standins.proxy import Proxy
from tests.standins.stripe import Stripe

pytestmark = pytest.mark.unmeasured

LINE = ("refuse", "hang", "reset", "cut", "garbage")
PROVIDER = ("429", "500", "do_then_cut", "do_then_500")
FAULTS = [*LINE, *PROVIDER]
LATER = "2026-11-27T09:02:30+07:00"
PART = Rupiah(29_500)

PATIENCE_SECONDS = calling.TOTAL_SECONDS


def break_down(bench: Bench, proxy: Proxy, fault: str) -> None:
    assert bench.there is not None
    if fault in LINE:
        # Of an answer the first line comes through; the work behind it is done.
        proxy.mode(fault, 40)
    else:
        bench.there.fault(fault, "/v", times=1000)


def mend(bench: Bench, proxy: Proxy) -> None:
    assert bench.there is not None
    proxy.mode("pass")
    bench.there.faults.clear()
    calling.line.cache_clear()
    # Only who breaks down is waited for briefly: an answer that comes may take its time on a busy machine.
    calling.TOTAL_SECONDS = PATIENCE_SECONDS


def entries() -> int:
    return session.scalar(select(func.count()).select_from(Entry)) or 0


@pytest.mark.parametrize("fault", FAULTS)
def test_in_opening(through: tuple[Bench, Proxy], clock: TestClock, fault: str) -> None:
    bench, proxy = through
    break_down(bench, proxy, fault)
    charge = bench.charge("uji-1")
    assert (charge.state, charge.pay_path) == ("opened", None), (
        "the charge stands, and nobody is told how to pay it yet"
    )
    services.reach(charge)
    assert services.complete() == 0
    mend(bench, proxy)

    clock.set(LATER)
    assert services.complete() == 1
    charge = queries.charge(charge.id)
    assert charge.method is not None
    assert charge.provider_ref is not None
    assert bench.sessions() == 1
    bench.pay(charge.provider_ref)
    services.ask(charge.id)
    assert (queries.charge(charge.id).state, entries()) == ("settled", 1)
    assert list(queries.broken()) == []


@pytest.mark.parametrize("fault", FAULTS)
def test_in_asking(through: tuple[Bench, Proxy], clock: TestClock, fault: str) -> None:
    bench, proxy = through
    charge = bench.charge("uji-1")
    assert charge.provider_ref is not None
    bench.pay(charge.provider_ref)
    break_down(bench, proxy, fault)
    with pytest.raises(GatewayUnavailableError):
        services.ask(charge.id)
    with pytest.raises(GatewayUnavailableError):
        services.close(charge.id)
    assert queries.charge(charge.id).state == "opened", "what was paid is not let go because nobody answers"
    assert entries() == 0
    mend(bench, proxy)

    clock.set(LATER)
    assert services.check_open() == 1
    assert (queries.charge(charge.id).state, entries()) == ("settled", 1)
    assert list(queries.broken()) == []


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("outside", PAYING_BACK, indirect=True)
def test_in_paying_back(through: tuple[Bench, Proxy], clock: TestClock, fault: str) -> None:
    """Under another key for the same refund the provider would pay twice: with the attempt taken up at each try this fails."""
    bench, proxy = through
    charge = bench.charge("uji-1")
    assert charge.provider_ref is not None
    bench.pay(charge.provider_ref)
    services.ask(charge.id)
    refund = services.take(charge.id, PART, "uji", by=SYSTEM)
    break_down(bench, proxy, fault)
    for _time in range(2):
        with suppress(GatewayUnavailableError):
            services.send(refund)
    assert queries.refund(refund).state == "taken", "and the money is kept for it meanwhile"
    assert queries.balance(f"refund:{refund}") == PART
    mend(bench, proxy)

    clock.set(LATER)
    assert services.complete_refunds() == 1
    assert (queries.refund(refund).state, bench.paid_back()) == ("succeeded", [PART.amount])
    assert queries.charge(charge.id).refunded == PART
    assert queries.balance(f"at:{bench.gateway.place}") == PART - AMOUNT
    assert list(queries.broken()) == []


@pytest.mark.parametrize("outside", PAYING_BACK, indirect=True)
def test_a_day_later_the_provider_is_asked_before_it_is_told_again(
    through: tuple[Bench, Proxy], clock: TestClock
) -> None:
    """R3.3: the key is forgotten by then. Without the question in ``refunds._asked`` Stripe pays twice: it was tried."""
    bench, proxy = through
    charge = bench.charge("uji-1")
    assert charge.provider_ref is not None
    bench.pay(charge.provider_ref)
    services.ask(charge.id)
    refund = services.take(charge.id, PART, "uji", by=SYSTEM)
    break_down(bench, proxy, "do_then_cut")
    with pytest.raises(GatewayUnavailableError):
        services.send(refund)
    mend(bench, proxy)
    clock.set("2026-11-28T09:00:01+07:00")
    services.send(refund)
    assert (queries.refund(refund).state, bench.paid_back()) == ("succeeded", [PART.amount])
    assert list(queries.broken()) == []


def test_a_message_waits_while_its_gateway_is_away(through: tuple[Bench, Proxy], clock: TestClock) -> None:
    bench, proxy = through
    assert bench.there is not None
    bench.there.tell.set(mode="held")  # type: ignore[attr-defined]
    charge = bench.charge("uji-1")
    assert charge.provider_ref is not None
    bench.pay(charge.provider_ref)
    break_down(bench, proxy, "refuse")
    bench.there.tell.set(target=bench.endpoint(), mode="held")  # type: ignore[attr-defined]
    assert {one.status for one in bench.there.tell.release()} == {204}  # type: ignore[attr-defined]
    relay()
    assert queries.charge(charge.id).state == "opened"
    mend(bench, proxy)
    clock.set(LATER)
    relay()
    assert queries.charge(charge.id).state == "settled"
    assert {one["state"] for one in queries.webhook_facts()} <= {"handled", "ignored"}


@pytest.mark.parametrize("provider", ["stripe", "midtrans"])
def test_twenty_refunds_at_once_with_half_of_the_answers_cut(
    live: Live,
    clock: TestClock,
    stripe_standin: Stripe,
    midtrans_standin: Midtrans,
    monkeypatch: pytest.MonkeyPatch,
    provider: str,
) -> None:
    """R7: the provider's log and our books agree, and neither passes the amount paid. Guarded by ``refunds.TAKE``."""
    connect_stripe(monkeypatch, stripe_standin)
    connect_midtrans(monkeypatch, midtrans_standin)
    monkeypatch.setattr(calling, "FIRST_PAUSE_SECONDS", 0.02)
    monkeypatch.setattr(calling, "FAILURES", 1000)
    bench = (
        Bench(found("stripe"), stripe_standin)
        if provider == "stripe"
        else Bench(found("midtrans_qris"), midtrans_standin)
    )
    charge = bench.charge("uji-20")
    bench.pay(charge.provider_ref or "")
    services.ask(charge.id)
    assert bench.there is not None
    for _time in range(10):
        bench.there.fault("do_then_cut", "/v1/refunds" if provider == "stripe" else "/v2/", method="POST")

    def press(number: int) -> None:
        with live.app.app_context():
            by = (SYSTEM, Actor(kind="guest", guest_key="k"), SYSTEM)[number % 3]
            with suppress(Conflict, GatewayUnavailableError):
                services.send(services.take(charge.id, Rupiah(50_000), "uji", by=by))
            session.remove()

    session.remove()
    with ThreadPoolExecutor(20) as crowd:
        list(crowd.map(press, range(20)))
    bench.there.faults.clear()
    clock.set(LATER)
    services.complete_refunds()
    assert sum(bench.paid_back()) == queries.charge(charge.id).refunded.amount == 600_000
    assert {one.state for one in queries.refunds_of(charge.id)} == {"succeeded"}
    assert list(queries.broken()) == []
