"""The public shop through a reader's eyes: what is shown, what is not, and in how many SQL statements."""

from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from marketplace.catalog import queries, services, slots
from marketplace.catalog.models import Product
from marketplace.catalog.queries.addresses import category_address, shop_address
from marketplace.kernel.access import SYSTEM
from marketplace.kernel.db import session, transactional
from marketplace.sellers import services as shops
from marketplace.sellers.forms import ReasonIn
from tests.catalog.reading import address, heading, names, statements
from tests.factories import catalog, sellers

NBSP = "\u00a0"


def test_the_front_page_shows_what_is_on_sale_and_no_drafts(market, client):
    page = client.get("/")
    assert names(page) == ["Bawang Goreng Kamal Renyah", "Keranjang Anyaman Pandan"]
    assert "Belum Jadi" not in page.text
    assert f"Rp{NBSP}38.000" in page.text
    assert "Dapur Ibu Siti · Johar Baru" in page.text
    assert statements(page) <= 6
    # Once categories and areas are known: the cards with their shops and covers, and nothing else.
    assert statements(client.get("/")) == 1


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


def test_products_that_have_not_heard_yet_that_their_shop_is_closed_are_not_shown(market, client):
    shops.suspend(market.other.id, ReasonIn(reason="Diperiksa dinas pekan ini."), by=SYSTEM)
    assert names(client.get("/")) == ["Bawang Goreng Kamal Renyah"]
    stale()
    assert names(client.get("/")) == ["Bawang Goreng Kamal Renyah"]
    assert queries.cards([market.basket]) == []


@transactional
def stale() -> None:
    """Let every product say that its shop is open, as if word of its closing were still on its way."""
    session.execute(update(Product).values(open=True))


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
