"""What a shop makes only so many of for one day: seller, cart, page and API say the same, and the last piece goes to one."""

import threading
from collections.abc import Callable
from datetime import date
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from marketplace.catalog import services as shelves
from marketplace.catalog.queries import offers
from marketplace.delivery.models import ProductDay
from marketplace.kernel import crash
from marketplace.kernel.access import SYSTEM, Actor
from marketplace.kernel.db import session, transactional
from marketplace.kernel.errors import Conflict
from marketplace.kernel.outbox import relay
from marketplace.kernel.slots import verifiers
from marketplace.orders import queries, services
from marketplace.orders.models import Suborder
from marketplace.orders.services.checkout import place
from marketplace.testing.plugin import Live, TestClock
from tests.factories import catalog, orders, sellers
from tests.factories import delivery as ways
from tests.orders.pages import cart_form, put
from tests.orders.test_life_races import beside, killed
from tests.orders.test_races import PATIENCE, somebody_waits

__all__ = ["beside"]
FRIDAY, SATURDAY = date(2026, 11, 27), date(2026, 11, 28)


@pytest.fixture(autouse=True)
def on_friday(clock: TestClock) -> None:
    clock.set("2026-11-27T09:00:00+07:00")


def boxes(most: int | None = 10, *, limit: int | None = None, names: tuple[str, ...] = ("",)) -> list[UUID]:
    """Put boxes of rice on show of which a shop makes so many for one day; return the variants."""
    one = sellers.shop(trusted=True, opening_days=ways.EVERY_DAY)
    ways.offers(one.id, {"method": "pickup"}, daily_units=limit)
    rice = {"name": "Nasi Kotak", "made_to_order": True, "daily_units": most}
    listed = catalog.listing(**rice, variants=[{"price_idr": 30_000, "name": name} for name in names])
    return catalog.variants(catalog.product(listed, of=one))


def bought(by: Actor, variant: UUID, qty: int) -> services.Placed:
    return services.buy(orders.checkout(orders.filled(by, variant, qty=qty)), by=by)


def promised() -> dict[date, int]:
    days = dict(session.execute(select(ProductDay.day, ProductDay.units_taken)).all())
    session.rollback()
    return {day: units for day, units in days.items() if units}


def whole() -> list[str]:
    return [said for check in verifiers for said in check()]


def test_who_comes_when_a_day_is_all_promised_is_offered_the_next(app: Flask) -> None:
    (rice,) = boxes()
    bought(orders.guest(), rice, 8)
    dewi = orders.guest()
    services.put(rice, 3, by=dewi)
    way = queries.cart(dewi).groups[0].way
    assert way.time is not None
    assert way.time.day.on == SATURDAY
    assert str(way.choices[0].days[0].why) == "Untuk hari itu toko hanya bisa membuat 2 Nasi Kotak lagi."
    services.buy(orders.checkout(90_000), by=dewi)
    assert promised() == {FRIDAY: 8, SATURDAY: 3}
    assert whole() == []


def test_two_sizes_of_one_product_share_its_limit(app: Flask) -> None:
    small, large = boxes(names=("Kecil", "Besar"))
    rina = orders.guest()
    services.put(small, 6, by=rina)
    services.put(large, 5, by=rina)
    group = queries.cart(rina).groups[0]
    assert str(group.way.problem) == "Toko membuat paling banyak 10 Nasi Kotak untuk satu hari. Kurangi jumlahnya."
    with pytest.raises(Conflict) as blocked:
        services.place(orders.checkout(330_000), by=rina)
    assert blocked.value.code == "blocked"


def test_the_limit_stands_beside_the_shops_own(app: Flask) -> None:
    (rice,) = boxes(limit=5)
    rina = orders.guest()
    services.put(rice, 6, by=rina)
    day = queries.cart(rina).groups[0].way.choices[0].days[0]
    assert str(day.why) == "Toko tidak sanggup menyiapkan sebanyak itu pada hari ini."


def test_a_limit_counts_for_what_is_made_to_order_alone(app: Flask) -> None:
    one = sellers.shop(trusted=True, opening_days=ways.EVERY_DAY)
    ready = catalog.listing(daily_units=1, variants=[{"price_idr": 30_000, "stock": 9}])
    variant = catalog.variants(catalog.product(ready, of=one))[0]
    rina = orders.guest()
    bought(rina, variant, 5)
    assert promised() == {}


def test_a_day_that_was_seen_and_is_all_promised_since_is_asked_about(app: Flask, client: FlaskClient) -> None:
    (rice,) = boxes()
    offer = offers([rice])[rice]
    put(client, rice, jumlah="4")
    rina = orders.guest()
    services.put(rice, 4, by=rina)
    bought(orders.guest(), rice, 9)
    seen = f"{offer.seller_id} {FRIDAY} - pickup"
    with pytest.raises(Conflict) as gone:
        services.place(orders.checkout(120_000, antar=[seen]), by=rina)
    assert gone.value.code == "day_gone"
    assert gone.value.facts["changes"] == [
        {"seller_id": str(offer.seller_id), "old": f"pickup {FRIDAY}", "new": f"pickup {SATURDAY}"}
    ]
    page = client.get("/keranjang").text
    assert "1 Nasi Kotak lagi" in page
    assert "28 Nov" in page


def test_who_had_chosen_the_day_reads_in_the_cart_why_it_is_gone_and_which_is_next(
    app: Flask, client: FlaskClient
) -> None:
    (rice,) = boxes()
    put(client, rice, jumlah="4")
    chosen = cart_form(client.get("/keranjang"), **{"baris-0-hari": str(SATURDAY)})
    assert client.post("/keranjang/isi", data=chosen).status_code == 303
    bought(orders.guest(), rice, 10)
    bought(orders.guest(), rice, 10)
    page = client.get("/keranjang").text
    assert "Nasi Kotak untuk hari itu sudah dipesan semua" in page
    assert "Hari kosong berikutnya 29 Nov 2026." in page


def test_pieces_come_back_when_their_order_is_called_off(app: Flask) -> None:
    (rice,) = boxes()
    rina = orders.guest()
    code = bought(rina, rice, 10).code
    assert promised() == {FRIDAY: 10}
    services.cancel(code, by=rina)
    relay()
    assert promised() == {}
    bought(orders.guest(), rice, 10)
    assert (promised(), whole()) == ({FRIDAY: 10}, [])


def test_a_lowered_limit_takes_nothing_from_who_has_it(app: Flask) -> None:
    (rice,) = boxes()
    rina = orders.guest()
    code = bought(rina, rice, 10).code
    listed = catalog.listing(
        name="Nasi Kotak", made_to_order=True, daily_units=2, variants=[{"id": rice, "price_idr": 30_000}]
    )
    shelves.update_product(offers([rice])[rice].product_id, listed, by=SYSTEM)
    orders.decided(code, rina)
    assert queries.own_order(code, rina).state == "paid"
    late = orders.guest()
    services.put(rice, 1, by=late)
    way = queries.cart(late).groups[0].way
    assert way.time is not None
    assert way.time.day.on == SATURDAY


@pytest.mark.parametrize("first_keeps", [True, False])
def test_of_two_buyers_of_the_last_piece_of_a_day_one_gets_it(
    live: Live, beside: Callable[[Callable[[], object]], threading.Thread], first_keeps: bool
) -> None:
    """Guard (R26.3): pieces of a product for a day, in BOOK. The second waits for the first, and gets it if that lets go."""
    (rice,) = boxes(1)
    rina, dewi = orders.guest(), orders.guest()
    for buyer in (rina, dewi):
        orders.filled(buyer, rice)
    session.remove()
    there, go_on, outcomes = threading.Event(), threading.Event(), list[str]()

    @transactional
    def first() -> None:
        place(orders.checkout(30_000), by=rina)
        there.set()
        assert go_on.wait(PATIENCE)
        if not first_keeps:
            raise Conflict("changed_mind", "")

    def second() -> None:
        try:
            place(orders.checkout(30_000), by=dewi)
            outcomes.append("placed")
        except Conflict as conflict:
            outcomes.append(conflict.code)

    one = beside(first)
    assert there.wait(PATIENCE)
    other = beside(second)
    somebody_waits()
    go_on.set()
    for thread in (one, other):
        thread.join(PATIENCE)
        assert not thread.is_alive()
    assert outcomes == (["day_full"] if first_keeps else ["placed"])
    assert (promised(), whole()) == ({FRIDAY: 1}, [])
    if first_keeps:
        services.place(orders.checkout(30_000), by=dewi)
        assert sorted(session.scalars(select(Suborder.promised_on))) == [FRIDAY, SATURDAY]


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_process_that_dies_with_the_last_piece_keeps_it_from_nobody(live: Live, when: str) -> None:
    """Dead before its commit it has taken nothing; after it, the same form finds its own order and takes no second piece."""
    point = f"orders.services.checkout.place:{when}"
    assert point in crash.names()
    (rice,) = boxes(1)
    rina, dewi = orders.guest(), orders.guest()
    form = orders.checkout(orders.filled(rina, rice))
    orders.filled(dewi, rice)
    assert killed(point, lambda: services.buy(form, by=rina))
    assert promised() == ({} if when == "before" else {FRIDAY: 1})
    if when == "before":
        assert services.buy(orders.checkout(30_000), by=dewi).code
    else:
        assert services.buy(form, by=rina).replayed
    assert (promised(), whole()) == ({FRIDAY: 1}, [])
