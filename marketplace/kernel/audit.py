"""The audit log: append-only, one hash chain for each stream (a plugin and a seller or office), R23."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select, text

from marketplace.kernel import clock
from marketplace.kernel.access import Actor
from marketplace.kernel.db import before_commit, pending, session
from marketplace.kernel.models import AuditEntry, AuditHead
from marketplace.kernel.slots import occasions


def audit(
    stream: str,
    action: str,
    thing: str,
    *,
    by: Actor,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Write down, with the change itself, who did what to which thing; values are plain JSON, personal ones masked."""
    content: dict[str, Any] = {"action": action, "thing": thing, "by": by.reference}
    content |= {"before": dict(before or {}), "after": dict(after or {})}
    for told in occasions:
        content |= told(by)
    pending("audit").append((stream, content))


# The entries, and the end of the chain moved on to the last of them.
WRITE = text(
    "WITH written AS (INSERT INTO kernel_audit (stream, seq, at, content, previous, hash)"
    " SELECT stream, seq, at, content, previous, hash"
    " FROM jsonb_populate_recordset(CAST(NULL AS kernel_audit), CAST(:rows AS jsonb)))"
    " UPDATE kernel_audit_heads SET seq = :seq, hash = :hash WHERE stream = :stream"
)


@before_commit("audit head")
def _append() -> None:
    entries: list[tuple[str, dict[str, Any]]] = pending("audit")
    for stream in sorted({stream for stream, _content in entries}):
        head = session.execute(
            text(
                "INSERT INTO kernel_audit_heads (stream, seq, hash) VALUES (:stream, 0, '')"
                " ON CONFLICT (stream) DO UPDATE SET stream = excluded.stream RETURNING seq, hash"
            ),
            {"stream": stream},
        ).one()
        seq, previous, rows = head.seq, head.hash, []
        for content in (content for wanted, content in entries if wanted == stream):
            seq += 1
            entry = {"stream": stream, "seq": seq, "at": clock.now(), "content": content, "previous": previous}
            previous = entry_hash(entry)
            rows.append({**entry, "hash": previous})
        told = {"rows": json.dumps(rows, default=datetime.isoformat)}
        session.execute(WRITE, {**told, "seq": seq, "hash": previous, "stream": stream})


def entry_hash(entry: Mapping[str, Any]) -> str:
    """Return SHA-256 over previous hash, stream, number, time and content in canonical JSON."""
    told = [entry["previous"], entry["stream"], entry["seq"], entry["at"].isoformat(), entry["content"]]
    canonical = json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def broken() -> list[str]:
    """Return a sentence for each entry that was changed, removed, inserted or reordered; none when all chains are whole.

    Reads entries and heads one after the other, from one moment: after ``steady()``.
    """
    found: list[str] = []
    heads = {row.stream: row for row in session.execute(select(AuditHead.stream, AuditHead.seq, AuditHead.hash))}
    ends: dict[str, tuple[int, str]] = {}
    ordered = select(AuditEntry.__table__).order_by(AuditEntry.stream, AuditEntry.seq)
    for row in session.execute(ordered.execution_options(yield_per=1000)).mappings():
        entry = dict(row)
        seq, previous = ends.get(row["stream"], (0, ""))
        if (row["seq"], row["previous"]) != (seq + 1, previous):
            found.append(f"audit {row['stream']}: entry {row['seq']} does not follow entry {seq}")
        if entry_hash(entry) != row["hash"]:
            found.append(f"audit {row['stream']}: entry {row['seq']} was changed")
        ends[row["stream"]] = (row["seq"], row["hash"])
    for stream in sorted(heads.keys() | ends.keys()):
        head = heads.get(stream)
        if (head.seq, head.hash) != ends.get(stream, (0, "")) if head else True:
            found.append(f"audit {stream}: the chain does not end where its head says")
    return found
