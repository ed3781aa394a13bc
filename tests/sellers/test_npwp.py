"""A shop names its NPWP as it stands on the card; a mistyped one is told beside the field (domain.md 5.1)."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from marketplace.kernel.db import rows, session
from marketplace.kernel.models import AuditEntry
from marketplace.sellers import queries, services
from marketplace.sellers.models import Seller
from tests.factories import sellers
from tests.factories.accounts import signed_in
from tests.sellers.test_views import told

CARD, DIGITS = "09.254.294.3-407.000", "092542943407000"


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (CARD, DIGITS),
        (DIGITS, DIGITS),
        (f" {CARD} ", DIGITS),
        (f"0{DIGITS}", f"0{DIGITS}"),
        ("3171 0452 0190 0001", "3171045201900001"),
        ("1092542953407000", "1092542953407000"),
        ("", ""),
    ],
    ids=["card", "digits", "spaces", "sixteen", "nik", "coretax_body", "none"],
)
def test_every_way_of_writing_one_keeps_its_digits(app: Flask, written: str, kept: str) -> None:
    shop = sellers.shop(npwp=written)
    assert queries.npwps([shop.id]) == ({shop.id: kept} if kept else {})


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("09.254.294.3-407.00", "15 atau 16 angka"),
        (f"{DIGITS}00", "15 atau 16 angka"),
        ("09.254.294.3-407.00x", "15 atau 16 angka"),
        ("٠٩٢٥٤٢٩٤٣٤٠٧٠٠٠", "15 atau 16 angka"),
        ("09.254.294.4-407.000", "sembilan angka pertama"),
        ("0092542953407000", "sembilan angka pertama"),
        ("9" * 41, ""),
    ],
    ids=["short", "long", "letter", "other_digits", "check_digit", "check_digit_of_sixteen", "endless"],
)
def test_a_wrong_one_is_told_beside_it_and_what_was_typed_stays(
    app: Flask, client: FlaskClient, written: str, said: str
) -> None:
    mine = sellers.shop(npwp=CARD)
    signed_in(client, sellers.keeper(mine))
    answer = client.post("/lapak/toko", data=told(npwp=written))
    assert (answer.status_code, 'id="f-npwp-galat"' in answer.text) == (422, True)
    assert said in answer.text
    assert f'value="{written}"' in answer.text
    assert queries.npwps([mine.id]) == {mine.id: DIGITS}


def test_the_team_sees_it_with_its_points_and_may_take_it_away(app: Flask, client: FlaskClient) -> None:
    mine = sellers.shop()
    signed_in(client, sellers.keeper(mine))
    assert client.post("/lapak/toko", data=told(npwp=DIGITS)).status_code == 303
    assert f'value="{CARD}"' in client.get("/lapak/toko").text
    assert client.post("/lapak/toko", data=told(npwp="")).status_code == 303
    assert queries.npwps([mine.id]) == {}


def test_it_is_personal_so_neither_card_nor_audit_tells_it_and_it_goes_with_its_owner(app: Flask) -> None:
    siti = sellers.newcomer().id
    assert siti is not None
    shop = sellers.shop(owner_id=siti, npwp=CARD)
    services.update(shop.id, sellers.profile(), by=sellers.runs(shop))
    services.update(shop.id, sellers.profile(npwp=CARD), by=sellers.runs(shop))
    entries = [row.content for row in rows(select(AuditEntry.content).where(AuditEntry.stream == f"sellers:{shop.id}"))]
    assert {entry["after"]["npwp"] for entry in entries} == {True, False}
    assert DIGITS not in str(entries) + str(queries.sellers([shop.id]))
    assert queries.export_owner(siti)["shops"][0]["npwp"] == DIGITS
    services.forget_owner(siti)
    assert queries.npwps([shop.id]) == {}


def test_the_database_takes_nothing_else_either(app: Flask) -> None:
    shop = sellers.shop(npwp=CARD)
    with pytest.raises(IntegrityError, match="npwp_digits"), session.begin_nested():
        session.execute(text("UPDATE sellers_sellers SET npwp = '09.254' WHERE id = :id"), {"id": shop.id})
    assert session.scalar(select(Seller.npwp).where(Seller.id == shop.id)) == DIGITS
