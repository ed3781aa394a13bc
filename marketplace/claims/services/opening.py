"""Opening a claim: what may be claimed, until when, and with which evidence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import insert

from marketplace.claims import queries
from marketplace.claims.events import ClaimMoved
from marketplace.claims.forms import ClaimIn
from marketplace.claims.models import Claim, ClaimLine, ClaimState, Reason, Role, Wish
from marketplace.claims.services.photos import enough
from marketplace.claims.services.steps import checked_amount
from marketplace.claims.services.talking import write
from marketplace.kernel import clock
from marketplace.kernel.access import Actor
from marketplace.kernel.db import session, transactional
from marketplace.kernel.errors import Conflict, Invalid
from marketplace.kernel.ids import uuid7
from marketplace.kernel.machine import record_move
from marketplace.kernel.money import ZERO, Rupiah
from marketplace.kernel.outbox import emit
from marketplace.kernel.plugin import current
from marketplace.kernel.words import Number, _
from marketplace.orders import services as orders
from marketplace.orders.queries.claimable import BoughtPart

SEEN = (Reason.BROKEN, Reason.MISSING, Reason.WRONG, Reason.QUALITY)
"""What a photo shows."""
ONLY_SENT = (Reason.NOT_COME, Reason.LATE)
"""What can be said of what has not come."""
PIECES = "baris"


@dataclass(frozen=True)
class Opened:
    """A claim that stands: its order's code and its number."""

    code: str
    number: int


@transactional
def open_claim(code: str, data: ClaimIn, *, by: Actor, token: str = "", photos: Sequence[UUID] = ()) -> Opened:
    """Complain about pieces of a part of the actor's own order; the same once more is the same claim.

    Raises NotFound for a foreign order or part. Invalid beside the fields: pieces that are claimed or paid back already
    (``baris``), a reason that does not fit how far the part is (``alasan``), an amount above what was paid (``nilai``), no
    photo of food (``photo``). Conflict: ``over`` when the time is over, ``claimed`` while another claim is under way, ``many``.
    """
    part = orders.hold_part(queries.of_order(code, by, token).part(data.bagian).id)
    # Read anew: of two at once the second waited, and now sees the first.
    known = queries.of_order(code, by, token)
    if (standing := known.open_of(part)) is not None:
        if (standing.reason, standing.wish, queries.pieces_of(standing.id)) == (data.alasan, data.harap, data.pieces):
            return Opened(standing.code, standing.number)
        raise Conflict(
            "claimed", _("You have complained about this part already. Go on there."), number=standing.number
        )
    if sum(1 for one in known.claims if one.part_id == part.id) >= int(current().setting("CLAIMS_OF_PART")):
        raise Conflict("many", _("You have complained about this part several times. Write to our team instead."))
    pieces = _pieces(part, data, known.claimed)
    _fits(part, data, pieces)
    enough(len(photos))
    if data.alasan in SEEN and any(part.line(line).food for line in pieces) and not photos:
        raise Invalid({"photo": _("Add a photo: food changes within hours.")})
    whole = _whole(part, pieces) and data.alasan is not Reason.CHANGED_MIND
    worth = Rupiah.total(list(part.worth(pieces).values())) + (part.shipping_left if whole else ZERO)
    wished = _wished(worth, data)
    claim_id = uuid7()
    number = 1 + max((one.number for one in known.claims), default=0)
    claim = Claim(
        id=claim_id,
        state=ClaimState.OPEN,
        order_id=part.order_id,
        suborder_id=part.id,
        seller_id=part.seller_id,
        code=part.code,
        part_number=part.number,
        number=number,
        reason=data.alasan,
        wish=data.harap,
        wished_idr=wished,
        whole=whole,
        worth_idr=worth,
        opened_at=clock.now(),
        due_at=queries.due(ClaimState.OPEN),
    )
    session.add(claim)
    session.flush()
    told = [{"claim_id": claim_id, "line_id": line, "qty": qty} for line, qty in pieces.items()]
    session.execute(insert(ClaimLine), told)
    write(claim_id, Role.BUYER, data.cerita, photos, by=by)
    record_move(Claim.__tablename__, claim_id, "", ClaimState.OPEN, by=by)
    emit(
        ClaimMoved(
            claim_id=str(claim_id),
            order_id=str(part.order_id),
            seller_id=str(part.seller_id),
            state=ClaimState.OPEN,
            by_role=Role.BUYER,
        )
    )
    return Opened(part.code, number)


def _pieces(part: BoughtPart, data: ClaimIn, claimed: Mapping[UUID, int]) -> dict[UUID, int]:
    pieces = data.pieces
    if not pieces:
        raise Invalid({PIECES: _("Choose at least one product.")})
    if len(pieces) < sum(1 for one in data.baris if one.jumlah):
        raise Invalid({PIECES: _("Name each product once.")})
    for line_id, qty in pieces.items():
        line = part.line(line_id)
        left = max(0, min(line.left, line.qty - claimed.get(line_id, 0)))
        if qty > left:
            said = _("Of %(goods)s only %(left)s can still be complained about.", goods=line.goods, left=Number(left))
            raise Invalid({PIECES: said})
    return pieces


def _fits(part: BoughtPart, data: ClaimIn, pieces: Mapping[UUID, int]) -> None:
    over = _("The time to complain about this is over. Ask the shop on WhatsApp.")
    if part.sent:
        since = queries.late_since(part)
        if since is None or clock.now() < since:
            raise Conflict("early", _("It is on its way. You can complain once it is later than was promised."))
        if data.alasan not in ONLY_SENT:
            raise Invalid({"alasan": _("It is on its way. Say first that it came, or that it never did.")})
        return
    lines = [part.line(line) for line in pieces]
    if not part.received or any(queries.claimable_until(part, line) is None for line in lines):
        raise Conflict("over", over)
    if data.alasan is Reason.NOT_COME and part.said_to_have_come:
        raise Invalid({"alasan": _("It was said to have come. Choose what is wrong with it.")})
    if data.alasan is Reason.CHANGED_MIND:
        if any(line.food for line in lines):
            raise Invalid({"alasan": _("Food cannot be given back only because it is not wanted any more.")})
        if data.harap is not Wish.REFUND:
            raise Invalid({"harap": _("Who gives goods back gets the money back.")})


def _whole(part: BoughtPart, pieces: Mapping[UUID, int]) -> bool:
    return all(pieces.get(line.id, 0) >= line.left for line in part.lines)


def _wished(worth: Rupiah, data: ClaimIn) -> Rupiah | None:
    if data.harap is not Wish.PART:
        return None
    if data.nilai is None or not data.nilai:
        raise Invalid({"nilai": _("Write how much you ask for.")})
    return checked_amount(worth, data.nilai)
