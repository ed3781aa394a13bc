"""What must always be true of the ledger and of policy (R26.1)."""

from collections.abc import Iterator

from sqlalchemy import FromClause, select, text

from marketplace.kernel.db import rows
from marketplace.p3dn.models import Entry
from marketplace.p3dn.queries.policies import policies_broken

RECORDED: FromClause = select(Entry.source, Entry.reference, Entry.line).subquery("recorded")
"""What was recorded, as something for those above to ask."""
SUMS = {
    "unit": (
        "month, channel, unit_code, programme, category_id, local_class, umk, jakpreneur",
        "p3dn_by_unit",
    ),
    "shop": (
        "month, channel, unit_code, seller_id, category_id, kecamatan_code, mentor, local_class, umk, jakpreneur",
        "p3dn_by_shop",
    ),
}
FIGURES = "value_idr, entries, certified_idr, weighted"
_RECOUNT = """
WITH counted AS (
 SELECT {keys}, sum(value_idr)::numeric AS value_idr, sum(entries)::numeric AS entries,
  sum(certified_idr)::numeric AS certified_idr, sum(weighted)::numeric AS weighted FROM {table} GROUP BY {keys}
), whole AS (
 SELECT {keys}, sum(value_idr)::numeric AS value_idr, count(*)::numeric AS entries,
  coalesce(sum(value_idr) FILTER (WHERE certificate <> ''), 0)::numeric AS certified_idr,
  sum(value_idr::numeric * tkdn) AS weighted
 FROM (SELECT *, date_trunc('month', day)::date AS month FROM p3dn_entries) AS e GROUP BY {keys}
)
SELECT {keys} FROM (
 (SELECT {keys}, {figures} FROM counted EXCEPT ALL SELECT {keys}, {figures} FROM whole)
 UNION ALL (SELECT {keys}, {figures} FROM whole EXCEPT ALL SELECT {keys}, {figures} FROM counted)
) AS apart LIMIT 20
"""
MORE_BACK = text("""
SELECT source, code, line FROM p3dn_entries
WHERE (source, code, line) IN (SELECT source, code, line FROM p3dn_entries WHERE takes_back IS NOT NULL)
GROUP BY source, code, line HAVING sum(value_idr) < 0 LIMIT 20
""")


def broken() -> Iterator[str]:
    """Yield a sentence for each sum that its entries do not make, each line of which more came back than was, and each gap."""
    for name, (keys, table) in SUMS.items():
        for row in rows(text(_RECOUNT.format(keys=keys, table=table, figures=FIGURES))):
            yield f"p3dn: the sum by {name} of {', '.join(str(part) for part in row)} is not what its entries make"
    for row in rows(MORE_BACK):
        yield f"p3dn: more came back of line {row.line} of {row.code} than was accepted"
    yield from policies_broken()
