"""Writing a review, answering it, and forgetting who wrote it."""

from uuid import UUID

from sqlalchemy import bindparam, select, text, update
from sqlalchemy.dialects.postgresql import insert

from marketplace.kernel import clock, ids
from marketplace.kernel.access import Actor
from marketplace.kernel.audit import audit
from marketplace.kernel.db import rows, session, transactional
from marketplace.kernel.errors import Conflict, NotFound
from marketplace.kernel.machine import record_move
from marketplace.kernel.outbox import emit
from marketplace.kernel.words import _
from marketplace.media import services as media
from marketplace.reviews import queries
from marketplace.reviews.events import RatingMoved, ReviewAnswered, Reviewed
from marketplace.reviews.forms import AnswerIn, ReviewIn
from marketplace.reviews.models import Report, Review, ReviewState
from marketplace.sellers.policies import MANAGE

LONGEST_NAME = 40
MOVE_RATING = text(
    "INSERT INTO reviews_ratings AS r (product_id, seller_id, reviews, stars)"
    " VALUES (:product, :seller, :reviews, :stars)"
    " ON CONFLICT (product_id) DO UPDATE SET reviews = r.reviews + excluded.reviews, stars = r.stars + excluded.stars"
)
LESS_RATING = text(
    "UPDATE reviews_ratings SET reviews = reviews - 1, stars = stars - :stars WHERE product_id = :product"
)


@transactional
def write(code: str, data: ReviewIn, *, by: Actor, token: str = "", picture_id: UUID | None = None) -> UUID:
    """Write a review of a line that came; return its id. The same once more is the same review.

    Raises NotFound for a line that the actor has not received, Conflict ``own_shop`` for goods of a shop that they help to run,
    ``reviewed`` when they said something else of it before, and Invalid on ``photo`` when the photo is gone.
    """
    order = queries.handed(code, by, token)
    line = queries.Opened(order, {}).line(data.barang)
    if by.signed_in and MANAGE.allows(by, line.seller_id):
        raise Conflict("own_shop", _("You help to run this shop, so its buyers alone review its goods."))
    if picture_id is not None:
        media.hold([picture_id])
    review_id = ids.uuid7()
    written = session.execute(
        insert(Review)
        .values(
            id=review_id,
            state=ReviewState.SHOWN,
            receipt=line.receipt,
            product_id=line.product_id,
            seller_id=line.seller_id,
            goods=line.goods,
            variant=line.variant,
            path=line.url,
            name_shown="" if data.anonim else name_shown(order.buyer),
            stars=data.nilai,
            body=data.ulasan,
            picture_id=picture_id,
            at=clock.now(),
            answer="",
            decided="",
        )
        # Of two at once the second waits here, and then finds the first (R2.2).
        .on_conflict_do_nothing(index_elements=["receipt"])
        .returning(Review.id)
    ).scalar_one_or_none()
    if written is None:
        return _same(line.receipt, data)
    record_move(Review.__tablename__, review_id, "", ReviewState.SHOWN, by=by)
    count(line.product_id, line.seller_id, data.nilai)
    emit(Reviewed(review_id=str(review_id), product_id=str(line.product_id), seller_id=str(line.seller_id)))
    return review_id


def _same(receipt: str, data: ReviewIn) -> UUID:
    found = rows(_BEFORE, {"receipt": receipt})[0]
    if (found.stars, found.body) != (data.nilai, data.ulasan):
        raise Conflict("reviewed", _("You have reviewed this already. What you wrote first is what counts."))
    review_id: UUID = found.id
    return review_id


_BEFORE = select(Review.id, Review.stars, Review.body).where(Review.receipt == bindparam("receipt"))


def name_shown(buyer: str) -> str:
    """Return what others may know of a name: the first word, and the initial of the last."""
    words = [word[:LONGEST_NAME] for word in buyer.split() if word != "-"]
    if not words:
        return ""
    return f"{words[0]} {words[-1][0]}." if len(words) > 1 else words[0]


def count(product_id: UUID, seller_id: UUID, stars: int) -> None:
    """Count the stars of a review that everybody sees now; part of the caller's transaction, which has made or locked it."""
    session.execute(MOVE_RATING, {"product": product_id, "seller": seller_id, "reviews": 1, "stars": stars})
    emit(RatingMoved(product_id=str(product_id)))


def count_off(product_id: UUID, stars: int) -> None:
    """Take the stars of a review off that nobody sees any more; part of the caller's transaction, which has locked it."""
    session.execute(LESS_RATING, {"product": product_id, "stars": stars})
    emit(RatingMoved(product_id=str(product_id)))


@transactional
def answer(review_id: UUID, data: AnswerIn, *, by: Actor) -> None:
    """Write the shop's answer, or write it anew; the writer hears of the first.

    Raises NotFound for a review of another shop, and for one that nobody sees.
    """
    known = queries.team_review(review_id, by)
    if known is None:
        raise NotFound
    by.require(MANAGE, known.seller_id)
    review = session.execute(select(Review).where(Review.id == review_id).with_for_update()).scalar_one()
    if review.state == ReviewState.HIDDEN:
        raise NotFound
    first, same = not review.answer, review.answer == data.balasan
    if same:
        return
    review.answer, review.answered_at = data.balasan, clock.now()
    if first:
        emit(ReviewAnswered(review_id=str(review_id)))
    audit(f"reviews:{review.seller_id}", "reviews.answer", f"review:{review_id}", by=by, after={"first": first})


@transactional
def erase_person(person_id: UUID) -> None:
    """Forget who wrote what: name, words and photo go, the stars stay; so do reports without their notes (R22.3)."""
    own = Review.receipt.in_(queries.of_person(person_id))
    for (picture_id,) in rows(select(Review.picture_id).where(own, Review.picture_id.is_not(None))):
        media.let_go(picture_id)
    gone = update(Review).where(own).values(name_shown="", body="", picture_id=None)
    session.execute(gone.execution_options(synchronize_session=False))
    unsaid = update(Report).where(Report.reporter == f"person:{person_id}")
    for_nobody = unsaid.values(note="", reporter=text("'gone:' || id"))
    session.execute(for_nobody.execution_options(synchronize_session=False))
