"""How a letter leaves: by SMTP where a server is set, else as a file. The only module that knows smtplib."""

import os
import smtplib
import ssl
import threading
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit
from uuid import UUID, uuid5

from marketplace.kernel import clock
from marketplace.kernel.plugin import PluginError, current
from marketplace.kernel.words import Words, _
from marketplace.notifications.adapters import breaker
from marketplace.notifications.slots import MAIL, Message, NobodyThereError, NotTakenError, Recipient

NO_MAILBOX = (b"5.1.1", b"5.1.2", b"5.1.3", b"5.1.6", b"5.1.10")
"""RFC 3463, 3.2, and RFC 7505: no such mailbox or host, no address at all, moved, takes no mail. A plain 550 says no such
thing: servers also answer it to whom they do not trust (5.7), and that is ours to mend."""
PORTS = {"smtp": 587, "smtps": 465, "smtp+plain": 25}


class AnsweredError(NotTakenError):
    """The server answered, and said no: it is there, so that others may be luckier."""


class Mail:
    """Letters: to a server where one is set, else into the sink."""

    key: str = MAIL
    label: Words = _("E-mail")
    inside: bool = False

    def __init__(self) -> None:
        self._breaker = breaker.Breaker()

    def available(self) -> bool:
        """Tell that there is always a way: raises PluginError for an SMTP_URL of a kind that we do not speak."""
        try:
            server_of(str(current().setting("SMTP_URL")))
        except ValueError as wrong:
            raise PluginError(str(wrong)) from wrong
        return True

    def address(self, recipient: Recipient) -> str | None:
        """Return the recipient's e-mail address."""
        return recipient.address or None

    def key_of(self, delivery: UUID, address: str) -> str:
        """Return the Message-ID of the letter."""
        domain = parseaddr(str(current().setting("MAIL_FROM")))[1].rpartition("@")[2]
        return f"<{uuid5(delivery, address)}@{domain}>"

    def send(self, message: Message, key: str) -> None:
        """Send the letter, unless its server failed three times in a row just now."""
        letter, server = compose(message, key), server_of(str(current().setting("SMTP_URL")))
        if server is None:
            put_into_sink(letter, current().settings.mail_sink)
            return
        if not self._breaker.lets_through():
            raise NotTakenError("breaker open")
        try:
            send(letter, server)
        except (AnsweredError, NobodyThereError):
            self._breaker.answered()
            raise
        except BaseException:
            self._breaker.failed()
            raise
        self._breaker.answered()


def compose(message: Message, key: str) -> EmailMessage:
    """Return the letter with its head, as programs that sort mail expect it."""
    letter = EmailMessage(policy=SMTP)
    letter["Message-ID"] = key
    letter["Date"] = format_datetime(clock.now())
    letter["From"] = _address(*parseaddr(str(current().setting("MAIL_FROM"))))
    letter["To"] = _address(message.recipient.name, message.recipient.address)
    letter["Subject"] = message.title
    letter["Auto-Submitted"] = "auto-generated"
    # Plain where it can be, so that an address stays whole on its line even for a reader that decodes nothing.
    letter.set_content(message.letter, cte="7bit" if message.letter.isascii() else "quoted-printable")
    letter["Content-Language"] = message.recipient.language
    return letter


def _address(name: str, address: str) -> Address:
    # A name comes from outside: what could end the header line does not go into it.
    return Address(" ".join(name.split()), addr_spec=address)


def server_of(smtp_url: str) -> SplitResult | None:
    """Return which server carries letters, None for the sink; raises ValueError for an address that we do not speak."""
    if not smtp_url:
        return None
    server = urlsplit(smtp_url)
    if server.scheme not in PORTS or not server.hostname:
        message = "SMTP_URL must look like smtp://user:password@host:587, smtps://host:465 or smtp+plain://host:25."
        raise ValueError(message)
    return server


def put_into_sink(letter: EmailMessage, sink: Path) -> None:
    """Write a letter as ``<Message-ID>.eml``, whole or not at all; the same letter again replaces itself."""
    sink.mkdir(parents=True, exist_ok=True)
    name = letter["Message-ID"].strip("<>") + ".eml"
    draft = sink / f".{name}.{os.getpid()}.{threading.get_ident()}"
    with draft.open("wb") as file:
        file.write(letter.as_bytes())
        file.flush()
        os.fsync(file.fileno())
    draft.replace(sink / name)


def send(letter: EmailMessage, server: SplitResult) -> None:
    """Hand a letter to an SMTP server: connected within 3 s, done within 10 s."""
    connection = _line(server)
    with breaker.at_most(breaker.TOTAL_SECONDS, lambda: connection.sock):
        try:
            connection.connect(str(server.hostname), server.port or PORTS[server.scheme])
        except (OSError, smtplib.SMTPException) as failure:
            connection.close()
            raise NotTakenError(f"no connection: {type(failure).__name__}") from failure
        try:
            _introduce(connection, server)
        except (OSError, smtplib.SMTPException) as failure:
            connection.close()
            raise NotTakenError(f"not let in: {type(failure).__name__}") from failure
        try:
            connection.send_message(letter)
        except (
            smtplib.SMTPSenderRefused,
            smtplib.SMTPRecipientsRefused,
            smtplib.SMTPDataError,
            smtplib.SMTPNotSupportedError,
        ) as failure:
            # An answer that says no: the server does not have the letter. A connection cut in the middle is not one.
            connection.close()
            kind = NobodyThereError if _nobody_there(failure) else AnsweredError
            raise kind(f"refused: {type(failure).__name__}") from failure
        except BaseException:
            connection.close()
            raise
        try:
            connection.quit()
        except (OSError, smtplib.SMTPException):
            connection.close()


def _nobody_there(failure: smtplib.SMTPException) -> bool:
    return isinstance(failure, smtplib.SMTPRecipientsRefused) and all(
        said.startswith(NO_MAILBOX) for _code, said in failure.recipients.values()
    )


def _line(server: SplitResult) -> smtplib.SMTP:
    """Return a line that is not connected yet, so that the greeting too has a limit of time."""
    if server.scheme == "smtps":
        line: smtplib.SMTP = smtplib.SMTP_SSL(timeout=breaker.CONNECT_SECONDS, context=ssl.create_default_context())
    else:
        line = smtplib.SMTP(timeout=breaker.CONNECT_SECONDS)
    # What the certificate must name; the library notes it only where it connects at once.
    line._host = str(server.hostname)  # type: ignore[attr-defined]  # noqa: SLF001
    return line


def _introduce(connection: smtplib.SMTP, server: SplitResult) -> None:
    connection.ehlo_or_helo_if_needed()
    if server.scheme == "smtp":
        connection.starttls(context=ssl.create_default_context())
    if server.username:
        connection.login(unquote(server.username), unquote(server.password or ""))
