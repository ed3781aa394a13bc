"""What can be asked of an index, and what it answers: typed values only, no query language (R20.2)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from search.shape import Kind, Shape

if TYPE_CHECKING:
    from search.naming import Names

LONGEST_TEXT = 200
MOST_WORDS = 12
MOST_PER_PAGE = 200
LEAST, MOST = -(2**63), 2**63 - 1


@dataclass(frozen=True, slots=True)
class OneOf:
    """The keyword or number ``field`` has one of these values; no values, no hits."""

    field: str
    values: tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Between:
    """The number ``field`` lies in this range, both ends included; None is open."""

    field: str
    low: int | None = None
    high: int | None = None

    def __post_init__(self) -> None:
        """Refuse numbers that no index can hold."""
        _check_range(self.low, self.high)


@dataclass(frozen=True, slots=True)
class Is:
    """The flag ``field`` is set, or is not: a document that says nothing of it counts as not."""

    field: str
    value: bool = True


Filter = OneOf | Between | Is


@dataclass(frozen=True, slots=True)
class Band:
    """A range of a number facet, both ends included: asking ``Between(field, low, high)`` finds just what it counts."""

    low: int | None = None
    high: int | None = None

    def __post_init__(self) -> None:
        """Refuse numbers that no index can hold."""
        _check_range(self.low, self.high)


FacetValue = str | int | bool | Band
Sort = str | tuple[str, str]
RELEVANCE = "relevance"


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """One question. Text longer than 200 characters or 12 words is cut; a page or size that cannot be is a ValueError.

    ``typing`` says that the last word may be unfinished although it is a word by itself, as in suggestions while typing.
    ``names`` are what people call values of fields: whatever passes a name's filter has the words of the name.
    """

    text: str = ""
    filters: tuple[Filter, ...] = ()
    facets: tuple[str, ...] = ()
    bands: Mapping[str, tuple[Band, ...]] = field(default_factory=dict)
    sort: Sort = RELEVANCE
    page: int = 1
    size: int = 24
    typing: bool = False
    names: "Names | None" = None

    def __post_init__(self) -> None:
        """Refuse what a view should not have let through."""
        if self.page < 1 or not 0 <= self.size <= MOST_PER_PAGE:
            message = f"page {self.page} of size {self.size} cannot be asked for"
            raise ValueError(message)
        if self.sort != RELEVANCE and (isinstance(self.sort, str) or self.sort[1] not in ("asc", "desc")):
            message = f"sort is {RELEVANCE!r} or a field with 'asc' or 'desc', not {self.sort!r}"
            raise ValueError(message)

    def check(self, shape: Shape) -> None:
        """Raise ValueError for what an index of this shape cannot be asked: a mistake of the program, not of a visitor."""
        for name in self.facets:
            if not shape[name].facet:
                raise ValueError(f"the field {name!r} is not a facet")
        for name, bands in self.bands.items():
            if shape[name].kind != Kind.NUMBER:
                raise ValueError(f"the field {name!r} is no number and has no bands")
            if any(_touching(one, other) for one, other in pairwise(bands)):
                raise ValueError(f"the bands of {name!r} overlap or are not in order")
        for condition in (*self.filters, *(self.names.conditions if self.names else ())):
            if not _fits(condition, shape[condition.field].kind):
                raise ValueError(f"the field {condition.field!r} does not take {condition!r}")
        if not isinstance(self.sort, str) and not shape[self.sort[0]].sort:
            raise ValueError(f"the field {self.sort[0]!r} does not sort")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The answer.

    ``ids`` are this page of what has all the words (or, where nothing has, what comes closest: ``all_words`` is then False);
    ``total``, ``pages`` and ``facets`` speak of exactly these. ``others`` fill a page that is not full with what comes
    near; show them apart. A facet group is counted without its own filter, so its numbers say what a further choice
    would give. ``suggestion`` is the query as it was understood where that differs in spelling; ``missing`` are words
    that nothing has, which were left out. ``named`` are the names that all of these pass, ``elsewhere`` those that
    nothing with the other words passes, so that these are of other places; ``nameless`` is the query without them.
    """

    ids: tuple[str, ...]
    total: int
    pages: int
    facets: Mapping[str, tuple[tuple[FacetValue, int], ...]] = field(default_factory=dict)
    suggestion: str | None = None
    others: tuple[str, ...] = ()
    all_words: bool = True
    missing: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()
    nameless: str = ""


class Unavailable(Exception):
    """The index cannot be asked now: it is not built yet, is of an older shape, or broken. Ask the database instead."""


def _touching(one: Band, other: Band) -> bool:
    return one.high is None or other.low is None or one.high >= other.low


def _fits(condition: Filter, kind: str) -> bool:
    if isinstance(condition, Is):
        return kind == Kind.FLAG and type(condition.value) is bool
    if isinstance(condition, Between):
        return kind == Kind.NUMBER
    wanted = {Kind.KEYWORD: str, Kind.NUMBER: int}.get(Kind(kind))
    return all(type(value) is wanted for value in condition.values)


def _check_range(low: int | None, high: int | None) -> None:
    for end in (low, high):
        if end is not None and not LEAST <= end < MOST:
            message = f"{end} is beyond what a number field holds"
            raise ValueError(message)
