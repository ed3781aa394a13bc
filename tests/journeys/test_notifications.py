"""What a shop and a buyer are told, on a phone: the bell, the list, and what they want to be told by which way."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.factories import catalog, sellers
from tests.factories.accounts import person
from tests.journeys.conftest import Site
from tests.journeys.test_buying import fill_in, pay, put
from tests.journeys.test_selling import signed_in

pytestmark = [pytest.mark.browser, pytest.mark.slow]
Visit = Callable[..., BrowserContext]
SELLER = "siti@contoh.example"


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_a_seller_hears_of_an_order_and_goes_to_it_by_one_press(site: Site, visitor: Visit, script: bool) -> None:
    siti = sellers.shop(trusted=True, owner_id=person("Siti Rahmawati", email=SELLER))
    buyer = visitor(script=script).new_page()
    put(buyer, catalog.basket(name="Tampah Bambu", of=siti))
    buyer.get_by_role("link", name="Keranjang").first.click()
    buyer.get_by_role("button", name="Lanjut beli").click()
    fill_in(buyer)
    buyer.get_by_role("button", name="Bayar Rp").click()
    pay(buyer)
    buyer.goto("/")
    expect(buyer.locator('[data-personal="inbox"]')).to_be_hidden()

    seller = visitor(script=script).new_page()
    signed_in(seller, SELLER)
    seller.goto("/lapak")
    bell = seller.locator('[data-personal="inbox"]')
    for _ in range(20):
        seller.goto("/notifikasi")
        if seller.locator(".kabar-baru").count():
            break
        seller.wait_for_timeout(500)
    expect(seller.get_by_text("1 belum Anda baca.")).to_be_visible()
    if script:
        expect(bell.locator(".lencana")).to_have_text("1")
    assert seller.evaluate("document.documentElement.scrollWidth") <= 360
    seller.get_by_role("button", name="Pesanan baru").click()
    expect(seller).to_have_url(f"{site.base}/lapak/pesanan/{seller.url.rpartition('/')[2]}")
    expect(seller.get_by_role("button", name="Proses pesanan")).to_be_visible()
    expect(bell).to_be_visible()
    expect(bell.locator(".lencana")).to_have_count(0)
    bell.click()
    expect(seller.locator(".kabar")).to_have_count(1)
    expect(seller.locator(".kabar-baru")).to_have_count(0)


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_a_buyer_chooses_what_is_told_by_which_way(site: Site, visitor: Visit, script: bool) -> None:
    person("Rina Kusuma", email="rina@contoh.example")
    page = visitor(script=script).new_page()
    signed_in(page, "rina@contoh.example")
    page.goto("/akun")
    page.get_by_role("link", name="Atur pemberitahuan").click()
    group = page.get_by_role("group", name="Pesanan Anda siap atau sedang diantar")
    expect(page.get_by_role("group", name="Pesanan dan pembayaran Anda").get_by_label("E-mail")).to_be_disabled()
    group.get_by_label("E-mail").uncheck()
    page.get_by_role("button", name="Simpan").click()
    expect(page.get_by_text("Pilihan Anda tersimpan.")).to_be_visible()
    expect(group.get_by_label("E-mail")).not_to_be_checked()
    expect(group.get_by_label("Di situs ini")).to_be_checked()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
