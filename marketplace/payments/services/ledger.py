"""The ledger: who has which money, in entries that are never changed; the balances move in the statement that writes them.

Entries are collected and written at the end of the transaction, so that accounts are always locked in one order (R2.3).
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import bindparam, select, text

from marketplace.kernel import clock
from marketplace.kernel.db import before_commit, pending, rows, savepoint, session, writing
from marketplace.kernel.errors import Conflict
from marketplace.kernel.money import Rupiah
from marketplace.kernel.words import _
from marketplace.payments.models import Entry

KIND = "ledger"
KINDS = frozenset(
    {
        "at", "ref", "held", "refund", "payable", "payout", "fee", "fee_tax", "gateway_fee", "unique_amount",
        "dispute", "suspense", "loss", "withheld",
    }
)  # fmt: skip
"""The accounts there are: the part of their key before the colon."""
FLOORED = frozenset({"ref", "held", "refund", "payout"})
"""Those that never fall below zero; the table's CHECK says the same."""


@dataclass(frozen=True, kw_only=True)
class Posting:
    """An entry to be written: its ``id`` says what it records, so the same fact is written once (R8.1)."""

    id: str
    debit: str
    credit: str
    amount: Rupiah
    kind: str
    ref: str
    label: str = ""
    corrects: str | None = None


def post(*postings: Posting) -> None:
    """Write entries at the end of the present transaction, those of zero not at all.

    The end of the transaction raises Conflict ``short`` when an account would fall below zero that must not.
    """
    if not writing():
        message = "postings belong to a transaction"
        raise RuntimeError(message)
    pending(KIND).extend(_checked(postings))


def draw(posting: Posting) -> None:
    """Write an entry now, if its debit account has so much; a transaction's last locking act.

    Raises Conflict ``short``, and then nothing was written and the transaction can go on.
    """
    if not writing():
        message = "postings belong to a transaction"
        raise RuntimeError(message)
    with savepoint():
        _write(_checked([posting]), floor={posting.debit})


def reverse(entry_id: str, *, kind: str, into: str | None = None) -> None:
    """Post the opposite of an entry that stands in the ledger, under ``undo:`` and its id; nothing if there is no such one.

    The amount goes back to where it came from, or ``into`` another account where that one is closed by now.
    """
    for one in rows(_STORED, {"ids": [entry_id]}):
        post(
            Posting(
                id=f"undo:{one.id}",
                debit=one.credit,
                credit=into or one.debit,
                amount=one.amount_idr,
                kind=kind,
                ref=one.ref,
                corrects=one.id,
            )
        )


def _checked(postings: Iterable[Posting]) -> list[Posting]:
    wanted = [one for one in postings if one.amount]
    for one in wanted:
        unknown = {one.debit.partition(":")[0], one.credit.partition(":")[0]} - KINDS
        if unknown or one.amount.amount < 0:
            message = f"{one.id} cannot be posted: {', '.join(sorted(unknown)) or one.amount}"
            raise ValueError(message)
    return wanted


@before_commit(KIND)
def _flush() -> None:
    if collected := pending(KIND):
        _write(collected, floor=())


# An account is there before an entry names it. Whoever makes the same one at the same moment waits here for the other.
OPEN = text("""
INSERT INTO payments_accounts (key, kind, debited_idr, credited_idr)
SELECT key, split_part(key, ':', 1), 0, 0 FROM unnest(CAST(:keys AS text[])) AS key ORDER BY key
ON CONFLICT DO NOTHING
""")

# All accounts are locked, in the order of their keys, before anything is written; what was written before moves nothing.
WRITE = text("""
WITH given AS (
    SELECT * FROM jsonb_to_recordset(CAST(:entries AS jsonb))
    AS e(id text, debit text, credit text, amount bigint, kind text, ref text, label text, corrects text)
), locked AS MATERIALIZED (
    SELECT key FROM payments_accounts WHERE key = ANY(CAST(:keys AS text[])) ORDER BY key FOR UPDATE
), written AS (
    INSERT INTO payments_entries (id, debit, credit, amount_idr, kind, ref, label, corrects, at)
    SELECT id, debit, credit, amount, kind, ref, label, corrects, :now FROM given
    WHERE (SELECT count(*) FROM locked) > 0 ORDER BY id
    ON CONFLICT (id) DO NOTHING RETURNING debit, credit, amount_idr
), sums AS (
    SELECT key, sum(debited)::bigint AS debited, sum(credited)::bigint AS credited FROM (
        SELECT debit AS key, amount_idr AS debited, 0 AS credited FROM written
        UNION ALL SELECT credit, 0, amount_idr FROM written
    ) AS sides GROUP BY key
), moved AS (
    UPDATE payments_accounts a
    SET debited_idr = a.debited_idr + sums.debited, credited_idr = a.credited_idr + sums.credited
    FROM sums WHERE a.key = sums.key AND (
        NOT a.key = ANY(CAST(:floor AS text[]))
        OR a.credited_idr + sums.credited >= a.debited_idr + sums.debited
    ) RETURNING a.key
)
SELECT (SELECT count(*) FROM written) AS written, (SELECT count(*) FROM sums) AS sums, (SELECT count(*) FROM moved) AS moved
""")
_STORED = select(Entry.id, Entry.debit, Entry.credit, Entry.amount_idr, Entry.kind, Entry.ref, Entry.corrects).where(
    Entry.id.in_(bindparam("ids", expanding=True))
)


def _write(postings: Sequence[Posting], floor: Iterable[str]) -> None:
    entries: dict[str, Posting] = {}
    for one in postings:
        if entries.setdefault(one.id, one) != one:
            raise _differs(one.id)
    keys = sorted({key for one in entries.values() for key in (one.debit, one.credit)})
    floored = sorted({*floor, *(key for key in keys if key.partition(":")[0] in FLOORED)})
    given: list[dict[str, Any]] = [{**asdict(one), "amount": one.amount.amount} for one in entries.values()]
    told = {"entries": json.dumps(given), "keys": keys, "floor": floored, "now": clock.now()}
    session.execute(OPEN, {"keys": keys})
    done = session.execute(WRITE, told).one()
    if done.moved < done.sums:
        raise Conflict("short", _("There is less money here than this needs."), accounts=floored)
    if done.written < len(entries):
        _compare(entries)


def _compare(entries: dict[str, Posting]) -> None:
    for row in rows(_STORED, {"ids": sorted(entries)}):
        given = entries[row.id]
        stored = (row.debit, row.credit, row.amount_idr, row.kind, row.ref, row.corrects)
        if stored != (given.debit, given.credit, given.amount, given.kind, given.ref, given.corrects):
            raise _differs(row.id)


def _differs(entry_id: str) -> RuntimeError:
    return RuntimeError(f"the entry {entry_id} stands in the ledger with other content")
