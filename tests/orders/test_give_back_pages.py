"""Paying back on the pages: a shop of what it sent, an officer of anything, with a reason that is written down."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from marketplace.kernel.access import Grant
from marketplace.kernel.db import session
from marketplace.kernel.models import AuditEntry
from marketplace.kernel.outbox import relay
from marketplace.orders import services
from marketplace.testing.plugin import TestClock
from tests.factories import catalog, orders, sellers
from tests.factories.accounts import person, signed_in
from tests.orders.living import NOON, part, whole
from tests.orders.paying import charge_of
from tests.orders.test_cash import brought, due, promised
from tests.orders.test_refund_lines import line_of


def key_in(page: str) -> str:
    found = re.search(r'name="kunci" value="([^"]+)"', page)
    assert found is not None
    return found[1]


@pytest.fixture
def sold(app: Flask, client: FlaskClient, clock: TestClock) -> tuple[str, object]:
    """Three baskets that were fetched, in a shop whose owner is signed in here."""
    clock.set(NOON)
    owner = person("Siti Rahmawati")
    shop = sellers.shop(trusted=True, owner_id=owner)
    variant, rina = catalog.basket(of=shop), orders.guest()
    code = services.buy(orders.checkout(orders.filled(rina, variant, qty=3)), by=rina).code
    orders.decided(code, rina)
    services.advance(f"{code}-1", "ready", by=sellers.runs(shop))
    services.receive(code, 1, by=rina)
    signed_in(client, owner)
    return code, rina


def test_a_shop_pays_two_pieces_back_once(sold: tuple[str, object], client: FlaskClient) -> None:
    """Guard (R26.3): the key of money that a shop gives back."""
    code, rina = sold
    path = f"/lapak/pesanan/{code}-1/pengembalian"
    asked = client.get(path).text
    assert "3 dari 3" in asked
    sent = {
        "barang-0-id": str(line_of(code, rina)), "barang-0-jumlah": "2", "uang": "", "ongkir": "",
        "alasan": "dua keranjang sobek", "kunci": key_in(asked),
    }  # fmt: skip
    for _twice in range(2):
        done = client.post(path, data=sent, follow_redirects=True)
        assert "Uang sedang dikembalikan" in done.text or "Dikembalikan" in done.text
    relay()
    assert charge_of(code, rina).refunded.amount == 90_000
    assert part(code, rina).lines[0].left == 1
    assert whole() == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"barang-0-jumlah": "4"}, "lebih sedikit"),
        ({"barang-0-jumlah": "-1"}, ""),
        ({"uang": "200000"}, "Paling banyak"),
        ({"uang": "1000", "barang-0-jumlah": "1"}, "tidak keduanya"),
        ({"ongkir": "1"}, "Ongkir"),
        ({}, "Tulis berapa"),
        ({"barang-0-jumlah": "1", "alasan": ""}, ""),
    ],
)
def test_what_cannot_be_paid_back_is_said_beside_the_form_and_nothing_happens(
    sold: tuple[str, object], client: FlaskClient, changes: dict[str, str], said: str
) -> None:
    code, rina = sold
    path = f"/lapak/pesanan/{code}-1/pengembalian"
    told = {"barang-0-id": str(line_of(code, rina)), "alasan": "sobek semua", "kunci": "k" * 20, **changes}
    answer = client.post(path, data=told)
    assert answer.status_code == 422
    assert said in answer.text
    assert charge_of(code, rina).refunded.amount == 0


def test_another_shop_finds_no_such_order(sold: tuple[str, object], client: FlaskClient) -> None:
    code, _rina = sold
    other = person("Joko")
    sellers.shop(trusted=True, owner_id=other, name="Anyaman Pak Joko", phone="081299990000")
    signed_in(client, other)
    path = f"/lapak/pesanan/{code}-1/pengembalian"
    assert client.get(path).status_code == client.post(path, data={"kunci": "k" * 20}).status_code == 404
    assert client.get(f"/program/pesanan/{code}").status_code in (403, 404)


def test_an_officer_finds_an_order_and_gives_a_sum_back_and_it_is_written_down(
    sold: tuple[str, object], client: FlaskClient
) -> None:
    code, rina = sold
    signed_in(client, person("Fitri Handayani", grants=(Grant("programme_officer"),)))
    found = client.get(f"/program/pesanan?kode=jkp-{code[:4]}-{code[4:]}", follow_redirects=True)
    assert "Rina Kusuma" in found.text
    path = f"/program/pesanan/{code}-1/pengembalian"
    told = {"uang": "10.000", "alasan": "ganti rugi terlambat", "kunci": key_in(client.get(path).text)}
    done = client.post(path, data=told, follow_redirects=True)
    assert "Rp 10.000" in done.text.replace("\N{NO-BREAK SPACE}", " ")
    relay()
    assert charge_of(code, rina).refunded.amount == 10_000
    actions = [entry.content["action"] for entry in session.scalars(select(AuditEntry).order_by(AuditEntry.at))]
    assert {"orders.view_buyer", "part.given_back"} <= set(actions)
    assert client.get("/program/pesanan/ZZZZZZZZ").status_code == 404
    assert client.get("/program/pesanan?kode=abc").status_code == 200


def test_of_what_is_still_to_be_paid_at_the_door_nothing_goes_back_and_the_page_says_why(
    app: Flask, client: FlaskClient, clock: TestClock
) -> None:
    clock.set(NOON)
    code, rina, siti, _basket = promised("own")
    brought(code, siti)
    owner, fitri = (
        person("Siti Rahmawati", grants=siti.grants),
        person("Fitri Handayani", grants=(Grant("programme_officer"),)),
    )
    told = {"barang-0-id": str(line_of(code, rina)), "barang-0-jumlah": "1", "alasan": "satu sobek", "kunci": "k" * 20}
    for who, path in ((owner, "lapak"), (fitri, "program")):
        signed_in(client, who)
        asked = client.get(f"/{path}/pesanan/{code}-1/pengembalian")
        assert (asked.status_code, "Pesanan ini belum dibayar" in asked.text, "<textarea" in asked.text) == (
            200,
            True,
            False,
        )
        answer = client.post(f"/{path}/pesanan/{code}-1/pengembalian", data=told)
        assert (answer.status_code, answer.text.count("Pesanan ini belum dibayar")) == (422, 1)
    assert "/pengembalian" not in client.get(f"/program/pesanan/{code}").text
    assert (charge_of(code, rina).state, part(code, rina).refunded.amount) == ("promised", 0)
    assert whole() == []
    # Once the shop has noted the cash it is like any other.
    signed_in(client, owner)
    client.post(f"/lapak/pesanan/{code}-1/pembayaran", data={"diterima": str(due(code, rina).amount)})
    done = client.post(f"/lapak/pesanan/{code}-1/pengembalian", data=told)
    assert done.status_code == 303
    assert part(code, rina).refunded.amount == 45_000
