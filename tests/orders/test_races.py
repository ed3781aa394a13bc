"""Two who move one order at the same moment: the moments are forced, not hoped for (R26.4)."""

import threading
from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select, text, update

from marketplace.catalog import services as shelves
from marketplace.catalog.models import Stock
from marketplace.catalog.queries import offers
from marketplace.kernel.access import SYSTEM, Actor
from marketplace.kernel.db import session, transactional
from marketplace.kernel.errors import Conflict, Invalid
from marketplace.kernel.models import Move, StoredEvent
from marketplace.kernel.outbox import relay
from marketplace.kernel.slots import verifiers
from marketplace.orders import queries, services
from marketplace.orders.events import OrderPaid
from marketplace.orders.models import Order, OrderState, PartState, Suborder
from marketplace.orders.services import writing
from marketplace.orders.services.payment import settle
from marketplace.payments import queries as payments
from marketplace.payments import services as payment_services
from marketplace.payments.models import Charge, SandboxState
from marketplace.payments.slots import Standing
from marketplace.testing.plugin import Live
from tests.factories import catalog, orders

PATIENCE = 20


@pytest.fixture
def beside(live: Live) -> Iterator[Callable[[Callable[[], object]], None]]:
    """Run work in threads of the site, each with a session of its own; all of it must end well."""
    threads: list[threading.Thread] = []
    failures: list[BaseException] = []

    def start(work: Callable[[], object]) -> None:
        def run() -> None:
            with live.app.app_context():
                try:
                    work()
                except BaseException as failure:  # noqa: BLE001 - whatever it is, the test shall say so
                    failures.append(failure)
                finally:
                    session.remove()

        threads.append(threading.Thread(target=run))
        threads[-1].start()

    yield start
    for thread in threads:
        thread.join(PATIENCE)
        assert not thread.is_alive()
    assert failures == []


def somebody_waits() -> None:
    """Wait until the database itself says that somebody waits for a row."""
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )
    for _turn in range(2_000):
        if session.scalar(waiting):
            return
        threading.Event().wait(0.005)
    raise AssertionError("nobody waits")


def paid_at_the_gateway(by: Actor, variant: UUID) -> tuple[str, payments.Charge, Standing]:
    """Order, and pay in the sandbox without anybody here hearing of it; return the code, the charge and its standing."""
    code = orders.ordered(by, variant).code
    charge = payments.latest(queries.own_order(code, by).reference)
    assert charge is not None
    assert charge.pay_path is not None
    payment_services.decide(charge.pay_path.rpartition("/")[2], SandboxState.PAID)
    standing = payment_services.fetched(charge)
    assert standing is not None
    return code, charge, standing


@pytest.mark.parametrize("page_first", [True, False])
def test_the_page_and_the_message_of_one_payment_settle_it_once(
    live: Live, beside: Callable[[Callable[[], object]], None], page_first: bool
) -> None:
    variant, rina = catalog.basket(), orders.guest()
    code, charge, standing = paid_at_the_gateway(rina, variant)
    session.remove()
    there, go_on = threading.Event(), threading.Event()

    def by_page() -> None:
        settle(charge, standing)

    def by_message() -> None:
        payment_services.record(charge.id, standing)

    first, second = (by_page, by_message) if page_first else (by_message, by_page)

    @transactional
    def held() -> None:
        first()
        there.set()
        assert go_on.wait(PATIENCE)

    beside(held)
    assert there.wait(PATIENCE)
    beside(second)
    somebody_waits()
    go_on.set()

    for _turn in range(2_000):
        relay()
        if queries.own_order(code, rina).state == "paid":
            break
        threading.Event().wait(0.005)
    told = session.scalars(select(StoredEvent.name)).all()
    assert told.count(OrderPaid.name()) == 1
    assert tuple(session.execute(select(Stock.on_hand, Stock.reserved)).one()) == (9, 0)
    assert [said for check in verifiers for said in check()] == []


def test_the_order_is_locked_before_its_charge(
    live: Live, beside: Callable[[Callable[[], object]], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    rina = orders.guest()
    code, charge, standing = paid_at_the_gateway(rina, catalog.basket())
    session.remove()
    there, go_on, recorded = threading.Event(), threading.Event(), []
    record = payment_services.record

    def counted(charge_id: UUID, standing: Standing) -> str:
        recorded.append(charge_id)
        return record(charge_id, standing)

    monkeypatch.setattr(payment_services, "record", counted)

    @transactional
    def somebody_else() -> None:
        session.execute(select(Order).where(Order.code == code).with_for_update())
        there.set()
        assert go_on.wait(PATIENCE)
        session.execute(select(Charge).where(Charge.id == charge.id).with_for_update())

    beside(somebody_else)
    assert there.wait(PATIENCE)
    beside(lambda: settle(charge, standing))
    somebody_waits()
    go_on.set()
    for _turn in range(2_000):
        if queries.own_order(code, rina).state == "paid":
            break
        threading.Event().wait(0.005)
    assert recorded == [charge.id], "no deadlock had to be broken"


def test_a_code_that_is_taken_gives_way_to_another(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    taken = orders.ordered(orders.guest(), catalog.basket()).code
    codes = iter([taken, taken, "ZZZZ9999"])
    monkeypatch.setattr(writing, "short_code", lambda: next(codes))
    rina = orders.guest()
    placed = orders.ordered(rina, catalog.basket(name="Bakul"))
    assert placed.code == "ZZZZ9999"
    assert [part.number for part in queries.own_order("ZZZZ9999", rina).parts] == [1]
    assert session.scalar(select(func.count()).select_from(Suborder)) == 2


def test_a_state_that_somebody_changed_meanwhile_is_not_moved_from(app: Flask) -> None:
    """Guard (R26.3): the state a thing comes from, in WHERE."""
    code = orders.ordered(orders.guest(), catalog.basket()).code

    @transactional
    def late() -> None:
        order = session.execute(select(Order).where(Order.code == code)).scalar_one()
        session.execute(
            update(Order).where(Order.code == code).values(state="review").execution_options(synchronize_session=False)
        )
        assert order.state == OrderState.PLACED
        order.move(OrderState.CANCELLED, by=SYSTEM)

    with pytest.raises(Conflict):
        late()
    assert session.scalar(select(Order.state)) == "placed", "and all of the transaction went back"


def test_an_order_is_not_paid_while_one_of_its_parts_cannot_begin(app: Flask) -> None:
    first, _second, third = orders.two_shops()
    rina = orders.guest()
    code = orders.ordered(rina, first, third).code
    reference = queries.own_order(code, rina).reference

    @transactional
    def forge() -> None:
        forged = update(Suborder).where(Suborder.number == 2).values(state=PartState.READY)
        session.execute(forged.execution_options(synchronize_session=False))

    forge()
    with pytest.raises(Conflict):
        services.mark_paid(reference)
    assert [part.state for part in queries.own_order(code, rina).parts] == ["waiting_payment", "ready"]
    assert session.scalars(select(Move.now).where(Move.now.in_(("paid", "new")))).all() == []


def test_what_is_not_sold_any_more_cannot_be_put_into_a_cart(app: Flask) -> None:
    variant, rina = catalog.basket(), orders.guest()
    shelves.stop(offers([variant])[variant].product_id, by=SYSTEM)
    with pytest.raises(Invalid) as refused:
        services.put(variant, 1, by=rina)
    assert list(refused.value.fields) == ["jumlah"]
    assert queries.cart(rina).groups == ()
