"""Reviews, what people object to in them, and the stars of each product together."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.db import PERSONAL, Base, Identified, at_least
from marketplace.kernel.machine import Machine, Stateful

FEWEST, MOST = 1, 5
"""Stars."""


class ReviewState(StrEnum):
    """Who sees a review: everybody, everybody while the programme looks at it, or nobody but its writer."""

    SHOWN = "shown"
    REPORTED = "reported"
    HIDDEN = "hidden"


class Reason(StrEnum):
    """Why somebody objects to a review."""

    ABUSE = "abuse"
    PRIVATE = "private"
    OTHER_GOODS = "other_goods"
    ADVERTISING = "advertising"
    OTHER = "other"


class Review(Stateful, Base):
    """What a buyer says of one line of an order. Whose it is, the receipt tells; the name shown is what others may know.

    ``goods``, ``variant`` and ``path`` are copies of what was bought, with its variant and alone, and of its page's address.
    """

    __tablename__ = "reviews_reviews"
    __table_args__ = (
        UniqueConstraint("receipt"),
        CheckConstraint(f"stars BETWEEN {FEWEST} AND {MOST}", name="stars_range"),
        CheckConstraint("(answered_at IS NULL) = (answer = '')", name="answered"),
        Index("ix_reviews_reviews_product", "product_id", "at", "id", postgresql_where=text("state <> 'hidden'")),
        Index("ix_reviews_reviews_seller", "seller_id", "at", "id", postgresql_where=text("state <> 'hidden'")),
        Index("ix_reviews_reviews_picture", "picture_id", postgresql_where=text("picture_id IS NOT NULL")),
    )
    machine = Machine[StrEnum](
        ReviewState.SHOWN,
        {
            ReviewState.SHOWN: (ReviewState.REPORTED, ReviewState.HIDDEN),
            ReviewState.REPORTED: (ReviewState.SHOWN, ReviewState.HIDDEN),
            ReviewState.HIDDEN: (ReviewState.SHOWN,),
        },
    )

    receipt: Mapped[str] = mapped_column(Text)
    product_id: Mapped[UUID] = mapped_column(ForeignKey("catalog_products.id"))
    seller_id: Mapped[UUID] = mapped_column(ForeignKey("sellers_sellers.id"))
    goods: Mapped[str] = mapped_column(Text)
    variant: Mapped[str] = mapped_column(Text)
    path: Mapped[str] = mapped_column(Text)
    name_shown: Mapped[str] = mapped_column(Text, info=PERSONAL)
    """Empty for who does not want to be named."""
    stars: Mapped[int] = mapped_column(SmallInteger)
    body: Mapped[str] = mapped_column(Text, info=PERSONAL)
    picture_id: Mapped[UUID | None]
    at: Mapped[datetime]
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_at: Mapped[datetime | None]
    decided: Mapped[str] = mapped_column(Text, default="")
    """Why the programme last hid it or showed it again, in the officer's words."""


class Report(Identified, Base):
    """Somebody's objection to a review; ``reporter`` is ``person:<id>`` or ``guest:<hash>``, and objects once."""

    __tablename__ = "reviews_reports"
    __table_args__ = (UniqueConstraint("review_id", "reporter"),)

    review_id: Mapped[UUID] = mapped_column(ForeignKey("reviews_reviews.id"))
    reporter: Mapped[str] = mapped_column(Text, index=True)
    reason: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text, info=PERSONAL)
    at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class Rating(Base):
    """How many visible reviews a product has, and their stars together; moved with them in one transaction."""

    __tablename__ = "reviews_ratings"
    __table_args__ = (
        at_least("reviews"),
        CheckConstraint(f"stars BETWEEN reviews * {FEWEST} AND reviews * {MOST}", name="stars_range"),
    )

    product_id: Mapped[UUID] = mapped_column(ForeignKey("catalog_products.id"), primary_key=True)
    seller_id: Mapped[UUID] = mapped_column(ForeignKey("sellers_sellers.id"), index=True)
    reviews: Mapped[int]
    stars: Mapped[int]
