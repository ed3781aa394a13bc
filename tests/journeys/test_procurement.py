"""An office buys forty boxes of rice: five people, each from their own inbox, in nine screens at most (ux 5.2)."""

import re
import time
from collections.abc import Callable
from uuid import UUID

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import select

from marketplace.eorder.models import Order, OrderState
from marketplace.eorder.models.acts import PP, PPK, RECEIVER, TREASURER
from marketplace.kernel.db import session
from marketplace.sellers.queries import SellerCard
from tests.eorder.test_need_pages import appointed
from tests.eorder.test_needs import kitchens, need_in
from tests.factories import eorder as of
from tests.factories import sellers
from tests.factories.accounts import PASSWORD, opened
from tests.journeys.conftest import PATIENCE, Site
from tests.journeys.test_shortest import Walk

pytestmark = [pytest.mark.browser, pytest.mark.slow]
Visit = Callable[..., BrowserContext]
ALLOWED = 9
PROOF = {"name": "bukti.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4\n%%EOF\n"}


@pytest.fixture
def walk_of(site: Site, visitor: Visit) -> Callable[[UUID, int], Walk]:
    """Give a function that lets somebody in once; their pages are closed with the test."""

    def enter(who: UUID, width: int = 1280) -> Walk:
        context = visitor(width=width)
        context.add_cookies([{"name": "sesi", "value": opened(who).token, "url": site.base}])
        return Walk(context.new_page())

    return enter


def from_inbox(walk: Walk, purpose: str = "Rapat koordinasi RW 05") -> Page:
    """Go to what waits for somebody, from their inbox; the inbox itself is where everybody begins."""
    page = walk.page
    page.goto("/pengadaan")
    page.get_by_role("row").filter(has_text=purpose).get_by_role("link").first.click()
    page.wait_for_load_state()
    return page


def wrote(walk: Walk, field: str, text: str) -> None:
    """Write into a field by its name: several places have labels that begin the same."""
    walk.here()
    walk.fields += 1
    walk.page.locator(f"[name={field}]").fill(text)


def reached(wanted: OrderState) -> None:
    """Wait until the order stands in a state."""
    limit = time.monotonic() + PATIENCE / 1000
    while (now := session.scalars(select(Order.state)).one()) != wanted:
        assert time.monotonic() < limit, f"{now}, not {wanted}"
        session.remove()
        time.sleep(0.1)
    session.remove()


def prepare(walk: Walk, shop: SellerCard, day: str) -> None:
    """Write the need down, choose the lowest, and send the order to whoever approves it."""
    page = walk.page
    page.goto("/pengadaan")
    page.get_by_role("link", name="Kebutuhan baru").click()
    page.get_by_role("link", name="Konsumsi rapat").click()
    wrote(walk, "acara", "Rapat koordinasi RW 05")
    wrote(walk, "tanggal", day)
    wrote(walk, "jam", "11:30")
    wrote(walk, "tempat", "Aula kelurahan")
    wrote(walk, "kelurahan", "Johar Baru, Johar Baru, Jakarta Pusat")
    wrote(walk, "orang", "40")
    walk.tap(page.get_by_role("button", name="Cari toko"))
    assert page.locator(".galat").all_inner_texts() == []
    page.wait_for_url("**/bandingkan*")
    walk.tap(page.get_by_role("button", name=f"Pilih {shop.name}"))
    page.wait_for_url("**/pengadaan/pesanan/*")
    walk.tap(page.get_by_role("button", name="Kirim untuk disetujui"))
    reached(OrderState.PENDING_APPROVAL)


def approve(walk: Walk) -> None:
    """Approve from the inbox; the purchase letter is issued."""
    page = from_inbox(walk)
    walk.fill("Kata sandi", PASSWORD)
    walk.tap(page.get_by_role("button", name="Setujui"))
    reached(OrderState.LETTER_ISSUED)


def accept_and_send(walk: Walk) -> None:
    """Accept the letter and say that it is on its way."""
    page = walk.page
    page.goto("/lapak/permintaan")
    page.get_by_role("row").filter(has_text="Rapat koordinasi RW 05").get_by_role("link").first.click()
    walk.tap(page.get_by_role("button", name="Terima pesanan"))
    expect(page.get_by_role("button", name="Tandai dikirim")).to_be_visible()
    wrote(walk, "catatan", "Dibawa Pak Joko, B 1234 XY")
    walk.tap(page.get_by_role("button", name="Tandai dikirim"))
    reached(OrderState.SHIPPED)


def receive(walk: Walk) -> None:
    """Write down on the phone that all of it came."""
    page = from_inbox(walk)
    walk.tap(page.get_by_role("button", name="Simpan penerimaan"))
    expect(page.get_by_text("Penerimaan tersimpan")).to_be_visible()


def inspect_and_sign(walk: Walk) -> None:
    """Inspect, draw up the minutes and sign them; payment is asked for with the same signature."""
    page = from_inbox(walk)
    for found in page.get_by_role("group", name="Hasil pemeriksaan").get_by_role("checkbox").all():
        walk.fields += 1
        found.check()
    walk.tap(page.get_by_role("button", name="Buat BAST"))
    walk.fill("Kata sandi", PASSWORD)
    walk.tap(page.get_by_role("button", name="Tanda tangani"))
    expect(page.get_by_text("Menunggu toko").first).to_be_visible()


def countersign(walk: Walk) -> None:
    """Sign the minutes for the shop, on the page that stands open."""
    page = walk.page
    page.reload()
    walk.tap(page.get_by_role("button", name=re.compile("tanda tangan", re.IGNORECASE)))
    reached(OrderState.PAYMENT_REQUESTED)


def pay(walk: Walk) -> None:
    """Write the payment down with its proof and its slips."""
    page = from_inbox(walk)
    wrote(walk, "nomor", "TRF/2026/000123")
    for slip in page.get_by_label("Nomor bukti potong").all():
        walk.fields += 1
        slip.fill("BPPU-2611-0001")
    walk.fields += 1
    page.get_by_label("Bukti pembayaran").set_input_files([PROOF])
    walk.tap(page.get_by_role("button", name="Catat pembayaran"))
    reached(OrderState.CLOSED)


def test_forty_boxes_from_need_to_closed_take_nine_screens_of_five_people(walk_of: Callable[..., Walk]) -> None:
    desk = appointed()
    shop, *_others = kitchens(32_000, 33_000, 34_000)
    sellers.papered(shop)
    seller = of.runs(shop)
    people = {PP: desk[PP].id, PPK: desk[PPK].id, "seller": seller.id, RECEIVER: desk[RECEIVER].id}
    people[TREASURER] = desk[TREASURER].id
    phones = {"seller", RECEIVER}
    walks = {who: walk_of(person, 360 if who in phones else 1280) for who, person in people.items()}

    prepare(walks[PP], shop, need_in(desk).tanggal.isoformat())
    approve(walks[PPK])
    accept_and_send(walks["seller"])
    receive(walks[RECEIVER])
    inspect_and_sign(walks[PPK])
    countersign(walks["seller"])
    pay(walks[TREASURER])
    screens = {who: walk.screens for who, walk in walks.items()}
    assert sum(map(len, screens.values())) <= ALLOWED, screens
    counted = {name: sum(walk.counted[name] for walk in walks.values()) for name in ("fields", "taps")}
    assert counted == {"fields": 15, "taps": 11}
