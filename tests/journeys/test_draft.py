"""From the checkout back to the cart and on again: what was typed is there, with script and without."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import update

from marketplace.catalog.models import Stock
from marketplace.kernel.access import Actor
from marketplace.kernel.db import session, transactional
from marketplace.kernel.ids import token_hash
from marketplace.orders import services
from tests.factories import orders
from tests.journeys.conftest import Site
from tests.journeys.test_buying import fill_in, put

pytestmark = [pytest.mark.browser, pytest.mark.slow]
Visit = Callable[..., BrowserContext]


@transactional
def left(variant: object, number: int) -> None:
    session.execute(update(Stock).where(Stock.variant_id == variant).values(on_hand=number))


def at_the_checkout(page: Page) -> None:
    page.get_by_label("Diantar penjual").first.check()
    page.get_by_role("button", name="Lanjut beli").locator("visible=true").click()
    page.wait_for_url("**/beli")
    fill_in(page, brought=True)
    page.get_by_label("E-mail").fill("rina@")


def still_there(page: Page) -> None:
    expect(page.get_by_label("Nama penerima")).to_have_value("Rina Kusuma")
    expect(page.get_by_label("Nomor WhatsApp")).to_have_value("0812-3456-7890")
    expect(page.get_by_label("Kelurahan")).to_have_value("Johar Baru, Johar Baru, Jakarta Pusat")
    expect(page.get_by_label("Alamat lengkap")).to_have_value("Jalan Percetakan Negara 12")
    expect(page.get_by_label("E-mail")).to_have_value("rina@")


@pytest.mark.parametrize(("script", "width"), [(True, 360), (False, 360), (False, 1280)])
def test_nothing_typed_is_lost_on_the_way_to_the_cart_and_back(
    site: Site, visitor: Visit, script: bool, width: int
) -> None:
    page = visitor(script=script, width=width).new_page()
    put(page, orders.two_shops()[0])
    at_the_checkout(page)
    page.get_by_role("button", name="Ubah keranjang").click()
    page.wait_for_url("**/keranjang")
    page.get_by_role("spinbutton").fill("2")
    page.get_by_role("button", name="Lanjut beli").locator("visible=true").click()
    page.wait_for_url("**/beli")
    still_there(page)


@pytest.mark.parametrize("script", [True, False])
def test_also_after_hearing_that_only_one_is_left(site: Site, visitor: Visit, script: bool) -> None:
    page = visitor(script=script).new_page()
    first, _second, third = orders.two_shops()
    put(page, third)
    put(page, first)
    page.get_by_role("spinbutton").last.fill("3")
    at_the_checkout(page)
    page.get_by_label("E-mail").fill("")
    # What the address costs is asked for by script; heard after the next line, it would tell of the one that is left too.
    page.wait_for_load_state("networkidle")
    left(first, 1)
    page.get_by_role("button", name=re.compile("^Bayar Rp")).click()
    notice = page.locator('[data-uji="konflik"]')
    expect(notice).to_contain_text("tinggal 1", ignore_case=True)
    page.get_by_label("E-mail").fill("rina@")
    notice.get_by_role("button", name="Kembali ke keranjang").click()
    page.wait_for_url("**/keranjang")
    page.get_by_role("spinbutton").last.fill("1")
    if script:
        page.keyboard.press("Tab")
        expect(page.get_by_role("status")).to_contain_text("Tersimpan")
    else:
        page.get_by_role("button", name="Simpan perubahan").last.click()
    page.get_by_role("button", name="Lanjut beli").locator("visible=true").click()
    page.wait_for_url("**/beli")
    still_there(page)


def test_enter_pays_after_a_refusal_and_does_not_go_back(site: Site, visitor: Visit) -> None:
    context = visitor(script=False)
    page = context.new_page()
    first, _second, _third = orders.two_shops()
    put(page, first)
    token = next(one["value"] for one in context.cookies() if one["name"] == "tamu")
    rina = Actor(kind="guest", guest_key=token_hash(token))
    codes = [orders.ordered(rina, first).code for _order in range(5)]
    put(page, first)
    page.get_by_role("button", name="Lanjut beli").locator("visible=true").click()
    fill_in(page)
    page.get_by_role("button", name=re.compile("^Bayar Rp")).click()
    expect(page.locator('[data-uji="konflik"]')).to_contain_text("menunggu pembayaran")
    services.cancel(codes[0], by=rina)
    page.get_by_label("Nama penerima").press("Enter")
    page.wait_for_url("**/bayar/*")
