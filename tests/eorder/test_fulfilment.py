"""From the letter to the signed minutes: what is sent, what comes, what is accepted, and what becomes of the rest (R11.6)."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.eorder import queries, services
from marketplace.eorder.forms import ReceiptIn, ShipIn, WhyIn
from marketplace.eorder.models import MinutesState, Order
from marketplace.eorder.models.acts import PPK, RECEIVER
from marketplace.kernel import clock, ids
from marketplace.kernel.db import rows, session
from marketplace.kernel.errors import Conflict, Invalid, NotAllowed
from marketplace.kernel.models import StoredEvent
from marketplace.kernel.money import Rupiah
from marketplace.offices.models import Commitment
from tests.eorder.fulfilling import Way, accepted

PRICE = 32_000


def held(way: Way) -> int:
    order = session.get_one(Order, way.case.order_id)
    amount = session.scalars(select(Commitment.amount_idr).where(Commitment.reference == order.reference)).one()
    return amount.amount


def test_forty_come_and_all_are_good(app: Flask) -> None:
    way = accepted()
    services.make(way.case.code, by=way.case.seller)
    assert way.order.state == "in_production"
    assert way.ship() == 1
    assert way.receive(40) == 1
    assert (way.order.state, way.figures) == ("arrived", (40, 40, 0))
    way.inspect(40)
    assert (way.order.state, way.order.accepted) == ("inspected", Rupiah(0))
    way.sign("027/BAST/XI/2026")
    assert way.order.waits_for == ("shop",)
    way.countersign()
    order, (minutes,) = way.order, way.all.minutes
    assert (order.state, way.figures) == ("bast_signed", (40, 40, 40))
    assert order.accepted == order.total == minutes.value == Rupiah(40 * PRICE)
    assert order.minutes_at is not None
    assert (minutes.state, minutes.office_number) == ("signed", "027/BAST/XI/2026")


def test_thirty_eight_are_good_and_two_follow_tomorrow(app: Flask) -> None:
    way = accepted(shipping_idr=Rupiah(20_000), total_idr=Rupiah(40 * PRICE + 20_000))
    tomorrow = clock.today() + timedelta(days=1)
    way.ship()
    way.receive(40, 2)
    assert way.all.bad(way.line) == 2
    way.signed(38, 2, "complete", lengkap=False, sampai=tomorrow)
    order = way.order
    assert (order.state, way.figures) == ("in_production", (40, 38, 38))
    assert order.accepted == Rupiah(38 * PRICE + 19_000)
    assert order.due_at == queries.closing(tomorrow)
    assert order.minutes_at is None

    way.ship()
    assert way.all.shipments[-1].sent == {way.line: 2}
    way.receive(2)
    way.signed(2)
    assert (way.order.state, way.figures) == ("bast_signed", (40, 40, 40))
    assert way.order.accepted == way.order.total == way.all.value_signed()
    assert held(way) == way.order.total.amount


def test_two_deliveries_and_one_inspection(app: Flask) -> None:
    way = accepted()
    assert way.ship(25) == 1
    way.receive(25)
    assert way.ship(15) == 2
    way.receive(10)
    way.receive(5)
    assert [one.number for one in way.all.receipts] == [1, 2, 3]
    way.signed(40)
    assert way.order.state == "bast_signed"


def test_an_order_is_reduced_to_what_was_accepted_and_the_budget_with_it(app: Flask) -> None:
    way = accepted(shipping_idr=Rupiah(20_000), total_idr=Rupiah(40 * PRICE + 20_000))
    way.ship(39)
    way.receive(39, 1)
    way.signed(38, 1, "reduce", lengkap=False)
    order, worth = way.order, 38 * PRICE + 20_000
    assert (order.state, way.figures) == ("bast_signed", (38, 38, 38))
    assert order.total == order.accepted == Rupiah(worth)
    assert (order.goods, held(way)) == (Rupiah(38 * PRICE), worth)


def test_what_was_accepted_before_stays_when_all_else_is_taken_off(app: Flask) -> None:
    way = accepted()
    way.ship(30)
    way.receive(30)
    way.signed(30, 0, "complete", lengkap=False, sampai=clock.today())
    way.ship()
    way.receive(10, 10)
    way.signed(0, 10, "reduce", lengkap=False)
    assert (way.order.state, way.figures) == ("bast_signed", (30, 30, 30))
    assert way.order.accepted == way.order.total == Rupiah(30 * PRICE)


def test_everything_goes_back_and_comes_anew(app: Flask) -> None:
    way = accepted()
    way.ship()
    way.receive(40, 40)
    way.inspect(0, 40, "return", lengkap=False, fungsi=False, catatan="Nasi basi")
    assert (way.order.state, way.figures) == ("in_production", (40, 0, 0))
    assert way.all.minutes[0].state == MinutesState.DROPPED
    assert way.all.open is None
    way.ship()
    way.receive(40)
    way.signed(40)
    assert way.order.accepted == way.order.total


def test_what_goes_back_in_part_is_sent_anew(app: Flask) -> None:
    way = accepted()
    way.ship()
    way.receive(40, 4)
    way.signed(36, 4, "return", lengkap=False)
    assert (way.order.state, way.figures) == ("in_production", (40, 36, 36))


def test_the_shop_objects_and_the_office_inspects_anew(app: Flask) -> None:
    way = accepted()
    way.ship()
    way.receive(40, 2)
    way.inspect(38, 2, "reduce", lengkap=False)
    with pytest.raises(Conflict, match="not_signed"):
        way.object_to()
    way.sign()
    way.object_to("Yang dua kotak masih bagus")
    assert (way.order.state, way.figures) == ("arrived", (40, 40, 0))
    assert way.all.minutes[0].objection == "Yang dua kotak masih bagus"
    way.signed(40)
    assert [one.state for one in way.all.minutes] == ["dropped", "signed"]


def test_minutes_are_corrected_until_they_are_signed(app: Flask) -> None:
    way = accepted()
    way.ship()
    way.receive(40)
    way.inspect(39, 1, "reduce", lengkap=False)
    services.correct(way.case.code, by=way.case.desk[PPK])
    way.inspect(40)
    with pytest.raises(Conflict, match="not_signed"):
        way.countersign()
    way.sign()
    with pytest.raises(Conflict, match="signed"):
        services.correct(way.case.code, by=way.case.desk[PPK])
    with pytest.raises(Conflict, match="signed"):
        way.sign()


def test_nothing_came_although_it_was_sent(app: Flask) -> None:
    way = accepted()
    way.ship()
    services.miss(way.case.code, WhyIn(alasan="Kurir tidak datang"), by=way.case.desk[RECEIVER])
    assert way.order.state == "in_production"
    way.ship(20)
    way.receive(20)
    way.ship()
    services.miss(way.case.code, WhyIn(alasan="Kurir tidak datang"), by=way.case.desk[RECEIVER])
    assert way.order.state == "arrived"  # Twenty are here, and may be inspected.
    with pytest.raises(NotAllowed):
        services.miss(way.case.code, WhyIn(alasan="Kurir tidak datang"), by=way.case.seller)


def test_the_value_that_was_accepted_is_told_once_for_each_minutes(app: Flask) -> None:
    way = accepted()
    way.ship(30)
    way.receive(30)
    way.signed(30, 0, "complete", lengkap=False, sampai=clock.today())
    way.ship()
    way.receive(10)
    way.signed(10)
    told = [
        row.payload
        for row in rows(
            select(StoredEvent.payload).where(StoredEvent.name.endswith("ValueAccepted")).order_by(StoredEvent.id)
        )
    ]
    assert [(one["value_idr"], one["last"]) for one in told] == [(30 * PRICE, False), (10 * PRICE, True)]


def test_the_same_form_twice_is_one_receipt(app: Flask) -> None:
    way = accepted()
    way.ship()
    key = ids.token()
    assert way.receive(40, key=key) == way.receive(40, key=key) == 1
    assert way.figures == (40, 40, 0)
    way.inspect(40)
    assert way.receive(40, key=key) == 1  # A phone that got no answer asks again, long after.
    with pytest.raises(Conflict, match="another"):
        way.receive(39, key=key)
    with pytest.raises(Conflict, match="another"):
        way.receive(40, key=key, by=way.case.desk[PPK])


def test_more_than_was_ordered_cannot_come(app: Flask) -> None:
    """Guard (R26.3): no more comes than was ordered (R11.6)."""
    way = accepted()
    way.ship()
    way.receive(38)
    with pytest.raises(Invalid) as refused:
        way.receive(3)
    assert refused.value.fields["baris-0-jumlah"][0].parts["left"] == 2
    assert way.figures == (40, 38, 0)


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"jumlah": 0}, "baris"),
        ({"jumlah": 3, "rusak": 4}, "baris-0-rusak"),
        ({"jumlah": 3, "datang": clock.now() + timedelta(hours=1)}, "datang"),
        ({"jumlah": 3, "datang": clock.now() - timedelta(days=400)}, "datang"),
        ({"jumlah": 3, "photo_id": ids.uuid7()}, "photo"),
    ],
)
def test_a_receipt_says_what_is_wrong_with_it(app: Flask, told: dict[str, object], field: str) -> None:
    way = accepted()
    way.ship()
    of_line = {name: told[name] for name in ("jumlah", "rusak") if name in told}
    whole = {name: told[name] for name in ("datang", "photo_id") if name in told}
    sent = ReceiptIn(tanda=ids.token(), baris=[{"barang": way.line, **of_line}], **whole)
    with pytest.raises(Invalid) as refused:
        services.receive(way.case.code, sent, by=way.case.desk[RECEIVER])
    assert set(refused.value.fields) == {field}
    assert way.figures == (40, 0, 0)


def test_a_shop_sends_no_more_than_is_left_and_says_how(app: Flask) -> None:
    way = accepted()
    for told, field in (
        ({"baris": [{"barang": way.line, "jumlah": 41}], "catatan": "Pak Joko"}, "baris-0-jumlah"),
        ({"baris": [{"barang": way.line, "jumlah": 0}], "catatan": "Pak Joko"}, "baris"),
        ({}, "catatan"),
    ):
        with pytest.raises(Invalid) as refused:
            services.ship(way.case.code, ShipIn.model_validate(told), by=way.case.seller)
        assert set(refused.value.fields) == {field}


@pytest.mark.parametrize(
    ("accepts", "refuses", "follow", "more", "field"),
    [
        (41, 0, "none", {}, "baris-0-terima"),
        (39, 0, "reduce", {}, "baris-0-terima"),
        (38, 2, "none", {"lengkap": False}, "sisa"),
        (38, 2, "reduce", {"lengkap": True}, "lengkap"),
        (38, 2, "complete", {}, "sampai"),
        (38, 2, "complete", {"sampai": clock.today() - timedelta(days=1)}, "sampai"),
        (0, 40, "reduce", {}, "sisa"),
        (40, 0, "none", {"fungsi": False}, "catatan"),
        (40, 0, "none", {"tanggal": clock.today() - timedelta(days=1)}, "tanggal"),
        (40, 0, "none", {"tanggal": clock.today() + timedelta(days=1)}, "tanggal"),
    ],
)
def test_an_inspection_says_what_is_wrong_with_it(
    app: Flask, accepts: int, refuses: int, follow: str, more: dict[str, object], field: str
) -> None:
    """Guard (R26.3): no minutes accept more than came, or are dated before it came (R11.6)."""
    way = accepted()
    way.ship()
    way.receive(40)
    with pytest.raises(Invalid) as refused:
        way.inspect(accepts, refuses, follow, **more)
    assert set(refused.value.fields) == {field}
    assert way.order.state == "arrived"


def test_a_number_of_the_office_is_used_once_a_year(app: Flask) -> None:
    """Guard (R26.3): an office's own number of minutes is of one (R11.5)."""
    ways = [accepted(), accepted()]
    for way in ways:
        way.ship()
        way.receive(40)
        way.inspect(40)
        way.sign(" 027/BAST/XI/2026 ")  # Another office may use the same.
    other = accepted(of=ways[0].case.desk)
    other.ship()
    other.receive(40)
    other.inspect(40)
    with pytest.raises(Invalid) as refused:
        other.sign("027/BAST/XI/2026")
    assert set(refused.value.fields) == {"nomor"}
    other.sign("028/BAST/XI/2026")


def test_minutes_are_signed_with_the_password(app: Flask) -> None:
    """Guard (R26.3): who signs proves that it is them."""
    from marketplace.eorder.forms import SignIn

    way = accepted()
    way.ship()
    way.receive(40)
    way.inspect(40)
    with pytest.raises(Invalid) as refused:
        services.sign(way.case.code, SignIn(password="salah sekali"), by=way.case.desk[PPK], address="192.0.2.1")
    assert set(refused.value.fields) == {"password"}
    assert way.all.minutes[0].state == "drafted"
