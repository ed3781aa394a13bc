"""One order, whatever the browser sends again: a double click, Back and Forward, a reload that posts the form anew."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect
from playwright.sync_api import Error as BrowserError

from tests.factories import orders
from tests.journeys.conftest import Site
from tests.journeys.test_buying import fill_in, orders_there, put

pytestmark = [pytest.mark.browser, pytest.mark.slow]
Visit = Callable[..., BrowserContext]
ORDER = re.compile("^Bayar Rp")
BROWSERS_OWN = "chrome-error://chromewebdata/"
"""Where the browser shows a page of its own: that the line broke, or whether to send a form again."""
both = pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])


def at_the_form(visitor: Visit, *, script: bool) -> Page:
    """Go to the checkout form with something in the cart, and fill it in."""
    page = visitor(script=script).new_page()
    put(page, orders.two_shops()[0])
    page.get_by_role("button", name="Lanjut beli").click()
    fill_in(page)
    return page


def posts(page: Page) -> list[str]:
    """Return a list that grows with each form that the browser has sent and heard an answer to."""
    sent: list[str] = []
    page.on("response", lambda one: sent.append(one.request.post_data or "") if one.request.method == "POST" else None)
    return sent


def order_button(page: Page) -> None:
    page.get_by_role("button", name=ORDER).click()


@both
def test_a_double_click_then_back_and_forward_and_the_form_replayed_are_one_order(
    site: Site, visitor: Visit, script: bool
) -> None:
    page = at_the_form(visitor, script=script)
    sent = posts(page)
    form = {
        name: page.locator(f'[name="{name}"]').first.input_value()
        for name in ("nama", "whatsapp", "gateway", "kunci", "expected_total_idr", "antar")
    }
    page.get_by_role("button", name=ORDER).dblclick()
    # Not wait_for_url: the second click may break off the first one's way there, which is no fault.
    expect(page).to_have_url(re.compile("/bayar/"))
    page.wait_for_load_state()
    paying = page.url
    assert len(set(sent)) == 1

    page.go_back()
    page.go_forward()
    assert page.url == paying
    page.reload()
    again = page.context.request.post("/beli", form=form, headers={"Sec-Fetch-Site": "same-origin"})

    assert again.url == paying
    assert orders_there() == 1


@both
def test_a_form_out_of_history_that_was_refused_at_first_is_one_order(site: Site, visitor: Visit, script: bool) -> None:
    """A refused form is a page of its own in the history, which the browser sends again to show it."""
    page = at_the_form(visitor, script=script)
    page.get_by_label("Nomor WhatsApp").fill("12")
    order_button(page)
    page.locator('[aria-invalid="true"]').wait_for()
    sent = posts(page)
    page.get_by_label("Nomor WhatsApp").fill("081234567890")
    order_button(page)
    page.wait_for_url("**/bayar/*")
    paying = page.url

    with pytest.raises(BrowserError, match="ERR_CACHE_MISS"):
        page.go_back()
    expect(page).to_have_url(BROWSERS_OWN)
    page.reload()
    assert len(sent) == 2, "the browser sent the refused form again by itself"
    page.locator('[aria-invalid="true"]').wait_for()
    page.go_forward()
    assert page.url == paying
    assert orders_there() == 1


@both
def test_a_reload_after_the_answer_was_lost_leads_to_the_order_that_was_placed(
    site: Site, visitor: Visit, script: bool
) -> None:
    """The line breaks after the shop has heard the order and before the buyer hears of it."""
    page = at_the_form(visitor, script=script)
    lost: list[int] = []

    def lose(route: Route) -> None:
        if route.request.method != "POST" or lost:
            route.continue_()
            return
        lost.append(route.fetch(max_redirects=0).status)
        route.abort("connectionreset")

    page.route("**/beli", lose)
    sent = posts(page)
    with page.expect_event("requestfailed"):
        order_button(page)
    assert lost == [303]
    assert orders_there() == 1

    expect(page).to_have_url(BROWSERS_OWN)
    page.reload()

    page.wait_for_url("**/bayar/*")
    assert len(set(sent)) == 1
    assert orders_there() == 1
