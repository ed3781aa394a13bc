"""Answers queries from the index files, always from their newest state, in any number of threads and processes."""

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import tantivy
from tantivy import Query as Match

from search.embedded.disk import ID, STEMS, About, Place
from search.embedded.matching import Matcher
from search.question import RELEVANCE, Band, FacetValue, Found, Query, Unavailable
from search.shape import Kind, Shape
from search.slots import Document, State
from search.speller import Speller
from search.thesaurus import Thesaurus, indonesian
from search.understanding import Concept, Meaning, Reader
from search.vocabulary import Vocabulary

MOST_FACET_VALUES = 1000
OTHER_SHAPE = "built for other fields or from another database"
MUCH_RARER = 10
"""A word that some products have, and another so much more often one edit away: perhaps the seller's own slip."""
Stamp = tuple[tuple[int, int, int], ...]


@dataclass(frozen=True)
class Snapshot:
    """One committed state of one generation, open for reading. Never changed."""

    stamp: Stamp
    about: About
    index: tantivy.Index
    searcher: tantivy.Searcher
    shape: Shape
    extra: frozenset[str]
    learned: Speller | None = field(default=None, repr=False)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The words of this state; read when the first query with words comes."""
        counts = {
            text.name: dict(self.searcher.terms_with_prefix(text.name, "")) for text in self.shape.of_kind(Kind.TEXT)
        }
        stems = frozenset(stem for stem, _ in self.searcher.terms_with_prefix(STEMS, ""))
        return Vocabulary(self.searcher.num_docs, counts, stems, self.extra, self.learned)

    @property
    def speller_so_far(self) -> Speller | None:
        """What the next state takes over."""
        known: Vocabulary | None = vars(self).get("vocabulary")
        return known.speller_so_far if known else self.learned


class Embedded:
    """The engine over one folder. One per process and folder."""

    def __init__(self, folder: Path, thesaurus: Thesaurus | None = None) -> None:
        """Keep the folder; nothing is opened before it is asked."""
        self._folder = folder
        self._thesaurus = thesaurus or indonesian()
        self._open: dict[str, Snapshot] = {}
        self._places: dict[str, Place] = {}
        self._turn = threading.Lock()

    def search(self, name: str, shape: Shape, query: Query) -> Found:
        """Answer a query. Raises Unavailable, and ValueError for a field that the index has not or not in that way."""
        query.check(shape)
        with self._place(name).reading():
            return _Asking(self._snapshot(name, shape), self._thesaurus, query).answer()

    def apply(self, name: str, shape: Shape, documents: Iterable[Document], gone: Iterable[str]) -> None:
        """Put documents in or in place of their elders, take others out. Raises Unavailable when a rebuild is needed."""
        place = self._place(name)
        try:
            place.change(shape, self._thesaurus, documents, gone)
        except (OSError, ValueError) as failure:
            message = f"the index {name!r} cannot be written: {failure}"
            raise Unavailable(message) from failure

    def rebuild(self, name: str, shape: Shape, documents: Iterable[Document]) -> int:
        """Build the index anew beside the present one and put it in its place; return the number of documents."""
        return self._place(name).build(shape, self._thesaurus, documents)

    def state(self, name: str, shape: Shape) -> State:
        """Tell whether the index answers for this shape, and if not, why."""
        place = self._place(name)
        about = place.present()
        if about is None:
            return State(ready=False, reason="not built yet")
        if place.broken:
            return State(ready=False, reason="cannot be read", built_at=about.built_at)
        if about.shape != shape.hash:
            return State(ready=False, reason=OTHER_SHAPE, built_at=about.built_at)
        try:
            with place.reading():
                snapshot = self._snapshot(name, shape)
                return State(ready=True, documents=snapshot.searcher.num_docs, built_at=about.built_at)
        except Unavailable as failure:
            return State(ready=False, reason=str(failure), built_at=about.built_at)

    def _place(self, name: str) -> Place:
        if name not in self._places:
            self._places[name] = Place(self._folder / name)
        return self._places[name]

    def _snapshot(self, name: str, shape: Shape) -> Snapshot:
        """Return the newest state: two looks at the files' stamps, and only when they changed, opening."""
        held = self._open.get(name)
        place = self._place(name)
        if held is not None and held.shape == shape and held.stamp == _stamp(place, held.about):
            return held
        # Whoever comes while another thread opens the new state is served from the last one.
        if not self._turn.acquire(blocking=held is None or held.shape != shape):
            return held  # type: ignore[return-value] # not None: else the line above waits
        try:
            fresh = self._opened(place, shape, self._open.get(name))
            self._open[name] = fresh
            return fresh
        finally:
            self._turn.release()

    def _opened(self, place: Place, shape: Shape, held: Snapshot | None) -> Snapshot:
        about = place.present()
        if about is None:
            raise Unavailable("the index is not built yet")
        if about.shape != shape.hash:
            raise Unavailable(f"the index was {OTHER_SHAPE}")
        stamp = _stamp(place, about)
        if held is not None and held.about == about:
            index = held.index
            index.reload()
        else:
            index = tantivy.Index.open(str(about.folder))
            index.config_reader("manual")
        learned = held.speller_so_far if held else None
        return Snapshot(stamp, about, index, index.searcher(), shape, self._thesaurus.words, learned)


@dataclass(frozen=True)
class _Asking:
    """One query to one state."""

    snapshot: Snapshot
    thesaurus: Thesaurus
    query: Query

    def answer(self) -> Found:
        meaning = self._meaning()
        if meaning.missing and not meaning.nameless.concepts:
            return self._found(Match.empty_query(), meaning)  # Nothing is of use because it comes from the right place.
        if not meaning.concepts:
            return self._found(Match.all_query(), meaning)
        if found := self._answer_wholly(meaning):
            return found
        if not meaning.nameless.concepts:
            # Nothing is there: perhaps the words were meant as such (pondok kopi, where no shop is, finds coffee).
            return replace(self, query=replace(self.query, names=None)).answer()
        return self._answer_widely(meaning)

    def _answer_wholly(self, meaning: Meaning) -> Found | None:
        """Answer where something has every word, or every one but the names: then that, of wherever it is."""
        every = self.matcher.all_of(meaning.concepts)
        found = self._found(every, meaning)
        if found.total or self._any(every):
            return replace(self._filled(found, every), named=meaning.named)
        nameless = meaning.nameless.concepts
        rest = self.matcher.all_of(nameless)
        if not nameless or nameless == meaning.concepts or not self._any(rest):
            return None
        return replace(self._filled(self._found(rest, meaning), rest), elsewhere=meaning.named)

    def _answer_widely(self, narrow: Meaning) -> Found:
        """Answer where nothing at all has every word as it stands: known words may be mistypes of others, or too many."""
        if doubted := self._answer_wholly(self._meaning(doubt=MUCH_RARER)):
            return replace(doubted, all_words=False)
        words = narrow.words
        for least in range(len(narrow.nameless.words) - 1, 0, -1):
            some = self.matcher.some_of(words, least)
            if self._any(some):
                return replace(self._found(some, narrow), all_words=False, elsewhere=narrow.named)
        return self._found(Match.empty_query(), narrow)

    @cached_property
    def matcher(self) -> Matcher:
        return Matcher(self.snapshot.shape, self.snapshot.index.schema, self.snapshot.vocabulary)

    def _meaning(self, doubt: int | None = None) -> Meaning:
        if not self.query.text.strip():
            return Meaning(())
        reader = Reader(
            self.snapshot.vocabulary,
            self.thesaurus,
            self.query.typing,
            doubt=doubt,
            borne_out=self._borne_out,
            names=self.query.names,
            titled=lambda words: self._any(self.matcher.titled(words)),
        )
        return reader.understand(self.query.text)

    def _borne_out(self, guess: Concept, before: Sequence[Concept], after: Sequence[Concept]) -> bool:
        proof = self.matcher.side_by_side(guess, before, after)
        return proof is None or self._any(proof)

    def _any(self, match: Match) -> bool:
        return bool(self.snapshot.searcher.search(match, limit=1, count=False).hits)

    def _found(self, match: Match, meaning: Meaning) -> Found:
        query = self.query
        wanted = self.matcher.filtered(match, query.filters) if query.filters else match
        ids, total = self._page(wanted, (query.page - 1) * query.size, query.size)
        return Found(
            ids=ids,
            total=total,
            pages=-(-total // query.size) if query.size else 0,
            facets=self._facets(match, wanted),
            suggestion=meaning.suggestion,
            missing=meaning.missing,
            nameless=meaning.besides if meaning.named else "",
        )

    def _filled(self, found: Found, every: Match) -> Found:
        """Fill a page that is the last and not full with what has some of the words, or other spellings of them."""
        room = self.query.size - len(found.ids)
        if room <= 0 or self.query.sort != RELEVANCE or self.query.page > max(found.pages, 1):
            return found
        near = self._meaning(doubt=MUCH_RARER).words
        match = self.matcher.without(self.matcher.near(near), every)
        others, _ = self._page(self.matcher.filtered(match, self.query.filters), 0, room)
        return replace(found, others=others)

    def _page(self, match: Match, offset: int, size: int) -> tuple[tuple[str, ...], int]:
        searcher = self.snapshot.searcher
        if size == 0 or offset >= searcher.num_docs:
            return (), _count(searcher.search(match, limit=1))
        if isinstance(self.query.sort, str):
            result = searcher.search(match, limit=size, offset=offset)
        else:
            field, direction = self.query.sort
            order = tantivy.Order.Asc if direction == "asc" else tantivy.Order.Desc
            result = searcher.search(match, limit=size, offset=offset, order_by_field=field, order=order)
        return tuple(str(searcher.doc(address)[ID][0]) for _, address in result.hits), _count(result)

    def _facets(self, match: Match, wanted: Match) -> Mapping[str, tuple[tuple[FacetValue, int], ...]]:
        """Count every group without its own filter: those that have none together, each other one by itself."""
        filtered = {condition.field for condition in self.query.filters}
        counts = self._counted(wanted, [name for name in self.query.facets if name not in filtered])
        for name in self.query.facets:
            if name in filtered:
                rest = [condition for condition in self.query.filters if condition.field != name]
                counts |= self._counted(self.matcher.filtered(match, rest), [name])
        return {name: counts[name] for name in self.query.facets}

    def _counted(self, match: Match, names: Sequence[str]) -> dict[str, tuple[tuple[FacetValue, int], ...]]:
        if not names:
            return {}
        asked = {name: self._aggregation(name) for name in names}
        answer = self.snapshot.searcher.aggregate(match, asked)
        return {name: tuple(self._values(name, answer[name]["buckets"])) for name in names}

    def _aggregation(self, name: str) -> dict[str, Any]:
        if bands := self.query.bands.get(name):
            ranges = [{"key": str(at), **_ends(band)} for at, band in enumerate(bands)]
            return {"range": {"field": name, "ranges": ranges}}
        return {"terms": {"field": name, "size": MOST_FACET_VALUES}}

    def _values(self, name: str, buckets: Sequence[Mapping[str, Any]]) -> Iterable[tuple[FacetValue, int]]:
        bands = self.query.bands.get(name)
        if bands:
            # The answer also has the ranges between ours, under keys that are no number of a band.
            counts = {bucket["key"]: int(bucket["doc_count"]) for bucket in buckets}
            return [(band, counts[str(at)]) for at, band in enumerate(bands)]
        value: Callable[[Any], FacetValue] = bool if self.snapshot.shape[name].kind == Kind.FLAG else lambda held: held
        found = [(value(bucket["key"]), int(bucket["doc_count"])) for bucket in buckets]
        return sorted(found, key=lambda pair: (-pair[1], str(pair[0])))


def _count(result: tantivy.SearchResult) -> int:
    count: int = result.count  # type: ignore[attr-defined] # it is there; only its declaration is missing
    return count


def _ends(band: Band) -> dict[str, int]:
    ends = {"from": band.low, "to": None if band.high is None else band.high + 1}
    return {name: end for name, end in ends.items() if end is not None}


def _stamp(place: Place, about: About) -> Stamp:
    return _file_stamp(place.pointer), _file_stamp(about.state)


def _file_stamp(path: Path) -> tuple[int, int, int]:
    try:
        held = path.stat()
    except OSError:
        return 0, 0, 0
    return held.st_ino, held.st_mtime_ns, held.st_size
