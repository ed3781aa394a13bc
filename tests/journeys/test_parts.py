"""An order of two shops: each part goes its own way, and the buyer's page tells both."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.factories import catalog, sellers
from tests.factories.accounts import person
from tests.journeys.conftest import Site
from tests.journeys.test_buying import fill_in, pay, put
from tests.journeys.test_selling import signed_in

pytestmark = [pytest.mark.browser, pytest.mark.slow]
Visit = Callable[..., BrowserContext]
BRINGS, WAITS = "Dapur Ibu Siti", "Anyaman Pak Joko"


def part(page: Page, shop: str) -> Locator:
    return page.locator('[data-uji="grup-toko"]').filter(has=page.get_by_role("heading", name=shop))


def goes_on(page: Page, shop: str) -> Locator:
    """Return the step of a shop's part that is waited for now."""
    return part(page, shop).locator('[aria-current="step"]')


def test_a_shop_brings_its_part_itself_while_the_other_has_not_begun(site: Site, visitor: Visit) -> None:
    siti = sellers.shop(trusted=True, name=BRINGS, owner_id=person("Siti Rahmawati", email="siti@contoh.example"))
    joko = sellers.shop(trusted=True, name=WAITS, phone="081299990000")
    buyer = visitor(script=False).new_page()
    for variant in (catalog.basket(name="Tampah Bambu", of=siti), catalog.basket(name="Tikar Pandan", of=joko)):
        put(buyer, variant)
    part(buyer, BRINGS).get_by_label("Diantar penjual").check()
    buyer.get_by_role("button", name="Lanjut beli").click()
    fill_in(buyer, brought=True)
    buyer.get_by_role("button", name="Bayar Rp").click()
    pay(buyer)
    buyer.get_by_role("link", name="Ikuti pesanan").click()

    expect(part(buyer, BRINGS)).to_contain_text("Tampah Bambu")
    expect(part(buyer, WAITS)).to_contain_text("Tikar Pandan")
    for shop in (BRINGS, WAITS):
        expect(goes_on(buyer, shop)).to_contain_text("Menunggu toko")

    seller = visitor().new_page()
    signed_in(seller, "siti@contoh.example")
    seller.goto("/lapak/pesanan")
    seller.get_by_role("link", name="JKP-").first.click()
    for button, told in (
        ("Proses pesanan", "Diproses"),
        ("Tandai siap", "Menunggu dikirim"),
        ("Tandai dikirim", "Dalam perjalanan"),
    ):
        expect(seller.get_by_role("button", name=button)).to_be_visible()
        assert seller.evaluate("document.documentElement.scrollWidth") <= 360
        if button == "Tandai dikirim":
            seller.get_by_label("Siapa yang menerima").fill("Pak Udin")
        seller.get_by_role("button", name=button).click()
        expect(seller.get_by_role("button", name=button)).to_have_count(0)
        buyer.reload()
        expect(goes_on(buyer, BRINGS)).to_contain_text(told)
        expect(goes_on(buyer, WAITS)).to_contain_text("Menunggu toko")

    expect(part(buyer, WAITS).get_by_role("button", name="Pesanan diterima")).to_have_count(0)
    part(buyer, BRINGS).get_by_role("button", name="Pesanan diterima").click()
    expect(goes_on(buyer, BRINGS)).to_contain_text("Masa untuk menyampaikan keluhan")
    expect(part(buyer, BRINGS)).to_contain_text("Diterima")
    expect(goes_on(buyer, WAITS)).to_contain_text("Menunggu toko")
