"""What a browser looked at last, in the empty cart: told to nobody until then, and forgotten when asked to (P06)."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from marketplace.catalog import queries
from tests.factories import catalog, orders
from tests.journeys.conftest import Site

pytestmark = [pytest.mark.browser, pytest.mark.slow]
Visit = Callable[..., BrowserContext]
MINE, NEW = "Terakhir Anda lihat", "Baru dari tetangga"


def looking(visitor: Visit, *, script: bool) -> Page:
    """Look at two of five products, the Bakul last."""
    seen = orders.two_shops()[:2]
    for name in ("Rantang", "Tenong", "Kukusan"):
        catalog.basket(name=name)
    page = visitor(script=script).new_page()
    for offer in queries.offers(seen).values():
        page.goto(offer.url)
    return page


def test_the_last_ones_stand_first_and_can_be_forgotten(site: Site, visitor: Visit) -> None:
    page = looking(visitor, script=True)
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url))
    page.goto("/")
    assert [one for one in asked if "kode=" in one] == []
    assert page.context.cookies() == [], "having looked gives nobody a name"

    page.goto("/keranjang")
    expect(page.get_by_role("heading", name=MINE)).to_be_visible()
    shown = page.locator("#daftar-dilihat .kartu-tautan")
    expect(shown).to_have_count(2)
    page.get_by_role("button", name="Lupakan").click()
    expect(page.get_by_role("heading", name=NEW)).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name=NEW)).to_be_visible()
    assert page.evaluate("localStorage.length") == 0


def test_without_script_what_is_new_stands_there(site: Site, visitor: Visit) -> None:
    page = looking(visitor, script=False)
    page.goto("/keranjang")
    expect(page.get_by_role("heading", name=NEW)).to_be_visible()
    expect(page.locator(".kartu-tautan")).to_have_count(4)


def test_words_that_are_not_ours_and_old_ones_do_no_harm(site: Site, visitor: Visit) -> None:
    page = looking(visitor, script=True)
    page.on("pageerror", lambda one: pytest.fail(str(one)))
    for kept in ("{", "7", '"x"', "[7, null, {}]", '[{"code": "AAAAAAAA", "at": 0}]'):
        page.evaluate("(kept) => localStorage.setItem('dilihat', kept)", kept)
        page.goto("/keranjang", wait_until="networkidle")
        expect(page.get_by_role("heading", name=NEW)).to_be_visible()
