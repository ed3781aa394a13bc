"""Who goes from the checkout back to the cart finds on the return what they had typed, right or wrong."""

import re
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from marketplace.kernel.db import session
from marketplace.orders import queries, services
from marketplace.orders.models import Draft
from marketplace.testing.plugin import TestClock
from tests.factories import catalog, orders
from tests.factories.accounts import as_actor, person, signed_in
from tests.orders.pages import bring, filled_in, put

WRONG = {"nama": "R", "whatsapp": "0812", "email": "rina@", "alamat": "Jl."}


def back(client: FlaskClient, **changes: str) -> None:
    """Go from the checkout back to the cart, with the fields that it has."""
    page = client.get("/beli")
    sent = {name: text for name, text in filled_in(page, **changes).items() if f'name="{name}"' in page.text}
    answer = client.post("/beli/keranjang", data=sent)
    assert (answer.status_code, answer.location) == (303, "/keranjang"), "nothing of it in an address"


def shown(client: FlaskClient) -> dict[str, str]:
    """Return what stands in the fields of the checkout."""
    page = client.get("/beli").text
    one_line = re.findall(r'<input[^>]*name="(nama|whatsapp|kelurahan|email)"[^>]*?(?: value="([^"]*)")', page)
    return {**dict(one_line), **dict(re.findall(r'<textarea[^>]*name="(alamat)"[^>]*>\n?([^<]*)<', page))}


def drafts() -> list[dict[str, Any]]:
    session.rollback()
    return list(session.scalars(select(Draft.typed)))


def test_a_guest_finds_what_they_typed_also_what_is_wrong(app: Flask, client: FlaskClient) -> None:
    put(client, catalog.basket())
    bring(client)
    back(client, **WRONG)

    assert shown(client).items() >= WRONG.items()
    assert shown(client)["kelurahan"] == "Johar Baru, Johar Baru, Jakarta Pusat"
    somebody_else = app.test_client()
    somebody_else.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
    put(somebody_else, catalog.basket())
    assert not any(shown(somebody_else).values())


def test_the_way_of_paying_stays_chosen(app: Flask, client: FlaskClient) -> None:
    put(client, catalog.basket())
    back(client, gateway="midtrans")
    assert drafts()[0]["gateway"] == "midtrans"
    assert "kunci" not in drafts()[0]


def test_an_address_is_not_asked_for_while_all_is_fetched_and_comes_back_after(app: Flask, client: FlaskClient) -> None:
    put(client, catalog.basket())
    bring(client)
    back(client, alamat="Jalan Mawar 7")
    row = re.search(r'name="(baris-\d+)-varian" value="([^"]*)"', client.get("/keranjang").text)
    assert row is not None
    fetched = {f"{row[1]}-varian": row[2], f"{row[1]}-jumlah": "1", f"{row[1]}-pengantaran": "pickup"}
    client.post("/keranjang/isi", data=fetched)
    assert shown(client).keys() == {"nama", "whatsapp"} | shown(client).keys() - {"kelurahan", "alamat"}
    page = client.get("/beli")
    without = {
        name: text for name, text in filled_in(page, nama="Rina K").items() if name not in ("kelurahan", "alamat")
    }
    assert client.post("/beli/keranjang", data=without).status_code == 303
    bring(client)
    assert (shown(client)["nama"], shown(client)["alamat"]) == ("Rina K", "Jalan Mawar 7")


def test_what_was_typed_goes_before_the_last_order_and_what_was_emptied_stays_empty(
    app: Flask, client: FlaskClient
) -> None:
    rina = person("Rina Kusuma")
    orders.ordered(as_actor(rina), catalog.basket(), alamat="Jalan Mawar 7", email="rina@contoh.example")
    signed_in(client, rina)
    put(client, catalog.basket())
    back(client, nama="Rina K", email="")
    bring(client)

    now = shown(client)
    assert (now["nama"], now["alamat"]) == ("Rina K", "Jalan Mawar 7"), "the address was not asked for before"
    assert not now.get("email")


def test_what_cannot_be_kept_is_said_beside_its_field(app: Flask, client: FlaskClient) -> None:
    put(client, catalog.basket())
    sent = filled_in(client.get("/beli"), nama="Rina\x00", email="r" * 1_001)
    refused = client.post("/beli/keranjang", data=sent)
    assert refused.status_code == 422
    assert re.findall(r'<li><a href="#f-(\w+)">', refused.text) == ["nama", "email"]
    assert 'value="0812-3456-7890"' in refused.text
    assert drafts() == []


def test_an_order_forgets_the_draft_and_a_refused_one_keeps_it(app: Flask, client: FlaskClient) -> None:
    put(client, catalog.basket())
    back(client)
    form = filled_in(client.get("/beli"))
    assert client.post("/beli", data={**form, "expected_total_idr": "1"}).status_code == 409
    assert len(drafts()) == 1
    assert client.post("/beli", data=form).status_code == 303
    assert drafts() == []


def test_a_draft_goes_with_the_cart_to_who_signs_in(app: Flask) -> None:
    rina, guest = as_actor(person("Rina Kusuma")), orders.guest()
    orders.filled(guest, catalog.basket())
    services.keep_draft({"nama": "R. Kusuma", "email": "lama@contoh.example"}, by=rina)
    services.keep_draft({"nama": "Rina"}, by=guest)
    assert rina.id is not None
    services.adopt(guest.guest_key, rina.id)
    services.adopt(guest.guest_key, rina.id)
    assert drafts() == [{"nama": "Rina", "email": "lama@contoh.example"}]
    assert queries.cart(rina).draft["nama"] == "Rina"


def test_a_person_gets_their_draft_told_and_erased(app: Flask) -> None:
    rina, ani = as_actor(person("Rina Kusuma")), as_actor(person("Ani"))
    assert rina.id is not None
    services.keep_draft({"nama": "Rina"}, by=rina)
    services.keep_draft({"nama": "Ani"}, by=ani)
    assert queries.export_person(rina.id)["checkout_draft"] == {"nama": "Rina"}
    services.erase_person(rina.id)
    assert queries.export_person(rina.id)["checkout_draft"] == {}
    assert drafts() == [{"nama": "Ani"}]


def test_a_draft_is_forgotten_after_a_week_and_the_cart_is_not(app: Flask, clock: TestClock) -> None:
    rina = orders.guest()
    clock.set("2026-11-01T09:00:00+07:00")
    orders.filled(rina, catalog.basket())
    services.keep_draft({"nama": "Rina"}, by=rina)
    clock.set("2026-11-08T08:00:00+07:00")
    services.sweep_carts()
    assert queries.cart(rina).draft == {"nama": "Rina"}
    clock.set("2026-11-08T10:00:00+07:00")
    services.sweep_carts()
    assert drafts() == []
    assert len(queries.cart(rina).groups) == 1


def test_the_cart_in_the_head_of_the_checkout_takes_along_what_was_typed(app: Flask, client: FlaskClient) -> None:
    """Without script too; and Enter still pays, as what stands before it in the form is the button that does."""
    put(client, catalog.basket())
    bring(client)
    page = client.get("/beli")
    head = page.text.partition("<header")[2].partition("</header>")[0]
    assert 'href="/keranjang"' not in head
    way = re.search(r'<button class="kepala-tautan" form="beli" formaction="([^"]+)" formnovalidate', head)
    assert way is not None
    buttons = re.findall(r'<button[^>]*form="beli"[^>]*>', page.text)
    assert "formaction" not in buttons[0]

    sent = {name: text for name, text in filled_in(page, **WRONG).items() if f'name="{name}"' in page.text}
    answer = client.post(way[1], data=sent)
    assert (answer.status_code, answer.location) == (303, "/keranjang")
    assert shown(client).items() >= WRONG.items()
    assert 'href="/keranjang"' in client.get("/keranjang").text, "elsewhere it is a link as ever"
