"""Paying back of what was sent: by its shop, or by the programme for a reason that is written down."""

from collections.abc import Sequence
from uuid import UUID

from marketplace.kernel.access import Actor
from marketplace.kernel.audit import audit
from marketplace.kernel.db import transactional
from marketplace.kernel.errors import Conflict, Invalid
from marketplace.kernel.idempotency import Key
from marketplace.kernel.money import ZERO, Rupiah
from marketplace.kernel.words import _
from marketplace.orders import queries
from marketplace.orders.forms import GiveBackIn
from marketplace.orders.models import Order, Suborder
from marketplace.orders.policies import OVERSEE, PREPARE
from marketplace.orders.queries.giving_back import Back
from marketplace.orders.services.refunding import STREAM, left_of, refund_part
from marketplace.orders.services.steps import locked_part

OPERATION = "orders.give_back"
ASKED_WRONGLY = ("too_much", "promised")
BY_SHOP, BY_STAFF = "given_back", "given_back_by_us"


@transactional
def give_back(path_code: str, asked: GiveBackIn, *, by: Actor) -> None:
    """Pay back of a part of one of the actor's shops; the same key again changes nothing.

    Raises NotFound for a foreign part, Invalid when nothing or too much is asked for or nothing is paid yet, and Conflict as
    ``refund_part`` does.
    """
    known = queries.seller_order(path_code, by)
    by.require(PREPARE, known.part.seller_id)
    _give_back(path_code, asked, BY_SHOP, by)


@transactional
def give_back_for(path_code: str, asked: GiveBackIn, *, by: Actor) -> None:
    """Pay back of any part, as the programme decides; raises as ``give_back`` does."""
    by.require(OVERSEE, None)
    _give_back(path_code, asked, BY_STAFF, by)


def _give_back(path_code: str, asked: GiveBackIn, cause: str, by: Actor) -> None:
    request = [path_code, asked.model_dump(mode="json", exclude={"kunci"})]
    if Key.of(queries.owner(by), asked.kunci, request).earlier(OPERATION) is not None:
        return
    code, _dash, number = path_code.rpartition("-")
    order, part = locked_part(code, int(number) if number.isascii() and number.isdigit() else 0)
    try:
        refund_id = refund_part(order, part, _wanted(part, asked), asked.ongkir, cause, by=by, why=asked.alasan)
    except Conflict as conflict:
        if conflict.code not in ASKED_WRONGLY:
            raise
        raise Invalid({_field(asked): conflict.said}) from conflict
    if refund_id is None:
        raise Invalid({"barang": _("Write how many pieces, a sum, or what of the delivery goes back.")})
    _note(order, part, refund_id, asked, cause, by)


def _wanted(part: Suborder, asked: GiveBackIn) -> Sequence[Back]:
    pieces = [Back(line_id=one.id, qty=one.jumlah) for one in asked.barang if one.jumlah]
    if not asked.uang:
        return pieces
    if pieces:
        raise Invalid({"uang": _("Give back pieces or a sum off the price, not both at once.")})
    left = left_of(part)
    whole = Rupiah.total(list(left.values()))
    if asked.uang > whole:
        raise Invalid({"uang": _("At most %(left)s of the goods is left to be paid back.", left=whole)})
    shares = asked.uang.split([one.amount for one in left.values()])
    return [Back(line_id=line, amount=share) for line, share in zip(left, shares, strict=True) if share]


def _field(asked: GiveBackIn) -> str:
    return (
        "ongkir" if asked.ongkir > ZERO and not any(one.jumlah for one in asked.barang) and not asked.uang else "barang"
    )


def _note(order: Order, part: Suborder, refund_id: UUID, asked: GiveBackIn, cause: str, by: Actor) -> None:
    after = {"refund": str(refund_id), "order": order.code, "why": asked.alasan, "cause": cause}
    audit(STREAM, "part.given_back", f"part:{part.id}", by=by, after=after)
