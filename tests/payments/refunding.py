"""Charges that were paid and refunds of them, and a gateway that answers as the test says."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy import select

from marketplace.kernel import clock as time
from marketplace.kernel import ids
from marketplace.kernel.access import SYSTEM
from marketplace.kernel.db import session
from marketplace.kernel.money import Rupiah
from marketplace.kernel.outbox import relay
from marketplace.payments import queries, services
from marketplace.payments.adapters import Sandbox
from marketplace.payments.models import SandboxRefund, SandboxState
from marketplace.payments.services.sandbox import SIGNATURE, signature
from marketplace.payments.slots import (
    GatewayUnavailableError,
    RefundOutcome,
    RefundRequest,
    RefundStanding,
)
from tests.payments.test_charges import opened, token

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


def says(outcome: RefundOutcome, cause: str = "") -> Callable[[RefundStanding], RefundStanding]:
    return lambda told: replace(told, outcome=outcome, cause=cause)


def answer(refund_id: UUID, provider_ref: str = "") -> RefundStanding:
    known = queries.refund(refund_id)
    return RefundStanding(
        provider_ref=provider_ref or f"re_{refund_id}", key=str(refund_id), payment_ref="", amount=known.amount,
        currency="IDR", outcome=RefundOutcome.SUCCEEDED,
    )  # fmt: skip


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
