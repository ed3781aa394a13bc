"""A shop that is away: its goods come after the leave, and it never stands in the way of the others."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from marketplace.kernel import clock as program_clock
from marketplace.kernel.access import SYSTEM
from marketplace.kernel.db import session
from marketplace.kernel.errors import Conflict, Invalid
from marketplace.orders import queries, services
from marketplace.orders.forms import RowIn
from marketplace.orders.models import Suborder
from marketplace.sellers import services as shops
from marketplace.sellers.forms import LeaveIn
from marketplace.sellers.queries import SellerCard
from marketplace.testing.plugin import TestClock
from tests.factories import catalog, orders, sellers
from tests.factories import delivery as ways
from tests.orders.pages import put

MONDAY = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def on_monday(clock: TestClock) -> None:
    clock.set("2026-11-23T09:00:00+07:00")


def sold_by(name: str) -> tuple[SellerCard, UUID]:
    one = sellers.shop(trusted=True, name=name, opening_days=ways.EVERY_DAY)
    ways.offers(one.id, {"method": "pickup"}, {"method": "own", "flat": 5_000, "lead_days": 1})
    return one, catalog.basket(of=one, name=f"Bakul {name}")


def goes_away(one: SellerCard, days: int) -> None:
    last = program_clock.today() + timedelta(days=days - 1)
    shops.go_away(one.id, LeaveIn(away_from=program_clock.today(), away_until=last), by=SYSTEM)


def test_the_days_that_can_be_chosen_begin_after_the_leave_also_for_work_that_takes_a_day(app: Flask) -> None:
    one, basket = sold_by("Dapur Siti")
    goes_away(one, 3)
    rina = orders.guest()
    services.put(basket, 1, by=rina)
    pickup, own = queries.cart(rina).groups[0].way.choices
    assert pickup.days[0].on == MONDAY + timedelta(days=3)
    assert own.days[0].on == MONDAY + timedelta(days=4), "nobody cooks while the shop is away"
    with pytest.raises(Invalid) as refused:
        services.save([RowIn(varian=basket, jumlah=1, hari=str(MONDAY + timedelta(days=1)))], by=rina)
    assert list(refused.value.fields) == ["baris-0-hari"]
    seen = f"{one.id} {MONDAY} - pickup"
    with pytest.raises(Conflict) as gone:
        services.place(orders.checkout(45_000, antar=[seen]), by=rina)
    assert gone.value.code == "day_gone"
    assert gone.value.facts["changes"][0]["new"] == f"pickup {MONDAY + timedelta(days=3)}"
    services.place(orders.checkout(45_000), by=rina)
    assert session.scalars(select(Suborder.promised_on)).one() == MONDAY + timedelta(days=3)


def test_a_long_leave_takes_its_own_part_alone_out_and_says_when_the_shop_is_back(
    app: Flask, client: FlaskClient
) -> None:
    one, basket = sold_by("Dapur Siti")
    _other, mat = sold_by("Anyaman Joko")
    goes_away(one, 60)
    for variant in (basket, mat):
        put(client, variant)
    page = client.get("/keranjang").text
    assert "22 Jan 2027" in page
    assert "Lanjutkan tanpa Dapur Siti" in page
    bought = client.get(f"/beli?tanpa={one.id}")
    assert bought.status_code == 200
    assert "Anyaman Joko" in bought.text


def test_the_checkout_says_that_a_shop_is_away_and_when_it_is_back(app: Flask, client: FlaskClient) -> None:
    one, basket = sold_by("Dapur Siti")
    goes_away(one, 3)
    put(client, basket)
    page = client.get("/beli").text
    assert "25 Nov 2026" in page
    assert "26 Nov 2026" in page
