"""What a browser without script sends from the cart and the checkout."""

import re
from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from marketplace.catalog.models import Variant
from marketplace.kernel.db import session, transactional
from marketplace.kernel.money import Rupiah
from marketplace.orders import queries, services
from marketplace.orders.models import Order
from tests.factories import orders


def hidden(page: TestResponse, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page.text)
    assert found is not None, page.text
    return found[1]


def filled_in(page: TestResponse, **changes: str) -> dict[str, str]:
    return {
        "nama": "Rina Kusuma",
        "whatsapp": "0812-3456-7890",
        "kelurahan": "Johar Baru, Johar Baru, Jakarta Pusat",
        "alamat": "Jalan Percetakan Negara 12",
        "email": "",
        "gateway": "sandbox",
        "kunci": hidden(page, "kunci"),
        "expected_total_idr": hidden(page, "expected_total_idr"),
        **changes,
    }


def cart_form(page: TestResponse, **changes: str) -> dict[str, str]:
    """Return what a browser without script sends from the cart: numbers, and the ways of delivery that are chosen."""
    fields = re.findall(r'name="(baris-\d+-(?:varian|jumlah|tercatat|catatan))" value="([^"]*)"', page.text)
    chosen = re.findall(r'name="(baris-\d+-pengantaran)" value="([^"]*)" checked', page.text)
    return {**dict(fields), **dict(chosen), **changes}


def put(client: FlaskClient, variant: UUID, **more: str) -> TestResponse:
    return client.post("/keranjang", data={"varian": str(variant), "jumlah": "1", **more})


def buy(client: FlaskClient, **changes: str) -> TestResponse:
    return client.post("/beli", data=filled_in(client.get("/beli"), **changes))


def bring(client: FlaskClient) -> None:
    """Let the first shop in the cart bring its goods."""
    sent = cart_form(client.get("/keranjang"), **{"baris-0-pengantaran": "own"})
    assert client.post("/keranjang/isi", data=sent).status_code == 303


def only_code() -> str:
    return session.scalars(select(Order.code)).one()


@transactional
def reprice(variant: UUID, amount: int) -> None:
    session.execute(update(Variant).where(Variant.id == variant).values(price_idr=Rupiah(amount)))


def sold_out(variant: UUID) -> None:
    """Let somebody else be quicker and take all ten."""
    quicker = orders.guest()
    services.put(variant, 10, by=quicker)
    services.buy(orders.checkout(queries.cart(quicker).total.amount), by=quicker)
