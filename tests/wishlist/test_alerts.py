"""Kabari saya: who is told that something is back, when, and how often."""

import re

import pytest
from sqlalchemy import update

from marketplace.accounts.models import Person
from marketplace.catalog import services as shelves
from marketplace.catalog.queries import offers
from marketplace.kernel import clock as now
from marketplace.kernel.access import SYSTEM
from marketplace.kernel.db import session, transactional
from marketplace.kernel.errors import Conflict, Invalid, NotFound, TooMany
from marketplace.kernel.outbox import emit, relay
from marketplace.orders import services as order_services
from marketplace.wishlist import queries, services
from marketplace.wishlist.events import BackInStock
from marketplace.wishlist.services import alerts as module
from tests.catalog.reading import address
from tests.factories import catalog, orders, sellers, wishlist
from tests.factories.accounts import as_actor, person, signed_in
from tests.factories.letters import letters

pytestmark = pytest.mark.usefixtures("app")
RINA = "rina@contoh.example"


def product_of(variant):
    return offers([variant])[variant].product_id


@transactional
def proved(person_id, at):
    session.execute(update(Person).where(Person.id == person_id).values(email_proved_at=at))


def rania(*, email="rania@contoh.example", confirmed=True):
    known = person("Rania Dewi", email=email)
    proved(known, now.now() if confirmed else None)
    return as_actor(known, name="Rania Dewi")


def newest(app, before):
    relay(1000)
    return [one for one in letters(app) if one not in before]


def told():
    relay(1000)
    return wishlist.states().count("told")


def test_a_guest_confirms_the_address_and_is_told_once_when_it_is_back(app, client):
    gone = catalog.basket(stock=0, name="Tampah Bambu")
    before = set(letters(app))
    page = client.get(address(product_of(gone)))
    assert "Kami kabari kalau sudah ada lagi?" in page.text
    code = offers([gone])[gone].code
    sent = client.post("/kabari", data={"produk": code, "email": "Rina@Contoh.example"})
    assert sent.status_code == 303
    assert "Satu langkah lagi" in client.get(sent.location).text
    (first,) = newest(app, before)
    assert (first.to, first.subject) == (RINA, "Kami kabari kalau Tampah Bambu sudah ada lagi?")

    wishlist.counted(gone, 3)
    assert newest(app, before | {first}) == [], "nobody writes to an address that nobody confirmed"
    wishlist.counted(gone, 0)
    link = re.search(r"(/kabar\?token=[0-9a-f]{32})", first.text)
    assert link is not None
    opened = client.get(link[1])
    assert opened.headers["Referrer-Policy"] == "same-origin"
    assert wishlist.states() == ["asked"], "opening a link changes nothing"
    pressed = client.post("/kabar", data={"token": link[1].rpartition("=")[2], "aksi": "ya"})
    assert "Alamat Anda terkonfirmasi" in client.get(pressed.location).text
    assert newest(app, before | {first}) == []

    wishlist.counted(gone, 3)
    (second,) = newest(app, before | {first})
    assert (second.to, second.subject) == (RINA, "Tampah Bambu sudah ada lagi")
    assert address(product_of(gone)) in second.text
    for stock in (0, 5):
        wishlist.counted(gone, stock)
        assert newest(app, before | {first, second}) == [], "once for each request"
    assert client.get(link[1]).status_code == 410
    assert list(queries.broken()) == []


def test_a_person_with_a_proved_address_waits_at_once_and_says_no_address(app, client):
    gone = catalog.basket(stock=0, name="Tampah Bambu")
    me = rania()
    before = set(letters(app))
    signed_in(client, me.id)
    sent = client.post("/kabari", data={"produk": offers([gone])[gone].code})
    assert "Satu e-mail ke alamat Anda yang sudah terkonfirmasi" in client.get(sent.location).text
    assert 'data-uji="dikabari"' in client.get("/simpanan").text
    assert newest(app, before) == []
    wishlist.counted(gone, 1)
    assert [(one.to, one.subject) for one in newest(app, before)] == [
        ("rania@contoh.example", "Tampah Bambu sudah ada lagi")
    ]


def test_a_person_who_has_not_proved_their_address_confirms_it_like_a_guest():
    gone = catalog.basket(stock=0)
    assert wishlist.asked(gone, rania(confirmed=False)) == "asked"
    assert wishlist.asked(catalog.basket(stock=0), rania(email="lain@contoh.example"), RINA) == "asked"


def test_without_an_address_it_is_asked_for_beside_the_field(client):
    code = offers([gone := catalog.basket(stock=0)])[gone].code
    with pytest.raises(Invalid):
        wishlist.asked(gone, orders.guest())
    for typed in ("", "bukan alamat", "a@b", "x" * 300):
        refused = client.post("/kabari", data={"produk": code, "email": typed})
        assert refused.status_code == 422
        assert 'id="f-email-galat"' in refused.text
    assert "bukan alamat" in client.post("/kabari", data={"produk": code, "email": "bukan alamat"}).text
    assert wishlist.alerts() == []


def test_what_can_be_bought_or_is_not_on_show_is_not_waited_for(client):
    there = catalog.basket(stock=1)
    with pytest.raises(Conflict, match="there"):
        wishlist.asked(there, orders.guest(), RINA)
    code = offers([there])[there].code
    refused = client.post("/kabari", data={"produk": code, "email": RINA})
    assert (refused.status_code, "Produk ini bisa dibeli sekarang." in refused.text) == (409, True)
    assert "Produk ini bisa dibeli sekarang." in client.get(f"/kabari?produk={code}").text
    for unknown in ("ZZZZ2222", "", "%00"):
        assert client.get(f"/kabari?produk={unknown}").status_code == 404
    shelves.stop(product_of(there), by=SYSTEM)
    with pytest.raises(NotFound):
        wishlist.asked(there, orders.guest(), RINA)


def test_asking_again_sends_no_second_letter_within_a_quarter_of_an_hour(app, clock):
    gone = catalog.basket(stock=0)
    before = set(letters(app))
    for _time in range(3):
        assert wishlist.asked(gone, orders.guest(), RINA) == "asked"
    assert len(newest(app, before)) == 1
    assert wishlist.states() == ["asked"]
    clock.set("2026-11-27T09:20:00+07:00")
    wishlist.asked(gone, orders.guest(), RINA)
    assert len(newest(app, before)) == 2


def test_the_answer_does_not_tell_whether_an_address_waits_already(app):
    gone = catalog.basket(stock=0)
    wishlist.asked(gone, orders.guest(), RINA)
    services.confirm(queries.token_of(wishlist.alerts()[0].id))
    before = set(letters(app))
    assert wishlist.asked(gone, orders.guest(), RINA) == "asked"
    assert [one for one in newest(app, before) if "Kami kabari" in one.subject] == []
    assert wishlist.states() == ["waiting"]


def test_an_address_gets_five_letters_an_hour_at_most_and_a_stranger_asks_for_twenty():
    for _time in range(5):
        wishlist.asked(catalog.basket(stock=0), orders.guest(), RINA)
    with pytest.raises(TooMany):
        wishlist.asked(catalog.basket(stock=0), orders.guest(), RINA)
    gone = catalog.basket(stock=0)
    for number in range(15):
        wishlist.asked(gone, orders.guest(), f"tamu{number}@contoh.example")
    with pytest.raises(TooMany):
        wishlist.asked(gone, orders.guest(), "terakhir@contoh.example")


def test_goods_that_come_while_the_letter_is_unread_are_told_at_the_press():
    gone = catalog.basket(stock=0)
    wishlist.asked(gone, orders.guest(), RINA)
    wishlist.counted(gone, 2)
    assert told() == 0
    services.confirm(queries.token_of(wishlist.alerts()[0].id))
    assert told() == 1


def test_fewer_than_can_be_bought_are_not_back():
    made = catalog.product(catalog.listing(min_order=5, variants=[{"price_idr": 1_000, "stock": 0}]))
    gone = catalog.variants(made)[0]
    wishlist.asked(gone, rania())
    wishlist.counted(gone, 4)
    assert told() == 0
    wishlist.counted(gone, 5)
    assert told() == 1


def test_goods_that_go_back_on_the_shelf_when_nobody_pays_are_told():
    gone = catalog.basket(stock=1)
    buyer = orders.guest()
    code = orders.ordered(buyer, gone).code
    wishlist.asked(gone, rania())
    assert told() == 0
    order_services.cancel(code, by=buyer)
    assert told() == 1


def test_a_product_that_is_on_show_again_is_told():
    made = catalog.product(catalog.listing(variants=[{"price_idr": 1_000, "stock": 0}]), of=sellers.shop(trusted=True))
    gone = catalog.variants(made)[0]
    wishlist.asked(gone, rania())
    shelves.stop(made, by=SYSTEM)
    wishlist.counted(gone, 5)
    assert told() == 0
    shelves.submit(made, by=SYSTEM)
    assert told() == 1


def test_many_are_told_in_turns_and_each_once(monkeypatch, outbox):
    monkeypatch.setattr(module, "AT_ONCE", 2)
    gone = catalog.basket(stock=0)
    for number in range(5):
        wishlist.asked(gone, rania(email=f"warga-{number}@contoh.example"))
    wishlist.counted(gone, 1)
    assert told() == 5
    named = [one["alert_id"] for one in outbox.named(BackInStock)]
    assert len(named) == len(set(named)) == 5


def test_who_takes_it_back_is_not_told_and_the_address_is_forgotten(client):
    gone = catalog.basket(stock=0)
    me = rania()
    wishlist.asked(gone, me)
    wishlist.asked(gone, orders.guest(), RINA)
    services.take_back(product_of(gone), by=orders.guest())
    assert wishlist.states() == ["waiting", "asked"]
    signed_in(client, me.id)
    assert client.post(f"/simpanan/{product_of(gone)}/kabar/penghapusan").status_code == 303
    token = queries.token_of(wishlist.alerts()[1].id)
    assert "Ada yang memberi kami alamat ini" in client.get(f"/kabar?token={token}").text
    ended = client.post("/kabar", data={"token": token, "aksi": "tidak"})
    assert "Alamat Anda sudah kami lupakan." in client.get(ended.location).text
    assert [(one.state, one.email) for one in wishlist.alerts()] == [("ended", None), ("ended", None)]
    wishlist.counted(gone, 3)
    assert told() == 0


@pytest.mark.parametrize("token", ["", "x", "0" * 32, "\u0000"])
def test_a_token_that_was_never_ours_opens_nothing(client, token):
    assert client.get("/kabar", query_string={"token": token}).status_code == 410
    for act in ("ya", "tidak"):
        assert client.post("/kabar", data={"token": token, "aksi": act}).status_code in (409, 410, 422)


def test_what_was_ended_can_be_asked_for_again():
    gone = catalog.basket(stock=0)
    me = rania()
    wishlist.asked(gone, me)
    services.take_back(product_of(gone), by=me)
    wishlist.asked(gone, me)
    wishlist.counted(gone, 1)
    assert told() == 1


def test_addresses_are_kept_no_longer_than_they_serve(clock):
    gone, other = catalog.basket(stock=0), catalog.basket(stock=0)
    wishlist.asked(gone, orders.guest(), RINA)
    wishlist.asked(other, orders.guest(), RINA)
    services.confirm(queries.token_of(wishlist.alerts()[1].id))
    wishlist.counted(other, 1)
    assert told() == 1
    clock.set("2026-12-01T09:00:00+07:00")
    services.sweep_alerts()
    assert [(one.state, one.email) for one in wishlist.alerts()] == [("ended", None), ("told", RINA)]
    clock.set("2026-12-29T09:00:00+07:00")
    services.sweep_alerts()
    assert [one.email for one in wishlist.alerts()] == [None, None]


def test_a_person_s_alerts_can_be_taken_along_and_end_with_the_account():
    gone = catalog.basket(stock=0)
    me = rania()
    wishlist.asked(gone, me)
    wishlist.asked(catalog.basket(stock=0), me, RINA)
    assert [one["email"] for one in queries.export_person(me.id)["alerts"]] == [None, RINA]
    services.erase_person(me.id)
    assert [(one.state, one.email) for one in wishlist.alerts()] == [("ended", None)] * 2


def test_an_alert_that_was_told_twice_is_found():
    gone = catalog.basket(stock=0)
    wishlist.asked(gone, rania())
    wishlist.counted(gone, 1)
    assert told() == 1
    (alert,) = wishlist.alerts()

    @transactional
    def again():
        emit(BackInStock(alert_id=str(alert.id), product_id=str(alert.product_id)))

    again()
    assert list(queries.broken()) == [f"wishlist: the alert {alert.id} was told 2 times"]
