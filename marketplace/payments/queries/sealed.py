"""Bytes that only this installation can read: AES-256-GCM under keys that the database does not have."""

import os
from collections.abc import Iterator

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from marketplace.kernel.plugin import current

NONCE = 12


class SealBrokenError(Exception):
    """What was sealed cannot be read: the key it was sealed with is not set any more, or somebody changed it."""


def seal(content: bytes, about: str) -> bytes:
    """Return the content so that nobody can read or change it; ``about`` names the row, and is asked for again."""
    nonce = os.urandom(NONCE)
    return nonce + AESGCM(next(_keys())).encrypt(nonce, content, about.encode())


def unseal(sealed: bytes, about: str) -> bytes:
    """Return what was sealed about this row. Raises SealBrokenError."""
    # What was emptied with its person has no seal left.
    for key in _keys() if len(sealed) > NONCE else ():
        try:
            return AESGCM(key).decrypt(sealed[:NONCE], sealed[NONCE:], about.encode())
        except InvalidTag:
            continue
    raise SealBrokenError(about)


def _keys() -> Iterator[bytes]:
    """Give the keys: the first one seals, all of them open, so that a new one may be put in front of the old."""
    registry = current()
    given = [one.strip() for one in str(registry.setting("BANK_KEYS")).split(",") if one.strip()]
    for secret in (*given, registry.settings.secret_key):
        yield HKDF(algorithm=SHA256(), length=32, salt=None, info=b"payments.bank").derive(secret.encode())
