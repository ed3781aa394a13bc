"""The pages on which an order is promised, followed and paid at the door."""

from flask import Flask
from flask.testing import FlaskClient

from marketplace.kernel.outbox import relay
from marketplace.orders import queries, services
from marketplace.orders.models import PartState
from marketplace.sellers import queries as sellers_queries
from tests.factories import catalog, orders, sellers
from tests.factories import delivery as ways
from tests.factories.accounts import person, signed_in
from tests.orders.pages import buy, only_code, put


def plain(text: str) -> str:
    return text.replace("\xa0", " ")


def test_the_checkout_says_beside_the_way_why_it_cannot_be(app: Flask, client: FlaskClient) -> None:
    put(client, catalog.basket())
    page = client.get("/beli").text
    assert "Toko ini tidak menerima tunai." in page
    assert 'value="cod" disabled' in page
    assert 'value="sandbox" checked' in page, "another one stands there"
    refused = buy(client, gateway="cod")
    assert refused.status_code == 422
    assert refused.text.count("Toko ini tidak menerima tunai.") >= 2, "beside the field, and with the way"
    assert "Rina Kusuma" in refused.text, "nothing typed is lost"


def test_a_promise_is_followed_from_the_payment_page_on(app: Flask, client: FlaskClient) -> None:
    shop = sellers.shop(trusted=True, cod=True)
    put(client, catalog.basket(of=shop))
    page = client.get("/beli").text
    assert "Tunai ke toko" in page
    path = buy(client, gateway="cod").location
    paying = plain(client.get(path).text)
    assert "Bayar Rp 45.000 saat diterima" in paying
    assert "hx-get" not in paying, "nothing is to be waited for here"
    assert paying == plain(client.get(path).text), "to load it again does no harm"
    code = only_code()
    order = plain(client.get(f"/pesanan/{code}").text)
    assert "Bayar Rp 45.000 saat diterima" in order
    assert "Batalkan bagian ini" in order
    assert "Akan dibayar saat diterima" in client.get("/pesanan").text
    found = client.post("/lacak", data={"kode": code, "angka": "7890"}).text
    assert "Akan dibayar saat diterima" in found
    assert "45.000" not in found, "who only knows the code reads no sums"


def test_the_shop_notes_the_money_on_its_page(app: Flask, client: FlaskClient) -> None:
    owner, rina = person("Siti Rahmawati"), orders.guest()
    shop = sellers.shop(trusted=True, cod=True, owner_id=owner)
    code = orders.ordered(rina, catalog.basket(of=shop), gateway="cod").code
    relay()
    siti = sellers.runs(shop)
    signed_in(client, owner)
    path = f"/lapak/pesanan/{code}-1"
    assert "Tunai" in client.get("/lapak/pesanan").text
    page = plain(client.get(path).text)
    assert "Tagih Rp 45.000" in page
    assert "Uang yang Anda terima" not in page, "not before it can be handed over"
    assert "Invoice" not in page, "there is none before the money"
    services.advance(f"{code}-1", PartState.READY, by=siti)
    assert "Uang yang Anda terima" in client.get(path).text
    for typed, said in (("", "Isi"), ("44.000", "Yang harus dibayar Rp 45.000."), ("seribu", "")):
        wrong = client.post(f"{path}/pembayaran", data={"diterima": typed})
        assert wrong.status_code == 422
        assert said in plain(wrong.text)
        assert f'value="{typed}"' in wrong.text or not typed
    done = client.post(f"{path}/pembayaran", data={"diterima": "45.000"}, follow_redirects=True)
    assert "Diserahkan dan dibayar" in done.text
    assert "Invoice sedang dibuat" in done.text
    assert (queries.own_order(code, rina).state, queries.own_order(code, rina).parts[0].state) == ("paid", "received")
    again = client.post(f"{path}/pembayaran", data={"diterima": "45.000"})
    assert again.status_code == 303


def test_a_shop_says_on_its_page_that_it_takes_cash(app: Flask, client: FlaskClient) -> None:
    owner = person("Siti Rahmawati")
    shop = sellers.shop(trusted=True, owner_id=owner)
    signed_in(client, owner)
    page = client.get("/lapak/toko").text
    assert "Pembeli boleh bayar tunai" in page
    sent = {
        "name": shop.name, "owner_name": "Siti Rahmawati", "phone": "081234567890", "kelurahan": shop.kelurahan_code,
        "opening_days": ["1", "2"], "story": "",
    }  # fmt: skip
    for ticked in (True, False):
        answer = client.post("/lapak/toko", data={**sent, **({"cod": "1"} if ticked else {})})
        assert answer.status_code == 303
        assert sellers_queries.sellers([shop.id])[shop.id].cod is ticked


def test_a_courier_brings_no_money_back(app: Flask, client: FlaskClient) -> None:
    shop = sellers.shop(trusted=True, cod=True)
    ways.offers(shop.id, {"method": "courier", "courier": "reguler"})
    put(client, catalog.basket(of=shop))
    page = client.get("/beli").text
    assert "bukan lewat kurir" in page
    assert 'value="cod" disabled' in page
