"""A guest buys from two shops on a small phone by the shortest way: screens, fields and taps are counted (ux 5.1)."""

import re
from collections.abc import Callable
from uuid import UUID

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from marketplace.catalog.queries import offers
from tests.factories import orders
from tests.journeys.conftest import Site
from tests.journeys.test_buying import orders_there

pytestmark = [pytest.mark.browser, pytest.mark.slow]
Visit = Callable[..., BrowserContext]
FROM_CART = {"screens": 3, "fields": 4, "taps": 2}
"""What ux 5.1 allows from the cart on; the gateway's own page does not count."""


class Walk:
    """What somebody does on a page, counted: a screen is an address at which they acted, or came to an end."""

    def __init__(self, page: Page) -> None:
        """Begin with nothing done."""
        self.page = page
        self.screens: list[str] = []
        self.fields = self.taps = 0

    def here(self) -> None:
        """Note the screen that is looked at."""
        path = re.sub(r"/bayar/.*", "/bayar", self.page.url.partition("?")[0].partition("//")[2].partition("/")[2])
        if path not in self.screens:
            self.screens.append(path)

    def tap(self, wanted: Locator) -> None:
        """Press something once, which must be on the screen of the phone when it is pressed."""
        self.here()
        self.taps += 1
        wanted.locator("visible=true").first.click()
        self.page.wait_for_load_state()

    def fill(self, label: str, text: str) -> None:
        """Write into a field."""
        self.here()
        self.fields += 1
        self.page.get_by_label(label).fill(text)

    @property
    def counted(self) -> dict[str, int]:
        """Return how much of it there was."""
        return {"screens": len(self.screens), "fields": self.fields, "taps": self.taps}


def into_cart(walk: Walk, variant: UUID) -> None:
    offer = offers([variant])[variant]
    walk.page.goto(offer.url)
    walk.tap(walk.page.get_by_role("button", name=f"Tambah {offer.name} ke keranjang"))
    walk.page.wait_for_url("**/keranjang*")


@pytest.mark.parametrize("brought", [False, True], ids=["fetched", "brought"])
@pytest.mark.parametrize("script", [False, True], ids=["without script", "with script"])
def test_two_shops_take_three_screens_four_fields_and_two_taps(
    site: Site, visitor: Visit, *, script: bool, brought: bool
) -> None:
    page = visitor(script=script).new_page()
    before = Walk(page)
    first, _second, other = orders.two_shops()
    for variant in (first, other):
        into_cart(before, variant)
    assert before.counted == {"screens": 2, "fields": 0, "taps": 2}, (
        "the cart follows by itself: ux 5.1 allows three taps"
    )

    walk = Walk(page)
    walk.here()
    expect(page.locator('[data-uji="grup-toko"]')).to_have_count(2)
    expect(page.locator('input[name$="-pengantaran"]:checked')).to_have_count(2)
    expect(page.locator('[data-uji="total-bayar"]')).to_be_attached()
    if brought:
        # Another way than the one that stands there is a choice more; the shortest way takes what is preselected.
        page.get_by_label("Diantar penjual").first.check()
        page.wait_for_load_state("networkidle")
    walk.tap(page.get_by_role("button", name="Lanjut beli"))
    page.wait_for_url("**/beli")
    walk.fill("Nama penerima", "Rina Kusuma")
    walk.fill("Nomor WhatsApp", "0812-3456-7890")
    if brought:
        walk.fill("Kelurahan", "Johar Baru, Johar Baru, Jakarta Pusat")
        walk.fill("Alamat lengkap", "Jalan Percetakan Negara 12")
    expect(page.locator('input[name="gateway"]:checked')).to_have_count(1)
    walk.tap(page.get_by_role("button", name=re.compile("^Bayar Rp")))
    page.wait_for_url("**/bayar/*")
    walk.here()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Menunggu pembayaran sampai pukul")
    assert walk.counted == FROM_CART | ({} if brought else {"fields": 2})
    assert orders_there() == 1, "one payment, two parcels"
