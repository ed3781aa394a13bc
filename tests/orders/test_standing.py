"""Standing orders: prepared ahead of their days, told once, ordered and paid by hand, and never by themselves (C12)."""

import os
import signal
import threading
from datetime import date
from typing import NoReturn
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from marketplace.accounts import services as people
from marketplace.catalog.models import Stock
from marketplace.kernel import crash
from marketplace.kernel.access import Actor
from marketplace.kernel.db import db, session, transactional
from marketplace.kernel.errors import Conflict, NotFound
from marketplace.kernel.outbox import relay
from marketplace.orders import queries, services
from marketplace.orders.events import StandingReady
from marketplace.orders.forms import StandingChangeIn, StandingIn
from marketplace.orders.models import Order, StandingLine, StandingOrder
from marketplace.orders.queries.rhythm import following
from marketplace.testing.plugin import Live, Outbox, TestClock
from tests.factories import catalog, orders
from tests.factories.accounts import PASSWORD, as_actor, person, signed_in
from tests.factories.letters import letters
from tests.orders.pages import filled_in, put, reprice

FRIDAY = "2026-11-27T08:00:00+07:00"
WEDNESDAY, NEXT_FRIDAY, FRIDAY_AFTER = "2026-12-02T08:00:00+07:00", date(2026, 12, 4), date(2026, 12, 11)


def rania(email: str = "rania@contoh.example") -> Actor:
    return as_actor(person("Rania Dewi", email=email), name="Rania Dewi")


def wish(**changes: object) -> StandingIn:
    """Return a standing order for Fridays from the next one on."""
    return StandingIn.model_validate({"nama": "Camilan rapat", "hari": [5], "tiap": 1, "mulai": NEXT_FRIDAY, **changes})


def stood(by: Actor, *variants: UUID, qty: int = 1, **changes: object) -> UUID:
    """Make a standing order of what is put into the cart."""
    for variant in variants:
        services.put(variant, qty, by=by)
    return services.stand(wish(**changes), by=by)


def days(standing_id: UUID) -> tuple[date | None, date | None]:
    """Return which day is prepared, and which is next."""
    columns = (StandingOrder.prepared_on, StandingOrder.next_on)
    row = session.execute(select(*columns).where(StandingOrder.id == standing_id)).one()
    return row.prepared_on, row.next_on


@transactional
def emptied(variant: UUID, left: int = 0) -> None:
    session.execute(update(Stock).where(Stock.variant_id == variant).values(on_hand=left))


@pytest.mark.parametrize(
    ("weekdays", "every", "least", "expected"),
    [
        ([5], 1, date(2026, 12, 4), date(2026, 12, 4)),
        ([5], 1, date(2026, 12, 5), date(2026, 12, 11)),
        ([1, 3], 1, date(2026, 12, 5), date(2026, 12, 7)),
        ([5], 2, date(2026, 12, 5), date(2026, 12, 18)),
        ([1], 2, date(2026, 12, 5), date(2026, 12, 14)),
        ([1], 3, date(2027, 1, 1), date(2027, 1, 11)),
        ([7], 1, date(2026, 11, 1), date(2026, 12, 6)),
    ],
)
def test_a_rhythm_counts_weeks_from_its_first(weekdays: list[int], every: int, least: date, expected: date) -> None:
    assert following(date(2026, 12, 4), weekdays, every, least) == expected


def test_a_rhythm_without_a_day_is_none() -> None:
    with pytest.raises(ValueError, match="day of the week"):
        following(date(2026, 12, 4), [], 1, date(2026, 12, 4))


def test_it_is_prepared_two_days_before_in_the_morning_and_told_once(app: Flask, clock: TestClock) -> None:
    clock.set(FRIDAY)
    buyer, variant = rania(), catalog.basket(name="Kue Basah")
    standing_id = stood(buyer, variant, qty=3)
    for moment in ("2026-12-01T23:00:00+07:00", "2026-12-02T06:59:00+07:00"):
        clock.set(moment)
        assert services.prepare_standing() == 0, "nobody is told at night"
    clock.set(WEDNESDAY)
    assert [services.prepare_standing() for _call in range(3)] == [1, 0, 0]
    assert days(standing_id) == (NEXT_FRIDAY, FRIDAY_AFTER)
    relay()
    told = [one for one in letters(app) if "tinggal bayar" in one.subject]
    assert len(told) == 1
    assert told[0].to == "rania@contoh.example"
    assert f"/beli?langganan={standing_id}" in told[0].text
    assert "3 × Kue Basah" in told[0].text
    assert session.scalars(select(Order.id)).all() == [], "nothing is ordered or charged by itself"
    assert list(queries.standing_broken()) == []


def test_what_waits_keeps_its_place_until_its_day_came(app: Flask, clock: TestClock) -> None:
    clock.set(FRIDAY)
    standing_id = stood(rania(), catalog.basket(), hari=[1, 2, 3, 4, 5, 6, 7], mulai=date(2026, 11, 28))
    assert [services.prepare_standing() for _call in range(2)] == [1, 0]
    assert days(standing_id) == (date(2026, 11, 28), date(2026, 11, 29))
    clock.set("2026-11-28T08:00:00+07:00")
    assert services.prepare_standing() == 1
    assert days(standing_id)[0] == date(2026, 11, 29)
    clock.set("2026-12-20T08:00:00+07:00")
    assert services.prepare_standing() == 1, "days on which no worker ran are passed over"
    assert days(standing_id)[0] == date(2026, 12, 20)


def test_ordering_it_leaves_the_cart_alone_and_happens_once(app: Flask, client: FlaskClient, clock: TestClock) -> None:
    clock.set(FRIDAY)
    buyer, weekly, other = rania(), catalog.basket(name="Kue Basah"), catalog.basket(name="Kipas Bambu")
    signed_in(client, UUID(str(buyer.id)))
    standing_id = stood(buyer, weekly, qty=2)
    services.remove(weekly, by=buyer)
    put(client, other)
    assert client.get(f"/beli?langganan={standing_id}").location == f"/pesanan/langganan/{standing_id}", "not ready yet"
    clock.set(WEDNESDAY)
    services.prepare_standing()

    page = client.get(f"/beli?langganan={standing_id}")
    assert page.status_code == 200
    assert "Kue Basah" in page.text
    assert "Kipas Bambu" not in page.text
    sent = {**filled_in(page), "langganan": str(standing_id)}
    assert client.post("/beli", data=sent).status_code == 303
    order = session.scalars(select(Order)).one()
    assert order.goods_idr.amount == 90_000
    assert [group.items[0].variant_id for group in queries.cart(buyer).groups] == [other]
    assert days(standing_id) == (None, FRIDAY_AFTER)

    again = client.post("/beli", data=sent)
    assert again.headers["Idempotent-Replayed"] == "true"
    refused = client.post("/beli", data={**sent, "kunci": "kunci-lain-sekali"})
    assert refused.status_code == 409
    assert "sudah dipesan" in refused.text
    assert len(session.scalars(select(Order.id)).all()) == 1


def test_it_comes_on_its_day(app: Flask, clock: TestClock) -> None:
    clock.set(FRIDAY)
    buyer = rania()
    standing_id = stood(buyer, catalog.basket())
    clock.set(WEDNESDAY)
    services.prepare_standing()
    found = queries.standing_basket(standing_id, buyer)
    (group,) = found.cart.groups
    assert group.way.time is not None
    assert group.way.time.day.on == NEXT_FRIDAY


def test_what_cannot_be_had_is_named_and_the_rest_can_be_ordered(
    app: Flask, client: FlaskClient, clock: TestClock
) -> None:
    clock.set(FRIDAY)
    buyer = rania()
    signed_in(client, UUID(str(buyer.id)))
    first, second, third = orders.two_shops()
    standing_id = stood(buyer, first, second, third, qty=3)
    clock.set(WEDNESDAY)
    services.prepare_standing()
    emptied(first)
    emptied(second, 2)
    reprice(third, 50_000)
    page = client.get(f"/beli?langganan={standing_id}")
    for said in ("Habis.", "Hanya 2 dari 3", "Harga berubah dari"):
        assert said in page.text, said
    assert client.post("/beli", data={**filled_in(page), "langganan": str(standing_id)}).status_code == 303
    assert session.scalars(select(Order)).one().goods_idr.amount == 2 * 45_000 + 3 * 50_000
    seen = session.execute(select(StandingLine.variant_id, StandingLine.seen_idr)).all()
    assert {row.variant_id: row.seen_idr.amount for row in seen} == {first: 45_000, second: 45_000, third: 50_000}
    own = client.get(f"/pesanan/langganan/{standing_id}").text
    assert own.count('data-uji="beda"') == 2, "the new price was paid, so it is the known one"


def test_its_owner_changes_pauses_resumes_and_ends_it(app: Flask, client: FlaskClient, clock: TestClock) -> None:
    clock.set(FRIDAY)
    buyer = rania()
    signed_in(client, UUID(str(buyer.id)))
    first, second, _third = orders.two_shops()
    for variant in (first, second):
        put(client, variant)
    form = {"nama": "Camilan", "hari": ["5"], "tiap": "1", "mulai": "2026-12-04"}
    wrong = client.post("/pesanan/langganan", data={**form, "mulai": "2026-11-27", "hari": []})
    assert wrong.status_code == 422
    assert 'value="Camilan"' in wrong.text
    assert {"f-mulai-galat", "f-hari-galat"} <= {part.split('"')[0] for part in wrong.text.split('id="')}
    path = client.post("/pesanan/langganan", data=form).location.partition("?")[0]
    standing_id = UUID(path.rpartition("/")[2])

    rows = {"baris-0-varian": str(first), "baris-0-jumlah": "4", "baris-1-varian": str(second), "baris-1-jumlah": "0"}
    changed = {**form, "hari": ["1", "4"], "tiap": "2", "mulai": "2026-12-05"}
    assert client.post(path, data={**changed, **rows}).status_code == 303
    assert [(line.variant_id, line.qty) for line in queries.standing_wanted(standing_id)] == [(first, 4)]
    assert days(standing_id)[1] == date(2026, 12, 14), "the Saturday's week is the first that counts"
    none = client.post(path, data={**changed, "baris-0-varian": str(first), "baris-0-jumlah": "0"})
    assert none.status_code == 422
    assert "Sisakan paling sedikit satu produk" in none.text

    assert client.post(f"{path}/jeda").status_code == 303
    clock.set("2026-12-12T08:00:00+07:00")
    signed_in(client, UUID(str(buyer.id)))
    assert services.prepare_standing() == 0
    assert client.post(f"{path}/jeda").status_code == 409
    assert client.post(f"{path}/lanjut").status_code == 303
    assert days(standing_id) == (None, date(2026, 12, 14))
    assert services.prepare_standing() == 1
    assert client.post(f"{path}/penghentian").status_code == 303
    assert days(standing_id) == (None, None)
    assert client.post(path, data={**changed, "mulai": "2026-12-20"}).status_code == 409
    assert "Berakhir" in client.get("/pesanan/langganan").text


def test_it_belongs_to_its_owner_alone(app: Flask, client: FlaskClient, clock: TestClock) -> None:
    clock.set(FRIDAY)
    buyer, stranger = rania(), rania("lain@contoh.example")
    standing_id = stood(buyer, catalog.basket())
    for path in ("/pesanan/langganan", f"/pesanan/langganan/{standing_id}", f"/beli?langganan={standing_id}"):
        assert client.get(path).location.startswith("/masuk"), path
    signed_in(client, UUID(str(stranger.id)))
    for path in (f"/pesanan/langganan/{standing_id}", f"/beli?langganan={standing_id}"):
        assert client.get(path).status_code == 404, path
    for act in ("", "/jeda", "/lanjut", "/penghentian", "/keranjang"):
        data = {"nama": "x", "hari": "5", "tiap": "1", "mulai": "2026-12-04"} if not act else {}
        assert client.post(f"/pesanan/langganan/{standing_id}{act}", data=data).status_code == 404, act
    with pytest.raises(NotFound):
        services.stand(wish(), by=orders.guest())


def test_it_can_be_made_of_an_order_and_put_into_the_cart(app: Flask, clock: TestClock) -> None:
    clock.set(FRIDAY)
    buyer, variant = rania(), catalog.basket()
    code = orders.ordered(buyer, variant).code
    standing_id = services.stand(wish(pesanan=code), by=buyer)
    assert queries.cart(buyer).groups == ()
    services.standing_into_cart(standing_id, by=buyer)
    services.standing_into_cart(standing_id, by=buyer)
    assert [item.qty for group in queries.cart(buyer).groups for item in group.items] == [1]
    with pytest.raises(NotFound):
        services.stand(wish(pesanan=code), by=rania("lain@contoh.example"))


def test_nobody_keeps_too_many(app: Flask, clock: TestClock, monkeypatch: pytest.MonkeyPatch) -> None:
    clock.set(FRIDAY)
    monkeypatch.setitem(app.extensions["jkp"].settings.extra, "STANDING_ORDERS", 1)
    buyer = rania()
    first = stood(buyer, catalog.basket())
    with pytest.raises(Conflict, match="too_many_standing"):
        services.stand(wish(), by=buyer)
    services.end_standing(first, by=buyer)
    services.stand(wish(), by=buyer)


def test_who_leaves_takes_them_along(app: Flask, clock: TestClock) -> None:
    clock.set(FRIDAY)
    buyer = rania()
    stood(buyer, catalog.basket(name="Kue Basah"))
    held = people.export_own(by=buyer)
    assert held["standing_orders"][0]["lines"] == [{"product": "Kue Basah", "qty": 1}]
    people.delete_account(PASSWORD, by=buyer, address="203.0.113.7")
    assert session.scalars(select(StandingOrder.id)).all() == []


def test_changing_it_to_an_earlier_day_prepares_that(app: Flask, clock: TestClock) -> None:
    clock.set(FRIDAY)
    buyer = rania()
    standing_id = stood(buyer, catalog.basket())
    clock.set(WEDNESDAY)
    services.prepare_standing()
    earlier = StandingChangeIn.model_validate({"nama": "x", "hari": [4], "tiap": 1, "mulai": date(2026, 12, 3)})
    services.change_standing(standing_id, earlier, by=buyer)
    assert days(standing_id) == (None, date(2026, 12, 3))


def _die(point: str) -> NoReturn:
    try:
        for engine in db.engines.values():
            engine.dispose(close=False)
        os.environ["JKP_CRASH"] = f"{point}:1"
        services.prepare_standing()
    finally:
        os._exit(1)


@pytest.mark.slow
@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_worker_that_dies_prepares_nothing_twice(live: Live, clock: TestClock, moment: str) -> None:
    clock.set(FRIDAY)
    standing_id = stood(rania(), catalog.basket())
    clock.set(WEDNESDAY)
    point = f"orders.services.standing.prepare_standing:{moment}"
    assert point in crash.names()
    session.remove()
    child = os.fork()
    if child == 0:
        _die(point)
    _pid, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status)
    assert os.WTERMSIG(status) == signal.SIGKILL
    assert services.prepare_standing() == (1 if moment == "before" else 0), "what was not committed is done by the next"
    assert days(standing_id) == (NEXT_FRIDAY, FRIDAY_AFTER)


@pytest.mark.slow
def test_two_workers_prepare_each_once(live: Live, clock: TestClock) -> None:
    clock.set(FRIDAY)
    made = [stood(rania(f"r{number}@contoh.example"), catalog.basket()) for number in range(6)]
    clock.set(WEDNESDAY)
    prepared: list[int] = []
    start = threading.Barrier(4)

    def work() -> None:
        with live.app.app_context():
            start.wait()
            prepared.append(services.prepare_standing())
            session.remove()

    workers = [threading.Thread(target=work) for _worker in range(4)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    assert sum(prepared) == len(made)
    assert {days(one) for one in made} == {(NEXT_FRIDAY, FRIDAY_AFTER)}


def test_each_preparation_is_one_event(outbox: Outbox, clock: TestClock) -> None:
    clock.set(FRIDAY)
    standing_id = stood(rania(), catalog.basket())
    clock.set(WEDNESDAY)
    services.prepare_standing()
    services.prepare_standing()
    assert outbox.named(StandingReady) == [{"standing_id": str(standing_id), "on": "2026-12-04"}]
