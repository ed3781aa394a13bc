"""``jkp verify`` finds what was done to the books behind the services' backs."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import Executable, delete, insert, text, update

from marketplace.catalog.models import Reservation
from marketplace.kernel.db import session, transactional
from marketplace.kernel.models import Delivery, StoredEvent
from marketplace.kernel.money import Rupiah
from marketplace.orders import queries
from marketplace.orders.models import Line, Order, OrderState, PartState, Suborder
from marketplace.payments import queries as payments
from marketplace.payments.events import PaymentSettled
from marketplace.payments.models import Charge, ChargeState, WebhookEvent
from tests.factories import catalog, orders


@transactional
def forge(*statements: Executable) -> None:
    for statement in statements:
        session.execute(statement.execution_options(synchronize_session=False))


FORGERIES: dict[str, Callable[[], Executable]] = {
    "do not add up to it": lambda: update(Suborder).values(goods_idr=Rupiah(1), total_idr=Rupiah(1), fee_idr=Rupiah(0)),
    "without a payment of its total": lambda: delete(Charge),
    "but its order is paid": lambda: update(Suborder).values(
        state=PartState.WAITING_PAYMENT, due_at=None, due_what=None
    ),
    "are not paid back": lambda: update(Suborder).values(state=PartState.CANCELLED, due_at=None, due_what=None),
    "but its order is placed": lambda: update(Order).values(state=OrderState.PLACED, paid_at=None),
    "was paid, but it stays": lambda: update(Order).values(state=OrderState.CANCELLED, paid_at=None),
    "counts as sold at another time": lambda: update(Suborder).values(sold_at=None),
    "has no time of payment": lambda: update(Order).values(paid_at=None),
    "were given away": lambda: update(Reservation).values(state="released"),
    "are held for the order": lambda: update(Reservation).values(state="held", closed_at=None),
    "add up to it": lambda: update(Line).values(qty=2, total_idr=Rupiah(90_000)),
}


@pytest.mark.parametrize("said", FORGERIES)
def test_a_forgery_in_a_paid_order_is_found(app: Flask, said: str) -> None:
    orders.paid(orders.guest(), catalog.basket())
    assert list(queries.broken()) == []
    forge(FORGERIES[said]())
    assert any(said in sentence for sentence in queries.broken()), list(queries.broken())


def test_an_order_that_can_be_paid_without_its_goods_is_found(app: Flask) -> None:
    orders.ordered(orders.guest(), catalog.basket())
    assert list(queries.broken()) == []
    forge(update(Reservation).values(state="released", closed_at=text("now()"), cause="?"))
    assert any("can be paid, but 0 pieces are held" in sentence for sentence in queries.broken())


def test_a_payment_that_nobody_will_hear_of_any_more_is_found(app: Flask) -> None:
    guest = orders.guest()
    code = orders.ordered(guest, catalog.basket()).code
    charge = payments.latest(queries.own_order(code, guest).reference)
    forge(update(Charge).where(Charge.id == charge.id).values(state=ChargeState.SETTLED, settled_at=text("now()")))
    forge(
        insert(StoredEvent).values(
            id=charge.id, name=PaymentSettled.name(), payload={"reference": charge.reference}, at=text("now()")
        ),
        insert(Delivery).values(id=charge.id, event_id=charge.id, handler="orders.tasks.x", due_at=text("now()")),
    )
    assert list(queries.broken()) == [], "it is still on its way"
    forge(update(Delivery).where(Delivery.id == charge.id).values(state="aside"))
    assert any("was paid, but it stays placed" in sentence for sentence in queries.broken())


def test_forged_payments_are_found(app: Flask) -> None:
    orders.paid(orders.guest(), catalog.basket())
    assert list(payments.broken()) == []
    forge(
        text("ALTER TABLE payments_charges DROP CONSTRAINT ck_payments_charges_refunded_within"),
        update(Charge).values(settled_at=None, refunded_idr=Rupiah(1_000_000)),
    )
    sentences = list(payments.broken())
    assert any("without a time" in one for one in sentences)
    assert any("more was refunded than paid" in one for one in sentences)
    forge(
        text("DROP INDEX uq_payments_charges_settled"),
        text(
            "INSERT INTO payments_charges (id, state, reference, gateway, attempt, amount_idr, refunded_idr, disputed_idr,"
            " currency, label, return_path, expires_at, created_at, cause)"
            " SELECT gen_random_uuid(), c.state, c.reference, 'lain', 1, c.amount_idr, 0, 0, c.currency, c.label,"
            " c.return_path, c.expires_at, c.created_at, c.cause FROM payments_charges c"
        ),
        text("DELETE FROM kernel_deliveries"),
        text("DELETE FROM kernel_events"),
        update(WebhookEvent).values(state="received"),
    )
    sentences = list(payments.broken())
    assert any("paid more than once" in one for one in sentences)
    assert any("nobody was told of it" in one for one in sentences)
    assert ChargeState.SETTLED in {row["state"] for row in payments.payment_facts()}


def test_the_facts_add_up(app: Flask) -> None:
    first, _second, third = orders.two_shops()
    orders.paid(orders.guest(), first, third)
    (order,) = queries.order_facts()
    parts, lines = list(queries.suborder_facts()), list(queries.line_facts())
    assert (order["buyer_id"], order["state"], order["channel"]) == ("guest", "paid", "public")
    assert str(order["placed_at"]).endswith("Z")
    assert sum(part["total_idr"] for part in parts) == order["total_idr"] == 90_000
    assert sum(line["unit_price_idr"] * line["qty"] for line in lines) == 90_000
    assert {part["order_id"] for part in parts} == {order["id"]}
    assert {line["suborder_id"] for line in lines} == {part["id"] for part in parts}
