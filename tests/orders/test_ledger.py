"""What a paid order's money does in the ledger: each part has its share, and nothing is left over (R8)."""

from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, text

from marketplace.kernel.access import SYSTEM, Actor
from marketplace.kernel.db import session, transactional
from marketplace.kernel.errors import Conflict
from marketplace.kernel.outbox import relay
from marketplace.orders import queries, services
from marketplace.orders.models import Suborder
from marketplace.payments import queries as payments
from marketplace.payments import services as payment_services
from marketplace.payments.models import Entry, SandboxState
from tests.factories import catalog, orders
from tests.orders.test_doubt import broken, reviewed, told_of


def brought(by: Actor) -> str:
    """Return a paid order of two shops, one of which brings its goods."""
    first, _second, third = orders.two_shops()
    services.put(first, 2, by=by)
    services.put(third, 1, by=by)
    group = queries.cart(by).groups[0]
    services.choose_delivery(group.seller.id, queries.Wish("own"), by=by)
    code = services.buy(orders.checkout(queries.cart(by).total.amount), by=by).code
    orders.decided(code, by)
    return code


def parts_of(code: str, by: Actor) -> dict[UUID, int]:
    order = queries.own_order(code, by).id
    found = session.execute(select(Suborder.id, Suborder.total_idr).where(Suborder.order_id == order))
    return {row.id: row.total_idr.amount for row in found}


def lies(key: str) -> int:
    return payments.balance(key).amount


def test_each_part_has_its_share_and_nothing_is_left(app: Flask) -> None:
    rina = orders.guest()
    code = brought(rina)
    parts = parts_of(code, rina)
    order = queries.own_order(code, rina)

    assert {part: lies(f"held:{part}") for part in parts} == parts
    assert sum(parts.values()) == order.total.amount == 145_000
    assert lies(f"ref:{order.id}") == 0
    kinds = sorted(session.scalars(select(Entry.kind).where(Entry.ref == str(order.id))))
    assert kinds == ["charge", "goods", "goods", "shipping"]
    assert broken() == []


def test_news_told_again_posts_nothing_again(app: Flask) -> None:
    rina = orders.guest()
    code = brought(rina)
    before = list(payments.transfer_facts())
    for _time in range(3):
        services.mark_paid(queries.own_order(code, rina).reference)
        relay()
    assert list(payments.transfer_facts()) == before


def test_an_order_let_go_on_by_a_person_has_its_shares_too(app: Flask) -> None:
    rina = orders.guest()
    code = reviewed(rina)
    assert list(payments.transfer_facts()) == [], "money in review is in no account"
    services.settle_reviewed(code, "Sudah dicek.", by=SYSTEM)
    assert {part: lies(f"held:{part}") for part in parts_of(code, rina)} == parts_of(code, rina)
    assert broken() == []


def test_money_that_came_too_late_is_on_no_account_in_the_end(app: Flask) -> None:
    rina, quicker, variant = orders.guest(), orders.guest(), catalog.basket(stock=1)
    code = orders.ordered(rina, variant).code
    orders.decided(code, rina, SandboxState.FAILED)
    orders.paid(quicker, variant)
    late = payments.latest(queries.own_order(code, rina).reference)
    assert late is not None
    told_of(late)
    assert lies(f"ref:{late.reference}") == 45_000, "settled, and its order has not heard of it"
    relay()
    assert lies(f"ref:{late.reference}") == 0
    assert [lies(f"held:{part}") for part in parts_of(code, rina)] == [0]
    assert broken() == []


FORGED = (
    "INSERT INTO payments_entries"
    " SELECT 'pay:x:y:goods', debit, credit, 7, kind, ref, '', NULL, at FROM payments_entries WHERE kind = 'shipping'"
)
FORGERIES = {
    "is missing": (
        "ALTER TABLE payments_entries DISABLE TRIGGER payments_entries_append_only",
        "DELETE FROM payments_entries WHERE kind = 'shipping'",
    ),
    "stands for nothing that happened": (FORGED,),
    "should have": ("UPDATE payments_accounts SET debited_idr = debited_idr + 1 WHERE kind = 'held'",),
    "given to nobody": ("UPDATE payments_accounts SET credited_idr = credited_idr + 9 WHERE kind = 'ref'",),
}


@pytest.mark.parametrize("said", FORGERIES)
def test_verify_finds_shares_that_are_not_the_orders(app: Flask, said: str) -> None:
    brought(orders.guest())
    assert broken() == []

    @transactional
    def forge() -> None:
        for statement in FORGERIES[said]:
            session.execute(text(statement))

    forge()
    assert any(said in one for one in queries.broken()), list(queries.broken())


def test_a_paid_orders_money_is_not_paid_back_past_its_parts(app: Flask) -> None:
    """It lies with the parts; only who takes it from there may send it back."""
    rina = orders.guest()
    code = brought(rina)
    charge = payments.latest(queries.own_order(code, rina).reference)
    assert charge is not None
    for act in (
        lambda: payment_services.pay_back(charge.id, "x", by=rina),
        lambda: payment_services.take(charge.id, charge.amount, "x", by=rina),
    ):
        with pytest.raises(Conflict) as refused:
            act()
        assert refused.value.code == "short"
    assert payments.charge(charge.id).refunded.amount == 0
    assert payments.refunds_of(charge.id) == ()
    assert broken() == []
