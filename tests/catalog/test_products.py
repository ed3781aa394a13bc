"""What sellers and reviewers do with listings, and the halal gate before the shop."""

from uuid import UUID

import pytest
from pydantic import ValidationError
from sqlalchemy import select

from marketplace.catalog import queries, services
from marketplace.catalog.events import ProductChanged
from marketplace.catalog.forms import ProductIn
from marketplace.catalog.models import Price, Product, Variant
from marketplace.catalog.queries.checks import broken
from marketplace.catalog.services import StockLine
from marketplace.kernel import clock as program_clock
from marketplace.kernel.access import SYSTEM
from marketplace.kernel.db import session
from marketplace.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from marketplace.kernel.ids import uuid7
from marketplace.kernel.models import AuditEntry, Move
from marketplace.kernel.money import Rupiah
from marketplace.sellers import services as shops
from marketplace.sellers.forms import ReasonIn
from tests.factories import catalog, sellers
from tests.factories.media import picture


def state_of(product: UUID) -> str:
    session.expire_all()
    return session.get_one(Product, product).state


@pytest.fixture
def shop(app):
    services.load_categories(catalog.TREE)
    return sellers.shop()


@pytest.fixture
def trusted(app):
    services.load_categories(catalog.TREE)
    return sellers.shop(name="Kriya Rawa Belong", trusted=True)


def test_a_new_product_is_a_draft_with_stock_price_and_history(shop):
    made = services.create_product(shop.id, catalog.shallots(), by=sellers.runs(shop))
    listing = queries.listing(made)
    assert (listing.state, listing.name, listing.category) == ("draft", "Bawang Goreng Kamal Renyah", catalog.SHALLOTS)
    assert [(one.name, one.price, one.on_hand) for one in listing.variants] == [
        ("250 g", Rupiah(38_000), 5),
        ("500 g", Rupiah(70_000), 3),
    ]
    assert session.get_one(Product, made).price_idr == Rupiah(38_000)
    assert listing.url == f"/p/{listing.code}-bawang-goreng-kamal-renyah"
    assert session.execute(select(Move.now).where(Move.thing_id == made)).scalars().all() == ["draft"]
    assert list(broken()) == []


def test_only_the_team_of_a_shop_lists_and_changes(shop):
    stranger = sellers.runs()
    with pytest.raises(NotAllowed):
        services.create_product(shop.id, catalog.listing(), by=stranger)
    made = services.create_product(shop.id, catalog.listing(), by=sellers.runs(shop))
    for act in (
        lambda: services.update_product(made, catalog.listing(), by=stranger),
        lambda: services.submit(made, by=stranger),
        lambda: services.stop(made, by=stranger),
        lambda: services.add_image(made, uuid7(), by=stranger),
        lambda: services.remove_image(made, uuid7(), by=stranger),
    ):
        with pytest.raises(NotAllowed):
            act()
    with pytest.raises(NotFound):
        services.submit(uuid7(), by=stranger)


def test_a_trusted_shop_publishes_at_once_and_others_wait(shop, trusted, outbox):
    first = services.create_product(trusted.id, catalog.listing(), by=sellers.runs(trusted))
    assert services.submit(first, by=sellers.runs(trusted)) == "published"
    second = services.create_product(shop.id, catalog.listing(), by=sellers.runs(shop))
    assert services.submit(second, by=sellers.runs(shop)) == "waiting"
    admin = sellers.holds("admin")
    assert [one.id for one in queries.waiting(admin)] == [second]
    assert queries.waiting_count(admin) == 1
    services.accept(second, seen=catalog.seen(second), by=admin)
    assert state_of(second) == "published"
    assert {told["product_id"] for told in outbox.named(ProductChanged)} == {str(first), str(second)}


def test_a_rejected_product_says_why_and_can_be_handed_in_again(shop):
    owner, admin = sellers.runs(shop), sellers.holds("admin")
    made = services.create_product(shop.id, catalog.listing(), by=owner)
    services.submit(made, by=owner)
    services.reject(made, "Foto buram, ambil lagi di tempat terang.", seen=catalog.seen(made), by=admin)
    listing = queries.listing(made)
    assert (listing.state, listing.reason) == ("rejected", "Foto buram, ambil lagi di tempat terang.")
    assert queries.rejected_count(owner) == 1
    services.submit(made, by=owner)
    services.accept(made, seen=catalog.seen(made), by=admin)
    assert queries.listing(made).reason == ""
    with pytest.raises(Conflict):
        services.reject(made, "Sudah terlambat untuk ini.", seen=catalog.seen(made), by=admin)


def test_only_a_reviewer_reviews(shop):
    owner = sellers.runs(shop)
    made = services.create_product(shop.id, catalog.listing(), by=owner)
    services.submit(made, by=owner)
    for act in (
        lambda: services.accept(made, seen=catalog.seen(made), by=owner),
        lambda: services.reject(made, "Tidak boleh.", seen=catalog.seen(made), by=owner),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert queries.waiting(owner) == ()
    assert queries.waiting_count(owner) == 0


@pytest.mark.parametrize(
    ("halal", "number", "field"),
    [
        ("unknown", None, "halal"),
        ("in_process", None, "halal"),
        ("not_subject", None, "halal"),
        ("certified", None, "halal_number"),
        ("certified", catalog.HALAL, None),
        ("non_halal_declared", None, None),
    ],
)
def test_food_passes_the_halal_gate_or_stays_a_draft(trusted, halal, number, field):
    data = catalog.shallots(halal=halal, halal_number=number)
    made = services.create_product(trusted.id, data, by=SYSTEM)
    if field is None:
        assert services.submit(made, by=SYSTEM) == "published"
        return
    with pytest.raises(Invalid) as refused:
        services.submit(made, by=SYSTEM)
    assert list(refused.value.fields) == [field]
    assert state_of(made) == "draft"


def test_a_published_food_cannot_lose_its_papers(trusted):
    made = catalog.product(catalog.shallots(), of=trusted)
    with pytest.raises(Invalid):
        services.update_product(made, catalog.shallots(halal="unknown", halal_number=None), by=SYSTEM)


def test_crafts_are_not_subject_to_the_halal_duty(trusted):
    made = catalog.product(catalog.listing(), of=trusted)
    assert queries.listing(made).halal == "not_subject"


def test_a_change_of_price_is_kept_and_audited(trusted):
    made = catalog.product(catalog.listing(), of=trusted)
    [one] = queries.listing(made).variants
    changed = catalog.listing(variants=[{"id": str(one.id), "price_idr": 50_000}])
    services.update_product(made, changed, by=sellers.runs(trusted))
    prices = session.execute(select(Price.price_idr).where(Price.variant_id == one.id).order_by(Price.id)).scalars()
    assert list(prices) == [Rupiah(45_000), Rupiah(50_000)]
    told = session.execute(select(AuditEntry.content)).scalars()
    assert [entry["after"] for entry in told if entry["action"] == "price.set"] == [{"price_idr": 50_000}]
    assert queries.listing(made).variants[0].on_hand == 10
    assert list(broken()) == []


def test_variants_come_go_and_are_found_by_their_sku(trusted):
    made = catalog.product(catalog.shallots(), of=trusted)
    small, large = queries.listing(made).variants
    changed = catalog.shallots(
        variants=[
            {"sku": large.sku, "name": "setengah kilo", "price_idr": 72_000},
            {"name": "1 kg", "price_idr": 140_000, "stock": 2, "sku": "BG-1000"},
        ]
    )
    services.update_product(made, changed, by=SYSTEM)
    now = queries.listing(made).variants
    assert [(one.name, one.sku, one.on_hand) for one in now] == [
        ("setengah kilo", large.sku, 3),
        ("1 kg", "BG-1000", 2),
    ]
    assert now[0].id == large.id
    assert session.get_one(Variant, small.id).active is False
    assert not queries.offers([small.id])[small.id].on_sale
    assert session.get_one(Product, made).price_idr == Rupiah(72_000)
    assert list(broken()) == []


def test_a_sku_belongs_to_one_thing_of_a_shop(trusted):
    catalog.product(catalog.listing(variants=[{"price_idr": 1_000, "sku": "A-1"}]), of=trusted)
    with pytest.raises(Invalid) as refused:
        services.create_product(trusted.id, catalog.listing(variants=[{"price_idr": 1_000, "sku": "A-1"}]), by=SYSTEM)
    assert "variants" in refused.value.fields
    other = sellers.shop(name="Dapur Lain", trusted=True)
    catalog.product(catalog.listing(variants=[{"price_idr": 1_000, "sku": "A-1"}]), of=other)


def test_a_count_below_what_is_promised_is_refused_beside_its_field(trusted):
    made = catalog.product(catalog.listing(), of=trusted)
    [one] = queries.listing(made).variants
    services.reserve("JKP-1", [StockLine(one.id, 4)], until=program_clock.now())
    with pytest.raises(Invalid) as refused:
        services.update_product(
            made, catalog.listing(variants=[{"id": str(one.id), "price_idr": 45_000, "stock": 3}]), by=SYSTEM
        )
    assert list(refused.value.fields) == ["variants-0-stock"]


def test_changing_the_words_sends_an_untrusted_shops_product_back_to_the_reviewer(shop, trusted):
    waiting = services.create_product(shop.id, catalog.listing(), by=SYSTEM)
    services.submit(waiting, by=SYSTEM)
    services.accept(waiting, seen=catalog.seen(waiting), by=sellers.holds("admin"))
    services.update_product(waiting, catalog.listing(variants=[{"price_idr": 46_000}]), by=SYSTEM)
    assert state_of(waiting) == "published"
    services.update_product(waiting, catalog.listing(name="Keranjang Rotan"), by=SYSTEM)
    assert state_of(waiting) == "waiting"
    shown = catalog.product(of=trusted)
    services.update_product(shown, catalog.listing(name="Keranjang Rotan"), by=SYSTEM)
    assert state_of(shown) == "published"


def test_stopped_is_off_the_shop_and_can_come_back(trusted):
    made = catalog.product(of=trusted)
    services.stop(made, by=sellers.runs(trusted))
    [variant] = catalog.variants(made)
    assert not queries.offers([variant])[variant].on_sale
    services.submit(made, by=sellers.runs(trusted))
    assert queries.offers([variant])[variant].on_sale
    with pytest.raises(Conflict):
        services.submit(made, by=sellers.runs(trusted))


def test_products_follow_their_shop(trusted):
    made = catalog.product(of=trusted)
    [variant] = catalog.variants(made)
    shops.suspend(trusted.id, ReasonIn(reason="Diperiksa dinas pekan ini."), by=SYSTEM)
    assert services.follow_seller(trusted.id) == 1
    assert not queries.offers([variant])[variant].on_sale


def test_pictures_stand_in_order_and_the_first_is_the_cover(trusted):
    made = catalog.product(of=trusted)
    pictures = [picture() for _picture in range(9)]
    for one in pictures[:8]:
        services.add_image(made, one, by=SYSTEM)
    services.add_image(made, pictures[0], by=SYSTEM)
    with pytest.raises(Invalid):
        services.add_image(made, pictures[8], by=SYSTEM)
    services.remove_image(made, pictures[0], by=SYSTEM)
    services.remove_image(made, pictures[0], by=SYSTEM)
    session.expire_all()
    assert session.get_one(Product, made).cover_id == pictures[1]


def test_the_sellers_list_counts_and_finds_what_is_sold_out(trusted):
    catalog.product(catalog.listing(variants=[{"price_idr": 1_000, "stock": 0}]), of=trusted)
    catalog.product(catalog.listing(name="Tampah Bambu"), of=trusted)
    services.create_product(trusted.id, catalog.listing(name="Kipas Sate"), by=SYSTEM)
    assert queries.listing_counts([trusted.id]) == {"published": 2, "draft": 1}
    assert [one.name for one in queries.listings([trusted.id], "sold_out").items] == ["Keranjang Anyaman Pandan"]
    assert [one.name for one in queries.listings([trusted.id], "draft").items] == ["Kipas Sate"]
    assert len(queries.listings([trusted.id]).items) == 3
    assert queries.sold_out_count(sellers.runs(trusted)) == 1
    assert queries.sold_out_count(sellers.runs()) == queries.rejected_count(sellers.runs()) == 0
    assert queries.listing(uuid7()) is None


def test_an_unknown_category_is_refused_beside_the_field(trusted):
    with pytest.raises(Invalid) as refused:
        services.create_product(trusted.id, catalog.listing(category="mobil-bekas"), by=SYSTEM)
    assert list(refused.value.fields) == ["category"]


def test_categories_are_loaded_again_without_doubling(app):
    before = len(queries.category_tree().by_slug)
    assert services.load_categories(catalog.TREE) == 5
    assert services.load_categories(catalog.TREE) == 5
    tree = queries.category_tree()
    assert len(tree.by_slug) == before + 5
    assert [one.slug for one in tree.path(catalog.SHALLOTS)] == ["makanan-uji", catalog.SHALLOTS]
    assert tree.path("tidak-ada") == ()
    assert tree.by_slug[catalog.SHALLOTS].url == "/kategori/makanan-uji/makanan-uji-bawang"


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "ab"},
        {"unit": "gerobak"},
        {"halal": "certified", "halal_number": "KH12345"},
        {"halal": "certified", "halal_number": "ID123"},
        {"pirt": "12-34"},
        {"pirt": "906317101012328"},
        {"variants": []},
        {"variants": [{"price_idr": 99}]},
        {"variants": [{"price_idr": 1_000}, {"price_idr": 2_000}]},
        {"variants": [{"name": "a", "price_idr": 1_000}, {"name": "A", "price_idr": 2_000}]},
        {"variants": [{"name": "250 g", "price_idr": 1_000}, {"name": "250\u200d g", "price_idr": 2_000}]},
        {"variants": [{"name": "250 g", "price_idr": 1_000}, {"name": "\u202e250 \xa0g", "price_idr": 2_000}]},
        {"variants": [{"name": "250 g", "price_idr": 1_000}, {"name": "\u200c", "price_idr": 2_000}]},
        {"variants": [{"name": "a", "price_idr": 1_000, "sku": "X"}, {"name": "b", "price_idr": 2_000, "sku": "X"}]},
        {"min_order": 0},
        {"lead_days": 91},
    ],
)
def test_what_cannot_be_is_not_taken(wrong):
    with pytest.raises(ValidationError):
        catalog.listing(**wrong)


def test_numbers_are_taken_as_people_write_them():
    data = catalog.shallots(halal_number="id 3111 0000 1234 50124", pirt="206317101012328", unit=" Toples ")
    assert (data.halal_number, data.pirt, data.unit) == (catalog.HALAL, "2063171010123-28", "toples")
    assert isinstance(data, ProductIn)


def test_the_name_of_a_variant_has_no_signs_that_nobody_sees(shop):
    named = [
        {"name": "Pe\u200ddas\u200e", "price_idr": 1_000},
        {"name": " Manis \u200c\u2028 sekali", "price_idr": 2_000},
        {"name": "\u200d👩\u200d👧", "price_idr": 3_000},
    ]
    made = services.create_product(shop.id, catalog.listing(variants=named), by=sellers.runs(shop))
    assert [one.name for one in queries.listing(made).variants] == ["Pedas", "Manis sekali", "👩👧"]
