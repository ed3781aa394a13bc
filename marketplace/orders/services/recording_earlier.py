"""Parts that were completed before there was a ledger of local content: recorded once, when a site is brought up to date."""

from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.types import Text

from marketplace.kernel.db import session, transactional
from marketplace.orders.models import Order, PartState, Suborder
from marketplace.orders.services.recording import SOURCE, count_completed
from marketplace.orders.services.refunding import bought
from marketplace.p3dn.queries import RECORDED

AT_ONCE = 200


def count_earlier() -> int:
    """Record, with what their lines know, the parts that were completed and not recorded; return how many. Harmless again."""
    many, after = 0, UUID(int=0)
    while (last := _count_some(after)) is not None:
        after, counted = last
        many += counted
    return many


@transactional
def _count_some(after: UUID) -> tuple[UUID, int] | None:
    known = exists().where(RECORDED.c.source == SOURCE, RECORDED.c.reference == Suborder.id.cast(Text))
    unknown = select(Suborder).where(
        Suborder.id > after, Suborder.state == PartState.COMPLETED, Suborder.goods_idr > Suborder.discount_idr,
        Suborder.total_idr > Suborder.refunded_idr, ~known,
    )  # fmt: skip
    found = list(session.scalars(unknown.order_by(Suborder.id).limit(AT_ONCE).with_for_update(skip_locked=True)))
    if not found:
        return None
    recorded = sum(count_completed(session.get_one(Order, part.order_id), part, *bought(part)) for part in found)
    return found[-1].id, recorded
