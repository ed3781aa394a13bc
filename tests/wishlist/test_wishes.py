"""What guests and people keep for later, and what the page says of it."""

import pytest
from sqlalchemy import select

from marketplace.catalog import services as shelves
from marketplace.catalog.queries import offers
from marketplace.kernel import ids
from marketplace.kernel.access import SYSTEM, Actor
from marketplace.kernel.db import session
from marketplace.kernel.errors import Conflict, NotFound
from marketplace.kernel.plugin import current
from marketplace.wishlist import queries, services
from marketplace.wishlist.models import Wish
from tests.catalog.reading import address, statements
from tests.factories import catalog, orders, sellers, wishlist
from tests.factories.accounts import as_actor, person, signed_in

pytestmark = pytest.mark.usefixtures("app")


def offer_of(variant):
    return offers([variant])[variant]


def code_of(variant):
    return offer_of(variant).code


def kept(by):
    return [one.card.name if one.card else None for one in queries.wishes(by).items]


@pytest.fixture
def rina(client):
    """Give the guest of this browser."""
    token = ids.token()
    client.set_cookie("tamu", token)
    return Actor(kind="guest", guest_key=ids.token_hash(token))


def test_a_guest_keeps_a_product_from_its_page_and_from_a_card(client, rina):
    basket = catalog.basket(name="Tampah Bambu")
    page = client.get(address(offer_of(basket).product_id))
    assert 'action="/simpanan"' in page.text
    assert f'name="produk" value="{code_of(basket)}"' in client.get("/").text
    done = client.post("/simpanan", data={"produk": code_of(basket)})
    assert done.status_code == 303
    told = client.get(done.location)
    assert "Tampah Bambu tersimpan." in told.text
    assert told.text.count('data-uji="simpanan"') == 1
    assert statements(told) <= 7
    out = client.post(f"/simpanan/{offer_of(basket).product_id}/penghapusan")
    assert out.status_code == 303
    assert "Belum ada simpanan" in client.get("/simpanan").text


def test_keeping_twice_is_keeping_once_and_what_is_not_on_show_cannot_be_kept(client, rina):
    basket, draft = catalog.basket(), catalog.product(catalog.listing(), of=sellers.shop(), published=False)
    for _time in range(2):
        services.keep(code_of(basket), by=rina)
    assert len(kept(rina)) == 1
    for code in (code_of(catalog.variants(draft)[0]), "ZZZZ2222", "\u0000", "x" * 20, ""):
        with pytest.raises(NotFound):
            services.keep(code, by=rina)
    assert client.post("/simpanan", data={"produk": "ZZZZ2222"}).status_code == 404
    assert client.post("/simpanan", data={}).status_code == 422


def test_what_somebody_keeps_is_nobody_else_s_business(rina):
    services.keep(code_of(basket := catalog.basket()), by=rina)
    other = orders.guest()
    assert kept(other) == []
    services.drop(offer_of(basket).product_id, by=other)
    assert len(kept(rina)) == 1


def test_at_sign_in_the_guest_s_wishes_become_the_person_s(rina):
    first, second = catalog.basket(name="Tampah"), catalog.basket(name="Besek")
    rania = person("Rania Dewi")
    me = as_actor(rania)
    services.keep(code_of(first), by=me)
    for one in (first, second):
        services.keep(code_of(one), by=rina)
    services.adopt(rina.guest_key, rania)
    assert sorted(kept(me)) == ["Besek", "Tampah"]
    assert kept(rina) == []


def test_the_page_says_what_became_of_the_price_and_what_is_gone(client, rina):
    shop = sellers.shop(trusted=True)
    cheap, dear, gone, out = (
        catalog.product(catalog.listing(name=name), of=shop) for name in ("Murah", "Mahal", "Hilang", "Habis")
    )
    for one in (cheap, dear, gone, out):
        services.keep(code_of(catalog.variants(one)[0]), by=rina)
    for one, price, stock in ((cheap, 30_000, 10), (dear, 60_000, 10), (out, 45_000, 0)):
        wishlist.changed(one, price=price, stock=stock)
    shelves.stop(gone, by=SYSTEM)
    page = client.get("/simpanan").text
    assert "Lebih murah" in page
    assert page.count("Tadinya Rp\u00a045.000.") == 2
    assert "Produk ini tidak tayang lagi." in page
    assert page.count("Kabari saya kalau Habis ada lagi") == 1
    assert page.count('action="/keranjang"') == 2


def test_nobody_keeps_more_than_the_page_can_bear(client, rina, monkeypatch):
    monkeypatch.setitem(current().settings.extra, "WISHES", 1)
    services.keep(code_of(catalog.basket()), by=rina)
    with pytest.raises(Conflict, match="full"):
        services.keep(code_of(second := catalog.basket()), by=rina)
    refused = client.post("/simpanan", data={"produk": code_of(second)})
    assert (refused.status_code, "Anda sudah menyimpan 1 produk." in refused.text) == (409, True)


def test_many_wishes_have_pages(client, rina):
    shop = sellers.shop(trusted=True)
    for number in range(26):
        services.keep(code_of(catalog.basket(of=shop, name=f"Besek {number}")), by=rina)
    first = queries.wishes(rina)
    assert first.next is not None
    rest = queries.wishes(rina, first.next)
    assert (len(first.items), len(rest.items), rest.next) == (24, 2, None)
    assert not {one.id for one in first.items} & {one.id for one in rest.items}
    assert client.get("/simpanan?hal=x").status_code == 404


def test_what_a_person_keeps_can_be_taken_along_and_goes_with_the_account():
    rania = person("Rania Dewi")
    services.keep(code_of(catalog.basket()), by=as_actor(rania))
    assert len(queries.export_person(rania)["wishes"]) == 1
    services.erase_person(rania)
    assert session.scalars(select(Wish)).all() == []


def test_an_account_leads_to_what_it_keeps(client):
    signed_in(client, person("Rania Dewi"))
    assert 'href="/simpanan"' in client.get("/akun").text


def test_guests_who_never_come_back_are_forgotten(clock, rina):
    services.keep(code_of(catalog.basket()), by=rina)
    rania = as_actor(person("Rania Dewi"))
    services.keep(code_of(catalog.basket()), by=rania)
    clock.set("2027-02-01T09:00:00+07:00")
    services.sweep_wishes()
    assert (kept(rina), len(kept(rania))) == ([], 1)
