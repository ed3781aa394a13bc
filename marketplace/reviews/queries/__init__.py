"""What may be read of reviews."""

from marketplace.reviews.queries.books import broken, export_person, rated_well, review_facts, shown, stars_of_shops
from marketplace.reviews.queries.desks import of_team, reported_count, team_review, to_moderate, unanswered
from marketplace.reviews.queries.letters import context, desk, team, writer
from marketplace.reviews.queries.reading import (
    Said,
    Spread,
    Summary,
    of_product,
    of_shop,
    section,
    spread_of_product,
    spread_of_shop,
    visible,
)
from marketplace.reviews.queries.receipts import Opened, handed, of_person, opened, own, token_of

__all__ = [
    "Opened",
    "Said",
    "Spread",
    "Summary",
    "broken",
    "context",
    "desk",
    "export_person",
    "handed",
    "of_person",
    "of_product",
    "of_shop",
    "of_team",
    "opened",
    "own",
    "rated_well",
    "reported_count",
    "review_facts",
    "section",
    "shown",
    "spread_of_product",
    "spread_of_shop",
    "stars_of_shops",
    "team",
    "team_review",
    "to_moderate",
    "token_of",
    "unanswered",
    "visible",
    "writer",
]
