"""The demo site has orders in every state, made by the same services, and its books are whole."""

from flask import Flask
from sqlalchemy import select

from marketplace.kernel.db import session
from marketplace.kernel.outbox import relay
from marketplace.kernel.slots import demos, verifiers
from marketplace.orders import demo, queries
from marketplace.orders.models import Order, PartState, Suborder
from tests.factories import sellers


def test_the_demo_buyer_has_orders_in_every_state(app: Flask) -> None:
    told = {}
    for one in demos:
        told.update(one.plant("small", 1))

    assert len(told["orders"]["pembeli@jakpreneur.example"]) == len(demo.STORIES)
    states = set(session.scalars(select(Suborder.state)))
    assert states == set(PartState)
    assert set(session.scalars(select(Order.state))) == {"placed", "paid", "cancelled"}
    relay(10_000)
    assert [said for check in verifiers for said in check()] == []
    assert demo.plant("small", 1) == {}
    shop = sellers.queries.seller_by_code(demo.OWN_SHOP)
    assert shop is not None
    counts = queries.tab_counts(sellers.runs(shop))
    assert all(counts.values()), counts
