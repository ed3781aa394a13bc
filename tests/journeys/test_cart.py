"""The cart in a browser: with script it saves by itself and its reader stays where they are, without it nothing is lost."""

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, Route, expect

from tests.factories import orders
from tests.journeys.conftest import Site
from tests.journeys.test_buying import put, total

pytestmark = [pytest.mark.browser, pytest.mark.slow]
Visit = Callable[..., BrowserContext]
SLOW_SECONDS = 1.0
TOTAL = '[data-uji="total-bayar"]'


def number(page: Page, name: str) -> Locator:
    return page.get_by_role("spinbutton", name=f"Jumlah {name}")


def filled(visitor: Visit, *, script: bool) -> Page:
    """Open the cart of somebody with three baskets of two shops."""
    page = visitor(script=script).new_page()
    for variant in orders.two_shops():
        put(page, variant)
    return page


def test_without_script_a_wrong_number_stops_there_and_keeps_the_rest(site: Site, visitor: Visit) -> None:
    page = filled(visitor, script=False)
    number(page, "Tampah Bambu").fill("99")
    number(page, "Bakul Nasi").fill("3")
    page.get_by_label("Diantar penjual").last.check()
    page.get_by_role("button", name="Lanjut beli").click()

    wrong = number(page, "Tampah Bambu")
    expect(wrong).to_have_value("99")
    expect(wrong).to_have_attribute("aria-invalid", "true")
    expect(wrong).to_have_accessible_description(re.compile("tinggal 10"))
    expect(number(page, "Bakul Nasi")).to_have_value("3")
    expect(page.get_by_label("Diantar penjual").last).to_be_checked()

    wrong.fill("2")
    wrong.press("Enter")
    page.wait_for_url("**/keranjang")
    assert total(page) == "Rp\xa0280.000", "Enter saves all of it: 2, 3 and 1, and one delivery"

    number(page, "Bakul Nasi").fill("1")
    page.get_by_role("button", name="Hapus Tampah Bambu dari keranjang").click()
    expect(number(page, "Tampah Bambu")).to_have_count(0)
    expect(number(page, "Bakul Nasi")).to_have_value("1")
    page.get_by_role("button", name="Kembalikan Tampah Bambu").click()
    expect(number(page, "Tampah Bambu")).to_have_value("2")


def test_with_script_several_steps_are_one_request_and_nobody_is_moved(site: Site, visitor: Visit) -> None:
    page = filled(visitor, script=True)
    sent: list[str] = []
    page.on("request", lambda one: sent.append(one.url) if one.method == "POST" else None)
    page.evaluate("window.scrollTo(0, 200)")
    more = page.get_by_role("button", name="Tambah Tampah Bambu")
    more.focus()
    for _press in range(3):
        page.keyboard.press("Enter")
    expect(page.locator(TOTAL)).to_have_text("Rp\xa0270.000")
    expect(page.get_by_role("status")).to_have_text("Tersimpan. Total: Rp\xa0270.000")
    expect(more).to_be_focused()
    assert page.evaluate("window.scrollY") > 0
    assert len(sent) == 1

    page.get_by_label("Diantar penjual").first.check()
    expect(page.locator(TOTAL)).to_have_text("Rp\xa0280.000")
    number(page, "Tampah Bambu").fill("99")
    page.keyboard.press("Tab")
    expect(number(page, "Tampah Bambu")).to_have_accessible_description(re.compile("tinggal 10"))
    assert page.evaluate("document.activeElement.closest('main') !== null")
    expect(page.locator(".ringkasan-galat")).to_have_count(0)
    number(page, "Tampah Bambu").fill("1")
    page.keyboard.press("Tab")
    expect(page.locator(TOTAL)).to_have_text("Rp\xa0145.000")
    expect(page.locator(".galat")).to_have_count(0)
    expect(page.get_by_role("button", name="Kurangi Tampah Bambu")).to_be_disabled()

    number(page, "Bakul Nasi").fill("4")
    page.get_by_role("button", name="Lanjut beli").click()
    page.wait_for_url("**/beli")
    expect(page.get_by_role("button", name="Bayar Rp\xa0280.000")).to_be_visible()


def test_what_is_typed_while_an_answer_is_under_way_stays(site: Site, visitor: Visit) -> None:
    page = filled(visitor, script=True)

    def slowly(route: Route) -> None:
        answer = route.fetch()
        time.sleep(SLOW_SECONDS)
        route.fulfill(response=answer)

    page.route("**/keranjang/isi", slowly)
    with page.expect_response("**/keranjang/isi"):
        number(page, "Tampah Bambu").fill("2")
        number(page, "Bakul Nasi").focus()
        page.wait_for_timeout(400)
        page.keyboard.press("Control+A")
        page.keyboard.type("5")
    expect(page.locator(TOTAL)).to_have_text("Rp\xa0180.000")
    expect(number(page, "Bakul Nasi")).to_have_value("5")
    page.keyboard.press("Tab")
    expect(page.locator(TOTAL)).to_have_text("Rp\xa0360.000")


def test_a_wrong_number_on_the_product_page_is_answered_there(site: Site, visitor: Visit) -> None:
    page = filled(visitor, script=False)
    page.get_by_role("link", name="Tikar Pandan").click()
    number(page, "Tikar Pandan").fill("99")
    page.get_by_role("button", name="Tambah Tikar Pandan ke keranjang").locator("visible=true").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Tikar Pandan")
    expect(number(page, "Tikar Pandan")).to_have_value("99")
    expect(number(page, "Tikar Pandan")).to_have_accessible_description(re.compile("tinggal 10"))
    number(page, "Tikar Pandan").fill("2")
    page.get_by_role("button", name="Tambah Tikar Pandan ke keranjang").locator("visible=true").click()
    page.wait_for_url("**/keranjang?baru=*")
    expect(number(page, "Tikar Pandan")).to_have_value("3")
