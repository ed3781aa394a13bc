"""The way to phones: a signed POST to one receiver, who sends it on as WhatsApp or SMS. Only this module knows http.client."""

import hashlib
import hmac
import http.client
import json
import ssl
from urllib.parse import SplitResult, urlsplit
from uuid import UUID, uuid5

from marketplace.kernel import clock
from marketplace.kernel.plugin import PluginError, current
from marketplace.kernel.words import Words, _
from marketplace.notifications.adapters import breaker
from marketplace.notifications.slots import WEBHOOK, Message, NobodyThereError, NotTakenError, Recipient

SIGNATURE = "X-Jkp-Signature"
LOOPBACK = ("127.0.0.1", "localhost", "::1")
SHORTEST_SECRET = 16
NOBODY = (404, 410, 422)
"""Answers that say: nobody has this number, or it takes no messages."""
TAKEN = range(200, 300)
LONGEST_TEXT = 1_000
SERVER_AT_FAULT = 500
TOO_MANY = 429


class Webhook:
    """Messages to phones, by whoever the installation has chosen to send them."""

    key: str = WEBHOOK
    label: Words = _("WhatsApp or SMS")
    inside: bool = False

    def __init__(self) -> None:
        self._breaker = breaker.Breaker()

    def available(self) -> bool:
        """Tell whether a receiver is set; raises PluginError for one that nobody should be sent numbers to."""
        try:
            return receiver() is not None
        except ValueError as wrong:
            raise PluginError(str(wrong)) from wrong

    def address(self, recipient: Recipient) -> str | None:
        """Return the recipient's number."""
        return recipient.phone or None

    def key_of(self, delivery: UUID, address: str) -> str:
        """Return the key by which the receiver knows a repeat."""
        return str(uuid5(delivery, f"{self.key}:{address}"))

    def send(self, message: Message, key: str) -> None:
        """Hand a message to the receiver.

        Whatever is no clear yes or no may be asked again: the receiver sends each key once.
        """
        where = receiver()
        if where is None:
            raise NotTakenError("no receiver")
        if not self._breaker.lets_through():
            raise NotTakenError("breaker open")
        base = current().settings.public_base_url
        told = {
            "to": message.recipient.phone,
            "text": "\n".join(filter(None, (message.short_title, message.short)))[:LONGEST_TEXT],
            "url": f"{base}{message.link}" if message.link else "",
            "key": key,
        }
        try:
            status = post(where, json.dumps(told, ensure_ascii=False).encode())
        except (OSError, http.client.HTTPException, ValueError) as failure:
            self._breaker.failed()
            raise NotTakenError(f"no answer: {type(failure).__name__}") from failure
        if status >= SERVER_AT_FAULT or status == TOO_MANY:
            self._breaker.failed()
        else:
            self._breaker.answered()
        if status in TAKEN:
            return
        raise (NobodyThereError if status in NOBODY else NotTakenError)(f"HTTP {status}")


def receiver() -> SplitResult | None:
    """Return where messages go, None when it is not set; raises ValueError in one sentence for what cannot be used."""
    wanted = str(current().setting("WHATSAPP_WEBHOOK"))
    if not wanted:
        return None
    where = urlsplit(wanted)
    local = where.scheme == "http" and where.hostname in LOOPBACK
    if not (where.scheme == "https" or local) or not where.hostname or where.username or where.fragment:
        message = (
            "WHATSAPP_WEBHOOK must be an https address without a name or password in it; http only on this machine."
        )
        raise ValueError(message)
    if len(str(current().setting("WHATSAPP_SECRET"))) < SHORTEST_SECRET:
        message = f"Set WHATSAPP_SECRET to {SHORTEST_SECRET} or more characters: the receiver knows our messages by it."
        raise ValueError(message)
    return where


def signature(body: bytes, at: int) -> str:
    """Return the header that signs a body at a moment (seconds since 1970): HMAC-SHA-256 over ``<at>.<body>``."""
    secret = str(current().setting("WHATSAPP_SECRET")).encode()
    return f"t={at},v1={hmac.new(secret, f'{at}.'.encode() + body, hashlib.sha256).hexdigest()}"


def post(where: SplitResult, body: bytes) -> int:
    """Post to the receiver and return its answer's status; a redirect is such an answer and is not followed.

    Connected within 3 s, done within 10 s, else OSError or HTTPException.
    """
    line = _line(where)
    path = where.path or "/"
    head = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "jakpreneur",
        "Connection": "close",
        SIGNATURE: signature(body, int(clock.now().timestamp())),
    }
    try:
        with breaker.at_most(breaker.TOTAL_SECONDS, lambda: line.sock):
            line.connect()
            line.sock.settimeout(breaker.TOTAL_SECONDS)
            line.request("POST", f"{path}?{where.query}" if where.query else path, body, head)
            # What else the answer says is not read: the status is all that we act on.
            return line.getresponse().status
    finally:
        line.close()


def _line(where: SplitResult) -> http.client.HTTPConnection:
    host = str(where.hostname)
    if where.scheme == "https":
        context = ssl.create_default_context()
        return http.client.HTTPSConnection(host, where.port, timeout=breaker.CONNECT_SECONDS, context=context)
    return http.client.HTTPConnection(host, where.port, timeout=breaker.CONNECT_SECONDS)
