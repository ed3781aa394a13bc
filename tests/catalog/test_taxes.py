"""What is sold stands under one tax at most, and a parcel has its sizes: carts compute with both."""

from flask import Flask

from marketplace.catalog import queries, services
from marketplace.catalog.demo import category_tree
from marketplace.kernel.access import SYSTEM
from tests.factories import catalog


def test_what_a_category_holds_stands_under_one_tax_at_most(app: Flask) -> None:
    kinds = {one.slug: one.tax_kind for top in category_tree() for one in (top, *top.below)}
    assert kinds["nasi-kotak"] == kinds["kue-basah"] == "meal"
    assert (kinds["sayur-hidroponik"], kinds["tanaman-hias"], kinds["batik-betawi"]) == ("basic", "goods", "goods")


def test_an_offer_tells_its_tax_its_volume_and_whether_it_is_food(app: Flask) -> None:
    sized = {"price_idr": 45_000, "stock": 3, "length_mm": 300, "width_mm": 200, "height_mm": 101}
    made = catalog.product(catalog.shallots(variants=[sized]))
    variant = catalog.variants(made)[0]
    offer = queries.offers([variant])[variant]
    assert (offer.tax_kind, offer.food, offer.volume_ml) == ("goods", True, 6_060)
    again = catalog.shallots(variants=[{"id": variant, "price_idr": 45_000, "height_mm": 100}])
    services.update_product(made, again, by=SYSTEM)
    assert queries.offers([variant])[variant].volume_ml == 6_000, "sides that are not told stay"
