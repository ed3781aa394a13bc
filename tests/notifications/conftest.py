"""A shop bell that rings, and somebody who is told by mail."""

import email
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import default
from uuid import UUID

import pytest
from flask import Flask

from marketplace.kernel.events import Event
from marketplace.notifications.adapters import Mail
from marketplace.notifications.slots import Notice, Recipient
from marketplace.notifications.tasks import tell_all


@dataclass(frozen=True)
class BellRung(Event):
    """Somebody rang."""

    by: str


@pytest.fixture
def siti() -> Recipient:
    return Recipient("siti@contoh.example", "Siti Aminah", "id")


@pytest.fixture
def letters(app: Flask) -> Callable[[], list[EmailMessage]]:
    """Give the letters that lie in the sink."""
    sink = app.extensions["jkp"].settings.mail_sink
    for old in sink.glob("*.eml"):
        old.unlink()

    def read() -> list[EmailMessage]:
        return [email.message_from_bytes(path.read_bytes(), policy=default) for path in sorted(sink.glob("*.eml"))]

    return read


@pytest.fixture
def ring(app: Flask) -> Callable[..., None]:
    """Deliver the bell's event to those recipients, with the words of a letter of accounts."""

    def tell(delivery: UUID, *recipients: Recipient, template: str = "accounts/mail/already_registered") -> None:
        notice = Notice(BellRung, lambda _event: recipients, template)
        tell_all(notice, Mail(), BellRung(by="tamu"), delivery)

    return tell
