"""On which rung a product stands on a day: the order of preference of Perpres 46/2025, and what moves it (R11.8)."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from flask import Flask

from marketplace.catalog.queries import offers
from marketplace.kernel import clock as time
from marketplace.kernel.access import SYSTEM
from marketplace.kernel.errors import Invalid
from marketplace.p3dn import queries, services
from marketplace.p3dn.forms import CoverIn, PolicyIn, RevokeIn
from marketplace.p3dn.queries import Local
from marketplace.testing.plugin import TestClock
from tests.factories import catalog, p3dn, sellers

NUMBERS = iter(range(1, 10_000))


def basket(*, domestic: bool = True, name: str = "Keranjang Anyaman Pandan") -> tuple[UUID, sellers.SellerCard]:
    shop = sellers.shop(trusted=True)
    return catalog.product(catalog.listing(name=name, domestic=domestic), of=shop), shop


def certified(tkdn: str, bmp: str = "0", **days: str) -> UUID:
    product, shop = basket()
    p3dn.certified(shop, product, nomor=f"{next(NUMBERS):05}/UJI", tkdn=tkdn, bmp=bmp, **days)
    return product


def test_the_order_of_preference_without_a_market(app: Flask) -> None:
    """Without any product of 40 % in its category nobody must be asked why (domain 4.2, steps 2 to 5)."""
    enough, low = certified("25,00"), certified("24,99")
    here, _shop = basket()
    abroad, _shop = basket(domestic=False)
    unsaid, _shop = basket(domestic=False)
    p3dn.stated(abroad, "abroad", tempat="Tiongkok")
    found = queries.classify([enough, low, here, abroad, unsaid])
    assert [found[one].rung for one in (enough, low, here, abroad, unsaid)] == [
        "certified",
        "low",
        "domestic",
        "import",
        "unknown",
    ]
    assert [found[one].local_class for one in (enough, low, here, abroad, unsaid)] == [
        "PDN_TKDN",
        "PDN_TKDN",
        "PDN_NO_TKDN",
        "IMPORT",
        "UNKNOWN",
    ]
    assert [found[one].wants_reason for one in (enough, low, here, abroad, unsaid)] == [
        False,
        False,
        False,
        True,
        False,
    ]


@pytest.mark.parametrize(
    ("tkdn", "bmp", "market"),
    [("40,00", "0", True), ("39,99", "0", False), ("30,00", "10", True), ("25", "14,99", False)],
)
def test_a_product_of_forty_makes_a_market(app: Flask, tkdn: str, bmp: str, market: bool) -> None:
    """The 40/25 test: TKDN and BMP of one product together, then 25 % of TKDN alone is the least."""
    certified(tkdn, bmp)
    enough, low = certified("25,00"), certified("24,99")
    here, _shop = basket()
    found = queries.classify([enough, low, here])
    assert found[enough].rung == ("preferred" if market else "certified")
    assert [found[one].market for one in (enough, low, here)] == [market] * 3
    assert [found[one].wants_reason for one in (enough, low, here)] == [False, market, market]


def test_a_market_is_of_its_category_and_of_what_is_on_sale(app: Flask) -> None:
    shop = sellers.shop(trusted=True)
    food = catalog.product(catalog.shallots(), of=shop)
    p3dn.certified(shop, food, tkdn="60")
    here, _shop = basket()
    assert not queries.rung(here).market
    best, other = basket()
    p3dn.certified(other, best, nomor="99999/UJI", tkdn="60")
    assert queries.rung(here).market
    catalog.services.stop(best, by=SYSTEM)
    assert not queries.rung(here).market


def test_a_certificate_counts_through_its_last_day_and_no_longer(app: Flask, clock: TestClock) -> None:
    product = certified("42,35", berlaku="2027-03-31")
    clock.set("2027-03-31T23:59:59+07:00")
    assert queries.rung(product).rung == "preferred"
    clock.set("2027-04-01T00:00:00+07:00")
    fallen = queries.rung(product)
    assert (fallen.rung, fallen.tkdn, fallen.certificate) == ("domestic", 0, "")
    assert queries.rung(product, date(2027, 3, 31)).tkdn == 4235


def test_what_a_shop_shows_counts_nowhere_before_an_officer_saw_it(app: Flask) -> None:
    product, shop = basket()
    services.show_certificate(shop.id, p3dn.certificate(product), by=SYSTEM)
    assert queries.rung(product) == Local(
        rung="domestic", policy_id=queries.rung(product).policy_id, high=4000, least=2500
    )


def test_a_revoked_certificate_keeps_the_days_before(app: Flask) -> None:
    product, shop = basket()
    held = p3dn.certified(shop, product)
    today = time.today()
    tomorrow = today + timedelta(days=1)
    services.revoke(held, RevokeIn(mulai=tomorrow, alasan="Dicabut oleh penerbitnya."), by=SYSTEM)
    assert queries.rung(product, today).tkdn == 4235
    assert queries.rung(product, tomorrow).rung == "domestic"


def test_a_product_that_is_added_later_waits_for_an_officer(app: Flask) -> None:
    product, shop = basket()
    held = p3dn.certified(shop, product)
    other = catalog.product(catalog.listing(name="Tas Pandan", domestic=True), of=shop)
    services.cover(held, CoverIn(produk=[product, other]), by=SYSTEM)
    assert [queries.rung(one).tkdn for one in (product, other)] == [4235, 0]
    services.check(held, p3dn.CheckIn(sumber="tkdn.kemenperin.go.id"), by=SYSTEM)
    assert queries.rung(other).tkdn == 4235


def test_a_product_that_is_left_out_loses_it(app: Flask, clock: TestClock) -> None:
    product, shop = basket()
    other = catalog.product(catalog.listing(name="Tas Pandan", domestic=True), of=shop)
    held = p3dn.certified(shop, product, other)
    clock.set("2026-12-15T09:00:00+07:00")
    services.cover(held, CoverIn(produk=[other]), by=SYSTEM)
    clock.set("2026-12-16T09:00:00+07:00")
    assert [queries.rung(one).tkdn for one in (product, other)] == [0, 4235]


def test_the_tick_on_the_form_is_a_statement_and_a_statement_sets_the_tick(app: Flask) -> None:
    product, _shop = basket(domestic=False)
    assert queries.rung(product).rung == "unknown"
    catalog.services.update_product(product, catalog.listing(domestic=True), by=SYSTEM)
    assert queries.rung(product).rung == "domestic"
    p3dn.stated(product, "abroad", tempat="Tiongkok")
    assert queries.rung(product).rung == "import"
    variant = catalog.variants(product)[0]
    assert offers([variant])[variant].domestic is False


def test_materials_and_place_are_two_answers(app: Flask) -> None:
    """A cake of imported flour is still made here (F16): the materials do not move the rung."""
    product, _shop = basket()
    materials = [
        {"nama": "Terigu", "dari": "abroad", "bagian": "60"},
        {"nama": "Gula", "dari": "indonesia", "bagian": "40"},
    ]
    p3dn.stated(product, bahan=materials)
    assert queries.rung(product).rung == "domestic"
    with pytest.raises(Invalid) as refused:
        p3dn.stated(product, bahan=materials[:1])
    assert "60%" in str(refused.value.fields["bahan"][0])


def test_what_has_a_certificate_is_not_made_abroad(app: Flask) -> None:
    product, shop = basket()
    p3dn.certified(shop, product)
    with pytest.raises(Invalid) as refused:
        p3dn.stated(product, "abroad")
    assert "asal" in refused.value.fields
    other, shop = basket()
    p3dn.stated(other, "abroad")
    with pytest.raises(Invalid) as refused:
        p3dn.certified(shop, other, nomor="77777/UJI")
    assert "produk" in refused.value.fields


def test_a_new_policy_counts_from_its_day(app: Flask) -> None:
    product = certified("30,00")
    told = PolicyIn(
        valid_from=date(2027, 1, 1), high=5000, least=3500, bmp_counts=True, delivery_counts=True, basis="Perpres uji"
    )
    services.set_policy(told, by=SYSTEM)
    before, after = queries.rung(product, date(2026, 12, 31)), queries.rung(product, date(2027, 1, 1))
    assert (before.rung, after.rung) == ("certified", "low")
    assert before.policy_id != after.policy_id
