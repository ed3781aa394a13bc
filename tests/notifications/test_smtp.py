"""The way to a mail server: a stand-in that can be kind, refuse, hang up and dawdle."""

import smtplib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from flask import Flask

from marketplace.kernel.plugin import Registry, enter
from marketplace.notifications.adapters import breaker, mail
from marketplace.notifications.adapters.writing import message
from marketplace.notifications.slots import Message, NobodyThereError, NotTakenError, Recipient


class Server:
    """An SMTP server for one letter on the loopback address; ``fault`` names the command at which it goes wrong."""

    def __init__(self, fault: str = "", answer: str = "550 no") -> None:
        self.fault, self.answer = fault, answer
        self.letters: list[bytes] = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"smtp+plain://127.0.0.1:{self._socket.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._socket.close()
        self._thread.join(5)

    def _serve(self) -> None:
        try:
            wire, _ = self._socket.accept()
        except OSError:
            return
        with wire, wire.makefile("rb") as lines:
            if self.fault == "GREETING":
                while self._say(wire, "220-sebentar"):
                    time.sleep(0.05)
                return
            self._say(wire, "220 siap")
            while line := lines.readline():
                if not self._answer(wire, lines, line.decode().split(" ")[0].strip().upper()):
                    return

    def _answer(self, wire: socket.socket, lines: BinaryIO, command: str) -> bool:
        if command == self.fault:
            if self.answer == "cut":
                return False
            if self.answer == "dawdle":
                while self._say(wire, "250-sebentar"):
                    time.sleep(0.05)
                return False
            return self._say(wire, self.answer)
        if command == "DATA":
            self._say(wire, "354 silakan")
            held = b""
            while (line := lines.readline()) not in (b".\r\n", b""):
                held += line
            if self.fault == "BODY":
                return False
            self.letters.append(held)
        return self._say(wire, "221 sampai jumpa" if command == "QUIT" else "250 ya") and command != "QUIT"

    @staticmethod
    def _say(wire: socket.socket, text: str) -> bool:
        try:
            wire.sendall(f"{text}\r\n".encode())
        except OSError:
            return False
        return True


@pytest.fixture
def post_office() -> Iterator[Callable[..., Server]]:
    made: list[Server] = []

    def start(**faults: str) -> Server:
        made.append(Server(**faults))
        return made[-1]

    yield start
    for one in made:
        one.close()


@pytest.fixture
def letter() -> EmailMessage:
    said = EmailMessage()
    said["From"], said["To"], said["Message-ID"] = "a@contoh.example", "b@contoh.example", "<1@contoh.example>"
    said["Subject"] = "Halo"
    said.set_content("Apa kabar")
    return said


def send(server: Server, letter: EmailMessage) -> None:
    to = mail.server_of(server.url)
    assert to is not None
    mail.send(letter, to)


def test_a_server_gets_the_letter_whole(post_office: Callable[..., Server], letter: EmailMessage) -> None:
    kind = post_office()
    send(kind, letter)
    kind.close()
    assert b"Message-ID: <1@contoh.example>" in kind.letters[0]


@pytest.mark.parametrize("fault", ["MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize("answer", ["550 tidak", "451 nanti"])
def test_an_answer_that_says_no_is_a_refusal(
    post_office: Callable[..., Server], letter: EmailMessage, fault: str, answer: str
) -> None:
    with pytest.raises(NotTakenError):
        send(post_office(fault=fault, answer=answer), letter)


@pytest.mark.parametrize(
    ("fault", "answer", "final"),
    [
        ("RCPT", "550 5.1.1 no such user", True),
        ("RCPT", "550 5.7.1 unable to relay", False),
        ("RCPT", "550 no", False),
        ("RCPT", "452 4.2.2 full", False),
        ("MAIL", "550 5.1.1 no", False),
    ],
)
def test_an_address_that_nobody_has_is_told_from_a_server_that_is_not_ready(
    post_office: Callable[..., Server], letter: EmailMessage, fault: str, answer: str, *, final: bool
) -> None:
    with pytest.raises(NotTakenError) as refusal:
        send(post_office(fault=fault, answer=answer), letter)
    assert isinstance(refusal.value, NobodyThereError) is final


def test_nobody_there_is_a_refusal(letter: EmailMessage) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(NotTakenError):
        mail.send(letter, urlsplit(f"smtp+plain://127.0.0.1:{port}"))


def test_a_connection_cut_after_the_letter_leaves_a_doubt(
    post_office: Callable[..., Server], letter: EmailMessage
) -> None:
    with pytest.raises(smtplib.SMTPServerDisconnected):
        send(post_office(fault="BODY"), letter)


def test_a_server_that_dawdles_is_left(
    post_office: Callable[..., Server], letter: EmailMessage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(breaker, "TOTAL_SECONDS", 0.3)
    began = time.monotonic()
    with pytest.raises(Exception):  # noqa: B017, PT011 - refused or in doubt, but over
        send(post_office(fault="MAIL", answer="dawdle"), letter)
    assert time.monotonic() - began < 5


def test_a_greeting_that_never_ends_is_left(
    post_office: Callable[..., Server], letter: EmailMessage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(breaker, "TOTAL_SECONDS", 0.3)
    began = time.monotonic()
    with pytest.raises(NotTakenError, match="no connection"):
        send(post_office(fault="GREETING"), letter)
    assert time.monotonic() - began < 5


@pytest.fixture
def carried(app: Flask) -> Iterator[Callable[[str], mail.Mail]]:
    """Have this site's letters carried by the server at an address."""
    usual: Registry = app.extensions["jkp"]

    def by(url: str) -> mail.Mail:
        enter(replace(usual, settings=replace(usual.settings, extra={**usual.settings.extra, "SMTP_URL": url})))
        return mail.Mail()

    yield by
    enter(usual)


def to(address: str = "siti@contoh.example") -> Message:
    delivery = UUID("0190b8f0-0000-7000-8000-000000000001")
    return message(Recipient(address, "Siti"), "accounts/mail/password_changed", {}, delivery=delivery)


def test_a_server_that_is_away_is_left_alone_for_a_while_and_then_tried_once(
    carried: Callable[[str], mail.Mail], post_office: Callable[..., Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    way = carried(f"smtp+plain://127.0.0.1:{port}")
    for _ in range(breaker.FAILURES):
        with pytest.raises(NotTakenError, match="no connection"):
            way.send(to(), "<1@contoh.example>")
    with pytest.raises(NotTakenError, match="breaker open"):
        way.send(to(), "<1@contoh.example>")
    later = time.monotonic() + breaker.PAUSE_SECONDS + 1
    monkeypatch.setattr(breaker.time, "monotonic", lambda: later)
    with pytest.raises(NotTakenError, match="no connection"):
        way.send(to(), "<1@contoh.example>")
    with pytest.raises(NotTakenError, match="breaker open"):
        way.send(to(), "<1@contoh.example>")


def test_a_server_that_answers_is_not_away_whatever_it_says(
    carried: Callable[[str], mail.Mail], post_office: Callable[..., Server]
) -> None:
    breaking = breaker.Breaker()
    for number in range(breaker.FAILURES + 2):
        way = carried(post_office(fault="RCPT", answer="550 5.1.1 no such user").url)
        way._breaker = breaking
        with pytest.raises(NobodyThereError):
            way.send(to(f"orang{number}@contoh.example"), f"<{number}@contoh.example>")
    assert breaking.lets_through()


@pytest.mark.parametrize("url", ["http://contoh.example", "smtp://", "contoh.example:25"])
def test_an_address_that_we_do_not_speak_says_what_to_write(url: str) -> None:
    with pytest.raises(ValueError, match="SMTP_URL must look like"):
        mail.server_of(url)


def test_the_sink_never_shows_half_a_letter(
    letter: EmailMessage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def died(*_args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(mail.os, "fsync", died)
    with pytest.raises(OSError, match="No space"):
        mail.put_into_sink(letter, tmp_path)
    assert list(tmp_path.glob("*.eml")) == []
