"""Buying again: what was bought before goes into the cart at the prices of now, and nothing is dropped without a word."""

import json
from collections.abc import Sequence

from sqlalchemy import select, text

from marketplace.kernel import clock
from marketplace.kernel.access import Actor
from marketplace.kernel.db import session, transactional
from marketplace.kernel.errors import Conflict
from marketplace.kernel.ids import uuid7
from marketplace.kernel.plugin import current
from marketplace.kernel.words import _
from marketplace.orders import queries
from marketplace.orders.models import CartLine

# So many there shall be at least: who presses twice, or has some in the cart already, gets no second helping. What comes
# beside other goods of a shop comes the same way as they do, else as it came before.
PUT_ALL = text("""
INSERT INTO orders_cart_lines (
    id, owner, variant_id, seller_id, qty, seen_idr, delivery, way, day, slot, note, added_at, changed_at
)
SELECT w.id, :owner, w.variant_id, w.seller_id, w.qty, w.seen_idr,
    coalesce(other.delivery, 'pickup'), CASE WHEN other.id IS NULL THEN w.way ELSE other.way END,
    other.day, coalesce(other.slot, ''), coalesce(other.note, ''), :now, :now
FROM jsonb_to_recordset(CAST(:lines AS jsonb))
    AS w (id uuid, variant_id uuid, seller_id uuid, qty integer, seen_idr bigint, way text)
LEFT JOIN LATERAL (
    SELECT o.id, o.delivery, o.way, o.day, o.slot, o.note FROM orders_cart_lines o
    WHERE o.owner = :owner AND o.seller_id = w.seller_id ORDER BY o.added_at, o.id LIMIT 1
) other ON true
ORDER BY w.variant_id
ON CONFLICT (owner, variant_id) DO UPDATE
SET qty = CASE WHEN orders_cart_lines.later THEN excluded.qty ELSE greatest(orders_cart_lines.qty, excluded.qty) END,
    seen_idr = excluded.seen_idr, changed_at = excluded.changed_at, later = false
""")


@transactional
def buy_again(code: str, *, by: Actor, token: str = "") -> tuple[queries.Again, ...]:
    """Put what was bought in an order into the actor's cart, as much of it as can be had; return how each line stands.

    A second time changes nothing. Raises NotFound for somebody else's order, Conflict ``cart_full``.
    """
    _order, wanted = queries.wanted_again(code, by, token)
    lines = queries.held_against_now(wanted)
    fill(lines, by=by)
    return lines


def fill(lines: Sequence[queries.Again], *, by: Actor) -> None:
    """Put lines into the actor's cart, within a service; raises Conflict ``cart_full`` and then puts none."""
    owner = queries.owner(by)
    there = [one for one in lines if one.offer is not None and one.qty]
    if not there:
        return
    held = set(session.scalars(select(CartLine.variant_id).where(CartLine.owner == owner)))
    if len(held | {one.wanted.variant_id for one in there}) > current().setting("CART_LINES"):
        raise Conflict("cart_full", _("The cart is full. Order what is in it first, or remove something."))
    told = [
        {
            "id": str(uuid7()),
            "variant_id": str(one.wanted.variant_id),
            "seller_id": str(one.wanted.seller_id),
            "qty": one.qty,
            "seen_idr": one.offer.price.amount,
            "way": one.wanted.way or None,
        }
        for one in there
        if one.offer is not None
    ]
    session.execute(PUT_ALL, {"owner": owner, "lines": json.dumps(told), "now": clock.now()})
