"""A shop goes away for some days: buyers read when it is back, and it comes back by itself."""

from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pydantic import ValidationError
from sqlalchemy import select

from marketplace.catalog import queries as catalog_queries
from marketplace.kernel.access import SYSTEM, Actor
from marketplace.kernel.db import session
from marketplace.kernel.errors import Invalid, NotFound
from marketplace.kernel.models import AuditEntry
from marketplace.sellers import queries, services
from marketplace.sellers.events import SellerChanged
from marketplace.sellers.forms import LeaveIn
from marketplace.sellers.queries import SellerCard
from marketplace.testing.plugin import Outbox, TestClock
from tests.factories import catalog
from tests.factories.accounts import signed_in
from tests.factories.sellers import keeper, runs, shop

THURSDAY = "2026-11-26T09:00:00+07:00"
FRIDAY = date(2026, 11, 27)


def away(first: date, days: int = 3, note: str = "") -> LeaveIn:
    return LeaveIn(away_from=first, away_until=first + timedelta(days=days - 1), away_note=note)


def card_of(one: SellerCard) -> SellerCard:
    return queries.sellers([one.id])[one.id]


def test_a_shop_says_its_leave_and_comes_back_by_itself(app: Flask, clock: TestClock, outbox: Outbox) -> None:
    clock.set(THURSDAY)
    one = shop(opening_days=["1", "2", "3", "4", "5"])
    services.go_away(one.id, away(FRIDAY, 2, "Hajatan"), by=runs(one))
    card = card_of(one)
    assert card.leave is not None
    assert (card.away, card.leave.first, card.leave.last) == (None, FRIDAY, FRIDAY + timedelta(days=1))
    assert (card.leave.note, card.leave.back_on) == ("Hajatan", date(2026, 11, 30)), "on Sundays it is closed anyway"
    assert card.sells, "it goes on taking orders"
    clock.set("2026-11-27T09:00:00+07:00")
    assert card_of(one).away == card_of(one).leave
    clock.set("2026-11-29T00:00:01+07:00")
    assert card_of(one).leave is None
    assert outbox.named(SellerChanged)[-1] == {"seller_id": str(one.id)}
    entries = session.scalars(select(AuditEntry.content).where(AuditEntry.stream == f"sellers:{one.id}"))
    gone = next(entry for entry in entries if entry["action"] == "sellers.go_away")
    assert (gone["before"]["away_from"], gone["after"]["away_from"]) == (None, "2026-11-27")


def test_a_shop_is_open_again_before_its_leave_is_over(app: Flask, clock: TestClock) -> None:
    clock.set(THURSDAY)
    one = shop()
    services.come_back(one.id, by=runs(one))
    services.go_away(one.id, away(FRIDAY - timedelta(days=1)), by=runs(one))
    assert card_of(one).away is not None
    services.come_back(one.id, by=runs(one))
    assert card_of(one).leave is None


def test_the_leave_of_others_is_not_theirs_to_say(app: Flask, clock: TestClock) -> None:
    clock.set(THURSDAY)
    one, other = shop(), shop(name="Anyaman Pak Joko")
    for somebody in (runs(other), Actor(kind="guest")):
        with pytest.raises(NotFound):
            services.go_away(one.id, away(FRIDAY), by=somebody)
        with pytest.raises(NotFound):
            services.come_back(one.id, by=somebody)


def test_a_leave_that_is_over_or_never_ends_is_refused(app: Flask, clock: TestClock) -> None:
    clock.set(THURSDAY)
    one = shop()
    with pytest.raises(Invalid) as refused:
        services.go_away(one.id, away(FRIDAY - timedelta(days=9)), by=runs(one))
    assert list(refused.value.fields) == ["away_until"]
    for days in (0, 181):
        with pytest.raises(ValidationError):
            away(FRIDAY, days)
    services.go_away(one.id, away(FRIDAY, 180), by=SYSTEM)


def test_the_page_keeps_what_was_typed_and_tells_what_is_wrong_beside_the_field(
    app: Flask, client: FlaskClient, clock: TestClock
) -> None:
    clock.set(THURSDAY)
    one = shop()
    signed_in(client, keeper(one))
    given = {"away_from": "2026-11-30", "away_until": "2026-11-20", "away_note": "Pulang kampung"}
    answer = client.post("/lapak/toko/libur", data=given)
    assert answer.status_code == 422
    assert "Pulang kampung" in answer.text
    assert "Dapur Ibu Siti" in answer.text, "the shop's own fields stand there as they were"
    answer = client.post("/lapak/toko/libur", data=given | {"away_until": "2026-13-01"})
    assert (answer.status_code, 'id="f-away_until-galat"' in answer.text) == (422, True)
    answer = client.post("/lapak/toko/libur", data=given | {"away_until": "2026-12-02"})
    assert answer.status_code == 303
    page = client.get("/lapak/toko").text
    assert 'value="2026-12-02"' in page
    assert "3 Des 2026" in page, "the day on which it is back"
    assert client.post("/lapak/toko/libur", data=given | {"aksi": "buka"}).status_code == 303
    assert card_of(one).leave is None


def test_the_pages_of_the_shop_and_its_products_say_when_it_is_back(
    app: Flask, client: FlaskClient, clock: TestClock
) -> None:
    clock.set(THURSDAY)
    one = shop(trusted=True)
    product = catalog.product(of=one)
    services.go_away(one.id, away(FRIDAY - timedelta(days=1), 4, "Panen <b>raya</b>"), by=runs(one))
    listing = catalog_queries.listing(product)
    assert listing is not None
    for address in (f"/toko/{one.slug}", listing.url):
        page = client.get(address).text
        assert "29 Nov 2026" in page
        assert "30 Nov 2026" in page
        assert "Panen &lt;b&gt;raya&lt;/b&gt;" in page
    clock.set("2026-11-30T00:00:01+07:00")
    for address in (f"/toko/{one.slug}", listing.url):
        assert "30 Nov 2026" not in client.get(address).text
