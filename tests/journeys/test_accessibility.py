"""Every core page under axe: on a phone and at a desk, light and dark, in Indonesian and English (UX-A1, A5, B5)."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.conftest import PATIENCE, Fair
from tests.journeys.office_pages import OFFICE_PAGES

pytestmark = pytest.mark.browser

AXE = Path(__file__).parents[1] / "data" / "axe"
TAGS = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]
PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 800}
READ = "id"
"""The language in which axe reads every page."""
SKIP = {"id": "Langsung ke isi", "en": "Skip to content"}
RUN = """async (only) => {
  const found = await axe.run(document, { runOnly: only, resultTypes: ["violations"] });
  return found.violations.map((one) => `${one.id}: ${one.nodes.slice(0, 3).map((node) => node.target.join(" ")).join(" | ")}`);
}"""
STRUCTURE = """() => ({
  mains: document.querySelectorAll("main").length,
  titles: document.querySelectorAll("h1").length,
  wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  lang: document.documentElement.lang,
})"""

PAGES: Mapping[str, tuple[str, Callable[[Fair], str]]] = {
    "home": ("stranger", lambda _: "/"),
    "categories": ("stranger", lambda _: "/kategori"),
    "category": ("stranger", lambda fair: f"/kategori/{fair.part('/kategori top', 'known', 'top')}"),
    "search": ("stranger", lambda _: "/cari"),
    "search in vain": ("stranger", lambda _: "/cari?q=zzqxv&halal=1"),
    "product": ("stranger", lambda fair: f"/p/{fair.part('/p name', 'on sale', 'name')}"),
    "transparency": ("stranger", lambda _: "/transparansi"),
    "methodology": ("stranger", lambda _: "/transparansi/metodologi"),
    "shop": ("stranger", lambda fair: f"/toko/{fair.part('/toko slug', 'open', 'slug')}"),
    "cart": ("guest", lambda _: "/keranjang"),
    "empty cart": ("stranger", lambda _: "/keranjang"),
    "checkout": ("guest", lambda _: "/beli"),
    "paying": ("guest", lambda fair: f"/bayar/{fair.part('/bayar code', 'guest', 'code')}"),
    "order": ("guest", lambda fair: f"/pesanan/{fair.part('/pesanan code', 'guest', 'code')}"),
    "reviews": ("stranger", lambda fair: f"/toko/{fair.part('/toko slug', 'open', 'slug')}/ulasan"),
    "no reviews": ("stranger", lambda fair: f"/p/{fair.part('/p name', 'on sale', 'name')}/ulasan"),
    "reviewing": ("pembeli", lambda fair: f"/pesanan/{fair.part('reviews.write', 'pembeli', 'code')}/ulas"),
    "reporting": ("stranger", lambda fair: f"/ulasan/{fair.part('/ulasan review_id', 'shown', 'review_id')}/laporan"),
    "wishlist": ("guest", lambda _: "/simpanan"),
    "tell me": ("stranger", lambda fair: f"/kabari?produk={fair.town.bodies['wishlist.ask']['produk']}"),
    "told": ("stranger", lambda fair: f"/kabar?token={fair.town.bodies['wishlist.answer']['token']}"),
    "look-up": ("stranger", lambda _: "/lacak"),
    "paper": ("stranger", lambda fair: f"/periksa/{fair.part('/periksa token', 'genuine', 'token')}"),
    "paper of nobody": ("stranger", lambda _: "/periksa/tidak-ada"),
    "sign in": ("stranger", lambda _: "/masuk"),
    "join": ("stranger", lambda _: "/daftar"),
    "account": ("pembeli", lambda _: "/akun"),
    "addresses": ("pembeli", lambda _: "/akun/alamat"),
    "address": ("pembeli", lambda fair: f"/akun/alamat/{fair.part('/akun address_id', 'pembeli', 'address_id')}"),
    "notifications": ("pembeli", lambda _: "/notifikasi"),
    "what is told": ("penjual", lambda _: "/pengaturan/pemberitahuan"),
    "delivery log": ("dinas", lambda _: "/program/pemberitahuan"),
    "something told": (
        "dinas",
        lambda fair: f"/program/pemberitahuan/{fair.part('/program mail_id', 'a letter', 'mail_id')}",
    ),
    "seller's desk": ("penjual", lambda _: "/lapak"),
    "seller's products": ("penjual", lambda _: "/lapak/produk"),
    "new product": ("penjual", lambda _: "/lapak/produk/baru"),
    "seller's product": (
        "penjual",
        lambda fair: f"/lapak/produk/{fair.part('/lapak product_id', 'penjual', 'product_id')}",
    ),
    "seller's orders": ("penjual", lambda _: "/lapak/pesanan"),
    "seller's order": ("penjual", lambda fair: f"/lapak/pesanan/{fair.part('/lapak code', 'penjual', 'code')}"),
    "seller's shop": ("penjual", lambda _: "/lapak/toko"),
    "seller's deliveries": ("penjual", lambda _: "/lapak/pengantaran"),
    "seller's stock": ("penjual", lambda _: "/lapak/stok"),
    "history of a count": (
        "penjual",
        lambda fair: f"/lapak/stok/{fair.part('/lapak variant_id', 'penjual', 'variant_id')}",
    ),
    "seller's reviews": ("penjual", lambda _: "/lapak/ulasan"),
    "moderation": ("dinas", lambda _: "/program/moderasi"),
    "administration": ("admin", lambda _: "/admin"),
    "nothing there": ("stranger", lambda _: "/tidak-ada"),
    **OFFICE_PAGES,
}
MISSING = {"nothing there", "paper of nobody"}
"""Pages whose own answer is 404, of which the browser complains."""


@dataclass
class Reader:
    """A browser of somebody, and what went wrong or left the site while it looked around."""

    fair: Fair
    page: Page
    complaints: list[str] = field(default_factory=list)
    abroad: list[str] = field(default_factory=list)

    def listen(self) -> None:
        self.page.on("console", lambda one: self.complaints.append(one.text) if one.type == "error" else None)
        self.page.on("pageerror", lambda one: self.complaints.append(str(one)))
        self.page.on("request", lambda one: None if one.url.startswith(self.fair.base) else self.abroad.append(one.url))

    def visit(self, who: str, path: str, language: str) -> None:
        self.page.context.clear_cookies()
        self.page.context.add_cookies(self.fair.cookies(who, bahasa=language))
        self.page.set_viewport_size(PHONE)
        self.page.emulate_media(color_scheme="light")
        self.page.goto(f"{self.fair.base}{path}", wait_until="load")


@pytest.fixture
def reader(browser: Browser, fair: Fair) -> Iterator[Reader]:
    context = browser.new_context(viewport=PHONE, reduced_motion="reduce")
    context.add_init_script((AXE / "axe.min.js").read_text(encoding="utf-8"))
    context.set_default_timeout(PATIENCE)
    made = Reader(fair, context.new_page())
    made.listen()
    yield made
    context.close()


def looked_at(page: Page, *, colours: bool = False) -> list[str]:
    only = (
        {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
        if colours
        else {"type": "tag", "values": TAGS}
    )
    found: list[str] = page.evaluate(RUN, only)
    return found


def every_way(page: Page, *, words_only: bool) -> Iterator[tuple[str, list[str]]]:
    """Look at a page in both sizes and both themes; with the theme only colours change, with the language only words."""
    for name, size in (("phone", PHONE), ("desk", DESK)):
        page.set_viewport_size(size)
        wide = page.evaluate(STRUCTURE)["wide"]
        yield name, [f"{wide} px wider than the screen"] if wide > 0 else []
        if words_only:
            continue
        page.emulate_media(color_scheme="light")
        yield f"{name}, light", looked_at(page)
        page.emulate_media(color_scheme="dark")
        yield f"{name}, dark", looked_at(page, colours=True)


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(reader: Reader, name: str) -> None:
    who, path = PAGES[name]
    page, wrong = reader.page, []
    for language, skip in SKIP.items():
        reader.visit(who, path(reader.fair), language)
        page.keyboard.press("Tab")
        focused = page.evaluate("document.activeElement.textContent.trim()")
        seen = page.evaluate(STRUCTURE)
        if (seen["mains"], seen["titles"], seen["lang"], focused) != (1, 1, language, skip):
            wrong.append(f"{language}: {seen}, the first Tab is on {focused[:40]!r}")
        page.evaluate("document.activeElement.blur()")
        for how, found in every_way(page, words_only=language != READ):
            wrong += [f"{language}, {how}: {one}" for one in found]
    complaints = [one for one in reader.complaints if name not in MISSING or "404" not in one]
    assert wrong == []
    assert complaints == []
    assert reader.abroad == []


def test_a_keyboard_passes_the_filters_in_one_step(reader: Reader) -> None:
    page = reader.page
    reader.visit("stranger", "/cari?q=keripik", "en")
    page.set_viewport_size(DESK)
    skip = page.get_by_role("link", name="Skip filters")
    unseen = skip.bounding_box()
    assert unseen is not None
    assert unseen["x"] + unseen["width"] < 0, "seen only with the focus"
    skip.focus()
    place, filters = skip.bounding_box(), page.locator("#saring-isi").bounding_box()
    assert place is not None
    assert filters is not None
    assert place["x"] >= 0
    assert place["y"] + place["height"] <= filters["y"], "above the filters, and over none of them"
    assert looked_at(page) == []
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('#hasil') !== null"), "the next stop is among the products"


def test_axe_is_the_file_that_was_pinned() -> None:
    digest = hashlib.sha256((AXE / "axe.min.js").read_bytes()).hexdigest()
    assert digest in (AXE / "README.md").read_text(encoding="utf-8")
