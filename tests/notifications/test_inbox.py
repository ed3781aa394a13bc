"""The inbox: what happens to orders lies there once, unread until its owner presses it, and nobody else sees it."""

from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, func, select

from marketplace.accounts import services as people
from marketplace.kernel.access import Actor, Grant
from marketplace.kernel.db import db, session, transactional
from marketplace.kernel.errors import NotFound
from marketplace.kernel.outbox import relay
from marketplace.notifications import queries, services
from marketplace.notifications.adapters import Inbox
from marketplace.notifications.models import InboxMessage, Mail
from marketplace.notifications.slots import Notice, Recipient
from marketplace.notifications.tasks import tell_all
from marketplace.orders.queries.orders import shown_code
from marketplace.testing.plugin import TestClock
from tests.factories import catalog, orders, sellers
from tests.factories.accounts import PASSWORD, as_actor, person, signed_in
from tests.notifications.conftest import BellRung

DELIVERY = UUID("0190b8f0-0000-7000-8000-000000000001")


def bought() -> tuple[Actor, Actor, str]:
    """Return a buyer and a member of a shop's team, both with accounts, and the code of what was ordered and paid."""
    shop = sellers.shop(trusted=True)
    seller = sellers.keeper(shop)
    rina = as_actor(person("Rina Kusuma", email="rina@contoh.example"), name="Rina Kusuma")
    code = orders.paid(rina, catalog.basket(of=shop), email="rina@contoh.example")
    relay()
    return rina, as_actor(seller, Grant("seller", "seller", str(shop.id))), code


def told(of: Actor) -> list[str]:
    return [one.title for group in queries.inbox(of).groups for one in group.messages]


@transactional
def ring(*to: Recipient, delivery: UUID = DELIVERY, template: str = "accounts/mail/password_changed") -> None:
    tell_all(Notice(BellRung, lambda _event: to, template), Inbox(), BellRung(by="tamu"), delivery)


def test_what_becomes_of_an_order_lies_in_the_inboxes_of_both_sides(app: Flask, clock: TestClock) -> None:
    rina, siti, code = bought()
    shown = shown_code(code)
    assert told(rina) == [f"Pesanan {shown}: pembayaran diterima", f"Pesanan {shown}: silakan bayar Rp\u00a045.000"]
    [group] = queries.inbox(rina).groups
    assert group.name == shown
    [new] = queries.inbox(siti).groups[0].messages
    assert new.title.startswith(f"Pesanan baru {shown}")
    assert (new.url, new.read) == (f"/lapak/pesanan/{code}-1", False)


def test_the_inbox_keeps_nothing_that_opens_an_order_for_others(app: Flask, clock: TestClock) -> None:
    rina, _siti, code = bought()
    links = [one.url for group in queries.inbox(rina).groups for one in group.messages]
    assert links == [f"/pesanan/{code}", f"/bayar/{code}"]
    assert not session.scalar(select(func.count()).where(InboxMessage.url.contains("token")))


def test_the_same_delivery_again_is_the_same_message(app: Flask, clock: TestClock) -> None:
    rina = person("Rina")
    to = Recipient("", "Rina", person_id=rina)
    for _ in range(3):
        ring(to)
    assert len(told(as_actor(rina))) == 1
    assert session.scalar(select(func.count()).where(Mail.channel == "inbox", Mail.person_id == rina)) == 1
    ring(to, delivery=UUID(int=DELIVERY.int + 1))
    assert len(told(as_actor(rina))) == 2


def test_a_message_speaks_the_language_of_its_reader(app: Flask, clock: TestClock) -> None:
    sam = person("Sam")
    ring(Recipient("", "Sam", "en", person_id=sam))
    assert told(as_actor(sam)) == ["Your password for Jakpreneur was changed"]


def test_guests_have_no_inbox_and_no_bell(client: FlaskClient) -> None:
    ring(Recipient("tamu@contoh.example", "Tamu"))
    assert session.scalar(select(func.count()).select_from(InboxMessage)) == 0
    statements: list[str] = []
    listen = lambda _c, _cur, said, *_rest: statements.append(said)  # noqa: E731
    event.listen(db.engine, "before_cursor_execute", listen)
    try:
        assert client.get("/saya/kepala").json["inbox"] is None
    finally:
        event.remove(db.engine, "before_cursor_execute", listen)
    assert not [said for said in statements if "notifications" in said]


def test_the_bell_says_how_much_is_unread_in_one_statement(client: FlaskClient, clock: TestClock) -> None:
    rina, _siti, _code = bought()
    signed_in(client, rina.id or DELIVERY)
    statements: list[str] = []
    listen = lambda _c, _cur, said, *_rest: statements.append(said)  # noqa: E731
    event.listen(db.engine, "before_cursor_execute", listen)
    try:
        told_head = client.get("/saya/kepala").json["inbox"]
    finally:
        event.remove(db.engine, "before_cursor_execute", listen)
    assert told_head == {"count": 2, "label": "Pemberitahuan, 2 belum dibaca"}
    assert len([said for said in statements if "notifications" in said]) == 1


def test_pressing_a_message_reads_it_and_goes_to_what_it_is_about(client: FlaskClient, clock: TestClock) -> None:
    rina, _siti, code = bought()
    signed_in(client, rina.id or DELIVERY)
    page = client.get("/notifikasi").text
    assert page.count("kabar-baru") == 2
    newest = queries.inbox(rina).groups[0].messages[0]
    gone = client.post("/notifikasi/bacaan", data={"pesan": str(newest.id)})
    assert (gone.status_code, gone.location) == (303, f"/pesanan/{code}")
    assert queries.inbox(rina).unread == 1
    assert client.get("/notifikasi").text.count("kabar-baru") == 1


def test_looking_at_the_list_reads_nothing(client: FlaskClient, clock: TestClock) -> None:
    rina, _siti, _code = bought()
    signed_in(client, rina.id or DELIVERY)
    client.get("/notifikasi")
    assert queries.inbox(rina).unread == 2


def test_a_message_of_somebody_else_is_none(client: FlaskClient, clock: TestClock) -> None:
    rina, siti, _code = bought()
    foreign = queries.inbox(siti).groups[0].messages[0]
    signed_in(client, rina.id or DELIVERY)
    assert client.post("/notifikasi/bacaan", data={"pesan": str(foreign.id)}).status_code == 404
    assert client.post("/notifikasi/bacaan", data={"sampai": str(foreign.id)}).status_code == 404
    assert queries.inbox(siti).unread == 1
    with pytest.raises(NotFound):
        services.read_all(foreign.id, by=rina)


def test_what_comes_while_somebody_marks_all_as_read_stays_unread(client: FlaskClient, clock: TestClock) -> None:
    rina = person("Rina")
    to = Recipient("", "Rina", person_id=rina)
    ring(to)
    signed_in(client, rina)
    seen = queries.inbox(as_actor(rina)).newest
    clock.set("2026-11-27T09:00:05+07:00")
    ring(to, delivery=UUID(int=DELIVERY.int + 1))
    answer = client.post("/notifikasi/bacaan", data={"sampai": str(seen)}, follow_redirects=True)
    assert queries.inbox(as_actor(rina)).unread == 1
    assert answer.text.count("kabar-baru") == 1


@pytest.mark.parametrize("sent", [{}, {"pesan": "bukan-uuid"}, {"pesan": "1", "lain": "x"}])
def test_what_names_no_message_is_asked_about(client: FlaskClient, clock: TestClock, sent: dict[str, str]) -> None:
    rina, _siti, _code = bought()
    signed_in(client, rina.id or DELIVERY)
    answer = client.post("/notifikasi/bacaan", data=sent)
    assert answer.status_code == 422
    assert "ringkasan-galat" in answer.text
    assert queries.inbox(rina).unread == 2


def test_an_inbox_goes_on_where_its_page_ends(client: FlaskClient, clock: TestClock) -> None:
    rina = person("Rina")
    for number in range(35):
        clock.set(f"2026-11-27T09:00:{number:02}+07:00")
        ring(Recipient("", "Rina", person_id=rina), delivery=UUID(int=DELIVERY.int + number))
    first = queries.inbox(as_actor(rina))
    rest = queries.inbox(as_actor(rina), first.next)
    assert [sum(len(group.messages) for group in one.groups) for one in (first, rest)] == [30, 5]
    assert (first.unread, rest.unread, rest.next) == (35, 35, None)
    signed_in(client, rina)
    assert client.get("/notifikasi?hal=rusak").status_code == 404


def test_messages_go_along_with_the_person_and_leave_with_them(app: Flask, clock: TestClock) -> None:
    rina = person("Rina")
    ring(Recipient("rina@contoh.example", "Rina", person_id=rina))
    kept = queries.export_person(rina)
    assert [one["title"] for one in kept["messages"]] == ["Kata sandi Anda di Jakpreneur sudah diganti"]
    assert [one["channel"] for one in kept["told"]] == ["inbox"]
    people.delete_account(PASSWORD, by=as_actor(rina), address="203.0.113.7")
    assert session.scalar(select(func.count()).select_from(InboxMessage)) == 0
    row = session.execute(select(Mail.person_id, Mail.to_hash).where(Mail.channel == "inbox")).one()
    assert tuple(row) == (None, "")
    assert list(queries.broken()) == []


def test_a_message_is_dropped_after_a_year(app: Flask, clock: TestClock) -> None:
    rina = person("Rina")
    ring(Recipient("", "Rina", person_id=rina))
    clock.set("2027-11-26T09:00:00+07:00")
    assert services.sweep() == 0
    clock.set("2027-11-28T09:00:00+07:00")
    assert services.sweep() == 1
    assert told(as_actor(rina)) == []


def test_the_verifier_names_a_message_that_the_log_does_not_know(app: Flask, clock: TestClock) -> None:
    ring(Recipient("", "Rina", person_id=person("Rina")))
    assert list(queries.broken()) == []
    session.execute(Mail.__table__.delete())
    assert [said for said in queries.broken() if "does not know of it" in said]
