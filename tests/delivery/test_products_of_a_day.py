"""How many pieces of one product a shop makes for a day: beside its own limits, never too many, given back once."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from marketplace.delivery.models import BookedProduct, Booking, ProductDay
from marketplace.delivery.queries import Making, broken
from marketplace.delivery.services import Made, Place, book, give_back
from marketplace.kernel.db import session, transactional
from marketplace.kernel.errors import Conflict
from marketplace.kernel.ids import uuid7
from tests.delivery.test_choices import NOW, days, offered
from tests.delivery.test_places import FRIDAY, taken, together
from tests.factories import delivery

SATURDAY = FRIDAY + timedelta(days=1)


def boxes(one, units, most, product, day=FRIDAY):
    return Place(one.id, day, "", units, (Made(product, units, most),))


def promised(product, day=FRIDAY):
    found = session.scalar(
        select(ProductDay.units_taken).where(ProductDay.product_id == product, ProductDay.day == day)
    )
    session.rollback()
    return found or 0


def refused(reference, *places):
    with pytest.raises(Conflict) as conflict:
        book(reference, places)
    return conflict.value


def test_a_product_is_promised_as_often_as_its_shop_makes_it_and_says_how_many_are_left(app):
    """Guard (R26.3): pieces of a product for a day, in BOOK."""
    one, box = delivery.shop(), uuid7()
    book("JKP-1", [boxes(one, 7, 10, box)])
    conflict = refused("JKP-2", boxes(one, 4, 10, box))
    assert conflict.code == "day_full"
    assert conflict.facts["full"] == [
        {
            "seller_id": str(one.id),
            "day": "2026-11-27",
            "slot": "",
            "product_id": str(box),
            "orders_left": None,
            "units_left": 3,
        }
    ]
    book("JKP-2", [boxes(one, 3, 10, box)])
    book("JKP-3", [boxes(one, 10, 10, box, SATURDAY)])
    assert (promised(box), promised(box, SATURDAY), list(broken())) == (10, 10, [])


def test_what_is_more_than_a_whole_day_is_refused_on_an_empty_one(app):
    """Guard (R26.3): pieces of a product for an empty day, in BOOK."""
    one, box = delivery.shop(), uuid7()
    assert refused("JKP-1", boxes(one, 11, 10, box)).facts["full"][0]["units_left"] == 10
    assert (promised(box), taken(one)) == (0, (0, 0))


def test_one_product_that_is_all_promised_takes_nothing_of_the_rest(app):
    """Also when who asked goes on in the same transaction: its day, the other shop's and the other product's are free."""
    one, other, box, tray = delivery.shop(), delivery.shop(), uuid7(), uuid7()
    book("JKP-1", [boxes(one, 10, 10, box)])

    @transactional
    def goes_on():
        both = Place(one.id, FRIDAY, "", 3, (Made(tray, 2, 5), Made(box, 1, 10)))
        refused("JKP-2", both, delivery.place(other, FRIDAY))

    goes_on()
    assert (promised(box), promised(tray), taken(one), taken(other)) == (10, 0, (1, 10), (0, 0))
    assert session.scalars(select(Booking.reference)).all() == ["JKP-1"]
    assert list(broken()) == []


def test_a_shop_that_is_full_itself_promises_no_pieces(app):
    one, box = delivery.shop(), uuid7()
    delivery.offers(one.id, daily_orders=0)
    assert refused("JKP-1", boxes(one, 1, 10, box)).facts["full"][0]["orders_left"] == 0
    assert (promised(box), list(broken())) == (0, [])


def test_pieces_are_counted_before_there_is_a_limit(app):
    """A shop that sets one later is not held to more than it said: what it promised counts."""
    one, box = delivery.shop(), uuid7()
    book("JKP-1", [boxes(one, 8, None, box)])
    assert refused("JKP-2", boxes(one, 3, 10, box)).facts["full"][0]["units_left"] == 2
    assert refused("JKP-2", boxes(one, 1, 5, box)).facts["full"][0]["units_left"] == 0


def test_pieces_are_given_back_once(app):
    """Guard (R26.3): state of a place that is given back, also for the pieces in it."""
    one, other, box, cake = delivery.shop(), delivery.shop(), uuid7(), uuid7()
    book("JKP-1", [boxes(one, 6, 10, box), boxes(other, 2, 2, cake)])
    book("JKP-2", [boxes(one, 4, 10, box)])
    assert (give_back("JKP-1", "cancelled", one.id), give_back("JKP-1", "cancelled", one.id)) == (1, 0)
    assert (promised(box), promised(cake)) == (4, 2)
    assert give_back("JKP-1", "expired") == 1
    assert (promised(cake), list(broken())) == (0, [])
    book("JKP-3", [boxes(one, 6, 10, box)])


def test_pieces_given_back_by_many_at_once_are_free_once(live):
    one, box = delivery.shop(), uuid7()
    book("JKP-0", [boxes(one, 3, 10, box)])
    book("JKP-1", [boxes(one, 3, 10, box)])
    assert together(live, *[lambda: give_back("JKP-1", "expired")] * 4) == {1: 1, 0: 3}
    assert (promised(box), list(broken())) == (3, [])


def test_many_buyers_of_two_products_in_either_order_get_no_more_than_is_made(live):
    one, box, tray = delivery.shop(), uuid7(), uuid7()

    def buyer(number):
        wanted = (Made(box, 2, 10), Made(tray, 1, 5))
        place = Place(one.id, FRIDAY, "", 3, wanted if number % 2 else wanted[::-1])
        return lambda: book(f"JKP-{number}", [place])

    assert together(live, *[buyer(number) for number in range(12)]) == {None: 5, "day_full": 7}
    assert (promised(box), promised(tray), taken(one)) == (10, 5, (5, 15))
    assert list(broken()) == []


def test_the_database_refuses_what_the_guard_would_let_through(app):
    """Guard (R26.3): units_taken <= units_most, in the table of a product's days."""
    one, box = delivery.shop(), uuid7()
    book("JKP-1", [boxes(one, 10, 10, box)])

    @transactional
    def force():
        session.execute(update(ProductDay).values(units_taken=11))

    with pytest.raises(IntegrityError):
        force()


def test_verify_recounts_the_pieces_of_a_day(app):
    one, box = delivery.shop(), uuid7()
    book("JKP-1", [boxes(one, 4, 10, box)])

    @transactional
    def miscount():
        session.execute(update(BookedProduct).values(units=3))

    miscount()
    found = list(broken())
    assert len(found) == 1
    assert str(box) in found[0]
    assert "4 units" in found[0]


def test_a_day_says_how_many_more_can_be_made_and_the_next_one_is_free(app):
    one, box = delivery.shop(), uuid7()
    delivery.offers(one.id)
    some = Making(product_id=box, name="Nasi Kotak", units=4, most=10, gone={FRIDAY: 10, SATURDAY: 7})
    way = offered(one, making=(some,))["pickup"]
    assert [str(day.why) for day in way.days if day.full] == [
        "Nasi Kotak untuk hari itu sudah dipesan semua.",
        "Untuk hari itu toko hanya bisa membuat 3 Nasi Kotak lagi.",
    ]
    assert days(way)[0] == FRIDAY + timedelta(days=2)


def test_while_the_next_days_are_all_promised_the_first_one_after_them_is_offered(app):
    one, box = delivery.shop(), uuid7()
    delivery.offers(one.id)
    week = {FRIDAY + timedelta(days=ahead): 10 for ahead in range(9)}
    way = offered(one, making=(Making(product_id=box, name="Nasi Kotak", units=1, most=10, gone=week),))["pickup"]
    assert days(way) == [date(2026, 12, 6)]
    assert way.open


def test_what_no_day_is_enough_for_says_how_many_are(app):
    one = delivery.shop()
    delivery.offers(one.id)
    never = Making(product_id=uuid7(), name="Nasi Kotak", units=1_200, most=1_000)
    way = offered(one, making=(never,), now=NOW)["pickup"]
    assert not way.open
    assert str(way.why) == "Toko membuat paling banyak 1.000 Nasi Kotak untuk satu hari. Kurangi jumlahnya."
