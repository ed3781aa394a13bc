"""A use case is one transaction: joined, retried when the database asks for it, and read-only when it only reads."""

import subprocess
import sys
import threading
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, StatementError

from marketplace.kernel import clock as kernel_clock
from marketplace.kernel import limits
from marketplace.kernel.access import SYSTEM, Actor, Grant, Permission
from marketplace.kernel.audit import audit, broken
from marketplace.kernel.db import UtcDateTime, db, rows, session, steady, transactional
from marketplace.kernel.errors import Conflict, Invalid, NotAllowed, TooMany
from marketplace.kernel.idempotency import Key
from marketplace.kernel.words import _
from marketplace.testing.plugin import TestClock
from tests.kernel.conftest import Town


@transactional
def make_tills() -> None:
    session.execute(text("CREATE TABLE tills (name text PRIMARY KEY, money bigint)"))
    session.execute(text("INSERT INTO tills VALUES ('a', 100), ('b', 100)"))


def put(name: str, amount: int) -> None:
    session.execute(
        text("UPDATE tills SET money = money + :amount WHERE name = :name"), {"name": name, "amount": amount}
    )


def money() -> dict[str, int]:
    session.rollback()
    return {row.name: row.money for row in rows(text("SELECT name, money FROM tills"))}


@transactional
def pay_in(name: str, *, fail: bool = False) -> None:
    put(name, 10)
    if fail:
        raise Conflict("closed", _("The till is closed."))


@transactional
def pay_both(*, fail: bool) -> None:
    pay_in("a")
    pay_in("b", fail=fail)


def test_an_inner_service_joins_the_outer_one_and_all_or_nothing_is_written(town: Town) -> None:
    with town().app_context():
        make_tills()
        with pytest.raises(Conflict):
            pay_both(fail=True)
        assert money() == {"a": 100, "b": 100}
        pay_both(fail=False)
        assert money() == {"a": 110, "b": 110}


def test_reading_cannot_write(town: Town) -> None:
    with town().app_context():
        make_tills()
        with pytest.raises(DBAPIError, match="read-only"):
            put("a", 1)


def test_a_connection_that_the_server_has_closed_is_replaced_unnoticed(town: Town) -> None:
    """R13: after a restart of PostgreSQL the next reader and the next writer find nothing amiss."""
    with town().app_context():
        make_tills()
        assert money() == {"a": 100, "b": 100}
        session.remove()
        others = text(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid()"
        )
        with db.engines[None].connect() as last:
            ended = last.execute(others).all()
        assert len(ended) == 1
        assert all(done for (done,) in ended)
        with db.engines["read"].connect() as last:
            assert last.execute(others).all()
        pay_both(fail=False)
        assert money() == {"a": 110, "b": 110}


def test_two_services_that_lock_against_each_other_both_succeed(town: Town) -> None:
    site = town()
    with site.app_context():
        make_tills()
    meet = threading.Barrier(2)
    runs: list[str] = []

    @transactional
    def move(first: str, second: str) -> None:
        runs.append(first)
        put(first, -1)
        if len(runs) <= 2:
            meet.wait(timeout=60)
        put(second, 1)

    def run(first: str, second: str) -> None:
        with site.app_context():
            move(first, second)

    both = [threading.Thread(target=run, args=pair) for pair in (("a", "b"), ("b", "a"))]
    for one in both:
        one.start()
    for one in both:
        one.join()
    with site.app_context():
        assert money() == {"a": 100, "b": 100}
    assert len(runs) == 3, "PostgreSQL broke the deadlock and one of the two ran again"


def test_an_instant_without_offset_is_refused(town: Town) -> None:
    with town().app_context(), pytest.raises((StatementError, ValueError), match="offset"):
        UtcDateTime().process_bind_param(datetime(2026, 11, 27, 9, 0), db.engine.dialect)  # noqa: DTZ001


def test_friday_is_counted_in_jakarta(clock: TestClock) -> None:
    clock.set("2026-11-26T17:30:00+00:00")
    assert kernel_clock.today().isoformat() == "2026-11-27"


def test_the_audit_log_refuses_changes_and_shows_tampering(town: Town) -> None:
    """Guard (R26.3): the audit log is append-only, by trigger."""

    @transactional
    def set_price(amount: int) -> None:
        audit("catalog:seller-1", "price", "sku-1", by=SYSTEM, after={"price_idr": amount})

    with town().app_context():
        for amount in (1000, 2000, 3000):
            set_price(amount)
        steady()
        assert broken() == []

        @transactional
        def tamper(statement: str) -> None:
            session.execute(text(statement))

        with pytest.raises(DBAPIError, match="append-only"):
            tamper("UPDATE kernel_audit SET seq = 9 WHERE seq = 1")
        tamper("ALTER TABLE kernel_audit DISABLE TRIGGER ALL")
        tamper("UPDATE kernel_audit SET content = jsonb_set(content, '{after,price_idr}', '1') WHERE seq = 2")
        steady()
        assert any("entry 2 was changed" in sentence for sentence in broken())
        tamper("DELETE FROM kernel_audit WHERE seq = 3")
        steady()
        assert any("does not end where its head says" in sentence for sentence in broken())


@transactional
def order_once(key: Key, made: list[str]) -> str:
    if (answer := key.earlier("order")) is not None:
        return str(answer["order"])
    made.append("order")
    key.remember("order", {"order": f"number-{len(made)}"})
    return f"number-{len(made)}"


@pytest.mark.parametrize("first", ["audit", "outbox"])
def test_the_audit_head_is_locked_last_whoever_was_imported_first(first: str) -> None:
    """R2.3: the web process and the worker import in another order, and must not lock against each other."""
    second = "outbox" if first == "audit" else "audit"
    program = (
        f"import marketplace.kernel.{first}, marketplace.kernel.{second}\n"
        "from marketplace.kernel import audit, db, outbox\n"
        "from unittest.mock import MagicMock\n"
        "order = []\n"
        "for kind in list(db._before_commit):\n"
        "    db._before_commit[kind] = lambda kind=kind: order.append(kind)\n"
        "db.session = MagicMock()\n"
        "db._once('x', lambda: None)\n"
        "print(*order, sep=', ')\n"
    )
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert told.stdout == "outbox, audit head\n"


def test_the_same_key_gives_the_first_answer_and_another_request_under_it_is_refused(town: Town) -> None:
    made: list[str] = []
    with town().app_context():
        key = Key.of("guest:1", "abc", {"qty": 1})
        assert order_once(key, made) == order_once(key, made) == "number-1"
        assert order_once(Key.of("guest:2", "abc", {"qty": 1}), made) == "number-2"
        with pytest.raises(Invalid):
            order_once(Key.of("guest:1", "abc", {"qty": 2}), made)
        assert made == ["order", "order"]


@pytest.mark.parametrize("wrong", ["", "x" * 129, "a\nb"])
def test_a_missing_or_broken_key_is_refused(wrong: str) -> None:
    """Guard (R26.3): the form of a key."""
    with pytest.raises(Invalid):
        Key.of("guest:1", wrong, {})


def test_a_double_click_waits_for_the_first_answer_and_a_program_is_told_to_come_back(town: Town) -> None:
    site = town()
    inside, leave = threading.Event(), threading.Event()
    answers: list[str] = []

    @transactional
    def slow(key: Key) -> None:
        if (answer := key.earlier("order")) is not None:
            answers.append(f"again {answer['order']}")
            return
        inside.set()
        leave.wait(timeout=60)
        key.remember("order", {"order": "one"})
        answers.append("one")

    def run() -> None:
        with site.app_context():
            slow(Key.of("guest:1", "k", {}))

    first, second = threading.Thread(target=run), threading.Thread(target=run)
    first.start()
    inside.wait(timeout=60)
    second.start()
    with site.app_context(), pytest.raises(Conflict) as refusal:
        slow(Key.of("guest:1", "k", {}, patient=False))
    assert refusal.value.code == "running"
    leave.set()
    first.join()
    second.join()
    assert answers == ["one", "again one"]


def test_tries_are_limited_within_a_window_and_free_after_it(town: Town, clock: TestClock) -> None:
    """Guard (R26.3): tries within a window."""
    one = limits.Try("lookup", "somebody", 3, timedelta(minutes=10))
    with town().app_context():
        for _number in range(3):
            limits.take(one)
        with pytest.raises(TooMany) as refusal:
            limits.take(one)
        assert refusal.value.facts["retry_at"] == "2026-11-27T02:10:00+00:00"
        limits.give_back(one)
        limits.take(one)
        limits.take(limits.Try("lookup", "somebody else", 3, timedelta(minutes=10)))
        clock.set("2026-11-27T09:10:01+07:00")
        limits.take(one)


def test_a_refused_try_takes_none_of_the_others_with_it(town: Town) -> None:
    both = [limits.Try("lookup", who, most, timedelta(minutes=10)) for who, most in (("place", 9), ("code", 1))]
    with town().app_context():
        limits.take(*both)
        for _number in range(20):
            with pytest.raises(TooMany):
                limits.take(*both)
        limits.take(both[0])


def test_of_many_tries_at_once_no_more_than_allowed_are_let_through(town: Town) -> None:
    """R2.2: also the first tries of all, which open the window together."""
    site = town()
    here, let_in = threading.Barrier(12), []

    def guess() -> None:
        with site.app_context():
            session.execute(text("SELECT 1"))
            here.wait(timeout=60)
            try:
                limits.take(limits.Try("code", "one letter", 5, timedelta(minutes=15)))
            except TooMany:
                return
            let_in.append(1)

    guesses = [threading.Thread(target=guess) for _number in range(12)]
    for one in guesses:
        one.start()
    for one in guesses:
        one.join()
    assert len(let_in) == 5
    with site.app_context():
        (row,) = rows(text("SELECT tries FROM kernel_tries"))
        assert row.tries == 5


PREPARE: Permission[str] = Permission(
    "orders:prepare",
    _("Prepare an order"),
    can=lambda actor, shop: actor.holds("seller", "seller", shop),
    roles=("seller",),
)


@pytest.mark.parametrize(
    ("grants", "allowed"),
    [
        ((), False),
        ((Grant("seller", "seller", "toko-1"),), True),
        ((Grant("seller", "seller", "toko-2"),), False),
        ((Grant("admin"),), False),
        ((Grant("seller"),), True),
        ((Grant(""),), False),
    ],
)
def test_a_permission_is_asked_about_the_thing_and_no_answer_is_no(grants: tuple[Grant, ...], allowed: bool) -> None:
    actor = Actor(kind="person", grants=grants)
    if allowed:
        actor.require(PREPARE, "toko-1")
    else:
        with pytest.raises(NotAllowed):
            actor.require(PREPARE, "toko-1")


@pytest.mark.parametrize("answer", [None, 0, 1, "ya", (), object(), False])
def test_only_a_plain_yes_is_a_yes(answer: object) -> None:
    """Guard (R26.3): only a plain yes is a yes."""
    asked: Permission[str] = Permission("orders:uji", _("Try it"), can=lambda _actor, _shop: answer)  # type: ignore[arg-type,return-value]
    assert not asked.allows(SYSTEM, "toko-1")
