"""Identifiers that may be seen, and tokens that open something."""

import hashlib
import hmac
import secrets
import time
from uuid import UUID

# Without 0 O 1 I L: read out on the phone and printed on labels (ux 2.1).
CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 8


def uuid7() -> UUID:
    """Return a UUID version 7 (RFC 9562): milliseconds of wall time, then 74 random bits. Sortable; opens nothing.

    Reads the time past ``clock``: no rule hangs on it, and rows made while a test holds the clock still keep their order.
    """
    milliseconds = time.time_ns() // 1_000_000
    value = milliseconds << 80 | 0x7 << 76 | secrets.randbits(12) << 64 | 0b10 << 62 | secrets.randbits(62)
    return UUID(int=value)


def short_code() -> str:
    """Return eight random letters of ``CODE_ALPHABET`` (39 bits): unique by the column's constraint, never a secret."""
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))


def token() -> str:
    """Return 128 random bits as text that is safe in addresses; store only its ``token_hash``."""
    return secrets.token_urlsafe(16)


def token_hash(value: str) -> str:
    """Return the SHA-256 of a token in hexadecimal: a leaked table opens nothing."""
    return hashlib.sha256(value.encode()).hexdigest()


def derived_token(secret: str, row: UUID, purpose: str) -> str:
    """Return the token of a row for one purpose, HMAC-SHA-256 cut to 128 bits, so that mails need not store it."""
    mac = hmac.new(secret.encode(), f"{purpose}:{row}".encode(), hashlib.sha256)
    return mac.digest()[:16].hex()
