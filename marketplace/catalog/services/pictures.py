"""The pictures of a product, by their ids in media; the first is the cover."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete, insert, select, update

from marketplace.catalog.models import Image, Product, ProductState
from marketplace.catalog.policies import REVIEW
from marketplace.catalog.services.products import load, seller_of, tell
from marketplace.kernel import clock
from marketplace.kernel.access import Actor
from marketplace.kernel.db import session, transactional
from marketplace.kernel.errors import Invalid
from marketplace.kernel.ids import uuid7
from marketplace.kernel.words import _
from marketplace.media import services as media
from marketplace.sellers.policies import MANAGE

MOST = 8


@transactional
def add_image(product_id: UUID, media_id: UUID, *, by: Actor) -> None:
    """Put a stored picture at the end of a product's pictures; again does nothing.

    Raises Invalid after the eighth, and for a picture that is stored no longer. A published product of a seller who is
    not trusted waits for a reviewer again.
    """
    product = load(product_id)
    by.require(MANAGE, product.seller_id)
    present = _pictures(product_id)
    if media_id in present:
        return
    if len(present) >= MOST:
        raise Invalid({"photo": _("A product has at most %(most)s photos. Remove one first.", most=MOST)})
    media.hold([media_id])
    session.add(Image(product_id=product_id, media_id=media_id, position=len(present)))
    _settle(product, [*present, media_id])
    if product.state == ProductState.PUBLISHED and by.signed_in and not seller_of(product.seller_id).trusted:
        product.move(ProductState.WAITING, by=by, why="a new picture")


@transactional
def remove_image(product_id: UUID, media_id: UUID, *, by: Actor) -> None:
    """Take a picture off a product; one that is not there is no error. The next becomes the cover."""
    product = load(product_id)
    by.require(MANAGE, product.seller_id)
    session.execute(delete(Image).where(Image.product_id == product_id, Image.media_id == media_id))
    media.let_go(media_id)
    _settle(product, _pictures(product_id))


def _pictures(product_id: UUID) -> list[UUID]:
    ordered = select(Image.media_id).where(Image.product_id == product_id).order_by(Image.position, Image.id)
    return list(session.execute(ordered).scalars())


def _settle(product: Product, pictures: list[UUID]) -> None:
    product.cover_id = pictures[0] if pictures else None
    product.changed_at = clock.now()  # A reviewer who looked at other pictures has not seen these.
    tell(product)


@transactional
def hang_covers(pairs: Sequence[tuple[UUID, UUID]], *, by: Actor) -> int:
    """Give products without a picture their first, many at once (product, media id); return how many got one.

    For pictures that the program itself made: nothing waits for a reviewer, and nothing that can be searched changes.
    """
    by.require(REVIEW, None)
    wanted = dict(pairs)
    bare = session.scalars(
        select(Product.id)
        .where(Product.id.in_(wanted), Product.cover_id.is_(None))
        .order_by(Product.id)
        .with_for_update()
    ).all()
    hung = [{"id": uuid7(), "product_id": one, "media_id": wanted[one], "position": 0} for one in bare]
    if hung:
        media.hold(wanted[one] for one in bare)
        session.execute(insert(Image), hung)
        session.execute(update(Product), [{"id": row["product_id"], "cover_id": row["media_id"]} for row in hung])
    return len(hung)
