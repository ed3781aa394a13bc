"""What shoppers type besides the name of a thing: where it should come from, and what it may cost."""

import re

import pytest

from tests.catalog.reading import heading, names, statements

BASKET, SHALLOTS = "Keranjang Anyaman Pandan", "Bawang Goreng Kamal Renyah"


@pytest.mark.parametrize(
    "typed",
    ["bawang+jakarta+pusat", "johar+baru+bawang", "bawang+goreng+joharbaru", "bawang+jakpus", "bwang+jakarta+pusat"],
)
def test_a_place_among_the_words_is_where_it_comes_from(indexed, client, typed):
    page = client.get(f"/cari?q={typed}")
    found = page.text.partition('id="daftar-dekat"')[0]
    assert heading(page) == "1 produk ditemukan"
    assert (SHALLOTS in found, BASKET in found) == (True, False)
    assert "Hanya yang berasal dari J" in found
    assert re.search(r'href="/cari\?q=bw?awang(\+goreng)?">Cari di semua wilayah', found) or "bwang" in typed
    assert statements(page) <= 6


def test_where_it_is_not_made_there_it_comes_from_elsewhere_with_a_word_about_it(indexed, client):
    page = client.get("/cari?q=keranjang+jakarta+pusat")
    assert names(page) == [BASKET]
    assert "Belum ada yang seperti ini dari Jakarta Pusat. Yang ini dari wilayah lain." in page.text
    assert "Hanya yang berasal dari" not in page.text


def test_the_name_of_the_city_empties_nothing(indexed, client):
    page = client.get("/cari?q=keranjang+jakarta")
    assert names(page) == [BASKET]
    assert "Hanya yang berasal dari" not in page.text


def test_a_kelurahan_counts_too(indexed, client):
    page = client.get("/cari?q=keranjang+tebet+timur")
    assert names(page) == [BASKET]
    assert "Hanya yang berasal dari Tebet Timur atau memakai namanya." in page.text


def test_a_price_among_the_words_is_a_filter_that_can_be_taken_off(indexed, client):
    cheap = client.get("/cari?q=dibawah+40rb")
    assert names(cheap) == [SHALLOTS]
    assert 'value="40.000"' in cheap.text, "the field of the highest price says so"
    assert re.search(r'class="keping keping-pilih" href="/cari"', cheap.text)
    assert names(client.get("/cari?q=keranjang+45+ribu")) == [BASKET]
    none = client.get("/cari?q=keranjang+di+bawah+20rb")
    assert 'href="/cari?q=keranjang"' in none.text, "without the limit there would be one"


def test_limits_that_are_chosen_hold_against_those_among_the_words(indexed, client):
    assert names(client.get("/cari?q=keranjang+20rb&harga_maks=90000")) == [BASKET]
    assert names(client.get("/cari?q=dibawah+40rb&harga_min=40000")) == [BASKET]


def test_without_the_index_places_and_prices_narrow_too(market, no_index, client):
    assert names(client.get("/cari?q=bawang+di+bawah+50rb")) == [SHALLOTS]
    assert names(client.get("/cari?q=bawang+jakarta+pusat")) == [SHALLOTS]
    elsewhere = client.get("/cari?q=keranjang+jakarta+pusat")
    assert names(elsewhere) == [BASKET]
    assert "Yang ini dari wilayah lain." in elsewhere.text
    assert statements(elsewhere) <= 6
    assert names(client.get("/cari?q=bawang+jakarta")) == [SHALLOTS]
