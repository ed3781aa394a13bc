"""What a buyer reads first on the page of an order that is on its way."""

from flask import Flask
from flask.testing import FlaskClient

from marketplace.kernel.outbox import relay
from marketplace.orders import queries, services
from tests.factories import catalog, orders, sellers
from tests.factories import delivery as ways
from tests.factories.accounts import as_actor, person, signed_in
from tests.orders.living import sent


def test_what_the_buyer_does_stands_before_whom_they_may_ask(app: Flask, client: FlaskClient) -> None:
    shop, rina = sellers.shop(trusted=True), person("Rina Kusuma")
    buyer = as_actor(rina)
    orders.filled(buyer, catalog.basket(of=shop))
    services.choose_delivery(shop.id, queries.Wish("own"), by=buyer)
    code = services.buy(orders.checkout(queries.cart(buyer).total.amount), by=buyer).code
    orders.decided(code, buyer)
    relay()
    sent(code, sellers.runs(shop))
    signed_in(client, rina)
    page = client.get(f"/pesanan/{code}").text
    assert page.index("Pesanan diterima") < page.index("Tanya toko lewat WhatsApp") < page.index("Salin nomor resi")
    assert "Dalam perjalanan ke Anda" in page
    assert "Dalam perjalanan ke pembeli" not in page


def test_hours_are_written_as_people_write_them(app: Flask, client: FlaskClient) -> None:
    shop, rina = sellers.shop(trusted=True), person("Rina Kusuma")
    ways.offers(shop.id, {"method": "pickup", "slots": ["09-12", "13-16"]})
    signed_in(client, rina)
    orders.filled(as_actor(rina), catalog.basket(of=shop))
    for path in ("/keranjang", "/beli"):
        assert "09.00–12.00" in client.get(path).text
    code = orders.ordered(as_actor(rina), catalog.basket(of=shop)).code
    assert "09.00–12.00" in client.get(f"/pesanan/{code}").text
