"""What ``jkp verify`` asks of offices: columns are the sums of what happened, trees and rights what follows (R26.1)."""

from collections.abc import Iterator

from sqlalchemy import select, text

from marketplace.accounts import queries as accounts
from marketplace.kernel import clock
from marketplace.kernel.db import rows
from marketplace.offices.models import Appointment
from marketplace.offices.policies import ORGANISATION
from marketplace.offices.queries.duties import acting, in_force

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
TREE = text("""
WITH RECURSIVE line AS (
 SELECT code, parent_code AS at, ARRAY[]::text[] AS above FROM offices_units
 UNION ALL
 SELECT line.code, u.parent_code, line.above || u.code FROM line JOIN offices_units u ON u.code = line.at
 WHERE NOT u.code = ANY(line.above)
)
SELECT u.code FROM offices_units u JOIN line ON line.code = u.code AND line.at IS NULL
WHERE u.above IS DISTINCT FROM line.above
UNION ALL
SELECT code FROM offices_units u WHERE NOT EXISTS (SELECT 1 FROM line WHERE line.code = u.code AND line.at IS NULL)
ORDER BY 1
""")
OUTSIDE = text("""
SELECT m.id FROM offices_mandates m JOIN offices_appointments a ON a.id = m.appointment_id
WHERE m.first_day < a.first_day OR m.last_day > a.last_day OR (m.ended_at IS NULL AND a.ended_at IS NOT NULL)
 OR m.deputy_id = a.person_id
ORDER BY m.id
""")


def broken() -> Iterator[str]:
    """Yield a sentence for each rule of offices that does not hold."""
    yield from _money()
    for row in rows(TREE):
        yield f"offices: the unit {row.code} does not know the units above it"
    for row in rows(OUTSIDE):
        yield f"offices: the mandate {row.id} does not fit its appointment"
    yield from _rights()


def _rights() -> Iterator[str]:
    """Compare who has a duty today with who may act in it: those who rest may not, all others may."""
    today = clock.today()
    named = select(Appointment.unit_code, Appointment.duty).where(*in_force(Appointment, today)).distinct()
    for place in rows(named.order_by(Appointment.unit_code, Appointment.duty)):
        may = set(accounts.holders(place.duty, ORGANISATION, place.unit_code))
        acts, own = set(), set()
        for one in acting(place.unit_code, place.duty, today):
            acts.add(one.person_id)
            if one.mandate is not None:
                own.add(one.mandate.principal_id)
        active = {one.person_id for one in accounts.recipients(acts | own)}
        if wrong := sorted(str(one) for one in ((acts & active) - may) | ((own - acts) & may)):
            where = f"{place.duty} at {place.unit_code}"
            yield f"offices: {where}: the rights of {', '.join(wrong)} are not what appointments and mandates say"


def _money() -> Iterator[str]:
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
