"""The bench's copies of an order are whole: what ``jkp verify`` recomputes of money, goods and states finds nothing."""

from datetime import timedelta

from sqlalchemy import func, select

from marketplace.kernel.db import session
from marketplace.kernel.money import Rupiah
from marketplace.kernel.outbox import relay
from marketplace.orders import services
from marketplace.orders.models import Order, PartState, Suborder
from marketplace.payments import queries as payments
from marketplace.testing.plugin import Live, TestClock
from tests.bench.copies import multiply
from tests.factories import sellers
from tests.orders.living import at, bought, whole

COPIES = 40


def test_copies_of_a_completed_order_leave_books_that_agree(live: Live, clock: TestClock) -> None:
    clock.set("2026-11-27T12:00:00+07:00")
    shop = sellers.shop(trusted=True)
    code, rina, siti, _basket = bought(of=shop)
    services.advance(f"{code}-1", PartState.READY, by=siti)
    services.receive(code, 1, by=rina)
    at(clock, "2026-11-30T12:00:00+07:00")
    relay()
    owed = payments.balance(f"payable:{shop.id}")
    session.remove()

    rows = multiply(live.url, code, COPIES, apart=timedelta(hours=7))

    assert rows >= COPIES * 15
    assert session.scalar(select(func.count()).select_from(Order)) == COPIES + 1
    states = session.execute(select(Suborder.state, func.count()).group_by(Suborder.state)).all()
    assert [tuple(row) for row in states] == [("completed", COPIES + 1)]
    assert payments.balance(f"payable:{shop.id}") == Rupiah(owed.amount * (COPIES + 1))
    assert len(set(session.scalars(select(Order.placed_at)))) == COPIES + 1
    assert whole() == []
