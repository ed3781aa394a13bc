"""The figures of local content, each with what it is a share of; computed from sums, rounded once (domain 4.6, R11.9).

No percentage stands without its basis. Pages read the summaries; a sealed report counts the ledger itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import text

from marketplace.kernel.db import rows
from marketplace.kernel.money import ZERO, Rupiah
from marketplace.kernel.words import Words, _
from marketplace.p3dn.models import HUNDRED, LocalClass

DEFINITION = "p3dn-1"
"""How the figures are made. A change of what counts is another definition; sealed reports keep theirs."""
BASES: Mapping[str, Words] = {
    "spend": _("domestic value accepted, of all value accepted"),
    "commitment": _("domestic value accepted, of what was committed in the year"),
    "umk": _("domestic value accepted from micro and small businesses, of all value accepted"),
    "tkdn": _("value times TKDN, of the value of what has a certificate"),
}
MOST_ROWS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What is asked about: days of months, and which part. ``units`` is None for everything, public sales too."""

    first: date
    last: date
    """Both are days; the summaries know whole months, so the first is the first of one and the last the last of one."""
    units: tuple[str, ...] | None = None
    category_ids: tuple[UUID, ...] = ()
    channel: str = ""
    kecamatan: str = ""
    seller_id: UUID | None = None
    local_class: str = ""
    programme: str = ""

    @property
    def told(self) -> dict[str, Any]:
        """Return it as the statements ask."""
        return {
            "first": self.first, "last": self.last, "units": list(self.units) if self.units is not None else None,
            "categories": list(self.category_ids) or None, "channel": self.channel, "kecamatan": self.kecamatan,
            "seller": self.seller_id, "class": self.local_class, "programme": self.programme,
        }  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Sums of rupiah and the percentages made of them, in hundredths; None where there is nothing to be a share of."""

    total: Rupiah = ZERO
    by_class: Mapping[str, Rupiah] = field(default_factory=dict)
    umk: Rupiah = ZERO
    """Domestic, from micro and small businesses."""
    certified: Rupiah = ZERO
    weighted: int = 0
    entries: int = 0
    committed: Rupiah | None = None

    @property
    def domestic(self) -> Rupiah:
        """Return the value of domestic products."""
        return self.by_class.get(LocalClass.CERTIFIED, ZERO) + self.by_class.get(LocalClass.DOMESTIC, ZERO)

    @property
    def unknown(self) -> Rupiah:
        """Return the value of what nobody has stated anything about."""
        return self.by_class.get(LocalClass.UNKNOWN, ZERO)

    @property
    def spend(self) -> int | None:
        """Return domestic of all that was accepted."""
        return share(self.domestic.amount, self.total.amount)

    @property
    def commitment(self) -> int | None:
        """Return domestic of what was committed; it can pass 100 %."""
        return share(self.domestic.amount, self.committed.amount) if self.committed else None

    @property
    def small(self) -> int | None:
        """Return domestic from micro and small businesses of all that was accepted."""
        return share(self.umk.amount, self.total.amount)

    @property
    def tkdn(self) -> int | None:
        """Return the TKDN of what has a certificate, weighted by value."""
        return share(self.weighted, self.certified.amount * HUNDRED) if self.certified.amount > 0 else None


def share(part: int, whole: int) -> int | None:
    """Return a share in hundredths of a percent, half of one rounded up; None of nothing."""
    if whole <= 0:
        return None
    return (2 * part * HUNDRED + whole) // (2 * whole)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """The figures of a part, under the key by which it opens."""

    key: str
    figures: Figures


# One pass over a summary, grouped in as many ways as the page has tables.
_WHERE = """
 WHERE month BETWEEN :first AND :last AND (CAST(:units AS text[]) IS NULL OR unit_code = ANY(CAST(:units AS text[])))
  AND (CAST(:categories AS uuid[]) IS NULL OR category_id = ANY(CAST(:categories AS uuid[])))
  AND (:channel = '' OR channel = :channel) AND (:class = '' OR local_class = :class)
"""
_SUMS = "sum(value_idr)::bigint AS value_idr, sum(certified_idr)::bigint AS certified_idr, sum(weighted) AS weighted,"
_BY_UNIT = text(f"""
SELECT grouping(unit_code, month, category_id, channel) AS grouped, unit_code, month, category_id, channel, local_class, umk,
 {_SUMS} sum(entries)::bigint AS entries
FROM p3dn_by_unit {_WHERE} AND (:programme = '' OR programme = :programme)
GROUP BY GROUPING SETS ((unit_code, local_class, umk), (month, local_class, umk), (category_id, local_class, umk),
 (channel, local_class, umk))
""")  # noqa: S608 - our own words
UNIT, MONTH, CATEGORY, CHANNEL = 0b0111, 0b1011, 0b1101, 0b1110
_BY_SHOP = text(f"""
SELECT grouping(seller_id, kecamatan_code, mentor) AS grouped, seller_id, kecamatan_code, mentor, local_class, umk,
 {_SUMS} sum(entries)::bigint AS entries
FROM p3dn_by_shop {_WHERE} AND (:kecamatan = '' OR kecamatan_code = :kecamatan)
 AND (CAST(:seller AS uuid) IS NULL OR seller_id = :seller)
GROUP BY GROUPING SETS ((seller_id, local_class, umk), (kecamatan_code, local_class, umk), (mentor, local_class, umk))
""")  # noqa: S608 - our own words
SELLER, KECAMATAN, MENTOR = 0b011, 0b101, 0b110
_COMMITTED = text("""
SELECT unit_code, value_idr FROM (
 SELECT DISTINCT ON (year, unit_code) unit_code, value_idr FROM p3dn_commitments
 WHERE year BETWEEN :from_year AND :to_year AND (CAST(:units AS text[]) IS NULL OR unit_code = ANY(CAST(:units AS text[])))
 ORDER BY year, unit_code, id DESC
) AS newest
""")


@dataclass(frozen=True, kw_only=True)
class Overview:
    """What D01 shows of a scope, each table with the keys by which its rows open."""

    scope: Scope
    whole: Figures
    units: tuple[Part, ...]
    months: tuple[Part, ...]
    categories: tuple[Part, ...]
    channels: tuple[Part, ...]
    sellers: tuple[Part, ...]
    kecamatans: tuple[Part, ...]
    mentors: tuple[Part, ...]

    @property
    def shops(self) -> int:
        """Return how many shops sold something."""
        return len(self.sellers)


def overview(scope: Scope) -> Overview:
    """Return the figures of a scope; three statements over the summaries. An empty period gives 0 everywhere."""
    by_unit, by_shop = rows(_BY_UNIT, scope.told), rows(_BY_SHOP, scope.told)
    committed = _committed(scope)
    months = _parts(by_unit, MONTH, "month")
    whole = _total([one.figures for one in months])
    units = tuple(
        replace(one, figures=replace(one.figures, committed=committed.get(one.key)))
        for one in _parts(by_unit, UNIT, "unit_code")
    )
    everything = Rupiah.total(list(committed.values())) if committed and not scope.channel else None
    return Overview(
        scope=scope,
        whole=replace(whole, committed=everything),
        units=tuple(one for one in units if one.key),
        months=tuple(sorted(months, key=lambda one: one.key)),
        categories=_parts(by_unit, CATEGORY, "category_id"),
        channels=_parts(by_unit, CHANNEL, "channel"),
        sellers=_parts(by_shop, SELLER, "seller_id"),
        kecamatans=_parts(by_shop, KECAMATAN, "kecamatan_code"),
        mentors=_parts(by_shop, MENTOR, "mentor"),
    )


def total(scope: Scope) -> Figures:
    """Return the figures of a whole scope alone, such as the period before; one statement."""
    return _total([one.figures for one in _parts(rows(_BY_UNIT, scope.told), MONTH, "month")])


def _committed(scope: Scope) -> dict[str, Rupiah]:
    told = {"from_year": scope.first.year, "to_year": scope.last.year, "units": scope.told["units"]}
    found: dict[str, Rupiah] = {}
    for row in rows(_COMMITTED, told):
        found[row.unit_code] = found.get(row.unit_code, ZERO) + Rupiah(int(row.value_idr))
    return found


def _parts(found: Sequence[Any], grouped: int, column: str) -> tuple[Part, ...]:
    """Return the parts of one grouping, the greatest value first."""
    sums: dict[str, Figures] = {}
    for row in found:
        if row.grouped != grouped:
            continue
        key = str(getattr(row, column))
        before = sums.get(key, Figures())
        sums[key] = _added(before, row)
    return tuple(
        Part(key=key, figures=figures)
        for key, figures in sorted(sums.items(), key=lambda pair: (-pair[1].total.amount, pair[0]))
    )


def _added(before: Figures, row: Any) -> Figures:  # noqa: ANN401 - a row of the sums
    value = Rupiah(int(row.value_idr))
    domestic = row.local_class in (LocalClass.CERTIFIED, LocalClass.DOMESTIC)
    return replace(
        before,
        total=before.total + value,
        by_class={**before.by_class, row.local_class: before.by_class.get(row.local_class, ZERO) + value},
        umk=before.umk + (value if row.umk and domestic else ZERO),
        certified=before.certified + Rupiah(int(row.certified_idr)),
        weighted=before.weighted + int(row.weighted),
        entries=before.entries + int(row.entries),
    )


def _total(parts: Sequence[Figures]) -> Figures:
    whole = Figures()
    for one in parts:
        classes = {
            key: whole.by_class.get(key, ZERO) + one.by_class.get(key, ZERO)
            for key in sorted({*whole.by_class, *one.by_class})
        }
        whole = replace(
            whole, total=whole.total + one.total, by_class=classes, umk=whole.umk + one.umk,
            certified=whole.certified + one.certified, weighted=whole.weighted + one.weighted,
            entries=whole.entries + one.entries,
        )  # fmt: skip
    return whole


LAST_DATA = text("""
SELECT max(month) AS month FROM p3dn_by_unit
WHERE month < :first AND (CAST(:units AS text[]) IS NULL OR unit_code = ANY(CAST(:units AS text[])))
""")


def last_month_with_data(scope: Scope) -> date | None:
    """Return the newest month before the scope in which something was accepted."""
    found: date | None = rows(LAST_DATA, {"first": scope.first, "units": scope.told["units"]})[0].month
    return found


# Lines of the ledger behind a figure, newest first by the order in which they were written.
_LINES = text("""
SELECT seq, line, day, channel, code, unit_code, programme, package, seller_id, kecamatan_code, category_id, name, qty,
 value_idr, local_class, rung, tkdn, bmp, certificate, kind, policy_id, umk, jakpreneur, takes_back, source, reference
FROM p3dn_entries
WHERE day BETWEEN :first AND :last AND (CAST(:units AS text[]) IS NULL OR unit_code = ANY(CAST(:units AS text[])))
 AND (CAST(:categories AS uuid[]) IS NULL OR category_id = ANY(CAST(:categories AS uuid[])))
 AND (:channel = '' OR channel = :channel) AND (:class = '' OR local_class = :class)
 AND (:kecamatan = '' OR kecamatan_code = :kecamatan) AND (CAST(:seller AS uuid) IS NULL OR seller_id = :seller)
 AND (:programme = '' OR programme = :programme)
 AND (CAST(:day AS date) IS NULL OR (day, seq) < (CAST(:day AS date), CAST(:seq AS bigint)))
ORDER BY day DESC, seq DESC LIMIT :most
""")


def lines(scope: Scope, *, after: tuple[date, int] | None = None, most: int = MOST_ROWS + 1) -> Sequence[Any]:
    """Return lines of the ledger of a scope, newest first, behind a place if one is named; each as its columns."""
    day, seq = after or (None, None)
    return rows(_LINES, {**scope.told, "day": day, "seq": seq, "most": most})
