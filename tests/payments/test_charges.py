"""Charges: planned, opened, settled once, closed when nobody can pay them any more."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, NoReturn
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from marketplace.kernel import clock as time
from marketplace.kernel import ids
from marketplace.kernel.access import SYSTEM
from marketplace.kernel.db import session, transactional
from marketplace.kernel.errors import Conflict, Invalid, NotFound
from marketplace.kernel.models import StoredEvent
from marketplace.kernel.money import Rupiah
from marketplace.kernel.outbox import relay
from marketplace.kernel.plugin import current
from marketplace.payments import queries, services
from marketplace.payments.events import PaymentClosed, PaymentQuestioned, PaymentSettled, RefundTaken
from marketplace.payments.models import Charge, ChargeState, SandboxState
from marketplace.payments.slots import GatewayUnavailableError, Outcome, Standing, Terms
from marketplace.testing.plugin import Outbox, TestClock

FEE = Rupiah(150_000)


def planned(reference: str = "", amount: Rupiah = FEE) -> queries.Charge:
    return services.plan(
        reference or ids.token(), amount, gateway="sandbox", label="Sewa stan 12", return_path="/bayar/uji",
        until=time.now() + timedelta(hours=1), by=SYSTEM,
    )  # fmt: skip


def opened(reference: str = "") -> queries.Charge:
    return services.reach(planned(reference))


def standing(charge: queries.Charge, outcome: Outcome = Outcome.PAID) -> Standing:
    assert charge.provider_ref is not None
    return Standing(
        provider_ref=charge.provider_ref, key=str(charge.id), outcome=outcome, amount=charge.amount,
        currency="IDR", live=False,
    )  # fmt: skip


def token(charge: queries.Charge) -> str:
    assert charge.pay_path is not None
    return charge.pay_path.rpartition("/")[2]


def test_a_charge_is_opened_at_its_gateway_and_settled_by_its_word(app: Flask, outbox: Outbox) -> None:
    charge = opened("stan-12")
    assert charge.pay_path is not None

    back = services.decide(token(charge), SandboxState.PAID)
    assert queries.charge(charge.id).state == "opened", "the page's visitor settles nothing; the gateway's answer does"
    relay()

    assert back == "/bayar/uji"
    assert queries.charge(charge.id).state == "settled"
    told = {"reference": "stan-12", "charge_id": str(charge.id), "amount_idr": 150_000}
    assert outbox.named(PaymentSettled) == [told]
    assert list(queries.broken()) == []


def test_asking_for_a_charge_twice_gives_the_open_one(app: Flask) -> None:
    """Guard (R26.3): one open charge of a reference."""
    first, again = opened("stan-13"), opened("stan-13")
    assert first.id == again.id
    assert first.pay_path == again.pay_path


def test_what_was_paid_is_not_charged_again(app: Flask) -> None:
    """Guard (R26.3): no charge beside a paid or questioned one."""
    charge = opened("stan-14")
    services.record(charge.id, standing(charge))
    with pytest.raises(Conflict):
        planned("stan-14")


def test_nothing_to_pay_is_settled_at_once(app: Flask, outbox: Outbox) -> None:
    charge = planned("stan-15", Rupiah(0))
    assert charge.state == "settled"
    assert len(outbox.named(PaymentSettled)) == 1


def test_an_unknown_gateway_is_refused(app: Flask) -> None:
    with pytest.raises(Invalid):
        services.chosen("emas")


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount": Rupiah(149_999)},
        {"currency": "USD"},
        {"key": "00000000-0000-7000-8000-000000000000"},
        {"provider_ref": "sandbox_lain"},
        {"live": True},
    ],
)
def test_money_that_does_not_agree_in_all_points_waits_for_a_person(
    app: Flask, outbox: Outbox, wrong: dict[str, Any]
) -> None:
    """Guards (R26.3): session, key, amount, currency and mode of what was paid; the amount of what was paid."""
    charge = opened()
    services.record(charge.id, replace(standing(charge), **wrong))
    assert queries.charge(charge.id).state == "review"
    assert [told["cause"] for told in outbox.named(PaymentQuestioned)] == ["disagrees"]
    services.record(charge.id, standing(charge))
    assert queries.charge(charge.id).state == "review"


def test_a_second_payment_for_a_reference_is_surplus_and_goes_back(app: Flask, outbox: Outbox) -> None:
    """Guard (R26.3): the second payment of a reference."""
    first = opened("stan-16")
    services.record(first.id, standing(first, Outcome.FAILED))
    second = opened("stan-16")
    services.record(second.id, standing(second))
    services.record(first.id, standing(first))
    assert [queries.charge(one.id).state for one in (first, second)] == ["surplus", "settled"]
    assert len(outbox.named(PaymentSettled)) == 1
    assert outbox.named(PaymentQuestioned) == []
    assert [(told["charge_id"], told["cause"]) for told in outbox.named(RefundTaken)] == [
        (str(first.id), "second_payment")
    ]
    found = queries.latest("stan-16")
    assert found is not None
    assert found.id == second.id


def test_the_database_itself_keeps_a_second_settlement_out(app: Flask) -> None:
    """Guard (R26.3): one settled charge of a reference."""
    charge = opened("stan-17")
    services.record(charge.id, standing(charge))

    @transactional
    def forge() -> None:
        session.add(
            Charge(
                reference="stan-17",
                gateway="sandbox",
                amount_idr=FEE,
                label="",
                return_path="",
                expires_at=time.now(),
                created_at=time.now(),
                settled_at=time.now(),
                state=ChargeState.SETTLED,
            )
        )  # fmt: skip

    with pytest.raises(Exception, match="uq_payments_charges_settled"):
        forge()


@pytest.mark.parametrize("outcome", [Outcome.FAILED, Outcome.EXPIRED])
def test_late_money_is_a_fact_after_a_charge_was_closed(app: Flask, outbox: Outbox, outcome: Outcome) -> None:
    charge = opened()
    services.record(charge.id, standing(charge, outcome))
    services.record(charge.id, standing(charge, outcome))
    assert [told["cause"] for told in outbox.named(PaymentClosed)] == [str(outcome)]
    services.record(charge.id, standing(charge))
    assert queries.charge(charge.id).state == "settled"


def test_time_over_ends_the_session_at_the_gateway_first(app: Flask, clock: TestClock, outbox: Outbox) -> None:
    """Guard (R26.3): ending a charge at its gateway first."""
    paid, unpaid, never_opened = opened(), opened(), planned()
    services.decide(token(paid), SandboxState.PAID)
    clock.set("2026-11-27T10:00:01+07:00")

    assert services.expire_due() == 3
    assert services.expire_due() == 0

    assert [queries.charge(one.id).state for one in (paid, unpaid, never_opened)] == ["settled", "closed", "closed"]
    assert len(outbox.named(PaymentClosed)) == 2
    with pytest.raises(NotFound):
        services.decide("0" * 32, SandboxState.PAID)
    services.decide(token(unpaid), SandboxState.PAID)
    relay()
    assert queries.charge(unpaid.id).state == "closed", "the first decision stands"


def test_the_completer_opens_what_a_crash_left_behind(app: Flask, clock: TestClock) -> None:
    charge = planned()
    assert services.complete() == 0
    clock.set("2026-11-27T09:01:00+07:00")
    assert services.complete() == 1
    assert services.complete() == 0
    assert queries.charge(charge.id).pay_path is not None


def test_a_lost_webhook_is_made_good_by_asking(app: Flask, clock: TestClock) -> None:
    charge = opened()
    services.decide(token(charge), SandboxState.PAID)
    session.rollback()
    clock.set("2026-11-27T09:03:00+07:00")
    assert services.check_open() == 1
    assert queries.charge(charge.id).state == "settled"
    assert services.check_open() == 0


@dataclass
class Away:
    """A gateway that cannot be reached."""

    key: str = "sandbox"
    calls: list[str] = field(default_factory=list)

    def available(self) -> bool:
        return True

    by_sum: bool = False
    on_receipt: bool = False

    def minutes(self) -> int:
        return 60

    def unfit(self, _amount: Rupiah, _terms: Terms) -> None:
        return None

    def _away(self, *_: object) -> NoReturn:
        self.calls.append("call")
        raise GatewayUnavailableError(self.key)

    open = fetch = expire = _away


def test_a_gateway_that_is_away_loses_nothing(app: Flask, clock: TestClock, monkeypatch: pytest.MonkeyPatch) -> None:
    away = Away()
    with monkeypatch.context() as patched:
        patched.setitem(current().fills, "payments.gateways", (away,))
        charge = services.reach(planned())
        assert (charge.state, charge.pay_path) == ("opened", None)
        clock.set("2026-11-27T10:00:01+07:00")
        assert services.complete() == 0
        assert services.expire_due() == 0
        assert queries.charge(charge.id).state == "opened", "what may still be paid is not let go"
    assert len(away.calls) == 3
    assert services.expire_due() == 1


def test_no_gateway_is_called_inside_a_transaction(app: Flask) -> None:
    """Guard (R26.3): no gateway is called while a transaction is open."""
    charge = planned()

    @transactional
    def careless() -> None:
        services.reach(charge)

    with pytest.raises(RuntimeError):
        careless()


def test_the_sandboxes_page_offers_three_ways_to_end_and_keeps_the_first(app: Flask, client: FlaskClient) -> None:
    charge = opened()
    assert charge.pay_path is not None
    page = client.get(charge.pay_path)
    assert "Rp\xa0150.000" in page.text
    assert [name in page.text for name in ("Bayar", "Gagal", "Biarkan kedaluwarsa")] == [True] * 3
    assert client.post(charge.pay_path, data={"aksi": "gratis"}).status_code == 422
    assert client.post(charge.pay_path, data={"aksi": "failed"}).location == "/bayar/uji"
    assert client.post(charge.pay_path, data={"aksi": "paid"}).status_code == 303
    relay()
    assert queries.charge(charge.id).state == "closed"
    assert "gagal" in client.get(charge.pay_path).text
    assert client.get("/sandbox/" + "0" * 32).status_code == 404
    stranger = app.test_client()
    assert stranger.post(charge.pay_path, data={"aksi": "paid"}).status_code == 403, "no proof of the same origin"


def test_payments_tell_their_facts(app: Flask) -> None:
    charge = opened("stan-18")
    services.record(charge.id, standing(charge))
    told = [one for one in queries.payment_facts() if one["order_id"] == "stan-18"]
    assert told == [
        {
            "id": str(charge.id), "order_id": "stan-18", "provider_ref": charge.provider_ref, "amount_idr": 150_000,
            "currency": "IDR", "refunded_idr": 0, "state": "settled", "cause": "",
        }
    ]  # fmt: skip
    assert session.scalar(select(func.count()).select_from(StoredEvent)) == 1
    assert UUID(str(told[0]["id"]))


def test_the_drawing_in_the_docs_is_the_machine() -> None:
    page = Path(__file__).parents[2] / "docs" / "plugins" / "payments.md"
    assert Charge.machine.drawing() in page.read_text(encoding="utf-8")


def test_what_is_unknown_is_not_found(app: Flask) -> None:
    nobody = ids.uuid7()
    for ask in (queries.charge, queries.webhook_event):
        with pytest.raises(NotFound):
            ask(nobody)
    gateway = queries.gateway("sandbox")
    assert gateway is not None
    for wrong in ("sandbox_x", f"sandbox_{nobody.hex}"):
        for call in (gateway.fetch, gateway.expire):
            with pytest.raises(GatewayUnavailableError):
                call(wrong)
    assert queries.charge_of_session(("sandbox",), "x", "not an id") is None
    assert queries.charge_of_session(("sandbox",), "x", str(nobody)) is None


def test_planning_and_opening_go_together(app: Flask) -> None:
    until = time.now() + timedelta(hours=1)
    charge = services.open_charge(
        "stan-19", FEE, gateway="sandbox", label="Sewa", return_path="/", until=until, by=SYSTEM
    )
    assert charge.pay_path is not None
    assert services.reach(charge) == charge


def test_a_gateway_that_left_keeps_its_charges_as_they_were(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    charge = planned()
    monkeypatch.setitem(current().fills, "payments.gateways", ())
    assert services.reach(charge) == charge
    services.ask(charge.id)
    with pytest.raises(GatewayUnavailableError):
        services.close(charge.id)
    assert queries.charge(charge.id).state == "opened"


def test_asking_loses_nothing_while_the_gateway_is_away(
    app: Flask, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    charge = opened()
    clock.set("2026-11-27T09:05:00+07:00")
    away = Away()
    monkeypatch.setitem(current().fills, "payments.gateways", (away,))
    assert services.check_open() == 1
    assert away.calls == ["call"]
    assert queries.charge(charge.id).state == "opened"


def test_a_session_whose_time_is_over_has_expired_without_being_told(app: Flask, clock: TestClock) -> None:
    charge = opened()
    gateway = queries.gateway("sandbox")
    assert gateway is not None
    assert charge.provider_ref is not None
    assert gateway.fetch(charge.provider_ref).outcome is Outcome.OPEN
    clock.set("2026-11-27T10:00:00+07:00")
    assert gateway.fetch(charge.provider_ref).outcome is Outcome.EXPIRED


def test_production_has_no_sandbox_pages(app: Flask, client: FlaskClient) -> None:
    charge = opened()
    assert charge.pay_path is not None
    object.__setattr__(current().settings, "environment", "production")
    try:
        answers = [client.get(charge.pay_path), client.post(charge.pay_path, data={"aksi": "paid"})]
    finally:
        object.__setattr__(current().settings, "environment", "development")
    assert [answer.status_code for answer in answers] == [404, 404]


def test_who_checks_the_books_may_ask_about_every_order_there_is(app: Flask) -> None:
    """A statement has 65,535 parameters at most; so many orders are a good month."""
    charge = opened()
    asked = [charge.reference, *(str(number) for number in range(70_000))]
    assert queries.payable(asked) == queries.unpaid(asked) == {charge.reference}
