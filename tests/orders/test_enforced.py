"""What a page no longer offers, or never did, is refused wherever it is sent to, with what is free now (C7)."""

import re
from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from marketplace.delivery import services as delivery
from marketplace.delivery.models import Booking
from marketplace.kernel.db import session
from marketplace.kernel.slots import verifiers
from marketplace.orders.models import Order
from marketplace.sellers.queries import SellerCard
from marketplace.testing.plugin import TestClock
from tests.factories import catalog, sellers
from tests.factories import delivery as ways
from tests.orders.pages import cart_form, filled_in, put

MONDAY = date(2026, 11, 23)
TUESDAY = MONDAY + timedelta(days=1)
SOUTHERN = "31.74.01.1001"


@dataclass
class Trick:
    """What somebody sends who does not take what the page shows, or takes it too late."""

    way: str
    day: date
    slot: str = ""
    at: str = "09:00"
    """When they send it, on Monday."""
    full: tuple[tuple[date, str], ...] = field(default=())
    """What others took meanwhile: a day, and its hours."""

    @property
    def time(self) -> str:
        """Return what the cart's form says."""
        return f"{self.day} {self.slot}".strip()


TRICKS = {
    "past the cut-off": Trick("pickup", MONDAY, "09-12", at="12:00"),
    "a day that is over": Trick("pickup", MONDAY - timedelta(days=1), "09-12"),
    "a day beyond those shown": Trick("pickup", MONDAY + timedelta(days=29), "09-12"),
    "sooner than the work takes": Trick("own", MONDAY),
    "a full slot": Trick("pickup", MONDAY, "09-12", full=((MONDAY, "09-12"),)),
    "a slot that is none": Trick("pickup", MONDAY, "03-05"),
    "a full day": Trick("pickup", MONDAY, "09-12", full=((MONDAY, "09-12"), (MONDAY, "13-16"))),
}


@pytest.fixture
def shop(app: Flask, clock: TestClock) -> SellerCard:
    """Open a shop that takes two orders a day, one in each slot, until noon; it brings after a day of work."""
    clock.set("2026-11-23T09:00:00+07:00")
    one = sellers.shop(trusted=True, opening_days=ways.EVERY_DAY)
    ways.offers(
        one.id,
        {"method": "pickup", "slots": ["09-12", "13-16"], "cutoff": "12.00"},
        {"method": "own", "flat": 5_000, "lead_days": 1, "kecamatan": [ways.SOUTH]},
        daily_orders=2,
        slot_orders=1,
    )
    return one


def meanwhile(trick: Trick, shop: SellerCard, clock: TestClock) -> None:
    for number, (day, slot) in enumerate(trick.full):
        delivery.book(f"somebody {number}", [delivery.Place(shop.id, day, slot, 1)])
    clock.set(f"2026-11-23T{trick.at}:00+07:00")


def nothing_happened() -> None:
    assert session.scalars(select(Order.id)).all() == []
    assert [one for one in session.scalars(select(Booking.reference)) if not one.startswith("somebody")] == []
    assert [said for check in verifiers for said in check()] == []


def free_on(page: TestResponse) -> list[str]:
    """Return the times that the page lets one choose."""
    return re.findall(r'<option value="(\d{4}-\d\d-\d\d[^"]*)"(?! disabled)(?: selected)?>', page.text)


@pytest.mark.parametrize("trick", TRICKS.values(), ids=TRICKS)
def test_the_cart_refuses_beside_the_field_and_shows_what_is_free(
    client: FlaskClient, shop: SellerCard, clock: TestClock, trick: Trick
) -> None:
    put(client, catalog.basket(of=shop))
    chosen = cart_form(client.get("/keranjang"), **{"baris-0-pengantaran": trick.way})
    assert client.post("/keranjang/isi", data=chosen).status_code == 303
    sent = cart_form(client.get("/keranjang"), **{"baris-0-pengantaran": trick.way, "baris-0-hari": trick.time})
    meanwhile(trick, shop, clock)
    answer = client.post("/keranjang/isi", data=sent)
    assert answer.status_code == 422
    assert 'id="f-baris-0-hari-galat"' in answer.text
    free = free_on(answer)
    assert free
    assert trick.time not in free
    assert client.post("/keranjang/isi", data=sent | {"baris-0-hari": free[0]}).status_code == 303


@pytest.mark.parametrize("trick", TRICKS.values(), ids=TRICKS)
def test_the_checkout_orders_nothing_and_shows_what_stands_in_its_place(
    client: FlaskClient, shop: SellerCard, clock: TestClock, trick: Trick
) -> None:
    put(client, catalog.basket(of=shop))
    place = {"kelurahan": SOUTHERN}
    sent = filled_in(client.get("/beli"), **place, antar=said(shop, trick), expected_total_idr=cost(trick))
    meanwhile(trick, shop, clock)
    refused = client.post("/beli", data=sent)
    assert refused.status_code == 409
    nothing_happened()
    now = re.search(r'name="antar" value="([^"]*)"', refused.text)
    assert now is not None
    assert now[1] != said(shop, trick)
    again = filled_in(refused, **place, antar=now[1])
    assert client.post("/beli", data=again).status_code == 303
    held = session.scalars(select(Booking).where(Booking.reference.not_like("somebody%"))).one()
    assert f"{held.day} {held.slot or '-'}" in now[1]


def said(shop: SellerCard, trick: Trick) -> str:
    return f"{shop.id} {trick.day} {trick.slot or '-'} {trick.way}"


def cost(trick: Trick) -> str:
    return "50000" if trick.way == "own" else "45000"


@pytest.mark.parametrize("way", ["courier:kilat", "courier:reguler", "joint:1", "drone", "own; DROP TABLE", ""])
def test_a_way_that_nobody_offers_is_refused_by_cart_and_checkout(
    client: FlaskClient, shop: SellerCard, way: str
) -> None:
    put(client, catalog.basket(of=shop))
    sent = cart_form(client.get("/keranjang"), **{"baris-0-pengantaran": way or " x"})
    assert client.post("/keranjang/isi", data=sent).status_code == 422
    bought = filled_in(client.get("/beli"), antar=f"{shop.id} {MONDAY} 09-12 {way}")
    assert client.post("/beli", data=bought).status_code in (409, 422)
    nothing_happened()


def test_a_kecamatan_that_the_shop_does_not_reach_is_refused_though_the_form_says_own_delivery(
    client: FlaskClient, shop: SellerCard
) -> None:
    """The cart's page has no address yet; at the checkout the kelurahan decides, whatever the form picked."""
    put(client, catalog.basket(of=shop))
    chosen = cart_form(client.get("/keranjang"), **{"baris-0-pengantaran": "own"})
    assert client.post("/keranjang/isi", data=chosen).status_code == 303
    sent = filled_in(client.get("/beli"), antar=f"{shop.id} {TUESDAY} - own", expected_total_idr="50000")
    refused = client.post("/beli", data=sent)
    assert refused.status_code == 409
    assert "Toko ini tidak mengantar ke kecamatan Anda." in refused.text
    worked_out = client.post("/beli/pengantaran", data=sent).text
    swapped = worked_out[worked_out.index('id="hitungan"') :]
    assert "Toko ini tidak mengantar ke kecamatan Anda." in swapped, "a script shows no other part of the page"
    nothing_happened()
    there = {"kelurahan": SOUTHERN, "antar": sent["antar"], "expected_total_idr": "50000"}
    assert client.post("/beli", data=filled_in(client.get("/beli"), **there)).status_code == 303


def test_a_price_or_a_shop_of_others_in_the_form_is_not_believed(client: FlaskClient, shop: SellerCard) -> None:
    other = sellers.shop(trusted=True, name="Anyaman Pak Joko", opening_days=ways.EVERY_DAY)
    put(client, catalog.basket(of=shop))
    sent = filled_in(client.get("/beli"), antar=f"{other.id} {MONDAY} - pickup", expected_total_idr="1")
    assert client.post("/beli", data=sent).status_code == 409
    nothing_happened()
