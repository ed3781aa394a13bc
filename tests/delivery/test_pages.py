"""The seller's page: what a shop sets is what a buyer is offered, and what is wrong is said beside its field."""

import re
from datetime import date, time
from html.parser import HTMLParser

import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace.delivery import queries, services
from marketplace.delivery.queries import Method
from marketplace.kernel import clock as program_clock
from marketplace.kernel.access import SYSTEM
from marketplace.kernel.money import Rupiah
from marketplace.sellers import services as shops
from marketplace.sellers.forms import LeaveIn
from marketplace.sellers.queries import SellerCard
from marketplace.testing.plugin import TestClock
from tests.factories import delivery
from tests.factories.accounts import signed_in
from tests.factories.sellers import keeper, runs

ADDRESS = "/lapak/pengantaran"
STATEMENTS = 9
"""Session and grants, the shop, three of what it set, couriers, the example, and what is promised."""
Sent = dict[str, list[str]]


class Typed(HTMLParser):
    """Reads what a browser would send of the form that is posted."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: Sent = {}
        self.inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.inside = given.get("method") == "post" and ADDRESS in given.get("action", "")
        told = given.get("type") != "checkbox" or "checked" in given
        if self.inside and tag == "input" and given.get("name") and told:
            self.sent.setdefault(given["name"], []).append(given.get("value", ""))


def typed(page: str) -> Sent:
    reader = Typed()
    reader.feed(page)
    return reader.sent


@pytest.fixture
def mine(app: Flask, client: FlaskClient) -> SellerCard:
    """Open a shop on a Friday morning, with its keeper at the browser."""
    one = delivery.shop()
    signed_in(client, keeper(one))
    return one


def told(one: SellerCard) -> queries.ShopDelivery:
    found = queries.options(one.id, runs(one))
    assert found is not None
    return found


def test_a_shop_that_set_nothing_sees_what_the_house_offers_for_it(client: FlaskClient, mine: SellerCard) -> None:
    page = client.get(ADDRESS).text
    assert "Belum ada yang Anda atur" in page
    assert "Pembeli di Menteng hari ini melihat:" in page
    assert "Rp\xa010.000" in page


def test_what_is_ticked_is_offered_and_the_page_shows_it_again(
    client: FlaskClient, mine: SellerCard, clock: TestClock
) -> None:
    sent = typed(client.get(ADDRESS).text) | {
        "options-0-ada": ["1"],
        "options-0-slots": ["09-12", "07-10"],
        "options-1-ada": ["1"],
        "options-1-flat": ["Rp 7.500"],
        "options-1-free_from": ["150rb"],
        "options-1-kecamatan": [delivery.CENTRE],
        "options-1-cutoff": ["15:00"],
        "options-1-lead_days": ["1"],
        "options-2-ada": ["1"],
        "daily_orders": ["12"],
        "daily_units": ["200"],
        "slot_orders": ["4"],
        "days_off": ["2026-12-25", ""],
    }
    assert client.post(ADDRESS, data=sent).status_code == 303
    found = told(mine)
    ways = {(one.method, one.courier): one for one in found.options}
    assert list(ways) == [(Method.COURIER, "reguler"), (Method.OWN, None), (Method.PICKUP, None)]
    own = ways[Method.OWN, None]
    assert (own.flat, own.free_from, own.kecamatan) == (Rupiah(7_500), Rupiah(150_000), (delivery.CENTRE,))
    assert (own.cutoff, own.lead_days, ways[Method.PICKUP, None].slots) == (time(15), 1, ("07-10", "09-12"))
    assert (found.daily_orders, found.daily_units, found.slot_orders) == (12, 200, 4)
    assert found.days_off == (date(2026, 12, 25),)
    again = typed(client.get(ADDRESS).text)
    assert client.post(ADDRESS, data=again).status_code == 303
    kept = told(mine)
    assert (kept.options, kept.days_off) == (found.options, found.days_off), "sending the page as it is changes nothing"


def test_a_way_that_is_not_ticked_goes_with_what_stands_in_its_fields(client: FlaskClient, mine: SellerCard) -> None:
    delivery.offers(mine.id, {"method": "pickup"}, {"method": "own", "flat": 5_000})
    sent = typed(client.get(ADDRESS).text)
    del sent["options-1-ada"]
    sent["options-1-flat"] = ["lima ribu"]
    assert client.post(ADDRESS, data=sent).status_code == 303
    assert [one.method for one in told(mine).options] == [Method.PICKUP]


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("options-1-flat", "lima ribu"),
        ("options-1-flat", "10.000.001"),
        ("options-1-free_from", "0"),
        ("options-1-cutoff", "25.00"),
        ("options-1-lead_days", "21"),
        ("options-1-slots", "12-09"),
        ("options-1-kecamatan", "32.01.01"),
        ("daily_orders", "-1"),
        ("slot_orders", "banyak"),
        ("days_off", "2026-02-30"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_lost(
    client: FlaskClient, mine: SellerCard, field: str, wrong: str
) -> None:
    """The own delivery is the second way of the page and the only one that is ticked."""
    before = {"options-1-ada": ["1"], "options-1-flat": ["7.500"], "daily_units": ["33"]}
    sent = typed(client.get(ADDRESS).text) | before | {field: [wrong]}
    answer = client.post(ADDRESS, data=sent)
    assert answer.status_code == 422
    assert f'id="f-{field}-galat"' in answer.text
    assert f'id="f-{field}"' in answer.text, "the summary leads there"
    assert 'name="options-1-ada" value="1" checked' in answer.text
    if field != "options-1-kecamatan":
        assert f'value="{wrong}"' in answer.text
    assert 'value="33"' in answer.text
    assert told(mine).options == ()


def test_a_shop_must_offer_something(client: FlaskClient, mine: SellerCard) -> None:
    answer = client.post(ADDRESS, data={"daily_orders": "5"})
    assert (answer.status_code, 'id="f-options-galat"' in answer.text) == (422, True)


def test_of_two_who_set_the_same_shop_the_second_is_told_and_decides(client: FlaskClient, mine: SellerCard) -> None:
    delivery.offers(mine.id, {"method": "pickup"}, daily_orders=5)
    sent = typed(client.get(ADDRESS).text) | {"daily_orders": ["9"]}
    delivery.offers(mine.id, {"method": "pickup"}, daily_orders=7)
    refused = client.post(ADDRESS, data=sent)
    assert refused.status_code == 409
    assert told(mine).daily_orders == 7
    again = typed(refused.text)
    assert again["daily_orders"] == ["9"], "what was typed stands there"
    assert client.post(ADDRESS, data=again).status_code == 303
    assert told(mine).daily_orders == 9


def test_of_two_windows_that_set_a_shop_for_the_first_time_the_second_sees_both_side_by_side(
    client: FlaskClient, mine: SellerCard
) -> None:
    blank = typed(client.get(ADDRESS).text)
    mother = blank | {"options-0-ada": ["1"], "daily_orders": ["7"]}
    son = blank | {
        "options-1-ada": ["1"],
        "options-1-flat": ["7.500"],
        "daily_orders": ["9"],
        "days_off": ["2027-01-01"],
    }
    assert client.post(ADDRESS, data=mother).status_code == 303
    refused = client.post(ADDRESS, data=son)
    assert refused.status_code == 409
    assert told(mine).daily_orders == 7
    shown = re.sub(
        r"\s+", " ", re.sub(r"<[^>]+>", " ", refused.text.partition('class="banding"')[2].partition("</dl>")[0])
    )
    assert "Pembeli mengambil di toko Isian Anda: tidak ditawarkan Sekarang: ditawarkan" in shown
    assert "Kami antar sendiri Isian Anda: Rp\xa07.500 Sekarang: tidak ditawarkan" in shown.replace("Rp 7", "Rp\xa07")
    assert "Isian Anda: 9 Sekarang: 7" in shown
    assert "Isian Anda: 1 Jan 2027 Sekarang: tidak ada" in shown
    again = typed(refused.text)
    assert (again["options-1-flat"], again["days_off"][0]) == (["7.500"], "2027-01-01"), "what was typed stands there"
    assert client.post(ADDRESS, data=again).status_code == 303
    assert (told(mine).daily_orders, [one.method for one in told(mine).options]) == (9, [Method.OWN])


def test_the_same_form_twice_is_saved_once_and_nobody_is_asked(client: FlaskClient, mine: SellerCard) -> None:
    sent = typed(client.get(ADDRESS).text) | {"options-0-ada": ["1"], "daily_orders": ["7"]}
    assert client.post(ADDRESS, data=sent).status_code == 303
    again = client.post(ADDRESS, data=sent)
    assert (again.status_code, "tersimpan=1" in again.location) == (303, True)


def test_the_example_is_what_the_cart_would_offer_there(
    client: FlaskClient, mine: SellerCard, clock: TestClock
) -> None:
    delivery.offers(
        mine.id, {"method": "own", "flat": 8_000, "kecamatan": [delivery.CENTRE]}, {"method": "courier", "courier": "reguler"},
        daily_orders=1,
    )  # fmt: skip
    services.book("somebody", [delivery.place(mine, program_clock.today(), 3)])
    page = client.get(f"{ADDRESS}?lihat={delivery.CENTRE}").text
    assert "Rp\xa08.000" in page
    assert "27 Nov 2026 (penuh)" in page
    assert "1 pesanan, 3 potong" in page
    assert "Toko ini tidak mengantar ke kecamatan Anda." in client.get(f"{ADDRESS}?lihat={delivery.SOUTH}").text
    assert client.get(f"{ADDRESS}?lihat=99.99.99").status_code == 200


def test_what_was_promised_for_days_of_a_leave_is_marked(
    client: FlaskClient, mine: SellerCard, clock: TestClock
) -> None:
    today = program_clock.today()
    services.book("somebody", [delivery.place(mine, today, 3)])
    shops.go_away(mine.id, LeaveIn(away_from=today, away_until=today), by=SYSTEM)
    assert "dalam masa libur" in client.get(ADDRESS).text


def test_the_page_takes_few_statements(app: Flask, client: FlaskClient, mine: SellerCard) -> None:
    delivery.offers(mine.id, {"method": "own", "flat": 8_000}, {"method": "courier", "courier": "reguler"})
    client.get(ADDRESS)
    assert int(client.get(ADDRESS).headers["Server-Timing"].rpartition("=")[2]) <= STATEMENTS


def test_the_deliveries_of_others_are_not_there(client: FlaskClient, mine: SellerCard) -> None:
    other = delivery.shop(name="Anyaman Pak Joko")
    assert client.get(f"{ADDRESS}?toko={other.code}").status_code == 404
    assert client.post(f"{ADDRESS}?toko={other.code}", data={"options-0-ada": "1"}).status_code == 404
