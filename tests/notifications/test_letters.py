"""Letters: one for each who is told, in their language, once."""

from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.kernel import ids
from marketplace.kernel.db import session, transactional
from marketplace.notifications import queries, services
from marketplace.notifications.adapters import mail
from marketplace.notifications.adapters.writing import message
from marketplace.notifications.models import Mail
from marketplace.notifications.slots import NobodyThereError, NotTakenError, Recipient
from marketplace.testing.plugin import TestClock

DELIVERY = UUID("0190b8f0-0000-7000-8000-000000000001")


def composed(template: str, recipient: Recipient, context: dict[str, object]) -> EmailMessage:
    return mail.compose(message(recipient, template, context, delivery=DELIVERY), "<1@contoh.example>")


def test_a_letter_lies_in_the_sink_under_its_message_id(
    app: Flask, clock: TestClock, ring: Callable[..., None], letters: Callable[[], list[EmailMessage]], siti: Recipient
) -> None:
    ring(DELIVERY, siti)
    [letter] = letters()
    assert letter["To"] == "Siti Aminah <siti@contoh.example>"
    assert letter["Subject"] == "Anda sudah punya akun di Jakpreneur"
    assert letter["Date"] == "Fri, 27 Nov 2026 02:00:00 +0000"
    assert "Halo Siti Aminah," in letter.get_content()
    sink = app.extensions["jkp"].settings.mail_sink
    assert (sink / f"{letter['Message-ID'].strip('<>')}.eml").exists()


def test_a_letter_speaks_the_language_of_its_reader(
    clock: TestClock, ring: Callable[..., None], letters: Callable[[], list[EmailMessage]]
) -> None:
    ring(DELIVERY, Recipient("sam@contoh.example", "Sam", "en"))
    [letter] = letters()
    assert letter["Subject"] == "You already have an account with Jakpreneur"
    assert letter["Content-Language"] == "en"


def test_the_same_delivery_again_sends_nothing(
    clock: TestClock,
    ring: Callable[..., None],
    letters: Callable[[], list[EmailMessage]],
    siti: Recipient,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ring(DELIVERY, siti)
    [letter] = letters()
    monkeypatch.setattr(mail, "put_into_sink", lambda *_: pytest.fail("sent twice"))
    ring(DELIVERY, siti)
    facts = list(queries.mail_facts())
    assert [(row["message_id"], row["state"]) for row in facts] == [(letter["Message-ID"], "sent")]
    assert facts[0]["to_hash"] == ids.token_hash("siti@contoh.example")


def test_another_delivery_is_another_letter(
    clock: TestClock, ring: Callable[..., None], letters: Callable[[], list[EmailMessage]], siti: Recipient
) -> None:
    ring(DELIVERY, siti)
    ring(UUID(int=DELIVERY.int + 1), siti)
    assert len({letter["Message-ID"] for letter in letters()}) == 2


def test_after_a_crash_a_letter_goes_a_second_time_and_never_a_third(
    clock: TestClock, ring: Callable[..., None], letters: Callable[[], list[EmailMessage]], siti: Recipient
) -> None:
    ring(DELIVERY, siti)
    known = services.Told(
        key=letters()[0]["Message-ID"], address=siti.address, template="accounts/mail/already_registered"
    )

    @transactional
    def died_before_marking() -> None:
        session.execute(Mail.__table__.update().values(state="sending", sent_at=None))

    died_before_marking()
    assert services.begin(known)
    died_before_marking()
    assert not services.begin(known)
    assert queries.state_of(known.key) == "given_up"
    assert list(queries.broken()) == ["mails: 1 begun twice and never heard of again"]


def test_a_refused_letter_comes_back_as_often_as_it_takes_and_stops_nobody_else(
    clock: TestClock,
    ring: Callable[..., None],
    letters: Callable[[], list[EmailMessage]],
    siti: Recipient,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ani = Recipient("ani@contoh.example", "Ani", "id")
    usual = mail.put_into_sink

    def picky(letter: EmailMessage, sink: Path) -> None:
        if "siti@" in letter["To"]:
            raise NotTakenError("550")
        usual(letter, sink)

    monkeypatch.setattr(mail, "put_into_sink", picky)
    for _ in range(4):
        with pytest.raises(NotTakenError):
            ring(DELIVERY, siti, ani)
    assert [letter["To"] for letter in letters()] == ["Ani <ani@contoh.example>"]
    monkeypatch.setattr(mail, "put_into_sink", usual)
    ring(DELIVERY, siti, ani)
    assert set(session.scalars(select(Mail.state))) == {"sent"}
    assert len(letters()) == 2


def test_a_letter_to_a_mistyped_address_is_not_tried_for_days(
    clock: TestClock, ring: Callable[..., None], siti: Recipient, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def nobody(letter: EmailMessage, _sink: Path) -> None:
        asked.append(letter["To"])
        raise NobodyThereError("550")

    monkeypatch.setattr(mail, "put_into_sink", nobody)
    ring(DELIVERY, siti)
    ring(DELIVERY, siti)
    assert len(asked) == 1
    assert session.scalars(select(Mail.state)).all() == ["no_mailbox"]
    assert list(queries.broken()) == []


def test_nobody_to_tell_is_no_letter(
    clock: TestClock, ring: Callable[..., None], letters: Callable[[], list[EmailMessage]]
) -> None:
    ring(DELIVERY)
    assert letters() == []


def test_a_name_cannot_add_a_line_to_the_head(app: Flask, clock: TestClock) -> None:
    sly = Recipient("a@contoh.example", "Siti\r\nBcc: semua@contoh.example", "id")
    letter = composed("accounts/mail/already_registered", sly, {})
    assert "Bcc" not in letter
    assert letter["To"].addresses[0].display_name == "Siti Bcc: semua@contoh.example"


def test_a_long_link_stays_whole_on_its_line(app: Flask, clock: TestClock, siti: Recipient) -> None:
    link = "http://127.0.0.1:8000/masuk/sandi-baru?token=" + "a1" * 40
    letter = composed("accounts/mail/reset", siti, {"address": link})
    assert link.encode() in letter.as_bytes()


def test_every_notice_has_its_handler_under_its_own_name(app: Flask) -> None:
    names = [handler.name for wanted in app.extensions["jkp"].handlers.values() for handler in wanted]
    assert "notifications:accounts/mail/reset" in names
    assert len(names) == len(set(names))


@pytest.mark.parametrize("end", ["\r\n", "\x0b", "\x0c", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029"])
def test_no_name_in_a_subject_keeps_a_letter_from_being_written(
    app: Flask, siti: Recipient, monkeypatch: pytest.MonkeyPatch, end: str
) -> None:
    made = {"x.txt": "An order for {{ shop }}\nHello.", "notifications/mail/signature.txt": "We"}
    monkeypatch.setattr(app.jinja_env, "get_template", lambda name: app.jinja_env.from_string(made[name]))
    with app.test_request_context():
        letter = composed("x", siti, {"shop": f"Warung{end}Bu Siti"})
    assert letter["Subject"] == ("An order for Warung" if end == "\r\n" else "An order for Warung Bu Siti")
    assert letter.as_bytes().partition(b"\r\n\r\n")[0].count(b"Subject:") == 1
