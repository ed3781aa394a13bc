"""Paying at the providers of real money, here their stand-ins: a card at Stripe, a code and a number of Midtrans'."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import select

from marketplace.kernel.db import session
from marketplace.kernel.slots import verifiers
from marketplace.orders.models import Order
from marketplace.payments.models import Charge
from tests.factories import orders
from tests.journeys.conftest import Site
from tests.journeys.test_buying import fill_in, put
from tests.standins.midtrans import Midtrans
from tests.standins.serving import command
from tests.standins.stripe import Stripe

pytestmark = [pytest.mark.browser, pytest.mark.slow]
Visit = Callable[..., BrowserContext]


@pytest.fixture
def settings_of_site(stripe_standin: Stripe, midtrans_standin: Midtrans) -> dict[str, str]:
    return {
        "STRIPE_API_BASE": stripe_standin.address,
        "STRIPE_SECRET_KEY": "sk_test_x",
        "STRIPE_WEBHOOK_SECRET": ",".join(stripe_standin.secrets),
        "MIDTRANS_API_BASE": midtrans_standin.address,
        "MIDTRANS_SERVER_KEY": midtrans_standin.key,
        "MIDTRANS_VA_BANKS": "bca,mandiri",
    }


def chosen(page: Page, way: str) -> None:
    """Go from the home of a product to the page of its payment, by one of the ways to pay."""
    put(page, orders.two_shops()[0])
    page.get_by_role("button", name="Lanjut beli").click()
    fill_in(page)
    page.get_by_label(way).check()
    page.get_by_role("button", name=re.compile("^Bayar Rp")).click()
    page.wait_for_url("**/bayar/*")


def whole(site: Site) -> None:
    """Look into the books: one order, paid, and nothing broken."""
    session.rollback()
    assert session.scalars(select(Order.state)).all() == ["paid"]
    with site.live.app.app_context():
        assert [said for check in verifiers for said in check()] == []


@pytest.mark.parametrize("script", [True, False])
@pytest.mark.parametrize("heard", [True, False])
def test_by_card_at_stripe(site: Site, visitor: Visit, stripe_standin: Stripe, script: bool, heard: bool) -> None:
    """Three screens of ours and Stripe's own; also when Stripe's message is lost, as coming back asks."""
    stripe_standin.tell.set(target=f"{site.base}/webhook/stripe", mode="now" if heard else "off")
    page = visitor(script=script).new_page()
    chosen(page, "Kartu")
    expect(page.locator(".kode-qr")).to_have_count(0)
    page.get_by_role("link", name="Ke halaman pembayaran").click()
    page.get_by_role("button", name="Gagal").click()
    page.get_by_role("button", name="Bayar", exact=True).click()
    expect(page.get_by_role("heading", name="Pembayaran diterima")).to_be_visible()
    page.get_by_role("link", name="Ikuti pesanan").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Pesanan JKP-")
    whole(site)


@pytest.mark.parametrize("script", [True, False])
def test_by_a_code_that_is_scanned(site: Site, visitor: Visit, midtrans_standin: Midtrans, script: bool) -> None:
    """With script the page notices by itself; without, by "Cek status"."""
    midtrans_standin.tell.set(target=f"{site.base}/webhook/midtrans")
    page = visitor(script=script).new_page()
    chosen(page, "QRIS")
    code = page.get_by_role("img", name=re.compile("Kode QRIS"))
    expect(code).to_be_visible()
    box = code.bounding_box()
    assert box is not None
    assert box["width"] >= 200
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 360
    command(midtrans_standin.address, "pay", ref=session.scalars(select(Charge.provider_ref)).one())
    if not script:
        page.get_by_role("link", name="Cek status").click()
    expect(page.get_by_role("heading", name="Pembayaran diterima")).to_be_visible()
    whole(site)


def test_by_a_number_at_a_bank(site: Site, visitor: Visit, midtrans_standin: Midtrans) -> None:
    page = visitor().new_page()
    chosen(page, "Virtual account BCA")
    number = page.locator('[data-uji="nomor-bayar"]').inner_text()
    assert number.isdigit()
    expect(page.get_by_role("button", name="Salin nomor")).to_be_visible()
    command(midtrans_standin.address, "pay", ref=session.scalars(select(Charge.provider_ref)).one())
    page.get_by_role("link", name="Cek status").click()
    expect(page.get_by_role("heading", name="Pembayaran diterima")).to_be_visible()
    whole(site)
