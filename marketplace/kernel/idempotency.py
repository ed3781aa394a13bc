"""Idempotency keys: the same request twice has one effect and one answer (R3)."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, text

from marketplace.kernel import clock
from marketplace.kernel.db import session, transactional
from marketplace.kernel.errors import Conflict, Invalid
from marketplace.kernel.ids import token_hash, uuid7
from marketplace.kernel.models import UsedKey
from marketplace.kernel.words import _

KEPT = timedelta(hours=72)
LONGEST = 128
TRY = text("SELECT pg_try_advisory_xact_lock(hashtextextended(:lock, 1))")
# Waits for whoever has the key, and then finds it taken or, if their transaction came to nothing, free.
TAKE = text(
    "INSERT INTO kernel_keys (id, scope, operation, key_hash, fingerprint, answer, created_at)"
    " SELECT :id, :scope, :operation, :key_hash, :print, CAST(:answer AS jsonb), :now"
    " FROM (SELECT pg_advisory_xact_lock(hashtextextended(:lock, 1))) AS locked"
    " ON CONFLICT (scope, operation, key_hash) DO NOTHING RETURNING id"
)
THIS = "WHERE scope = :scope AND operation = :operation AND key_hash = :key_hash"
USED = text(f"SELECT fingerprint, answer FROM kernel_keys {THIS}")  # noqa: S608 - our own words
ANSWER = text(f"UPDATE kernel_keys SET answer = CAST(:answer AS jsonb) {THIS}")  # noqa: S608 - our own words


@dataclass(frozen=True)
class Key:
    """The key of one request: ``scope`` is the person or guest, ``fingerprint`` what was asked for.

    ``patient`` requests (forms: a double click) wait for the first one's answer; others get Conflict ``running``.
    """

    scope: str
    value: str
    fingerprint: str
    patient: bool = True

    @classmethod
    def of(cls, scope: str, value: str, request: object, *, patient: bool = True) -> "Key":
        """Check a key and take the fingerprint of a JSON-like request; raises Invalid when missing, too long or unprintable."""
        if not value or len(value) > LONGEST or not value.isprintable():
            raise Invalid({"": _("The form has no valid one-time key. Reload the page and try again.")})
        canonical = json.dumps(request, sort_keys=True, default=str)
        return cls(scope, value, hashlib.sha256(canonical.encode()).hexdigest(), patient)

    def earlier(self, operation: str, answer: Mapping[str, Any] | None = None) -> dict[str, Any] | None:
        """Return the answer that this key already got, or None when this is the first time; call it first in a service.

        The first time stores ``answer``, or leaves it to ``remember``; it counts when the transaction does. Locks the key
        to the end of the transaction. Raises Conflict ``running`` while the first request is still at work (impatient keys
        only), and Invalid when the key came with another request before.
        """
        named = self._named(operation)
        if not self.patient and not session.scalar(TRY, named):
            raise Conflict("running", _("The same request is still being worked on. Try again in a few seconds."))
        new = {"id": uuid7(), "print": self.fingerprint, "answer": json.dumps(answer or {}), "now": clock.now()}
        if session.execute(TAKE, named | new).one_or_none():
            return None
        used = session.execute(USED, named).one()
        if used.fingerprint != self.fingerprint:
            raise Invalid({"": _("This form was already sent with other content. Reload the page and try again.")})
        known: dict[str, Any] = used.answer
        return known

    def remember(self, operation: str, answer: Mapping[str, Any]) -> None:
        """Store the answer with the work, in its transaction."""
        session.execute(ANSWER, self._named(operation) | {"answer": json.dumps(answer)})

    def _named(self, operation: str) -> dict[str, Any]:
        hashed = token_hash(self.value)
        lock = f"{self.scope}\n{operation}\n{hashed}"
        return {"scope": self.scope, "operation": operation, "key_hash": hashed, "lock": lock}


@transactional
def forget() -> None:
    """Drop keys older than 72 hours."""
    session.execute(delete(UsedKey).where(UsedKey.created_at < clock.now() - KEPT))
