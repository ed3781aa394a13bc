"""A paid part that is called off: by its buyer while nobody has begun, by its shop with a reason, or by the timer.

State, refund and goods change in one transaction, or none of them.
"""

from marketplace.catalog import services as catalog
from marketplace.catalog.services import StockLine
from marketplace.delivery import services as delivery
from marketplace.kernel.access import Actor
from marketplace.kernel.audit import audit
from marketplace.kernel.db import transactional
from marketplace.kernel.errors import Conflict
from marketplace.kernel.words import _
from marketplace.orders import queries
from marketplace.orders.models import Order, OrderState, PartState, Suborder
from marketplace.orders.policies import PREPARE
from marketplace.orders.services.checkout import locked_own
from marketplace.orders.services.collecting import release_from_promise
from marketplace.orders.services.payment import PART_CAUSES
from marketplace.orders.services.refunding import STREAM, pay_part_back
from marketplace.orders.services.steps import BUYER, SELLER, go, lines_of, locked_part, part_of


@transactional
def cancel_part(code: str, number: int, *, by: Actor, token: str = "") -> str:
    """Call off a paid part of the actor's own order that its shop has not begun; return the order's code.

    Again changes nothing. Raises NotFound, and Conflict: ``state`` once the shop has begun, ``disputed`` and the others of
    ``payments.take``.
    """
    order = locked_own(code, by, token)
    part = part_of(order, number)
    if part.state == PartState.CANCELLED and part.paid_at is not None:
        return order.code
    if part.state != PartState.NEW:
        raise Conflict(
            "state",
            _("The shop has begun with this part, so it cannot be cancelled here any more. Ask the shop on WhatsApp."),
            state=part.state,
        )
    call_off_part(order, part, BUYER, by=by, why=BUYER)
    return order.code


@transactional
def decline(path_code: str, why: str, *, by: Actor) -> None:
    """Call off a part of one of the actor's shops, for a reason that its buyer reads; again changes nothing.

    Raises NotFound for a foreign part, and Conflict ``state`` for one that is on its way, received or not paid.
    """
    known = queries.seller_order(path_code, by)
    by.require(PREPARE, known.part.seller_id)
    order, part = locked_part(known.row.code, known.row.number)
    if part.state == PartState.CANCELLED:
        return
    call_off_part(order, part, SELLER, by=by, why=why)


def call_off_part(order: Order, part: Suborder, role: str, *, by: Actor, why: str) -> None:
    """Call off a locked part of a locked order; what was paid for it goes back, and its goods stand on the shelf again.

    Raises Conflict: ``state`` when it may not be called off from where it is, and those of ``payments.take``.
    """
    if order.state not in (OrderState.PAID, OrderState.PROMISED):
        raise Conflict(
            "state", _("This was changed meanwhile. Reload the page to see how it stands."), state=part.state
        )
    was = part.state
    go(part, PartState.CANCELLED, by=by, role=role, why=why)
    refund_id = None
    if order.state == OrderState.PROMISED:
        release_from_promise(order, PART_CAUSES[role], by=by, why=why)
    else:
        refund_id = pay_part_back(order, part, PART_CAUSES[role], by=by, why=why)
    goods = [StockLine(variant_id, qty) for variant_id, qty in lines_of(part.id)]
    delivery.give_back(order.hold_reference, "cancelled", part.seller_id)
    catalog.put_back(order.hold_reference, goods, "cancelled", by=by)
    after = {"state": part.state, "why": why, "refund": str(refund_id) if refund_id else None}
    audit(STREAM, "part.cancelled", f"part:{part.id}", by=by, before={"state": was}, after=after)


def turn_back(order: Order, part: Suborder, why: str, *, by: Actor) -> None:
    """Call off a locked part that was refused at the door where it was to be paid; the shop has its goods in its hands."""
    go(part, PartState.UNDELIVERED, by=by, role=SELLER, why=why)
    call_off_part(order, part, SELLER, by=by, why=why)
