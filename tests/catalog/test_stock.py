"""Stock and reservations: all lines or none, closed once, never below zero, and the sums always right."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from marketplace.catalog import slots
from marketplace.catalog.events import StockChanged
from marketplace.catalog.models import Product, Reservation, Stock, Variant
from marketplace.catalog.queries import MOST_AT_ONCE, offers
from marketplace.catalog.queries.checks import broken
from marketplace.catalog.services import Count, StockLine, consume, reap, release, reserve, stock_set
from marketplace.kernel import clock as now_clock
from marketplace.kernel.db import session
from marketplace.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from marketplace.kernel.ids import uuid7
from marketplace.kernel.models import AuditEntry
from marketplace.kernel.money import Rupiah
from tests.factories import catalog, sellers

HOUR = timedelta(hours=1)


def until():
    return now_clock.now() + HOUR


def counters(variant):
    return tuple(session.execute(select(Stock.on_hand, Stock.reserved).where(Stock.variant_id == variant)).one())


@pytest.fixture
def basket(app):
    return catalog.basket(stock=10)


def test_holding_and_paying_takes_the_goods_off_the_shelf(basket):
    reserve("JKP-1", [StockLine(basket, 4)], until=until())
    assert counters(basket) == (10, 4)
    assert offers([basket])[basket].available == 6
    assert consume("JKP-1") == 1
    assert counters(basket) == (6, 0)
    assert list(broken()) == []


def test_letting_go_gives_the_goods_back(basket):
    reserve("JKP-1", [StockLine(basket, 4)], until=until())
    assert release("JKP-1", "cancelled") == 1
    assert counters(basket) == (10, 0)
    assert list(broken()) == []


def test_a_reservation_is_closed_once_whoever_comes_second(basket):
    """Guard (R26.3): state = 'held', in CLOSE."""
    reserve("JKP-1", [StockLine(basket, 4)], until=until())
    assert consume("JKP-1") == 1
    assert release("JKP-1", "expired") == 0
    assert consume("JKP-1") == 0
    assert counters(basket) == (6, 0)


def test_all_lines_or_none_and_the_answer_says_what_is_left(basket):
    """Guards (R26.3): what is free, in RESERVE; all lines or none, in RESERVE."""
    shop = sellers.shop(name="Kriya Rawa Belong", trusted=True)
    scarce = catalog.basket(stock=1, name="Ondel-ondel Kecil", of=shop)
    with pytest.raises(Conflict) as refused:
        reserve("JKP-1", [StockLine(basket, 2), StockLine(scarce, 3)], until=until())
    assert refused.value.code == "sold_out"
    assert refused.value.facts["short"] == [{"variant_id": str(scarce), "name": "Ondel-ondel Kecil", "left": 1}]
    assert counters(basket) == (10, 0)
    assert session.execute(select(Reservation)).first() is None


def test_the_same_thing_in_two_lines_counts_together(basket):
    with pytest.raises(Conflict):
        reserve("JKP-1", [StockLine(basket, 6), StockLine(basket, 5)], until=until())
    reserve("JKP-2", [StockLine(basket, 6), StockLine(basket, 4)], until=until())
    assert counters(basket) == (10, 10)


@pytest.mark.parametrize("forged", [{"reserved": 11}, {"reserved": -1}, {"on_hand": -1}])
def test_the_database_itself_keeps_more_than_there_is_out(basket, forged):
    """Whoever forgets the look at what is free hears it from PostgreSQL (R4.1).

    Guard (R26.3): reserved <= on_hand, in the table of stock.
    """
    with pytest.raises(IntegrityError):
        session.execute(update(Stock).where(Stock.variant_id == basket).values(**forged))


def test_a_reference_reserves_once(basket):
    """Guard (R26.3): one reservation of a reference, variant and pool."""
    reserve("JKP-1", [StockLine(basket, 1)], until=until())
    with pytest.raises(Conflict) as refused:
        reserve("JKP-1", [StockLine(basket, 1)], until=until())
    assert refused.value.code == "reserved"
    assert counters(basket) == (10, 1)


def test_none_of_a_thing_and_things_that_are_not_there_are_refused(basket):
    with pytest.raises(Invalid):
        reserve("JKP-1", [StockLine(basket, 0)], until=until())
    with pytest.raises(Conflict) as refused:
        reserve("JKP-1", [StockLine(uuid7(), 1)], until=until())
    assert refused.value.facts["short"][0]["left"] == 0
    reserve("JKP-1", [], until=until())


def test_what_is_made_to_order_has_no_end_but_is_still_held_and_closed(app):
    made = catalog.product(catalog.listing(made_to_order=True, lead_days=2, variants=[{"price_idr": 25_000}]))
    [variant] = catalog.variants(made)
    assert offers([variant])[variant].available == MOST_AT_ONCE
    reserve("JKP-1", [StockLine(variant, 40)], until=until())
    assert counters(variant) == (0, 0)
    assert consume("JKP-1") == 1
    assert counters(variant) == (0, 0)
    assert list(broken()) == []


def test_a_seller_cannot_count_below_what_is_promised(app):
    """Guard (R26.3): a count below what is reserved."""
    shop = sellers.shop(trusted=True)
    variant = catalog.basket(stock=10, of=shop)
    reserve("JKP-1", [StockLine(variant, 4)], until=until())
    owner = sellers.runs(shop)
    with pytest.raises(Invalid) as refused:
        stock_set(shop.id, [Count(variant, 3)], by=owner)
    assert refused.value.fields["on_hand"][0].parts["reserved"] == 4
    stock_set(shop.id, [Count(variant, 4)], by=owner)
    assert counters(variant) == (4, 4)
    assert list(broken()) == []


def test_counting_by_hand_is_written_down(app, outbox):
    shop = sellers.shop(trusted=True)
    variant = catalog.basket(stock=10, of=shop)
    stock_set(shop.id, [Count(variant, 12)], by=sellers.runs(shop), reason="new batch")
    stock_set(shop.id, [Count(variant, 12)], by=sellers.runs(shop))
    told = session.execute(select(AuditEntry.content)).scalars()
    entries = [content for content in told if content["action"] == "stock.set"]
    assert [(one["before"], one["after"]) for one in entries] == [
        ({"on_hand": 10}, {"on_hand": 12, "reason": "new batch"})
    ]
    assert [told["free"] for told in outbox.named(StockChanged)] == [12]


def test_only_the_shop_itself_counts(app):
    """Guards (R26.3): whose shelf is counted; the shop's own variants, when it counts."""
    mine, other = sellers.shop(trusted=True), sellers.shop(name="Toko lain")
    basket = catalog.basket(of=mine)
    with pytest.raises(NotAllowed):
        stock_set(mine.id, [Count(basket, 1)], by=sellers.runs(other))
    for unknown in (basket, uuid7()):
        with pytest.raises(NotFound):
            stock_set(other.id, [Count(unknown, 1)], by=sellers.runs(other))
    assert counters(basket) == (10, 0)


def test_selling_out_and_coming_back_is_told(basket, outbox):
    reserve("JKP-1", [StockLine(basket, 9)], until=until())
    assert outbox.named(StockChanged) == []
    reserve("JKP-2", [StockLine(basket, 1)], until=until())
    release("JKP-2", "cancelled")
    release("JKP-1", "cancelled")
    assert [told["free"] for told in outbox.named(StockChanged)] == [0, 1]


def test_the_reaper_releases_what_is_past_its_time(basket, clock):
    """Guard (R26.3): expires_at <= now, of the reaper."""
    reserve("JKP-1", [StockLine(basket, 4)], until=until())
    reserve("JKP-2", [StockLine(basket, 1)], until=until() + HOUR)
    assert reap() == 0
    clock.set("2026-11-27T10:00:00+07:00")
    assert reap() == 1
    assert reap() == 0
    assert counters(basket) == (10, 1)
    closed = session.execute(select(Reservation.state, Reservation.cause).where(Reservation.reference == "JKP-1")).one()
    assert tuple(closed) == ("released", "expired")


def test_the_reaper_leaves_what_can_still_be_paid(basket, clock, monkeypatch):
    """Guard (R26.3): what can still be paid, of the reaper."""
    reserve("JKP-1", [StockLine(basket, 4)], until=until())
    reserve("JKP-2", [StockLine(basket, 1)], until=until())
    clock.set("2026-11-27T12:00:00+07:00")
    monkeypatch.setattr(slots, "payable", [lambda references: frozenset(references) & {"JKP-1"}])
    assert reap() == 1
    assert counters(basket) == (10, 4)


def test_the_reaper_gets_through_any_number(app, clock, monkeypatch):
    monkeypatch.setattr("marketplace.catalog.services.stock.REAPED_AT_ONCE", 3)
    variant = catalog.basket(stock=10)
    for number in range(10):
        reserve(f"JKP-{number}", [StockLine(variant, 1)], until=until())
    clock.set("2026-11-27T12:00:00+07:00")
    assert reap() == 10
    assert counters(variant) == (10, 0)


@pytest.mark.parametrize(
    "harm",
    [
        update(Stock).values(reserved=1),
        update(Stock).values(on_hand=11),
        update(Product).values(price_idr=Rupiah(1)),
        update(Variant).values(price_idr=Rupiah(1)),
    ],
)
def test_what_does_not_add_up_is_found(basket, harm):
    session.execute(harm)
    assert list(broken())
