"""What a person decides about money that does not fit, and what the audit log keeps of money (R6.4, R23.1)."""

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.kernel.access import SYSTEM
from marketplace.kernel.db import session
from marketplace.kernel.errors import Conflict, NotFound
from marketplace.kernel.ids import uuid7
from marketplace.kernel.models import AuditEntry
from marketplace.payments import commands, queries, services
from marketplace.payments.events import PaymentClosed, PaymentSettled
from marketplace.payments.slots import Outcome
from marketplace.testing.plugin import Outbox
from tests.payments.test_charges import opened, planned, standing

WHY = "Sudah dicek di dasbor."


def in_review(reference: str = "") -> queries.Charge:
    charge = opened(reference)
    services.record(charge.id, replace(standing(charge), currency="USD"))
    return charge


def audited() -> list[tuple[str, str, str]]:
    entries = session.scalars(
        select(AuditEntry.content).where(AuditEntry.stream == "payments").order_by(AuditEntry.seq)
    )
    return [(one["action"], one["before"]["state"], one["after"]["state"]) for one in entries]


def test_money_that_comes_and_money_that_does_not_fit_are_audited_once(app: Flask) -> None:
    good, odd = opened("stan-31"), opened("stan-32")
    for _time in range(2):
        services.record(good.id, standing(good))
        services.record(odd.id, replace(standing(odd), currency="USD"))
    assert audited() == [("charge.settled", "opened", "settled"), ("charge.review", "opened", "review")]


def test_a_charge_in_review_is_listed_until_somebody_decides(app: Flask, outbox: Outbox) -> None:
    charge = in_review("stan-33")
    assert [said for said in queries.broken() if str(charge.id) in said and "disagrees" in said]

    services.accept(charge.id, WHY, by=SYSTEM)

    assert queries.charge(charge.id).state == "settled"
    assert list(queries.broken()) == []
    assert [told["reference"] for told in outbox.named(PaymentSettled)] == ["stan-33"]
    assert audited()[-1] == ("charge.settled", "review", "settled")
    with pytest.raises(Conflict):
        services.accept(charge.id, WHY, by=SYSTEM)


def test_no_new_charge_is_planned_beside_one_in_review(app: Flask) -> None:
    in_review("stan-34")
    with pytest.raises(Conflict) as refused:
        planned("stan-34")
    assert refused.value.code == "review"


def test_doubtful_money_of_a_paid_reference_is_not_accepted_but_noted_as_paid_back(app: Flask, outbox: Outbox) -> None:
    first = opened("stan-35")
    services.record(first.id, standing(first, Outcome.FAILED))
    second = opened("stan-35")
    services.record(second.id, standing(second))
    services.record(first.id, replace(standing(first), currency="USD"))
    with pytest.raises(Conflict) as refused:
        services.accept(first.id, WHY, by=SYSTEM)
    assert refused.value.code == "paid"

    services.note_returned(first.id, WHY, by=SYSTEM)

    assert [queries.charge(one.id).state for one in (first, second)] == ["closed", "settled"]
    assert list(queries.broken()) == []
    assert audited()[-1] == ("charge.returned", "review", "closed")
    services.record(first.id, standing(first))
    assert queries.charge(first.id).state == "closed", "old news of money that went back changes nothing"
    assert [told["cause"] for told in outbox.named(PaymentClosed)] == ["failed", "returned"]


def test_settled_money_is_noted_as_paid_back_once(app: Flask) -> None:
    charge = opened("stan-36")
    services.record(charge.id, standing(charge))
    services.note_returned(charge.id, WHY, by=SYSTEM)
    assert [one["refunded_idr"] for one in queries.payment_facts()] == [150_000]
    assert not queries.settled_amounts()["stan-36"].here
    with pytest.raises(Conflict):
        services.note_returned(charge.id, WHY, by=SYSTEM)


def test_nothing_is_noted_of_a_charge_without_money(app: Flask) -> None:
    with pytest.raises(Conflict):
        services.note_returned(opened().id, WHY, by=SYSTEM)
    with pytest.raises(NotFound):
        services.note_returned(uuid7(), WHY, by=SYSTEM)


def test_an_operator_notes_what_went_back_from_a_terminal(app: Flask) -> None:
    charge, runner = in_review("stan-37"), app.test_cli_runner()
    assert runner.invoke(commands.returned, [str(charge.id)]).exit_code == 2, "why is not optional"

    done = runner.invoke(commands.returned, [str(charge.id), "--why", WHY])
    again = runner.invoke(commands.returned, [str(charge.id), "--why", WHY])
    unknown = runner.invoke(commands.returned, [str(uuid7()), "--why", WHY])

    assert (done.exit_code, again.exit_code, unknown.exit_code) == (0, 1, 1)
    assert "No money of this payment is here" in again.output
    assert queries.charge(charge.id).cause == "returned"
