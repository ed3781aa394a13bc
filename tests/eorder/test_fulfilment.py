"""From the letter to the signed minutes: what is sent, what comes, what is accepted, and what becomes of the rest (R11.6)."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.catalog import services as catalog
from marketplace.eorder import services
from marketplace.eorder.forms import ShipIn
from marketplace.eorder.models import SHOP, MinutesState, NeedPlace, Order
from marketplace.eorder.models.acts import PPK
from marketplace.kernel import clock, ids
from marketplace.kernel.db import rows, session, transactional
from marketplace.kernel.errors import Conflict, Invalid
from marketplace.kernel.models import StoredEvent
from marketplace.kernel.money import Rupiah
from marketplace.offices.models import Commitment
from tests.eorder.fulfilling import Way, accepted
from tests.factories.media import photo

PRICE = 32_000
BROUGHT = {"shipping_idr": Rupiah(20_000), "total_idr": Rupiah(40 * PRICE + 20_000)}


def held(way: Way) -> int:
    order = session.get_one(Order, way.case.order_id)
    return session.scalars(select(Commitment.amount_idr).where(Commitment.reference == order.reference)).one().amount


def test_thirty_eight_are_good_and_two_follow_tomorrow(app: Flask) -> None:
    way = accepted(**BROUGHT)
    tomorrow = clock.today() + timedelta(days=1)
    way.ship()
    way.receive(40, 2)
    assert way.all.bad(way.line) == 2
    way.inspect(38, "complete", sampai=tomorrow)
    (minutes,) = way.all.minutes
    assert minutes.value == Rupiah(38 * PRICE + 19_000)  # Who signs sees what they sign.
    way.sign()
    way.countersign()
    assert (way.order.state, way.figures) == ("in_production", (40, 38, 38))
    assert (way.order.accepted, way.order.minutes_at) == (minutes.value, None)
    way.ship()
    assert way.all.shipments[-1].sent == {way.line: 2}
    way.receive(2)
    way.signed(2)
    assert (way.order.state, way.figures) == ("bast_signed", (40, 40, 40))
    assert way.order.accepted == way.order.total == way.all.value_signed()
    assert held(way) == way.order.total.amount


def test_two_deliveries_and_one_inspection(app: Flask) -> None:
    way = accepted()
    way.ship(25)
    way.receive(25)
    way.ship(15)
    way.receive(10)
    way.receive(5)
    assert [one.number for one in way.all.shipments] == [1, 2]
    assert [one.number for one in way.all.receipts] == [1, 2, 3]
    way.signed(40)
    assert way.order.state == "bast_signed"


def test_an_order_is_reduced_to_what_was_accepted_and_the_rest_can_be_sold_again(app: Flask) -> None:
    way = accepted(**BROUGHT)
    variant = way.order.lines[0].variant_id
    reference = session.get_one(Order, way.case.order_id).reference
    catalog.reserve(reference, [catalog.StockLine(variant, 40)], until=clock.now() + timedelta(days=1))
    catalog.consume(reference)
    way.ship(39)
    way.receive(39, 1)
    way.signed(38, "reduce")
    worth = 38 * PRICE + 20_000
    assert (way.order.state, way.figures) == ("bast_signed", (38, 38, 38))
    assert way.order.total == way.order.accepted == Rupiah(worth)
    assert (way.order.goods, held(way)) == (Rupiah(38 * PRICE), worth)
    from marketplace.catalog.models import Stock

    assert session.scalars(select(Stock.on_hand).where(Stock.variant_id == variant)).one() == 500 - 39


def test_what_was_accepted_before_stays_when_all_else_is_taken_off(app: Flask) -> None:
    way = accepted()
    way.ship(30)
    way.receive(30)
    way.signed(30, "complete", sampai=clock.today())
    way.ship()
    way.receive(10, 10)
    way.signed(0, "reduce")
    assert (way.order.state, way.figures) == ("bast_signed", (30, 30, 30))
    assert way.order.accepted == way.order.total == Rupiah(30 * PRICE)


def test_what_is_refused_goes_back_and_is_taken_off_while_the_rest_is_still_to_come(app: Flask) -> None:
    way = accepted(**BROUGHT)
    way.ship(30)
    way.receive(30, 4)
    way.signed(26, "return")
    assert (way.order.state, way.figures) == ("in_production", (36, 26, 26))
    assert held(way) == way.order.total.amount == 36 * PRICE + 20_000
    way.ship()
    way.receive(10)
    way.signed(10)
    assert way.order.accepted == way.order.total == way.all.value_signed()


def test_everything_is_bad_and_comes_anew(app: Flask) -> None:
    way = accepted()
    way.ship()
    way.receive(40, 40)
    way.inspect(0, "complete", sampai=clock.today(), catatan="Nasi basi")
    assert (way.order.state, way.figures, way.all.open) == ("in_production", (40, 0, 0), None)
    assert way.all.minutes[0].state == MinutesState.DROPPED
    way.ship()
    way.receive(40)
    way.signed(40)
    assert way.order.accepted == way.order.total


def test_what_came_before_a_delivery_that_did_not_come_may_be_inspected(app: Flask) -> None:
    way = accepted()
    way.ship()
    way.miss()
    assert way.order.state == "in_production"
    way.ship(20)
    way.receive(20)
    way.ship()
    way.miss()
    assert way.order.state == "arrived"


def test_the_value_that_was_accepted_is_told_once_for_each_minutes(app: Flask) -> None:
    way = accepted()
    way.ship(30)
    way.receive(30)
    way.signed(30, "complete", sampai=clock.today())
    way.ship()
    way.receive(10)
    way.signed(10)
    told = select(StoredEvent.payload).where(StoredEvent.name.endswith("ValueAccepted")).order_by(StoredEvent.id)
    values = [(row.payload["value_idr"], row.payload["last"]) for row in rows(told)]
    assert values == [(30 * PRICE, False), (10 * PRICE, True)]


def test_the_same_form_twice_is_one_receipt_and_other_figures_are_not_lost(app: Flask) -> None:
    """Guard (R26.3): what a phone sends twice is one receipt (R11.6)."""
    way = accepted()
    way.ship()
    key = ids.token()
    assert way.receive(40, key=key) == way.receive(40, key=key)
    way.inspect(40)
    way.receive(40, key=key)  # A phone that got no answer asks again, long after.
    assert way.figures == (40, 40, 0)
    with pytest.raises(Conflict, match="another"):
        way.receive(39, key=key)
    with pytest.raises(Conflict, match="another"):
        way.receive(40, key=key, by=way.case.by(PPK))


def test_an_order_for_several_places_says_where_it_came(app: Flask) -> None:
    way = accepted()

    @transactional
    def second_place() -> None:
        told = {"place": "RPTRA Johar", "floor": "", "kelurahan_code": "31.71.08.1001", "qty": 15}
        session.add(NeedPlace(id=ids.uuid7(), need_id=way.order.need_id, position=2, **told))

    second_place()
    way.ship()
    for told in (None, 3):
        with pytest.raises(Invalid) as refused:
            way.receive(25, tempat=told)
        assert list(refused.value.fields) == ["tempat"]
    way.receive(25, tempat=1)
    way.receive(15, tempat=2)
    assert [way.all.came_at_place(position, way.line) for position in (1, 2)] == [25, 15]
    way.signed(40)
    assert way.order.state == "bast_signed"


def test_a_photo_of_another_order_is_none(app: Flask) -> None:
    """Guard (R26.3): photos of one order are not another's (R17.3)."""
    mine, other = accepted(), accepted()
    theirs = services.take_photo(photo(), other.case.order_id, by=other.case.by(SHOP))
    with pytest.raises(Invalid) as refused:
        services.ship(mine.case.code, ShipIn(), by=mine.case.by(SHOP), photo_id=theirs)
    assert list(refused.value.fields) == ["foto"]
    services.ship(other.case.code, ShipIn(), by=other.case.by(SHOP), photo_id=theirs)
    assert other.all.photos == {theirs}


def test_a_quantity_is_not_right_while_some_are_missing(app: Flask) -> None:
    way = accepted()
    way.ship()
    way.receive(38)
    with pytest.raises(Invalid) as refused:
        way.inspect(38, "reduce", lengkap=True)
    assert list(refused.value.fields) == ["lengkap"]


def test_goods_did_not_come_before_their_letter_nor_tomorrow(app: Flask) -> None:
    """Guard (R26.3): no receipt is dated before the letter."""
    way = accepted(issued_at=clock.now() - timedelta(hours=3))
    way.ship()
    for hours in (-4, 1):
        with pytest.raises(Invalid) as refused:
            way.receive(40, tiba=clock.now() + timedelta(hours=hours))
        assert set(refused.value.fields) == {"tiba"}
    assert way.all.receipts == ()
    way.receive(40, tiba=clock.now() - timedelta(hours=2))
