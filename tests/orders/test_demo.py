"""The demo site has orders in every state, made by the same services, and its books are whole."""

from collections.abc import Callable

from flask import Flask
from sqlalchemy import select

from marketplace.kernel.db import session
from marketplace.kernel.outbox import relay
from marketplace.kernel.slots import demos, verifiers
from marketplace.orders import demo, queries
from marketplace.orders.models import Line, Order, PartState, Suborder
from marketplace.testing.plugin import Live
from tests.factories import sellers


def test_the_demo_buyer_has_orders_in_every_state(app: Flask) -> None:
    told = {}
    for one in demos:
        told.update(one.plant("small", 1))

    assert len(told["orders"]["pembeli@jakpreneur.example"]) == len(demo.STORIES)
    states = set(session.scalars(select(Suborder.state)))
    assert states == set(PartState)
    assert set(session.scalars(select(Order.state))) == {"placed", "promised", "paid", "cancelled"}
    cash = (
        select(Order.state, Suborder.state).join(Suborder, Suborder.order_id == Order.id).where(Order.gateway == "cod")
    )
    assert {tuple(row) for row in session.execute(cash)} == {
        ("promised", "new"),
        ("promised", "shipped"),
        ("paid", "completed"),
    }
    relay(10_000)
    assert [said for check in verifiers for said in check()] == []
    assert demo.plant("small", 1) == {}
    shop = sellers.queries.seller_by_code(demo.OWN_SHOP)
    assert shop is not None
    counts = queries.tab_counts(sellers.runs(shop))
    assert all(counts.values()), counts


def told(live: Live) -> list[tuple[object, ...]]:
    """Plant a demo site; return what its buyer ordered, in the order of ordering, without ids and codes."""
    with live.app.app_context():
        for one in demos:
            one.plant("small", 1)
        columns = (Order.recipient, Order.kelurahan_code, Order.state, Suborder.seller_name, Suborder.state)
        bought = (Suborder.delivery, Line.product_id, Line.variant_id, Line.sku, Line.qty, Line.total_idr)
        joined = select(*columns, *bought).join(Suborder, Suborder.order_id == Order.id)
        ordered = joined.join(Line, Line.suborder_id == Suborder.id).order_by(Order.id, Suborder.number, Line.number)
        found = [tuple(row) for row in session.execute(ordered)]
        session.remove()
        return found


def test_the_same_number_gives_the_same_orders_but_for_their_ids(make_live: Callable[..., Live]) -> None:
    first, again = told(make_live()), told(make_live())
    assert len(first) >= 2 * len(demo.STORIES), "others may plant orders of their own"
    assert first == again
