"""Objecting to a review, and what the programme decides about it."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from marketplace.kernel import clock, ids, limits
from marketplace.kernel.access import Actor
from marketplace.kernel.audit import audit
from marketplace.kernel.db import session, transactional
from marketplace.kernel.errors import Conflict, NotFound
from marketplace.kernel.outbox import emit
from marketplace.kernel.words import _
from marketplace.media import services as media
from marketplace.reviews.events import ReviewDecided, ReviewReported
from marketplace.reviews.forms import DecisionIn, ReportIn
from marketplace.reviews.models import Report, Review, ReviewState
from marketplace.reviews.policies import MODERATE
from marketplace.reviews.services.writing import count, count_off

STREAM = "reviews"
MOST_REPORTS, WINDOW = 20, timedelta(hours=1)


def report(review_id: UUID, data: ReportIn, *, by: Actor, address: str) -> None:
    """Object to a review; the same reader counts once. Raises NotFound for one that nobody sees, and TooMany."""
    limits.take(limits.Try("reviews.report", ids.token_hash(address), MOST_REPORTS, WINDOW))
    _write_report(review_id, data, by)


@transactional
def _write_report(review_id: UUID, data: ReportIn, by: Actor) -> None:
    review = _locked(review_id)
    if review.state == ReviewState.HIDDEN:
        raise NotFound
    written = session.execute(
        insert(Report)
        .values(
            id=ids.uuid7(),
            review_id=review_id,
            reporter=f"person:{by.id}" if by.id else f"guest:{by.guest_key}",
            reason=data.alasan,
            note=data.catatan,
            at=clock.now(),
        )
        .on_conflict_do_nothing(index_elements=["review_id", "reporter"])
        .returning(Report.id)
    ).one_or_none()
    if written is not None and review.state == ReviewState.SHOWN:
        review.move(ReviewState.REPORTED, by=by, why=data.alasan)
        emit(ReviewReported(review_id=str(review_id)))


@transactional
def keep(review_id: UUID, *, by: Actor) -> None:
    """Decide that a reported review stays; pressed twice it is one decision. Raises NotFound and Conflict ``state``."""
    by.require(MODERATE, None)
    review = _locked(review_id)
    if review.state == ReviewState.SHOWN:
        return
    if review.state == ReviewState.HIDDEN:
        raise Conflict("state", _("This review is hidden meanwhile. Give a reason to show it again."))
    review.move(ReviewState.SHOWN, by=by)
    _decided(review, "reviews.keep", ReviewState.REPORTED, by)


@transactional
def hide(review_id: UUID, data: DecisionIn, *, by: Actor) -> None:
    """Show a review to nobody but its writer; its stars count no more, its photo is let go of. Writer and shop hear why.

    Hiding what is hidden changes nothing. Raises NotFound for a review that is not there.
    """
    by.require(MODERATE, None)
    review = _locked(review_id)
    was = review.state
    if was == ReviewState.HIDDEN:
        return
    review.move(ReviewState.HIDDEN, by=by, why=data.alasan, decided=data.alasan)
    count_off(review.product_id, review.stars)
    if review.picture_id is not None:
        media.let_go(review.picture_id)
    _decided(review, "reviews.hide", was, by)
    _tell(review)


@transactional
def restore(review_id: UUID, data: DecisionIn, *, by: Actor) -> None:
    """Show a hidden review again, with its photo if that is still kept. Showing what is shown changes nothing."""
    by.require(MODERATE, None)
    review = _locked(review_id)
    if review.state != ReviewState.HIDDEN:
        return
    review.move(ReviewState.SHOWN, by=by, why=data.alasan, decided=data.alasan)
    count(review.product_id, review.seller_id, review.stars)
    _decided(review, "reviews.restore", ReviewState.HIDDEN, by)
    _tell(review)


def _locked(review_id: UUID) -> Review:
    found = session.execute(select(Review).where(Review.id == review_id).with_for_update()).scalar_one_or_none()
    if found is None:
        raise NotFound
    return found


def _decided(review: Review, action: str, was: str, by: Actor) -> None:
    closed = (
        update(Report).where(Report.review_id == review.id, Report.closed_at.is_(None)).values(closed_at=clock.now())
    )
    session.execute(closed.execution_options(synchronize_session=False))
    after = {"state": review.state, "why": review.decided if review.state != was else ""}
    audit(STREAM, action, f"review:{review.id}", by=by, before={"state": was}, after=after)


def _tell(review: Review) -> None:
    emit(ReviewDecided(review_id=str(review.id), seller_id=str(review.seller_id), state=review.state))
