"""What must always be true of the ledger and of policy (R26.1)."""

from collections.abc import Iterator

from sqlalchemy import FromClause, select, text

from marketplace.kernel.db import rows
from marketplace.p3dn.models import Entry
from marketplace.p3dn.queries.policies import policies_broken

RECORDED: FromClause = select(Entry.source, Entry.reference, Entry.line).subquery("recorded")
"""What was recorded, as something for those above to ask."""
_MONTHS = "(SELECT *, date_trunc('month', day)::date AS month FROM p3dn_entries) AS e"
_FIGURES = {
    "value_idr": "sum(value_idr)",
    "entries": "count(*)",
    "certified_idr": "coalesce(sum(value_idr) FILTER (WHERE certificate <> ''), 0)",
    "weighted": "sum(value_idr::numeric * tkdn)",
}
_OF_SHOPS = {
    "value_idr": "sum(value_idr)",
    "domestic_idr": "coalesce(sum(value_idr) FILTER (WHERE local_class IN ('PDN_TKDN', 'PDN_NO_TKDN')), 0)",
    "entries": "count(*)",
}
SUMS = {
    "key": (
        "p3dn_by_key",
        "month, part, key, channel, local_class, umk",
        f"{_MONTHS}, LATERAL (VALUES ('unit', unit_code), ('category', category_id::text)) AS k (part, key)",
        _FIGURES,
    ),
    "unit": ("p3dn_by_unit", "month, unit_code, category_id, channel, local_class, umk", _MONTHS, _FIGURES),
    "shop": (
        "p3dn_by_shop",
        "span, since, seller_id, category_id, channel, kecamatan_code, mentor",
        "(SELECT *, date_trunc(span, day)::date AS since FROM p3dn_entries, (VALUES ('month'), ('year')) AS k (span)) AS e",
        _OF_SHOPS,
    ),
}
"""Each sum by its table, the keys it has beside shards, the entries it is made of, and what is added up of them."""
_RECOUNT = """
WITH counted AS (SELECT {keys}, {kept} FROM {table} GROUP BY {keys}),
whole AS (SELECT {keys}, {made} FROM {entries} GROUP BY {keys})
SELECT {keys} FROM (
 (SELECT * FROM counted EXCEPT ALL SELECT * FROM whole) UNION ALL (SELECT * FROM whole EXCEPT ALL SELECT * FROM counted)
) AS apart LIMIT 20
"""
MORE_BACK = text("""
SELECT source, code, line FROM p3dn_entries
WHERE (source, code, line) IN (SELECT source, code, line FROM p3dn_entries WHERE takes_back IS NOT NULL)
GROUP BY source, code, line HAVING sum(value_idr) < 0 LIMIT 20
""")


def broken() -> Iterator[str]:
    """Yield a sentence for each sum that its entries do not make, each line of which more came back than was, and each gap."""
    for name, (table, keys, entries, figures) in SUMS.items():
        kept = ", ".join(f"sum({one})::numeric AS {one}" for one in figures)
        made = ", ".join(f"({how})::numeric AS {one}" for one, how in figures.items())
        for row in rows(text(_RECOUNT.format(keys=keys, table=table, entries=entries, kept=kept, made=made))):
            yield f"p3dn: the sum by {name} of {', '.join(str(part) for part in row)} is not what its entries make"
    for row in rows(MORE_BACK):
        yield f"p3dn: more came back of line {row.line} of {row.code} than was accepted"
    yield from policies_broken()
