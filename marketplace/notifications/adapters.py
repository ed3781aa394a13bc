"""How a letter leaves: by SMTP where a server is set, else as a file. The only module that knows smtplib."""

import os
import smtplib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from marketplace.notifications.slots import MailRefusedError, NoSuchMailboxError

Postman = Callable[[EmailMessage], None]
"""Sends a letter or raises: MailRefusedError when it certainly did not go, anything else when nobody knows."""

CONNECT_SECONDS = 3.0
TOTAL_SECONDS = 10.0
NO_MAILBOX = (b"5.1.1", b"5.1.2", b"5.1.3", b"5.1.6", b"5.1.10")
"""RFC 3463, 3.2, and RFC 7505: no such mailbox or host, no address at all, moved, takes no mail. A plain 550 says no such
thing: servers also answer it to whom they do not trust (5.7), and that is ours to mend."""
PORTS = {"smtp": 587, "smtps": 465, "smtp+plain": 25}


def postman(smtp_url: str, sink: Path) -> Postman:
    """Return who carries letters; raises ValueError for an address of a kind that we do not speak."""
    if not smtp_url:
        return lambda letter: put_into_sink(letter, sink)
    server = urlsplit(smtp_url)
    if server.scheme not in PORTS or not server.hostname:
        message = "SMTP_URL must look like smtp://user:password@host:587, smtps://host:465 or smtp+plain://host:25."
        raise ValueError(message)
    return lambda letter: send(letter, server)


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
    try:
        connection = _connect(server)
    except (OSError, smtplib.SMTPException) as failure:
        raise MailRefusedError(f"no connection: {type(failure).__name__}") from failure
    with _at_most(connection, TOTAL_SECONDS):
        try:
            _introduce(connection, server)
        except (OSError, smtplib.SMTPException) as failure:
            connection.close()
            raise MailRefusedError(f"not let in: {type(failure).__name__}") from failure
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
            kind = NoSuchMailboxError if _nobody_there(failure) else MailRefusedError
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


def _connect(server: SplitResult) -> smtplib.SMTP:
    host, port = str(server.hostname), server.port or PORTS[server.scheme]
    if server.scheme == "smtps":
        return smtplib.SMTP_SSL(host, port, timeout=CONNECT_SECONDS, context=ssl.create_default_context())
    return smtplib.SMTP(host, port, timeout=CONNECT_SECONDS)


def _introduce(connection: smtplib.SMTP, server: SplitResult) -> None:
    connection.ehlo_or_helo_if_needed()
    if server.scheme == "smtp":
        connection.starttls(context=ssl.create_default_context())
    if server.username:
        connection.login(unquote(server.username), unquote(server.password or ""))


@contextmanager
def _at_most(connection: smtplib.SMTP, seconds: float) -> Iterator[None]:
    """Cut the connection when the time is up, however slowly the other side dribbles."""

    def cut() -> None:
        if (wire := connection.sock) is not None:
            try:
                wire.shutdown(socket.SHUT_RDWR)
            except OSError:
                wire.close()

    timer = threading.Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
