"""Two who move one part at the same moment, and processes that die in between: the money goes one way, and once (R26.4)."""

import os
import random
import signal
import threading
from collections.abc import Callable
from typing import NoReturn

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from marketplace.catalog import services as shelves
from marketplace.catalog.models import StockMove
from marketplace.catalog.services import StockLine
from marketplace.kernel import crash
from marketplace.kernel.access import SYSTEM, Actor
from marketplace.kernel.db import db, session, transactional
from marketplace.kernel.errors import Conflict
from marketplace.kernel.models import Move
from marketplace.kernel.money import Rupiah
from marketplace.kernel.outbox import relay
from marketplace.kernel.slots import completers
from marketplace.orders import queries, services
from marketplace.orders.models import Line, PartRefund, PartState
from marketplace.orders.queries.giving_back import Back
from marketplace.orders.services.refunding import refund_part
from marketplace.orders.services.steps import locked_part
from marketplace.payments.models import Refund
from marketplace.testing.plugin import Live, TestClock
from tests.orders.living import NOON, at, bought, lies, part, refund_fails, sent, whole
from tests.orders.paying import charge_of, shelf
from tests.orders.test_races import PATIENCE, somebody_waits

pytestmark = pytest.mark.unmeasured

TOMORROW = "2026-11-28T12:00:00+07:00"


@pytest.fixture
def beside(live: Live) -> Callable[[Callable[[], object]], threading.Thread]:
    """Start work in a thread of the site; what it refuses is its answer."""

    def start(work: Callable[[], object]) -> threading.Thread:
        def run() -> None:
            with live.app.app_context():
                try:
                    work()
                except Conflict:
                    return
                finally:
                    session.remove()

        thread = threading.Thread(target=run)
        thread.start()
        return thread

    return start


@pytest.mark.parametrize("buyer_first", [True, False])
def test_of_a_buyer_who_calls_off_and_a_shop_that_begins_one_wins(
    live: Live, beside: Callable[[Callable[[], object]], threading.Thread], buyer_first: bool
) -> None:
    """Without the state in the WHERE of a move, and the lock before it, both would go through."""
    code, rina, siti, basket = bought()
    session.remove()
    there, go_on = threading.Event(), threading.Event()

    def by_buyer() -> None:
        services.cancel_part(code, 1, by=rina)

    def by_shop() -> None:
        services.advance(f"{code}-1", PartState.ACCEPTED, by=siti)

    first, second = (by_buyer, by_shop) if buyer_first else (by_shop, by_buyer)

    @transactional
    def held() -> None:
        first()
        there.set()
        assert go_on.wait(PATIENCE)

    one = beside(held)
    assert there.wait(PATIENCE)
    other = beside(second)
    somebody_waits()
    go_on.set()
    for thread in (one, other):
        thread.join(PATIENCE)
    relay()
    assert part(code, rina).state == ("cancelled" if buyer_first else "accepted")
    assert shelf(basket) == ((10, 0) if buyer_first else (9, 0))
    assert whole() == []


def test_the_timer_passes_by_what_its_shop_moves_just_now(
    live: Live, clock: TestClock, beside: Callable[[Callable[[], object]], threading.Thread]
) -> None:
    clock.set(NOON)
    code, rina, siti, _basket = bought()
    session.remove()
    clock.set(TOMORROW)
    there, go_on = threading.Event(), threading.Event()

    @transactional
    def slowly() -> None:
        services.advance(f"{code}-1", PartState.ACCEPTED, by=siti)
        there.set()
        assert go_on.wait(PATIENCE)

    shop = beside(slowly)
    assert there.wait(PATIENCE)
    assert services.deadlines() == 0, "it does not wait for a lock, and does not act on what it saw before"
    session.remove()
    go_on.set()
    shop.join(PATIENCE)
    assert services.deadlines() == 0
    assert part(code, rina).state == "accepted"


def test_many_timers_at_once_act_on_each_part_once(
    live: Live, clock: TestClock, beside: Callable[[Callable[[], object]], threading.Thread]
) -> None:
    clock.set(NOON)
    codes = [bought() for _number in range(6)]
    session.remove()
    clock.set(TOMORROW)
    timers = [beside(services.deadlines) for _number in range(4)]
    for timer in timers:
        timer.join(PATIENCE)
    services.deadlines()
    relay()
    called_off = select(func.count()).select_from(Move).where(Move.kind == "orders_suborders", Move.now == "cancelled")
    assert session.scalar(called_off) == session.scalar(select(func.count()).select_from(Refund)) == len(codes)
    assert [shelf(basket) for *_others, basket in codes] == [(10, 0)] * len(codes)
    assert whole() == []


POINTS = (
    "orders.services.timing._act:before",
    "orders.services.timing._act:after",
    "payments.services.refunds.send:called",
    "payments.services.refunds.record:before",
    "payments.services.refunds.record:after",
)


def killed(point: str, work: Callable[[], object]) -> bool:
    """Do the work in a process that dies at the point; tell whether it got there."""
    session.remove()
    child = os.fork()
    if child == 0:
        _die(point, work)
    _pid, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


def _die(point: str, work: Callable[[], object]) -> NoReturn:
    try:
        for engine in db.engines.values():
            engine.dispose(close=False)
        os.environ |= {"JKP_TEST_HOOKS": "1", "JKP_CRASH": f"{point}:1"}
        work()
    finally:
        os._exit(1)


@pytest.mark.parametrize("point", POINTS)
def test_a_timer_that_dies_leaves_nothing_half_done(live: Live, clock: TestClock, point: str) -> None:
    assert point in crash.names()
    clock.set(NOON)
    code, rina, _siti, basket = bought()
    clock.set(TOMORROW)

    assert killed(point, lambda: (services.deadlines(), relay())), f"nobody died at {point}"

    clock.set("2026-11-28T12:10:00+07:00")
    services.deadlines()
    relay()
    sum(complete() for complete in completers)
    relay()
    charge = charge_of(code, rina)
    assert (part(code, rina).state, charge.refunded, shelf(basket)) == ("cancelled", charge.amount, (10, 0))
    assert whole() == []


@pytest.mark.parametrize("point", ["orders.services.calling_off.cancel_part", "orders.services.calling_off.decline"])
@pytest.mark.parametrize("when", ["before", "after"])
def test_who_calls_off_again_after_a_crash_pays_back_once(live: Live, point: str, when: str) -> None:
    code, rina, siti, basket = bought()

    def call_off() -> None:
        if point.endswith("decline"):
            services.decline(f"{code}-1", "closed", by=siti)
        else:
            services.cancel_part(code, 1, by=rina)

    assert killed(f"{point}:{when}", call_off)
    call_off()
    relay()
    charge = charge_of(code, rina)
    assert (charge.refunded, shelf(basket)) == (charge.amount, (10, 0))
    assert session.scalar(select(func.count()).select_from(Refund)) == 1
    assert whole() == []


def test_goods_come_back_once_whoever_asks_again(app: Flask) -> None:
    """Without the unique index on the moves that bring back, the second call would add them again.

    Guard (R26.3): goods come back once.
    """
    code, rina, siti, basket = bought()
    services.decline(f"{code}-1", "closed", by=siti)
    reference = queries.own_order(code, rina).reference
    assert shelves.put_back(reference, [StockLine(basket, 1)], "cancelled", by=SYSTEM) == 0
    assert shelves.put_back(reference, [StockLine(basket, 2)], "returned", by=SYSTEM) == 0, "more than was taken"
    assert shelf(basket) == (10, 0)

    @transactional
    def again() -> None:
        twin = session.execute(select(StockMove).where(StockMove.reason == "cancelled")).scalar_one()
        session.add(
            StockMove(
                variant_id=twin.variant_id, delta=1, reason="cancelled", reference=twin.reference, by="uji", at=twin.at
            )
        )

    with pytest.raises(IntegrityError):
        again()


def forge(statement: str) -> None:
    @transactional
    def write() -> None:
        session.execute(text(statement))

    write()


def test_more_than_was_paid_for_a_part_never_goes_back(app: Flask) -> None:
    """Held by the CHECK and by the guarded update: one alone would do.

    Guard (R26.3): refunded <= total, in the table of parts.
    """
    bought()
    with pytest.raises(IntegrityError):
        forge("UPDATE orders_suborders SET refunded_idr = total_idr + 1")


def test_the_books_see_what_is_wrong_with_a_part(app: Flask, clock: TestClock) -> None:
    clock.set(NOON)
    bought("own")
    assert whole() == []
    forge("UPDATE orders_suborders SET due_at = NULL, due_what = NULL")
    assert any("waits for nothing" in said for said in whole())
    forge("UPDATE orders_suborders SET due_at = now(), due_what = 'settle'")
    assert any("is new and waits for settle" in said for said in whole())
    forge("UPDATE orders_suborders SET state = 'cancelled', due_at = NULL, due_what = NULL")
    assert any("not paid back" in said for said in whole())
    assert any("back on the shelf" in said for said in whole())
    forge("UPDATE orders_suborders SET state = 'completed', completed_at = now()")
    assert any("ledger: the entry release:" in said for said in whole())
    forge("UPDATE orders_suborders SET state = 'new', completed_at = NULL, refunded_idr = 1")
    assert any("do not add up to what is noted" in said for said in whole())


def test_a_failure_that_is_told_twice_gives_back_once(app: Flask) -> None:
    """Without ``undone_at IS NULL`` in its WHERE the part's counter would fall below what is on its way.

    Guard (R26.3): undone_at IS NULL, of a refund that failed.
    """
    code, rina, siti, _basket = bought()
    services.decline(f"{code}-1", "closed", by=siti)
    relay()
    refund_fails(charge_of(code, rina))
    relay()
    services.repay(f"{code}-1", "dicoba lagi", by=SYSTEM)
    first = session.scalars(select(PartRefund.refund_id).order_by(PartRefund.refund_id)).first()
    assert first is not None
    services.take_back(first)
    services.take_back(first)
    relay()
    mine = part(code, rina)
    assert (mine.refunded, lies(f"held:{mine.id}")) == (mine.total, 0)
    assert whole() == []


def test_what_is_objected_to_is_not_completed(app: Flask, clock: TestClock, monkeypatch: pytest.MonkeyPatch) -> None:
    clock.set(NOON)
    code, rina, siti, _basket = bought("own")
    sent(code, siti)
    services.receive(code, 1, by=rina)
    mine = part(code, rina).id
    asked: list[object] = []

    def claims(parts: object) -> frozenset[object]:
        asked.append(parts)
        return frozenset({mine})

    with monkeypatch.context() as patched:
        patched.setattr("marketplace.orders.slots.objections", [claims])
        assert at(clock, "2026-12-10T12:00:00+07:00") == 0
        assert asked == [[mine]]
    assert at(clock, "2026-12-10T12:01:00+07:00") == 1
    assert part(code, rina).state == "completed"


def test_an_objection_of_the_last_moment_is_heard(
    app: Flask, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The timer asks once more under the lock: what was said after its first look counts.

    Guard (R26.3): what somebody objects to, under the lock.
    """
    clock.set(NOON)
    code, rina, siti, _basket = bought("own")
    sent(code, siti)
    services.receive(code, 1, by=rina)
    answers = iter([frozenset(), frozenset({part(code, rina).id})])
    monkeypatch.setattr("marketplace.orders.slots.objections", [lambda _parts: next(answers)])
    assert at(clock, "2026-12-10T12:00:00+07:00") == 0
    assert part(code, rina).state == "received"


@transactional
def given_back(code: str, amount: int) -> None:
    """Pay back a sum of what is in the first part."""
    order, its = locked_part(code, 1)
    line = session.scalars(select(Line.id).where(Line.suborder_id == its.id)).one()
    refund_part(order, its, [Back(line_id=line, amount=Rupiah(amount))], Rupiah(0), "claim", by=SYSTEM)


def test_random_lives_leave_clean_books(app: Flask, clock: TestClock) -> None:
    """Whatever buyers, shops and the timer do in whatever order: money and goods are where the states say."""
    drawn = random.Random(26)
    # A day less an hour before the first round: what nobody answers has not been called off yet.
    clock.set("2026-11-30T13:00:00+07:00")
    lives = [bought(drawn.choice(("pickup", "own"))) for _number in range(12)]

    def act(code: str, rina: Actor, siti: Actor) -> None:
        path = f"{code}-1"
        shown = services.HandOver(handed_to="Rina")
        drawn.choice(
            (
                lambda: services.cancel_part(code, 1, by=rina),
                lambda: services.receive(code, 1, by=rina),
                lambda: services.decline(path, "sold_out", by=siti),
                lambda: services.not_delivered(path, "nobody", by=siti),
                lambda: services.advance(path, PartState.ACCEPTED, by=siti),
                lambda: services.advance(path, PartState.READY, by=siti),
                lambda: services.advance(path, PartState.SHIPPED, by=siti, shown=shown),
                lambda: services.receive(code, 1, by=rina),
                lambda: services.advance(path, PartState.READY, by=siti),
                lambda: services.advance(path, PartState.SHIPPED, by=siti, shown=shown),
                lambda: services.advance(path, PartState.RECEIVED, by=siti, shown=shown),
                lambda: given_back(code, drawn.randrange(1, 9_000)),
            )
        )()

    for day in range(1, 13):
        clock.set(f"2026-12-{day:02}T12:00:00+07:00")
        services.deadlines()
        for code, rina, siti, _basket in lives:
            try:
                act(code, rina, siti)
            except Conflict:
                continue
        relay()
    assert whole() == []
    ends = {part(code, rina).state for code, rina, *_others in lives}
    assert {"cancelled", "completed"} <= ends
