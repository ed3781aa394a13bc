"""Gateways against the stand-ins of their providers, and what buyers and desks do there."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from marketplace.kernel import clock as time
from marketplace.kernel import ids
from marketplace.kernel.access import SYSTEM
from marketplace.kernel.money import Rupiah
from marketplace.kernel.plugin import current
from marketplace.payments import queries, services
from marketplace.payments.adapters import calling
from marketplace.payments.models import SandboxState
from marketplace.payments.slots import ChargeRequest, Gateway, Outcome, RefundRequest, Terms
from tests.standins.midtrans import Midtrans
from tests.standins.proxy import Proxy
from tests.standins.serving import StandIn
from tests.standins.stripe import Stripe

AMOUNT = Rupiah(629_500)
AT_THE_DOOR = Terms(payees=1, takes_cash=True, hands_over=True)
PAYING_BACK = ("stripe", "midtrans_qris")
"""Gateways whose provider sends money back the way it came."""


def configure(monkeypatch: pytest.MonkeyPatch, **settings: object) -> None:
    """Change settings of the site of now, for this test."""
    for name, value in settings.items():
        monkeypatch.setitem(current().settings.extra, name, value)  # type: ignore[arg-type]


def connect_stripe(monkeypatch: pytest.MonkeyPatch, there: Stripe, base: str = "") -> None:
    """Point the site at a stand-in of Stripe's, or at a line to it."""
    configure(
        monkeypatch,
        STRIPE_API_BASE=base or there.address,
        STRIPE_SECRET_KEY="sk_test_x",
        STRIPE_WEBHOOK_SECRET=",".join(there.secrets),
        GATEWAY_RATE=10_000,
    )


def connect_midtrans(monkeypatch: pytest.MonkeyPatch, there: Midtrans, base: str = "") -> None:
    """Point the site at a stand-in of Midtrans', or at a line to it."""
    configure(monkeypatch, MIDTRANS_API_BASE=base or there.address, MIDTRANS_SERVER_KEY=there.key, GATEWAY_RATE=10_000)


@dataclass
class Bench:
    """A gateway that is offered here, and its provider, whose books and buttons a test may reach."""

    gateway: Gateway
    there: StandIn | None = None
    keys: list[str] = field(default_factory=list)
    pays_back: bool = True
    signs_time: bool = True

    waits: Outcome = Outcome.OPEN
    """How a session stands that nobody has paid."""

    def request(self, key: str = "", **changes: Any) -> ChargeRequest:
        """Return what the gateway is told of a charge; of one that is in our own books it is told as it is planned."""
        if self.gateway.on_receipt:
            planned = self.charge(amount=changes.get("amount", AMOUNT))
            return self._told(key=str(planned.id), **changes)
        return self._told(key=key or str(ids.uuid7()), **changes)

    def _told(self, *, key: str, **changes: Any) -> ChargeRequest:
        now = time.now()
        told = {
            "key": key,
            "amount": AMOUNT,
            "currency": "IDR",
            "label": "JKP-TEST",
            "return_path": "/bayar/uji?kembali=1",
            "expires_at": now + timedelta(minutes=60),
            "begun_at": now,
            **changes,
        }
        return ChargeRequest(**told)

    def refund_of(self, ref: str, amount: Rupiah, *, key: str = "", attempt: int = 1) -> RefundRequest:
        """Return what the gateway is told of a refund of a session that was paid."""
        return RefundRequest(
            key=key or str(ids.uuid7()), attempt=attempt, provider_ref=ref, payment_ref=self.gateway.fetch(ref).payment_ref,
            amount=amount, currency="IDR", reason="uji",
        )  # fmt: skip

    def charge(self, reference: str = "", amount: Rupiah = AMOUNT) -> queries.Charge:
        """Plan a charge of ours and open it."""
        return services.open_charge(
            reference or ids.token(), amount, gateway=self.gateway.key, label="JKP-TEST", return_path="/bayar/uji",
            until=time.now() + timedelta(minutes=60), by=SYSTEM, terms=AT_THE_DOOR,
        )  # fmt: skip

    def pay(self, ref: str, **how: Any) -> None:
        """Let the buyer pay at the provider; nobody is told but by webhook."""
        if isinstance(self.there, Stripe):
            self.there.books.pay(ref, **how)
        elif isinstance(self.there, Midtrans):
            self.there.pay(ref, **how)
        elif self.gateway.on_receipt:
            promised = queries.charge_at(self.gateway.key, ref)
            assert promised is not None
            services.collect(promised.id, promised.amount, by=SYSTEM)
        else:
            found = queries.sandbox_by_ref(ref)
            assert found is not None
            services.decide(_token(found), SandboxState.PAID)

    def sessions(self) -> int:
        """Count the sessions in the provider's books."""
        if isinstance(self.there, Stripe):
            return len(self.there.books.all("checkout.session"))
        if isinstance(self.there, Midtrans):
            return len(self.there.orders)
        return len(self.keys)

    def paid_back(self) -> list[int]:
        """Return the refunds in the provider's books, in rupiah."""
        if isinstance(self.there, Stripe):
            return [row["amount"] // 100 for row in self.there.books.all("refund")]
        if isinstance(self.there, Midtrans):
            return [int(float(row["refund_amount"])) for row in self.there.log() if row["kind"] == "refund"]
        return [0]

    def endpoint(self) -> Callable[[bytes, Any], int]:
        """Return what takes in webhooks, as our address does."""
        return lambda body, headers: 204 if services.receive(self.gateway.hook, body, headers) else 400


def _token(found: queries.SandboxPage) -> str:
    return ids.derived_token(current().settings.secret_key, found.id, "payments.sandbox")


@pytest.fixture
def stripe_bench(app: object, stripe_standin: Stripe, monkeypatch: pytest.MonkeyPatch) -> Bench:
    connect_stripe(monkeypatch, stripe_standin)
    return Bench(found("stripe"), stripe_standin)


@pytest.fixture
def qris_bench(app: object, midtrans_standin: Midtrans, monkeypatch: pytest.MonkeyPatch) -> Bench:
    connect_midtrans(monkeypatch, midtrans_standin)
    return Bench(found("midtrans_qris"), midtrans_standin, signs_time=False)


@pytest.fixture
def number_bench(app: object, midtrans_standin: Midtrans, monkeypatch: pytest.MonkeyPatch) -> Bench:
    connect_midtrans(monkeypatch, midtrans_standin)
    return Bench(found("midtrans_va_bca"), midtrans_standin, pays_back=False, signs_time=False)


@pytest.fixture
def door_bench(app: object, monkeypatch: pytest.MonkeyPatch) -> Bench:
    configure(monkeypatch, COD_LIMIT_IDR=50_000_000)
    return Bench(found("cod"), pays_back=False, signs_time=False, waits=Outcome.PROMISED)


@pytest.fixture
def sandbox_bench(app: object) -> Bench:
    return Bench(found("sandbox"))


def found(key: str) -> Gateway:
    gateway = queries.known(key)
    assert gateway is not None
    return gateway


@pytest.fixture(params=["sandbox", "stripe", "midtrans_qris", "midtrans_va_bca", "cod"])
def bench(request: pytest.FixtureRequest) -> Bench:
    """Give each gateway in turn."""
    names = {"sandbox": "sandbox_bench", "stripe": "stripe_bench", "midtrans_qris": "qris_bench", "cod": "door_bench"}
    given: Bench = request.getfixturevalue(names.get(request.param, "number_bench"))
    return given


@pytest.fixture(params=["stripe", "midtrans_qris", "midtrans_va_bca"])
def outside(request: pytest.FixtureRequest) -> Bench:
    """Give each gateway in turn whose provider is another program."""
    names = {"stripe": "stripe_bench", "midtrans_qris": "qris_bench"}
    given: Bench = request.getfixturevalue(names.get(request.param, "number_bench"))
    return given


@pytest.fixture
def through(
    outside: Bench, fault_proxy: Callable[[int], Proxy], monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Bench, Proxy]]:
    """Give a gateway with a bad line between it and its provider; how long one waits is made short."""
    assert outside.there is not None
    proxy = fault_proxy(outside.there.port)
    name = "STRIPE_API_BASE" if isinstance(outside.there, Stripe) else "MIDTRANS_API_BASE"
    configure(monkeypatch, **{name: proxy.address})
    monkeypatch.setattr(calling, "TOTAL_SECONDS", 0.6)
    monkeypatch.setattr(calling, "FIRST_PAUSE_SECONDS", 0.05)
    yield outside, proxy
    calling.line.cache_clear()
