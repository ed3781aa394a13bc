"""The ledger: entries once and for ever, balances that are their sums, accounts that do not fall below zero (R8)."""

import threading
from collections import Counter
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import DBAPIError

from marketplace.kernel.db import LOCK_ORDER, savepoint, session, transactional
from marketplace.kernel.errors import Conflict
from marketplace.kernel.money import Rupiah
from marketplace.payments import queries, services
from marketplace.payments.models import Account, Charge, Entry, Refund
from marketplace.payments.services import ledger
from marketplace.payments.services.ledger import Posting, draw, post
from marketplace.testing.plugin import Live
from tests.payments.test_charges import FEE, opened, planned, standing


def entry(entry_id: str, debit: str, credit: str, amount: int, **more: str) -> Posting:
    return Posting(
        id=entry_id, debit=debit, credit=credit, amount=Rupiah(amount), kind="test", ref="stan-1", **more
    )  # fmt: skip


@transactional
def posted(*entries: Posting) -> None:
    post(*entries)


@transactional
def drawn(wanted: Posting) -> None:
    draw(wanted)


@transactional
def asks(charge: queries.Charge, amount: int) -> None:
    """Let a charge be one that is known by its sum."""
    session.execute(update(Charge).where(Charge.id == charge.id).values(asked_idr=Rupiah(amount)))


def entries() -> dict[str, tuple[str, str, int]]:
    found = session.execute(select(Entry.id, Entry.debit, Entry.credit, Entry.amount_idr))
    return {row.id: (row.debit, row.credit, row.amount_idr.amount) for row in found}


def lies(key: str) -> int:
    return queries.balance(key).amount


def test_a_payment_stands_in_the_books_once(app: Flask) -> None:
    charge = opened("stan-41")
    for _time in range(3):
        services.record(charge.id, standing(charge))
    assert entries() == {f"pay:{charge.id}": ("at:sandbox", "ref:stan-41", 150_000)}
    assert (lies("ref:stan-41"), lies("at:sandbox")) == (150_000, -150_000)
    assert list(queries.broken()) == []


def test_nothing_to_pay_writes_nothing(app: Flask) -> None:
    planned("stan-42", Rupiah(0))
    assert entries() == {}
    assert list(queries.broken()) == []


def test_what_a_transfer_is_asked_less_is_our_own_cost(app: Flask) -> None:
    charge = opened("stan-43")
    asks(charge, 149_993)
    services.record(charge.id, standing(charge))
    assert queries.charge(charge.id).state == "review", "the whole amount was not asked for"

    other = opened("stan-44")
    asks(other, 149_992)
    told = standing(other)
    services.record(other.id, type(told)(**{**vars(told), "amount": Rupiah(149_992)}))
    assert entries() == {
        f"pay:{other.id}": ("at:sandbox", "ref:stan-44", 149_992),
        f"pay:{other.id}:unique": ("unique_amount", "ref:stan-44", 8),
    }
    assert lies("ref:stan-44") == FEE.amount


def test_all_of_a_transaction_is_written_at_its_end_and_nothing_of_one_that_fails(app: Flask) -> None:
    @transactional
    def work(*, fails: bool) -> None:
        post(entry("a", "at:bank", "ref:x", 500))
        assert entries() == {}
        post(entry("b", "ref:x", "held:y", 200), entry("nothing", "ref:x", "held:y", 0))
        if fails:
            raise LookupError

    with pytest.raises(LookupError):
        work(fails=True)
    assert entries() == {}
    work(fails=False)
    assert set(entries()) == {"a", "b"}
    assert (lies("at:bank"), lies("ref:x"), lies("held:y"), lies("ref:unknown")) == (-500, 300, 200, 0)


def test_what_a_savepoint_collected_vanishes_with_it(app: Flask) -> None:
    def comes_to_nothing() -> None:
        with savepoint():
            post(entry("lost", "at:bank", "ref:x", 700))
            raise LookupError

    @transactional
    def work() -> None:
        post(entry("kept", "at:bank", "ref:x", 500))
        with pytest.raises(LookupError):
            comes_to_nothing()

    work()
    assert set(entries()) == {"kept"}
    assert lies("ref:x") == 500


def test_the_same_fact_is_written_once_and_other_content_under_its_name_is_an_error(app: Flask) -> None:
    """Guards (R26.3): an entry is written once; other content under an entry's name; one entry under one name, in the table
    of entries.
    """
    posted(entry("a", "at:bank", "ref:x", 500))
    posted(entry("a", "at:bank", "ref:x", 500), entry("b", "at:bank", "ref:x", 1))
    assert lies("ref:x") == 501
    for wrong in (entry("a", "at:bank", "ref:x", 501), entry("a", "at:bank", "ref:y", 500)):
        with pytest.raises(RuntimeError):
            posted(wrong)
        with pytest.raises(RuntimeError):
            posted(entry("c", "at:bank", "ref:x", 1), entry("c", "at:bank", "ref:x", 2))
    assert lies("ref:x") == 501
    assert list(queries.unbalanced()) == []


@pytest.mark.parametrize("kind", sorted(ledger.FLOORED))
def test_some_accounts_do_not_fall_below_zero(app: Flask, kind: str) -> None:
    """Guard (R26.3): credited >= debited, in the table of accounts."""
    posted(entry("a", "at:bank", f"{kind}:x", 500))
    with pytest.raises(Conflict) as refused:
        posted(entry("b", f"{kind}:x", "at:bank", 501))
    assert refused.value.code == "short"
    posted(entry("b", f"{kind}:x", "at:bank", 500))
    assert lies(f"{kind}:x") == 0
    with pytest.raises(DBAPIError, match="not_overdrawn"):
        session.execute(
            text("UPDATE payments_accounts SET debited_idr = debited_idr + 1 WHERE kind = :kind"), {"kind": kind}
        )


def test_a_payable_may_fall_below_zero_by_posting_and_never_by_drawing(app: Flask) -> None:
    posted(entry("a", "payable:s", "ref:x", 300))
    assert lies("payable:s") == -300
    posted(entry("b", "at:bank", "payable:s", 1_000))
    with pytest.raises(Conflict):
        drawn(entry("c", "payable:s", "payout:p", 701))
    drawn(entry("c", "payable:s", "payout:p", 700))
    assert (lies("payable:s"), lies("payout:p")) == (0, 700)


def test_who_draws_too_much_may_go_on(app: Flask) -> None:
    @transactional
    def work() -> None:
        with pytest.raises(Conflict):
            draw(entry("a", "payable:s", "payout:p", 1))
        post(entry("b", "at:bank", "payable:s", 5))

    work()
    assert set(entries()) == {"b"}
    assert list(queries.unbalanced()) == []


@pytest.mark.parametrize("wrong", [("kas:x", "ref:x", 1), ("ref:x", "kas", 1), ("at:bank", "ref:x", -1)])
def test_nonsense_is_not_posted(app: Flask, wrong: tuple[str, str, int]) -> None:
    with pytest.raises(ValueError, match="cannot be posted"):
        posted(entry("a", *wrong))


def test_an_entry_from_an_account_to_itself_is_refused_by_the_database(app: Flask) -> None:
    """Guard (R26.3): two accounts of an entry."""
    with pytest.raises(DBAPIError, match="two_accounts"):
        posted(entry("a", "at:bank", "at:bank", 1))


def test_postings_belong_to_a_transaction(app: Flask) -> None:
    for act in (post, draw):
        with pytest.raises(RuntimeError):
            act(entry("a", "at:bank", "ref:x", 1))


def test_a_correction_names_what_it_corrects(app: Flask) -> None:
    posted(entry("a", "at:bank", "ref:x", 500))
    transactional(lambda: ledger.reverse("a", kind="undone"))()
    transactional(lambda: ledger.reverse("not there", kind="undone"))()
    assert session.scalar(select(Entry.corrects).where(Entry.id == "undo:a")) == "a"
    assert lies("ref:x") == 0


@pytest.mark.parametrize(
    "forgery",
    [
        "UPDATE payments_entries SET amount_idr = 1",
        "UPDATE payments_entries SET amount_idr = 1 WHERE false",
        "DELETE FROM payments_entries",
        "TRUNCATE payments_entries CASCADE",
        "TRUNCATE payments_accounts CASCADE",
    ],
)
def test_entries_are_never_changed_or_deleted(app: Flask, forgery: str) -> None:
    """Guard (R26.3): entries are never changed, by trigger."""
    posted(entry("a", "at:bank", "ref:x", 500))
    with pytest.raises(DBAPIError, match="never changed or deleted"):
        session.execute(text(forgery))


COPY = (
    "INSERT INTO payments_charges SELECT gen_random_uuid(), state, 'lain', gateway, NULL, pay_path, amount_idr, 0, currency,"
    " label, return_path, expires_at, created_at, settled_at, closed_at, cause, NULL, 1, NULL, NULL, 0 FROM payments_charges"
)
MORE = "UPDATE payments_accounts SET credited_idr = credited_idr + 1 WHERE kind = 'ref'"


@pytest.mark.parametrize(
    ("forgery", "said"),
    [
        (MORE, "is not the sum of its entries"),
        (MORE, "do not add up to zero"),
        ("INSERT INTO payments_accounts VALUES ('ref:z', 'ref', 0, 7)", "the balance of ref:z"),
        ("UPDATE payments_charges SET amount_idr = 1", "does not say what happened"),
        ("UPDATE payments_charges SET state = 'closed', settled_at = NULL", "stands for nothing that happened"),
        (COPY, "is missing"),
    ],
)
def test_verify_finds_books_that_do_not_say_what_happened(app: Flask, forgery: str, said: str) -> None:
    charge = opened("stan-45")
    services.record(charge.id, standing(charge))
    assert list(queries.broken()) == []
    session.execute(text(forgery))
    assert any(said in one for one in queries.broken()), list(queries.broken())


def test_the_facts_tell_entries_and_balances(app: Flask) -> None:
    charge = opened("stan-46")
    services.record(charge.id, standing(charge))
    (told,) = queries.transfer_facts()
    assert str(told.pop("at")).endswith("Z")
    assert told == {
        "id": f"pay:{charge.id}", "debit": "at:sandbox", "credit": "ref:stan-46", "amount_idr": 150_000,
        "kind": "charge", "ref": "stan-46", "corrects": None,
    }  # fmt: skip
    assert list(queries.balance_facts()) == [
        {"account": "at:sandbox", "balance": -150_000},
        {"account": "ref:stan-46", "balance": 150_000},
    ]


def test_the_ledger_comes_after_reservations_and_before_the_outbox() -> None:
    place = LOCK_ORDER.index
    assert place("reservation") < place(ledger.KIND) < place("outbox") < place("audit head")


def test_the_drawing_of_refunds_in_the_docs_is_the_machine() -> None:
    page = Path(__file__).parents[2] / "docs" / "plugins" / "payments.md"
    assert Refund.machine.drawing() in page.read_text(encoding="utf-8")


WRITERS, TIMES = 8, 40


def test_many_writers_lock_in_one_order_and_lose_nothing(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each posts over the same accounts, in an order of its own, and the same facts come twice; nobody tries again.

    Guard (R26.3): ascending locks of accounts, in WRITE.
    """
    monkeypatch.setattr("marketplace.kernel.db.RETRIES", 0)
    keys = [f"payable:{letter}" for letter in "abcdef"]
    failures: list[BaseException] = []

    def write(number: int) -> None:
        with live.app.app_context():
            try:
                for time in range(TIMES):
                    chosen = [keys[(number + time + step) % 6] for step in range(3)]
                    at_once = [entry(f"{number}:{time}:{key}", "at:bank", key, 10) for key in chosen]
                    posted(*(reversed(at_once) if number % 2 else at_once))
                    if time % 5 == 0:
                        posted(entry(f"shared:{time}", "at:bank", keys[0], 1))
            except BaseException as failure:  # noqa: BLE001 - told below
                failures.append(failure)
            finally:
                session.remove()

    threads = [threading.Thread(target=write, args=(number,)) for number in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert session.scalar(select(func.count()).select_from(Entry)) == WRITERS * TIMES * 3 + TIMES // 5
    assert list(queries.unbalanced()) == []
    assert lies("at:bank") == -(WRITERS * TIMES * 3 * 10 + TIMES // 5)


def test_draws_at_once_never_take_more_than_is_there(live: Live) -> None:
    """Guard (R26.3): the floor of an account, in WRITE."""
    posted(entry("a", "at:bank", "payable:s", 50))
    outcomes: Counter[str] = Counter()
    start = threading.Barrier(10)

    def take(number: int) -> None:
        with live.app.app_context():
            start.wait()
            try:
                drawn(entry(f"draw:{number}", "payable:s", f"payout:{number}", 7))
                outcomes["drawn"] += 1
            except Conflict as refused:
                outcomes[refused.code] += 1
            finally:
                session.remove()

    threads = [threading.Thread(target=take, args=(number,)) for number in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert outcomes == {"drawn": 7, "short": 3}
    assert lies("payable:s") == 1
    accounts = session.scalars(select(Account.key).where(Account.kind == "payout")).all()
    assert len(accounts) == 7, "who drew in vain left no account"
    assert list(queries.unbalanced()) == []
