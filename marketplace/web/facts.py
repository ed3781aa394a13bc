"""The house's own part of ``jkp facts``: outbox, idempotency keys and audit entries (R0.4)."""

from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import Select, select

from marketplace.kernel.db import session
from marketplace.kernel.models import AuditEntry, Delivery, StoredEvent, UsedKey

_outbox = select(
    Delivery.id,
    StoredEvent.name.label("kind"),
    Delivery.handler,
    Delivery.event_id.label("ref"),
    Delivery.state,
    Delivery.tries,
).join(StoredEvent)
_keys = select(UsedKey.scope, UsedKey.key_hash, UsedKey.operation, UsedKey.created_at)
_audit = select(
    AuditEntry.stream,
    AuditEntry.seq,
    AuditEntry.at,
    AuditEntry.content,
    AuditEntry.previous.label("prev"),
    AuditEntry.hash,
).order_by(AuditEntry.stream, AuditEntry.seq)


def _rows(statement: Select[*tuple[Any, ...]]) -> Callable[[], Iterable[dict[str, Any]]]:
    return lambda: (dict(row) for row in session.execute(statement.execution_options(yield_per=1000)).mappings())


OWN: list[tuple[str, Callable[[], Iterable[dict[str, Any]]]]] = [
    ("outbox", _rows(_outbox)),
    ("idempotency", _rows(_keys)),
    ("audit", _rows(_audit)),
]
