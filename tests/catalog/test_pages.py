"""The public shop through a reader's eyes: what is shown, what is not, and in how many SQL statements."""

import re
from dataclasses import dataclass, replace
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from marketplace.catalog import queries, services, slots
from marketplace.catalog.index import products
from marketplace.catalog.models import Product
from marketplace.catalog.queries import finding
from marketplace.catalog.queries.addresses import category_address, shop_address
from marketplace.kernel.access import SYSTEM
from marketplace.kernel.db import session
from marketplace.sellers import services as shops
from marketplace.sellers.forms import ReasonIn
from search import services as searching
from tests.factories import catalog, sellers

NBSP = "\u00a0"


def heading(answer) -> str:
    found = re.search(r"<h1[^>]*>(.*?)</h1>", answer.get_data(as_text=True), re.DOTALL)
    return found[1].strip() if found else ""


def names(answer) -> list[str]:
    return re.findall(r'class="kartu-tautan" href="[^"]*">([^<]*)<', answer.get_data(as_text=True))


def statements(answer) -> int:
    return int(answer.headers["Server-Timing"].rpartition("=")[2])


def address(product: UUID) -> str:
    code, slug = session.execute(select(Product.code, Product.slug).where(Product.id == product)).one()
    return f"/p/{code}-{slug}"


@dataclass
class Market:
    shop: object
    other: object
    basket: UUID
    shallots: UUID
    draft: UUID


@pytest.fixture
def market(app) -> Market:
    """Two shops in two kecamatan, a craft, a food, and a draft."""
    services.load_categories(catalog.TREE)
    shop = sellers.shop(name="Dapur Ibu Siti", trusted=True, story="Memasak sejak 2009.")
    other = sellers.shop(name="Kriya Rawa Belong", kelurahan="31.74.01.1001", trusted=True)
    return Market(
        shop,
        other,
        basket=catalog.product(of=other),
        shallots=catalog.product(catalog.shallots(), of=shop),
        draft=services.create_product(shop.id, catalog.listing(name="Belum Jadi"), by=SYSTEM),
    )


@pytest.fixture
def indexed(market) -> Market:
    """The same, with the search index built."""
    searching.rebuild(products)
    return market


def test_the_front_page_shows_what_is_on_sale_and_no_drafts(market, client):
    page = client.get("/")
    assert names(page) == ["Bawang Goreng Kamal Renyah", "Keranjang Anyaman Pandan"]
    assert "Belum Jadi" not in page.text
    assert f"Rp{NBSP}38.000" in page.text
    assert "Dapur Ibu Siti · Johar Baru" in page.text
    assert statements(page) <= 6


def test_near_you_shows_the_asked_kecamatan_first(market, client):
    page = client.get("/?kecamatan=31.71.08")
    assert names(page)[0] == "Bawang Goreng Kamal Renyah"
    assert len(names(page)) == 3
    assert statements(page) <= 6
    assert client.get("/?kecamatan=nowhere").status_code == 200


def test_other_plugins_add_sections_to_the_front_page_and_the_product(market, client, monkeypatch):
    monkeypatch.setattr(
        slots, "home_sections", [slots.Section("catalog/_section.txt", lambda: {"said": "Bazar pekan ini"})]
    )
    monkeypatch.setattr(slots, "product_sections", [slots.ProductSection("catalog/_section.txt", lambda _one: None)])
    loader = client.application.jinja_env.loader
    from jinja2 import ChoiceLoader, DictLoader

    both = ChoiceLoader([DictLoader({"catalog/_section.txt": "<p>{{ facts.said }}</p>"}), loader])
    monkeypatch.setattr(client.application.jinja_env, "loader", both)
    assert "Bazar pekan ini" in client.get("/").text
    assert client.get(address(market.basket)).status_code == 200


def test_a_new_site_without_products_invites(app, client):
    page = client.get("/")
    assert page.status_code == 200
    assert "Belum ada produk" in page.text


@pytest.fixture
def no_index(monkeypatch):
    """Take the search index away."""

    def away(_name: str, _query: object) -> None:
        raise finding.Unavailable

    monkeypatch.setattr(finding, "search", away)


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


def test_a_product_says_what_one_decides_by(market, client):
    page = client.get(address(market.shallots))
    assert heading(page) == "Bawang Goreng Kamal Renyah"
    for said in (f"Rp{NBSP}38.000", "250 g", "500 g", "Stok 5", "Johar Baru", catalog.HALAL, "Produk dalam negeri"):
        assert said in page.text, said
    small, large = catalog.variants(market.shallots)
    assert f'name="varian" value="{small}" checked' in page.text
    assert f'name="varian" value="{large}"' in page.text
    assert 'action="/keranjang"' in page.text
    assert 'name="aksi" value="beli"' in page.text
    assert "Tambah Bawang Goreng Kamal Renyah ke keranjang" in page.text
    assert "+ Keranjang</button>" in page.text
    assert "Add to cart</button>" in client.get(f"{address(market.shallots)}?bahasa=en").text
    assert statements(page) <= 6


def test_the_wrong_slug_and_small_letters_lead_to_the_one_address(market, client):
    right = address(market.basket)
    code = right.removeprefix("/p/").partition("-")[0]
    for other in (f"/p/{code}", f"/p/{code}-lama", right.lower()):
        answer = client.get(other)
        assert (answer.status_code, answer.headers["Location"]) == (301, right)


def test_products_that_were_never_on_show_are_unknown(market, client):
    assert client.get(address(market.draft)).status_code == 404
    assert client.get("/p/ZZZZZZZZ-apa-saja").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/p/%00", "/p/" + "A" * 300, "/p/%00BCDEFGH-x", "/p/ABCD%27FG-x", "/toko/%00", "/toko/%27", "/kategori/%00",
        "/kategori/kriya-uji/%00", "/api/v1/products/%00", "/?kecamatan=%00", "/cari?kategori=%00", "/cari?kota=%00",
        "/api/v1/products?after=%00", "/cari?hal=99999999999999999999", "/toko/dapur-ibu-siti?hal=99999999999999999",
        "/toko/dapur-ibu-siti?hal=" + "9" * 5000,
        "/cari?harga_min=99999999999999999999", "/cari?q=%F0%9F%8D%9B", "/cari?q=%25_%5C", "/cari?q=" + "%20".join("a" * 99),
    ],
)  # fmt: skip
def test_strange_addresses_are_refused_or_answered_but_never_a_fault(indexed, client, path):
    assert client.get(path).status_code in (200, 301, 404, 422)


def test_a_product_taken_off_keeps_a_page_that_says_so(market, client):
    other = catalog.product(catalog.listing(name="Tampah Bambu"), of=market.other)
    services.stop(market.basket, by=SYSTEM)
    page = client.get(address(market.basket))
    assert page.status_code == 410
    assert "Tidak dijual lagi" in page.text
    assert names(page) == ["Tampah Bambu"]
    assert client.get(address(other)).status_code == 200
    shops.suspend(market.other.id, ReasonIn(reason="Diperiksa dinas pekan ini."), by=SYSTEM)
    assert client.get(address(other)).status_code == 410


def test_sold_out_and_made_to_order_say_so(market, client):
    gone = catalog.product(catalog.listing(variants=[{"price_idr": 1_000, "stock": 0}]), of=market.shop)
    page = client.get(address(gone))
    assert "Stok habis" in page.text
    assert 'action="/keranjang"' not in page.text
    made = catalog.product(
        catalog.listing(made_to_order=True, lead_days=2, min_order=10, variants=[{"price_idr": 1_000}]), of=market.shop
    )
    page = client.get(address(made))
    assert "Dibuat sesuai pesanan, siap dalam 2 hari" in page.text
    assert 'name="jumlah" value="10" min="10"' in page.text
    plain = catalog.product(
        catalog.shallots(halal="non_halal_declared", halal_number=None, pirt="206317101012328"), of=market.shop
    )
    page = client.get(address(plain))
    assert "Tidak halal" in page.text
    assert "2063171010123-28" in page.text


def test_the_price_line_looks_back_ninety_days(market, client, clock):
    def reprice(amount: int) -> None:
        services.update_product(made, catalog.listing(variants=[{"price_idr": amount}]), by=SYSTEM)

    clock.set("2026-01-05T09:00:00+07:00")
    made = catalog.product(catalog.listing(variants=[{"price_idr": 20_000}]), of=market.shop)
    clock.set("2026-02-05T09:00:00+07:00")
    reprice(30_000)
    clock.set("2026-11-01T09:00:00+07:00")
    assert "Harga tidak berubah" in client.get(address(made)).text
    reprice(32_000)
    clock.set("2026-11-22T09:00:00+07:00")
    assert f"90 hari terakhir: Rp{NBSP}30.000 – Rp{NBSP}32.000" in client.get(address(made)).text


def test_a_shop_has_a_page_while_it_sells(market, client):
    page = client.get(f"/toko/{market.shop.slug}")
    assert heading(page) == "Dapur Ibu Siti"
    assert "Siti di Johar Baru, Jakarta Pusat" in page.text
    assert "Senin–Jumat" in page.text
    assert names(page) == ["Bawang Goreng Kamal Renyah"]
    assert statements(page) <= 6
    assert client.get("/toko/tidak-ada").status_code == 404
    assert client.get(f"/toko/{market.shop.slug}?hal=x").status_code == 200
    shops.suspend(market.shop.id, ReasonIn(reason="Diperiksa dinas pekan ini."), by=SYSTEM)
    assert client.get(f"/toko/{market.shop.slug}").status_code == 404


@pytest.mark.parametrize("path", ["/", "/cari?q=bawang", "/kategori", "/kategori/makanan-uji"])
def test_english_readers_get_the_same_pages(indexed, client, path):
    client.set_cookie("bahasa", "en")
    page = client.get(path)
    assert page.status_code == 200
    assert '<html lang="en"' in page.text


def test_addresses_are_those_of_the_routes(indexed, app):
    with app.test_request_context():
        from flask import url_for

        assert url_for("catalog.product", name="ABCDEFGH-kopi") == queries.product_address("ABCDEFGH", "kopi")
        assert url_for("catalog.shop", slug="dapur") == shop_address("dapur")
        assert url_for("catalog.category", top="kriya") == category_address("kriya")
        assert url_for("catalog.subcategory", top="kriya", below="anyaman") == category_address("anyaman", "kriya")
        pattern = queries.pattern_address("kriya-uji", "ABCDEFGH")
        assert url_for("web.pattern", category="kriya", variant=int(pattern[-5])) == pattern


def test_the_reviewers_list_accepts_and_sends_back(app, client: FlaskClient, monkeypatch):
    services.load_categories(catalog.TREE)
    shop = sellers.shop()
    first, second = (
        services.create_product(shop.id, catalog.listing(name=name), by=SYSTEM) for name in ("Satu Lagi", "Dua Lagi")
    )
    for one in (first, second):
        services.submit(one, by=SYSTEM)
    admin = sellers.holds("admin")
    assert client.get("/admin/produk").status_code == 303
    monkeypatch.setattr("marketplace.web.gate.find_actor", lambda: replace(admin))
    assert "Satu Lagi" in client.get("/admin/produk").text
    seen = {"seen": catalog.seen(first).isoformat()}
    assert client.post(f"/admin/produk/{first}/penerimaan", data=seen).status_code == 303
    assert client.post(f"/admin/produk/{first}/penerimaan", data=seen).status_code == 409
    seen = {"seen": catalog.seen(second).isoformat()}
    assert client.post(f"/admin/produk/{second}/penolakan", data={"reason": "x", **seen}).status_code == 422
    answer = client.post(
        f"/admin/produk/{second}/penolakan", data={"reason": "Foto terlalu gelap, ambil lagi.", **seen}
    )
    assert answer.status_code == 303
    assert queries.listing(second).state == "rejected"
    assert "Beres. Tidak ada yang menunggu." in client.get("/admin/produk").text


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


def test_programs_read_products_page_by_page(market, client):
    for number in range(3):
        catalog.product(catalog.listing(name=f"Tampah Bambu {number}"), of=market.other)
    first = client.get("/api/v1/products?size=3").json
    rest = client.get("/api/v1/products", query_string={"size": 3, "after": first["next"]}).json
    assert [one["name"] for one in first["items"]] == ["Tampah Bambu 2", "Tampah Bambu 1", "Tampah Bambu 0"]
    assert (len(rest["items"]), rest["next"]) == (2, None)
    only = client.get("/api/v1/products?category=makanan-uji&kecamatan=31.71.08&halal=1&domestic=1").json["items"]
    assert [(one["name"], one["price_idr"]) for one in only] == [("Bawang Goreng Kamal Renyah", 38_000)]
    whole = client.get(f"/api/v1/products/{only[0]['code'].lower()}").json
    assert [one["available"] for one in whole["variants"]] == [True, True]
    assert "free" not in whole["variants"][0]
    of_shop = client.get(f"/api/v1/products?seller={market.shop.code}").json
    assert len(of_shop["items"]) == 1
    assert client.get("/api/v1/products?seller=ZZZZZZZZ").json == {"items": [], "next": None}
    for wrong in ("size=0", "size=101", "category=mobil", "category=%27", "sort=x", "seller=a"):
        assert client.get(f"/api/v1/products?{wrong}").status_code == 422, wrong
    assert client.get("/api/v1/products?after=abc").status_code == 404
    assert client.get("/api/v1/products/ZZZZZZZZ").status_code == 404
