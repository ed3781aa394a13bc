"""E09 on a phone in the venue's cellar: no network, one receipt, with the time at which it was written down (ux 5.2, R14.2)."""

import json
from collections.abc import Callable
from uuid import UUID

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from marketplace.eorder.models.acts import RECEIVER
from marketplace.kernel.db import session
from tests.eorder.fulfilling import Way, accepted
from tests.factories import eorder as of
from tests.factories.accounts import opened, set_up
from tests.journeys.conftest import Site

pytestmark = pytest.mark.browser
Visit = Callable[..., BrowserContext]


def sign_in(context: BrowserContext, site: Site, who: UUID) -> Page:
    context.add_cookies([{"name": "sesi", "value": opened(who).token, "url": site.base}])
    return context.new_page()


def receiver(way: Way) -> UUID:
    who = way.case.by(RECEIVER).id
    assert who is not None
    of.granted(who, RECEIVER, way.case.desk.unit_code)
    set_up(who)
    return who


def test_a_receipt_without_a_network_goes_out_later_once_and_keeps_its_time(site: Site, visitor: Visit) -> None:
    way = accepted()
    way.ship()
    context = visitor()
    page = sign_in(context, site, receiver(way))
    address = f"/pengadaan/pesanan/{way.case.code}/penerimaan"
    page.goto(address)
    page.get_by_text("Catatan, atau waktu lain").click()
    page.get_by_label("Catatan").fill("Diterima Bu Ratna 0812-3456-7890")
    context.set_offline(True)
    page.get_by_role("button", name="Simpan penerimaan").click()
    expect(page.get_by_text("Tidak ada jaringan")).to_be_visible()
    kept = json.loads(page.evaluate("localStorage.getItem('penerimaan')"))
    assert "Ratna" not in json.dumps(kept)
    assert {name for name, _value in kept[0]["fields"]} == {
        "kunci", "tiba", "baris-0-id", "baris-0-datang", "baris-0-rusak",
    }  # fmt: skip
    assert way.figures == (40, 0, 0)

    context.set_offline(False)
    expect(page.get_by_text("Penerimaan tersimpan")).to_be_visible()
    assert page.evaluate("localStorage.getItem('penerimaan')") is None
    session.remove()
    (receipt,) = way.all.receipts
    assert (way.figures, receipt.note) == ((40, 40, 0), "Diterima Bu Ratna 0812-3456-7890")
    assert receipt.came_at < receipt.at


def test_what_waits_goes_out_when_the_page_is_opened_again_by_who_wrote_it(site: Site, visitor: Visit) -> None:
    way = accepted()
    way.ship()
    context = visitor()
    page = sign_in(context, site, receiver(way))
    address = f"/pengadaan/pesanan/{way.case.code}/penerimaan"
    page.goto(address)
    context.set_offline(True)
    page.get_by_role("button", name="Simpan penerimaan").click()
    expect(page.get_by_text("Tidak ada jaringan")).to_be_visible()
    page.close()
    context.set_offline(False)
    other = accepted(of=way.case.desk)
    other.ship()
    colleague = way.case.desk["commitment_officer"].id
    assert colleague is not None
    of.granted(colleague, "commitment_officer", way.case.desk.unit_code)
    set_up(colleague)
    theirs = sign_in(context, site, colleague)
    theirs.goto(address)
    expect(theirs.get_by_text("milik orang lain")).to_be_visible()
    assert way.figures == (40, 0, 0)
    mine = sign_in(context, site, receiver(way))
    mine.goto(f"/pengadaan/pesanan/{other.case.code}/penerimaan")
    expect(mine.get_by_text("Penerimaan tersimpan")).to_be_visible()
    session.remove()
    assert (way.figures, other.figures) == ((40, 40, 0), (40, 0, 0))
