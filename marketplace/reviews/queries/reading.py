"""Reviews as everybody may read them: on the product's page, and on pages of their own."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, func, select, true, tuple_

from marketplace.kernel.db import rows
from marketplace.kernel.pages import Page, page, position
from marketplace.kernel.words import language
from marketplace.media.queries import PICTURES, Picture, picture_in
from marketplace.reviews.models import MOST, Rating, Review, ReviewState

NEWEST = 3
PAGE_SIZE = 20
VISIBLE = Review.state != ReviewState.HIDDEN


@dataclass(frozen=True, kw_only=True)
class Said:
    """A review as it is shown. ``name`` is empty where the writer does not want to be named or is gone."""

    id: UUID
    product_id: UUID
    seller_id: UUID
    goods: str
    path: str
    name: str
    stars: int
    body: str
    at: datetime
    answer: str
    answered_at: datetime | None
    state: str
    decided: str
    variant: str
    picture: Picture | None


@dataclass(frozen=True)
class Summary:
    """The visible reviews of a product or shop together: how many, and their stars."""

    reviews: int
    stars: int

    @property
    def average(self) -> str:
        """Return the mean of the stars with one decimal, as the language spoken now writes it; half is rounded up."""
        tenths = (self.stars * 20 + self.reviews) // (2 * self.reviews) if self.reviews else 0
        return f"{tenths // 10}{',' if language() == 'id' else '.'}{tenths % 10}"

    @property
    def whole(self) -> int:
        """Return the mean as whole stars, to be drawn."""
        return (2 * self.stars + self.reviews) // (2 * self.reviews) if self.reviews else 0


COLUMNS = (
    Review.id,
    Review.product_id,
    Review.seller_id,
    Review.goods,
    Review.path,
    Review.name_shown,
    Review.stars,
    Review.body,
    Review.at,
    Review.answer,
    Review.answered_at,
    Review.state,
    Review.decided,
    Review.variant,
)
_NAMES = (*(column.key for column in COLUMNS[:5]), "name", *(column.key for column in COLUMNS[6:]))
READ = select(*COLUMNS, *PICTURES.c).select_from(Review).outerjoin(PICTURES, PICTURES.c.id == Review.picture_id)
"""Reviews with their pictures, for ``said_in``."""
WIDTH = len(COLUMNS) + len(PICTURES.c)

_newest = (
    select(*COLUMNS, Review.picture_id)
    .where(Review.product_id == Rating.product_id, VISIBLE)
    .order_by(Review.at.desc(), Review.id.desc())
    .limit(NEWEST)
    .lateral("newest")
)
# The rating and the newest reviews in one statement; a product that nobody has reviewed has no row.
SECTION = (
    select(
        Rating.reviews.label("how_many"),
        Rating.stars.label("together"),
        *(_newest.c[column.key] for column in COLUMNS),
        *PICTURES.c,
    )
    .select_from(Rating)
    .outerjoin(_newest, true())
    .outerjoin(PICTURES, PICTURES.c.id == _newest.c.picture_id)
    .where(Rating.product_id == bindparam("product"))
    .order_by(_newest.c.at.desc(), _newest.c.id.desc())
)


def said_in(row: Sequence[Any]) -> Said:
    """Return the review that stands in the columns of ``READ``, in their order."""
    values = dict(zip(_NAMES, row[: len(COLUMNS)], strict=True))
    picture = row[len(COLUMNS) : WIDTH]
    return Said(**values, picture=picture_in(picture) if picture[0] else None)


def section(product_id: UUID) -> Mapping[str, Any]:
    """Return what a product's page shows of its reviews: the rating and the newest; one statement."""
    found = rows(SECTION, {"product": product_id})
    summary = Summary(found[0].how_many, found[0].together) if found else Summary(0, 0)
    newest = [said_in(columns[2:]) for columns in map(tuple, found) if columns[2] is not None]
    return {"summary": summary, "newest": newest}


@dataclass(frozen=True)
class Spread:
    """How many visible reviews have how many stars."""

    counted: Mapping[int, int]

    @property
    def summary(self) -> Summary:
        """Return all of them together."""
        return Summary(sum(self.counted.values()), sum(stars * many for stars, many in self.counted.items()))

    @property
    def steps(self) -> tuple[tuple[int, int], ...]:
        """Return stars and how many have them, the most stars first."""
        return tuple((stars, self.counted.get(stars, 0)) for stars in range(MOST, 0, -1))


def of_product(product_id: UUID, *, stars: int | None = None, cursor: str | None = None) -> Page[Said]:
    """Return the visible reviews of a product, newest first; ``stars`` narrows."""
    return _page(Review.product_id == product_id, stars, cursor)


def of_shop(seller_id: UUID, *, stars: int | None = None, cursor: str | None = None) -> Page[Said]:
    """Return the visible reviews of all that a shop sold, newest first."""
    return _page(Review.seller_id == seller_id, stars, cursor)


def spread_of_product(product_id: UUID) -> Spread:
    """Count the visible reviews of a product by their stars."""
    return _spread(Review.product_id == product_id)


def spread_of_shop(seller_id: UUID) -> Spread:
    """Count the visible reviews of a shop by their stars."""
    return _spread(Review.seller_id == seller_id)


def visible(review_id: UUID) -> Said | None:
    """Return a review that everybody may see; None for a hidden one, as if there were none."""
    found = rows(READ.where(Review.id == review_id, VISIBLE))
    return said_in(found[0]) if found else None


def _page(whose: ColumnElement[bool], stars: int | None, cursor: str | None) -> Page[Said]:
    wanted = READ.where(whose, VISIBLE)
    if stars is not None:
        wanted = wanted.where(Review.stars == stars)
    return paged(wanted, cursor, PAGE_SIZE)


def paged(wanted: Any, cursor: str | None, size: int) -> Page[Said]:  # noqa: ANN401 - a select of READ
    """Return a page of reviews, newest first."""
    if (after := position(cursor)) is not None:
        wanted = wanted.where(tuple_(Review.at, Review.id) < after)
    found = rows(wanted.order_by(Review.at.desc(), Review.id.desc()).limit(size + 1))
    return page([said_in(row) for row in found], size, lambda one: (one.at, one.id))


def _spread(whose: ColumnElement[bool]) -> Spread:
    counted: Counter[int] = Counter()
    for row in rows(select(Review.stars, func.count().label("many")).where(whose, VISIBLE).group_by(Review.stars)):
        counted[row.stars] = row.many
    return Spread(counted)
