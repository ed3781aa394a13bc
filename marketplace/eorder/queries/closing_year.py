"""What an office still has to do before a fiscal year ends: orders, money that is held, papers and slips that are missing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from marketplace.eorder.queries.inbox import GOING
from marketplace.kernel.db import rows
from marketplace.kernel.money import Rupiah

HELD, UNPAID, UNNUMBERED, UNPROVED, NO_SLIP, GOING_ON = (
    "held", "unpaid", "unnumbered", "unproved", "no_slip", "going",
)  # fmt: skip
KINDS = (UNPAID, NO_SLIP, UNPROVED, UNNUMBERED, HELD, GOING_ON)
"""What is left to do, the most urgent first: money that a shop waits for comes before everything."""
MOST = 100
LEFT = text(f"""
WITH o AS (
 SELECT o.* FROM eorder_orders o WHERE o.unit_code = ANY(CAST(:units AS text[])) AND o.year = :year
), todo AS (
 SELECT '{UNPAID}' AS kind, o.id, o.accepted_idr - o.paid_idr AS amount_idr, '' AS what FROM o WHERE o.accepted_idr > o.paid_idr
 UNION ALL
 SELECT '{NO_SLIP}', o.id, w.kept_idr, w.code FROM o JOIN eorder_payments p ON p.order_id = o.id
 JOIN eorder_withholdings w ON w.payment_id = p.id WHERE w.kept_idr > 0 AND w.slip_number IS NULL
 UNION ALL
 SELECT '{UNPROVED}', o.id, p.gross_idr, p.shown FROM o JOIN eorder_payments p ON p.order_id = o.id
 WHERE p.proof_key IS NULL
 UNION ALL
 SELECT '{UNNUMBERED}', o.id, m.value_idr, m.number::text FROM o JOIN eorder_minutes m ON m.order_id = o.id
 WHERE m.state IN ('signed') AND m.office_number IS NULL
 UNION ALL
 SELECT '{HELD}', o.id, o.total_idr - o.paid_idr, '' FROM o
 WHERE o.issued_at IS NOT NULL AND {GOING} AND o.total_idr > o.accepted_idr
 UNION ALL
 SELECT '{GOING_ON}', o.id, o.total_idr, '' FROM o WHERE {GOING}
)
SELECT * FROM (
SELECT t.kind, t.amount_idr::bigint AS amount_idr, t.what, o.code, o.state, o.purpose, o.seller_name, o.unit_code, o.line_id,
 o.due_at, count(*) OVER (PARTITION BY t.kind) AS many, sum(t.amount_idr) OVER (PARTITION BY t.kind)::bigint AS sum_idr,
 row_number() OVER (PARTITION BY t.kind ORDER BY o.due_at NULLS LAST, o.id, t.what) AS place
FROM todo t JOIN o ON o.id = t.id
) numbered WHERE place <= :most ORDER BY kind, place
""")  # noqa: S608 - kinds and states are our own constants


@dataclass(frozen=True, slots=True, kw_only=True)
class Todo:
    """Something about an order that is to be done before the year ends; ``what`` names the tax, payment or minutes."""

    code: str
    state: str
    purpose: str
    seller_name: str
    unit_code: str
    line_id: UUID
    amount: Rupiah
    what: str
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class Chapter:
    """A kind of things to do: how many, what they come to, and the first of them."""

    kind: str
    many: int
    sum: Rupiah
    first: tuple[Todo, ...]


def left_to_do(units: Sequence[str], year: int) -> tuple[Chapter, ...]:
    """Return what is left to do of a fiscal year, by kind; kinds with nothing are there as well. One statement."""
    found = rows(LEFT, {"units": list(units), "year": year, "most": MOST}) if units else ()
    made = []
    for kind in KINDS:
        mine = [row for row in found if row.kind == kind]
        first = tuple(
            Todo(
                code=row.code, state=row.state, purpose=row.purpose, seller_name=row.seller_name, unit_code=row.unit_code,
                line_id=row.line_id, amount=Rupiah(row.amount_idr), what=row.what, due_at=row.due_at,
            )
            for row in mine
        )  # fmt: skip
        made.append(Chapter(kind, mine[0].many if mine else 0, Rupiah(mine[0].sum_idr if mine else 0), first))
    return tuple(made)
