"""The address book: one's own, at most fifty, and always one main address."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from marketplace.accounts import queries, services
from marketplace.accounts.models import Address
from marketplace.accounts.services import Written
from marketplace.kernel.access import Actor
from marketplace.kernel.db import session
from marketplace.kernel.errors import Conflict, Invalid, NotFound
from marketplace.testing.plugin import Live
from tests.factories.accounts import PASSWORD, as_actor, person, signed_in

JOHAR_BARU = "31.71.08.1001"
TYPED = {
    "sebutan": "Rumah",
    "nama": "Rina Kusuma",
    "whatsapp": "0812-3456-7890",
    "kelurahan": "Johar Baru, Johar Baru, Jakarta Pusat",
    "alamat": "Jalan Percetakan Negara 12, RT 3/RW 5",
    "patokan": "Depan masjid",
}


def written(label: str = "Rumah", *, main: bool = False, kelurahan: str = JOHAR_BARU) -> Written:
    return Written(
        label=label,
        recipient="Rina Kusuma",
        phone="+6281234567890",
        kelurahan=kelurahan,
        street="Jalan Percetakan Negara 12",
        main=main,
    )


def rina() -> Actor:
    return as_actor(person("Rina Kusuma"), name="Rina Kusuma")


def book(of: Actor) -> list[tuple[str, bool]]:
    return [(one.label, one.main) for one in queries.addresses(of.id)]


def test_the_first_address_is_the_main_one_until_another_is(app: Flask) -> None:
    who = rina()
    services.add_address(written(), by=who)
    office = services.add_address(written("Kantor"), by=who)
    assert book(who) == [("Rumah", True), ("Kantor", False)]
    services.make_main(office, by=who)
    assert book(who) == [("Kantor", True), ("Rumah", False)]
    services.add_address(written("Rumah Ibu", main=True), by=who)
    assert book(who) == [("Rumah Ibu", True), ("Kantor", False), ("Rumah", False)]


def test_when_the_main_one_goes_the_newest_of_the_rest_follows(app: Flask) -> None:
    who = rina()
    home = services.add_address(written(), by=who)
    services.add_address(written("Kantor"), by=who)
    mum = services.add_address(written("Rumah Ibu"), by=who)
    services.remove_address(home, by=who)
    assert book(who) == [("Rumah Ibu", True), ("Kantor", False)]
    services.remove_address(mum, by=who)
    assert book(who) == [("Kantor", True)]
    assert list(queries.broken()) == []


def test_a_changed_main_address_stays_the_main_one(app: Flask) -> None:
    who = rina()
    home = services.add_address(written(), by=who)
    services.change_address(home, written("Rumah baru"), by=who)
    assert book(who) == [("Rumah baru", True)]


@pytest.mark.parametrize("typed", ["Tidak Ada", "Kebon", ""])
def test_a_kelurahan_that_is_none_or_one_of_several_is_asked_about(app: Flask, typed: str) -> None:
    with pytest.raises(Invalid) as refused:
        services.add_address(written(kelurahan=typed), by=rina())
    assert list(refused.value.fields) == ["kelurahan"]


@pytest.mark.parametrize("typed", [JOHAR_BARU, "johar baru, johar baru, jakarta pusat", " Gondangdia "])
def test_a_kelurahan_is_meant_by_its_code_its_label_or_its_name(app: Flask, typed: str) -> None:
    who = rina()
    services.add_address(written(kelurahan=typed), by=who)
    [kept] = queries.addresses(who.id)
    assert kept.place is not None
    assert kept.place.kelurahan in ("Johar Baru", "Gondangdia")


def test_an_address_of_somebody_else_is_none(client: FlaskClient) -> None:
    foreign = services.add_address(written(), by=rina())
    joko = person("Joko")
    signed_in(client, joko)
    for act in (services.make_main, services.remove_address):
        with pytest.raises(NotFound):
            act(foreign, by=as_actor(joko))
    with pytest.raises(NotFound):
        services.change_address(foreign, written("Curian"), by=as_actor(joko))
    assert client.get(f"/akun/alamat/{foreign}").status_code == 404
    assert client.post(f"/akun/alamat/{foreign}", data=TYPED).status_code == 404
    assert client.post(f"/akun/alamat/{foreign}/penghapusan").status_code == 404
    assert "Jalan Percetakan" not in client.get("/akun/alamat").text


def test_the_fifty_first_address_is_too_many(client: FlaskClient) -> None:
    who = rina()
    for number in range(50):
        services.add_address(written(f"Alamat {number}"), by=who)
    with pytest.raises(Conflict) as refused:
        services.add_address(written(), by=who)
    assert refused.value.code == "most_addresses"
    signed_in(client, who.id or UUID(int=0))
    answer = client.post("/akun/alamat", data=TYPED)
    assert answer.status_code == 409
    assert "Anda sudah punya 50 alamat." in answer.text
    assert TYPED["alamat"] in answer.text


def test_of_many_who_write_at_once_one_address_is_the_main_one(live: Live) -> None:
    who = rina()
    session.remove()
    begin = Barrier(6)

    def write(number: int) -> None:
        with live.app.app_context():
            begin.wait()
            services.add_address(written(f"Alamat {number}", main=True), by=who)
            session.remove()

    with ThreadPoolExecutor(6) as hands:
        list(hands.map(write, range(6)))
    assert session.scalar(select(func.count()).select_from(Address)) == 6
    assert session.scalar(select(func.count()).where(Address.main)) == 1


def test_of_many_who_write_at_once_nobody_gets_a_fifty_first(live: Live) -> None:
    who = rina()
    for number in range(48):
        services.add_address(written(f"Alamat {number}"), by=who)
    session.remove()
    begin = Barrier(6)

    def write(number: int) -> bool:
        with live.app.app_context():
            begin.wait()
            try:
                services.add_address(written(f"Lagi {number}"), by=who)
            except Conflict:
                return False
            finally:
                session.remove()
            return True

    with ThreadPoolExecutor(6) as hands:
        assert sorted(hands.map(write, range(6))) == [False] * 4 + [True] * 2


def test_an_address_is_written_changed_and_deleted_on_its_pages(client: FlaskClient) -> None:
    who = rina()
    signed_in(client, who.id or UUID(int=0))
    assert "Belum ada alamat" in client.get("/akun/alamat").text
    listed = client.post("/akun/alamat", data=TYPED, follow_redirects=True).text
    assert "Alamat ditambahkan." in listed
    assert "0812-3456-7890" in listed
    assert "Johar Baru, Johar Baru, Jakarta Pusat" in listed
    [kept] = queries.addresses(who.id)
    form = client.get(f"/akun/alamat/{kept.id}").text
    assert 'value="Johar Baru, Johar Baru, Jakarta Pusat"' in form
    changed = client.post(f"/akun/alamat/{kept.id}", data={**TYPED, "sebutan": "Kantor"}, follow_redirects=True)
    assert book(who) == [("Kantor", True)]
    assert "Alamat tersimpan." in changed.text
    gone = client.post(f"/akun/alamat/{kept.id}/penghapusan", follow_redirects=True).text
    assert "Alamat dihapus." in gone
    assert book(who) == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("sebutan", ""),
        ("sebutan", "x" * 41),
        ("nama", "R"),
        ("whatsapp", "021-555"),
        ("kelurahan", "Atlantis"),
        ("alamat", "Jl"),
        ("alamat", "x" * 301),
        ("patokan", "x" * 121),
    ],
)
def test_what_is_not_right_is_said_beside_its_field_and_the_rest_is_kept(
    client: FlaskClient, field: str, value: str
) -> None:
    who = rina()
    signed_in(client, who.id or UUID(int=0))
    typed = {**TYPED, field: value}
    answer = client.post("/akun/alamat", data=typed)
    assert answer.status_code == 422
    assert f'id="f-{field}-galat"' in answer.text
    assert all(kept in answer.text for name, kept in TYPED.items() if name != field)
    assert book(who) == []


def test_the_book_goes_along_with_its_person_and_leaves_with_them(app: Flask) -> None:
    who = rina()
    services.add_address(written(), by=who)
    kept = services.export_own(by=who)["addresses"]
    assert [(one["label"], one["kelurahan_code"]) for one in kept] == [("Rumah", JOHAR_BARU)]
    services.delete_account(PASSWORD, by=who, address="203.0.113.7")
    assert session.scalar(select(func.count()).select_from(Address)) == 0


def test_the_verifier_names_a_book_without_a_main_address(app: Flask) -> None:
    who = rina()
    services.add_address(written(), by=who)
    session.execute(Address.__table__.update().values(main=False))
    assert [said for said in queries.broken() if "none of them is the main one" in said]


def test_the_password_is_asked_for_once_more(app: Flask) -> None:
    who = rina()
    services.prove(PASSWORD, by=who, address="203.0.113.7")
    with pytest.raises(Invalid) as refused:
        services.prove("bukan ini", by=who, address="203.0.113.7", field="sandi")
    assert list(refused.value.fields) == ["sandi"]
    with pytest.raises(NotFound):
        services.prove(PASSWORD, by=Actor(kind="guest", guest_key="x"), address="203.0.113.7")
