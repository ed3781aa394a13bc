"""Paid anew, an order keeps no day that is gone: who can be asked is asked, and else the next free day is taken and told."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from marketplace.delivery import services as delivery
from marketplace.delivery.models import Booking
from marketplace.kernel import clock as program_clock
from marketplace.kernel.access import SYSTEM, Actor
from marketplace.kernel.db import session
from marketplace.kernel.errors import Conflict
from marketplace.kernel.ids import token
from marketplace.kernel.outbox import relay
from marketplace.kernel.slots import verifiers
from marketplace.orders import queries, services
from marketplace.orders.forms import PayAgainIn
from marketplace.orders.models import Suborder
from marketplace.payments import queries as payments
from marketplace.payments import services as payment_services
from marketplace.payments.models import SandboxState
from marketplace.sellers import services as shops
from marketplace.sellers.forms import LeaveIn
from marketplace.sellers.queries import SellerCard
from marketplace.testing.plugin import TestClock
from tests.factories import catalog, orders, sellers
from tests.factories import delivery as ways
from tests.factories.letters import letters
from tests.orders.pages import buy, hidden, put
from tests.orders.paying import charge_of, paid_standing

FRIDAY = date(2026, 11, 27)


@pytest.fixture(autouse=True)
def on_friday(clock: TestClock) -> None:
    clock.set("2026-11-27T09:00:00+07:00")


def sold(**limits: object) -> tuple[SellerCard, object]:
    one = sellers.shop(trusted=True, name="Dapur Siti", opening_days=ways.EVERY_DAY)
    sellers.keeper(one)
    ways.offers(one.id, {"method": "pickup", "slots": ["09-12", "13-16"]}, **limits)
    return one, catalog.basket(of=one)


def lapsed(by: Actor, basket: object) -> str:
    """Order, let the time to pay run out, and let the goods go; return the code."""
    code = orders.ordered(by, basket).code  # type: ignore[arg-type]
    orders.decided(code, by, SandboxState.EXPIRED)
    relay()
    return code


def goes_away(one: SellerCard) -> None:
    shops.go_away(one.id, LeaveIn(away_from=FRIDAY, away_until=FRIDAY + timedelta(days=3)), by=SYSTEM)
    session.commit()


def is_full(one: SellerCard) -> None:
    for slot in ("09-12", "13-16"):
        delivery.book(f"somebody {slot}", [delivery.Place(one.id, FRIDAY, slot, 1)])


def closes(one: SellerCard) -> None:
    slots = {"method": "pickup", "slots": ["09-12", "13-16"]}
    ways.offers(one.id, slots, daily_orders=2, days_off=[FRIDAY.isoformat()])


def again(code: str, by: Actor, *antar: str) -> services.Placed:
    told = PayAgainIn(gateway="sandbox", antar=list(antar), kunci=token())
    return services.pay_again(code, told, by=by)


def promised() -> tuple[date | None, str, date | None]:
    found = session.execute(select(Suborder.promised_on, Suborder.slot, Suborder.day_before)).one()
    session.rollback()
    return tuple(found)  # type: ignore[return-value]


def whole() -> list[str]:
    return [said for check in verifiers for said in check()]


@pytest.mark.parametrize(
    ("gone", "after"),
    [
        (goes_away, FRIDAY + timedelta(days=4)),
        (is_full, FRIDAY + timedelta(days=1)),
        (closes, FRIDAY + timedelta(days=1)),
    ],
)
def test_a_buyer_who_pays_anew_is_asked_about_the_next_free_day(
    app: Flask, gone: Callable[[SellerCard], None], after: date
) -> None:
    """Nothing moves before the buyer has agreed, and then the place of the new day is theirs."""
    one, basket = sold(daily_orders=2)
    rina = orders.guest()
    code = lapsed(rina, basket)
    gone(one)
    with pytest.raises(Conflict) as asked:
        again(code, rina)
    assert asked.value.code == "day_gone"
    (change,) = asked.value.facts["changes"]  # type: ignore[misc]
    assert (change["old"], change["new"]) == (f"pickup {FRIDAY} 09-12", f"pickup {after} 09-12")
    assert promised() == (FRIDAY, "09-12", None), "nothing moves before the buyer agrees"
    placed = again(code, rina, change["antar"])
    assert placed.charge.state == "opened"
    assert promised() == (after, "09-12", FRIDAY)
    orders.decided(code, rina)
    relay()
    assert queries.own_order(code, rina).parts[0].day_before == FRIDAY
    assert whole() == []


def test_a_day_that_is_still_free_is_kept_and_nobody_is_asked(app: Flask) -> None:
    _one, basket = sold(daily_orders=1)
    rina = orders.guest()
    code = lapsed(rina, basket)
    assert again(code, rina).charge.state == "opened"
    assert promised() == (FRIDAY, "09-12", None)


def test_a_day_that_is_over_moves_too(app: Flask, clock: TestClock) -> None:
    """Guard (R26.3): a day that is gone as an order is paid anew."""
    _one, basket = sold()
    rina = orders.guest()
    code = lapsed(rina, basket)
    clock.set("2026-11-28T08:00:00+07:00")
    with pytest.raises(Conflict) as asked:
        again(code, rina)
    assert asked.value.code == "day_gone"
    again(code, rina, asked.value.facts["changes"][0]["antar"])  # type: ignore[index]
    assert promised() == (program_clock.today(), "09-12", FRIDAY)


def test_who_agreed_to_a_day_that_is_gone_by_then_is_asked_again(app: Flask) -> None:
    one, basket = sold(slot_orders=1)
    rina = orders.guest()
    code = lapsed(rina, basket)
    delivery.book("somebody", [delivery.Place(one.id, FRIDAY, "09-12", 1)])
    with pytest.raises(Conflict) as first:
        again(code, rina)
    seen = first.value.facts["changes"][0]["antar"]  # type: ignore[index]
    assert seen == f"{one.id} {FRIDAY + timedelta(days=1)} 09-12 pickup", "the same hours of the next day"
    delivery.book("another", [delivery.Place(one.id, FRIDAY + timedelta(days=1), "09-12", 1)])
    with pytest.raises(Conflict) as second:
        again(code, rina, seen)
    assert second.value.code == "day_gone"
    assert str(FRIDAY + timedelta(days=2)) in second.value.facts["changes"][0]["new"]  # type: ignore[index]


def test_money_that_comes_late_takes_the_next_free_day_and_buyer_and_shop_are_told(app: Flask) -> None:
    """Nobody can be asked: the goods are there, and the buyer has paid (R4.5)."""
    one, basket = sold(daily_orders=2)
    rina = orders.guest()
    code = orders.ordered(rina, basket, email="rina@contoh.id").code  # type: ignore[arg-type]
    charge = charge_of(code, rina)
    standing = paid_standing(charge)
    orders.decided(code, rina, SandboxState.EXPIRED)
    relay()
    is_full(one)
    payment_services.record(charge.id, standing)
    relay()
    assert queries.own_order(code, rina).state == "paid"
    assert promised() == (FRIDAY + timedelta(days=1), "09-12", FRIDAY)
    kept = session.scalars(select(Booking.day).where(Booking.state == "kept")).all()
    assert kept == [FRIDAY + timedelta(days=1)]
    said = [letter for letter in letters(app) if "28 November 2026" in letter.text]
    assert all("tidak bisa dipenuhi lagi" in letter.text.replace("\n", " ") for letter in said)
    assert {letter.to == "rina@contoh.id" for letter in said} == {True, False}, [letter.subject for letter in said]
    assert whole() == []


def test_the_page_shows_both_days_and_the_next_press_agrees(app: Flask, client: FlaskClient) -> None:
    one, basket = sold(daily_orders=2)
    put(client, basket)  # type: ignore[arg-type]
    address = buy(client).location
    code = address.rpartition("/")[2]
    running = payments.latest(str(session.scalars(select(Suborder.order_id)).one()))
    session.rollback()
    assert running is not None
    assert running.pay_path is not None
    payment_services.decide(running.pay_path.rpartition("/")[2], SandboxState.EXPIRED)
    relay()
    goes_away(one)
    page = client.get(address)
    refused = client.post(address, data={"gateway": "sandbox", "kunci": hidden(page, "kunci")})
    assert refused.status_code == 409
    assert "27 Nov 2026, 09-12" in refused.text
    assert "1 Des 2026, 09-12" in refused.text
    sent = {"gateway": "sandbox", "kunci": hidden(refused, "kunci"), "antar": hidden(refused, "antar")}
    assert client.post(address, data=sent).status_code == 303
    assert "Dipindahkan dari 27 Nov 2026" in client.get(f"/pesanan/{code}").text
