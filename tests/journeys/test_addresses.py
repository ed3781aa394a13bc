"""One's address book on a phone, with and without script."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.factories.accounts import person
from tests.journeys.conftest import Site
from tests.journeys.test_selling import signed_in

pytestmark = [pytest.mark.browser, pytest.mark.slow]
Visit = Callable[..., BrowserContext]


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_a_buyer_writes_down_two_addresses_and_makes_the_second_the_main_one(
    site: Site, visitor: Visit, script: bool
) -> None:
    person("Rina Kusuma", email="rina@contoh.example")
    page = visitor(script=script).new_page()
    signed_in(page, "rina@contoh.example")
    page.goto("/akun")
    page.get_by_role("link", name="Alamat", exact=True).click()
    for number, (label, street) in enumerate((("Rumah", "Jalan Percetakan Negara 12"), ("Kantor", "Jalan Kramat 40"))):
        if number:
            page.get_by_text("Tambah alamat").click()
        page.get_by_label("Sebutan alamat").fill(label)
        page.get_by_label("Nomor WhatsApp").fill("0812")
        page.get_by_label("Kelurahan").fill("Johar Baru, Johar Baru, Jakarta Pusat")
        page.get_by_label("Alamat lengkap").fill(street)
        page.get_by_role("button", name="Simpan alamat").click()
        expect(page.get_by_role("link", name="Nomor WhatsApp terlalu pendek")).to_be_visible()
        expect(page.get_by_label("Alamat lengkap")).to_have_value(street)
        page.get_by_label("Nomor WhatsApp").fill("0812-3456-7890")
        page.get_by_role("button", name="Simpan alamat").click()
        expect(page.get_by_text("Alamat ditambahkan.")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.get_by_role("button", name="Jadikan Kantor alamat utama").click()
    expect(page.get_by_text("Ini sekarang alamat utama Anda.")).to_be_visible()
    expect(page.locator("li.kotak").first).to_contain_text("Kantor")
    page.get_by_role("link", name="Ubah Rumah").click()
    page.get_by_role("button", name="Hapus Rumah").click()
    expect(page.get_by_text("Alamat dihapus.")).to_be_visible()
    expect(page.locator("li.kotak")).to_have_count(1)
