"""The page of the stand-in for Stripe in a browser, with and without scripts."""

import pytest
from playwright.sync_api import Browser, expect

from tests.standins.buying import library, opened
from tests.standins.stripe import Stripe

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.mark.parametrize("scripts", [True, False])
def test_a_buyer_pays_after_a_card_was_declined(browser: Browser, stripe_standin: Stripe, scripts: bool) -> None:
    client = library(stripe_standin)
    back = f"{stripe_standin.address}/pay/{{CHECKOUT_SESSION_ID}}?kembali"
    session = opened(client, success_url=back)
    context = browser.new_context(viewport={"width": 360, "height": 740}, java_script_enabled=scripts)
    page = context.new_page()
    page.goto(session.url)
    expect(page.locator("#amount")).to_have_text("IDR 629500")
    page.get_by_role("button", name="Gagal").click()
    expect(page.locator("#status")).to_have_text("open")
    page.get_by_role("button", name="Bayar", exact=True).click()
    page.wait_for_url(f"**/{session.id}?kembali")
    expect(page.locator("#status")).to_have_text("complete")
    expect(page.get_by_role("button")).to_have_count(0)
    context.close()
    assert client.v1.checkout.sessions.retrieve(session.id).payment_status == "paid"
