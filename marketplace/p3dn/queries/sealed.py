"""Reports that are sealed: counted from the ledger itself, so that whoever counts again finds the same (F11).

The digest is over the figures as canonical JSON: keys in order, no blanks, UTF-8. Figures name offices, shops, categories and
places by their keys alone; what those were called stands beside them and may be corrected without touching a figure.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select, text

from marketplace.kernel.access import Actor
from marketplace.kernel.db import rows
from marketplace.kernel.errors import NotFound
from marketplace.offices import queries as offices
from marketplace.offices.policies import Unit
from marketplace.p3dn import policies
from marketplace.p3dn.models import LocalClass, Report
from marketplace.p3dn.queries.figures import share

DIMENSIONS = (
    "month", "channel", "unit_code", "programme", "category_id", "kecamatan_code", "mentor", "seller_id", "local_class",
)  # fmt: skip
"""In how many ways a report is told; each adds up to the whole."""
MOST_SHOWN = 100
NOTHING = {"value_idr": 0, "domestic_idr": 0, "umk_idr": 0, "certified_idr": 0, "weighted": 0, "entries": 0}
# A month of the ledger up to the cut-off, by all that it is told by, in one pass.
_MONTH = text("""
SELECT channel, unit_code, programme, category_id::text AS category_id, kecamatan_code, mentor, seller_id::text AS seller_id,
 local_class, sum(value_idr)::bigint AS value_idr,
 coalesce(sum(value_idr) FILTER (WHERE local_class = ANY(CAST(:domestic AS text[]))), 0)::bigint AS domestic_idr,
 coalesce(sum(value_idr) FILTER (WHERE umk AND local_class = ANY(CAST(:domestic AS text[]))), 0)::bigint AS umk_idr,
 coalesce(sum(value_idr) FILTER (WHERE certificate <> ''), 0)::bigint AS certified_idr,
 sum(value_idr::numeric * tkdn)::numeric AS weighted, count(*) AS entries
FROM p3dn_entries
WHERE seq <= :cut_off AND day BETWEEN :first AND :last
 AND (CAST(:units AS text[]) IS NULL OR unit_code = ANY(CAST(:units AS text[])))
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
""")
_DOMESTIC = [str(LocalClass.CERTIFIED), str(LocalClass.DOMESTIC)]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportView:
    """A report as it stands."""

    id: UUID
    state: str
    first: date
    last: date
    unit_code: str
    unit_codes: tuple[str, ...] | None
    definition: str
    cut_off: int | None
    progress: int
    figures: Mapping[str, Any] | None
    labels: Mapping[str, str]
    digest: str | None
    fault: str
    asked_by: str
    asked_at: datetime
    sealed_at: datetime | None

    def part(self, dimension: str) -> list[tuple[str, Mapping[str, int]]]:
        """Return the figures of a dimension by key, the greatest value first."""
        found = (self.figures or {}).get("by", {}).get(dimension, {})
        return sorted(found.items(), key=lambda pair: (-pair[1]["value_idr"], pair[0]))

    def spend(self, part: Mapping[str, int]) -> int | None:
        """Return domestic of all of a part, in hundredths of a percent."""
        return share(part["domestic_idr"], part["value_idr"])


def months(first: date, last: date) -> Iterator[tuple[date, date]]:
    """Yield the first and last day of each month of a period."""
    day = first
    while day <= last:
        end = (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
        yield day, min(end, last)
        day = end + timedelta(days=1)


def count_month(first: date, last: date, units: Sequence[str] | None, cut_off: int) -> Sequence[Any]:
    """Return what a month of the ledger comes to, up to and with an entry."""
    told = {
        "first": first, "last": last, "units": list(units) if units is not None else None, "cut_off": cut_off,
        "domestic": _DOMESTIC,
    }  # fmt: skip
    return rows(_MONTH, told)


def begun(first: date, last: date, unit: str, definition: str, cut_off: int) -> dict[str, Any]:
    """Return figures of which nothing is counted yet."""
    return {
        "definition": definition, "first": first.isoformat(), "last": last.isoformat(), "unit": unit, "cut_off": cut_off,
        "whole": dict(NOTHING), "by": {name: {} for name in DIMENSIONS},
    }  # fmt: skip


def add(figures: dict[str, Any], month: date, found: Sequence[Any]) -> None:
    """Add a month to figures; the order of months and rows does not matter."""
    for row in found:
        sums = {name: int(getattr(row, name)) for name in NOTHING}
        keys = {name: f"{month:%Y-%m}" if name == "month" else getattr(row, name) for name in DIMENSIONS}
        for into in (
            figures["whole"],
            *(figures["by"][name].setdefault(key, dict(NOTHING)) for name, key in keys.items()),
        ):
            for name, value in sums.items():
                into[name] += value


def counted(
    first: date, last: date, unit: str, units: Sequence[str] | None, definition: str, cut_off: int
) -> dict[str, Any]:
    """Return the figures of a period from the ledger up to an entry."""
    figures = begun(first, last, unit, definition, cut_off)
    for start, end in months(first, last):
        add(figures, start, count_month(start, end, units, cut_off))
    return figures


def digest_of(figures: Mapping[str, Any]) -> str:
    """Return the SHA-256 of figures as canonical JSON, in hexadecimal."""
    return hashlib.sha256(canonical(figures)).hexdigest()


def canonical(figures: Mapping[str, Any]) -> bytes:
    """Return figures as the bytes that the digest is over."""
    return json.dumps(figures, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def differences(sealed: Mapping[str, Any], now: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Yield what differs between two figures: the path to it, what was sealed and what is counted now."""
    for key in sorted({*sealed, *now}):
        was, found, here = sealed.get(key), now.get(key), f"{path}/{key}"
        if isinstance(was, Mapping) and isinstance(found, Mapping):
            yield from differences(was, found, here)
        elif was != found:
            yield here, was, found


def reports(actor: Actor) -> list[ReportView]:
    """Return the newest reports that an actor may read."""
    wanted = select(Report.__table__).order_by(Report.id.desc()).limit(MOST_SHOWN)
    found = [_view(row) for row in rows(wanted)]
    if policies.whole(actor):
        return found
    mine = {one.code for one in offices.units(actor)}
    return [one for one in found if one.unit_code in mine]


def report(report_id: UUID, actor: Actor) -> ReportView:
    """Return a report. Raises NotFound for one that is not the actor's to read."""
    found = rows(select(Report.__table__).where(Report.id == report_id))
    if not found or not _reads(actor, view := _view(found[0])):
        raise NotFound
    return view


def _reads(actor: Actor, one: ReportView) -> bool:
    if not one.unit_code:
        return policies.whole(actor)
    return policies.READ.allows(actor, Unit(one.unit_code, _above(one.unit_code)))


def _above(code: str) -> tuple[str, ...]:
    return offices.unit(code).above


def _view(row: Any) -> ReportView:  # noqa: ANN401 - a row of the table
    return ReportView(
        id=row.id, state=row.state, first=row.first, last=row.last, unit_code=row.unit_code,
        unit_codes=tuple(row.unit_codes) if row.unit_codes is not None else None, definition=row.definition,
        cut_off=row.cut_off, progress=row.progress, figures=row.figures, labels=row.labels or {}, digest=row.digest,
        fault=row.fault, asked_by=row.asked_by, asked_at=row.asked_at, sealed_at=row.sealed_at,
    )  # fmt: skip
