"""The way of a part: its seller prepares and hands over, its buyer says that it came."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from marketplace.kernel.access import Actor
from marketplace.kernel.audit import audit
from marketplace.kernel.db import session, transactional
from marketplace.kernel.errors import Conflict, Invalid
from marketplace.kernel.words import _
from marketplace.media import services as media
from marketplace.orders import queries
from marketplace.orders.models import Delivery, PartState, Suborder
from marketplace.orders.policies import PREPARE
from marketplace.orders.services.checkout import locked_own
from marketplace.orders.services.steps import BUYER, SELLER, go, part_of

FETCHED_BY_BUYER = "fetched"
"""What stands in the history when the shop says that the buyer came for it."""


@dataclass(frozen=True, kw_only=True)
class HandOver:
    """What shows that goods left the shop: a tracking number, who took them, or a private picture that media keeps."""

    receipt_number: str = ""
    handed_to: str = ""
    picture_id: UUID | None = None

    def __bool__(self) -> bool:
        """Tell whether it shows anything."""
        return bool(self.receipt_number or self.handed_to or self.picture_id)


NOTHING = HandOver()


@transactional
def advance(path_code: str, to: PartState, *, by: Actor, shown: HandOver = NOTHING, receipt_number: str = "") -> None:
    """Take a part of one of the actor's shops further. Pressing twice is one step.

    Raises NotFound for a foreign part, Conflict ``state`` when the part cannot go there, ``pickup`` when somebody would send
    what its buyer fetches or hand out what is sent, and Invalid beside ``resi`` or ``penerima`` without anything that shows
    the hand-over.
    """
    known = queries.seller_order(path_code, by)
    part = session.execute(select(Suborder).where(Suborder.id == known.part.id).with_for_update()).scalar_one()
    by.require(PREPARE, part.seller_id)
    if part.state == to:
        return
    shown = HandOver(receipt_number=receipt_number) if receipt_number else shown
    fetched = Delivery(part.delivery).fetched
    if to is PartState.SHIPPED and fetched:
        raise Conflict("pickup", _("The buyer picks this order up. Mark it as ready instead."))
    if to is PartState.RECEIVED and not fetched:
        raise Conflict("pickup", _("This order is brought to the buyer, who says when it has come."))
    if to is PartState.SHIPPED and Suborder.machine.allows(PartState(part.state), to) and not shown:
        raise Invalid({"resi": _("Write the tracking number or who took it, or add a photo of the hand-over.")})
    if to is PartState.RECEIVED and not (shown.handed_to or shown.picture_id):
        raise Invalid({"penerima": _("Write who picked it up, or add a photo of the hand-over.")})
    values: dict[str, object] = {}
    if shown:
        values = {"handed_to": shown.handed_to or None, "handover_id": shown.picture_id}
        values["receipt_number"] = shown.receipt_number or part.receipt_number
    if shown.picture_id:
        media.hold([shown.picture_id])
    go(part, to, by=by, role=SELLER, why=FETCHED_BY_BUYER if to is PartState.RECEIVED else "", **values)


@transactional
def not_delivered(path_code: str, why: str, *, by: Actor) -> None:
    """The shop could not hand a sent part over, for a reason that its buyer reads. Raises NotFound, Conflict ``state``."""
    known = queries.seller_order(path_code, by)
    part = session.execute(select(Suborder).where(Suborder.id == known.part.id).with_for_update()).scalar_one()
    by.require(PREPARE, part.seller_id)
    if part.state != PartState.UNDELIVERED:
        go(part, PartState.UNDELIVERED, by=by, role=SELLER, why=why)


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
    part = part_of(order, number)
    if part.state in (PartState.RECEIVED, PartState.COMPLETED):
        return order.code
    if part.state == PartState.READY and not Delivery(part.delivery).fetched:
        raise Conflict("state", _("This part is not on its way yet."))
    go(part, PartState.RECEIVED, by=by, role=BUYER)
    return order.code
