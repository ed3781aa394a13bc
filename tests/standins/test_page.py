"""The page of the stand-in for Stripe in a browser, with and without scripts."""

import os
import shutil
from collections.abc import Iterator

import pytest
import stripe
from playwright.sync_api import Browser, expect, sync_playwright

from tests.standins.buying import opened
from tests.standins.stripe import Stripe

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    program = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if not program:
        pytest.skip("no Chromium here")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=program, args=QUIET)
        yield running
        running.close()


# Playwright runs once in a process, and the journeys have it: these run with the long trials, in a process of their own.
@pytest.mark.soak
@pytest.mark.parametrize("scripts", [True, False])
def test_a_buyer_pays_after_a_card_was_declined(
    browser: Browser, client: stripe.StripeClient, stripe_standin: Stripe, scripts: bool
) -> None:
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
