"""The way of a part: its seller prepares and hands over, its buyer says that it came."""

from collections.abc import Sequence
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
from marketplace.orders.models import Delivery, OrderState, PartState, Suborder
from marketplace.orders.policies import PREPARE
from marketplace.orders.services.calling_off import turn_back
from marketplace.orders.services.checkout import locked_own
from marketplace.orders.services.steps import BUYER, SELLER, go, locked_part, part_of

REFUSED = "refused"
"""Why goods come back from a door where nobody paid."""
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
    if to is PartState.RECEIVED and known.row.promised:
        raise Conflict("collect", _("This order is paid as you hand it over. Note the money you took."))
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
    """The shop could not hand a sent part over, for a reason that its buyer reads. Raises NotFound, Conflict ``state``.

    One that is paid at the door and was refused there is called off at once: nobody owes anything, and the shop has the goods.
    """
    known = queries.seller_order(path_code, by)
    by.require(PREPARE, known.part.seller_id)
    order, part = locked_part(known.row.code, known.row.number)
    if part.state == PartState.SHIPPED and order.state == OrderState.PROMISED and why.partition(":")[0] == REFUSED:
        turn_back(order, part, why, by=by)
    elif part.state != PartState.UNDELIVERED:
        go(part, PartState.UNDELIVERED, by=by, role=SELLER, why=why)


@transactional
def note_view(part: queries.Part, *, by: Actor) -> None:
    """Write down that somebody of the shop sees the name, number and address of a part's buyer (R22.1, R23.1)."""
    audit(queries.stream_of(part), queries.VIEW, str(part.id), by=by)


@transactional
def note_labels(parcels: Sequence[queries.SellerOrder], *, by: Actor) -> None:
    """Write down that somebody printed the names, numbers and addresses of these parts' buyers, once for each shop."""
    for stream in sorted({queries.stream_of(one.part) for one in parcels}):
        printed = [str(one.part.id) for one in parcels if queries.stream_of(one.part) == stream]
        audit(stream, "orders.print_labels", stream, by=by, after={"parts": printed})


@transactional
def note_overseen(order_id: UUID, *, by: Actor) -> None:
    """Write down that an officer sees an order with its buyer's name, number and address (R22.1, R23.1)."""
    audit("orders", queries.VIEW, f"order:{order_id}", by=by)


@transactional
def receive(code: str, number: int, *, by: Actor, token: str = "") -> str:
    """The buyer says that a part came; return the order's code.

    Raises NotFound, and Conflict ``state`` when it is not on its way.
    """
    order = locked_own(code, by, token)
    part = part_of(order, number)
    if part.state in (PartState.RECEIVED, PartState.COMPLETED):
        return order.code
    if order.state == OrderState.PROMISED:
        raise Conflict(
            "collect", _("Pay the shop as it hands the goods over; it notes the money, and the order is received.")
        )
    if part.state == PartState.READY and not Delivery(part.delivery).fetched:
        raise Conflict("state", _("This part is not on its way yet."))
    go(part, PartState.RECEIVED, by=by, role=BUYER)
    return order.code
