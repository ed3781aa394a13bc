"""Hearing what happened and writing to people about it: handlers made from the notices of other plugins."""

from collections.abc import Mapping
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from functools import partial
from uuid import UUID, uuid5

from flask import current_app

from marketplace.kernel import clock, crash
from marketplace.kernel.db import session
from marketplace.kernel.events import Event, Handler
from marketplace.kernel.plugin import current
from marketplace.kernel.words import speaking
from marketplace.notifications import services
from marketplace.notifications.adapters import postman
from marketplace.notifications.slots import MailRefusedError, NoSuchMailboxError, Notice, Recipient, notices

crash.declare("notifications.tell:sent")


def handlers() -> Mapping[type[Event], tuple[Handler, ...]]:
    """Return one outside handler for each notice, by the event it follows; its name is its template's."""
    derived: dict[type[Event], tuple[Handler, ...]] = {}
    for notice in notices:
        handler = Handler(f"notifications:{notice.template}", inside=False, run=partial(write_to_all, notice))
        derived[notice.event] = (*derived.get(notice.event, ()), handler)
    return derived


def write_to_all(notice: Notice, event: Event, delivery: UUID) -> None:
    """Write to each recipient; one whose letter is refused does not stop the others, but brings the delivery back."""
    recipients, context = tuple(notice.to(event)), dict(notice.context(event))
    # What was read ends here: no transaction is open while the mail server takes its time (R2.5).
    session.rollback()
    refusals = [refusal for recipient in recipients if (refusal := tell(notice.template, recipient, context, delivery))]
    if refusals:
        raise refusals[0]


def tell(template: str, recipient: Recipient, context: Mapping[str, object], delivery: UUID) -> MailRefusedError | None:
    """Send one letter unless it went before; returns the refusal when the server would not take it."""
    settings, sender = current().settings, parseaddr(str(current().setting("MAIL_FROM")))
    message_id = f"<{uuid5(delivery, recipient.address)}@{sender[1].rpartition('@')[2]}>"
    letter = compose(template, recipient, context, message_id)
    known = services.Letter(message_id, recipient.address, template)
    if not services.begin(known):
        return None
    try:
        postman(str(current().setting("SMTP_URL")), settings.mail_sink)(letter)
    except NoSuchMailboxError:
        services.came_back(known)
        return None
    except MailRefusedError as refusal:
        services.refused(known)
        return refusal
    crash.point("notifications.tell:sent")
    services.went(known)
    return None


def compose(template: str, recipient: Recipient, context: Mapping[str, object], message_id: str) -> EmailMessage:
    """Return the letter in its reader's language; the template's first line is the subject."""
    base = current().settings.public_base_url
    with speaking(recipient.language):
        page = current_app.jinja_env.get_template(f"{template}.txt")
        said = page.render(**context, recipient=recipient, base_url=base, language=recipient.language)
        sign = current_app.jinja_env.get_template("notifications/mail/signature.txt").render(base_url=base)
    subject, _, body = said.strip().partition("\n")
    letter = EmailMessage(policy=SMTP)
    letter["Message-ID"] = message_id
    letter["Date"] = format_datetime(clock.now())
    letter["From"] = _address(*parseaddr(str(current().setting("MAIL_FROM"))))
    letter["To"] = _address(recipient.name, recipient.address)
    # Names from outside stand in subjects too: what could end the header line becomes a blank.
    letter["Subject"] = " ".join(subject.split())
    letter["Auto-Submitted"] = "auto-generated"
    text = f"{body.strip()}\n\n-- \n{sign.strip()}\n"
    # Plain where it can be, so that an address stays whole on its line even for a reader that decodes nothing.
    letter.set_content(text, cte="7bit" if text.isascii() else "quoted-printable")
    letter["Content-Language"] = recipient.language
    return letter


def _address(name: str, address: str) -> Address:
    # A name comes from outside: what could end the header line does not go into it.
    return Address(" ".join(name.split()), addr_spec=address)
