"""Finding products: by the search index, or by plain SQL while that is away (R13.1); rows come from the database."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from marketplace.catalog import slots
from marketplace.catalog.queries.cards import PAGE, Choice, by_ids, count, in_order, newest
from marketplace.catalog.queries.categories import Tree
from marketplace.catalog.queries.naming import place_names
from search.queries import Band, Between, Filter, Found, Is, Name, OneOf, Query, Unavailable, search

INDEX = "products"
FACETS = ("category", "kecamatan", "kota", "price", "halal", "domestic")
BANDS = (Band(None, 25_000), Band(25_001, 50_000), Band(50_001, 100_000), Band(100_001, 250_000), Band(250_001, None))
WORDS_BY_SQL = 6
PAGES_TOGETHER = 8
"""A page shows the cards of those before it too, up to this many, so that Back finds what "load more" had brought."""

SORTS: dict[str, tuple[str, str]] = {
    "terbaru": ("created", "desc"),
    "termurah": ("price", "asc"),
    "termahal": ("price", "desc"),
}
RELEVANCE = "relevansi"


@dataclass(frozen=True, kw_only=True)
class Question:
    """What a reader looks for; categories are slugs, areas are codes, ``more`` are fields that other plugins added."""

    text: str = ""
    categories: tuple[str, ...] = ()
    kecamatan: tuple[str, ...] = ()
    kota: tuple[str, ...] = ()
    low: int | None = None
    high: int | None = None
    halal: bool = False
    domestic: bool = False
    sort: str = RELEVANCE
    page: int = 1
    alone: bool = False
    """Only this page's products: the reader has those before it already."""
    more: tuple[tuple[str, tuple[str | int, ...]], ...] = ()

    @property
    def order(self) -> str:
        """Return the order that holds: without words there is no relevance, so the newest come first."""
        return "terbaru" if self.sort == RELEVANCE and not self.text else self.sort

    @property
    def filtered(self) -> bool:
        """Tell whether anything but the words narrows it."""
        return bool(self.categories or self.kecamatan or self.kota or self.halal or self.domestic or self.more) or not (
            self.low is None and self.high is None
        )


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What was found: rows for cards, how many in all, and how many each further choice would give.

    ``near`` come close where the page is not full. ``by_index`` is false when plain SQL answered: no facets then.
    """

    rows: list[Any]
    near: list[Any]
    total: int
    pages: int
    page: int
    facets: Mapping[str, tuple[tuple[Any, int], ...]] = field(default_factory=dict)
    suggestion: str | None = None
    missing: tuple[str, ...] = ()
    all_words: bool = True
    by_index: bool = True
    named: tuple[str, ...] = ()
    """Places that the words name: all of these come from there."""
    elsewhere: tuple[str, ...] = ()
    """Places that the words name, from which nothing like it comes: these are from others."""
    nameless: str = ""
    """The words without the places."""
    without: tuple[tuple[str, int], ...] = ()
    """Where nothing was found: filters, by name, and how many there would be without each."""


def together(page: int, *, alone: bool = False) -> tuple[int, int]:
    """Return how many products a page shows, and how many it leaves out before them."""
    return (page * PAGE, 0) if page <= PAGES_TOGETHER and not alone else (PAGE, (page - 1) * PAGE)


def find(question: Question, tree: Tree, *, scope: str | None = None) -> Answer:
    """Find products; ``scope`` is the slug of the category whose page asks. One SQL statement besides the index."""
    scopes = () if scope is None else (scope,)
    try:
        return _by_index(question, scopes)
    except Unavailable:
        return _by_sql(question, tree, scopes)


def _by_index(question: Question, scopes: tuple[str, ...]) -> Answer:
    size, skip = together(question.page, alone=question.alone)
    found = _ask(question, scopes, page=skip // size + 1, size=size, facets=not question.alone)
    shown = [UUID(one) for one in found.ids]
    near = [UUID(one) for one in found.others] if found.total < PAGE else []
    there = by_ids([*shown, *near])
    return Answer(
        rows=in_order(shown, there),
        near=in_order(near, there),
        total=found.total,
        pages=-(-found.total // PAGE),
        page=question.page,
        facets=found.facets,
        suggestion=found.suggestion,
        missing=found.missing,
        all_words=found.all_words,
        named=found.named,
        elsewhere=found.elsewhere,
        nameless=found.nameless,
        without=_without(question, scopes) if not found.total and question.filtered else (),
    )


def _ask(question: Question, scopes: tuple[str, ...], *, page: int, size: int, facets: bool = True) -> Found:
    return search(
        INDEX,
        Query(
            text=question.text,
            filters=filters(question, scopes),
            facets=(*FACETS, *(one.name for one in slots.product_fields if one.facet)) if facets else (),
            bands={"price": BANDS} if facets else {},
            sort=SORTS.get(question.order, "relevance"),
            page=page,
            size=size,
            names=place_names() if question.text else None,
        ),
    )


def filters(question: Question, scopes: tuple[str, ...]) -> tuple[Filter, ...]:
    """Return the typed filters of a question (R20.2)."""
    flags = {one.name for one in slots.product_fields if one.kind == "flag"}
    asked: list[tuple[object, Filter]] = [
        (scopes, OneOf("within", scopes)),
        (question.categories, OneOf("category", question.categories)),
        (question.kecamatan, OneOf("kecamatan", question.kecamatan)),
        (question.kota, OneOf("kota", question.kota)),
        (question.low is not None or question.high is not None, Between("price", question.low, question.high)),
        (question.halal, Is("halal")),
        (question.domestic, Is("domestic")),
        *((values, Is(name) if name in flags else OneOf(name, values)) for name, values in question.more),
    ]
    return tuple(one for wanted, one in asked if wanted)


NOTHING: Mapping[str, Mapping[str, Any]] = {
    "category": {"categories": ()},
    "kecamatan": {"kecamatan": ()},
    "kota": {"kota": ()},
    "price": {"low": None, "high": None},
    "halal": {"halal": False},
    "domestic": {"domestic": False},
}
"""How a question looks without each of its filters."""


def _without(question: Question, scopes: tuple[str, ...]) -> tuple[tuple[str, int], ...]:
    """Count what each filter alone keeps away, so that an empty page can say which one to take off."""
    counts = []
    for name, nothing in NOTHING.items():
        wider = replace(question, **nothing)
        if wider != question and (total := _ask(wider, scopes, page=1, size=0, facets=False).total):
            counts.append((name, total))
    return tuple(counts)


def _by_sql(question: Question, tree: Tree, scopes: tuple[str, ...]) -> Answer:
    asked = [set(tree.with_below(slugs)) for slugs in (question.categories, scopes) if slugs]
    words, places = place_names().apart(question.text) if question.text else ("", ())
    choice = Choice(
        categories=tuple(set.intersection(*asked)) if asked else None,
        kecamatan=question.kecamatan,
        kota=question.kota,
        low=question.low,
        high=question.high,
        halal=question.halal,
        domestic=question.domestic,
        words=tuple(words.casefold().split()[:WORDS_BY_SQL]),
    )
    near = _narrowed(choice, places)
    total = count(near)
    elsewhere = near != choice and not total
    if elsewhere:
        total = count(choice)
    said = tuple(dict.fromkeys(place.said for place in places if place.said))
    pages = -(-total // PAGE)
    size, skip = together(question.page, alone=question.alone)
    order = question.order if question.order in SORTS else "terbaru"
    found = newest(choice if elsewhere else near, size=size, order=order, skip=skip)
    return Answer(
        rows=list(found),
        near=[],
        total=total,
        pages=pages,
        page=question.page,
        by_index=False,
        named=() if elsewhere else said,
        elsewhere=said if elsewhere else (),
        nameless=words if said else "",
    )


def _narrowed(choice: Choice, places: tuple[Name, ...]) -> Choice:
    """Return a choice that also keeps to the places that the words name, where no others of their kind are chosen."""
    named: dict[str, tuple[str, ...]] = {"kota": choice.kota, "kecamatan": choice.kecamatan}
    for place in places:
        if isinstance(place.condition, OneOf):
            named[place.condition.field] = named[place.condition.field] or tuple(map(str, place.condition.values))
    return replace(choice, kota=named["kota"], kecamatan=named["kecamatan"])
