"""Sums for everybody: by month, kecamatan of the shop and category, with how many shops are behind each."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import text

from marketplace.catalog.queries import category_tree
from marketplace.kernel.db import rows
from marketplace.kernel.money import Rupiah

ALL, MONTH, KECAMATAN, CATEGORY = 0b111, 0b011, 0b101, 0b110
# Few shops are named, so that rows can be put together until enough stand behind them.
_OPEN = text("""
SELECT grouping(month, kecamatan_code, category_id) AS grouped, month, kecamatan_code, category_id,
 sum(value_idr)::bigint AS value_idr,
 coalesce(sum(value_idr) FILTER (WHERE local_class LIKE 'PDN%'), 0)::bigint AS domestic_idr,
 count(DISTINCT seller_id) AS shops,
 CASE WHEN count(DISTINCT seller_id) < :few THEN array_agg(DISTINCT seller_id::text) END AS named
FROM (
 SELECT month, kecamatan_code, coalesce(t.top_id, s.category_id) AS category_id, seller_id, local_class,
  sum(value_idr) AS value_idr
 FROM p3dn_by_shop s
 LEFT JOIN unnest(CAST(:below AS uuid[]), CAST(:tops AS uuid[])) AS t (id, top_id) ON t.id = s.category_id
 WHERE month BETWEEN :first AND :last GROUP BY 1, 2, 3, 4, 5
) AS sums
GROUP BY GROUPING SETS ((month), (kecamatan_code), (category_id), ())
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSum:
    """What was accepted of a part, in rupiah, and from how many shops; ``named`` are their ids where they are few."""

    key: str
    value: Rupiah
    domestic: Rupiah
    shops: int
    named: frozenset[str]


def open_sums(first: date, last: date, few: int) -> Mapping[int, tuple[OpenSum, ...]]:
    """Return the sums of whole months by ALL, MONTH, KECAMATAN and CATEGORY, by their keys; one statement.

    Categories are those of the upper level.
    """
    below = {one.id: top.id for top in category_tree().tops for one in top.below}
    told = {"first": first, "last": last, "few": few, "below": list(below), "tops": list(below.values())}
    found: dict[int, list[OpenSum]] = {ALL: [], MONTH: [], KECAMATAN: [], CATEGORY: []}
    keys = {MONTH: "month", KECAMATAN: "kecamatan_code", CATEGORY: "category_id"}
    for row in rows(_OPEN, told):
        if row.value_idr is None:
            continue
        found[row.grouped].append(
            OpenSum(
                key=str(getattr(row, keys[row.grouped])) if row.grouped in keys else "",
                value=Rupiah(row.value_idr),
                domestic=Rupiah(row.domestic_idr),
                shops=row.shops,
                named=frozenset(row.named or ()),
            )
        )
    return {grouped: tuple(sorted(sums, key=lambda one: one.key)) for grouped, sums in found.items()}
