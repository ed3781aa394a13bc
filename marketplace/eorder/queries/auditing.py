"""What auditors look at: findings and orders of the units that they were given, and whether the log of a unit is whole."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import Row, select, text

from marketplace.accounts import queries as accounts
from marketplace.eorder.models import Finding
from marketplace.eorder.models.acts import ADMIN, AUDITOR
from marketplace.eorder.policies import AUDIT
from marketplace.eorder.queries.inbox import Waiting, as_lines
from marketplace.eorder.slots import flags
from marketplace.kernel import clock
from marketplace.kernel.access import Actor
from marketplace.kernel.audit import entry_hash
from marketplace.kernel.db import rows
from marketplace.kernel.models import AuditEntry, AuditHead
from marketplace.kernel.money import Rupiah
from marketplace.kernel.words import Words
from marketplace.offices import queries as offices
from marketplace.offices.queries import UnitView

EYES = (AUDITOR, ADMIN)
"""Duties under which one looks and may hold."""
MOST = 50
AT_ONCE = 1_000
FINDINGS = text("""
SELECT f.id, f.flag, f.facts, f.reason, f.found_at, f.checked_at, o.code, o.unit_code, o.seller_name, o.purpose, o.state,
 o.total_idr, o.held_by IS NOT NULL AS held
FROM eorder_findings f JOIN eorder_orders o ON o.id = f.order_id
WHERE NOT o.training AND o.unit_code = ANY(CAST(:units AS text[]))
 AND (:flag = '' OR f.flag = :flag)
 AND (CAST(:since AS timestamptz) IS NULL OR f.found_at >= :since)
 AND (CAST(:until AS timestamptz) IS NULL OR f.found_at < :until)
 AND (:which = '' OR (:which = 'terbuka' AND f.checked_at IS NULL) OR (:which = 'tanpa-alasan' AND f.reason = ''))
 AND (CAST(:before AS uuid) IS NULL OR f.id < :before)
ORDER BY f.id DESC LIMIT :most
""")
BY_FLAG = text("""
SELECT f.flag, count(*) AS many, count(*) FILTER (WHERE f.checked_at IS NULL) AS open
FROM eorder_findings f JOIN eorder_orders o ON o.id = f.order_id
WHERE NOT o.training AND o.unit_code = ANY(CAST(:units AS text[]))
 AND (CAST(:since AS timestamptz) IS NULL OR f.found_at >= :since)
 AND (CAST(:until AS timestamptz) IS NULL OR f.found_at < :until)
GROUP BY f.flag ORDER BY f.flag
""")
# Samples are drawn by a seed that stands in the address, so that another auditor draws the same.
ORDERS = """
SELECT o.id, o.code, o.state, o.purpose, o.seller_id, o.seller_name, o.unit_code, o.total_idr, o.day, o.hour, o.waits_for,
 o.waiting_since, o.due_at, o.held_by IS NOT NULL AS held
FROM eorder_orders o
WHERE NOT o.training AND o.unit_code = ANY(CAST(:units AS text[])) AND (:asked = '' OR o.code = upper(:asked)
  OR o.seller_name ILIKE :like OR o.purpose ILIKE :like
  OR EXISTS (SELECT 1 FROM eorder_acts a WHERE a.order_id = o.id AND a.person_id = CAST(:person AS uuid)))
 AND (CAST(:since AS timestamptz) IS NULL OR o.made_at >= :since)
 AND (CAST(:until AS timestamptz) IS NULL OR o.made_at < :until)
"""
NEWEST = text(ORDERS + "ORDER BY o.id DESC LIMIT :most")
DEAREST = text(ORDERS + "ORDER BY o.total_idr DESC, o.id LIMIT :most")
DRAWN = text(ORDERS + "ORDER BY md5(o.id::text || :seed) LIMIT :most")


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingView:
    """What a flag found about an order, as a line of the auditor's list; money in rupiah."""

    id: UUID
    flag: str
    label: Words | str
    said: Words | str
    reason: str
    found_at: datetime
    checked_at: datetime | None
    code: str
    unit: str
    seller_name: str
    purpose: str
    state: str
    total: Rupiah
    held: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What an auditor said of a finding."""

    by: str
    at: datetime
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What an auditor asks the lists for: units, a flag, days in Jakarta, and which findings."""

    units: tuple[str, ...]
    flag: str = ""
    first: date | None = None
    last: date | None = None
    which: str = ""

    @property
    def told(self) -> dict[str, object]:
        """Return it as the statements ask."""
        return {
            "units": list(self.units),
            "flag": self.flag,
            "which": self.which,
            "since": _midnight(self.first) if self.first else None,
            "until": _midnight(self.last + timedelta(days=1)) if self.last else None,
        }


@dataclass(frozen=True, slots=True)
class Chain:
    """The log of a unit: how many entries it has, and the first that does not follow from what stands before it."""

    entries: int
    broken: int | None


def audited(actor: Actor) -> tuple[UnitView, ...]:
    """Return the units that an actor audits, as a tree is read."""
    return tuple(one for one in offices.units(actor) if AUDIT.allows(actor, one.scope))


def found(asked: Looked, before: UUID | None = None) -> tuple[FindingView, ...]:
    """Return findings, the newest first, from before one on; the caller gives units that the reader audits."""
    listed = rows(FINDINGS, {**asked.told, "before": before, "most": MOST})
    offered = {flag.key: flag for flag in flags}
    names = offices.unit_names({row.unit_code for row in listed}) if listed else {}
    return tuple(
        FindingView(
            id=row.id, flag=row.flag, label=offered[row.flag].label if row.flag in offered else row.flag,
            said=offered[row.flag].explain(row.facts) if row.flag in offered else "", reason=row.reason,
            found_at=row.found_at, checked_at=row.checked_at, code=row.code, unit=names.get(row.unit_code, row.unit_code),
            seller_name=row.seller_name, purpose=row.purpose, state=row.state, total=Rupiah(row.total_idr), held=row.held,
        )
        for row in listed
    )  # fmt: skip


def by_flag(asked: Looked) -> Sequence[Row[tuple[str, int, int]]]:
    """Return how many findings each flag has in the units and days asked for (``many``), and how many wait (``open``)."""
    told = {key: value for key, value in asked.told.items() if key not in {"flag", "which"}}
    return rows(BY_FLAG, told)


def searched(asked: Looked, words: str, *, sample: str = "", seed: str = "", most: int = MOST) -> tuple[Waiting, ...]:
    """Return orders by code, shop, purpose, or the address of somebody who acted on them.

    ``sample`` is ``nilai`` (the dearest) or ``acak`` (drawn by ``seed``); without it the newest come first.
    """
    safe = words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    told = {key: value for key, value in asked.told.items() if key not in {"flag", "which"}}
    told |= {"asked": words, "like": f"%{safe}%", "most": most, "person": accounts.person_by(words) if words else None}
    if sample == "acak":
        return as_lines(rows(DRAWN, {**told, "seed": seed}))
    return as_lines(rows(DEAREST if sample == "nilai" else NEWEST, told))


def checked(order_id: UUID) -> dict[str, Checked]:
    """Return what auditors said of an order's findings, by flag."""
    wanted = select(Finding.flag, Finding.checked_by, Finding.checked_at, Finding.checked_note)
    seen = rows(wanted.where(Finding.order_id == order_id, Finding.checked_at.is_not(None)))
    people = accounts.person_contacts({row.checked_by for row in seen})
    return {
        row.flag: Checked(
            by=people[row.checked_by].name if row.checked_by in people else "", at=row.checked_at, note=row.checked_note
        )
        for row in seen
    }


def chain(unit_code: str) -> Chain:
    """Walk the log of a unit from its first entry to its head; the caller asked whether the reader audits it."""
    stream = f"eorder:{unit_code}"
    heads = select(AuditHead.seq, AuditHead.hash).where(AuditHead.stream == stream)
    last, previous = 0, ""
    while True:
        # The head before the entries: what is written meanwhile stands after it, and is walked the next time.
        head = rows(heads)
        wanted = select(AuditEntry.__table__).where(AuditEntry.stream == stream, AuditEntry.seq > last)
        found = rows(wanted.order_by(AuditEntry.seq).limit(AT_ONCE))
        for row in found:
            entry = row._asdict()
            if (entry["seq"], entry["previous"]) != (last + 1, previous) or entry_hash(entry) != entry["hash"]:
                return Chain(last, last + 1)
            last, previous = entry["seq"], entry["hash"]
            if head and last == head[0].seq and previous != head[0].hash:
                return Chain(last, last)
        if len(found) < AT_ONCE:
            return Chain(last, last + 1 if (head and head[0].seq > last) or (not head and last) else None)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), clock.JAKARTA)
