"""The list of one's own orders: told by what was bought, since nobody knows codes by heart."""

import re

from flask import Flask
from flask.testing import FlaskClient

from tests.catalog.reading import statements
from tests.factories import catalog, orders, sellers
from tests.factories.accounts import as_actor, person, signed_in


def test_an_order_is_named_after_what_stands_first_in_it(app: Flask, client: FlaskClient) -> None:
    rina = person("Rina Kusuma")
    other = sellers.shop(name="Sabun Sereh Lestari", trusted=True)
    one, two = catalog.basket(name="Keripik Singkong"), catalog.basket(name="Sabun Sereh", of=other)
    many = orders.ordered(as_actor(rina), one, two).code
    single = orders.ordered(as_actor(rina), two).code
    page = signed_in(client, rina).get("/pesanan").text
    titles = {code: re.search(rf'href="/pesanan/{code}">([^<]*)<', page) for code in (many, single)}
    assert [found.group(1) for found in titles.values() if found] == ["Keripik Singkong dan 1 lainnya", "Sabun Sereh"]


def test_the_list_takes_as_many_statements_for_many_orders_as_for_one(app: Flask, client: FlaskClient) -> None:
    rina = person("Rina Kusuma")
    basket = catalog.basket()
    signed_in(client, rina)
    counted = []
    for _more in range(2):
        orders.ordered(as_actor(rina), basket)
        counted.append(statements(client.get("/pesanan")))
    assert counted[0] == counted[1]
