"""Who hears of reviews, and what their letters say."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select

from marketplace.accounts import queries as accounts
from marketplace.kernel.db import session
from marketplace.notifications.slots import Recipient
from marketplace.reviews import slots
from marketplace.reviews.events import ReviewAnswered, ReviewDecided, Reviewed, ReviewReported
from marketplace.reviews.models import Review
from marketplace.reviews.policies import DESK
from marketplace.sellers import queries as sellers

ReviewEvent = Reviewed | ReviewAnswered | ReviewReported | ReviewDecided


def team(event: Reviewed | ReviewDecided) -> tuple[Recipient, ...]:
    """Return the team of the shop that is spoken of."""
    return accounts.recipients(sellers.team(UUID(event.seller_id)))


def writer(event: ReviewAnswered | ReviewDecided) -> tuple[Recipient, ...]:
    """Return who wrote a review, as the source of its receipt reaches them."""
    receipt = session.scalar(select(Review.receipt).where(Review.id == UUID(event.review_id))) or ""
    key = receipt.partition(":")[0]
    return next((source.reach(receipt) for source in slots.receipts if source.key == key), ())


def desk(_event: ReviewReported) -> tuple[Recipient, ...]:
    """Return the people of the programme who decide about reviews."""
    found = (person for role in DESK for person in accounts.holders(role, "everywhere", ""))
    return accounts.recipients(list(dict.fromkeys(found)))


def context(event: ReviewEvent) -> Mapping[str, Any]:
    """Return what letters about a review say."""
    columns = (Review.goods, Review.path, Review.stars, Review.body, Review.answer, Review.decided, Review.seller_id)
    found = session.execute(select(*columns).where(Review.id == UUID(event.review_id))).one()
    return {
        "goods": found.goods,
        "path": f"{found.path}/ulasan",
        "stars": found.stars,
        "body": found.body,
        "answer": found.answer,
        "why": found.decided,
        "state": getattr(event, "state", ""),
        "shop": sellers.sellers([found.seller_id])[found.seller_id].name,
    }
