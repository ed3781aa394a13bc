"""The photo of a review, taken in before the review is written."""

from datetime import timedelta
from uuid import UUID

from marketplace.kernel import ids, limits
from marketplace.kernel.access import Actor
from marketplace.media import services as media
from marketplace.reviews.slots import ReceivedLine

OWNER = "review"
MOST_PHOTOS, WINDOW = 10, timedelta(hours=1)


def owner(line: ReceivedLine) -> str:
    """Return under whose name media keeps the photos of a line's review: nobody else's form can take them."""
    return f"{OWNER}/{line.line_id}"


def take_photo(content: bytes, line: ReceivedLine, *, by: Actor) -> UUID:
    """Take in a photo for the review of a line that the actor has received; return its id. Outside any transaction.

    Raises Invalid on ``photo`` with what to do, and TooMany after ten for a line in an hour.
    """
    limits.take(limits.Try("reviews.photo", ids.token_hash(line.receipt), MOST_PHOTOS, WINDOW))
    return media.store_image(content, owner=owner(line), alt=f"Foto {line.goods} dari pembeli", by=by)
