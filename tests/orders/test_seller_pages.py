"""The pages of an order as its seller works through it."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from marketplace.kernel.db import session
from marketplace.kernel.models import AuditEntry
from marketplace.orders import queries, services
from marketplace.orders.queries.orders import shown_code
from tests.factories import catalog, orders, sellers
from tests.factories.accounts import person, signed_in


def test_a_seller_works_through_an_order(app: Flask, client: FlaskClient) -> None:
    owner = person("Siti Rahmawati")
    shop = sellers.shop(trusted=True, owner_id=owner)
    rina = orders.guest()
    code = orders.paid(rina, catalog.basket(of=shop))
    signed_in(client, owner)

    listed = client.get("/lapak/pesanan")
    assert f"/lapak/pesanan/{code}-1" in listed.text
    page = client.get(f"/lapak/pesanan/{code}-1")
    assert "Rina Kusuma" in page.text
    assert "0812-3456-7890" in page.text
    step = client.post(f"/lapak/pesanan/{code}-1/langkah", data={"ke": "ready"})
    assert step.location == f"/lapak/pesanan/{code}-1?sudah=ready"
    assert client.post(f"/lapak/pesanan/{code}-1/langkah", data={"ke": "accepted"}).status_code == 409
    assert client.post(f"/lapak/pesanan/{code}-1/langkah", data={"ke": "cancelled"}).status_code == 422
    assert "selesai" in client.get("/lapak/pesanan?tab=apa-saja").text
    guest = app.test_client().get("/lapak/pesanan")
    assert guest.status_code == 303


@pytest.mark.parametrize(
    ("way", "steps"),
    [
        (
            "pickup",
            (
                ("accepted", "Pesanan diproses", "sedang Anda siapkan", "Tandai siap"),
                ("ready", "Sudah ditandai siap", "di mana mengambilnya", "bisa diambil, dan akan mengonfirmasi"),
            ),
        ),
        (
            "own",
            (
                ("accepted", "Pesanan diproses", "sedang Anda siapkan", "Tandai siap"),
                ("ready", "Sudah ditandai siap", "pesanannya siap.", "Tandai dikirim"),
                ("shipped", "Sudah ditandai dikirim", "dalam perjalanan", "Tidak ada lagi yang perlu Anda lakukan"),
            ),
        ),
    ],
)
def test_a_seller_reads_what_a_step_did_and_what_comes_next(
    app: Flask, client: FlaskClient, way: str, steps: tuple[tuple[str, str, str, str], ...]
) -> None:
    owner = person("Siti Rahmawati")
    shop = sellers.shop(trusted=True, owner_id=owner)
    rina = orders.guest()
    orders.filled(rina, catalog.basket(of=shop))
    services.choose_delivery(shop.id, queries.Wish(way), by=rina)
    code = services.buy(orders.checkout(queries.cart(rina).total.amount), by=rina).code
    orders.decided(code, rina)
    signed_in(client, owner)
    path = f"/lapak/pesanan/{code}-1"
    for to, done, told, following in steps:
        claimed = client.get(path, query_string={"sudah": to}).text
        assert done not in claimed, "an address alone makes nothing true"
        typed = {"ke": to, "resi": "JNE 0123"} if to == "shipped" else {"ke": to}
        page = client.post(f"{path}/langkah", data=typed, follow_redirects=True).text
        assert re.search(rf'role="status".*{done}.*{told}', page, re.DOTALL), to
        assert following in page
        assert done not in client.get(path).text


def test_labels_are_printed_of_own_parts_alone_and_that_is_written_down(app: Flask, client: FlaskClient) -> None:
    owner = person("Siti Rahmawati")
    mine = sellers.shop(trusted=True, owner_id=owner)
    other = sellers.shop(trusted=True, name="Anyaman Pak Joko", phone="081299990000")
    codes = [orders.paid(orders.guest(), catalog.basket(of=shop)) for shop in (mine, mine, other)]
    unpaid = orders.ordered(orders.guest(), catalog.basket(of=mine)).code
    signed_in(client, owner)
    asked = "&".join(f"kode={code}-1" for code in (*codes, unpaid, "ZZZZZZZZ", "x-y"))
    page = client.get(f"/lapak/pesanan/label?{asked}")
    assert [shown_code(code) in page.text for code in (*codes, unpaid)] == [True, True, False, False]
    assert page.text.count("Rina Kusuma") == 2
    printed = session.scalars(select(AuditEntry).where(AuditEntry.stream == f"orders:{mine.id}")).all()
    assert [
        len(entry.content["after"]["parts"]) for entry in printed if entry.content["action"].endswith("labels")
    ] == [2]
    assert "Centang pesanan" in client.get("/lapak/pesanan/label").text
