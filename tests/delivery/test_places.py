"""The places of a day: never too many, taken once, given back once, whoever comes at the same moment."""

import threading
from collections import Counter
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from marketplace.delivery.events import DayFilled
from marketplace.delivery.models import Booking, Day
from marketplace.delivery.queries import broken
from marketplace.delivery.services import book, give_back, keep
from marketplace.kernel.db import session, transactional
from marketplace.kernel.errors import Conflict
from tests.factories import delivery
from tests.factories.delivery import place

PATIENCE = 20
FRIDAY = date(2026, 11, 27)


def taken(one, day=FRIDAY, slot=""):
    found = session.execute(
        select(Day.orders_taken, Day.units_taken).where(Day.seller_id == one.id, Day.day == day, Day.slot == slot)
    ).one_or_none()
    session.rollback()
    return (0, 0) if found is None else tuple(found)


def refused(reference, *places):
    with pytest.raises(Conflict) as conflict:
        book(reference, places)
    return conflict.value


def together(site, *works):
    """Run these at once, each in a thread of the site; return what came of them, in any order."""
    session.remove()
    gate, outcomes = threading.Barrier(len(works)), []

    def run(work):
        with site.app.app_context():
            try:
                gate.wait(PATIENCE)
                outcomes.append(work())
            except Conflict as conflict:
                outcomes.append(conflict.code)
            finally:
                session.remove()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
        assert not thread.is_alive()
    return Counter(outcomes)


def waiting_for_a_lock():
    """Wait until the database itself says that somebody waits for a row."""
    for _turn in range(2_000):
        asked = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
        there = session.connection().exec_driver_sql(asked).scalar()
        session.rollback()
        if there:
            return
        threading.Event().wait(0.005)
    raise AssertionError("nobody waits")


def test_a_day_takes_as_many_orders_as_the_shop_said(app):
    """Guard (R26.3): orders of a day, in BOOK."""
    one = delivery.shop()
    delivery.offers(one.id, daily_orders=2)
    book("JKP-1", [place(one, FRIDAY)])
    book("JKP-2", [place(one, FRIDAY)])
    conflict = refused("JKP-3", place(one, FRIDAY))
    assert conflict.code == "day_full"
    assert conflict.facts["full"] == [
        {"seller_id": str(one.id), "day": "2026-11-27", "slot": "", "orders_left": 0, "units_left": None}
    ]
    book("JKP-3", [place(one, FRIDAY + timedelta(days=1))])
    assert (taken(one), list(broken())) == ((2, 2), [])


def test_a_day_takes_as_many_units_as_the_shop_said_and_says_how_many_are_left(app):
    """Guard (R26.3): units of a day, in BOOK."""
    one = delivery.shop()
    delivery.offers(one.id, daily_units=10)
    book("JKP-1", [place(one, FRIDAY, units=7)])
    conflict = refused("JKP-2", place(one, FRIDAY, units=4))
    assert conflict.facts["full"][0]["units_left"] == 3
    book("JKP-2", [place(one, FRIDAY, units=3)])
    assert taken(one) == (2, 10)


def test_what_is_more_than_a_whole_day_is_refused_on_an_empty_one(app):
    """Guard (R26.3): units of an empty day, in BOOK."""
    one, closed = delivery.shop(), delivery.shop()
    delivery.offers(one.id, daily_units=10)
    delivery.offers(closed.id, daily_orders=0)
    assert refused("JKP-1", place(one, FRIDAY, units=11)).code == "day_full"
    assert refused("JKP-1", place(closed, FRIDAY)).code == "day_full"
    assert (taken(one), taken(closed)) == ((0, 0), (0, 0))


def test_a_full_slot_leaves_the_others_and_a_full_day_closes_all(app):
    one = delivery.shop()
    delivery.offers(one.id, daily_orders=2, slot_orders=1)
    book("JKP-1", [place(one, FRIDAY, slot="09-12")])
    assert refused("JKP-2", place(one, FRIDAY, slot="09-12")).facts["full"][0]["slot"] == "09-12"
    assert taken(one) == (1, 1)
    book("JKP-2", [place(one, FRIDAY, slot="13-16")])
    assert refused("JKP-3", place(one, FRIDAY, slot="16-18")).facts["full"][0]["slot"] == ""
    assert list(broken()) == []


def test_one_full_shop_leaves_the_places_of_the_others(app):
    """Also when who asked goes on in the same transaction."""
    one, full = delivery.shop(), delivery.shop()
    delivery.offers(full.id, daily_orders=0)

    @transactional
    def goes_on():
        refused("JKP-1", place(one, FRIDAY), place(full, FRIDAY))

    goes_on()
    assert (taken(one), session.scalars(select(Booking)).all(), list(broken())) == ((0, 0), [], [])


def test_the_same_booking_twice_takes_one_place(app):
    """Guard (R26.3): one place of a reference at a shop."""
    one, other = delivery.shop(), delivery.shop()
    book("JKP-1", [place(one, FRIDAY)])
    assert refused("JKP-1", place(one, FRIDAY)).code == "booked"
    assert refused("JKP-1", place(one, FRIDAY + timedelta(days=1))).code == "booked"
    assert refused("JKP-1", place(other, FRIDAY), place(one, FRIDAY)).code == "booked"
    assert (taken(one), taken(other)) == ((1, 1), (0, 0))
    give_back("JKP-1", "cancelled")
    assert refused("JKP-1", place(one, FRIDAY)).code == "booked"


def test_the_same_booking_twice_at_once_takes_one_place(live):
    one = delivery.shop()
    outcomes = together(live, *[lambda: book("JKP-1", [place(one, FRIDAY)])] * 4)
    assert outcomes == {None: 1, "booked": 3}
    assert (taken(one), list(broken())) == ((1, 1), [])


@pytest.mark.parametrize("first_keeps", [True, False])
@pytest.mark.parametrize("already", [0, 1])
def test_the_last_place_of_a_day_goes_to_one_of_two(live, first_keeps, already):
    """The second waits for the first, on the day's first place as on its last, and gets it if the first lets go."""
    one = delivery.shop()
    delivery.offers(one.id, daily_orders=already + 1)
    for number in range(already):
        book(f"JKP-0{number}", [place(one, FRIDAY)])
    session.remove()
    booked, decide, outcomes = threading.Event(), threading.Event(), []

    @transactional
    def first():
        book("JKP-1", [place(one, FRIDAY)])
        booked.set()
        assert decide.wait(PATIENCE)
        if not first_keeps:
            raise Conflict("changed_mind", "")

    def run(work):
        with live.app.app_context():
            try:
                outcomes.append(work())
            except Conflict as conflict:
                outcomes.append(conflict.code)
            finally:
                session.remove()

    threads = [threading.Thread(target=run, args=(first,))]
    threads[0].start()
    assert booked.wait(PATIENCE)
    threads.append(threading.Thread(target=run, args=(lambda: book("JKP-2", [place(one, FRIDAY)]),)))
    threads[1].start()
    waiting_for_a_lock()
    decide.set()
    for thread in threads:
        thread.join(PATIENCE)
        assert not thread.is_alive()
    assert Counter(outcomes) == ({None: 1, "day_full": 1} if first_keeps else {"changed_mind": 1, None: 1})
    assert (taken(one)[0], list(broken())) == (already + 1, [])


def test_many_buyers_of_two_shops_in_either_order_never_oversell(live):
    one, other = delivery.shop(), delivery.shop()
    for shop in (one, other):
        delivery.offers(shop.id, daily_orders=5)

    def buyer(number):
        places = [place(one, FRIDAY), place(other, FRIDAY)]
        return lambda: book(f"JKP-{number}", places if number % 2 else places[::-1])

    assert together(live, *[buyer(number) for number in range(12)]) == {None: 5, "day_full": 7}
    assert (taken(one)[0], taken(other)[0], list(broken())) == (5, 5, [])


def test_a_place_is_given_back_once(app):
    """Guard (R26.3): state of a place that is given back."""
    one, other = delivery.shop(), delivery.shop()
    delivery.offers(one.id, daily_orders=1)
    book("JKP-1", [place(one, FRIDAY, slot="09-12", units=3), place(other, FRIDAY)])
    assert give_back("JKP-1", "cancelled", one.id) == 1
    assert give_back("JKP-1", "cancelled", one.id) == 0
    assert (taken(one), taken(one, slot="09-12"), taken(other)) == ((0, 0), (0, 0), (1, 1))
    book("JKP-2", [place(one, FRIDAY)])
    assert give_back("JKP-1", "expired") == 1
    assert (taken(one), taken(other), list(broken())) == ((1, 1), (0, 0), [])


def test_a_place_given_back_by_many_at_once_is_free_once(live):
    one = delivery.shop()
    book("JKP-0", [place(one, FRIDAY)])
    book("JKP-1", [place(one, FRIDAY)])
    assert together(live, *[lambda: give_back("JKP-1", "expired")] * 4) == {1: 1, 0: 3}
    assert (taken(one), list(broken())) == ((1, 1), [])


def test_what_was_given_back_is_not_kept_and_what_is_kept_can_be_given_back(app):
    """Guard (R26.3): state = 'held' of a place that is kept."""
    one = delivery.shop()
    book("JKP-1", [place(one, FRIDAY)])
    book("JKP-2", [place(one, FRIDAY)])
    give_back("JKP-1", "expired")
    assert (keep("JKP-1"), keep("JKP-2"), keep("JKP-2")) == (0, 1, 0)
    assert taken(one) == (1, 1)
    assert give_back("JKP-2", "cancelled") == 1
    assert taken(one) == (0, 0)


def test_a_lowered_limit_takes_nothing_away_and_lets_nobody_in(app):
    one = delivery.shop()
    delivery.offers(one.id, daily_orders=3)
    for number in range(3):
        book(f"JKP-{number}", [place(one, FRIDAY)])
    delivery.offers(one.id, daily_orders=2)
    give_back("JKP-0", "cancelled")
    assert refused("JKP-9", place(one, FRIDAY)).facts["full"][0]["orders_left"] == 0
    give_back("JKP-1", "cancelled")
    book("JKP-9", [place(one, FRIDAY)])
    delivery.offers(one.id)
    book("JKP-10", [place(one, FRIDAY)])
    assert taken(one)[0] == 3


def test_the_last_place_is_told(app, outbox):
    one = delivery.shop()
    delivery.offers(one.id, daily_orders=2)
    book("JKP-1", [place(one, FRIDAY)])
    assert outbox.named(DayFilled) == []
    book("JKP-2", [place(one, FRIDAY)])
    assert outbox.named(DayFilled) == [{"seller_id": str(one.id), "day": "2026-11-27", "slot": ""}]


def test_the_database_refuses_what_the_guard_would_let_through(app):
    """Guard (R26.3): orders_taken <= orders_most, in the table of days."""
    one = delivery.shop()
    delivery.offers(one.id, daily_orders=1)
    book("JKP-1", [place(one, FRIDAY)])

    @transactional
    def force():
        session.execute(update(Day).where(Day.seller_id == one.id).values(orders_taken=Day.orders_taken + 1))

    with pytest.raises(IntegrityError):
        force()


def test_verify_recounts_days(app):
    one = delivery.shop()
    book("JKP-1", [place(one, FRIDAY)])

    @transactional
    def miscount():
        session.execute(update(Day).where(Day.seller_id == one.id).values(orders_taken=4))

    miscount()
    found = list(broken())
    assert len(found) == 1
    assert str(one.id) in found[0]
    assert "4 orders" in found[0]
