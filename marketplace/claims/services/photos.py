"""Photos of what is wrong, taken in before the words that go with them; private, and for one part only (R17.3)."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from uuid import UUID

from marketplace.claims.models import ClaimPhoto
from marketplace.kernel import limits
from marketplace.kernel.access import Actor
from marketplace.kernel.db import session
from marketplace.kernel.errors import Invalid
from marketplace.kernel.plugin import current
from marketplace.kernel.words import Number, _
from marketplace.media import services as media

OWNER = "claim"
MOST_PHOTOS, WINDOW = 30, timedelta(hours=1)


def owner(part_id: UUID) -> str:
    """Return under whose name media keeps the photos of a part's claims: nobody else's form can take them."""
    return f"{OWNER}/{part_id}"


def most() -> int:
    """Return how many photos go with one message."""
    return int(current().setting("CLAIM_PHOTOS"))


def enough(many: int) -> None:
    """Raise Invalid beside ``photo`` when so many are too many."""
    if many > most():
        raise Invalid({"photo": _("No more than %(most)s photos go with it.", most=Number(most()))})


def take_photo(content: bytes, part_id: UUID, *, by: Actor) -> UUID:
    """Take in a private photo for a claim about a part, whose right to it the caller has asked; outside any transaction.

    Raises Invalid on ``photo`` with what to do, and TooMany after thirty for a part in an hour.
    """
    limits.take(limits.Try("claims.photo", str(part_id), MOST_PHOTOS, WINDOW))
    return media.store_image(content, owner=owner(part_id), alt="Foto keluhan", by=by, private=True)


def hang(message_id: UUID, picture_ids: Sequence[UUID]) -> None:
    """Add photos to a message; part of the caller's transaction. Raises Invalid beside ``photo`` when one is gone."""
    media.hold(picture_ids)
    session.add_all([ClaimPhoto(picture_id=picture_id, message_id=message_id) for picture_id in picture_ids])


def drop(picture_ids: Iterable[UUID]) -> None:
    """Say that photos are not used any more."""
    for picture_id in picture_ids:
        media.let_go(picture_id)
