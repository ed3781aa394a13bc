"""Bytes that only this installation can read: AES-256-GCM under keys that the database does not have."""

import os
from collections.abc import Iterator
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from marketplace.kernel.plugin import current

NONCE = 12


class SealBrokenError(Exception):
    """What was sealed cannot be read: the key it was sealed with is not set any more, or somebody changed it."""


@dataclass(frozen=True)
class Sealing:
    """A kind of secret with keys of its own: ``setting`` names them, comma-separated, and SECRET_KEY stands behind them.

    The first key seals, all of them open, so that a new one may be put in front of the old. ``use`` keeps one kind of secret
    from being read as another.
    """

    setting: str
    use: str

    def seal(self, content: bytes, about: str) -> bytes:
        """Return the content so that nobody can read or change it; ``about`` names the row, and is asked for again."""
        nonce = os.urandom(NONCE)
        return nonce + AESGCM(next(self._keys())).encrypt(nonce, content, about.encode())

    def unseal(self, sealed: bytes, about: str) -> bytes:
        """Return what was sealed about this row. Raises SealBrokenError."""
        # What was emptied with its person has no seal left.
        for key in self._keys() if len(sealed) > NONCE else ():
            try:
                return AESGCM(key).decrypt(sealed[:NONCE], sealed[NONCE:], about.encode())
            except InvalidTag:
                continue
        raise SealBrokenError(about)

    def _keys(self) -> Iterator[bytes]:
        registry = current()
        given = [one.strip() for one in str(registry.setting(self.setting)).split(",") if one.strip()]
        for secret in (*given, registry.settings.secret_key):
            yield HKDF(algorithm=SHA256(), length=32, salt=None, info=self.use.encode()).derive(secret.encode())
