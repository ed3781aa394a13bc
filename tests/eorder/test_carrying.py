"""An order goes on in the year into which its money was carried."""

from uuid import UUID

from flask import Flask

from marketplace.eorder import queries, services
from marketplace.eorder.models import Order, OrderState
from marketplace.kernel.access import SYSTEM
from marketplace.kernel.db import session
from marketplace.kernel.outbox import relay
from marketplace.offices import queries as budget
from marketplace.offices import services as offices
from marketplace.testing.plugin import TestClock
from tests.factories import eorder as of
from tests.factories.offices import means


def stands(order_id: UUID) -> tuple[UUID, UUID, int]:
    session.expire_all()
    order = session.get_one(Order, order_id)
    return order.line_id, order.package_id, order.year


def test_an_order_follows_its_money_into_the_next_year(app: Flask, clock: TestClock) -> None:
    clock.set("2026-12-20T09:00:00+07:00")
    case = of.order_in(OrderState.SHIPPED)
    old = stands(case.order_id)
    reference = session.get_one(Order, case.order_id).reference
    clock.set("2027-01-05T09:00:00+07:00")
    new = means(code=case.desk.unit_code)
    told = {"line_id": new.line_id, "package_id": new.package_id}
    # The name of a hold that is over, somebody else's money, and an event of the past say nothing of this order.
    for other in (f"{reference}.7", "order:1"):
        services.follow_budget(other, **told, year=2027)
    services.follow_budget(reference, **told, year=2026)
    assert stands(case.order_id) == old
    offices.carry_over(reference, **told, by=SYSTEM, why="Barang datang tahun berikutnya")
    relay(1000)
    assert stands(case.order_id) == (new.line_id, new.package_id, 2027)
    found = queries.order(case.code, case.by("commitment_officer"))
    assert budget.line_by_id(found.line_id).year == 2027
