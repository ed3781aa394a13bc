"""Sums for everybody: by month, kecamatan of the shop and category, with how many shops are behind each."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import text

from marketplace.catalog.queries import category_tree
from marketplace.kernel.db import rows
from marketplace.kernel.money import Rupiah

ALL, MONTH, KECAMATAN, CATEGORY = "all", "month", "kecamatan", "category"
# The year's sums without those of the months that do not count yet: a tenth of what all its months would be. Few shops are
# named, so that rows can be put together until enough stand behind them; of a month only whether there are enough.
_OPEN = text("""
WITH later AS (
 SELECT seller_id, category_id, channel, kecamatan_code, mentor, sum(value_idr) AS value_idr, sum(domestic_idr) AS domestic_idr,
  sum(entries) AS entries
 FROM p3dn_by_shop WHERE span = 'month' AND since > :last AND since < :next GROUP BY 1, 2, 3, 4, 5
), told AS MATERIALIZED (
 SELECT y.seller_id, y.kecamatan_code, coalesce(t.top_id, y.category_id) AS category_id,
  sum(y.value_idr - coalesce(l.value_idr, 0)) AS value_idr, sum(y.domestic_idr - coalesce(l.domestic_idr, 0)) AS domestic_idr
 FROM p3dn_by_shop AS y
 LEFT JOIN later AS l ON (l.seller_id, l.category_id, l.channel, l.kecamatan_code, l.mentor)
  = (y.seller_id, y.category_id, y.channel, y.kecamatan_code, y.mentor)
 LEFT JOIN unnest(CAST(:below AS uuid[]), CAST(:tops AS uuid[])) AS t (id, top_id) ON t.id = y.category_id
 WHERE y.span = 'year' AND y.since = :first AND y.entries > coalesce(l.entries, 0) GROUP BY 1, 2, 3
), counted AS (
 SELECT 'all' AS part, '' AS key, seller_id, sum(value_idr) AS value_idr, sum(domestic_idr) AS domestic_idr
 FROM told GROUP BY seller_id
 UNION ALL
 SELECT 'kecamatan', kecamatan_code, seller_id, sum(value_idr), sum(domestic_idr) FROM told GROUP BY kecamatan_code, seller_id
 UNION ALL
 SELECT 'category', category_id::text, seller_id, sum(value_idr), sum(domestic_idr) FROM told GROUP BY category_id, seller_id
)
SELECT part, key, sum(value_idr)::bigint AS value_idr, sum(domestic_idr)::bigint AS domestic_idr, count(*) AS shops,
 CASE WHEN count(*) < :few THEN array_agg(seller_id::text) END AS named
FROM counted GROUP BY part, key
UNION ALL
SELECT 'month', m.month::text, m.value_idr, m.domestic_idr, cardinality(s.named), s.named FROM (
 SELECT month, sum(value_idr)::bigint AS value_idr,
  coalesce(sum(value_idr) FILTER (WHERE local_class LIKE 'PDN%'), 0)::bigint AS domestic_idr
 FROM p3dn_by_key WHERE part = 'category' AND month BETWEEN :first AND :last GROUP BY month
) AS m CROSS JOIN LATERAL (
 SELECT array_agg(seller_id::text) AS named FROM (
  SELECT DISTINCT seller_id FROM p3dn_by_shop WHERE span = 'month' AND since = m.month LIMIT :few
 ) AS of_month
) AS s
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSum:
    """What was accepted of a part, in rupiah, and from how many shops; ``named`` are their ids where they are few.

    Of a month ``shops`` is no more than ``few``: whether there are enough is all that is asked of it.
    """

    key: str
    value: Rupiah
    domestic: Rupiah
    shops: int
    named: frozenset[str]


def open_sums(last: date, few: int) -> Mapping[str, tuple[OpenSum, ...]]:
    """Return the sums of a year through the last day of a month by ALL, MONTH, KECAMATAN and CATEGORY; one statement.

    Categories are those of the upper level.
    """
    below = {one.id: top.id for top in category_tree().tops for one in top.below}
    first, following = date(last.year, 1, 1), date(last.year + 1, 1, 1)
    told = {
        "first": first,
        "last": last,
        "next": following,
        "few": few,
        "below": list(below),
        "tops": list(below.values()),
    }
    found: dict[str, list[OpenSum]] = {ALL: [], MONTH: [], KECAMATAN: [], CATEGORY: []}
    for row in rows(_OPEN, told):
        named = frozenset(row.named or ())
        found[row.part].append(
            OpenSum(
                key=row.key,
                value=Rupiah(row.value_idr),
                domestic=Rupiah(row.domestic_idr),
                shops=row.shops,
                named=named if row.shops < few else frozenset(),
            )
        )
    return {part: tuple(sorted(sums, key=lambda one: one.key)) for part, sums in found.items()}
