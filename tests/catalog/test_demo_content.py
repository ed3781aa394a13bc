"""The demo town: shops in all of Jakarta, and goods that could be sold in it."""

from collections import Counter

from marketplace.catalog.demo_content import categories, products
from marketplace.catalog.forms import ProductIn
from marketplace.sellers.demo_content import shops
from tests.factories.town import SEED, areas, goods, town


def test_shops_stand_in_every_kecamatan():
    parents = {code: above for code, level, _name, above in areas() if level == "kelurahan"}
    here = Counter(parents[shop.kelurahan_code] for shop in town())
    assert len(here) == 44
    assert min(here.values()) >= 2
    assert len(town()) >= 120


def test_shops_have_names_and_codes_of_their_own():
    for told in ("name", "slug", "code"):
        assert len({getattr(shop, told) for shop in town()}) == len(town()), told


def test_no_two_shops_tell_the_same_story():
    assert len({shop.story for shop in town()}) == len(town())
    assert all(shop.story.count(".") in range(2, 6) for shop in town())


def test_the_demo_sellers_shops_come_first():
    assert (town()[0].name, town()[0].trusted) == ("Dapur Ibu Siti", True)
    assert (town()[1].name, town()[1].trusted) == ("Kriya Rawa Belong", False)


def test_there_are_a_thousand_goods_and_no_name_twice():
    assert len(goods()) >= 1_000
    assert len({one.name for one in goods()}) == len(goods())


def test_ten_thousand_can_be_drawn_for_a_bench():
    many = products(SEED, town(), 10_000)
    assert len({one.name for one in many}) == 10_000


def test_every_trade_is_on_sale():
    sold = {one.category for one in goods()}
    for top in categories():
        assert not top.below or any(one.slug in sold for one in top.below), top.slug


def test_goods_lie_in_categories_that_exist():
    known = {one.slug for top in categories() for one in (top, *top.below)}
    assert {one.category for one in goods()} <= known


def test_food_states_whether_it_is_halal():
    food = {one.slug for top in categories() if top.food for one in (top, *top.below)}
    for one in goods():
        if one.category in food:
            assert one.halal in {"certified", "in_process", "non_halal_declared"}, one.name
        assert (one.halal_number is not None) == (one.halal == "certified"), one.name


def test_prices_are_whole_steps_of_five_hundred():
    for one in goods():
        assert one.variants, one.name
        for variant in one.variants:
            assert variant.price >= 500, one.name
            assert variant.price % 500 == 0, one.name


def test_descriptions_say_what_sets_a_product_apart():
    told = {one.description for one in goods()}
    assert len(told) > 700
    assert all(2 <= text.count(".") <= 8 and 60 < len(text) < 400 for text in told)


def test_the_examples_of_the_papers_are_there():
    prices = {one.name: min(variant.price for variant in one.variants) for one in goods()}
    assert prices["Bawang Goreng Kamal Renyah 250 g"] == 38_000
    assert prices["Nasi Kotak Ayam Bakar Betawi"] == 32_000
    assert prices["Bir Pletok Botol 500 ml"] == 25_000
    assert prices["Kemeja Batik Betawi Nusa Kelapa"] == 185_000
    assert prices["Gantungan Kunci Ondel-ondel"] == 15_000
    assert prices["Kembang Goyang Keju 200 g"] == 22_000


def test_a_seed_gives_the_same_town():
    again = shops(SEED, areas())
    assert list(again) == list(town())
    assert list(products(SEED, again)) == list(goods())


def test_goods_pass_the_form_that_sellers_fill_in():
    for one in goods():
        ProductIn.model_validate(
            {
                "name": one.name, "category": one.category, "description": one.description, "unit": one.unit,
                "min_order": one.least, "lead_days": one.lead_days, "made_to_order": one.made_to_order,
                "halal": one.halal, "halal_number": one.halal_number,
                "pirt": one.pirt, "domestic": one.domestic,
                "variants": [
                    {"name": variant.name, "price_idr": variant.price, "weight_g": variant.grams, "stock": variant.stock}
                    for variant in one.variants
                ],
            }
        )  # fmt: skip
