"""The page of a payment at each provider, as a browser without script asks for it; and who tells of the payment first."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from marketplace.kernel.db import session
from marketplace.kernel.outbox import relay
from marketplace.kernel.slots import verifiers
from marketplace.orders.models import Order
from marketplace.payments import queries
from marketplace.payments.adapters import calling
from marketplace.testing.plugin import TestClock
from tests.factories import catalog
from tests.orders.test_pages import buy, put
from tests.payments.gateways import Bench, configure, found
from tests.standins.midtrans import Midtrans
from tests.standins.stripe import Stripe

STATUS = "?kembali=1"
AWAY = "Layanan pembayaran sedang tidak menjawab"


def ordered(client: FlaskClient, gateway: str) -> tuple[str, queries.Charge]:
    """Buy a basket; return the page of its payment, and its charge."""
    put(client, catalog.basket())
    placed = buy(client, gateway=gateway)
    assert placed.status_code == 303, placed.text
    charge = queries.latest(str(session.scalars(select(Order.id)).one()))
    assert charge is not None
    return placed.location, charge


def held(bench: Bench) -> None:
    assert isinstance(bench.there, Stripe | Midtrans)
    bench.there.tell.set(mode="held")


def told(bench: Bench, client: FlaskClient) -> None:
    """Let the provider tell what it held, at the door of our site, and work on it."""
    assert isinstance(bench.there, Stripe | Midtrans)

    def door(body: bytes, headers: object) -> int:
        return client.post(f"/webhook/{bench.gateway.hook}", data=body, headers=dict(headers)).status_code  # type: ignore[call-overload]

    bench.there.tell.set(target=door, mode="held")
    assert {one.status for one in bench.there.tell.release()} == {204}
    relay()


def paid_page(client: FlaskClient, path: str) -> bool:
    return "Pembayaran diterima" in client.get(path).text


@pytest.mark.parametrize("way", ["before", "after", "without"])
def test_a_purchase_is_settled_once_whoever_tells_of_it(
    outside: Bench, app: Flask, client: FlaskClient, clock: TestClock, way: str
) -> None:
    """The webhook comes before the buyer is back, after it, or the buyer never comes back."""
    held(outside)
    path, charge = ordered(client, outside.gateway.key)
    outside.pay(charge.provider_ref or "")
    if way == "after":
        assert paid_page(client, path + STATUS), "coming back asks, and what the provider says is recorded"
    told(outside, client)
    if way == "before":
        assert paid_page(client, path + STATUS)
    relay()
    assert session.scalars(select(Order.state)).one() == "paid"
    assert paid_page(client, path)
    assert [said for check in verifiers for said in check()] == []


def test_coming_back_marks_nothing_paid_by_itself(outside: Bench, client: FlaskClient, clock: TestClock) -> None:
    path, charge = ordered(client, outside.gateway.key)
    assert not paid_page(client, path + STATUS)
    assert queries.charge(charge.id).state == "opened"


def test_stripe_is_a_link(stripe_bench: Bench, client: FlaskClient) -> None:
    path, charge = ordered(client, "stripe")
    page = client.get(path).text
    assert f'href="{charge.pay_path}"' in page
    assert "Ke halaman pembayaran" in page
    assert "<iframe" not in page
    assert charge.pay_path
    assert charge.pay_path.startswith(stripe_bench.there.address)  # type: ignore[union-attr]


def test_qris_is_a_code_in_the_page(qris_bench: Bench, client: FlaskClient) -> None:
    path, _charge = ordered(client, "midtrans_qris")
    answer = client.get(path)
    assert re.search(
        r'<svg class="kode-qr" role="img" aria-label="Kode QRIS untuk membayar Rp\xa045\.000"', answer.text
    )
    assert "style=" not in answer.text
    assert "Ke halaman pembayaran" not in answer.text
    assert "Pindai kodenya" in answer.text


def test_a_virtual_account_is_a_number_with_its_bank(number_bench: Bench, client: FlaskClient) -> None:
    path, charge = ordered(client, "midtrans_va_bca")
    assert charge.method is not None
    page = client.get(path).text
    assert re.search(rf'data-uji="nomor-bayar">{charge.method["text"]}<', page)
    assert "Nomor tujuan bayar di BCA" in page
    assert f'data-copy="{charge.method["text"]}"' in page


def test_mandiri_asks_for_the_code_of_the_company_too(number_bench: Bench, client: FlaskClient) -> None:
    path, _charge = ordered(client, "midtrans_va_mandiri")
    page = client.get(path).text
    assert "Kode perusahaan di Mandiri" in page
    assert re.search(r'data-uji="kode-perusahaan">70012<', page)


def test_what_was_refused_or_ran_out_says_so_and_can_be_paid_anew(
    qris_bench: Bench, client: FlaskClient, clock: TestClock
) -> None:
    path, charge = ordered(client, "midtrans_qris")
    qris_bench.pay(str(charge.id), deny=True)
    page = client.get(path + STATUS).text
    assert "Pembayaran tidak berhasil" in page
    assert 'value="midtrans_va_bca"' in page
    relay()
    key = re.search(r'name="kunci" value="([^"]+)"', page)
    assert key is not None
    again = client.post(path, data={"kunci": key[1], "gateway": "midtrans_va_bca"})
    assert again.status_code == 303
    assert "Nomor tujuan bayar di BCA" in client.get(path).text
    clock.set("2026-11-28T10:30:00+07:00")
    assert "Waktu bayar habis" in client.get(path + STATUS).text


def test_a_provider_that_is_away_loses_no_order(
    outside: Bench, client: FlaskClient, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R13.1: the order stands, the page says that paying will be possible soon, and whoever looks again gets it."""
    base = "STRIPE_API_BASE" if outside.gateway.key == "stripe" else "MIDTRANS_API_BASE"
    monkeypatch.setattr(calling, "FIRST_PAUSE_SECONDS", 0.01)
    with monkeypatch.context() as away:
        configure(away, **{base: "http://127.0.0.1:9"})
        path, charge = ordered(client, outside.gateway.key)
        assert charge.pay_path is None
        page = client.get(path + STATUS).text
        assert AWAY in page
        assert "barangnya kami simpan" in page
    assert AWAY not in client.get(path + STATUS).text
    assert queries.charge(charge.id).method is not None
    assert [said for check in verifiers for said in check()] == []


def test_every_way_stands_in_the_checkout_once_it_is_configured(
    number_bench: Bench, stripe_bench: Bench, client: FlaskClient
) -> None:
    put(client, catalog.basket())
    page = client.get("/beli").text
    ways = re.findall(r'type="radio" name="gateway"[^>]* value="([^"]+)"|name="gateway" value="([^"]+)"', page)
    assert [one or two for one, two in ways][:2] == ["midtrans_qris", "midtrans_va_bca"]
    assert {one or two for one, two in ways} >= {"stripe", "sandbox", "midtrans_va_mandiri"}
    assert found("midtrans_va_cimb").key not in page
