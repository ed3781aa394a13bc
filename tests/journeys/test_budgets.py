"""What a page may weigh before its reader scrolls, on a phone (ux 3.9; UX-B1, B2, B5, B6), and what it may ask the database.

The shelves bear the demo's own drawings, and the screen is as dense as they come, for a dense one asks for larger files.
"""

import re
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, Page, Request

from tests.journeys.conftest import PATIENCE, Fair
from tests.journeys.test_accessibility import PAGES, PHONE

pytestmark = pytest.mark.browser

DENSITY = 3
CLOTHES = "/kategori/fesyen"
"""Patterned cloth makes the heaviest drawings of the demo."""
KIB = 1024
STATEMENTS = 6
MORE = {"product": 1}
"""The page of a product says what it is of local content, which stands in tables of its own."""
KINDS = {
    "document": "html",
    "stylesheet": "css",
    "script": "js",
    "font": "font",
    "image": "images",
    "fetch": "html",
    "xhr": "html",
    "other": "icon",
}
SHOP = {"html": 16, "css": 16, "js": 28, "font": 8, "images": 90, "total": 160, "requests": 20, "nodes": 1200}
PRODUCT = {**SHOP, "images": 70, "total": 130, "requests": 12}
BUYING = {**SHOP, "html": 14, "images": 30, "total": 90, "requests": 12}
SELLING = {**SHOP, "html": 20, "css": 22, "js": 36, "images": 60, "total": 140, "requests": 16, "nodes": 3000}
OFFICE = {**SELLING, "html": 60, "css": 26, "images": 0, "requests": 12}
BUDGETS = {
    "home": SHOP,
    "categories": SHOP,
    "category": SHOP,
    "search": SHOP,
    "search in vain": SHOP,
    "shop": SHOP,
    "transparency": SHOP,
    "product": PRODUCT,
    "cart": BUYING,
    "empty cart": SHOP,
    "checkout": BUYING,
    "paying": BUYING,
    "order": BUYING,
    "reviews": PRODUCT,
    "reviewing": BUYING,
    "wishlist": SHOP,
    "seller's desk": SELLING,
    "seller's products": SELLING,
    "new product": SELLING,
    "seller's orders": SELLING,
    "seller's order": SELLING,
    "seller's reviews": SELLING,
    "moderation": OFFICE,
    "administration": OFFICE,
}
PICTURED = {"home": 4, "category": 8, "search": 8, "shop": 6, "product": 1, "cart": 1, "seller's products": 6}
"""How many photos a page shows at least, lest the placeholders are weighed."""
UNCACHED = ("home", "categories", "category", "search", "search in vain", "shop", "product", "reviews")
PICTURES = """() => [...document.images].map((one) => ({
  told: one.hasAttribute("width") && one.hasAttribute("height") && one.hasAttribute("alt"),
  lazy: one.loading === "lazy",
  card: [...document.querySelectorAll(".kartu")].indexOf(one.closest(".kartu")),
  address: one.currentSrc || one.src,
}))"""


def first_product(fair: Fair) -> str:
    with urllib.request.urlopen(f"{fair.base}{CLOTHES}") as answer:  # noqa: S310 - our own address
        found = re.search(r'href="(/p/[^"]+)"', answer.read().decode())
    assert found is not None
    return found[1]


WEIGHED: dict[str, tuple[str, Callable[[Fair], str]]] = {
    **PAGES,
    "category": ("stranger", lambda _: CLOTHES),
    "product": ("stranger", first_product),
}


@dataclass
class Opened:
    """A page as it stands before anybody scrolls, with everything it asked for; sizes are of what was sent."""

    page: Page
    headers: dict[str, str]
    asked: list[Request] = field(default_factory=list)

    @property
    def weight(self) -> dict[str, float]:
        bytes_of: Counter[str] = Counter()
        for one in self.asked:
            bytes_of[KINDS[one.resource_type]] += one.sizes()["responseBodySize"]
        kib = {kind: round(bytes_of[kind] / KIB, 1) for kind in ("html", "css", "js", "font", "images", "icon")}
        nodes = self.page.evaluate("document.querySelectorAll('*').length")
        return {
            **kib,
            "total": round(sum(kib.values()), 1),
            "requests": len(self.asked),
            "nodes": nodes,
        }


@pytest.fixture
def opened(browser: Browser, fair: Fair, name: str) -> Iterator[Opened]:
    who, path = WEIGHED[name]
    context = browser.new_context(viewport=PHONE, device_scale_factor=DENSITY)
    context.add_cookies(fair.cookies(who))
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    asked: list[Request] = []
    page.on("requestfinished", lambda one: asked.append(one))  # noqa: PLW0108 - playwright wants a function of Python
    answer = page.goto(f"{fair.base}{path(fair)}", wait_until="networkidle")
    assert answer is not None
    yield Opened(page, answer.headers, asked)
    context.close()


@pytest.mark.parametrize("name", BUDGETS)
def test_a_page_stays_within_its_budget(opened: Opened, fair: Fair, name: str) -> None:
    weight = opened.weight
    over = {kind: (weight[kind], most) for kind, most in BUDGETS[name].items() if weight[kind] > most}
    assert over == {}, weight
    assert sum("/media/" in one.url for one in opened.asked) >= PICTURED.get(name, 0)
    assert len({one.url for one in opened.asked if one.resource_type == "font"}) <= 1
    assert [one.url for one in opened.asked if not one.url.startswith(fair.base)] == []

    policy = opened.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy

    pictures = opened.page.evaluate(PICTURES)
    assert [one["address"] for one in pictures if not one["told"]] == []
    assert [one["address"] for one in pictures if one["card"] >= 4 and not one["lazy"]] == []


@pytest.mark.parametrize("name", UNCACHED)
def test_a_public_page_asks_the_database_little(opened: Opened, name: str) -> None:
    said = re.search(r"sql;desc=(\d+)", opened.headers["server-timing"])
    assert said is not None
    assert int(said[1]) <= STATEMENTS + MORE.get(name, 0)


@pytest.mark.parametrize("name", ["home", "product", "search"])
def test_the_picture_that_is_seen_first_is_not_put_off(opened: Opened, name: str) -> None:
    largest = opened.page.evaluate(
        """() => new Promise((done) => new PerformanceObserver((list) => {
          const last = list.getEntries().at(-1);
          done(last.element ? last.element.loading || "" : "");
        }).observe({ type: "largest-contentful-paint", buffered: true }))"""
    )
    assert largest != "lazy"
