"""The team edits its shop; officers check shops; nobody else does."""

from flask import Flask
from flask.testing import FlaskClient

from marketplace.accounts import queries as accounts
from marketplace.kernel.access import Grant
from marketplace.sellers import queries
from tests.factories.accounts import person, signed_in
from tests.factories.sellers import JOHAR_BARU, keeper, shop


def told(**changes: object) -> dict[str, object]:
    place = accounts.place(JOHAR_BARU)
    assert place is not None
    return {
        "name": "Dapur Siti",
        "owner_name": "Siti Rahmawati",
        "phone": "081234567890",
        "kelurahan": place.label,
        "story": "Sejak 1998.",
        "opening_days": ["1", "6"],
        **changes,
    }


def test_the_profile_is_shown_and_saved(app: Flask, client: FlaskClient) -> None:
    mine = shop()
    signed_in(client, keeper(mine))
    assert "Dapur Ibu Siti" in client.get("/lapak/toko").text
    answer = client.post("/lapak/toko", data=told())
    assert answer.status_code == 303
    card = queries.sellers([mine.id])[mine.id]
    assert (card.name, card.story, card.opening_days) == ("Dapur Siti", "Sejak 1998.", (1, 6))
    assert "Dapur Siti" in client.get(answer.headers["Location"]).text


def test_the_number_is_shown_as_people_write_it_and_taken_in_any_form(app: Flask, client: FlaskClient) -> None:
    mine = shop()
    signed_in(client, keeper(mine))
    for written in ("0812-0000-0001", "+6281200000001"):
        assert client.post("/lapak/toko", data=told(phone=written)).status_code == 303
        page = client.get("/lapak/toko").text
        assert 'value="0812-0000-0001"' in page
        assert "+6281200000001" not in page


def test_a_wrong_number_is_told_beside_it_and_nothing_is_lost(app: Flask, client: FlaskClient) -> None:
    mine = shop()
    signed_in(client, keeper(mine))
    answer = client.post("/lapak/toko", data=told(phone="12", kelurahan="Atlantis"))
    assert answer.status_code == 422
    assert 'id="f-phone-galat"' in answer.text
    assert "Sejak 1998." in answer.text
    answer = client.post("/lapak/toko", data=told(kelurahan="Atlantis"))
    assert (answer.status_code, 'id="f-kelurahan-galat"' in answer.text) == (422, True)
    assert queries.sellers([mine.id])[mine.id].name == "Dapur Ibu Siti"


def test_a_team_reaches_its_own_shops_only(app: Flask, client: FlaskClient) -> None:
    mine, theirs = shop(), shop(name="Toko lain")
    signed_in(client, keeper(mine))
    assert client.get(f"/lapak/toko?toko={theirs.code}").status_code == 404
    assert client.post(f"/lapak/toko?toko={theirs.code}", data=told()).status_code == 404
    assert queries.sellers([theirs.id])[theirs.id].name == "Toko lain"


def test_somebody_opens_a_shop(app: Flask, client: FlaskClient) -> None:
    siti = person()
    signed_in(client, siti)
    assert client.get("/lapak/mulai").status_code == 200
    assert client.post("/lapak/mulai", data=told(name="x")).status_code == 422
    assert client.post("/lapak/mulai", data=told(name="Warung Siti")).status_code == 303
    opened = queries.seller_by_slug("warung-siti")
    assert opened is not None
    assert queries.team(opened.id) == (siti,)


def test_officers_check_the_oldest_first(app: Flask, client: FlaskClient) -> None:
    waiting = shop(active=False)
    signed_in(client, keeper(waiting))
    assert client.get("/admin/toko").status_code == 403
    assert client.post(f"/admin/toko/{waiting.id}/verifikasi").status_code == 403
    signed_in(client, person(grants=(Grant("admin"),)))
    assert waiting.code in client.get("/admin/toko").text
    assert client.post(f"/admin/toko/{waiting.id}/verifikasi").status_code == 303
    assert queries.sellers([waiting.id])[waiting.id].sells
    assert waiting.code not in client.get("/admin/toko").text
