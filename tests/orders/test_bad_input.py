"""What a buyer must not say, or not so: each gets a clear answer, by form and by program, and nothing is ordered (R5.1, R5.3).

Repeated posts are in ``test_checkout`` and ``test_keys``, days and couriers in ``test_ways``, messages of gateways in
``tests/payments``, bank files in ``test_transfer`` and ``test_payouts`` there.
"""

from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from marketplace.catalog.models import Stock
from marketplace.kernel.db import session
from marketplace.orders.models import CartLine, Order
from tests.factories import catalog
from tests.orders.pages import cart_form, filled_in, put
from tests.orders.test_keys import program, wanted

INVENTED = {
    "unit_price_idr": "1",
    "price_idr": "1",
    "goods_idr": "1",
    "discount_idr": "44000",
    "tax_idr": "0",
    "shipping_idr": "0",
    "total_idr": "1",
    "fee_idr": "0",
    "currency": "USD",
    "state": "paid",
    "seller_id": "01a20422-6695-70ff-a49a-8b3fd5f2ebd1",
    "person_id": "01a20422-6695-70ff-a49a-8b3fd5f2ebd1",
    "kode": "HEMAT50",
    "voucher": "PUNYA-ORANG-LAIN",
}
"""What the server alone says, and coupons: nobody gives any here, so that of any shop is a stranger's."""
NUMBERS = (
    "-1",
    "-0",
    "+1",
    "1.5",
    "1,5",
    "1e3",
    "0x10",
    "٣",
    "²",
    "10000",
    "99999999999999999999",
    "1 000 000",
    "satu",
)
TOTALS = ("-45000", "4.5e4", "45,000.00", "٤٥٠٠٠", "NaN")


def nothing_happened() -> bool:
    reserved = session.scalar(select(func.sum(Stock.reserved)))
    return not session.scalar(select(func.count()).select_from(Order)) and not reserved


def in_cart() -> list[int]:
    return list(session.scalars(select(CartLine.qty)))


@pytest.fixture
def basket(app: Flask, client: FlaskClient) -> UUID:
    variant = catalog.basket()
    put(client, variant)
    return variant


@pytest.mark.parametrize(("field", "value"), INVENTED.items())
def test_what_only_the_server_says_is_refused_by_its_name(
    client: FlaskClient, basket: UUID, field: str, value: str
) -> None:
    form = filled_in(client.get("/beli"))
    answer = client.post("/beli", data={**form, field: value})
    assert answer.status_code == 422
    assert field in answer.text
    assert 'value="Rina Kusuma"' in answer.text, "and nothing that was typed is lost"
    told = program(client, "/beli", "kunci-1", {**wanted(client), field: value})
    assert (told.status_code, list(told.get_json()["errors"])) == (422, [field])
    assert nothing_happened()
    assert client.post("/beli", data=form).status_code == 303, "the same form without it is an order"


@pytest.mark.parametrize("total", TOTALS)
def test_a_total_that_is_no_amount_is_refused(client: FlaskClient, basket: UUID, total: str) -> None:
    form = filled_in(client.get("/beli"), expected_total_idr=total)
    assert client.post("/beli", data=form).status_code == 422
    assert program(client, "/beli", "k", {**wanted(client), "expected_total_idr": total}).status_code == 422
    assert nothing_happened()


@pytest.mark.parametrize("total", [1, 44_999, 45_001, 10**15, 0])
def test_another_total_than_ours_is_told_with_ours(client: FlaskClient, basket: UUID, total: int) -> None:
    told = program(client, "/beli", "k", {**wanted(client), "expected_total_idr": total})
    assert (told.status_code, told.get_json()["facts"]) == (409, {"old": total, "new": 45_000})
    assert nothing_happened()


def each_door(client: FlaskClient, basket: UUID, number: str) -> list[TestResponse]:
    """Say a number wherever one can be said."""
    form = cart_form(client.get("/keranjang"))
    return [
        client.post("/keranjang", data={"varian": str(basket), "jumlah": number}),
        client.post(f"/keranjang/{basket}", data={"jumlah": number}),
        client.post("/keranjang/isi", data={**form, "baris-0-jumlah": number}),
        client.post("/keranjang/lanjut", data={**form, "baris-0-jumlah": number}),
    ]


@pytest.mark.parametrize("number", NUMBERS)
def test_a_quantity_is_a_whole_number_in_plain_digits(client: FlaskClient, basket: UUID, number: str) -> None:
    answers = each_door(client, basket, number)
    assert [one.status_code for one in answers] == [422] * len(answers)
    assert all('class="ringkasan-galat"' in one.text for one in answers)
    assert in_cart() == [1]


@pytest.mark.parametrize("number", [-1, 10_000, 2**63, 1.5, True, "tiga", None, [1, 2], {"a": 1}])
def test_a_program_says_whole_numbers_too(client: FlaskClient, basket: UUID, number: object) -> None:
    told = program(client, "/keranjang", None, {"varian": str(basket), "jumlah": number})
    assert (told.status_code, list(told.get_json()["errors"])) == (422, ["jumlah"])
    assert in_cart() == [1]


@pytest.mark.parametrize("field", ["jumlah", "varian"])
def test_what_is_said_twice_is_not_merged(client: FlaskClient, basket: UUID, field: str) -> None:
    form = {"varian": str(basket), "jumlah": "1"}
    answer = client.post("/keranjang", data={**form, field: [form[field], form[field]]})
    assert answer.status_code == 422
    assert in_cart() == [1]


@pytest.mark.parametrize("way", ["", "drone", "courier:", "courier:kilat", "own:1", "x" * 81, "pickup\x00"])
def test_a_courier_that_nobody_offers_is_refused(client: FlaskClient, basket: UUID, way: str) -> None:
    form = cart_form(client.get("/keranjang"))
    answer = client.post("/keranjang/isi", data={**form, "baris-0-pengantaran": way})
    assert answer.status_code == (303 if not way else 422)
    if way:
        assert 'class="galat"' in answer.text
    assert "Ambil" in client.get("/keranjang").text, "how it comes is as it was"


def test_somebody_else_s_variant_and_shop_are_unknown(client: FlaskClient, basket: UUID) -> None:
    stranger = "01a20422-6695-70ff-a49a-8b3fd5f2ebd1"
    assert client.post("/keranjang", data={"varian": stranger, "jumlah": "1"}).status_code == 404
    assert client.post(f"/keranjang/{stranger}", data={"jumlah": "1"}).status_code == 404
    form = filled_in(client.get("/beli"))
    refused = client.post("/beli", data={**form, "tanpa": "bukan-toko"})
    assert refused.status_code == 422
    assert nothing_happened()
