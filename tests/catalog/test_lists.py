"""The lists of products: searched, filtered, page by page, with the index and without."""

import re

import pytest

from marketplace.catalog import services, slots
from marketplace.catalog.index import products
from marketplace.catalog.queries import finding
from marketplace.catalog.queries.addresses import shop_address
from marketplace.kernel.access import SYSTEM
from marketplace.sellers import services as shops
from marketplace.sellers.forms import ReasonIn
from search import services as searching
from tests.catalog.reading import heading, names, statements
from tests.factories import catalog


@pytest.mark.parametrize("search", ["indexed", "no_index"])
def test_a_category_shows_its_own_and_those_below(market, client, search, request):
    request.getfixturevalue(search)
    page = client.get("/kategori/makanan-uji")
    assert (heading(page), names(page)) == ("Makanan kemasan", ["Bawang Goreng Kamal Renyah"])
    assert statements(page) <= 6
    below = client.get("/kategori/makanan-uji/makanan-uji-bawang")
    assert names(below) == ["Bawang Goreng Kamal Renyah"]
    empty = client.get("/kategori/makanan-uji/makanan-uji-keripik")
    assert "Belum ada penjual" in empty.text
    assert client.get("/kategori/makanan-uji-bawang").status_code == 404
    assert client.get("/kategori/kriya-uji/makanan-uji-bawang").status_code == 404
    assert "Makanan kemasan" in client.get("/kategori").text


def test_search_counts_filters_and_offers_what_would_find_something(indexed, client):
    page = client.get("/cari?q=bawang")
    assert (heading(page), names(page)) == ("1 produk ditemukan", ["Bawang Goreng Kamal Renyah"])
    assert 'value="makanan-uji"' in page.text
    assert 'value="kriya-uji"' not in page.text
    assert statements(page) <= 6
    narrowed = client.get("/cari?kategori=makanan-uji&halal=1&kecamatan=31.71.08&harga_maks=50.000&pdn=1")
    assert names(narrowed) == ["Bawang Goreng Kamal Renyah"]
    assert len(re.findall('class="keping keping-pilih"', narrowed.text)) == 5
    assert names(client.get("/cari?kota=31.74")) == ["Keranjang Anyaman Pandan"]
    assert names(client.get("/cari?harga_min=40000")) == ["Keranjang Anyaman Pandan"]
    assert names(client.get("/cari?urut=termahal")) == ["Keranjang Anyaman Pandan", "Bawang Goreng Kamal Renyah"]


@pytest.mark.parametrize(("language", "said"), [("id", "Lewati saringan"), ("en", "Skip filters")])
def test_the_filters_can_be_skipped(indexed, client, language, said):
    page = client.get(f"/cari?q=bawang&bahasa={language}").text
    link = re.search(rf'<a class="lompat[^"]*" href="#(\w+)">{said}</a>', page)
    assert link, "before the filters"
    assert link.end() < page.index('id="saring-isi"')
    assert re.search(rf'id="{link[1]}"[^>]* tabindex="-1"', page), "where it leads takes the focus"


def test_a_mistyped_word_is_understood(indexed, client):
    assert names(client.get("/cari?q=bwang+goreng")) == ["Bawang Goreng Kamal Renyah"]


def test_nothing_found_keeps_the_question_and_leads_on(indexed, client):
    page = client.get("/cari?q=xyzzyq")
    assert heading(page) == 'Tidak ada produk untuk "xyzzyq"'
    assert 'value="xyzzyq"' in page.text
    assert page.text.count('href="/kategori/') >= 3
    narrow = client.get("/cari?q=bawang&kota=31.74&halal=1")
    assert "Tanpa filter Jakarta Selatan: 1 produk" in narrow.text


def test_a_page_past_the_end_says_so(indexed, client):
    for number in ("9", "10001", "99999999", "9" * 40):
        page = client.get(f"/cari?q=bawang&hal={number}")
        assert page.status_code == 200, number
        assert "Daftarnya tidak sampai halaman ini" in page.text
        assert 'href="/cari?q=bawang">Ke halaman terakhir' in page.text


@pytest.mark.parametrize("query", ["harga_min=murah", "hal=nol", "hal=0", "q=" + "a" * 201, "q=%00"])
def test_values_that_cannot_be_are_named_and_the_list_still_stands(indexed, client, query):
    page = client.get(f"/cari?{query}")
    assert page.status_code == 422
    assert "Ada yang perlu diperbaiki" in page.text
    assert len(names(page)) == 2


def test_unknown_keys_and_values_change_nothing(indexed, client):
    page = client.get("/cari?utm_source=wa&kategori=mobil&kecamatan=99.99.99&urut=acak&kota=x")
    assert (page.status_code, len(names(page))) == (200, 2)


def test_what_htmx_asks_is_a_part_and_a_whole_page_alone(indexed, client):
    part = client.get("/cari?q=bawang", headers={"HX-Request": "true"})
    assert "<html" not in part.text
    assert 'id="hasil"' in part.text
    again = client.get("/cari?q=bawang", headers={"HX-Request": "true", "HX-History-Restore-Request": "true"})
    assert "<html" in again.text
    assert "HX-Request" in part.headers["Vary"]


def test_the_second_page_brings_the_first_along(indexed, client, monkeypatch):
    for number in range(30):
        catalog.product(catalog.listing(name=f"Tampah Bambu {number}"), of=indexed.other)
    searching.rebuild(products)
    first = client.get("/cari")
    assert len(names(first)) == 24
    assert "Muat 8 produk lagi" in first.text
    assert 'href="/cari?hal=2"' in first.text
    second = client.get("/cari?hal=2")
    assert len(names(second)) == 32
    assert "Muat" not in second.text
    assert statements(second) <= 6
    assert len(names(client.get(shop_address(indexed.other.slug)))) == 24
    assert len(names(client.get(shop_address(indexed.other.slug) + "?hal=2"))) == 31


@pytest.mark.parametrize("search", ["indexed", "no_index"])
def test_load_more_asks_for_the_new_cards_only(market, client, search, request):
    for number in range(60):
        catalog.product(catalog.listing(name=f"Tampah Bambu {number}"), of=market.other)
    request.getfixturevalue(search)
    for path in ("/cari", "/kategori/kriya-uji", shop_address(market.other.slug)):
        whole = names(client.get(f"{path}?hal=2"))
        new = client.get(f"{path}?hal=2&saja=1")
        assert names(new) == whole[24:48]
        assert f'href="{path}?hal=3"' in new.text, "the next address stands alone again"
        assert "fetchpriority" not in new.text
        assert len(new.text) < 0.7 * len(client.get(f"{path}?hal=2").text)


@pytest.mark.parametrize("search", ["indexed", "no_index"])
@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("/cari?kota=31.71", True),
        ("/cari?kota=31.71&kecamatan=31.71.08", True),
        ("/cari?kota=31.74&kecamatan=31.71.08", False),
        ("/kategori/makanan-uji?kategori=makanan-uji-bawang", True),
        ("/kategori/kriya-uji?kategori=makanan-uji-bawang", False),
    ],
)
def test_groups_of_filters_narrow_each_other_with_the_index_and_without(market, client, search, path, found, request):
    request.getfixturevalue(search)
    near = client.get(path).text.partition('id="daftar-dekat"')[0]
    assert ("Bawang Goreng Kamal Renyah" in near) is found


def test_a_list_too_long_for_one_page_goes_on_in_the_middle(indexed, client, monkeypatch):
    for number in range(30):
        catalog.product(catalog.listing(name=f"Tampah Bambu {number}"), of=indexed.other)
    searching.rebuild(products)
    monkeypatch.setattr(finding, "PAGES_TOGETHER", 1)
    for address, total in (("/cari", 32), (shop_address(indexed.other.slug), 31)):
        first, second = client.get(address), client.get(f"{address}?hal=2")
        seen = names(first) + names(second)
        assert len(seen) == len(set(seen)) == total
        assert f'href="{address}?hal=2"' in first.text
        assert "Lihat produk sebelumnya" not in first.text
        assert "Lihat produk sebelumnya" in second.text
        assert f'href="{address}?hal=3"' not in second.text


@pytest.mark.parametrize("search", ["indexed", "no_index"])
@pytest.mark.parametrize("goods", [1, 31])
def test_past_the_end_of_a_list_the_reader_is_led_to_its_last_page(market, client, search, goods, request):
    for number in range(goods - 1):
        catalog.product(catalog.listing(name=f"Tampah Bambu {number}"), of=market.other)
    request.getfixturevalue(search)
    shop = shop_address(market.other.slug)
    last = "?hal=2" if goods > finding.PAGE else ""
    for address in ("/kategori/kriya-uji", shop):
        page = client.get(f"{address}?hal=9999")
        assert (page.status_code, names(page)) == (200, [])
        assert "Daftarnya tidak sampai halaman ini" in page.text
        assert f'href="{address}{last}"' in page.text
        assert "hal=9998" not in page.text
        assert len(names(client.get(f"{address}{last}"))) == goods


@pytest.mark.parametrize(("language", "typed"), [("id", "25.000"), ("en", "25,000")])
def test_prices_are_one_group_of_bands_and_limits(indexed, client, language, typed):
    page = client.get(f"/cari?bahasa={language}&harga_maks={typed}")
    group = re.findall(r"<fieldset[^>]*>(?:(?!</fieldset>).)*harga_maks.*?</fieldset>", page.text, re.DOTALL)
    assert len(group) == 1
    assert 'name="harga_min"' in group[0]
    assert f'value="{typed}"' in group[0], "an amount as people write it"
    assert 'class="segi-butir" href="/cari?' in group[0], "the bands"
    assert page.text.count("segi-rentang") == 1
    assert f'value="{typed.replace("000", "5")}"' in client.get(f"/cari?harga_min={typed.replace('000', '5')}").text


def test_without_the_index_plain_sql_finds(market, client, no_index):
    page = client.get("/cari?q=bawang&urut=termurah&kota=31.71")
    assert names(page) == ["Bawang Goreng Kamal Renyah"]
    assert "Pencarian sedang dirapikan" in page.text
    assert names(client.get("/cari?q=%25")) == []
    assert names(client.get("/cari?kategori=kriya-uji&harga_min=1&harga_maks=99000")) == ["Keranjang Anyaman Pandan"]
    assert names(client.get("/cari?halal=1&pdn=1&kecamatan=31.71.08")) == ["Bawang Goreng Kamal Renyah"]


def test_what_the_index_still_has_but_is_off_the_shop_is_not_shown(indexed, client):
    services.stop(indexed.shallots, by=SYSTEM)
    shops.suspend(indexed.other.id, ReasonIn(reason="Diperiksa dinas pekan ini."), by=SYSTEM)
    assert names(client.get("/cari")) == []


def test_the_index_holds_nothing_that_is_not_public(indexed):
    ids = [str(one) for one in (indexed.basket, indexed.shallots, indexed.draft)]
    documents = {document["id"]: document for document in products.documents(ids)}
    assert set(documents) == set(ids[:2])
    assert set(documents[ids[1]]) == {field.name for field in products.fields()} | {"id"}
    told = " ".join(str(value) for document in documents.values() for value in document.values())
    assert "Rahmawati" not in told
    assert "+62" not in told
    [batch] = list(products.ids())
    assert sorted(batch) == sorted(ids[:2])


def test_a_field_of_another_plugin_is_indexed_and_offered(market, client, monkeypatch):
    from marketplace.kernel.words import _

    field = slots.ProductField(
        name="grade", kind="keyword", label=_("Local content"), facet=True, query_key="mutu",
        values=lambda ids: {one: "A" for one in ids if one == market.basket},
    )  # fmt: skip
    monkeypatch.setattr(slots, "product_fields", [field])
    searching.rebuild(products)
    page = client.get("/cari?mutu=A")
    assert names(page) == ["Keranjang Anyaman Pandan"]
    assert 'name="mutu" value="A" checked' in page.text
    assert 'class="keping keping-pilih"' in page.text


@pytest.mark.parametrize(
    ("query", "status", "products"),
    [
        ("", 200, 2),
        ("halal=true", 200, 1),
        ("halal=false", 200, 2),
        ("halal=0", 200, 2),
        ("domestic=2", 422, 0),
        ("halal=ya", 422, 0),
    ],
)
def test_a_flag_of_a_query_is_the_boolean_that_is_documented(indexed, client, query, status, products):
    answer = client.get(f"/api/v1/products?{query}")
    assert answer.status_code == status
    assert len(answer.json.get("items", ())) == products
    page = client.get(f"/cari?{query.replace('domestic', 'pdn')}")
    assert page.status_code == status
    assert len(names(page)) == (products or 2)
