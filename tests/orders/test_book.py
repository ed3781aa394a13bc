"""The address book in the checkout: nothing to type for who has an address there, another one by one press."""

import html
import re

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from marketplace.accounts import queries as accounts
from marketplace.accounts import services as people
from marketplace.kernel.db import session
from marketplace.orders.models import Order
from tests.factories import catalog, sellers
from tests.factories import delivery as ways
from tests.factories.accounts import as_actor, person, signed_in
from tests.orders.pages import bring, buy, filled_in, hidden, put

JOHAR, SENEN = "Johar Baru, Johar Baru, Jakarta Pusat", "Kwitang, Senen, Jakarta Pusat"


def written(label: str, kelurahan: str, street: str, **changes: object) -> people.Written:
    told = {"recipient": "Rina Kusuma", "phone": "+6281234567890", **changes}
    return people.Written(label=label, kelurahan=kelurahan, street=street, **told)  # type: ignore[arg-type]


def rina(client: FlaskClient) -> object:
    found = person("Rina Kusuma")
    signed_in(client, found)
    return found


def fields(page: str) -> dict[str, str]:
    one_line = re.findall(r'<input[^>]*name="(nama|whatsapp|kelurahan)"[^>]*? value="([^"]*)"', page)
    street = re.findall(r'<textarea[^>]*name="(alamat)"[^>]*>\n?([^<]*)<', page)
    return {name: html.unescape(text) for name, text in (*one_line, *street)}


def test_a_returning_buyer_types_nothing(app: Flask, client: FlaskClient) -> None:
    who = as_actor(rina(client))  # type: ignore[arg-type]
    people.add_address(written("Rumah", JOHAR, "Jalan Percetakan Negara 12", landmark="depan musala"), by=who)
    put(client, catalog.basket())
    bring(client)
    page = client.get("/beli")
    assert 'data-uji="alamat-terlipat"' in page.text
    assert fields(page.text) == {
        "nama": "Rina Kusuma", "whatsapp": "0812-3456-7890", "kelurahan": JOHAR,
        "alamat": "Jalan Percetakan Negara 12 (depan musala)",
    }  # fmt: skip
    sent = {**fields(page.text), "email": "", "gateway": "sandbox", "kunci": hidden(page, "kunci")}
    sent["expected_total_idr"] = hidden(page, "expected_total_idr")
    assert client.post("/beli", data=sent).status_code == 303
    order = session.scalars(select(Order)).one()
    assert (order.address, order.kelurahan) == ("Jalan Percetakan Negara 12 (depan musala)", "Johar Baru")


def test_another_address_is_one_press_away_and_the_rest_stays(app: Flask, client: FlaskClient) -> None:
    who = as_actor(rina(client))  # type: ignore[arg-type]
    people.add_address(written("Rumah", JOHAR, "Jalan Percetakan Negara 12"), by=who)
    office = people.add_address(written("Kantor", SENEN, "Jalan Kwitang 3", recipient="Rina, lantai 2"), by=who)
    put(client, catalog.basket())
    bring(client)
    page = client.get("/beli")
    assert "Pakai Kantor" in page.text
    assert "Pakai Rumah" not in page.text, "what stands there already is not offered"
    taken = client.post("/beli/pengantaran", data={**filled_in(page, email="rina@contoh.id"), "pilih": str(office)})
    assert fields(taken.text) == {
        "nama": "Rina, lantai 2", "whatsapp": "0812-3456-7890", "kelurahan": SENEN, "alamat": "Jalan Kwitang 3",
    }  # fmt: skip
    assert 'value="rina@contoh.id"' in taken.text
    assert "Pakai Rumah" in taken.text


def test_an_address_of_somebody_else_is_not_there(app: Flask, client: FlaskClient) -> None:
    """R15.2. Asking for the address without its person makes this fail: it was tried."""
    other = as_actor(person("Budi Lain"))
    theirs = people.add_address(written("Rumah", JOHAR, "Jalan Rahasia 1"), by=other)
    put(client, catalog.basket())
    for sign_in in (False, True):
        if sign_in:
            rina(client)
        answer = client.post("/beli/pengantaran", data={"pilih": str(theirs)})
        assert (answer.status_code, "Rahasia" in answer.text) == (404, False)


def test_a_first_order_offers_to_keep_its_address(app: Flask, client: FlaskClient) -> None:
    who = as_actor(rina(client))  # type: ignore[arg-type]
    put(client, catalog.basket())
    bring(client)
    assert "Simpan alamat ini" in client.get("/beli").text
    assert buy(client, simpan="1").status_code == 303
    (kept,) = accounts.addresses(who.id)
    assert (kept.label, kept.street, kept.main) == ("Rumah", "Jalan Percetakan Negara 12", True)
    put(client, catalog.basket())
    bring(client)
    page = client.get("/beli").text
    assert 'data-uji="alamat-terlipat"' in page
    assert "Simpan alamat ini" not in page


def test_without_the_tick_nothing_is_kept_and_guests_are_not_asked(app: Flask, client: FlaskClient) -> None:
    put(client, catalog.basket())
    bring(client)
    page = client.get("/beli").text
    assert "Simpan alamat ini" not in page
    assert "alamat-terlipat" not in page
    who = as_actor(rina(client))  # type: ignore[arg-type]
    put(client, catalog.basket())
    bring(client)
    assert buy(client).status_code == 303
    assert accounts.addresses(who.id) == ()


def test_who_fetches_sees_name_and_number_folded(app: Flask, client: FlaskClient) -> None:
    who = person("Rina Kusuma", phone="+6281234567890")
    signed_in(client, who)
    put(client, catalog.basket())
    page = client.get("/beli").text
    assert 'data-uji="alamat-terlipat"' in page
    assert "Rina Kusuma" in page


def test_where_a_shop_does_not_bring_another_address_is_offered(app: Flask, client: FlaskClient) -> None:
    """A main address out of reach leads nowhere only if nothing else could be chosen there."""
    who = as_actor(rina(client))  # type: ignore[arg-type]
    people.add_address(written("Kantor", SENEN, "Jalan Kwitang 3"), by=who)
    people.add_address(written("Rumah", JOHAR, "Jalan Percetakan Negara 12", main=True), by=who)
    shop = sellers.shop(trusted=True, opening_days=ways.EVERY_DAY)
    ways.offers(
        shop.id, {"method": "own", "flat": 5_000, "kecamatan": [accounts.kelurahan_meant(SENEN).kecamatan_code]}
    )  # type: ignore[union-attr]
    put(client, catalog.basket(of=shop))
    page = client.get("/beli")
    assert "Toko ini tidak mengantar ke" in page.text
    office = re.search(r'name="pilih" value="([^"]+)"[^>]*aria-label="Pakai Kantor"', page.text)
    assert office is not None
    sent = {**fields(page.text), "pilih": office[1]}
    taken = client.post("/beli/pengantaran", data=sent)
    assert "Toko ini tidak mengantar ke" not in taken.text
    assert "Bayar Rp" in taken.text.replace("\xa0", " ")
