"""What a shop will be given for parts that are paid and not completed, and when that can be at the latest."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text

from marketplace.kernel import clock
from marketplace.kernel.db import rows
from marketplace.kernel.money import ZERO, Rupiah
from marketplace.kernel.plugin import current
from marketplace.orders import slots
from marketplace.orders.models import PartState
from marketplace.orders.queries.giving_back import fee_share
from marketplace.orders.queries.orders import shown_code
from marketplace.rules import queries as rules


@dataclass(frozen=True, kw_only=True)
class Coming:
    """A part whose money is held.

    ``net`` is what of it will be the shop's, the fee taken off as it was agreed and the gateway's cost by the rule of today.
    ``comes_at`` is when it is completed at the latest if nobody objects and the shop has nothing left to do; None where it has,
    or where somebody objects. ``due_at`` is until when the part's next step is waited for.
    """

    part_id: UUID
    code: str
    number: int
    state: str
    held: Rupiah
    net: Rupiah
    due_at: datetime | None
    comes_at: datetime | None
    objected: bool

    @property
    def path_code(self) -> str:
        """Return the part's code in addresses."""
        return f"{self.code}-{self.number}"

    @property
    def shown_code(self) -> str:
        """Return the part's code as people read it."""
        return f"{shown_code(self.code)}-{self.number}"


# Two halves, each by an index of its own: of parts that are finished there may be any number. The other parts of the order
# are read for the share of what the gateway costs, and what went back for the share of the fee.
_OPEN = """
SELECT s.id, o.code, s.number, s.state, s.due_at, s.fee_idr, s.fee_tax_idr, s.goods_idr - s.discount_idr AS goods, s.total_idr,
 o.total_idr AS whole, o.gateway, a.credited_idr - a.debited_idr AS held,
 (SELECT coalesce(sum(r.goods_idr), 0)::bigint FROM orders_refunds r
  WHERE r.suborder_id = s.id AND r.undone_at IS NULL) AS back,
 (SELECT array_agg(t.total_idr ORDER BY t.number) FROM orders_suborders t WHERE t.order_id = s.order_id) AS totals,
 (SELECT count(*) FROM orders_suborders t WHERE t.order_id = s.order_id AND t.number < s.number) AS place
FROM orders_suborders s JOIN orders_orders o ON o.id = s.order_id JOIN payments_accounts a ON a.key = 'held:' || s.id
WHERE s.seller_id = :seller AND {of} AND a.credited_idr > a.debited_idr
"""
_STATES = ("s.state IN ('new', 'accepted', 'ready', 'shipped', 'undelivered')", "s.state IN ('received')")
_COMING = text(" UNION ALL ".join(_OPEN.format(of=each) for each in _STATES) + " ORDER BY due_at, id")


def coming(seller_id: UUID) -> Sequence[Coming]:
    """Return the parts of a shop whose money is held, those first that come first."""
    found = rows(_COMING, {"seller": seller_id})
    ids = [row.id for row in found]
    objected = frozenset[UUID]().union(*(asked(ids) for asked in slots.objections)) if ids else frozenset()
    book = rules.rules(clock.today())
    settles = timedelta(hours=int(current().setting("COMPLETE_HOURS")))
    told = []
    for row in found:
        goods = Rupiah(row.goods)
        taken = [
            fee - fee_share(fee, goods, ZERO, Rupiah(row.back)) for fee in map(Rupiah, (row.fee_idr, row.fee_tax_idr))
        ]
        gateway = rules.charged(Rupiah(row.whole), book.get(f"fee.gateway.{row.gateway}"))
        taken.append(gateway.split(row.totals)[row.place] if gateway else ZERO)
        at = {PartState.RECEIVED: row.due_at, PartState.SHIPPED: row.due_at + settles if row.due_at else None}
        told.append(
            Coming(
                part_id=row.id,
                code=row.code,
                number=row.number,
                state=row.state,
                held=Rupiah(row.held),
                net=Rupiah(row.held) - Rupiah.total(taken),
                due_at=row.due_at,
                comes_at=None if row.id in objected else at.get(PartState(row.state)),
                objected=row.id in objected,
            )
        )
    return sorted(told, key=lambda one: (one.comes_at is None, one.comes_at or one.due_at or clock.now()))
