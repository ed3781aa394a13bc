"""Two at the same moment, and processes that die in between: a claim is answered once, and its money goes once (R26.4)."""

import threading
from collections.abc import Callable

import pytest

from marketplace.claims import queries, services
from marketplace.claims.models import ClaimState
from marketplace.kernel import crash
from marketplace.kernel.db import session, transactional
from marketplace.kernel.errors import Conflict
from marketplace.kernel.outbox import relay
from marketplace.kernel.slots import completers
from marketplace.orders import services as order_services
from marketplace.testing.plugin import Live, TestClock
from tests.claims.situations import Case, brought_to
from tests.factories import claims, orders
from tests.orders.living import NOON, whole
from tests.orders.paying import charge_of
from tests.orders.test_life_races import beside, killed
from tests.orders.test_races import PATIENCE, somebody_waits

pytestmark = pytest.mark.unmeasured

__all__ = ["beside"]
Beside = Callable[[Callable[[], object]], threading.Thread]
LATE = "2026-12-05T12:00:00+07:00"


def one_after_the_other(beside: Beside, first: Callable[[], object], second: Callable[[], object]) -> None:
    """Let the second come while the first has done all and not yet committed."""
    session.remove()
    there, go_on = threading.Event(), threading.Event()

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
        assert not thread.is_alive()
    relay()


def paid(case: Case) -> int:
    return charge_of(case.code, case.buyer).refunded.amount


@pytest.mark.parametrize("buyer_first", [True, False])
def test_of_a_buyer_who_withdraws_and_a_shop_that_pays_one_wins(live: Live, beside: Beside, buyer_first: bool) -> None:
    case = brought_to(ClaimState.OPEN)
    acts = (case.withdraw, lambda: case.answer("setuju"))
    one_after_the_other(beside, *(acts if buyer_first else acts[::-1]))
    assert (case.state, paid(case)) == (("withdrawn", 0) if buyer_first else ("resolved", 45_000))
    assert whole() == []


def test_an_offer_that_is_accepted_twice_at_once_pays_once(live: Live, beside: Beside) -> None:
    case = brought_to(ClaimState.OFFERED)
    one_after_the_other(beside, lambda: case.reply("setuju"), lambda: case.reply("setuju"))
    assert (case.state, paid(case)) == ("resolved", 1_000)
    assert whole() == []


@pytest.mark.parametrize("timer_first", [True, False])
def test_the_timer_and_the_desk_decide_once(live: Live, clock: TestClock, beside: Beside, timer_first: bool) -> None:
    clock.set(NOON)
    case = brought_to(ClaimState.ESCALATED)
    dewi = claims.officer()
    clock.set(LATE)
    acts = (services.deadlines, lambda: services.decide(case.id, claims.decision("uang"), by=dewi))
    one_after_the_other(beside, *(acts if timer_first else acts[::-1]))
    assert (case.state, paid(case)) == ("resolved", 1_000 if timer_first else 45_000)
    assert whole() == []


def test_two_timers_at_once_act_once(live: Live, clock: TestClock, beside: Beside) -> None:
    clock.set(NOON)
    case = brought_to(ClaimState.RETURNED)
    clock.set(LATE)
    one_after_the_other(beside, services.deadlines, services.deadlines)
    assert (case.state, paid(case)) == ("resolved", 45_000)
    assert whole() == []


def test_two_forms_at_once_make_one_claim(live: Live, beside: Beside) -> None:
    rina = orders.guest()
    code = claims.received(rina)
    told = claims.complaint(code, rina)

    def complain() -> None:
        services.open_claim(code, told, by=rina)

    one_after_the_other(beside, complain, complain)
    assert [one.state for one in queries.of_order(code, rina).claims] == ["open"]


def test_a_complaint_of_the_last_second_comes_before_the_completion(
    live: Live, clock: TestClock, beside: Beside
) -> None:
    """The timer comes while the complaint is written down: it passes by, and the next time finds it."""
    clock.set(NOON)
    rina = orders.guest()
    code = claims.received(rina)
    told = claims.complaint(code, rina)
    clock.set("2026-11-29T11:59:59+07:00")
    session.remove()
    there, go_on = threading.Event(), threading.Event()

    @transactional
    def held() -> None:
        services.open_claim(code, told, by=rina)
        there.set()
        assert go_on.wait(PATIENCE)

    thread = beside(held)
    assert there.wait(PATIENCE)
    clock.set("2026-11-29T12:00:01+07:00")
    assert order_services.deadlines() == 0
    go_on.set()
    thread.join(PATIENCE)
    assert order_services.deadlines() == 0
    assert queries.of_order(code, rina).parts[0].received
    assert whole() == []


def test_a_complaint_after_the_completion_is_too_late(live: Live, clock: TestClock, beside: Beside) -> None:
    clock.set(NOON)
    rina = orders.guest()
    code = claims.received(rina)
    told = claims.complaint(code, rina)
    clock.set("2026-11-29T12:00:00+07:00")
    refused: list[str] = []

    def complain() -> None:
        try:
            services.open_claim(code, told, by=rina)
        except Conflict as conflict:
            refused.append(conflict.code)

    one_after_the_other(beside, order_services.deadlines, complain)
    assert refused == ["over"]
    assert queries.of_order(code, rina).parts[0].completed
    assert whole() == []


POINTS = (
    "claims.services.answering.answer:before",
    "claims.services.answering.answer:after",
    "claims.services.timing._act:before",
    "claims.services.timing._act:after",
)


@pytest.mark.parametrize("point", POINTS)
def test_who_dies_on_the_way_leaves_nothing_half_done(live: Live, clock: TestClock, point: str) -> None:
    assert point in crash.names()
    clock.set(NOON)
    case = brought_to(ClaimState.RETURNED if ".timing." in point else ClaimState.OPEN)
    act = services.deadlines if ".timing." in point else lambda: case.answer("setuju")
    if ".timing." in point:
        clock.set(LATE)

    assert killed(point, act), f"nobody died at {point}"

    act()
    relay()
    clock.set("2026-12-05T12:10:00+07:00")
    sum(complete() for complete in completers)
    relay()
    assert (case.state, paid(case)) == ("resolved", 45_000)
    assert whole() == []
