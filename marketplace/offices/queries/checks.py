"""What ``jkp verify`` asks of budgets: every column is the sum of what happened (R26.1)."""

from collections.abc import Iterator

from sqlalchemy import text

from marketplace.kernel.db import rows

LINES = text("""
SELECT l.id, l.ceiling_idr, l.committed_idr, l.realised_idr, m.ceiling, m.committed, m.realised
FROM offices_lines l LEFT JOIN LATERAL (
 SELECT coalesce(sum(amount_idr * CASE kind WHEN 'raise' THEN 1 WHEN 'lower' THEN -1 ELSE 0 END), 0) AS ceiling,
  coalesce(sum(amount_idr * CASE WHEN kind = 'commit' THEN 1 WHEN kind IN ('release', 'realise') THEN -1 ELSE 0 END), 0)
   AS committed,
  coalesce(sum(amount_idr * CASE kind WHEN 'realise' THEN 1 ELSE 0 END), 0) AS realised
 FROM offices_movements WHERE line_id = l.id
) m ON true
WHERE (l.ceiling_idr, l.committed_idr, l.realised_idr) IS DISTINCT FROM (m.ceiling, m.committed, m.realised)
ORDER BY l.id
""")
HELD = text("""
SELECT 'line' AS what, t.id, t.committed_idr, t.realised_idr, c.committed, c.realised
FROM offices_lines t LEFT JOIN LATERAL (
 SELECT coalesce(sum(amount_idr - realised_idr), 0) AS committed, coalesce(sum(realised_idr), 0) AS realised
 FROM offices_commitments WHERE line_id = t.id
) c ON true
WHERE (t.committed_idr, t.realised_idr) IS DISTINCT FROM (c.committed, c.realised)
UNION ALL
SELECT 'package', t.id, t.committed_idr, t.realised_idr, c.committed, c.realised
FROM offices_packages t LEFT JOIN LATERAL (
 SELECT coalesce(sum(amount_idr - realised_idr), 0) AS committed, coalesce(sum(realised_idr), 0) AS realised
 FROM offices_commitments WHERE package_id = t.id
) c ON true
WHERE (t.committed_idr, t.realised_idr) IS DISTINCT FROM (c.committed, c.realised)
ORDER BY 1, 2
""")


def broken() -> Iterator[str]:
    """Yield a sentence for each line or package whose columns are not what its movements and commitments come to."""
    for row in rows(LINES):
        yield (
            f"offices: the line {row.id} has {row.ceiling_idr}, {row.committed_idr} and {row.realised_idr} rupiah,"
            f" its movements come to {row.ceiling}, {row.committed} and {row.realised}"
        )
    for row in rows(HELD):
        yield (
            f"offices: the {row.what} {row.id} has {row.committed_idr} committed and {row.realised_idr} realised,"
            f" its commitments come to {row.committed} and {row.realised}"
        )
