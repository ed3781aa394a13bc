"""The pages of an order that is placed: paying, following, calling off, finding, and the letters about it."""

import re

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from marketplace.kernel.access import Grant
from marketplace.kernel.db import session
from marketplace.kernel.outbox import relay
from marketplace.orders import queries
from marketplace.orders.models import Order
from marketplace.payments import queries as payments
from marketplace.payments import services as payment_services
from marketplace.payments.models import SandboxState
from marketplace.payments.slots import Outcome, Standing
from tests.factories import catalog, orders, sellers
from tests.factories.accounts import person
from tests.orders.pages import buy, hidden, only_code, put


def test_an_order_belongs_to_its_browser(app: Flask, client: FlaskClient) -> None:
    put(client, catalog.basket())
    buy(client)
    code = only_code()
    stranger = app.test_client()
    stranger.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
    for path in (f"/pesanan/{code}", f"/bayar/{code}"):
        assert client.get(path).status_code == 200
        assert stranger.get(path).status_code == 404
        assert stranger.get(path, query_string={"token": "0" * 32}).status_code == 404
    for act in ("pembatalan", "penerimaan"):
        assert stranger.post(f"/pesanan/{code}/{act}").status_code == 404
    assert code[:4] in client.get("/pesanan").text
    assert code[:4] not in stranger.get("/pesanan").text


def test_payment_has_four_states_and_each_a_next_act(app: Flask, client: FlaskClient) -> None:
    put(client, catalog.basket())
    paying = buy(client).location
    assert "Menunggu pembayaran sampai pukul" in client.get(paying).text
    assert "hx-get" in client.get(paying, query_string={"ke": "29"}).text
    assert "hx-get" not in client.get(paying, query_string={"ke": "30"}).text

    for outcome, said in (("failed", "tidak berhasil"), ("expired", "Waktu bayar habis")):
        page = re.search(r'href="(/sandbox/[0-9a-f]+)"', client.get(paying).text)
        assert page is not None
        client.post(page[1], data={"aksi": outcome})
        relay()
        ended = client.get(paying)
        assert said in ended.text
        again = client.post(paying, data={"gateway": "sandbox", "kunci": hidden(ended, "kunci")})
        assert (again.status_code, again.location) == (303, paying)

    page = re.search(r'href="(/sandbox/[0-9a-f]+)"', client.get(paying).text)
    assert page is not None
    client.post(page[1], data={"aksi": "paid"})
    assert "Pembayaran diterima" not in client.get(paying).text, "only the gateway's word counts"
    relay()
    assert "Pembayaran diterima" in client.get(paying).text
    assert "Pembayaran diterima" in client.get(paying).text


def test_who_comes_back_from_paying_reads_at_once_that_it_is_paid(app: Flask, client: FlaskClient) -> None:
    put(client, catalog.basket())
    paying = buy(client).location
    page = re.search(r'href="(/sandbox/[0-9a-f]+)"', client.get(paying).text)
    assert page is not None
    back = f"{paying}?kembali=1"
    assert "Menunggu pembayaran sampai pukul" in client.get(back).text, "coming back is no payment"

    assert client.post(page[1], data={"aksi": "paid"}).location == back

    for _look in range(2):
        assert "Pembayaran diterima" in client.get(back).text
    relay()
    order = queries.looked_up(only_code(), "7890")
    assert order is not None
    assert order.state == "paid"
    assert list(payments.broken()) == []


def test_an_unpaid_order_can_be_called_off_from_its_page(app: Flask, client: FlaskClient) -> None:
    put(client, catalog.basket())
    buy(client)
    path = f"/pesanan/{only_code()}"
    assert "pembatalan" in client.get(path).text
    assert client.post(f"{path}/pembatalan").location == path
    assert "Dibatalkan" in client.get(path).text
    assert client.post(f"{path}/pembatalan").status_code == 409


def test_guests_find_their_order_masked(app: Flask, client: FlaskClient) -> None:
    put(client, catalog.basket())
    buy(client)
    stranger = app.test_client()
    stranger.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
    found = stranger.post("/lacak", data={"kode": only_code(), "angka": "7890"})
    assert found.status_code == 200
    assert "0812-****-7890" in found.text
    for secret in ("Rina", "Kusuma", "Percetakan", "pembatalan", "3456", "Keranjang Anyaman Pandan", "45.000"):
        assert secret not in found.text
    answers = {
        stranger.post("/lacak", data={"kode": code, "angka": "1111"}).status_code for code in (only_code(), "XX")
    }
    assert answers == {422}
    for _guess in range(8):
        stranger.post("/lacak", data={"kode": only_code(), "angka": "2222"})
    assert stranger.post("/lacak", data={"kode": only_code(), "angka": "7890"}).status_code == 429


def test_letters_go_to_buyer_and_seller(app: Flask, client: FlaskClient) -> None:
    owner = person("Siti Rahmawati", email="siti@contoh.example")
    shop = sellers.shop(trusted=True, owner_id=owner)
    rina = orders.guest()
    code = orders.paid(rina, catalog.basket(of=shop), email="rina@contoh.example")
    relay()
    sink = app.extensions["jkp"].settings.mail_sink
    letters = [path.read_text(encoding="utf-8") for path in sink.rglob("*") if path.is_file()]
    mine = [letter for letter in letters if code[:4] in letter and code[4:] in letter]
    assert sum("rina@contoh.example" in letter for letter in mine) == 2
    assert sum("siti@contoh.example" in letter for letter in mine) == 1


def test_the_staff_hear_of_what_does_not_fit(app: Flask, client: FlaskClient) -> None:
    person("Laras Pertiwi", email="laras@contoh.example", grants=(Grant("admin"),))
    variant, rina, quicker = catalog.basket(stock=1), orders.guest(), orders.guest()
    code = orders.ordered(rina, variant).code
    orders.decided(code, rina, SandboxState.FAILED)
    orders.paid(quicker, variant)
    late = payments.latest(queries.own_order(code, rina).reference)
    assert late is not None
    assert late.provider_ref is not None
    paid = Standing(
        provider_ref=late.provider_ref,
        key=str(late.id),
        outcome=Outcome.PAID,
        amount=late.amount,
        currency="IDR",
        live=False,
    )
    payment_services.record(late.id, paid)
    relay()
    relay()
    sink = app.extensions["jkp"].settings.mail_sink
    letters = [path.read_text(encoding="utf-8") for path in sink.rglob("*") if path.is_file()]
    assert sum("laras@contoh.example" in letter and code[:4] in letter for letter in letters) == 1


def test_a_paid_order_says_what_is_done_what_goes_on_and_where_to_fetch_it(app: Flask, client: FlaskClient) -> None:
    put(client, catalog.basket())
    buy(client)
    path = f"/pesanan/{only_code()}"
    assert "Menunggu pembayaran<" in client.get(path).text
    charge = payments.latest(str(session.scalars(select(Order.id)).one()))
    assert charge is not None
    assert charge.pay_path is not None
    client.post(charge.pay_path, data={"aksi": "paid"})
    relay()
    page = client.get(path).text
    assert 'Dibayar<span class="sr">: Selesai<' in page
    assert 'Menunggu toko mulai memproses<span class="sr">: Sedang berjalan<' in page
    assert 'Siap diambil<span class="sr">: Belum<' in page
    where = re.search(r"Ambil di ([^<]+), kelurahan ([^<,]+), kecamatan ([^<,]+), ", page)
    assert where is not None
    masked = app.test_client()
    masked.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
    found = masked.post("/lacak", data={"kode": only_code(), "angka": "7890"})
    assert "Ambil di " not in found.text
