"""What guards a part when nobody looks before: the statements themselves say no (R26.3)."""

from flask import Flask

from marketplace.kernel.db import session, transactional
from marketplace.orders import services
from marketplace.orders.models import PartState
from marketplace.orders.services import refunding, timing
from marketplace.testing.plugin import TestClock
from tests.orders.living import NOON, bought, part


def test_the_timer_looks_again_under_the_lock(app: Flask, clock: TestClock) -> None:
    """Between its list and the lock a part may have got more time.

    Guard (R26.3): due_at <= now, of the timer.
    """
    clock.set(NOON)
    code, rina, _siti, _basket = bought()
    assert timing._act(part(code, rina).id) == 0
    assert part(code, rina).state == "new"


def test_a_part_gives_back_what_was_paid_for_it_and_no_rupiah_more(app: Flask) -> None:
    """Guards (R26.3): refunded + amount <= total of a part, in TAKE; only what was sent or called off is paid back, in TAKE."""
    code, rina, siti, _basket = bought()
    mine = part(code, rina)

    @transactional
    def taken(amount: int) -> bool:
        return session.execute(refunding.TAKE, {"part": mine.id, "amount": amount}).one_or_none() is not None

    assert not taken(1), "nothing goes back of what is neither sent nor cancelled"
    services.advance(f"{code}-1", PartState.READY, by=siti)
    services.receive(code, 1, by=rina)
    total = mine.total.amount
    assert [taken(total + 1), taken(total), taken(1)] == [False, True, False]
