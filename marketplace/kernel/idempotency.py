"""Idempotency keys: the same request twice has one effect and one answer (R3)."""

import hashlib
import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, insert, select, text

from marketplace.kernel import clock
from marketplace.kernel.db import session, transactional
from marketplace.kernel.errors import Conflict, Invalid
from marketplace.kernel.ids import token_hash, uuid7
from marketplace.kernel.models import UsedKey
from marketplace.kernel.words import _

KEPT = timedelta(hours=72)
LONGEST = 128


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

    def earlier(self, operation: str) -> dict[str, Any] | None:
        """Return the answer that this key already got, or None when this is the first time; call it first in a service.

        Locks the key to the end of the transaction. Raises Conflict ``running`` while the first request is still at
        work (impatient keys only), and Invalid when the key came with another request before.
        """
        name = f"{self.scope}\n{operation}\n{token_hash(self.value)}"
        if self.patient:
            session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 1))"), {"name": name})
        elif not session.scalar(text("SELECT pg_try_advisory_xact_lock(hashtextextended(:name, 1))"), {"name": name}):
            raise Conflict("running", _("The same request is still being worked on. Try again in a few seconds."))
        used = session.execute(
            select(UsedKey.fingerprint, UsedKey.answer).where(
                UsedKey.scope == self.scope,
                UsedKey.operation == operation,
                UsedKey.key_hash == token_hash(self.value),
            )
        ).one_or_none()
        if used is None:
            return None
        if used.fingerprint != self.fingerprint:
            raise Invalid({"": _("This form was already sent with other content. Reload the page and try again.")})
        answer: dict[str, Any] = used.answer
        return answer

    def remember(self, operation: str, answer: dict[str, Any]) -> None:
        """Store the answer with the work, in its transaction."""
        session.execute(
            insert(UsedKey).values(
                id=uuid7(), scope=self.scope, operation=operation, key_hash=token_hash(self.value),
                fingerprint=self.fingerprint, answer=answer, created_at=clock.now(),
            )
        )  # fmt: skip


@transactional
def forget() -> None:
    """Drop keys older than 72 hours."""
    session.execute(delete(UsedKey).where(UsedKey.created_at < clock.now() - KEPT))
