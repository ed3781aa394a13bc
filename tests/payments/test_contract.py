"""What every gateway must do, each against its provider's stand-in over TCP (R5.7, R6, R7, C14).

A gateway that joins is one more parameter of the fixture ``bench``. Where a provider cannot do something it is said beside it.
"""

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from marketplace.kernel import clock as time
from marketplace.kernel.access import SYSTEM
from marketplace.kernel.money import Rupiah
from marketplace.kernel.outbox import relay
from marketplace.payments import queries, services
from marketplace.payments.slots import GatewayRefusedError, GatewayUnavailableError, Outcome, RefundOutcome
from marketplace.testing.plugin import TestClock
from tests.payments.gateways import AMOUNT, PAYING_BACK, Bench
from tests.standins.midtrans import Midtrans
from tests.standins.stripe import Stripe

HOUSE = Path(__file__).parents[2]


def test_the_same_key_opens_the_same_session(bench: Bench) -> None:
    request = bench.request()
    first, again = bench.gateway.open(request), bench.gateway.open(request)
    assert first == again
    assert first.method is not None
    assert bool(first.pay_path) == (first.method.kind == "redirect")
    if bench.there:
        assert bench.sessions() == 1
    other = bench.gateway.open(bench.request())
    assert other.provider_ref != first.provider_ref


def test_a_session_says_what_was_asked_for(bench: Bench) -> None:
    request = bench.request(amount=Rupiah(40_000_001))
    told = bench.gateway.fetch(bench.gateway.open(request).provider_ref)
    assert (told.key, told.outcome, told.amount, told.currency, told.live) == (
        request.key, bench.waits, Rupiah(40_000_001), "IDR", False,
    )  # fmt: skip


def test_less_is_asked_for_where_that_tells_payments_apart(outside: Bench) -> None:
    opened = outside.gateway.open(outside.request(asked=AMOUNT - Rupiah(7)))
    assert outside.gateway.fetch(opened.provider_ref).amount == AMOUNT - Rupiah(7)


def test_what_was_paid_is_told_with_its_name(bench: Bench) -> None:
    ref = bench.gateway.open(bench.request()).provider_ref
    bench.pay(ref)
    told = bench.gateway.fetch(ref)
    assert (told.outcome, told.amount, bool(told.payment_ref)) == (Outcome.PAID, AMOUNT, True)


@pytest.mark.parametrize("paid", [AMOUNT - Rupiah(1), AMOUNT + Rupiah(1)])
def test_another_amount_goes_to_review(outside: Bench, paid: Rupiah) -> None:
    """R6.4. Taking the amount out of the comparison in ``charges._accept`` makes this fail: it was tried."""
    charge = outside.charge()
    assert charge.provider_ref is not None
    asked = paid.amount * (100 if isinstance(outside.there, Stripe) else 1)
    outside.pay(charge.provider_ref, amount=asked)
    services.ask(charge.id)
    assert queries.charge(charge.id).state == "review"


def test_another_currency_goes_to_review(stripe_bench: Bench) -> None:
    """R6.4. Taking the currency out of the comparison makes this fail: it was tried."""
    charge = stripe_bench.charge()
    assert charge.provider_ref is not None
    stripe_bench.pay(charge.provider_ref, currency="usd")
    services.ask(charge.id)
    assert queries.charge(charge.id).state == "review"


def test_real_money_outside_production_goes_to_review(stripe_bench: Bench) -> None:
    """R6.4. Taking live or test out of the comparison makes this fail: it was tried."""
    assert isinstance(stripe_bench.there, Stripe)
    stripe_bench.there.books.live = True
    charge = stripe_bench.charge()
    assert charge.provider_ref is not None
    stripe_bench.pay(charge.provider_ref)
    services.ask(charge.id)
    assert queries.charge(charge.id).state == "review"


def test_hundredths_that_are_no_whole_rupiah_go_to_review(stripe_bench: Bench) -> None:
    """R5.7. Rounding in ``stripe.rupiah`` instead of giving None makes this fail: it was tried."""
    charge = stripe_bench.charge()
    assert charge.provider_ref is not None
    stripe_bench.pay(charge.provider_ref, amount=AMOUNT.amount * 100 + 50)
    services.ask(charge.id)
    assert queries.charge(charge.id).state == "review"
    assert stripe_bench.gateway.fetch(charge.provider_ref).amount is None


def test_a_share_of_a_rupiah_from_midtrans_goes_to_review(qris_bench: Bench) -> None:
    charge = qris_bench.charge()
    assert isinstance(qris_bench.there, Midtrans)
    qris_bench.pay(str(charge.id))
    qris_bench.there.orders[str(charge.id)]["gross_amount"] = "629500.50"
    with pytest.raises(GatewayUnavailableError):
        services.ask(charge.id)
    assert qris_bench.there.take_complaints(), "the stand-in gives no such answer out"
    from marketplace.payments.adapters.midtrans_wire import rupiah

    assert [rupiah(told) for told in ("629500.50", "629500.5", "1e3", "-5.00", "", 5, None)] == [None] * 7
    assert rupiah("629500.00") == rupiah("629500") == AMOUNT


def test_nobody_but_stripe_counts_in_hundredths() -> None:
    """R5.7: the factor stands in one module."""
    factor = re.compile(r"(\*|/|//|%)=? ?(100|HUNDREDTHS)\b(?!_)|HUNDREDTHS")
    money = [path for part in ("payments", "orders") for path in (HOUSE / "marketplace" / part).rglob("*.py")]
    assert {path.name for path in money if factor.search(path.read_text(encoding="utf-8"))} == {"stripe.py"}


def test_a_session_is_ended_before_it_is_paid(bench: Bench) -> None:
    ref = bench.gateway.open(bench.request()).provider_ref
    assert bench.gateway.expire(ref).outcome is Outcome.EXPIRED
    assert bench.gateway.expire(ref).outcome is Outcome.EXPIRED
    assert bench.gateway.fetch(ref).outcome is Outcome.EXPIRED


def test_a_paid_session_is_not_ended(bench: Bench) -> None:
    ref = bench.gateway.open(bench.request()).provider_ref
    bench.pay(ref)
    assert bench.gateway.expire(ref).outcome is Outcome.PAID


def test_a_session_ends_with_its_charge(bench: Bench, clock: TestClock) -> None:
    ref = bench.gateway.open(bench.request()).provider_ref
    clock.set("2026-11-27T10:00:01+07:00")
    # A promise has no end of its own: it goes with the goods.
    assert bench.gateway.fetch(ref).outcome is (bench.waits if bench.gateway.on_receipt else Outcome.EXPIRED)


def test_a_refund_in_part_then_the_rest_and_nothing_beyond(bench: Bench) -> None:
    ref = bench.gateway.open(bench.request()).provider_ref
    bench.pay(ref)
    part, beyond, rest = (bench.refund_of(ref, Rupiah(amount)) for amount in (29_500, 600_001, 600_000))
    if not bench.pays_back:
        told = bench.gateway.refund(part)
        assert (told.outcome, told.key, told.amount) == (RefundOutcome.BY_HAND, part.key, part.amount)
        assert bench.gateway.find_refund(part) is None
        return
    told = bench.gateway.refund(part)
    assert (told.outcome, told.key, told.amount) == (RefundOutcome.SUCCEEDED, part.key, part.amount)
    assert told.payment_ref == part.payment_ref
    assert bench.gateway.fetch_refund(told.provider_ref) == told or not bench.there
    with pytest.raises(GatewayRefusedError):
        bench.gateway.refund(beyond)
    assert bench.gateway.find_refund(beyond) is None
    assert bench.gateway.refund(rest).outcome is RefundOutcome.SUCCEEDED
    assert bench.gateway.fetch(ref).outcome is Outcome.PAID, "what was paid back was paid"
    if bench.there:
        assert sorted(bench.paid_back()) == [29_500, 600_000]


def test_a_refund_under_the_same_key_is_made_once(bench: Bench) -> None:
    ref = bench.gateway.open(bench.request()).provider_ref
    bench.pay(ref)
    asked = bench.refund_of(ref, Rupiah(29_500))
    assert bench.gateway.refund(asked) == bench.gateway.refund(asked)
    if bench.there and bench.pays_back:
        assert bench.paid_back() == [29_500]


@pytest.mark.parametrize("bench", ["sandbox", *PAYING_BACK], indirect=True)
def test_nothing_goes_back_of_what_was_not_paid(bench: Bench) -> None:
    ref = bench.gateway.open(bench.request()).provider_ref
    asked = bench.refund_of(ref, Rupiah(1))
    with pytest.raises(GatewayRefusedError):
        bench.gateway.refund(asked)


@pytest.mark.parametrize("outside", PAYING_BACK, indirect=True)
def test_a_refund_is_found_after_its_answer_was_cut(outside: Bench) -> None:
    assert outside.there is not None
    ref = outside.gateway.open(outside.request()).provider_ref
    outside.pay(ref)
    asked = outside.refund_of(ref, Rupiah(29_500))
    assert outside.gateway.find_refund(asked) is None
    path = "/v1/refunds" if isinstance(outside.there, Stripe) else "/v2/"
    outside.there.fault("do_then_cut", path, method="POST", times=3)
    with pytest.raises(GatewayUnavailableError):
        outside.gateway.refund(asked)
    outside.there.faults.clear()
    told = outside.gateway.find_refund(replace(asked, attempt=2))
    assert told is not None
    assert (told.key, told.amount, outside.paid_back()) == (asked.key, Rupiah(29_500), [29_500])


def test_of_what_a_provider_does_not_know_nothing_is_known(bench: Bench) -> None:
    for ask in (bench.gateway.fetch, bench.gateway.expire, bench.gateway.fetch_refund, bench.gateway.fetch_dispute):
        with pytest.raises(GatewayUnavailableError):
            ask("tidak-ada")


def test_everything_that_happened_is_listed(bench: Bench) -> None:
    since = time.now() - timedelta(minutes=1)
    refs = [bench.gateway.open(bench.request()).provider_ref for _one in range(2)]
    bench.pay(refs[0])
    back = bench.gateway.refund(bench.refund_of(refs[0], Rupiah(500))) if bench.pays_back else None
    listed = list(bench.gateway.listed(since, refs))
    states = {one.provider_ref: one.outcome for one in listed}
    assert states == {
        refs[0]: Outcome.PAID,
        refs[1]: bench.waits,
        **({back.provider_ref: RefundOutcome.SUCCEEDED} if back else {}),
    }


def test_a_charge_is_settled_by_a_webhook_and_refunded(bench: Bench) -> None:
    """The whole way: opened, paid, told by webhook, settled, refunded, and the books agree."""
    if isinstance(bench.there, Stripe | Midtrans):
        bench.there.tell.set(mode="held")
    charge = bench.charge("uji-1")
    assert charge.provider_ref is not None
    bench.pay(charge.provider_ref)
    if isinstance(bench.there, Stripe | Midtrans):
        bench.there.tell.set(target=bench.endpoint(), mode="held")
        assert {one.status for one in bench.there.tell.release()} == {204}
    relay()
    assert queries.charge(charge.id).state == "settled"
    refund = services.take(charge.id, Rupiah(29_500), "uji", by=SYSTEM)
    relay()
    assert queries.refund(refund).state == ("succeeded" if bench.pays_back else "by_hand")
    assert queries.balance(f"at:{bench.gateway.place}").amount == -(600_000 if bench.pays_back else 629_500)
    waiting = [] if bench.pays_back else [True]
    assert ["by hand" in said for said in queries.broken()] == waiting
