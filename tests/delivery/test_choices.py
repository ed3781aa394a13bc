"""What a cart is offered, in one statement however many shops, and what of it may be picked."""

from contextlib import contextmanager
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import event, update

from marketplace.delivery import queries, services, slots
from marketplace.delivery.models import Courier, Method, Tariff
from marketplace.delivery.queries import Picked, choices, chosen
from marketplace.kernel.db import db, session, transactional
from marketplace.kernel.errors import Conflict, Invalid
from marketplace.kernel.ids import uuid7
from marketplace.kernel.money import ZERO, Rupiah
from tests.factories import delivery, sellers
from tests.factories.delivery import CENTRE, ISLANDS, SOUTH

NOW = datetime.fromisoformat("2026-11-27T09:00:00+07:00")
FRIDAY = date(2026, 11, 27)
COURIERS = ({"method": "courier", "courier": "reguler"}, {"method": "courier", "courier": "sehari"})


def offered(one, place=SOUTH, now=NOW, **changes):
    return {choice.key: choice for choice in choices([delivery.group(one, **changes)], place, now)[one.id]}


def days(choice):
    return [day.on for day in choice.days if not day.full]


@contextmanager
def statements():
    """Count what is asked of the database, transactions aside."""
    said = []

    def heard(_connection, _cursor, statement, *_rest):
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            said.append(statement)

    engines = list(db.engines.values())
    for engine in engines:
        event.listen(engine, "before_cursor_execute", heard)
    try:
        yield said
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", heard)


@transactional
def alter(statement):
    session.execute(statement)


def test_a_shop_that_said_nothing_is_fetched_from_and_brings_at_the_houses_price(app):
    found = offered(delivery.shop())
    assert [(key, one.price, one.open) for key, one in found.items()] == [
        ("pickup", ZERO, True),
        ("own", Rupiah(10_000), True),
    ]
    assert days(found["own"]) == [FRIDAY + timedelta(days=ahead) for ahead in range(1, 8)], (
        "not today, unless it says so"
    )


def test_a_shop_offers_what_it_set_with_prices_by_zone_and_weight(app):
    one = delivery.shop()
    delivery.offers(one.id, {"method": "own", "flat": 7_000}, *COURIERS)
    assert {key: choice.price for key, choice in offered(one, SOUTH, weight_g=2_500).items()} == {
        "own": Rupiah(7_000),
        "courier:reguler": Rupiah(11_000 + 2 * 5_000),
        "courier:sehari": Rupiah(22_000 + 2 * 7_000),
    }
    assert offered(one, CENTRE)["courier:reguler"].price == Rupiah(9_000)
    arrives = offered(one, SOUTH)["courier:reguler"].days[0].arrives
    assert arrives == (FRIDAY + timedelta(days=1), FRIDAY + timedelta(days=3))


def test_the_islands_have_no_tariff_of_the_quick_courier_and_that_is_said(app):
    one = delivery.shop()
    delivery.offers(one.id, *COURIERS)
    found = offered(one, ISLANDS)
    assert found["courier:reguler"].price == Rupiah(28_000)
    quick = found["courier:sehari"]
    assert (quick.price, quick.open, str(quick.why)) == (None, False, "Kurir ini tidak punya tarif untuk tujuan ini.")
    with pytest.raises(Invalid) as refused:
        chosen(list(found.values()), Picked("courier:sehari", FRIDAY))
    assert list(refused.value.fields) == ["pengantaran"]


def test_before_the_address_is_known_a_couriers_price_is_open(app):
    one = delivery.shop()
    delivery.offers(one.id, *COURIERS)
    regular = offered(one, None)["courier:reguler"]
    assert (regular.price, regular.open) == (None, True)
    with pytest.raises(Invalid):
        chosen([regular], Picked("courier:reguler", FRIDAY))


def test_the_latest_tariff_that_holds_today_counts(app):
    one = delivery.shop()
    delivery.offers(one.id, *COURIERS)

    @transactional
    def from_day(day, price):
        session.add(
            Tariff(
                id=uuid7(), courier_code="reguler", from_zone="JP", to_zone="JS", first_idr=Rupiah(price),
                next_idr=ZERO, days_least=1, days_most=1, valid_from=day, source="uji",
            )
        )  # fmt: skip

    from_day(FRIDAY, 12_500)
    from_day(FRIDAY + timedelta(days=1), 99_000)
    assert offered(one, SOUTH)["courier:reguler"].price == Rupiah(12_500)
    # It is Friday in Jakarta from five in the afternoon of Thursday in Greenwich on.
    assert offered(one, SOUTH, datetime.fromisoformat("2026-11-26T16:59:00+00:00"))["courier:reguler"].price == Rupiah(
        11_000
    )
    assert offered(one, SOUTH, datetime.fromisoformat("2026-11-26T17:00:00+00:00"))["courier:reguler"].price == Rupiah(
        12_500
    )


def test_a_shops_own_delivery_ends_at_its_kecamatan(app):
    one = delivery.shop()
    delivery.offers(one.id, {"method": "own", "flat": 5_000, "kecamatan": [CENTRE]})
    assert offered(one, CENTRE)["own"].open
    assert offered(one, None)["own"].open
    assert not offered(one, SOUTH)["own"].open


def test_a_courier_that_ended_is_not_offered(app):
    one = delivery.shop()
    delivery.offers(one.id, {"method": "pickup"}, *COURIERS)
    alter(update(Courier).where(Courier.code == "sehari").values(valid=False))
    assert list(offered(one)) == ["pickup", "courier:reguler"]


def test_an_unknown_courier_is_refused(app):
    one = delivery.shop()
    delivery.offers(one.id, *COURIERS)
    found = list(offered(one).values())
    for key in ("courier:kilat", "courier", "own", "joint:1", "", "courier:reguler:sehari"):
        with pytest.raises(Invalid) as refused:
            chosen(found, Picked(key, FRIDAY))
        assert list(refused.value.fields) == ["pengantaran"], key
    with pytest.raises(Invalid) as refused:
        delivery.offers(one.id, {"method": "courier", "courier": "kilat"})
    assert list(refused.value.fields) == ["options-0-courier"]


def test_a_day_past_the_cut_off_is_gone_and_the_free_days_are_said(app):
    one = delivery.shop()
    delivery.offers(one.id, {"method": "pickup", "cutoff": "10:00"})
    assert chosen(list(offered(one).values()), Picked("pickup", FRIDAY)).day.on == FRIDAY
    late = list(offered(one, now=NOW + timedelta(hours=1)).values())
    with pytest.raises(Conflict) as refused:
        chosen(late, Picked("pickup", FRIDAY))
    assert refused.value.code == "day_gone"
    assert refused.value.facts["free"][0] == "2026-11-28"


def test_the_longer_lead_time_counts_and_days_off_are_left_out(app, clock):
    one = delivery.shop()
    delivery.offers(one.id, {"method": "pickup", "lead_days": 1}, days_off=["2026-11-28", "2026-11-29"])
    assert days(offered(one)["pickup"])[0] == date(2026, 11, 30)
    assert days(offered(one, lead_days=2)["pickup"])[0] == date(2026, 12, 1)
    away = offered(one, away=(date(2026, 11, 30), date(2026, 12, 3)))
    assert days(away["pickup"])[0] == date(2026, 12, 4)


def test_a_full_day_is_shown_as_full_and_cannot_be_picked(app):
    one = delivery.shop()
    delivery.offers(one.id, daily_orders=1)
    services.book("JKP-1", [delivery.place(one, FRIDAY)])
    found = offered(one)["pickup"]
    assert (found.days[0].on, found.days[0].full) == (FRIDAY, True)
    with pytest.raises(Conflict) as refused:
        chosen([found], Picked("pickup", FRIDAY))
    assert (refused.value.code, FRIDAY.isoformat() in refused.value.facts["free"]) == ("day_full", False)


def test_units_that_no_longer_fit_fill_a_day_for_this_cart_alone(app):
    one = delivery.shop()
    delivery.offers(one.id, daily_units=10)
    services.book("JKP-1", [delivery.place(one, FRIDAY, units=7)])
    assert not offered(one, units=3)["pickup"].days[0].full
    day = offered(one, units=4)["pickup"].days[0]
    assert (day.full, str(day.why)) == (True, "Toko tidak sanggup menyiapkan sebanyak itu pada hari ini.")
    assert not offered(one, units=11)["pickup"].open


def test_hours_are_asked_for_where_a_shop_keeps_them_and_a_full_slot_is_refused(app):
    one = delivery.shop()
    delivery.offers(one.id, {"method": "pickup", "slots": ["13-16", "09-12"]}, slot_orders=1)
    services.book("JKP-1", [delivery.place(one, FRIDAY, slot="09-12")])
    found = list(offered(one).values())
    assert [(one.slot, one.full) for one in found[0].days[0].slots] == [("09-12", True), ("13-16", False)]
    assert chosen(found, Picked("pickup", FRIDAY, "13-16")).slot == "13-16"
    for slot, refusal in (("", Invalid), ("10-11", Invalid), ("09-12", Conflict)):
        with pytest.raises(refusal):
            chosen(found, Picked("pickup", FRIDAY, slot))


def test_twenty_shops_take_one_statement_once_the_tariffs_are_known(app):
    shops = [delivery.shop(name=f"Dapur {number}") for number in range(20)]
    for one in shops:
        delivery.offers(one.id, {"method": "pickup"}, {"method": "own", "flat": 5_000}, *COURIERS)
    groups = [delivery.group(one) for one in shops]
    choices(groups[:1], SOUTH, NOW)
    with statements() as said:
        found = choices(groups, SOUTH, NOW)
    assert len(said) == 1
    assert {len(one) for one in found.values()} == {4}
    with statements() as said:
        assert choices([], SOUTH, NOW) == {}
    assert said == []


def test_shops_that_hand_over_together_are_asked_for_once(app, monkeypatch):
    one, other = delivery.shop(), delivery.shop()
    asked = []

    def bazaar(found, day):
        asked.append((set(found), day))
        return [
            slots.JointPickup(
                id="7", label="Bazar Gambir", where="Lapangan Banteng", day=FRIDAY, hours="10-12",
                sellers=frozenset({one.id}),
            )
        ]  # fmt: skip

    monkeypatch.setattr(slots, "joint_pickups", [bazaar])
    found = choices([delivery.group(one), delivery.group(other)], SOUTH, NOW)
    assert asked == [({one.id, other.id}, FRIDAY)]
    assert [(c.key, c.method, c.where, c.price) for c in found[one.id] if c.method is Method.JOINT] == [
        ("joint:7", Method.JOINT, "Lapangan Banteng", ZERO)
    ]
    assert [choice.key for choice in found[other.id]] == ["pickup", "own"]
    picked = chosen(found[one.id], Picked("joint:7", FRIDAY, "10-12"))
    assert (picked.price, picked.slot) == (ZERO, "10-12")


def test_the_couriers_that_come_along_are_marked_as_examples(app):
    assert set(queries.couriers()) == {"reguler", "sehari"}
    assert all("contoh" in label for label in queries.couriers().values())


def test_only_the_team_reads_what_a_shop_set(app):
    one = delivery.shop()
    assert queries.options(one.id, sellers.runs(one)) is not None
    assert queries.options(one.id, sellers.runs(delivery.shop())) is None
