"""The life of a paid part: deadlines that act by themselves, calling off with money and goods, and completion."""

import pytest
from flask import Flask

from marketplace.kernel.access import SYSTEM
from marketplace.kernel.errors import Conflict, Invalid, NotFound
from marketplace.kernel.outbox import relay
from marketplace.orders import queries, services
from marketplace.orders.models import PartState
from marketplace.orders.queries.telling import REASONS
from marketplace.payments import queries as payments
from marketplace.testing.plugin import TestClock
from tests.factories import catalog, orders, sellers
from tests.orders.living import NOON, at, bought, lies, part, refund_fails, row, sent, whole
from tests.orders.paying import charge_of, shelf


def test_a_part_that_its_shop_does_not_answer_is_paid_back_with_its_goods(app: Flask, clock: TestClock) -> None:
    clock.set(NOON)
    code, rina, _siti, basket = bought()
    assert at(clock, "2026-11-28T11:59:59+07:00") == 0, "not a second early"
    assert at(clock, "2026-11-28T12:00:00+07:00") == 1
    assert at(clock, "2026-11-28T12:00:00+07:00") == 0
    relay()

    assert part(code, rina).state == "cancelled"
    assert shelf(basket) == (10, 0)
    charge = charge_of(code, rina)
    assert charge.refunded == charge.amount
    assert [refund.state for refund in payments.refunds_of(charge.id)] == ["succeeded"]
    assert lies(f"held:{part(code, rina).id}") == lies(f"ref:{charge.reference}") == 0
    assert whole() == []


def test_a_buyer_calls_off_what_the_shop_has_not_begun_and_only_that(app: Flask) -> None:
    first, _second, third = orders.two_shops()
    rina = orders.guest()
    code = orders.paid(rina, first, third)
    assert services.cancel_part(code, 1, by=rina) == code
    services.cancel_part(code, 1, by=rina)
    relay()
    one, other = queries.own_order(code, rina).parts
    assert (one.state, one.refunded, other.state, other.refunded.amount) == ("cancelled", one.total, "new", 0)
    assert charge_of(code, rina).refunded == one.total, "the other shop's money stays where it is"
    assert (shelf(first), shelf(third)) == ((10, 0), (9, 0))
    assert lies(f"held:{other.id}") == other.total.amount
    assert whole() == []


def test_a_buyer_cannot_call_off_what_is_begun_nor_what_is_not_theirs(app: Flask) -> None:
    """Guard (R26.3): only what its shop has not begun is called off."""
    code, rina, siti, basket = bought()
    with pytest.raises(NotFound):
        services.cancel_part(code, 1, by=orders.guest())
    services.advance(f"{code}-1", PartState.ACCEPTED, by=siti)
    with pytest.raises(Conflict):
        services.cancel_part(code, 1, by=rina)
    assert (part(code, rina).state, shelf(basket)) == ("accepted", (9, 0))


def test_a_shop_calls_off_with_a_reason_that_its_buyer_reads(app: Flask) -> None:
    code, rina, siti, basket = bought()
    services.advance(f"{code}-1", PartState.READY, by=siti)
    with pytest.raises(NotFound):
        services.decline(f"{code}-1", "closed", by=sellers.runs(sellers.shop(name="Lain", phone="081388887777")))
    services.decline(f"{code}-1", "sold_out: habis tadi pagi", by=siti)
    services.decline(f"{code}-1", "closed", by=siti)
    over = next(step for step in part(code, rina).steps if step.state == "cancelled")
    assert (over.detail, over.note) == (REASONS["sold_out"], "habis tadi pagi")
    assert shelf(basket) == (10, 0)
    relay()
    assert whole() == []


def test_what_is_on_its_way_is_not_called_off_but_what_came_back_is(app: Flask) -> None:
    code, rina, siti, basket = bought("own")
    sent(code, siti)
    with pytest.raises(Conflict):
        services.decline(f"{code}-1", "sold_out", by=siti)
    services.not_delivered(f"{code}-1", "nobody", by=siti)
    with pytest.raises(Conflict):
        services.receive(code, 1, by=rina)
    sent(code, siti)
    services.not_delivered(f"{code}-1", "address", by=siti)
    services.decline(f"{code}-1", "other: alamat tidak ada", by=siti)
    relay()
    assert (part(code, rina).state, shelf(basket)) == ("cancelled", (10, 0))
    assert whole() == []


def test_what_was_sent_counts_as_received_and_is_completed_by_itself(app: Flask, clock: TestClock) -> None:
    clock.set(NOON)
    shop = sellers.shop(trusted=True)
    code, rina, siti, _basket = bought("own", of=shop)
    sent(code, siti)
    assert at(clock, "2026-12-04T11:59:00+07:00") == 0
    assert at(clock, "2026-12-04T12:00:00+07:00") == 1
    assert part(code, rina).state == "received"
    assert at(clock, "2026-12-06T11:59:00+07:00") == 0
    assert at(clock, "2026-12-06T12:00:00+07:00") == 1
    done = part(code, rina)
    assert done.state == "completed"
    assert (lies(f"held:{done.id}"), lies(f"payable:{shop.id}")) == (0, done.total.amount - 900)
    assert services.receive(code, 1, by=rina) == code, "a press that comes late is no error"
    assert whole() == []


def test_food_is_completed_after_six_hours_and_goods_after_two_days(app: Flask, clock: TestClock) -> None:
    shop = sellers.shop(trusted=True)
    rina = orders.guest()
    clock.set(NOON)
    code = orders.paid(rina, catalog.variants(catalog.product(catalog.shallots(), of=shop))[0])
    services.advance(f"{code}-1", PartState.READY, by=sellers.runs(shop))
    services.receive(code, 1, by=rina)
    assert at(clock, "2026-11-27T17:59:00+07:00") == 0
    assert at(clock, "2026-11-27T18:00:00+07:00") == 1
    assert part(code, rina).state == "completed"


def test_a_deadline_stands_with_the_state_it_belongs_to(app: Flask, clock: TestClock) -> None:
    clock.set(NOON)
    code, rina, siti, _basket = bought("own")
    seen = [(row(code, rina).state, row(code, rina).due_what)]
    for to in (PartState.ACCEPTED, PartState.READY):
        services.advance(f"{code}-1", to, by=siti)
        seen.append((row(code, rina).state, row(code, rina).due_what))
    sent(code, siti)
    seen.append((row(code, rina).state, row(code, rina).due_what))
    services.receive(code, 1, by=rina)
    seen.append((row(code, rina).state, row(code, rina).due_what))
    assert seen == [
        ("new", "answer"), ("accepted", "send"), ("ready", "send"), ("shipped", "arrive"), ("received", "settle"),
    ]  # fmt: skip
    at(clock, "2026-12-30T12:00:00+07:00")
    assert (row(code, rina).due_at, row(code, rina).due_what) == (None, None)


def test_a_hand_over_leaves_a_trace(app: Flask) -> None:
    code, rina, siti, _basket = bought("own")
    with pytest.raises(Invalid) as refused:
        services.advance(f"{code}-1", PartState.SHIPPED, by=siti)
    assert list(refused.value.fields) == ["resi"]
    shown = services.HandOver(handed_to="Pak Budi, satpam")
    services.advance(f"{code}-1", PartState.SHIPPED, by=siti, shown=shown)
    step = next(step for step in part(code, rina).steps if step.name == "shipped")
    assert step.detail == "Pak Budi, satpam"


def test_who_came_for_it_is_written_down(app: Flask) -> None:
    code, rina, siti, _basket = bought()
    services.advance(f"{code}-1", PartState.READY, by=siti)
    with pytest.raises(Invalid) as refused:
        services.advance(f"{code}-1", PartState.RECEIVED, by=siti)
    assert list(refused.value.fields) == ["penerima"]
    shown = services.HandOver(handed_to="Rina")
    services.advance(f"{code}-1", PartState.RECEIVED, by=siti, shown=shown)
    assert part(code, rina).state == "received"
    brought, _rina, joko, _other = bought("own", of=sellers.shop(trusted=True, name="Joko", phone="081299990000"))
    services.advance(f"{brought}-1", PartState.READY, by=joko)
    with pytest.raises(Conflict):
        services.advance(f"{brought}-1", PartState.RECEIVED, by=joko, shown=shown)


def test_a_refund_that_failed_is_the_parts_money_again_and_is_tried_anew(app: Flask) -> None:
    code, rina, siti, _basket = bought()
    services.decline(f"{code}-1", "closed", by=siti)
    relay()
    charge = charge_of(code, rina)
    with pytest.raises(Conflict):
        services.repay(f"{code}-1", "sudah dicek", by=SYSTEM)
    refund_fails(charge)
    relay()
    mine = part(code, rina)
    assert (mine.refunded.amount, lies(f"held:{mine.id}")) == (0, mine.total.amount)
    assert [said for said in whole() if "not paid back" in said] != []
    services.repay(f"{code}-1", "bank sudah dihubungi", by=SYSTEM)
    relay()
    assert part(code, rina).refunded == mine.total
    assert whole() == []
