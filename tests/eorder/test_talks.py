"""Negotiation: offers by turns, agreeing to the newest, and a clock that speaks up before anything ends (R11.4)."""

import threading
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from sqlalchemy.exc import DBAPIError

from marketplace.eorder import queries, services
from marketplace.eorder.forms import AgreeIn, OfferIn, ReasonIn, SendIn
from marketplace.eorder.models import SHOP, Offer, Order, OrderState
from marketplace.eorder.models.acts import PP
from marketplace.kernel.access import SYSTEM
from marketplace.kernel.db import session, transactional
from marketplace.kernel.errors import Conflict, Invalid
from marketplace.kernel.money import Rupiah
from marketplace.testing.plugin import Live, TestClock
from tests.factories import eorder as of
from tests.orders.test_races import PATIENCE, somebody_waits

WHY = ReasonIn(alasan="Tidak ada titik temu")


def seen(case: of.Case) -> queries.OrderView:
    return queries.order(case.code, SYSTEM)


def at(case: of.Case, price: int, freight: int = 0) -> OfferIn:
    line = seen(case).lines[0].id
    told = {"harga": [{"baris": str(line), "harga": price}], "ongkir": freight}
    return OfferIn.model_validate(told)


def talking(price: int = 30_000, **changes: object) -> of.Case:
    of.method()
    case = of.order_in(OrderState.DRAFT, **changes)
    services.negotiate(case.code, at(case, price), by=case.by(PP))
    return case


def newest(case: of.Case) -> AgreeIn:
    found = session.query(Offer).filter_by(order_id=case.order_id).order_by(Offer.turn.desc()).first()
    assert found is not None
    return AgreeIn(penawaran=found.id)


def test_office_and_shop_offer_by_turns_and_the_price_they_agree_on_is_the_orders(app: Flask) -> None:
    case = talking(30_000)
    assert (seen(case).state, seen(case).waits_for) == (OrderState.NEGOTIATION, (SHOP,))
    services.offer(case.code, at(case, 31_500), by=case.by(SHOP))
    assert seen(case).waits_for == (PP,)
    services.offer(case.code, at(case, 31_000), by=case.by(PP))
    services.agree(case.code, newest(case), by=case.by(SHOP))
    found = seen(case)
    assert (found.state, found.total, found.lines[0].price) == (OrderState.DRAFT, Rupiah(1_240_000), Rupiah(31_000))
    assert found.agreed_id == newest(case).penawaran
    prices = [list(row.prices.values()) for row in session.query(Offer).order_by(Offer.turn)]
    assert prices == [[30_000], [31_500], [31_000]]  # Nothing was edited on the way.
    with pytest.raises(Conflict) as refused:
        services.negotiate(case.code, at(case, 30_000), by=case.by(PP))
    assert refused.value.code == "agreed"
    services.send(case.code, SendIn(), by=case.by(PP))
    assert seen(case).total == Rupiah(1_240_000)


@pytest.mark.parametrize("freight", [0, 10_000])
def test_a_shop_that_brings_it_for_money_brings_it_for_less(app: Flask, freight: int) -> None:
    case = of.order_in(OrderState.DRAFT, shipping_idr=Rupiah(20_000), total_idr=Rupiah(1_300_000))
    of.method()
    services.negotiate(case.code, at(case, 31_000, freight), by=case.by(PP))
    services.agree(case.code, newest(case), by=case.by(SHOP))
    assert (seen(case).shipping, seen(case).total) == (Rupiah(freight), Rupiah(1_240_000 + freight))


def test_only_the_newest_offer_of_the_other_side_is_agreed_to(app: Flask) -> None:
    """Guards (R26.3): accepting names the newest open offer (R11.4); nobody agrees to their own offer."""
    case = talking()
    old = newest(case)
    with pytest.raises(Conflict) as refused:
        services.agree(case.code, old, by=case.by(PP))
    assert refused.value.code == "own_offer"
    services.offer(case.code, at(case, 31_500), by=case.by(SHOP))
    with pytest.raises(Conflict) as refused:
        services.agree(case.code, old, by=case.by(PP))
    assert refused.value.code == "stale"
    assert seen(case).total == Rupiah(1_280_000)


def test_nobody_offers_twice_in_a_row(app: Flask) -> None:
    """Guard (R26.3): offers by turns."""
    case = talking()
    with pytest.raises(Conflict) as refused:
        services.offer(case.code, at(case, 29_000), by=case.by(PP))
    assert refused.value.code == "not_your_turn"


def test_no_offer_is_above_what_everybody_pays_nor_dearer_in_all(app: Flask) -> None:
    """Guards (R26.3): no offer above what everybody pays; a negotiation never makes it dearer in all."""
    case = talking()
    with pytest.raises(Invalid) as wrong:
        services.offer(case.code, at(case, 32_001), by=case.by(SHOP))
    assert list(wrong.value.fields) == ["harga-0-harga"]
    with pytest.raises(Invalid) as wrong:
        services.offer(case.code, at(case, 32_000, freight=1), by=case.by(SHOP))
    assert list(wrong.value.fields) == ["ongkir"]
    services.offer(case.code, at(case, 31_000, freight=40_000), by=case.by(SHOP))
    of.reprice(seen(case).lines[0].variant_id, 29_000)
    with pytest.raises(Invalid):  # It costs everybody less by now.
        services.offer(case.code, at(case, 29_500), by=case.by(PP))


def test_what_is_broken_off_is_a_draft_at_the_price_it_had(app: Flask) -> None:
    case = talking()
    services.break_off(case.code, WHY, by=case.by(PP))
    assert (seen(case).state, seen(case).total, seen(case).agreed_id) == (OrderState.DRAFT, Rupiah(1_280_000), None)
    services.negotiate(case.code, at(case, 31_000), by=case.by(PP))
    assert [row.turn for row in session.query(Offer).order_by(Offer.turn)] == [1, 2]


def test_an_offer_of_another_order_is_no_offer_here(app: Flask) -> None:
    case, other = talking(), talking()
    with pytest.raises(Conflict) as refused:
        services.agree(case.code, newest(other), by=case.by(SHOP))
    assert refused.value.code == "stale"


def test_the_clock_reminds_hands_over_and_only_then_lets_it_end(app: Flask, clock: TestClock) -> None:
    clock.set("2026-11-23T08:00+07:00")  # A Monday; the method gives one working day.
    case = talking()
    order = session.get_one(Order, case.order_id)

    def told() -> tuple[int, str]:
        services.deadlines()
        session.refresh(order)
        return order.nudged, str(order.state)

    assert told() == (0, "negotiation")
    clock.set("2026-11-24T08:00+07:00")
    assert told() == (1, "negotiation")
    assert told() == (1, "negotiation")
    clock.set("2026-11-24T12:30+07:00")
    assert told() == (2, "negotiation")
    clock.set("2026-11-24T16:59+07:00")
    assert told() == (2, "negotiation")
    clock.set("2026-11-24T17:00+07:00")
    assert told() == (0, "expired")


def test_a_clock_that_stood_still_gives_a_working_day_after_the_hand_over(app: Flask, clock: TestClock) -> None:
    """Guard (R26.3): nothing ends before who stands behind was told."""
    clock.set("2026-11-23T08:00+07:00")
    case = talking()
    clock.set("2026-11-27T18:00+07:00")  # Friday evening, long after its time.
    for _sweep in range(3):
        services.deadlines()
    assert (seen(case).state, seen(case).due_at) == (OrderState.NEGOTIATION, queries.closing(date(2026, 11, 30)))
    clock.set("2026-11-30T17:00+07:00")
    services.deadlines()
    assert seen(case).state == OrderState.EXPIRED


@pytest.fixture
def beside(live: Live) -> Callable[[Callable[[], object], list[str]], threading.Thread]:
    """Start work in a thread of the site, and note what it was answered."""

    def start(work: Callable[[], object], answers: list[str]) -> threading.Thread:
        def run() -> None:
            with live.app.app_context():
                try:
                    work()
                    answers.append("done")
                except Conflict as refused:
                    answers.append(refused.code)
                except DBAPIError as failure:
                    answers.append(type(failure).__name__)
                finally:
                    session.remove()

        thread = threading.Thread(target=run)
        thread.start()
        return thread

    return start


@pytest.mark.parametrize("agrees_first", [True, False])
def test_of_two_who_agree_and_offer_at_once_one_wins(
    live: Live, beside: Callable[[Callable[[], object], list[str]], threading.Thread], agrees_first: bool
) -> None:
    """Guard (R26.3): the order is locked before its newest offer is read."""
    case = talking()
    siti, seen_by_siti, counter = case.by(SHOP), newest(case), at(case, 31_500)
    session.remove()
    there, go_on = threading.Event(), threading.Event()
    acts: list[Callable[[], object]] = [
        lambda: services.agree(case.code, seen_by_siti, by=siti),
        lambda: services.offer(case.code, counter, by=siti),
    ]
    first, second = acts if agrees_first else reversed(acts)

    @transactional
    def held() -> None:
        first()
        there.set()
        assert go_on.wait(PATIENCE)

    answers: list[str] = []
    one = beside(held, answers)
    assert there.wait(PATIENCE)
    other = beside(second, answers)
    somebody_waits()
    go_on.set()
    for thread in (one, other):
        thread.join(PATIENCE)
    assert answers == ["done", "state" if agrees_first else "stale"]
    with live.app.app_context():
        assert session.query(Offer).count() == (1 if agrees_first else 2)
