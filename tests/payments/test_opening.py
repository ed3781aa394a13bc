"""What is particular in opening a session at each provider."""

from datetime import timedelta

import pytest

from marketplace.kernel import clock as time
from marketplace.kernel import ids
from marketplace.kernel.access import SYSTEM
from marketplace.kernel.errors import Invalid
from marketplace.kernel.money import Rupiah
from marketplace.payments import queries, services
from marketplace.payments.events import PaymentClosed
from marketplace.payments.services.charges import refuse
from marketplace.payments.slots import GatewayRefusedError, Method
from marketplace.testing.plugin import Outbox, TestClock
from tests.payments.gateways import AMOUNT, Bench, configure, found
from tests.standins.midtrans import Midtrans
from tests.standins.stripe import Stripe


def test_a_session_carries_nothing_personal_and_leads_back(stripe_bench: Bench, clock: TestClock) -> None:
    """R6.1: what leaves us is an amount, a label and our own number; the card is typed on Stripe's page."""
    charge = stripe_bench.charge()
    assert isinstance(stripe_bench.there, Stripe)
    session = stripe_bench.there.books.all("checkout.session")[0]
    assert (session["amount_total"], session["currency"], session["mode"]) == (62_950_000, "idr", "payment")
    assert session["client_reference_id"] == session["metadata"]["charge"] == str(charge.id)
    assert session["success_url"] == session["cancel_url"] == "http://127.0.0.1:8000/bayar/uji"
    assert session["expires_at"] == int(charge.expires_at.timestamp())
    assert session["customer_email"] is None
    assert charge.pay_path == session["url"]


@pytest.mark.parametrize("minutes", [5, 29, 60 * 30])
def test_a_charge_that_ends_when_stripe_would_not_let_it(stripe_bench: Bench, clock: TestClock, minutes: int) -> None:
    request = stripe_bench.request(expires_at=time.now() + timedelta(minutes=minutes))
    first, again = stripe_bench.gateway.open(request), stripe_bench.gateway.open(request)
    assert (first, stripe_bench.sessions()) == (again, 1)
    assert isinstance(stripe_bench.there, Stripe)
    stripe_bench.there.take_complaints()


def test_what_was_opened_in_time_is_the_same_when_it_is_late(stripe_bench: Bench, clock: TestClock) -> None:
    """An answer was lost, and half an hour later the session is asked for again: there is one, not two."""
    request = stripe_bench.request()
    first = stripe_bench.gateway.open(request)
    clock.set("2026-11-27T09:45:00+07:00")
    assert stripe_bench.gateway.open(request) == first
    assert stripe_bench.sessions() == 1


def test_what_a_gateway_refuses_is_closed_and_told(outside: Bench, clock: TestClock, outbox: Outbox) -> None:
    """Nobody was told how to pay it, so the goods may go: here as its time was over before a session was made."""
    charge = services.plan(
        ids.token(), AMOUNT, gateway=outside.gateway.key, label="JKP", return_path="/",
        until=time.now() + timedelta(minutes=60), by=SYSTEM,
    )  # fmt: skip
    clock.set("2026-11-27T10:00:01+07:00")
    services.close(charge.id)
    assert (queries.charge(charge.id).state, queries.charge(charge.id).cause) == ("closed", "refused")
    assert [told["cause"] for told in outbox.named(PaymentClosed)] == ["refused"]
    assert outside.sessions() == 0
    assert list(queries.broken()) == []


def test_a_refusal_that_comes_after_another_worker_got_it_opened_closes_nothing(sandbox_bench: Bench) -> None:
    """Guarded by the look at ``pay_path`` in ``charges.refuse``."""
    charge = sandbox_bench.charge()
    refuse(charge.id, "late")
    assert queries.charge(charge.id).state == "opened"


def test_a_code_can_be_scanned_and_a_number_paid(qris_bench: Bench, number_bench: Bench) -> None:
    shown = qris_bench.charge().method
    assert shown is not None
    assert (shown["kind"], shown["text"][:6]) == ("qr", "000201")
    shown = number_bench.charge().method
    assert shown is not None
    assert (shown["kind"], shown["bank"], shown["text"].isdigit()) == ("account", "BCA", True)


@pytest.mark.parametrize("bank", ["bca", "mandiri", "bni", "bri", "permata", "cimb"])
def test_every_bank_gives_its_own_kind_of_number(number_bench: Bench, bank: str) -> None:
    gateway = found(f"midtrans_va_{bank}")
    request = number_bench.request()
    made, again = gateway.open(request), gateway.open(request)
    assert made == again
    assert made.method is not None
    assert made.method.text.isdigit()
    assert bool(made.method.code) == (bank == "mandiri")
    number_bench.pay(made.provider_ref)
    assert gateway.fetch(made.provider_ref).amount == AMOUNT


def test_a_number_whose_key_was_forgotten_is_read_and_a_code_made_anew(
    qris_bench: Bench, number_bench: Bench, clock: TestClock
) -> None:
    there = qris_bench.there
    assert isinstance(there, Midtrans)
    for bench, same in ((number_bench, True), (qris_bench, False)):
        request = bench.request()
        first = bench.gateway.open(request)
        there.keys.clear()
        again = bench.gateway.open(request)
        assert (again == first) is same
        assert isinstance(again.method, Method)
        assert there.orders[request.key]["transaction_status"] == "pending"
        bench.pay(again.provider_ref)
        there.keys.clear()
        assert (bench.gateway.open(request).method is None) is not same, "what is paid is not opened again"
        assert there.orders[request.key]["transaction_status"] == "settlement"


def test_it_ends_with_its_charge_however_late_it_was_asked_for(qris_bench: Bench, clock: TestClock) -> None:
    request = qris_bench.request()
    clock.set("2026-11-27T09:50:00+07:00")
    qris_bench.gateway.open(request)
    assert isinstance(qris_bench.there, Midtrans)
    assert qris_bench.there.orders[request.key]["expiry_time"] == "2026-11-27 10:00:00"


def test_the_http_status_is_not_gone_by(qris_bench: Bench) -> None:
    assert isinstance(qris_bench.there, Midtrans)
    qris_bench.there.plain_http = True
    charge = qris_bench.charge()
    qris_bench.pay(str(charge.id))
    assert qris_bench.gateway.expire(str(charge.id)).amount == AMOUNT
    with pytest.raises(GatewayRefusedError):
        qris_bench.gateway.refund(qris_bench.refund_of(str(charge.id), AMOUNT + Rupiah(1)))


@pytest.mark.parametrize(("amount", "ways"), [(9_999, {"midtrans_qris"}), (10_000_001, {"midtrans_va_bca"})])
def test_a_way_that_cannot_carry_the_amount_is_not_offered(
    number_bench: Bench, monkeypatch: pytest.MonkeyPatch, amount: int, ways: set[str]
) -> None:
    configure(monkeypatch, MIDTRANS_VA_BANKS="bca")
    offered = {one.key for one in queries.offered(Rupiah(amount))}
    assert offered == {*ways, "sandbox"}
    (out,) = {"midtrans_qris", "midtrans_va_bca"} - ways
    with pytest.raises(Invalid) as refused:
        services.plan(
            ids.token(), Rupiah(amount), gateway=out, label="x", return_path="/", until=time.now(), by=SYSTEM
        )  # fmt: skip
    assert list(refused.value.fields) == ["gateway"]


def test_only_what_is_configured_is_offered(app: object) -> None:
    # What needs nobody beside us is there: who says so of a sale may be paid in cash.
    assert [one.key for one in queries.offered()] == ["sandbox", "cod"]
    assert [one.key for one in queries.offered(Rupiah(50_000))] == ["sandbox"]
