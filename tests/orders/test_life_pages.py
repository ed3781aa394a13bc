"""The pages on which the life of a part is led: the buyer's order, the seller's list and the seller's order."""

import io
import re

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from marketplace.kernel.db import session
from marketplace.kernel.outbox import relay
from marketplace.notifications.models import Mail
from marketplace.orders import queries, services
from marketplace.orders.models import PartState
from tests.factories import catalog, orders, sellers
from tests.factories.accounts import as_actor, person, signed_in
from tests.factories.media import photo
from tests.orders.living import bought, part


def shop_of(client: FlaskClient, way: str = "own") -> str:
    """Return the code of a paid order of the shop whose owner is signed in here."""
    owner = person("Siti Rahmawati")
    shop = sellers.shop(trusted=True, owner_id=owner)
    code, *_others = bought(way, of=shop)
    signed_in(client, owner)
    return code


def test_a_shop_calls_off_on_its_page_and_must_say_why(app: Flask, client: FlaskClient) -> None:
    code = shop_of(client)
    path = f"/lapak/pesanan/{code}-1"
    wrong = client.post(f"{path}/pembatalan", data={"alasan": "other"})
    assert wrong.status_code == 422
    assert "Tulis singkat apa alasannya." in wrong.text
    assert client.post(f"{path}/pembatalan", data={"alasan": "karangan"}).status_code == 422
    done = client.post(
        f"{path}/pembatalan", data={"alasan": "sold_out", "catatan": "habis tadi pagi"}, follow_redirects=True
    )
    assert "Pesanan dibatalkan" in done.text
    assert "habis tadi pagi" in done.text
    assert "Uang pembeli sedang dikembalikan" in done.text
    assert f"{code}-1" in client.get("/lapak/pesanan?tab=batal").text


def test_a_shop_shows_the_hand_over_by_a_photo_that_only_the_two_see(app: Flask, client: FlaskClient) -> None:
    code = shop_of(client)
    path = f"/lapak/pesanan/{code}-1"
    bare = client.post(f"{path}/langkah", data={"ke": "shipped"})
    assert bare.status_code == 422
    assert "tambahkan foto serah terima" in bare.text
    sent = client.post(
        f"{path}/langkah",
        data={"ke": "shipped", "photo": (io.BytesIO(photo()), "serah.jpg")},
        content_type="multipart/form-data",
        follow_redirects=True,
    )
    address = re.search(r'href="(/media/part/[^"]+)"', sent.text)
    assert address is not None
    assert client.get(address[1].replace("&amp;", "&")).mimetype == "image/webp"
    assert client.get(address[1].partition("?")[0]).status_code == 404
    failed = client.post(f"{path}/gagal-kirim", data={"alasan": "nobody"}, follow_redirects=True)
    assert "Kirim lagi" in failed.text


def test_a_seller_finds_an_order_by_code_or_name(app: Flask, client: FlaskClient) -> None:
    code = shop_of(client)
    link = f"/lapak/pesanan/{code}-1"
    for typed in (code, f"JKP-{code[:4]}-{code[4:]}", code[:5].lower(), "kusuma", "RINA"):
        assert link in client.get("/lapak/pesanan", query_string={"cari": typed}).text, typed
    for typed in ("ZZZZ9999", "Budi", "%", "_" * 300):
        answer = client.get("/lapak/pesanan", query_string={"cari": typed})
        assert answer.status_code == 200
        assert link not in answer.text, typed


def test_a_search_never_shows_another_shops_orders(app: Flask, client: FlaskClient) -> None:
    code, *_others = bought(of=sellers.shop(name="Anyaman Pak Joko", phone="081299990000", trusted=True))
    shop_of(client)
    assert f"{code}-1" not in client.get("/lapak/pesanan", query_string={"cari": code}).text


def test_a_buyer_calls_a_part_off_on_the_page_and_reads_of_the_money(app: Flask, client: FlaskClient) -> None:
    rina = person("Rina Kusuma", email="rina@contoh.id")
    signed_in(client, rina)
    variant = catalog.basket(of=sellers.shop(trusted=True))
    client.post("/keranjang", data={"varian": str(variant), "jumlah": "1"})
    mine = as_actor(rina)
    code = services.buy(orders.checkout(queries.cart(mine).total.amount, email="rina@contoh.id"), by=mine).code
    orders.decided(code, mine)
    page = client.get(f"/pesanan/{code}").text
    assert "Batalkan bagian ini" in page
    done = client.post(f"/pesanan/{code}/pembatalan", data={"bagian": "1"}, follow_redirects=True)
    assert "Uang Anda sedang dikembalikan" in done.text
    assert "Batalkan bagian ini" not in done.text
    assert client.post(f"/pesanan/{code}/pembatalan", data={"bagian": "9"}).status_code == 404
    relay()
    told = session.scalars(select(Mail.template)).all()
    assert "orders/mail/part_ended" in told
    assert "orders/mail/money_back" not in told, "one letter says it all"


def test_who_has_code_and_digits_reads_no_names(app: Flask, client: FlaskClient) -> None:
    code, rina, siti, _variant = bought("own")
    shown = services.HandOver(handed_to="Pak Budi, satpam")
    services.advance(f"{code}-1", PartState.SHIPPED, by=siti, shown=shown)
    found = client.post("/lacak", data={"kode": code, "angka": "7890"})
    assert "Dikirim" in found.text
    assert "Pak Budi" not in found.text
    assert part(code, rina).state == "shipped"
