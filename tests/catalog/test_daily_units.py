"""How many pieces of what is made to order a shop makes for one day: set in the form, kept by a table, told by page and API."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace.catalog import importer, sheet
from marketplace.catalog.importer import Given
from marketplace.catalog.queries import listing, offers
from marketplace.sellers.queries import SellerCard
from tests.catalog.test_lapak import mine, only, seller, sent, told
from tests.factories import catalog
from tests.factories.sellers import runs

__all__ = ["mine", "seller"]
MADE = {"made_to_order": "1", "daily_units": "1200", "min_order": "10"}


def test_a_seller_sets_it_and_finds_it_in_the_form_again(seller: FlaskClient, mine: SellerCard) -> None:
    sent(seller, "/lapak/produk/baru", **told(**MADE, aksi="kirim"))
    product = only(mine)
    assert product.daily_units == 1_200
    assert 'name="daily_units" value="1200"' in seller.get(f"/lapak/produk/{product.id}").text
    assert "Paling banyak 1.200 pcs sehari" in seller.get(product.url).text
    assert seller.get(f"/api/v1/products/{product.code}").json["daily_units"] == 1_200
    row = {"variants-0-id": str(product.variants[0].id)}
    sent(seller, f"/lapak/produk/{product.id}", **told(**{**MADE, **row, "daily_units": ""}))
    assert only(mine).daily_units is None


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("9", "kurang dari minimum pesanan"),
        ("0", "1"),
        ("-3", "angka"),
        ("seratus", "angka"),
        ("100001", "100.000"),
    ],
)
def test_what_cannot_be_is_said_beside_the_field_and_nothing_is_lost(
    seller: FlaskClient, mine: SellerCard, typed: str, said: str
) -> None:
    page = sent(seller, "/lapak/produk/baru", **told(**{**MADE, "daily_units": typed}))
    assert page.status_code == 422
    assert 'id="f-daily_units-galat"' in page.text
    beside = page.text.partition('id="f-daily_units-galat"')[2].partition("</p>")[0]
    assert said in re.sub("<[^>]*>", "", beside), beside
    assert f'name="daily_units" value="{typed}"' in page.text
    assert "Tempat tisu bambu" in page.text


def test_it_counts_for_what_is_made_to_order_alone_and_waits_for_the_rest(app: Flask) -> None:
    product = catalog.product(catalog.listing(daily_units=5, made_to_order=False))
    (variant,) = catalog.variants(product)[:1]
    assert offers([variant])[variant].daily_units is None
    edited = listing(product)
    assert edited is not None
    assert edited.daily_units == 5


def test_a_table_that_says_nothing_of_it_leaves_it_as_it_is(seller: FlaskClient, mine: SellerCard) -> None:
    sent(seller, "/lapak/produk/baru", **told(**MADE, **{"variants-0-sku": "TISU-1"}, aksi="kirim"))
    rows = sheet.read(b"SKU;Nama Produk;Harga\nTISU-1;Tempat tisu rotan;30.000\n")
    importer.carry_out(mine.id, rows, Given(), by=runs(mine))
    assert (only(mine).name, only(mine).daily_units) == ("Tempat tisu rotan", 1_200)
