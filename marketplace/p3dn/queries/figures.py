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
from marketplace.p3dn.models import HUNDRED, Channel, LocalClass

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


@dataclass(frozen=True, slots=True)
class Share:
    """The value of a shop, a place or a mentor, and what of it is domestic."""

    total: Rupiah
    domestic: Rupiah

    @property
    def spend(self) -> int | None:
        """Return domestic of all that was accepted."""
        return share(self.domestic.amount, self.total.amount)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """The figures of a part, under the key by which it opens."""

    key: str
    figures: Figures


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """What a shop, a place or a mentor has of a scope, under its key."""

    key: str
    figures: Share


_CLASSES = tuple(str(one) for one in LocalClass)
_OF_CLASSES = ", ".join(
    f"coalesce(sum(value_idr) FILTER (WHERE local_class = '{one}'), 0)::bigint AS {one.lower()}" for one in _CLASSES
)
_SUMS = f"""
 sum(value_idr)::bigint AS value_idr, {_OF_CLASSES},
 coalesce(sum(value_idr) FILTER (WHERE umk AND local_class LIKE 'PDN%'), 0)::bigint AS umk_idr,
 sum(certified_idr)::bigint AS certified_idr, sum(weighted) AS weighted, sum(entries)::bigint AS entries
"""
# Of everything: sums by office alone and by category alone, of which the second tell months and channels too.
_WHOLE = text(f"""
(SELECT 'unit' AS kind, key, {_SUMS}, count(*) OVER () AS many FROM p3dn_by_key
WHERE part = 'unit' AND month BETWEEN :first AND :last AND key <> '' AND (:channel = '' OR channel = :channel)
GROUP BY key ORDER BY value_idr DESC, key LIMIT :told)
UNION ALL SELECT 'category', key, {_SUMS}, 0 FROM p3dn_by_key
WHERE part = 'category' AND month BETWEEN :first AND :last AND (:channel = '' OR channel = :channel) GROUP BY key
UNION ALL SELECT 'month', month::text, {_SUMS}, 0 FROM p3dn_by_key
WHERE part = 'category' AND month BETWEEN :first AND :last AND (:channel = '' OR channel = :channel) GROUP BY month
UNION ALL SELECT 'channel', channel, {_SUMS}, 0 FROM p3dn_by_key
WHERE part = 'category' AND month BETWEEN :first AND :last AND (:channel = '' OR channel = :channel) GROUP BY channel
""")  # noqa: S608 - our own words
_TOTAL = text(f"""
SELECT {_SUMS} FROM p3dn_by_key
WHERE part = 'category' AND month BETWEEN :first AND :last AND (:channel = '' OR channel = :channel) HAVING count(*) > 0
""")  # noqa: S608 - our own words
_TOTAL_CHOSEN = text(f"""
SELECT {_SUMS} FROM p3dn_by_unit
WHERE month BETWEEN :first AND :last AND (:channel = '' OR channel = :channel)
 AND (CAST(:units AS text[]) IS NULL OR unit_code = ANY(CAST(:units AS text[])))
 AND (CAST(:categories AS uuid[]) IS NULL OR category_id = ANY(CAST(:categories AS uuid[]))) HAVING count(*) > 0
""")  # noqa: S608 - our own words
# Of some offices or categories: one pass, grouped in as many ways as the page has tables.
_CHOSEN = text(f"""
SELECT * FROM (
 SELECT grouped.*, row_number() OVER (PARTITION BY kind ORDER BY value_idr DESC, key) AS place,
  count(*) OVER (PARTITION BY kind) AS many
 FROM (
  SELECT (ARRAY['unit', 'month', 'category', 'channel'])[CASE grouping(unit_code, month, category_id, channel)
    WHEN 7 THEN 1 WHEN 11 THEN 2 WHEN 13 THEN 3 ELSE 4 END] AS kind,
   coalesce(unit_code, month::text, category_id::text, channel) AS key, {_SUMS}
  FROM p3dn_by_unit
  WHERE month BETWEEN :first AND :last AND (:channel = '' OR channel = :channel)
   AND (CAST(:units AS text[]) IS NULL OR unit_code = ANY(CAST(:units AS text[])))
   AND (CAST(:categories AS uuid[]) IS NULL OR category_id = ANY(CAST(:categories AS uuid[])))
  GROUP BY GROUPING SETS ((unit_code), (month), (category_id), (channel))
 ) AS grouped WHERE key <> ''
) AS placed WHERE kind <> 'unit' OR place <= :told
""")  # noqa: S608 - our own words
# Of what was told by shop, place and mentor: the greatest shops and how many there are, all places, all mentors.
_SHARES = """
, of_shops AS MATERIALIZED (
 SELECT seller_id, sum(value_idr)::bigint AS value_idr, sum(domestic_idr)::bigint AS domestic_idr FROM told GROUP BY seller_id
), greatest_shops AS (SELECT * FROM of_shops ORDER BY value_idr DESC, seller_id LIMIT :shops)
SELECT 'seller' AS kind, seller_id::text AS key, value_idr, domestic_idr, (SELECT count(*) FROM of_shops) AS many
FROM greatest_shops
UNION ALL SELECT 'kecamatan', kecamatan_code, sum(value_idr)::bigint, sum(domestic_idr)::bigint, 0 FROM told
GROUP BY kecamatan_code
UNION ALL SELECT 'mentor', mentor, sum(value_idr)::bigint, sum(domestic_idr)::bigint, 0 FROM told GROUP BY mentor
"""
_SHOPS = text(f"""
WITH told AS MATERIALIZED (
 SELECT seller_id, kecamatan_code, mentor, sum(value_idr)::bigint AS value_idr, sum(domestic_idr)::bigint AS domestic_idr
 FROM p3dn_by_shop WHERE span = :span AND since BETWEEN :first AND :last AND (:channel = '' OR channel = :channel)
  AND (CAST(:categories AS uuid[]) IS NULL OR category_id = ANY(CAST(:categories AS uuid[])))
 GROUP BY seller_id, kecamatan_code, mentor
) {_SHARES}
""")  # noqa: S608 - our own words
# The shops of offices are added up from their lines, by an index that holds all that is asked for.
_SHOPS_OF_UNITS = text(f"""
WITH told AS MATERIALIZED (
 SELECT seller_id, kecamatan_code, mentor, sum(value_idr)::bigint AS value_idr,
  coalesce(sum(value_idr) FILTER (WHERE local_class LIKE 'PDN%'), 0)::bigint AS domestic_idr
 FROM p3dn_entries WHERE unit_code <> '' AND unit_code = ANY(CAST(:units AS text[])) AND day BETWEEN :first AND :last
  AND (:channel = '' OR channel = :channel)
  AND (CAST(:categories AS uuid[]) IS NULL OR category_id = ANY(CAST(:categories AS uuid[])))
 GROUP BY seller_id, kecamatan_code, mentor
) {_SHARES}
""")  # noqa: S608 - our own words
_OTHERS = text("""
SELECT 1 FROM p3dn_by_key WHERE part = 'unit' AND key <> '' AND month BETWEEN :first AND :last
 AND key NOT IN (SELECT unnest(CAST(:units AS text[]))) LIMIT 1
""")
MANY = 100
"""So many offices are told of. Where more are asked for, others may have bought nothing: then it is e-order as a whole."""
_COMMITTED = text("""
SELECT unit_code, value_idr FROM (
 SELECT DISTINCT ON (year, unit_code) unit_code, value_idr FROM p3dn_commitments
 WHERE year BETWEEN :from_year AND :to_year AND (CAST(:units AS text[]) IS NULL OR unit_code = ANY(CAST(:units AS text[])))
 ORDER BY year, unit_code, id DESC
) AS newest
""")
SHOPS_TOLD = 20
"""So many shops are named; of the others only how many they are."""


@dataclass(frozen=True, kw_only=True)
class Overview:
    """What D01 shows of a scope, each table with the keys by which its rows open."""

    scope: Scope
    whole: Figures
    units: tuple[Part, ...]
    """Offices, those with the greatest value where they are very many."""
    offices: int
    """How many offices bought something."""
    months: tuple[Part, ...]
    categories: tuple[Part, ...]
    channels: tuple[Part, ...]
    sellers: tuple[Slice, ...]
    """Those with the greatest value."""
    shops: int
    """How many shops sold something."""
    kecamatans: tuple[Slice, ...]
    mentors: tuple[Slice, ...]


def overview(scope: Scope) -> Overview:
    """Return the figures of a scope; three statements over the summaries, or four of very many offices.

    An empty period gives 0 everywhere.
    """
    simpler = _simpler(scope)
    told, shops = _told(simpler), _shops(simpler)
    committed = _committed(scope)
    months = _parts(told, "month")
    whole = _total([one.figures for one in months])
    units = tuple(
        replace(one, figures=replace(one.figures, committed=committed.get(one.key))) for one in _parts(told, "unit")
    )
    everything = Rupiah.total(list(committed.values())) if committed and not scope.channel else None
    return Overview(
        scope=scope,
        whole=replace(whole, committed=everything),
        units=units,
        offices=max((row.many for row in told if row.kind == "unit"), default=0),
        months=tuple(sorted(months, key=lambda one: one.key)),
        categories=_parts(told, "category"),
        channels=_parts(told, "channel"),
        sellers=_slices(shops, "seller"),
        shops=max((row.many for row in shops), default=0),
        kecamatans=_slices(shops, "kecamatan"),
        mentors=_slices(shops, "mentor"),
    )


def total(scope: Scope) -> Figures:
    """Return the figures of a whole scope alone, such as the period before; one statement, or two of very many offices."""
    simpler = _simpler(scope)
    whole = simpler.units is None and not simpler.category_ids
    return _total([_figures(row) for row in rows(_TOTAL if whole else _TOTAL_CHOSEN, simpler.told)])


def _simpler(scope: Scope) -> Scope:
    """Return a scope of all offices that bought anything as what it is: a channel."""
    many = scope.units is not None and len(scope.units) > MANY
    if not many or scope.category_ids or scope.channel not in ("", Channel.EORDER) or rows(_OTHERS, scope.told):
        return scope
    return replace(scope, units=None, channel=Channel.EORDER)


def _told(scope: Scope) -> Sequence[Any]:
    everything = scope.units is None and not scope.category_ids
    return rows(_WHOLE if everything else _CHOSEN, {**scope.told, "told": MANY})


def _shops(scope: Scope) -> Sequence[Any]:
    told = {**scope.told, "shops": SHOPS_TOLD}
    if scope.units is not None:
        return rows(_SHOPS_OF_UNITS, told)
    years = (scope.first.month, scope.first.day, scope.last.month, scope.last.day) == (1, 1, 12, 31)
    return rows(_SHOPS, {**told, "span": "year" if years else "month"})


def _committed(scope: Scope) -> dict[str, Rupiah]:
    told = {"from_year": scope.first.year, "to_year": scope.last.year, "units": scope.told["units"]}
    found: dict[str, Rupiah] = {}
    for row in rows(_COMMITTED, told):
        found[row.unit_code] = found.get(row.unit_code, ZERO) + Rupiah(int(row.value_idr))
    return found


def _parts(told: Sequence[Any], kind: str) -> tuple[Part, ...]:
    """Return the parts of one kind, the greatest value first."""
    found = [Part(key=row.key, figures=_figures(row)) for row in told if row.kind == kind]
    return tuple(sorted(found, key=lambda one: (-one.figures.total.amount, one.key)))


def _slices(told: Sequence[Any], kind: str) -> tuple[Slice, ...]:
    found = [
        Slice(key=row.key, figures=Share(Rupiah(row.value_idr), Rupiah(row.domestic_idr)))
        for row in told
        if row.kind == kind
    ]
    return tuple(sorted(found, key=lambda one: (-one.figures.total.amount, one.key)))


def _figures(row: Any) -> Figures:  # noqa: ANN401 - a row of the sums
    values = {one: Rupiah(getattr(row, one.lower())) for one in _CLASSES}
    return Figures(
        total=Rupiah(row.value_idr),
        by_class={name: value for name, value in values.items() if value},
        umk=Rupiah(row.umk_idr),
        certified=Rupiah(row.certified_idr),
        weighted=int(row.weighted),
        entries=row.entries,
    )


def _total(parts: Sequence[Figures]) -> Figures:
    classes = sorted({name for one in parts for name in one.by_class})
    return Figures(
        total=Rupiah.total([one.total for one in parts]),
        by_class={name: Rupiah.total([one.by_class.get(name, ZERO) for one in parts]) for name in classes},
        umk=Rupiah.total([one.umk for one in parts]),
        certified=Rupiah.total([one.certified for one in parts]),
        weighted=sum(one.weighted for one in parts),
        entries=sum(one.entries for one in parts),
    )


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
