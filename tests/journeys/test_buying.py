"""A guest buys from two shops, without script, and pays; with script the waiting page notices the payment by itself."""

import re
import time
from collections.abc import Callable
from uuid import UUID

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import func, select

from marketplace.catalog.queries import offers
from marketplace.kernel.db import session
from marketplace.orders.models import Order
from tests.factories import orders
from tests.journeys.conftest import Site

pytestmark = [pytest.mark.browser, pytest.mark.slow]
Visit = Callable[..., BrowserContext]
SOON_SECONDS = 60.0


@pytest.fixture
def in_processes() -> bool:
    """Let web server and worker be what everybody starts: this is the journey that must not differ in anything."""
    return True


def orders_there() -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(Order)) or 0


def put(page: Page, variant: UUID) -> None:
    """Put a product into the cart from its page."""
    offer = offers([variant])[variant]
    page.goto(offer.url)
    page.get_by_role("button", name=f"Tambah {offer.name} ke keranjang").locator("visible=true").click()
    page.wait_for_url("**/keranjang*")


def fill_in(page: Page, *, brought: bool = False) -> None:
    """Fill in the checkout: who fetches everything is asked for two things, who has something brought for four."""
    page.get_by_label("Nama penerima").fill("Rina Kusuma")
    page.get_by_label("Nomor WhatsApp").fill("0812-3456-7890")
    expect(page.get_by_label("Alamat lengkap")).to_have_count(1 if brought else 0)
    if not brought:
        return
    page.get_by_label("Kelurahan").fill("Johar Baru, Johar Baru, Jakarta Pusat")
    page.get_by_label("Alamat lengkap").fill("Jalan Percetakan Negara 12")


def pay(page: Page) -> None:
    """Press the sandbox's button, and look at the status until the gateway's word has come."""
    page.get_by_role("link", name="Ke halaman pembayaran").click()
    page.get_by_role("button", name="Bayar", exact=True).click()
    page.wait_for_url("**/bayar/*")
    limit = time.monotonic() + SOON_SECONDS
    while page.get_by_role("heading", name="Pembayaran diterima").count() == 0:
        assert time.monotonic() < limit, page.content()
        page.get_by_role("link", name="Cek status").click()
        page.wait_for_load_state()


def total(page: Page) -> str:
    return page.locator('[data-uji="total-bayar"]').inner_text()


def test_three_products_of_two_shops_without_script(site: Site, visitor: Visit) -> None:
    """Three screens from the cart, four fields, one payment, one order with two parts."""
    page = visitor(script=False).new_page()
    for variant in orders.two_shops():
        put(page, variant)
    groups = page.locator('[data-uji="grup-toko"]')
    expect(groups).to_have_count(2)
    assert total(page) == "Rp\xa0135.000"

    groups.first.get_by_label("Diantar penjual").check()
    page.get_by_role("spinbutton", name="Jumlah Tikar Pandan").fill("2")
    page.get_by_role("button", name="Lanjut beli").click()
    fill_in(page, brought=True)
    page.get_by_role("button", name="Bayar Rp\xa0190.000").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Menunggu pembayaran sampai pukul")
    pay(page)

    page.get_by_role("link", name="Ikuti pesanan").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Pesanan JKP-")
    expect(page.locator('[data-uji="grup-toko"]')).to_have_count(2)
    expect(page.locator("ol time")).to_have_count(4)
    assert orders_there() == 1


def test_the_waiting_page_notices_the_payment_by_itself(site: Site, visitor: Visit) -> None:
    page = visitor().new_page()
    put(page, orders.two_shops()[0])
    page.get_by_role("button", name="Lanjut beli").click()
    fill_in(page)
    page.get_by_role("button", name=re.compile("^Bayar Rp")).click()
    page.wait_for_url("**/bayar/*")
    other = page.context.new_page()
    other.goto(page.get_by_role("link", name="Ke halaman pembayaran").get_attribute("href") or "")
    other.get_by_role("button", name="Bayar", exact=True).click()
    expect(page.get_by_role("heading", name="Pembayaran diterima")).to_be_visible()
