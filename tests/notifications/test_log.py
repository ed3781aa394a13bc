"""The delivery log: what was told and how it ended, for the programme's people; and telling again, with a reason."""

from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select

from marketplace.kernel.access import SYSTEM, Actor, Grant
from marketplace.kernel.db import session, transactional
from marketplace.kernel.errors import Conflict, NotAllowed
from marketplace.kernel.models import AuditEntry, StoredEvent
from marketplace.kernel.models import Delivery as OutboxDelivery
from marketplace.kernel.outbox import relay
from marketplace.notifications import queries, services
from marketplace.notifications.adapters import mail
from marketplace.notifications.models import Mail
from marketplace.notifications.slots import NobodyThereError, NotTakenError
from marketplace.testing.plugin import TestClock
from tests.factories import catalog, orders, sellers
from tests.factories.accounts import as_actor, person, signed_in

Letters = Callable[[], list[EmailMessage]]
OFFICER = Grant("programme_officer")
WHY = "Pembeli tidak menemukan suratnya."


def officer() -> Actor:
    return as_actor(person("Rini", grants=(OFFICER,)), OFFICER)


def bought() -> str:
    """Let a guest with an address order and pay; return the order's code."""
    code = orders.paid(orders.guest(), catalog.basket(of=sellers.shop(trusted=True)), email="rina@contoh.example")
    relay()
    return code


def letter(template: str = "orders/mail/paid") -> Mail:
    return session.scalars(select(Mail).where(Mail.template == template).order_by(Mail.id)).first() or pytest.fail(
        template
    )


def test_the_log_tells_what_was_told_and_names_nobody(client: FlaskClient, clock: TestClock, letters: Letters) -> None:
    bought()
    signed_in(client, officer().id)  # type: ignore[arg-type]
    page = client.get("/program/pemberitahuan").text
    assert "Pesanan dan pembayaran Anda" in page
    assert "Terkirim" in page
    entry = client.get(f"/program/pemberitahuan/{letter().id}").text
    for personal in ("rina@contoh.example", "Rina", "0812", "+62812"):
        assert personal not in page
        assert personal not in entry


def test_what_was_not_taken_stands_on_a_list_of_its_own(
    client: FlaskClient, clock: TestClock, letters: Letters, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nobody(_letter: EmailMessage, _sink: Path) -> None:
        raise NobodyThereError("refused: SMTPRecipientsRefused")

    monkeypatch.setattr(mail, "put_into_sink", nobody)
    bought()
    rini = officer()
    failed = queries.log(rini, failed=True).items
    assert {(one.state, one.tries, one.result) for one in failed} == {
        ("no_mailbox", 1, "refused: SMTPRecipientsRefused")
    }
    signed_in(client, rini.id)  # type: ignore[arg-type]
    assert "Alamat tidak ada" in client.get("/program/pemberitahuan?hasil=gagal").text


def test_something_is_told_again_under_a_new_key_with_its_reason(
    client: FlaskClient, clock: TestClock, letters: Letters
) -> None:
    bought()
    rini = officer()
    signed_in(client, rini.id)  # type: ignore[arg-type]
    before = len(letters())
    answer = client.post(f"/program/pemberitahuan/{letter().id}/ulang", data={"alasan": WHY})
    assert answer.status_code == 303
    relay()
    assert len(letters()) == before + 1
    again = session.scalars(select(Mail).where(Mail.why == WHY, Mail.id != letter().id)).one()
    assert (again.state, again.template, again.to_hash) == ("sent", "orders/mail/paid", letter().to_hash)
    assert len({one["Message-ID"] for one in letters()}) == before + 1
    [written] = session.scalars(select(AuditEntry.content).where(AuditEntry.stream == "notifications"))
    assert (written["action"], written["after"]["why"]) == ("tell again", WHY)


def test_pressing_twice_is_two_reasons_and_two_letters_and_each_goes_once(
    app: Flask, clock: TestClock, letters: Letters
) -> None:
    bought()
    before, rini = len(letters()), officer()
    services.tell_again(letter().id, WHY, by=rini)
    relay()
    relay()
    assert len(letters()) == before + 1
    again = session.scalars(select(Mail).where(Mail.why == WHY).order_by(Mail.id.desc())).first()
    assert again is not None
    services.tell_again(again.id, "Masih belum ada.", by=rini)
    relay()
    assert len(letters()) == before + 2


@pytest.mark.parametrize("reason", ["", "ya", "x" * 201])
def test_without_a_reason_nothing_is_told_again(
    client: FlaskClient, clock: TestClock, letters: Letters, reason: str
) -> None:
    bought()
    signed_in(client, officer().id)  # type: ignore[arg-type]
    before = len(letters())
    answer = client.post(f"/program/pemberitahuan/{letter().id}/ulang", data={"alasan": reason})
    assert answer.status_code == 422
    assert 'id="f-alasan-galat"' in answer.text
    relay()
    assert len(letters()) == before


def test_what_is_still_tried_is_not_told_again(
    app: Flask, clock: TestClock, letters: Letters, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_letter: EmailMessage, _sink: Path) -> None:
        raise NotTakenError("no connection: TimeoutError")

    monkeypatch.setattr(mail, "put_into_sink", away)
    bought()
    with pytest.raises(Conflict) as refused:
        services.tell_again(letter("orders/mail/placed").id, WHY, by=officer())
    assert refused.value.code == "on_its_way"


def test_what_the_outbox_forgot_is_not_told_again(client: FlaskClient, clock: TestClock, letters: Letters) -> None:
    bought()

    @transactional
    def forget() -> None:
        session.execute(delete(OutboxDelivery))
        session.execute(delete(StoredEvent))

    forget()
    signed_in(client, officer().id)  # type: ignore[arg-type]
    answer = client.post(f"/program/pemberitahuan/{letter().id}/ulang", data={"alasan": WHY})
    assert answer.status_code == 409
    assert "Isinya sudah tidak disimpan" in answer.text


def test_a_shop_sees_nothing_of_the_log(app: Flask, clock: TestClock, letters: Letters) -> None:
    bought()
    siti = as_actor(person("Siti"), Grant("seller", "seller", "x"))
    with pytest.raises(NotAllowed):
        queries.log(siti)
    with pytest.raises(NotAllowed):
        services.tell_again(letter().id, WHY, by=siti)


def test_letters_alone_are_told_as_mails_and_everything_as_notifications(
    app: Flask, clock: TestClock, letters: Letters
) -> None:
    bought()
    shop = sellers.shop(trusted=True, name="Kedua", phone="081299990000")
    sellers.keeper(shop)
    orders.paid(orders.guest(), catalog.basket(of=shop))
    relay()
    channels = {row["channel"] for row in queries.notification_facts()}
    assert channels == {"mail", "inbox"}
    assert len(list(queries.mail_facts())) == sum(row["channel"] == "mail" for row in queries.notification_facts())
    assert all("@" in row["message_id"] for row in queries.mail_facts())


def test_the_log_pages_backwards(app: Flask, clock: TestClock, letters: Letters) -> None:
    for number in range(60):
        clock.set(f"2026-11-27T09:{number:02}:00+07:00")
        services.begin(services.Told(key=f"<{number}@contoh.example>", address="a@contoh.example", template="x"))
    first = queries.log(SYSTEM)
    rest = queries.log(SYSTEM, first.next)
    assert (len(first.items), len(rest.items), rest.next) == (50, 10, None)
