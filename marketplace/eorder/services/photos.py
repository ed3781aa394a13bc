"""Photos of what was sent and what came, taken in before the words that go with them; private, of one order (R17.3)."""

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from marketplace.eorder import queries
from marketplace.kernel import limits
from marketplace.kernel.access import Actor
from marketplace.kernel.errors import Invalid
from marketplace.kernel.words import _
from marketplace.media import queries as pictures
from marketplace.media import services as media

MOST_PHOTOS, WINDOW = 60, timedelta(hours=1)
GONE = _("This photo is no longer stored. Add it again.")


def take_photo(content: bytes, order_id: UUID, *, by: Actor) -> UUID:
    """Take in a private photo of an order, whose right to it the caller has asked; outside any transaction.

    Raises Invalid on ``photo`` with what to do, and TooMany after sixty for an order in an hour.
    """
    limits.take(limits.Try("eorder.photo", str(order_id), MOST_PHOTOS, WINDOW))
    owner = queries.photo_owner(order_id)
    return media.store_image(content, owner=owner, alt="Foto pesanan dinas", by=by, private=True)


def hang(order_id: UUID, photo_ids: Collection[UUID | None]) -> None:
    """Use photos that were taken in for this order; part of the caller's transaction.

    Raises Invalid beside ``foto`` when one is gone or of something else.
    """
    wanted = {one for one in photo_ids if one is not None}
    if not wanted:
        return
    if not all(pictures.owned(one, queries.photo_owner(order_id)) for one in wanted):
        raise Invalid({"foto": GONE})
    media.hold(wanted)
