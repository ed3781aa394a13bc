"""What happened on one account of the ledger: its entries from the newest back, and what they come to."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, text

from marketplace.kernel.db import rows
from marketplace.kernel.money import Rupiah

PAGE = 50


@dataclass(frozen=True, kw_only=True)
class Line:
    """An entry as one of its two accounts sees it: more or less, and against which other account."""

    id: str
    at: datetime
    kind: str
    ref: str
    label: str
    other: str
    amount: Rupiah
    """Below zero when it went out."""


@dataclass(frozen=True, kw_only=True)
class Between:
    """An entry as it stands, with both its accounts."""

    id: str
    at: datetime
    kind: str
    label: str
    debit: str
    credit: str
    amount: Rupiah


@dataclass(frozen=True)
class Summed:
    """What entries came to, and how many they were."""

    amount: Rupiah
    count: int


# Each side is read along its own index and no further than the page: ten entries or a million behind it, it costs the same.
_LINES = """
SELECT id, at, kind, ref, label, other, amount FROM (
    (SELECT id, at, kind, ref, label, debit AS other, amount_idr AS amount FROM payments_entries
     WHERE credit = :key AND at >= :since AND at < :until {behind} ORDER BY at {way}, id {way} LIMIT :most)
    UNION ALL
    (SELECT id, at, kind, ref, label, credit, -amount_idr FROM payments_entries
     WHERE debit = :key AND at >= :since AND at < :until {behind} ORDER BY at {way}, id {way} LIMIT :most)
) AS sides ORDER BY at {way}, id {way} LIMIT :most
"""
_NEWEST = text(_LINES.format(behind="", way="DESC"))
_BEHIND = text(_LINES.format(behind="AND (at, id) < (:at, :id)", way="DESC"))
_OLDEST = text(_LINES.format(behind="AND (at, id) > (:at, :id)", way="ASC"))
# An entry's id begins with the fact it records: release, fee, payout.
_SUMS = text("""
SELECT fact, sum(amount)::bigint AS amount, sum(many)::bigint AS many FROM (
    SELECT split_part(id, ':', 1) AS fact, sum(amount_idr) AS amount, count(*) AS many FROM payments_entries
    WHERE credit = :key AND at >= :since AND at < :until GROUP BY 1
    UNION ALL
    SELECT split_part(id, ':', 1), -sum(amount_idr), count(*) FROM payments_entries
    WHERE debit = :key AND at >= :since AND at < :until GROUP BY 1
) AS sides GROUP BY fact
""")
_OF = text("""
SELECT id, at, kind, ref, label, debit, credit, amount_idr AS amount FROM payments_entries
WHERE ref = ANY(:refs) AND (debit = ANY(:keys) OR credit = ANY(:keys)) ORDER BY at, id
""")
Place = tuple[datetime, str]
"""Where an entry stands among those of an account: its time, then its id."""


def lines(
    key: str, since: datetime, until: datetime, behind: Place | None = None, most: int = PAGE
) -> tuple[Sequence[Line], Place | None]:
    """Return entries of an account within a time, newest first, and the place behind which there are more."""
    told = {"key": key, "since": since, "until": until, "most": most + 1}
    found = rows(_BEHIND, told | {"at": behind[0], "id": behind[1]}) if behind else rows(_NEWEST, told)
    shown = [_line(row) for row in found[:most]]
    return shown, (shown[-1].at, shown[-1].id) if len(found) > most else None


def lines_after(key: str, since: datetime, until: datetime, behind: Place, most: int) -> Sequence[Line]:
    """Return entries of an account within a time, oldest first, behind a place."""
    told = {"key": key, "since": since, "until": until, "most": most, "at": behind[0], "id": behind[1]}
    return [_line(row) for row in rows(_OLDEST, told)]


def sums(key: str, since: datetime, until: datetime) -> dict[str, Summed]:
    """Return what the entries of an account within a time come to, by the fact that their ids begin with."""
    found = rows(_SUMS, {"key": key, "since": since, "until": until})
    return {row.fact: Summed(Rupiah(row.amount), row.many) for row in found}


def entries_of(refs: Collection[str], *keys: str) -> Sequence[Between]:
    """Return the entries about any of these references that touch one of these accounts, oldest first."""
    found = rows(_OF, {"refs": list(refs), "keys": list(keys)})
    names = ("id", "at", "kind", "label", "debit", "credit")
    return [Between(**{name: getattr(row, name) for name in names}, amount=Rupiah(row.amount)) for row in found]


def _line(row: Row[Any]) -> Line:
    names = ("id", "at", "kind", "ref", "label", "other")
    return Line(**{name: getattr(row, name) for name in names}, amount=Rupiah(int(row.amount)))
