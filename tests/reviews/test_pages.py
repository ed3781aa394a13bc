"""The pages of reviews: where they stand, what they refuse, and in how many SQL statements."""

import io
import re
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from marketplace.catalog.queries import offers
from marketplace.kernel import ids
from marketplace.kernel.access import Actor
from marketplace.kernel.db import session
from marketplace.media import queries as media
from marketplace.media.models import Picture
from marketplace.orders import queries as order_queries
from marketplace.orders.queries.orders import page_token
from marketplace.reviews import queries, services
from marketplace.reviews.models import Report, Review
from marketplace.reviews.queries import reading
from tests.catalog.reading import address, statements
from tests.factories import catalog, orders, reviews, sellers
from tests.factories.accounts import as_actor, person, signed_in
from tests.factories.media import photo


def product_of(variant: UUID) -> UUID:
    return offers([variant])[variant].product_id


@pytest.fixture
def rina(client: FlaskClient) -> Actor:
    """Give the guest of this browser."""
    token = ids.token()
    client.set_cookie("tamu", token)
    return Actor(kind="guest", guest_key=ids.token_hash(token))


def test_the_page_of_a_product_shows_its_reviews_in_one_statement(client):
    basket = catalog.basket(name="Tampah Bambu")
    page = address(product_of(basket))
    bare = client.get(page)
    assert "Belum ada ulasan. Jadilah yang pertama setelah membeli." in bare.text
    for stars in (5, 4, 5, 5):
        reviews.reviewed(orders.guest(), basket, nilai=stars, ulasan=f"Bintang {stars}, terima kasih.")
    # Asked twice, as the first request after writing ends what was written.
    told = [client.get(page) for _time in range(2)][-1]
    assert "Nilai 4,8 dari 5." in told.text
    assert "4 ulasan" in told.text
    assert told.text.count('data-uji="ulasan"') == 3
    assert statements(told) == statements(bare) <= 6
    assert "Rating 4.8 of 5." in client.get(f"{page}?bahasa=en").text


def test_all_reviews_have_a_page_that_goes_on_and_can_be_narrowed(client, monkeypatch):
    monkeypatch.setattr(reading, "PAGE_SIZE", 4)
    basket = catalog.basket(stock=50)
    code = reviews.received(orders.guest(), basket)
    assert code
    for number in range(6):
        reviews.reviewed(orders.guest(), basket, nilai=1 if number == 3 else 5, ulasan=f"Kata ke-{number}.")
    url = f"{address(product_of(basket))}/ulasan"
    first = client.get(url)
    assert first.text.count('data-uji="ulasan"') == 4
    further = re.search(r'href="([^"]*hal=[^"]*)"', first.text)
    assert further is not None
    rest = client.get(further[1].replace("&amp;", "&"))
    assert rest.text.count('data-uji="ulasan"') == 2
    assert "Kata ke-0." in rest.text
    bad = client.get(f"{url}?bintang=1")
    assert bad.text.count('data-uji="ulasan"') == 1
    assert "Kata ke-3." in bad.text
    assert "Tidak ada ulasan seperti itu" in client.get(f"{url}?bintang=2").text
    assert client.get(f"{url}?hal=x").status_code == 404
    assert client.get(f"{url}?bintang=9").text.count('data-uji="ulasan"') == 4
    assert max(statements(one) for one in (first, rest, bad)) <= 6
    assert client.get(f"{address(product_of(basket)).partition('-')[0]}/ulasan").status_code == 301


def test_a_shop_has_its_reviews_behind_its_page_which_takes_no_statement_more(client):
    shop = sellers.shop(trusted=True)
    reviews.reviewed(orders.guest(), catalog.basket(of=shop, name="Tampah Bambu"))
    before = client.get(f"/toko/{shop.slug}")
    assert f'href="/toko/{shop.slug}/ulasan"' in before.text
    page = client.get(f"/toko/{shop.slug}/ulasan")
    assert "Tampah Bambu" in page.text
    assert statements(page) <= 6
    assert client.get("/toko/tidak-ada/ulasan").status_code == 404


def test_the_order_says_where_to_review_it_and_the_form_does(client, rina):
    basket = catalog.basket(name="Tampah Bambu")
    code = reviews.received(rina, basket)
    assert f'href="/pesanan/{code}/ulas"' in client.get(f"/pesanan/{code}").text
    page = client.get(f"/pesanan/{code}/ulas")
    assert "Tampah Bambu" in page.text
    done = client.post(
        f"/pesanan/{code}/ulas",
        data={"barang": str(reviews.line_of(code, rina)), "nilai": "4", "ulasan": "Rapi.\r\n\r\n\r\n\r\nSuka."},
    )
    assert done.status_code == 303
    after = client.get(done.location)
    assert "Ulasan Anda sudah tayang" in after.text
    assert "Kirim ulasan" not in after.text
    said = session.scalars(select(Review)).one()
    assert (said.stars, said.body) == (4, "Rapi.\n\nSuka.")


def test_an_order_that_has_not_come_offers_nothing_to_review(client, rina):
    code = orders.paid(rina, catalog.basket())
    assert "/ulas" not in client.get(f"/pesanan/{code}").text
    assert "Belum ada yang bisa diulas" in client.get(f"/pesanan/{code}/ulas").text
    assert client.get("/pesanan/ZZZZ2222/ulas").status_code == 404


def test_what_is_wrong_is_said_beside_the_field_and_nothing_is_lost(client, rina):
    code = reviews.received(rina, catalog.basket())
    line = str(reviews.line_of(code, rina))
    wrong = client.post(
        f"/pesanan/{code}/ulas", data={"barang": line, "ulasan": "Saya suka sekali.", "anonim": "1", "nilai": "6"}
    )
    assert wrong.status_code == 422
    assert "Pilih jumlah bintang, dari 1 sampai 5." in wrong.text
    assert "Saya suka sekali." in wrong.text
    assert re.search(r'name="anonim"[^>]*checked', wrong.text)
    long = client.post(f"/pesanan/{code}/ulas", data={"barang": line, "nilai": "5", "ulasan": "a" * 2_001})
    assert long.status_code == 422
    unread = client.post(f"/pesanan/{code}/ulas", data={"barang": line, "nilai": "5", "ulasan": "baik\x00"})
    assert unread.status_code == 422
    for other in ("", "x", str(ids.uuid7())):
        assert client.post(f"/pesanan/{code}/ulas", data={"barang": other, "nilai": "5"}).status_code == 404


def test_signs_that_nobody_sees_are_taken_out(client, rina):
    code = reviews.received(rina, catalog.basket())
    line = str(reviews.line_of(code, rina))
    client.post(f"/pesanan/{code}/ulas", data={"barang": line, "nilai": "5", "ulasan": "ba\u200bik\u202e sekali"})
    assert session.scalars(select(Review.body)).one() == "baik sekali"


def test_what_looks_like_markup_is_shown_as_it_was_typed(client):
    basket = catalog.basket()
    reviews.reviewed(orders.guest(), basket, ulasan="<script>alert(1)</script> & <b>enak</b>")
    for page in (address(product_of(basket)), f"{address(product_of(basket))}/ulasan"):
        text = client.get(page).text
        assert "<script>alert(1)" not in text
        assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &lt;b&gt;enak&lt;/b&gt;" in text


def test_a_photo_stays_through_a_fault_and_carries_nothing_of_the_camera(client, rina, app):
    basket = catalog.basket()
    code = reviews.received(rina, basket)
    line = str(reviews.line_of(code, rina))
    wrong = client.post(
        f"/pesanan/{code}/ulas",
        data={"barang": line, "nilai": "", "ulasan": "Ini fotonya.", "photo": (io.BytesIO(photo()), "IMG_1.jpg")},
        content_type="multipart/form-data",
    )
    assert wrong.status_code == 422
    kept = re.search(r'name="photo_id" value="([^"]+)"', wrong.text)
    assert kept is not None
    sent = {"barang": line, "nilai": "5", "ulasan": "Ini fotonya.", "photo_id": kept[1]}
    assert client.post(f"/pesanan/{code}/ulas", data=sent).status_code == 303
    shown = media.pictures([UUID(kept[1])])[UUID(kept[1])]
    assert shown.url(160) in client.get(address(product_of(basket))).text
    content = client.get(shown.url(1200)).data
    assert b"dibuat di dapur" not in content
    assert b"Exif" not in content


def test_the_photo_of_another_form_cannot_be_taken(client, rina):
    theirs = orders.guest()
    other = reviews.received(theirs, catalog.basket())
    taken = services.take_photo(photo(), queries.handed(other, theirs).lines[0], by=theirs)
    code = reviews.received(rina, catalog.basket())
    sent = {"barang": str(reviews.line_of(code, rina)), "nilai": "5", "photo_id": str(taken)}
    refused = client.post(f"/pesanan/{code}/ulas", data=sent)
    assert refused.status_code == 422
    assert "Foto" in refused.text
    assert session.scalars(select(Review)).all() == []


@pytest.mark.parametrize("content", [b"", b"kosong", b"%PDF-1.4", b"<svg xmlns='http://www.w3.org/2000/svg'/>"])
def test_what_is_no_photo_is_refused_beside_the_field(client, rina, content):
    code = reviews.received(rina, catalog.basket())
    sent = {
        "barang": str(reviews.line_of(code, rina)),
        "nilai": "5",
        "ulasan": "Bagus.",
        "photo": (io.BytesIO(content), "a.jpg"),
    }
    refused = client.post(f"/pesanan/{code}/ulas", data=sent, content_type="multipart/form-data")
    assert refused.status_code == 422
    assert 'id="f-photo-galat"' in refused.text
    assert "Bagus." in refused.text
    assert session.scalars(select(Picture)).all() == []


def test_the_mailed_link_reviews_in_another_browser(client):
    rina = orders.guest()
    code = reviews.received(rina, catalog.basket(name="Tampah Bambu"))
    token = page_token(order_queries.own_order(code, rina).id)
    assert client.get(f"/pesanan/{code}/ulas").status_code == 404
    page = client.get(f"/pesanan/{code}?token={token}")
    assert f"/pesanan/{code}/ulas?token={token}" in page.text
    # The order's page left its right in this browser, so that the bare address works too.
    assert "Tampah Bambu" in client.get(f"/pesanan/{code}/ulas").text
    line = queries.handed(code, rina).lines[0].line_id
    done = client.post(f"/pesanan/{code}/ulas", data={"barang": str(line), "nilai": "5", "token": token})
    assert done.status_code == 303
    assert client.get(done.location).headers["Referrer-Policy"] == "same-origin"


def test_a_shop_answers_on_its_page_and_a_fault_keeps_its_words(client):
    siti = person("Siti Marlina")
    shop = sellers.shop(trusted=True, owner_id=siti)
    review_id = reviews.reviewed(orders.guest(), catalog.basket(of=shop))
    foreign = reviews.reviewed(
        orders.guest(), catalog.basket(of=sellers.shop(trusted=True, name="Kedai", phone="081277770000"))
    )
    signed_in(client, siti)
    page = client.get("/lapak/ulasan")
    assert page.text.count('data-uji="ulasan"') == 1
    empty = client.post(f"/lapak/ulasan/{review_id}/balasan", data={"balasan": " "})
    assert empty.status_code == 422
    assert "Balasan" in empty.text
    long = client.post(f"/lapak/ulasan/{review_id}/balasan", data={"balasan": "Maaf ya " * 400})
    assert (long.status_code, "Maaf ya Maaf ya" in long.text) == (422, True)
    assert client.post(f"/lapak/ulasan/{foreign}/balasan", data={"balasan": "Terima kasih."}).status_code == 404
    done = client.post(f"/lapak/ulasan/{review_id}/balasan", data={"balasan": "Terima kasih."})
    assert done.status_code == 303
    assert "Beres. Tidak ada yang menunggu." in client.get("/lapak/ulasan").text
    assert "Balasan Anda tampil" in client.get(done.location).text
    assert "Terima kasih." in client.get("/lapak/ulasan?tab=semua").text


def test_a_report_says_thank_you_and_reaches_the_desk_that_decides(client, app):
    review_id = reviews.reviewed(orders.guest(), catalog.basket(name="Tampah Bambu"), ulasan="Hubungi 0812 0000 1111.")
    form = client.get(f"/ulasan/{review_id}/laporan")
    assert "Hubungi 0812" in form.text
    bare = client.post(f"/ulasan/{review_id}/laporan", data={"catatan": "Ada nomornya."})
    assert bare.status_code == 422
    assert "Pilih apa yang salah dengan ulasan ini." in bare.text
    assert "Ada nomornya." in bare.text
    sent = client.post(f"/ulasan/{review_id}/laporan", data={"alasan": "private", "catatan": "Ada nomornya."})
    assert sent.status_code == 303
    assert "Terima kasih. Kami periksa" in client.get(sent.location).text
    assert session.scalars(select(Report.reason)).all() == ["private"]

    desk = app.test_client()
    desk.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
    signed_in(desk, person("Dewi", grants=(reviews.OFFICER,)))
    assert "Ada nomornya." in desk.get("/program/moderasi").text
    assert "Ulasan dilaporkan" in desk.get("/program").text
    short = desk.post(f"/program/moderasi/{review_id}/penyembunyian", data={"alasan": "nomor"})
    assert (short.status_code, ">nomor</textarea>" in short.text) == (422, True)
    hidden = desk.post(f"/program/moderasi/{review_id}/penyembunyian", data={"alasan": "Memuat nomor telepon."})
    assert hidden.status_code == 303
    assert "Memuat nomor telepon." in desk.get("/program/moderasi?tab=disembunyikan").text
    assert client.get(f"/ulasan/{review_id}/laporan").status_code == 404
    again = desk.post(f"/program/moderasi/{review_id}/pemulihan", data={"alasan": "Nomornya nomor toko sendiri."})
    assert again.status_code == 303
    assert client.get(f"/ulasan/{review_id}/laporan").status_code == 200


def test_the_writer_sees_why_their_review_is_hidden(client, rina):
    code = reviews.received(rina, catalog.basket())
    review_id = services.write(code, reviews.words(reviews.line_of(code, rina)), by=rina)
    services.hide(review_id, reviews.reason("Memuat nomor telepon."), by=reviews.officer())
    page = client.get(f"/pesanan/{code}/ulas").text
    assert "Memuat nomor telepon." in page
    assert "Rapi dan sesuai foto." in page


def test_an_account_shows_what_its_person_said_and_nobody_else_s(client):
    rania = person("Rania Dewi")
    reviews.reviewed(orders.guest(), catalog.basket(), ulasan="Punya orang lain.")
    signed_in(client, rania)
    assert 'href="/akun/ulasan"' in client.get("/akun").text
    assert "Belum ada ulasan" in client.get("/akun/ulasan").text
    mine = reviews.reviewed(as_actor(rania, name="Rania Dewi"), catalog.basket(), ulasan="Punya saya.")
    services.hide(mine, reviews.reason("Memuat nomor telepon."), by=reviews.officer())
    page = client.get("/akun/ulasan").text
    assert ("Punya saya." in page, "Memuat nomor telepon." in page, "Punya orang lain." in page) == (True, True, False)
