"""What nobody does in time happens by itself: each deadline, a second before and at its end."""

from datetime import datetime, timedelta

import pytest

from marketplace.claims import queries, services
from marketplace.claims.models import ClaimState
from marketplace.claims.queries.telling import DETAILS
from marketplace.testing.plugin import TestClock
from tests.claims.situations import Case, brought_to
from tests.factories import claims
from tests.orders.living import NOON, whole
from tests.orders.paying import shelf

pytestmark = pytest.mark.usefixtures("app")
S = ClaimState
START = datetime.fromisoformat(NOON)
ENDS = (
    (S.OPEN, 48, S.ESCALATED, "no_answer", 0),
    (S.OFFERED, 72, S.RESOLVED, "not_said", 1_000),
    (S.RETURNING, 168, S.REJECTED, "not_sent", 0),
    (S.RETURNED, 72, S.RESOLVED, "not_checked", 45_000),
    (S.REPLACING, 72, S.RESOLVED, "not_replaced", 45_000),
    (S.REPLACED, 168, S.RESOLVED, "not_said", 0),
    (S.ESCALATED, 168, S.RESOLVED, "not_decided", 1_000),
)


def after(clock: TestClock, hours: float) -> int:
    clock.set((START + timedelta(hours=hours)).isoformat())
    return services.deadlines()


@pytest.mark.parametrize(("state", "hours", "to", "why", "paid"), ENDS)
def test_the_end_of_each_time(
    clock: TestClock, state: ClaimState, hours: int, to: ClaimState, why: str, paid: int
) -> None:
    clock.set(NOON)
    case = brought_to(state)
    assert after(clock, hours - 1 / 3600) == 0
    assert after(clock, hours) == 1
    assert services.deadlines() == 0
    row = claims.kept(case.id)
    assert (row.state, row.refunded_idr.amount) == (to, paid)
    told = queries.own_claim(case.code, 1, case.buyer).steps[-1]
    assert told.detail == DETAILS[why]
    assert whole() == []


def undecided(case: Case, clock: TestClock) -> str:
    after(clock, 48)
    assert case.state == "escalated"
    after(clock, 48 + 168)
    return case.state


def test_a_shop_that_never_answered_has_agreed_when_nobody_decides(clock: TestClock) -> None:
    clock.set(NOON)
    asked, wanted = Case(harap="part", nilai=7_000), Case(harap="replacement")
    assert undecided(asked, clock) == "resolved"
    assert claims.kept(asked.id).refunded_idr.amount == 7_000
    assert wanted.state == "replacing"
    after(clock, 48 + 168 + 72)
    assert (wanted.state, claims.kept(wanted.id).refunded_idr.amount) == ("resolved", 45_000)


def test_goods_that_went_back_are_paid_when_nobody_decides(clock: TestClock) -> None:
    clock.set(NOON)
    case = brought_to(S.RETURNED)
    case.check("tidak", catatan="Robek.")
    after(clock, 168)
    assert (case.state, claims.kept(case.id).refunded_idr.amount) == ("resolved", 45_000)
    assert shelf(case.basket) == (9, 0), "nobody said that it can be sold again"


def test_a_return_that_was_offered_and_not_answered_is_agreed(clock: TestClock) -> None:
    clock.set(NOON)
    case = Case()
    case.answer("kembali")
    after(clock, 72)
    assert case.state == "returning"
    after(clock, 72 + 168)
    assert case.state == "rejected"
