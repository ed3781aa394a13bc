"""Promising to wrap, and forgetting it."""

from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from gift.events import WrapOffered
from gift.models import Wrap
from marketplace.kernel import clock
from marketplace.kernel.access import Actor
from marketplace.kernel.db import session, transactional
from marketplace.kernel.ids import uuid7
from marketplace.kernel.outbox import emit
from marketplace.sellers.policies import MANAGE


@transactional
def offer(product_id: UUID, seller_id: UUID, *, by: Actor) -> None:
    """Promise to wrap a product of a shop; promising twice is promising once. Raises NotAllowed for somebody else's shop."""
    by.require(MANAGE, seller_id)
    session.execute(
        insert(Wrap)
        .values(id=uuid7(), product_id=product_id, seller_id=seller_id, offered_at=clock.now())
        .on_conflict_do_nothing(index_elements=["product_id"])
    )
    emit(WrapOffered(product_id=str(product_id)))


@transactional
def forget(product_id: UUID) -> None:
    """Forget the promise for a product."""
    session.execute(delete(Wrap).where(Wrap.product_id == product_id))
