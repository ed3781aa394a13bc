"""The books of reviews: what ``jkp verify`` and ``jkp facts`` read, the field to search by, and what is kept of a person."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, SQLColumnExpression, exists, func, or_, select

from marketplace.kernel.db import rows
from marketplace.reviews.models import Rating, Report, Review, ReviewState
from marketplace.reviews.queries.reading import VISIBLE
from marketplace.reviews.queries.receipts import of_person, unproved

WELL = 4
"""So many stars on average, and more, are a product that is rated well."""


def broken() -> Iterator[str]:
    """Yield a sentence for each broken invariant of reviews (R26.1)."""
    counted = (
        select(Review.product_id, func.count().label("reviews"), func.sum(Review.stars).label("stars"))
        .where(VISIBLE)
        .group_by(Review.product_id)
        .subquery()
    )
    both = select(
        func.coalesce(Rating.product_id, counted.c.product_id).label("product_id"),
        func.coalesce(Rating.reviews, 0).label("reviews"),
        func.coalesce(counted.c.reviews, 0).label("found"),
    ).select_from(Rating.__table__.join(counted, counted.c.product_id == Rating.product_id, full=True))
    wrong = or_(
        func.coalesce(Rating.reviews, 0) != func.coalesce(counted.c.reviews, 0),
        func.coalesce(Rating.stars, 0) != func.coalesce(counted.c.stars, 0),
    )
    for row in rows(both.where(wrong)):
        yield f"reviews: the rating of the product {row.product_id} counts {row.reviews} reviews, there are {row.found}"
    for receipt in unproved():
        yield f"reviews: nothing was received for the receipt {receipt}"
    unasked = exists().where(Report.review_id == Review.id, Report.closed_at.is_(None))
    for row in rows(select(Review.id).where(Review.state == ReviewState.REPORTED, ~unasked)):
        yield f"reviews: the review {row.id} waits for a decision, but nobody reported it"


def review_facts() -> Iterator[Mapping[str, Any]]:
    """Give a row for each review, without its words (R0.4)."""
    found = select(
        Review.id, Review.receipt, Review.product_id, Review.seller_id, Review.stars, Review.state, Review.at
    )
    for row in rows(found.order_by(Review.id)):
        yield dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it


def rated_well(products: Sequence[UUID]) -> dict[UUID, bool]:
    """Return for each of these products whether its visible reviews give four stars on average or more."""
    found = select(Rating.product_id).where(
        Rating.product_id.in_(list(products)), Rating.reviews > 0, Rating.stars >= Rating.reviews * WELL
    )
    well = {row.product_id for row in rows(found)}
    return {one: one in well for one in products}


def stars_of_shops(shops: Sequence[UUID], source: str) -> dict[UUID, tuple[int, int]]:
    """Return how many visible reviews shops have of one source of receipts, and their stars together; none is left out."""
    found = (
        select(Review.seller_id, func.count().label("reviews"), func.sum(Review.stars).label("stars"))
        .where(
            Review.seller_id.in_(list(shops)), Review.state != ReviewState.HIDDEN, Review.receipt.like(f"{source}:%")
        )
        .group_by(Review.seller_id)
    )
    return {row.seller_id: (row.reviews, int(row.stars)) for row in rows(found)} if shops else {}


def shown(picture_id: SQLColumnExpression[UUID]) -> ColumnElement[bool]:
    """Return the condition that a visible review shows a picture."""
    return exists().where(Review.picture_id == picture_id, VISIBLE)


def export_person(person_id: UUID) -> dict[str, Any]:
    """Return what a person wrote, and what they objected to, in plain JSON types."""
    fields = (Review.goods, Review.name_shown, Review.stars, Review.body, Review.answer, Review.state)
    own = rows(select(*fields, Review.at).where(Review.receipt.in_(of_person(person_id))).order_by(Review.id))
    objected = select(Report.reason, Report.note, Report.at).where(Report.reporter == f"person:{person_id}")
    return {
        "reviews": [{**dict(row._mapping), "at": row.at.isoformat()} for row in own],  # noqa: SLF001 - as above
        "reports": [
            {**dict(row._mapping), "at": row.at.isoformat()}  # noqa: SLF001 - as above
            for row in rows(objected.order_by(Report.id))
        ],
    }
