"""Disputes: the bank draws the money at once, nothing is refunded meanwhile, and a won one brings it back once (R7.3)."""

import json
from dataclasses import dataclass, field
from itertools import permutations
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace.kernel import clock as time
from marketplace.kernel import ids
from marketplace.kernel.access import SYSTEM
from marketplace.kernel.errors import Conflict
from marketplace.kernel.money import Rupiah
from marketplace.kernel.outbox import relay
from marketplace.kernel.plugin import current
from marketplace.payments import queries, services
from marketplace.payments.adapters import Sandbox
from marketplace.payments.events import DisputeClosed, DisputeOpened
from marketplace.payments.models import Dispute
from marketplace.payments.services import disputes
from marketplace.payments.services.sandbox import SIGNATURE, signature
from marketplace.payments.slots import DisputeOutcome, DisputeStanding
from marketplace.testing.plugin import Outbox
from tests.payments.refunding import PART, lies, paid, taken
from tests.payments.test_charges import FEE, opened


@dataclass
class Asking(Sandbox):
    """The sandbox with a bank behind it that asks."""

    standings: dict[str, DisputeStanding] = field(default_factory=dict)

    def fetch_dispute(self, provider_ref: str) -> DisputeStanding:
        return self.standings[provider_ref]


def dispute(
    charge: queries.Charge, outcome: DisputeOutcome, name: str = "dp_1", amount: Rupiah = FEE
) -> DisputeStanding:
    return DisputeStanding(
        provider_ref=name, payment_ref=charge.payment_ref or "", amount=amount, currency="IDR", outcome=outcome,
        reason="fraudulent",
    )  # fmt: skip


def test_an_open_dispute_blocks_refunds_and_a_won_one_lets_them_go_on(app: Flask, outbox: Outbox) -> None:
    """Guards (R26.3): no refund while a bank asks, in TAKE; the state of a dispute."""
    charge = paid("stan-81")
    disputes.record(charge.id, dispute(charge, DisputeOutcome.OPEN))
    assert lies("at:sandbox") == 0
    for act in (lambda: taken(charge), lambda: services.pay_back(charge.id, "x", by=SYSTEM)):
        with pytest.raises(Conflict) as refused:
            act()
        assert refused.value.code == "disputed"
    assert any("waits for a person" in said for said in queries.broken())

    for _time in range(2):
        disputes.record(charge.id, dispute(charge, DisputeOutcome.WON))

    assert (lies("at:sandbox"), queries.charge(charge.id).disputed) == (-150_000, Rupiah(0))
    assert list(queries.broken()) == []
    taken(charge)
    assert len(outbox.named(DisputeOpened)) == 1
    assert [told["won"] for told in outbox.named(DisputeClosed)] == [True]


@pytest.mark.parametrize("order", list(permutations(("open", "lost", "open"))))
def test_a_lost_dispute_stays_one_in_whatever_order_it_is_told(app: Flask, outbox: Outbox, order: list[str]) -> None:
    charge = paid("stan-82")
    for outcome in (*order, "won"):
        disputes.record(charge.id, dispute(charge, DisputeOutcome(outcome)))
    assert queries.charge(charge.id).disputed == FEE
    assert lies("at:sandbox") == 0
    with pytest.raises(Conflict):
        taken(charge)
    assert [told["won"] for told in outbox.named(DisputeClosed)] == [False]
    assert [said for said in queries.broken() if "is lost and waits for a person" in said]


def test_a_dispute_is_never_about_more_than_was_paid(app: Flask) -> None:
    """Guard (R26.3): disputed + amount <= paid."""
    charge = paid("stan-83")
    disputes.record(charge.id, dispute(charge, DisputeOutcome.OPEN, "dp_1", PART))
    with pytest.raises(LookupError):
        disputes.record(charge.id, dispute(charge, DisputeOutcome.OPEN, "dp_2", Rupiah(100_001)))
    disputes.record(charge.id, dispute(charge, DisputeOutcome.OPEN, "dp_2", Rupiah(100_000)))
    assert queries.charge(charge.id).disputed == FEE
    with pytest.raises(LookupError):
        disputes.record(opened().id, dispute(charge, DisputeOutcome.OPEN))


def test_the_gateway_tells_of_a_dispute_by_webhook(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    charge, bank = paid("stan-84"), Asking()
    monkeypatch.setitem(current().fills, "payments.gateways", (bank,))
    for outcome in (DisputeOutcome.OPEN, DisputeOutcome.WON):
        bank.standings["dp_9"] = dispute(charge, outcome, "dp_9")
        body = json.dumps(
            {"id": f"evt_{ids.token()}", "type": "dispute.moved", "dispute": "dp_9", "live": False}
        ).encode()
        signed = {SIGNATURE: signature(body, int(time.now().timestamp()))}
        assert client.post("/webhook/sandbox", data=body, headers=signed).status_code == 204
        relay()
    assert {one["state"] for one in queries.webhook_facts()} == {"handled"}
    assert list(queries.broken()) == []


def test_the_drawing_in_the_docs_is_the_machine() -> None:
    page = Path(__file__).parents[2] / "docs" / "plugins" / "payments.md"
    assert Dispute.machine.drawing() in page.read_text(encoding="utf-8")
