"""What a shop says about its deliveries, what comes with the program, and the demo."""

import threading
from collections import Counter
from datetime import date, time

import pytest
from pydantic import ValidationError
from sqlalchemy import delete, func, select, update

from marketplace.accounts import demo as people
from marketplace.accounts import queries as accounts
from marketplace.delivery import demo, queries, services
from marketplace.delivery.forms import NEVER, OptionsIn
from marketplace.delivery.models import Courier, Method, Option, ShopLimits, Tariff, Zone
from marketplace.delivery.queries import broken, choices
from marketplace.kernel import clock as program_clock
from marketplace.kernel.access import SYSTEM, Actor
from marketplace.kernel.db import session, transactional
from marketplace.kernel.errors import Conflict, Invalid, NotFound
from marketplace.kernel.ids import uuid7
from marketplace.kernel.models import AuditEntry
from marketplace.kernel.money import Rupiah
from marketplace.sellers import demo as shops
from marketplace.sellers.queries import seller_by_code
from tests.delivery.test_places import PATIENCE, waiting_for_a_lock
from tests.factories import delivery, sellers

OWN = {"method": "own", "flat": "Rp 7.500", "free_from": "150rb", "cutoff": "15.00", "slots": ["13-16", "09-12"]}


def said(*options, **limits):
    return OptionsIn.model_validate({"options": list(options) or [{"method": "pickup"}], **limits})


@transactional
def alter(statement):
    session.execute(statement)


def test_a_team_sets_its_options_anew_and_it_is_audited(app, clock):
    one = delivery.shop()
    team = sellers.runs(one)
    services.set_options(one.id, said({"method": "pickup"}, daily_orders=3), by=team)
    data = said(OWN, {"method": "courier", "courier": "reguler"}, daily_units=40, days_off=["2026-12-25", "2026-11-26"])
    services.set_options(one.id, data, by=team)
    found = queries.options(one.id, team)
    assert [(way.method, way.courier) for way in found.options] == [(Method.COURIER, "reguler"), (Method.OWN, None)]
    own = found.options[1]
    assert (own.flat, own.free_from, own.cutoff) == (Rupiah(7_500), Rupiah(150_000), time(15))
    assert own.slots == ("09-12", "13-16")
    assert (found.daily_orders, found.daily_units, found.days_off) == (None, 40, (date(2026, 12, 25),))
    entries = session.scalars(select(AuditEntry.content).where(AuditEntry.stream == f"delivery:{one.id}"))
    first, second = sorted(entries, key=lambda entry: entry["before"]["daily_orders"] or 0)
    assert (first["after"]["daily_orders"], second["before"]["daily_orders"]) == (3, 3)
    assert second["after"]["options"][1]["flat"] == 7_500


def test_the_shop_of_others_is_not_there(app):
    one, other = delivery.shop(), delivery.shop()
    for somebody in (sellers.runs(other), Actor(kind="guest")):
        with pytest.raises(NotFound):
            services.set_options(one.id, said(), by=somebody)
    with pytest.raises(NotFound):
        services.set_options(uuid7(), said(), by=SYSTEM)


@pytest.mark.parametrize(
    "wrong",
    [
        [],
        [{"method": "joint"}],
        [{"method": "courier"}],
        [{"method": "own", "courier": "reguler"}],
        [{"method": "pickup", "flat": 5_000}],
        [{"method": "own", "flat": -1}],
        [{"method": "own", "flat": 10_000_001}],
        [{"method": "own", "free_from": 0}],
        [{"method": "own", "lead_days": 21}],
        [{"method": "own", "cutoff": "15:00Z"}],
        [{"method": "own", "cutoff": "15:00+00:00"}],
        [{"method": "own", "cutoff": "24.00"}],
        [{"method": "own", "cutoff": 54_000}],
        [{"method": "own", "slots": ["12-09"]}],
        [{"method": "own", "slots": ["09-25"]}],
        [{"method": "own", "slots": ["pagi"]}],
        [{"method": "courier", "courier": "reguler", "slots": ["09-12"]}],
        [{"method": "own"}, {"method": "own"}],
        [{"method": "pickup", "discount": 5}],
    ],
)
def test_what_makes_no_sense_is_refused(wrong):
    with pytest.raises(ValidationError):
        OptionsIn.model_validate({"options": wrong})


@pytest.mark.parametrize("wrong", ["-1", "1e3", "100001", "٣"])
def test_limits_are_whole_numbers(wrong):
    with pytest.raises(ValidationError):
        said(daily_orders=wrong)


def test_kecamatan_elsewhere_are_refused(app):
    with pytest.raises(Invalid) as refused:
        delivery.offers(delivery.shop().id, {"method": "own", "kecamatan": [delivery.CENTRE, "32.01.01"]})
    assert list(refused.value.fields) == ["options-0-kecamatan"]


def test_every_kecamatan_lies_in_a_zone_and_the_islands_in_one_of_their_own(app):
    zones = {row.kecamatan_code: row.zone for row in session.execute(select(Zone.kecamatan_code, Zone.zone))}
    assert len(zones) == 44
    assert set(zones) == {area.code for area in accounts.areas("kecamatan")}
    assert sorted(code for code, zone in zones.items() if zone == "KS") == ["31.01.01", "31.01.02"]
    for city in accounts.areas("kota"):
        assert len({zones[area.code] for area in accounts.areas_below(city.code)}) == 1


def test_loading_again_changes_nothing_that_an_operator_wrote(app):
    before = session.scalar(select(func.count()).select_from(Tariff))
    alter(update(Courier).where(Courier.code == "sehari").values(valid=False))
    alter(update(Tariff).values(first_idr=Rupiah(1)))
    services.load()
    assert session.scalar(select(func.count()).select_from(Tariff)) == before == 36 + 25
    assert set(session.scalars(select(Tariff.first_idr))) == {Rupiah(1)}
    assert list(queries.couriers()) == ["reguler"]


def test_every_tariff_is_marked_as_an_example_with_its_day(app):
    for source, day in session.execute(select(Tariff.source, Tariff.valid_from)):
        assert source.startswith("Contoh, November 2026")
        assert day == date(2026, 1, 1)


def test_verify_names_a_kecamatan_without_a_zone(app):
    assert list(broken()) == []
    alter(delete(Zone).where(Zone.kecamatan_code == delivery.SOUTH))
    assert list(broken()) == [f"delivery: kecamatan {delivery.SOUTH} lies in no zone"]


def test_the_demo_shops_deliver_the_same_way_for_the_same_seed(app, clock):
    people.plant("small", 7)
    shops.plant("small", 7)
    demo.plant("small", 7)
    found = session.execute(select(Option.id, Option.method, Option.flat_idr).order_by(Option.id)).all()
    limited = session.scalar(select(func.count()).select_from(ShopLimits))
    assert limited == len(shops.town("small", 7))
    assert len(found) >= 2 * limited
    assert demo.plant("small", 7) == {}
    alter(delete(Option))
    alter(delete(ShopLimits))
    demo.plant("small", 7)
    assert session.execute(select(Option.id, Option.method, Option.flat_idr).order_by(Option.id)).all() == found
    cards = [seller_by_code(shop.code) for shop in shops.town("small", 7)]
    groups = [delivery.group(one) for one in cards]
    found = choices(groups, delivery.ISLANDS, program_clock.now())
    for ways in found.values():
        assert next(way for way in ways if way.method is Method.PICKUP).open
    mainland = [one.seller_id for one in groups if not one.kecamatan_code.startswith("31.01")]
    assert not any(way.open for one in mainland for way in found[one] if way.method is Method.OWN)


@pytest.mark.parametrize("first_keeps", [True, False])
def test_of_two_who_set_a_shop_for_the_first_time_at_once_the_later_is_told(live, first_keeps):
    """Guard (R26.3): what was seen, also when nothing stood there: the second waits for the first and then looks."""
    one = delivery.shop()
    session.remove()
    there, go_on, outcomes = threading.Event(), threading.Event(), []

    @transactional
    def first():
        services.set_options(one.id, said(daily_orders=7, seen=NEVER.isoformat()), by=SYSTEM)
        there.set()
        assert go_on.wait(PATIENCE)
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

    def second():
        services.set_options(one.id, said(daily_orders=9, seen=NEVER.isoformat()), by=SYSTEM)

    threads = [threading.Thread(target=run, args=(first,))]
    threads[0].start()
    assert there.wait(PATIENCE)
    threads.append(threading.Thread(target=run, args=(second,)))
    threads[1].start()
    waiting_for_a_lock()
    go_on.set()
    for thread in threads:
        thread.join(PATIENCE)
        assert not thread.is_alive()
    assert Counter(outcomes) == ({None: 1, "changed": 1} if first_keeps else {None: 1, "changed_mind": 1})
    assert queries.told(one.id).daily_orders == (7 if first_keeps else 9)
