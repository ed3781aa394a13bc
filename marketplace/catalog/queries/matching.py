"""Which products some words mean, the best first, for who compares shops and not cards."""

from uuid import UUID

from marketplace.catalog.queries.cards import Choice, newest
from marketplace.catalog.queries.finding import INDEX, WORDS_BY_SQL
from search.queries import Query, Unavailable, search


def matching(words: str, *, size: int = 100) -> list[UUID]:
    """Return the products on show that words mean, the best first: by the index, or by plain SQL while that is away (R13.1)."""
    try:
        return [UUID(one) for one in search(INDEX, Query(text=words, page=1, size=size)).ids]
    except Unavailable:
        found = newest(Choice(words=tuple(words.casefold().split()[:WORDS_BY_SQL])), size=size, order="termurah")
        return [row.id for row in found]
