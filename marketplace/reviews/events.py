"""What reviews tell."""

from dataclasses import dataclass

from marketplace.kernel.events import Event


@dataclass(frozen=True)
class Reviewed(Event):
    """A buyer said something of goods that came."""

    review_id: str
    product_id: str
    seller_id: str


@dataclass(frozen=True)
class ReviewAnswered(Event):
    """A shop answered a review for the first time."""

    review_id: str


@dataclass(frozen=True)
class ReviewReported(Event):
    """Somebody objects to a review, the first since anybody last decided about it."""

    review_id: str


@dataclass(frozen=True)
class ReviewDecided(Event):
    """The programme hid a review or showed it again: ``state`` is how it stands now."""

    review_id: str
    seller_id: str
    state: str


@dataclass(frozen=True)
class RatingMoved(Event):
    """The stars of a product are others now."""

    product_id: str
