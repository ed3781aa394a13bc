"""A seller fills the shelf from a phone, without script."""

import io
import re
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse, encode_multipart

from marketplace.catalog import queries, services
from marketplace.catalog.queries import Edited, desk
from marketplace.catalog.services import CategoryIn
from marketplace.kernel.ids import uuid7
from marketplace.media import services as pictures
from marketplace.sellers.queries import SellerCard
from marketplace.testing.plugin import TestClock
from tests.factories import catalog
from tests.factories.accounts import person, signed_in
from tests.factories.media import photo
from tests.factories.sellers import keeper, shop

BAMBOO = CategoryIn(slug="kriya-bambu", name="Bambu", name_en="Bamboo")
CATEGORIES = (
    CategoryIn(slug="kriya", name="Kriya", name_en="Crafts", below=(BAMBOO,)),
    CategoryIn(slug="kudapan", name="Kudapan", name_en="Snacks", food=True),
)


@pytest.fixture
def mine(app: Flask) -> SellerCard:
    services.load_categories(CATEGORIES)
    return shop(trusted=True)


@pytest.fixture
def seller(client: FlaskClient, mine: SellerCard) -> FlaskClient:
    return signed_in(client, keeper(mine))


def told(**changes: object) -> dict[str, object]:
    return {
        "name": "Tempat tisu bambu",
        "category": "kriya-bambu",
        "unit": "pcs",
        "variants-0-price_idr": "25.000",
        "variants-0-stock": "12",
        **changes,
    }


def jpeg(name: str = "IMG_0001.jpg") -> tuple[io.BytesIO, str]:
    return io.BytesIO(photo()), name


def sent(client: FlaskClient, path: str, **fields: object) -> TestResponse:
    return client.post(path, data=fields, content_type="multipart/form-data")


def only(mine: SellerCard) -> Edited:
    (found,) = queries.listings([mine.id]).items
    product = queries.listing(found.id)
    assert product is not None
    return product


def test_an_empty_shelf_asks_for_a_photo(seller: FlaskClient) -> None:
    page = seller.get("/lapak/produk").text
    assert "/lapak/produk/baru" in page


def test_a_product_with_its_photo_is_on_sale_in_one_go(seller: FlaskClient, mine: SellerCard) -> None:
    answer = sent(seller, "/lapak/produk/baru", **told(photo=jpeg(), aksi="kirim"))
    assert answer.status_code == 303
    product = only(mine)
    assert (product.state, product.name, product.category) == ("published", "Tempat tisu bambu", "kriya-bambu")
    assert [(one.price.amount, one.on_hand) for one in product.variants] == [(25_000, 12)]
    assert [image.alt for image in product.images] == ["Foto Tempat tisu bambu"]
    assert "Tempat tisu bambu" in seller.get(answer.headers["Location"]).text
    assert seller.get("/lapak/produk").text.count('data-uji="produk-saya"') == 1


def named(page: str) -> list[str]:
    return re.findall(r'barang-nama"><a [^>]*>([^<]*)<', page)


def statements(answer: TestResponse) -> int:
    return int(answer.headers["Server-Timing"].rpartition("=")[2])


MOST_STATEMENTS = 6


def test_a_long_shelf_comes_in_pages_without_end_and_each_product_once(
    seller: FlaskClient, mine: SellerCard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "PAGE_SIZE", 3)
    for number in range(8):
        catalog.product(catalog.listing(name=f"Besek {number}"), of=mine, published=number != 5)
    pages = [seller.get("/lapak/produk?tampil=tayang")]
    for _page in range(2):
        further = re.search(r'class="muat-lagi"><a[^>]* href="([^"]*)"', pages[-1].text)
        assert further is not None
        pages.append(seller.get(unescape(further[1])))
    assert "muat-lagi" not in pages[-1].text
    assert [name for one in pages for name in named(one.text)] == [f"Besek {one}" for one in (7, 6, 4, 3, 2, 1, 0)]
    assert [len(named(one.text)) for one in pages] == [3, 3, 1]
    assert max(statements(one) for one in pages) <= MOST_STATEMENTS
    for invented in ("2", "x", "é", "W10="):
        assert seller.get("/lapak/produk", query_string={"hal": invented}).status_code == 404


def test_the_page_of_what_is_sold_out_is_full_before_there_is_another(
    seller: FlaskClient, mine: SellerCard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "PAGE_SIZE", 2)
    catalog.product(catalog.listing(name="Pesanan khusus", made_to_order=True, lead_days=3), of=mine)
    for number in range(4):
        catalog.basket(stock=number % 2, name=f"Besek {number}", of=mine)
    page = seller.get("/lapak/produk?tampil=habis").text
    assert named(page) == ["Besek 2", "Besek 0"]
    assert "muat-lagi" not in page


def test_a_new_shop_waits_for_review(client: FlaskClient, mine: SellerCard) -> None:
    other = shop(name="Toko baru")
    signed_in(client, keeper(other))
    sent(client, "/lapak/produk/baru", **told(aksi="kirim"))
    assert only(other).state == "waiting"
    assert client.get("/lapak/produk?tampil=ditinjau").text.count('data-uji="produk-saya"') == 1


def test_without_kirim_it_stays_a_draft(seller: FlaskClient, mine: SellerCard) -> None:
    sent(seller, "/lapak/produk/baru", **told(aksi="simpan"))
    assert only(mine).state == "draft"


def test_a_wrong_price_keeps_everything_and_the_photo_too(seller: FlaskClient, mine: SellerCard) -> None:
    answer = sent(
        seller, "/lapak/produk/baru", **told(**{"variants-0-price_idr": "15,000", "photo": jpeg(), "aksi": "kirim"})
    )
    assert answer.status_code == 422
    assert 'id="f-variants-0-price_idr-galat"' in answer.text
    assert 'value="Tempat tisu bambu"' in answer.text
    assert queries.listings([mine.id]).items == ()
    kept = re.search(r'name="photo_id" value="([0-9a-f-]+)"', answer.text)
    assert kept is not None
    sent(seller, "/lapak/produk/baru", **told(photo_id=kept[1], aksi="kirim"))
    assert [str(image.id) for image in only(mine).images] == [kept[1]]


@pytest.mark.parametrize("megabytes", [13, 40])
def test_a_photo_as_large_as_a_camera_makes_it_is_refused_beside_its_field(
    seller: FlaskClient, mine: SellerCard, megabytes: int
) -> None:
    photo = (io.BytesIO(b"\xff\xd8\xff" + bytes(megabytes * 1024 * 1024)), "besar.jpg")
    boundary, body = encode_multipart(told(photo=photo, aksi="kirim"))
    answer = seller.post("/lapak/produk/baru", data=body, content_type=f"multipart/form-data; boundary={boundary}")
    assert answer.status_code == 422
    assert 'id="f-photo-galat"' in answer.text
    assert 'value="Tempat tisu bambu"' in answer.text, "the other fields stay"
    assert queries.listings([mine.id]).items == ()


def test_what_is_too_large_even_to_be_read_leads_back_to_the_form(seller: FlaskClient) -> None:
    form = "/lapak/produk/baru?toko=AB"
    huge = {"CONTENT_LENGTH": str(99 * 1024 * 1024), "HTTP_REFERER": f"http://localhost{form}"}
    page = seller.post("/lapak/produk/baru", environ_overrides=huge)
    assert page.status_code == 413
    assert f'href="{form}"' in page.text
    huge["HTTP_REFERER"] = "https://jahat.example/x"
    assert "jahat" not in seller.post("/lapak/produk/baru", environ_overrides=huge).text


def test_the_photo_of_another_shop_cannot_be_taken(client: FlaskClient, mine: SellerCard) -> None:
    signed_in(client, keeper(mine))
    first = sent(client, "/lapak/produk/baru", **told(name="x", photo=jpeg()))
    kept = re.search(r'name="photo_id" value="([0-9a-f-]+)"', first.text)
    assert kept is not None
    other = shop(name="Toko lain")
    signed_in(client, keeper(other))
    refused = sent(client, "/lapak/produk/baru", **told(photo_id=kept[1]))
    assert (refused.status_code, queries.listings([other.id]).items) == (422, ())
    assert "sudah tidak tersimpan" in refused.text
    assert "photo_id" not in refused.text


def test_a_form_that_lay_open_until_its_photo_was_swept_says_so_and_keeps_the_rest(
    seller: FlaskClient, mine: SellerCard, clock: TestClock
) -> None:
    signed_in(seller, keeper(mine))
    first = sent(seller, "/lapak/produk/baru", **told(name="x", photo=jpeg()))
    kept = re.search(r'name="photo_id" value="([0-9a-f-]+)"', first.text)
    assert kept is not None
    clock.set("2026-11-28T10:00:00+07:00")
    assert pictures.reap() == 1
    refused = sent(seller, "/lapak/produk/baru", **told(photo_id=kept[1], aksi="kirim"))
    assert refused.status_code == 422
    assert "sudah tidak tersimpan" in refused.text
    assert 'value="Tempat tisu bambu"' in refused.text
    sent(seller, "/lapak/produk/baru", **told(photo=jpeg(), aksi="kirim"))
    assert only(mine).state == "published"


def test_a_file_that_is_no_photo_is_told_beside_the_field(seller: FlaskClient, mine: SellerCard) -> None:
    answer = sent(seller, "/lapak/produk/baru", **told(photo=(io.BytesIO(b"%PDF-1.7"), "foto.jpg")))
    assert answer.status_code == 422
    assert 'id="f-photo-galat"' in answer.text
    assert queries.listings([mine.id]).items == ()


def test_food_without_halal_state_is_kept_as_a_draft_and_says_why(seller: FlaskClient, mine: SellerCard) -> None:
    answer = sent(seller, "/lapak/produk/baru", **told(category="kudapan", aksi="kirim"))
    assert answer.status_code == 422
    product = only(mine)
    assert product.state == "draft"
    assert f"/lapak/produk/{product.id}" in answer.text
    variant = product.variants[0].id
    assert f'name="variants-0-id" value="{variant}"' in answer.text
    halal = {"variants-0-id": str(variant), "category": "kudapan", "halal": "non_halal_declared", "aksi": "kirim"}
    assert sent(seller, f"/lapak/produk/{product.id}", **told(**halal)).status_code == 303
    assert only(mine).state == "published"
    assert [one.id for one in only(mine).variants] == [variant]


def test_a_category_is_suggested_from_the_name(seller: FlaskClient, mine: SellerCard) -> None:
    answer = sent(seller, "/lapak/produk/baru", **told(name="Vas bambu", category="", aksi="kirim"))
    assert answer.status_code == 422
    assert '<option value="kriya-bambu" selected>' in answer.text
    assert seller.get("/lapak/produk/kategori?nama=Vas+bambu").json["slug"] == "kriya-bambu"
    assert seller.get("/lapak/produk/kategori?nama=a+%25+_").json == {}
    sent(seller, "/lapak/produk/baru", **told(name="Tempat tisu rotan", category="kriya-bambu", aksi="kirim"))
    assert seller.get("/lapak/produk/kategori?nama=Wadah+rotan").json["slug"] == "kriya-bambu"


@pytest.mark.parametrize(("language", "typed", "shown"), [("en", "25,000", "25,000"), ("id", "25.000", "25.000")])
def test_a_price_is_shown_as_its_reader_writes_it(
    seller: FlaskClient, mine: SellerCard, language: str, typed: str, shown: str
) -> None:
    sent(seller, f"/lapak/produk/baru?bahasa={language}", **told(**{"variants-0-price_idr": typed}))
    form = f"/lapak/produk/{only(mine).id}?bahasa={language}"
    page = seller.get(form).text
    assert re.findall('name="variants-0-price_idr" value="([^"]*)"', page) == [shown]
    again = sent(seller, form, **told(**{"variants-0-price_idr": shown, "variants-0-id": only(mine).variants[0].id}))
    assert again.status_code == 303, "what was shown is taken as it stands"
    assert only(mine).variants[0].price.amount == 25_000


def test_a_second_variant_is_asked_for_and_filled_in(seller: FlaskClient, mine: SellerCard) -> None:
    more = sent(seller, "/lapak/produk/baru", **told(aksi="varian"))
    assert more.status_code == 200
    assert 'name="variants-1-price_idr"' in more.text
    rows = {
        "variants-0-name": "kecil",
        "variants-1-name": "besar",
        "variants-1-price_idr": "40000",
        "variants-1-stock": "3",
    }
    sent(seller, "/lapak/produk/baru", **told(**rows))
    assert [(one.name, one.price.amount) for one in only(mine).variants] == [("kecil", 25_000), ("besar", 40_000)]


def test_an_emptied_variant_goes(seller: FlaskClient, mine: SellerCard) -> None:
    rows = {"variants-0-name": "kecil", "variants-1-name": "besar", "variants-1-price_idr": "40000"}
    sent(seller, "/lapak/produk/baru", **told(**rows))
    product = only(mine)
    ids = {f"variants-{place}-id": str(one.id) for place, one in enumerate(product.variants)}
    sent(seller, f"/lapak/produk/{product.id}", **told(**{**ids, "variants-0-name": "kecil", "variants-1-name": " "}))
    assert [one.name for one in only(mine).variants] == ["kecil"]


def test_a_product_is_changed_stopped_and_shown_again(seller: FlaskClient, mine: SellerCard) -> None:
    sent(seller, "/lapak/produk/baru", **told(aksi="kirim"))
    product = only(mine)
    page = seller.get(f"/lapak/produk/{product.id}").text
    assert 'value="25.000"' in page
    changed = {"variants-0-id": str(product.variants[0].id), "variants-0-price_idr": "27500"}
    sent(seller, f"/lapak/produk/{product.id}", **told(**changed))
    assert only(mine).variants[0].price.amount == 27_500
    seller.post(f"/lapak/produk/{product.id}/penghentian")
    assert only(mine).state == "stopped"
    seller.post(f"/lapak/produk/{product.id}/tayangan")
    assert only(mine).state == "published"


def test_a_photo_is_added_and_taken_off(seller: FlaskClient, mine: SellerCard) -> None:
    sent(seller, "/lapak/produk/baru", **told(photo=jpeg()))
    product = only(mine)
    row = {"variants-0-id": str(product.variants[0].id)}
    sent(seller, f"/lapak/produk/{product.id}", **told(photo=jpeg(), **row))
    first, second = only(mine).images
    assert seller.post(f"/lapak/produk/{product.id}/foto/{first.id}/penghapusan").status_code == 303
    assert [image.id for image in only(mine).images] == [second.id]
    assert seller.post(f"/lapak/produk/{product.id}/foto/{uuid7()}/penghapusan").status_code == 404


def test_the_product_of_others_is_as_unknown_as_none(client: FlaskClient, mine: SellerCard) -> None:
    signed_in(client, keeper(mine))
    sent(client, "/lapak/produk/baru", **told(aksi="kirim"))
    product = only(mine)
    signed_in(client, keeper(shop(name="Toko lain")))
    for foreign in (product.id, uuid7()):
        assert client.get(f"/lapak/produk/{foreign}").status_code == 404
        assert sent(client, f"/lapak/produk/{foreign}", **told(name="Dibajak")).status_code == 404
        assert client.post(f"/lapak/produk/{foreign}/penghentian").status_code == 404
        assert client.post(f"/lapak/produk/{foreign}/tayangan").status_code == 404
    assert (only(mine).name, only(mine).state) == ("Tempat tisu bambu", "published")


def test_json_is_no_way_into_this_form(seller: FlaskClient) -> None:
    assert seller.post("/lapak/produk/baru", json={"name": "x"}).status_code == 415


def test_a_made_up_shop_in_the_address_is_unknown(seller: FlaskClient) -> None:
    assert seller.get("/lapak/produk/baru?toko=NOSUCH22").status_code == 404


def test_a_buyer_has_no_shelf(client: FlaskClient, mine: SellerCard) -> None:
    signed_in(client, person())
    assert client.get("/lapak/produk").status_code == 403
