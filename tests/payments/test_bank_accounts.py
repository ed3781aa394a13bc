"""Bank accounts: sealed, masked, at rest for a day, verified by somebody else (D10)."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from marketplace.kernel.access import SYSTEM
from marketplace.kernel.db import session
from marketplace.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from marketplace.kernel.ids import uuid7
from marketplace.kernel.models import AuditEntry
from marketplace.kernel.plugin import current
from marketplace.payments import queries, services
from marketplace.payments.models import BankAccount
from marketplace.payments.queries import SealBrokenError, sealed
from marketplace.testing.plugin import Outbox, TestClock
from tests.payments.paying_out import (
    FRIDAY,
    MONDAY,
    NUMBER,
    SATURDAY,
    earned,
    forged,
    given,
    lies,
    officer,
    owner,
    payable,
    payee,
    requested,
    state,
)  # fmt: skip


def test_a_number_is_nowhere_to_be_read(app: Flask, clock: TestClock, outbox: Outbox) -> None:
    shop = payee(clock)
    (account,) = queries.bank_accounts(shop)
    assert account.masked == "BCA ••••7890"
    stored = session.execute(text("SELECT row_to_json(b)::text FROM payments_bank_accounts b")).scalar_one()
    audited = str(session.scalars(select(AuditEntry.content)).all())
    for place in (stored, audited, repr(account), str(list(outbox))):
        assert NUMBER not in place
        assert NUMBER.encode().hex() not in place
    assert queries.full_number(account.id) == NUMBER


def test_what_is_sealed_opens_for_its_own_row_alone(app: Flask, clock: TestClock) -> None:
    """Whoever may write to the database cannot put the number of their account into another row."""
    first, second = given("satu", clock), given("dua", clock, number="9999999999")
    session.execute(
        text(
            "UPDATE payments_bank_accounts SET number_sealed ="
            " (SELECT number_sealed FROM payments_bank_accounts WHERE id = :second) WHERE id = :first"
        ),
        {"first": first, "second": second},
    )
    with pytest.raises(SealBrokenError):
        queries.full_number(first)


def test_a_new_key_is_put_in_front_of_the_old_one(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    old = sealed.seal(b"12345678", "x")
    monkeypatch.setitem(current().settings.extra, "BANK_KEYS", "kunci-baru-yang-panjang-sekali-0001")  # type: ignore[arg-type]
    new = sealed.seal(b"87654321", "x")
    assert (sealed.unseal(old, "x"), sealed.unseal(new, "x")) == (b"12345678", b"87654321")
    monkeypatch.setitem(current().settings.extra, "BANK_KEYS", "")  # type: ignore[arg-type]
    with pytest.raises(SealBrokenError):
        sealed.unseal(new, "x")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"bank": "bank-mana"}, "bank"),
        ({"number": "12345"}, "number"),
        ({"number": "1234567890123456789012"}, "number"),
        ({"number": "12345678９0"}, "number"),
        ({"number": "0812-ABC-99"}, "number"),
        ({"holder": "=HYPERLINK(1)"}, "holder"),
        ({"holder": "Siti; DROP"}, "holder"),
        ({"holder": ""}, "holder"),
        ({"holder": "S" * 71}, "holder"),
    ],
)
def test_what_is_no_account_gets_a_sentence_beside_its_field(app: Flask, wrong: dict[str, str], field: str) -> None:
    told = {"bank": "bca", "number": "123-456-7890", "holder": "Siti Rahmawati", **wrong}
    with pytest.raises(Invalid) as refused:
        services.give_bank_account("toko", **told, by=owner())
    assert set(refused.value.fields) == {field}


def test_an_account_rests_for_a_day_before_anybody_can_let_money_go_to_it(app: Flask, clock: TestClock) -> None:
    """Guard (R26.3): the rest of a new bank account."""
    clock.set(FRIDAY)
    account = services.give_bank_account("toko", bank="bca", number=NUMBER, holder="Siti", by=owner())
    with pytest.raises(Conflict) as refused:
        services.verify_bank_account(account, by=officer())
    assert refused.value.code == "resting"
    earned("toko", 100_000)
    with pytest.raises(Conflict) as without:
        requested("toko", 50_000)
    assert without.value.code == "no_account"
    # Not even if the database says that it was verified.
    forged("UPDATE payments_bank_accounts SET state = 'verified'")
    with pytest.raises(Conflict):
        requested("toko", 50_000)
    assert queries.due_payees(queries.next_payout_day(), queries.least_payout()) == ()
    forged("UPDATE payments_bank_accounts SET state = 'given'")
    clock.set(SATURDAY)
    services.verify_bank_account(account, by=officer())
    assert requested("toko", 50_000)


def test_until_another_account_is_verified_money_goes_to_the_one_before(app: Flask, clock: TestClock) -> None:
    shop = payee(clock, 100_000)
    other = services.give_bank_account(shop, bank="bri", number="55554444", holder="Siti", by=owner())
    waits = requested(shop, 30_000)
    assert queries.payout(waits).masked == "BCA ••••7890"
    clock.set(MONDAY)
    services.verify_bank_account(other, by=officer())
    assert state(waits) == "cancelled", "nothing goes to an account that its owner has left"
    assert (payable(shop), lies(f"payout:{waits}")) == (100_000, 0)
    assert [one.masked for one in queries.bank_accounts(shop)] == ["BRI ••••4444"]
    assert queries.payout(requested(shop, 30_000)).masked == "BRI ••••4444"


def test_who_gave_an_account_does_not_verify_it(app: Flask, clock: TestClock) -> None:
    """Guard (R26.3): who verifies an account has not given it."""
    clock.set(FRIDAY)
    both = officer()
    account = services.give_bank_account("toko", bank="bca", number=NUMBER, holder="Siti", by=both)
    clock.set(SATURDAY)
    with pytest.raises(Conflict) as refused:
        services.verify_bank_account(account, by=both)
    assert refused.value.code == "same_person"
    with pytest.raises(NotAllowed):
        services.verify_bank_account(account, by=owner())
    with pytest.raises(NotFound):
        services.verify_bank_account(uuid7(), by=officer())
    services.refuse_bank_account(account, "Nama pemilik lain.", by=officer())
    with pytest.raises(Conflict):
        services.verify_bank_account(account, by=officer())


def test_the_last_of_several_accounts_counts_and_the_same_one_is_not_asked_again(app: Flask, clock: TestClock) -> None:
    shop = payee(clock)
    with pytest.raises(Conflict) as refused:
        services.give_bank_account(shop, bank="bca", number="123 456 7890", holder="Siti Rahmawati", by=owner())
    assert refused.value.code == "same"
    for number in ("111122223333", "444455556666"):
        services.give_bank_account(shop, bank="bri", number=number, holder="Siti", by=owner())
    assert [(one.last4, one.state) for one in queries.bank_accounts(shop)] == [("6666", "given"), ("7890", "verified")]


def test_a_stranger_s_account_cannot_be_ended(app: Flask, clock: TestClock) -> None:
    shop = payee(clock)
    (account,) = queries.bank_accounts(shop)
    with pytest.raises(NotFound):
        services.end_bank_account(account.id, "toko lain", by=owner())
    services.end_bank_account(account.id, shop, by=owner())
    assert queries.bank_accounts(shop) == ()


def test_who_leaves_takes_their_accounts_along(app: Flask, clock: TestClock) -> None:
    shop, person = str(uuid7()), owner()
    assert person.id is not None
    clock.set(FRIDAY)
    account = services.give_bank_account(shop, bank="bca", number=NUMBER, holder="Siti", by=person)
    (exported,) = queries.export_accounts(person.id)["bank_accounts"]
    assert (exported["number"], exported["holder"]) == (NUMBER, "Siti")
    services.forget_person(person.id)
    left = session.execute(select(BankAccount.state, BankAccount.number_sealed, BankAccount.holder)).one()
    assert tuple(left) == ("ended", b"", "")
    assert queries.export_accounts(person.id) == {"bank_accounts": []}
    assert queries.bank_account(account).holder == ""


def test_what_happens_to_an_account_is_audited_and_told(app: Flask, clock: TestClock, outbox: Outbox) -> None:
    payee(clock)
    actions = [one["action"] for one in session.scalars(_AUDITED)]
    assert actions == ["bank account.given", "bank account.verified"]
    assert [name for name, _told in outbox] == ["payments.BankAccountGiven"]
    assert session.scalar(select(func.max(BankAccount.rests_until - BankAccount.given_at))) == timedelta(hours=24)
    assert SYSTEM.reference not in str(actions)


_AUDITED = select(AuditEntry.content).where(AuditEntry.stream == "payments").order_by(AuditEntry.seq)
