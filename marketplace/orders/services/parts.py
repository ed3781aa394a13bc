"""The way of a part: its seller prepares and hands over, its buyer says that it came."""

from sqlalchemy import select

from marketplace.kernel.access import Actor
from marketplace.kernel.audit import audit
from marketplace.kernel.db import session, transactional
from marketplace.kernel.errors import Conflict, NotFound
from marketplace.kernel.outbox import emit
from marketplace.kernel.words import _
from marketplace.orders import queries
from marketplace.orders.events import PartMoved
from marketplace.orders.models import Delivery, PartState, Suborder
from marketplace.orders.policies import PREPARE
from marketplace.orders.services.checkout import locked_own


@transactional
def advance(path_code: str, to: PartState, *, by: Actor, receipt_number: str = "") -> None:
    """Take a part of one of the actor's shops further. Pressing twice is one step.

    Raises NotFound for a foreign part, Conflict ``state`` when the part cannot go there, and ``pickup`` when somebody
    would send what its buyer fetches.
    """
    known = queries.seller_order(path_code, by)
    part = session.execute(select(Suborder).where(Suborder.id == known.part.id).with_for_update()).scalar_one()
    by.require(PREPARE, part.seller_id)
    if part.state == to:
        return
    if to is PartState.SHIPPED and Delivery(part.delivery).fetched:
        raise Conflict("pickup", _("The buyer picks this order up. Mark it as ready instead."))
    if receipt_number:
        part.receipt_number = receipt_number
    _go(part, to, by)


@transactional
def note_view(part: queries.Part, *, by: Actor) -> None:
    """Write down that somebody of the shop sees the name, number and address of a part's buyer (R22.1, R23.1)."""
    audit(queries.stream_of(part), queries.VIEW, str(part.id), by=by)


@transactional
def receive(code: str, number: int, *, by: Actor, token: str = "") -> str:
    """The buyer says that a part came; return the order's code.

    Raises NotFound, and Conflict ``state`` when it is not on its way.
    """
    order = locked_own(code, by, token)
    wanted = (Suborder.order_id == order.id, Suborder.number == number)
    part = session.execute(select(Suborder).where(*wanted).with_for_update()).scalar_one_or_none()
    if part is None:
        raise NotFound
    if part.state == PartState.RECEIVED:
        return order.code
    if part.state == PartState.READY and not Delivery(part.delivery).fetched:
        raise Conflict("state", _("This part is not on its way yet."))
    _go(part, PartState.RECEIVED, by)
    return order.code


def _go(part: Suborder, to: PartState, by: Actor) -> None:
    part.move(to, by=by)
    emit(
        PartMoved(
            order_id=str(part.order_id), suborder_id=str(part.id), seller_id=str(part.seller_id), state=part.state
        )
    )
