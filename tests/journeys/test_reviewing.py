"""Bought, received, reviewed, answered, reported, hidden; and sold out, kept, told: on a phone, with script and without."""

import re
import time
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from marketplace.catalog.queries import offers
from tests.factories import catalog, reviews, sellers, wishlist
from tests.factories.accounts import person
from tests.factories.letters import letters
from tests.factories.media import photo
from tests.journeys.conftest import Site
from tests.journeys.test_buying import SOON_SECONDS, fill_in, pay, put
from tests.journeys.test_selling import signed_in

pytestmark = [pytest.mark.browser, pytest.mark.slow]
Visit = Callable[..., BrowserContext]
both_ways = pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])


def fits(page: Page) -> None:
    """Nothing sticks out of the phone."""
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def received(buyer: Page, seller: Page, basket: UUID) -> None:
    """Buy, have it made ready, and say that it came."""
    put(buyer, basket)
    buyer.get_by_role("button", name="Lanjut beli").click()
    fill_in(buyer)
    buyer.get_by_role("button", name="Bayar Rp").click()
    pay(buyer)
    buyer.get_by_role("link", name="Ikuti pesanan").click()
    expect(buyer.get_by_role("link", name="Beri ulasan")).to_have_count(0)
    seller.goto("/lapak/pesanan")
    seller.get_by_role("link", name="JKP-").first.click()
    for button in ("Proses pesanan", "Tandai siap"):
        seller.get_by_role("button", name=button).click()
        expect(seller.get_by_role("button", name=button)).to_have_count(0)
    buyer.reload()
    buyer.get_by_role("button", name="Pesanan diterima").click()


def reviewed(buyer: Page, picture: Path) -> None:
    """Review what came, after a form without stars was refused."""
    buyer.get_by_role("link", name="Beri ulasan").click()
    buyer.get_by_role("button", name="Kirim ulasan").click()
    expect(buyer.get_by_role("alert")).to_contain_text("Pilih jumlah bintang, dari 1 sampai 5.")
    fits(buyer)
    buyer.get_by_label("4 bintang: baik").check()
    buyer.get_by_label("Ulasan Anda").fill("Anyamannya rapi. Hubungi saya di 0812 0000 1111.")
    buyer.get_by_label("Foto").set_input_files(picture)
    buyer.get_by_role("button", name="Kirim ulasan").click()
    expect(buyer.get_by_role("status").filter(has_text="Ulasan Anda sudah tayang")).to_be_visible()
    fits(buyer)


def answered(seller: Page) -> None:
    """Answer as the shop, coming from its desk."""
    seller.goto("/lapak")
    seller.get_by_role("link", name="Ulasan belum dibalas").click()
    seller.locator("summary").filter(has_text="Balas").first.click()
    seller.get_by_label("Balasan Anda").fill("Terima kasih banyak, Kak Rina.")
    fits(seller)
    seller.get_by_role("button", name="Kirim balasan").click()
    expect(seller.get_by_role("status").filter(has_text="Balasan Anda tampil")).to_be_visible()


def reported(reader: Page) -> None:
    """Object to the review, coming from the product's page."""
    reader.locator("#ulasan").get_by_role("link", name="Lihat semua").click()
    fits(reader)
    reader.get_by_role("link", name="Laporkan").click()
    reader.get_by_label("Membuka data pribadi").check()
    fits(reader)
    reader.get_by_role("button", name="Kirim laporan").click()
    expect(reader.get_by_role("status").filter(has_text="Terima kasih. Kami periksa")).to_be_visible()


def hidden(officer: Page) -> None:
    """Hide it as the programme, coming from its desk."""
    officer.goto("/program")
    officer.get_by_role("link", name="Ulasan dilaporkan").locator("visible=true").first.click()
    expect(officer.locator('[data-uji="moderasi"]')).to_contain_text("Membuka data pribadi")
    officer.get_by_label("Alasan").fill("Memuat nomor telepon pembeli.")
    fits(officer)
    officer.get_by_role("button", name="Sembunyikan").click()
    expect(officer.get_by_role("status").filter(has_text="Sudah diputuskan")).to_be_visible()


@both_ways
def test_a_review_from_the_order_to_its_end(site: Site, visitor: Visit, tmp_path: Path, script: bool) -> None:
    siti = person("Siti Rahmawati", email="siti@contoh.example")
    person("Dewi Petugas", email="dewi@contoh.example", grants=(reviews.OFFICER,))
    basket = catalog.basket(name="Tampah Bambu", of=sellers.shop(trusted=True, owner_id=siti))
    picture = tmp_path / "tampah.jpg"
    picture.write_bytes(photo())
    buyer, seller, reader, officer = (visitor(script=script).new_page() for _who in range(4))
    signed_in(seller, "siti@contoh.example")
    received(buyer, seller, basket)
    reviewed(buyer, picture)

    reader.goto(offers([basket])[basket].url)
    section = reader.locator("#ulasan")
    for told in ("1 ulasan", "Rina K.", "Anyamannya rapi."):
        expect(section).to_contain_text(told)
    expect(section.locator("img")).to_have_count(1)
    fits(reader)
    answered(seller)
    reader.reload()
    expect(section).to_contain_text("Terima kasih banyak, Kak Rina.")
    reported(reader)
    signed_in(officer, "dewi@contoh.example")
    hidden(officer)
    reader.goto(offers([basket])[basket].url)
    expect(section).to_contain_text("Belum ada ulasan")
    buyer.reload()
    expect(buyer.get_by_text("Memuat nomor telepon pembeli.")).to_be_visible()


@both_ways
def test_what_is_sold_out_is_kept_and_told_of_when_it_is_back(site: Site, visitor: Visit, script: bool) -> None:
    gone = catalog.basket(stock=0, name="Tampah Bambu", of=sellers.shop(trusted=True))
    page = visitor(script=script).new_page()
    page.goto("/")
    page.get_by_role("button", name="Simpan Tampah Bambu untuk nanti").click()
    expect(page.get_by_role("status").filter(has_text="Tampah Bambu tersimpan.")).to_be_visible()
    fits(page)
    page.get_by_role("link", name="Kembali ke produk").click()
    page.get_by_role("button", name="Kabari saya").click()
    expect(page.get_by_role("alert")).to_contain_text("Isi alamat e-mail yang akan kami kabari.")
    page.get_by_label("E-mail").fill("rina@contoh.example")
    page.get_by_role("button", name="Kabari saya").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Satu langkah lagi: konfirmasi alamat Anda")
    fits(page)

    asked = letter(site, "Kami kabari kalau Tampah Bambu sudah ada lagi?")
    link = re.search(r"/kabar\?token=[0-9a-f]+", asked)
    assert link is not None
    page.goto(link[0])
    fits(page)
    page.get_by_role("button", name="Ya, kabari saya").click()
    expect(page.get_by_role("status").filter(has_text="Alamat Anda terkonfirmasi")).to_be_visible()
    page.goto("/simpanan")
    expect(page.locator('[data-uji="dikabari"]')).to_contain_text("Tampah Bambu")

    wishlist.counted(gone, 3)
    assert offers([gone])[gone].url in letter(site, "Tampah Bambu sudah ada lagi")
    page.reload()
    expect(page.locator('[data-uji="dikabari"]')).to_have_count(0)
    page.get_by_role("button", name="Tambah Tampah Bambu ke keranjang").click()
    page.wait_for_url("**/keranjang*")


def letter(site: Site, subject: str) -> str:
    """Return a letter once the worker has written it."""
    limit = time.monotonic() + SOON_SECONDS
    while True:
        found = [one.text for one in letters(site.live.app) if one.subject == subject]
        if found:
            return found[0]
        assert time.monotonic() < limit, subject
        time.sleep(0.1)
