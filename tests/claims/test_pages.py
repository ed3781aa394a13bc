"""The pages of claims: what they show to whom, what they refuse, and that nothing typed is lost."""

import io
import re
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from marketplace.claims import queries, services
from marketplace.kernel import ids
from marketplace.kernel.access import Actor, Grant
from marketplace.orders.policies import SELLER
from marketplace.orders.queries.orders import page_token
from tests.catalog.reading import statements
from tests.claims.situations import Case
from tests.factories import catalog, claims, orders, sellers
from tests.factories.accounts import person, signed_in
from tests.factories.media import photo


@pytest.fixture
def rina(client: FlaskClient) -> Actor:
    """Give the guest of this browser."""
    token = ids.token()
    client.set_cookie("tamu", token)
    return Actor(kind="guest", guest_key=ids.token_hash(token))


def browser(app: Flask) -> FlaskClient:
    made = app.test_client()
    made.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
    return made


def filled_in(page: TestResponse, **changes: object) -> dict[str, object]:
    fields = dict(re.findall(r'name="(baris-\d+-(?:barang|jumlah)|bagian|token)" value="([^"]*)"', page.text))
    return {**fields, "alasan": "broken", "harap": "refund", "cerita": claims.WORDS, **changes}


def keeper(app: Flask, seller_id: UUID) -> FlaskClient:
    """Return a browser of somebody of a shop."""
    return signed_in(browser(app), person("Siti", grants=(Grant(SELLER, SELLER, str(seller_id)),)))


def officer(app: Flask) -> FlaskClient:
    return signed_in(browser(app), person("Dewi", grants=(Grant("programme_officer"),)))


def test_from_the_order_to_the_money_by_three_browsers(app: Flask, client: FlaskClient, rina: Actor) -> None:
    code = claims.received(rina)
    assert f"/pesanan/{code}/keluhan?bagian=1" in client.get(f"/pesanan/{code}").text
    form = client.get(f"/pesanan/{code}/keluhan?bagian=1")
    pictures = [(io.BytesIO(photo()), "a.jpg"), (io.BytesIO(photo()), "b.jpg")]
    made = client.post(
        f"/pesanan/{code}/keluhan", data=filled_in(form, photo=pictures), content_type="multipart/form-data"
    )
    assert (made.status_code, made.location) == (303, f"/pesanan/{code}/keluhan/1?sudah=pesan")
    mine = client.get(made.location)
    assert claims.WORDS in mine.text
    links = re.findall(rf"/pesanan/{code}/keluhan/1/foto/[0-9a-f-]{{36}}", mine.text)
    assert len(set(links)) == 2
    shown = client.get(links[0])
    assert shown.status_code == 302
    assert client.get(shown.location).status_code == 200

    row = queries.own_claim(code, 1, rina).row
    siti = keeper(app, row.seller_id)
    listed = siti.get("/lapak/keluhan")
    assert f"/lapak/keluhan/{row.id}" in listed.text
    assert "Keluhan" in siti.get("/lapak/pesanan").text
    assert f"/lapak/keluhan/{row.id}" in siti.get(f"/lapak/pesanan/{code}-1").text
    page = siti.get(f"/lapak/keluhan/{row.id}")
    assert "0812-3456-7890" not in page.text
    assert siti.get(links[0].replace(f"/pesanan/{code}/keluhan/1", f"/lapak/keluhan/{row.id}")).status_code == 302
    refused = siti.post(
        f"/lapak/keluhan/{row.id}/tawaran", data={"jenis": "uang", "nilai": "99.000", "catatan": "Maaf ya"}
    )
    assert refused.status_code == 422
    assert "Maaf ya" in refused.text
    assert 'id="f-nilai-galat"' in refused.text
    done = siti.post(
        f"/lapak/keluhan/{row.id}/tawaran", data={"jenis": "uang", "nilai": "15.000", "catatan": "Maaf ya"}
    )
    assert done.status_code == 303
    assert "Rp\u00a015.000" in client.get(f"/pesanan/{code}/keluhan/1").text

    dewi = officer(app)
    assert dewi.get(f"/program/keluhan/{row.id}").status_code == 200
    client.post(f"/pesanan/{code}/keluhan/1/jawaban", data={"jawaban": "tolak"})
    assert f"/program/keluhan/{row.id}" in dewi.get("/program/keluhan").text
    assert dewi.post(f"/program/keluhan/{row.id}/putusan", data={"putusan": "uang", "alasan": "ya"}).status_code == 422
    decided = {"putusan": "sebagian", "nilai": "20000", "alasan": "Foto menunjukkan retak di tutupnya."}
    assert dewi.post(f"/program/keluhan/{row.id}/putusan", data=decided).status_code == 303
    for browser_, path in ((client, f"/pesanan/{code}/keluhan/1"), (siti, f"/lapak/keluhan/{row.id}")):
        assert "Foto menunjukkan retak" in browser_.get(path).text
    assert "Keluhan selesai" in client.get(f"/pesanan/{code}").text


def test_a_wrong_form_keeps_what_was_typed_and_its_photo(client: FlaskClient, rina: Actor) -> None:
    code = claims.received(rina)
    form = client.get(f"/pesanan/{code}/keluhan")
    sent = filled_in(form, cerita="Retak", photo=(io.BytesIO(photo()), "a.jpg"), harap="", alasan="")
    refused = client.post(f"/pesanan/{code}/keluhan", data=sent, content_type="multipart/form-data")
    assert refused.status_code == 422
    for field in ("cerita", "harap", "alasan"):
        assert f'id="f-{field}-galat"' in refused.text, field
    kept = re.findall(r'name="photo_id" value="([^"]*)"', refused.text)
    assert len(kept) == 1
    again = client.post(f"/pesanan/{code}/keluhan", data=filled_in(refused, photo_id=kept))
    assert again.status_code == 303
    assert queries.own_claim(code, 1, rina).photos == {UUID(kept[0])}


def test_a_photo_of_somebody_else_is_not_taken(client: FlaskClient, rina: Actor) -> None:
    code = claims.received(rina)
    form = client.get(f"/pesanan/{code}/keluhan")
    made = client.post(f"/pesanan/{code}/keluhan", data=filled_in(form, photo_id=str(claims.foreign_photo())))
    assert made.status_code == 303
    assert queries.own_claim(code, 1, rina).photos == frozenset()


def test_seven_photos_and_no_photo_are_refused_beside_the_field(client: FlaskClient, rina: Actor) -> None:
    code = claims.received(rina)
    form = client.get(f"/pesanan/{code}/keluhan")
    for files in ([(io.BytesIO(photo()), f"{n}.jpg") for n in range(7)], [(io.BytesIO(b"GIF89a"), "a.gif")]):
        refused = client.post(
            f"/pesanan/{code}/keluhan", data=filled_in(form, photo=files), content_type="multipart/form-data"
        )
        assert refused.status_code == 422
        assert 'id="f-photo-galat"' in refused.text
        assert claims.WORDS in refused.text


def test_the_mailed_link_opens_the_claim_elsewhere_and_nothing_else_does(
    app: Flask, client: FlaskClient, rina: Actor
) -> None:
    case = Case()
    path = f"/pesanan/{case.code}/keluhan/1"
    token = page_token(queries.row_of(case.id).order_id)
    assert client.get(f"{path}?token={token}").status_code == 200
    elsewhere = browser(app)
    for address in (path, f"{path}?token={'0' * 32}", f"/pesanan/{case.code}/keluhan", f"{path}/foto/{case.id}"):
        assert elsewhere.get(address).status_code == 404, address
    for act in ("pesan", "jawaban", "pembatalan"):
        sent = {"pesan": "Halo toko", "jawaban": "setuju"}
        assert elsewhere.post(f"{path}/{act}", data=sent).status_code in (404, 422), act
    assert elsewhere.get(f"/lapak/keluhan/{case.id}").status_code in (302, 303, 401, 404)
    other = keeper(app, sellers.shop(name="Lain", phone="081388887777").id)
    assert other.get(f"/lapak/keluhan/{case.id}").status_code == 404
    assert other.post(f"/lapak/keluhan/{case.id}/tawaran", data={"jenis": "setuju"}).status_code == 404
    assert other.post(f"/lapak/keluhan/{case.id}/pesan", data={"pesan": "Halo"}).status_code == 404
    assert case.state == "open"
    withdrawn = client.post(f"{path}/pembatalan", data={"token": token})
    assert withdrawn.status_code == 303
    assert case.state == "withdrawn"


def test_a_message_sent_twice_stands_once_and_reaches_the_other_side(client: FlaskClient, rina: Actor) -> None:
    code = claims.received(rina)
    claims.opened(code, rina)
    for _time in range(2):
        assert client.post(f"/pesanan/{code}/keluhan/1/pesan", data={"pesan": "Kapan dijawab?"}).status_code == 303
    assert [said.body for said in queries.own_claim(code, 1, rina).messages].count("Kapan dijawab?") == 1
    services.withdraw(code, 1, by=rina)
    late = client.post(f"/pesanan/{code}/keluhan/1/pesan", data={"pesan": "Halo?"})
    assert late.status_code == 409


def test_a_long_list_costs_no_more_statements(app: Flask) -> None:
    shop = sellers.shop(trusted=True)
    siti = keeper(app, shop.id)
    told = []
    for many in (1, 3):
        for _claim in range(many):
            buyer = orders.guest()
            claims.opened(claims.received(buyer, catalog.basket(of=shop)), buyer)
        told.append([siti.get("/lapak/keluhan") for _time in range(2)][-1])
    assert statements(told[0]) == statements(told[1])
    assert "Complaints" in siti.get("/lapak/keluhan?bahasa=en").text


def test_an_order_promises_the_shop_no_money_while_a_complaint_is_open_or_after_all_went_back(
    app: Flask, client: FlaskClient, rina: Actor
) -> None:
    code = claims.received(rina)
    own, at_desk = f"/pesanan/{code}", f"/program/pesanan/{code}"
    assert "setelah itu uang menjadi milik toko" in client.get(own).text
    claim = claims.opened(code, rina)
    dewi, siti = officer(app), keeper(app, queries.row_of(claim).seller_id)
    for browsing, path in ((client, own), (dewi, at_desk), (siti, f"/lapak/pesanan/{code}-1")):
        page = browsing.get(path).text
        assert "uangnya ditahan sampai selesai" in page, path
        assert "Masa untuk menyampaikan keluhan" not in page, path
        assert "setelah itu uang menjadi milik toko" not in page, path
    services.answer(claim, claims.offer("setuju"), by=claims.team(claim))
    for browsing, path in ((client, own), (dewi, at_desk), (siti, f"/lapak/pesanan/{code}-1")):
        page = browsing.get(path).text
        assert "Semua uang dikembalikan" in page, path
        assert "succeeded" not in page, "states are told in words"
        assert "setelah itu uang menjadi milik toko" not in page, path


def test_what_is_left_after_part_went_back_still_becomes_the_shops(client: FlaskClient, rina: Actor) -> None:
    code = claims.received(rina)
    claim = claims.opened(code, rina, harap="part", nilai=20_000)
    services.answer(claim, claims.offer("setuju"), by=claims.team(claim))
    assert "setelah itu uang menjadi milik toko" in client.get(f"/pesanan/{code}").text
