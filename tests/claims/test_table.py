"""Every act in every state: what it leads to, and that everything else is refused and changes nothing."""

from collections.abc import Callable, Mapping

import pytest

from marketplace.claims import services
from marketplace.claims.models import ClaimState
from marketplace.kernel.errors import Conflict, NotAllowed, NotFound
from tests.claims.situations import Case, brought_to
from tests.factories import claims, orders

pytestmark = pytest.mark.usefixtures("app")
S = ClaimState
ACTS: Mapping[str, Callable[[Case], None]] = {
    "shop accepts": lambda case: case.answer("setuju"),
    "shop offers": lambda case: case.answer("uang", 2_000),
    "shop finds it well": lambda case: case.check("sesuai"),
    "shop finds it wrong": lambda case: case.check("tidak", catatan="Robek."),
    "shop sends": lambda case: case.send(),
    "shop pays instead": lambda case: services.pay_instead(case.id, by=case.shop),
    "buyer accepts": lambda case: case.reply("setuju"),
    "buyer declines": lambda case: case.reply("tolak"),
    "buyer sends back": lambda case: case.reply("dikirim", kiriman="JNE 1"),
    "buyer has it": lambda case: case.reply("sampai"),
    "buyer has it not": lambda case: case.reply("belum", catatan="Retak lagi."),
    "buyer withdraws": lambda case: case.withdraw(),
    "desk pays": lambda case: case.decide("uang"),
    "desk lets it be sent": lambda case: case.decide("ganti"),
    "desk turns down": lambda case: case.decide("tolak"),
}
MAY: Mapping[str, Mapping[ClaimState, ClaimState]] = {
    "shop accepts": {S.OPEN: S.RESOLVED, S.OFFERED: S.RESOLVED, S.ESCALATED: S.RESOLVED},
    "shop offers": {S.OPEN: S.OFFERED},
    "shop finds it well": {S.RETURNED: S.RESOLVED},
    "shop finds it wrong": {S.RETURNED: S.ESCALATED},
    "shop sends": {S.REPLACING: S.REPLACED},
    "shop pays instead": {S.REPLACING: S.RESOLVED},
    "buyer accepts": {S.OFFERED: S.RESOLVED},
    "buyer declines": {S.OFFERED: S.ESCALATED},
    "buyer sends back": {S.RETURNING: S.RETURNED},
    "buyer has it": {S.REPLACED: S.RESOLVED},
    "buyer has it not": {S.REPLACED: S.ESCALATED},
    "buyer withdraws": {
        S.OPEN: S.WITHDRAWN,
        S.OFFERED: S.WITHDRAWN,
        S.ESCALATED: S.WITHDRAWN,
        S.RETURNING: S.WITHDRAWN,
    },
    "desk pays": {S.ESCALATED: S.RESOLVED},
    "desk lets it be sent": {S.ESCALATED: S.REPLACING},
    "desk turns down": {S.ESCALATED: S.REJECTED},
}
AGAIN = {
    ("shop accepts", S.RESOLVED), ("shop accepts", S.RETURNING), ("shop accepts", S.REPLACING),
    ("shop sends", S.REPLACED), ("shop pays instead", S.RESOLVED),
    ("buyer accepts", S.RETURNING), ("buyer accepts", S.REPLACING), ("buyer declines", S.ESCALATED),
    ("buyer sends back", S.RETURNED), ("buyer withdraws", S.WITHDRAWN), ("desk turns down", S.REJECTED),
}  # fmt: skip
"""Buttons pressed after what they are for is done: nothing happens, and nobody is told that it failed."""


@pytest.mark.parametrize("state", S)
def test_what_may_be_done_in_a_state_and_nothing_else(state: ClaimState) -> None:
    case = brought_to(state)
    for name, act in ACTS.items():
        if state in MAY[name]:
            continue
        if (name, state) in AGAIN:
            act(case)
        else:
            with pytest.raises(Conflict):
                act(case)
        assert case.state == state, name


@pytest.mark.parametrize(
    ("name", "state", "to"), [(name, state, to) for name, moves in MAY.items() for state, to in moves.items()]
)
def test_what_an_act_leads_to(name: str, state: ClaimState, to: ClaimState) -> None:
    case = brought_to(state)
    ACTS[name](case)
    assert case.state == to


def test_the_claims_of_others_are_unknown() -> None:
    """Guard (R26.3): who decides about claims."""
    case = brought_to(S.OFFERED)
    for other in (orders.guest(), case.shop, claims.officer()):
        with pytest.raises(NotFound):
            services.answer_offer(case.code, 1, claims.reply("setuju"), by=other)
        with pytest.raises(NotFound):
            services.withdraw(case.code, 1, by=other)
        with pytest.raises(NotFound):
            services.say_as_buyer(case.code, 1, claims.words(), by=other)
    for other in (claims.stranger(), case.buyer, claims.officer()):
        for act in (
            lambda by: services.answer(case.id, claims.offer("setuju"), by=by),
            lambda by: services.check_return(case.id, claims.checked("sesuai"), by=by),
            lambda by: services.send_replacement(case.id, claims.sent(), by=by),
            lambda by: services.pay_instead(case.id, by=by),
            lambda by: services.say_as_team(case.id, claims.words(), by=by),
        ):
            with pytest.raises(NotFound):
                act(other)
    for other in (case.shop, case.buyer, claims.stranger()):
        for act in (
            lambda by: services.decide(case.id, claims.decision("uang"), by=by),
            lambda by: services.repay(case.id, by=by),
            lambda by: services.say_as_desk(case.id, claims.words(), by=by),
        ):
            with pytest.raises(NotAllowed):
                act(other)
    with pytest.raises(NotFound):
        services.withdraw(case.code, 2, by=case.buyer)
    assert case.state == "offered"
