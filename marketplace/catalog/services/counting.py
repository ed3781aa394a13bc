"""Stock counted by hand: what is on the shelf now, said for one variant or for a whole table of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, text

from marketplace.catalog.events import StockChanged
from marketplace.catalog.models import Stock, StockMove, Variant
from marketplace.kernel import clock
from marketplace.kernel.access import Actor
from marketplace.kernel.audit import audit
from marketplace.kernel.db import rows, session, transactional
from marketplace.kernel.errors import Conflict, Invalid, NotFound
from marketplace.kernel.ids import uuid7
from marketplace.kernel.outbox import emit
from marketplace.kernel.words import Words, _
from marketplace.sellers.policies import MANAGE

MOVED = "stock_moved"


@dataclass(frozen=True)
class Count:
    """How many of a variant are there. ``seen`` is what the counter was shown before, where they were shown anything.

    ``field`` is where to say what is wrong with it.
    """

    variant_id: UUID
    on_hand: int
    seen: int | None = None
    field: str = "on_hand"


WRITE = text("""
UPDATE catalog_stock s SET on_hand = c.on_hand
FROM unnest(CAST(:variants AS uuid[]), CAST(:counts AS integer[])) AS c (variant_id, on_hand)
WHERE s.variant_id = c.variant_id
""")


@transactional
def stock_set(seller_id: UUID, counts: Sequence[Count], *, by: Actor, reason: str = "counted") -> None:
    """Set what is on a shop's shelf, all of it or nothing; a count of what is there already changes nothing.

    Raises NotFound for a variant of no such shop, Conflict ``stock_moved`` with ``moved``, a list of {field, yours, now},
    when goods came or went since they were ``seen``, and Invalid with the number when fewer than what is reserved (R4.7).
    """
    by.require(MANAGE, seller_id)
    there = _locked(seller_id, [one.variant_id for one in counts])
    changed = [one for one in counts if one.on_hand not in (one.seen, there[one.variant_id].on_hand)]
    _refuse_moved(changed, there)
    _refuse_promised(changed, there)
    if not changed:
        return
    session.execute(
        WRITE, {"variants": [one.variant_id for one in changed], "counts": [one.on_hand for one in changed]}
    )
    now = clock.now()
    moves = [
        {
            "id": uuid7(),
            "variant_id": one.variant_id,
            "delta": one.on_hand - there[one.variant_id].on_hand,
            "reason": reason,
            "reference": "",
            "by": by.reference,
            "at": now,
        }
        for one in changed
    ]
    session.execute(insert(StockMove), moves)
    for one in changed:
        stock = there[one.variant_id]
        audit(
            f"catalog:{seller_id}",
            "stock.set",
            f"variant:{one.variant_id}",
            by=by,
            before={"on_hand": stock.on_hand},
            after={"on_hand": one.on_hand, "reason": reason},
        )
        emit(
            StockChanged(
                variant_id=str(one.variant_id),
                product_id=str(stock.product_id),
                seller_id=str(seller_id),
                free=one.on_hand - stock.reserved,
            )
        )


def _locked(seller_id: UUID, variants: Sequence[UUID]) -> dict[UUID, Any]:
    """Lock the stock in the order in which buyers take it (R2.3), however the variants were listed."""
    found = rows(
        select(Stock.variant_id, Stock.on_hand, Stock.reserved, Variant.product_id)
        .join(Variant, Variant.id == Stock.variant_id)
        .where(Variant.id.in_(variants), Variant.seller_id == seller_id)
        .order_by(Stock.variant_id)
        .with_for_update(of=Stock)
    )
    there = {row.variant_id: row for row in found}
    if not there.keys() >= set(variants):
        raise NotFound
    return there


def _refuse_moved(counts: Sequence[Count], there: dict[UUID, Any]) -> None:
    moved = [
        {"field": one.field, "yours": one.on_hand, "now": there[one.variant_id].on_hand}
        for one in counts
        if one.seen is not None and one.seen != there[one.variant_id].on_hand
    ]
    if moved:
        said = _("The stock changed while you were writing. Look at both numbers: nothing was saved yet.")
        raise Conflict(MOVED, said, moved=moved)


def _refuse_promised(counts: Sequence[Count], there: dict[UUID, Any]) -> None:
    promised = {
        one.field: there[one.variant_id].reserved for one in counts if one.on_hand < there[one.variant_id].reserved
    }
    if promised:
        raise Invalid({field: too_few(reserved) for field, reserved in promised.items()})


def too_few(reserved: int) -> Words:
    """Return what is said of a count below what is promised to buyers."""
    return _("%(reserved)s are reserved for orders. The stock cannot be lower than that.", reserved=reserved)
