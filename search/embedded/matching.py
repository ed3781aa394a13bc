"""Concepts and filters as tantivy queries: typed values only, nothing that a visitor writes is ever parsed as a query."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import log

from tantivy import FieldType, Occur, Schema
from tantivy import Query as Match

from search.embedded.disk import STEMS
from search.question import LEAST, Between, Filter, Is
from search.shape import Kind, Shape
from search.thesaurus import Words
from search.understanding import Concept, Guess
from search.vocabulary import Vocabulary

# What a hit is worth beside a word found as typed (1.0), measured in docs/search.md.
STEM, PREFIX, NARROWER, SECOND_FIELD, TOGETHER = 0.3, 2.0, 0.05, 0.2, 0.3
NARROWER_EXPRESSION = 1.0
"""What an expression leads to is meant more surely than its words strewn over a description."""
NAMED = 1.0
COMPLETE = 1000.0
NO_PREFIX_EDITS = 0


@dataclass(frozen=True)
class Matcher:
    """Builds queries for one state of one index."""

    shape: Shape
    schema: Schema
    vocabulary: Vocabulary

    def all_of(self, concepts: Sequence[Concept]) -> Match:
        """Return what has every concept; words that also stand together in the weightiest field come first."""
        if not concepts:
            return Match.all_query()
        clauses = [(Occur.Must, self._concept(concept)) for concept in concepts]
        return Match.boolean_query([*clauses, *self._together(concepts)])

    def some_of(self, concepts: Sequence[Concept], least: int) -> Match:
        """Return what has at least so many of the concepts; more of them come first.

        Names do not count among others but lift what has them.
        """
        return self._some(self._each(concepts), least)

    def near(self, concepts: Sequence[Concept]) -> Match:
        """Return what has some of the concepts; whatever has all of them comes before the rest."""
        each = self._each(concepts)
        complete = Match.boolean_query([(Occur.Must, way) for _, way in each])
        first = Match.const_score_query(complete, COMPLETE)
        return Match.boolean_query([(Occur.Should, self._some(each, 1)), (Occur.Should, first)])

    def _each(self, concepts: Sequence[Concept]) -> list[tuple[Concept, Match]]:
        return [(concept, self._concept(concept)) for concept in concepts]

    def _some(self, each: Sequence[tuple[Concept, Match]], least: int) -> Match:
        counted = [way for concept, way in each if not concept.name] or [way for _, way in each]
        some = Match.boolean_query([(Occur.Should, way) for way in counted], least)
        if len(counted) == len(each):
            return some
        lifts = [(Occur.Should, way) for concept, way in each if concept.name]
        return Match.boolean_query([(Occur.Must, some), *lifts])

    @cached_property
    def telling(self) -> "Matcher":
        """The same for the fields that tell what a thing is: in a long description any two words may meet by chance."""
        fields = tuple(field for field in self.shape.fields if field.kind != Kind.TEXT or field.weight >= 1)
        return replace(self, shape=replace(self.shape, fields=fields))

    def side_by_side(self, guess: Concept, before: Sequence[Concept], after: Sequence[Concept]) -> Match | None:
        """Return what bears a guess out; None where no field tells what a thing is.

        That has it and one of the other words where it tells what it is, or has it beside its neighbour anywhere.
        """
        telling = self.telling
        if not telling.shape.of_kind(Kind.TEXT):
            return None
        # A stem is kept for all fields together, so that it does not say where it stands.
        plain = [replace(other, stem=None) if other.terms else other for other in (*before, *after)]
        both = (telling.some_of([guess], 1), telling.some_of(plain, 1))
        ways = [Match.boolean_query([(Occur.Must, one) for one in both])]
        for meant in guess.guesses:
            pairs = [(*word, *meant.words) for one in before[-1:] for word in _ways(one)]
            pairs += [(*meant.words, *word) for one in after[:1] for word in _ways(one)]
            ways += [self._term(field.name, pair) for pair in pairs for field in self.shape.of_kind(Kind.TEXT)]
        return Match.boolean_query([(Occur.Should, way) for way in ways])

    def titled(self, words: Words) -> Match:
        """Return what is called so, in its weightiest field."""
        texts = self.shape.of_kind(Kind.TEXT)
        if not texts:
            return Match.empty_query()
        return self._term(max(texts, key=lambda field: field.weight).name, words)

    def filtered(self, match: Match, filters: Iterable[Filter]) -> Match:
        """Return what also passes every filter; filters do not change the order."""
        conditions = [(Occur.Must, Match.const_score_query(self._filter(condition), 0.0)) for condition in filters]
        return Match.boolean_query([(Occur.Must, match), *conditions]) if conditions else match

    def without(self, match: Match, unwanted: Match) -> Match:
        """Return the first without the second."""
        return Match.boolean_query([(Occur.Must, match), (Occur.MustNot, unwanted)])

    def _concept(self, concept: Concept) -> Match:
        if concept.name:
            passed = Match.const_score_query(self._filter(concept.name.condition), NAMED)
            said = self.telling._concept(replace(concept, name=None))  # noqa: SLF001 - the same class
            return Match.boolean_query([(Occur.Should, way) for way in (passed, said)])
        ways = []
        if concept.terms:
            ways.append(self._guesses([Guess(term, 1.0) for term in concept.terms], len(concept.typed)))
        if concept.guesses:
            ways.append(self._guesses(concept.guesses, len(concept.typed)))
        if concept.parts:
            ways.append(Match.boolean_query([(Occur.Must, self._concept(part)) for part in concept.parts]))
        if concept.stem:
            ways.append(Match.boost_query(Match.term_query(self.schema, STEMS, concept.stem, "freq"), STEM))
        narrower = NARROWER if len(concept.typed) == 1 else NARROWER_EXPRESSION
        for field in self.shape.of_kind(Kind.TEXT):
            ways += [
                Match.const_score_query(self._term(field.name, term), narrower * field.weight)
                for term in concept.narrower
            ]
        if not concept.prefix:
            return Match.disjunction_max_query(ways) if ways else Match.empty_query()
        # Added, not compared: the word itself is its own beginning too, and so comes before words that only begin so.
        begun = self._beginning(concept.prefix)
        return Match.boolean_query([(Occur.Should, way) for way in (begun, Match.disjunction_max_query(ways))])

    def _beginning(self, prefix: str) -> Match:
        fields = []
        for field in self.shape.of_kind(Kind.TEXT):
            words = Match.fuzzy_term_query(self.schema, field.name, prefix, NO_PREFIX_EDITS, prefix=True)
            fields.append(Match.const_score_query(words, PREFIX * field.weight))
        return Match.disjunction_max_query(fields)

    def _guesses(self, guesses: Sequence[Guess], typed: int) -> Match:
        """Return what has any of these, all scored as if equally frequent: a rarer spelling is not a better one."""
        fields = []
        for field in self.shape.of_kind(Kind.TEXT):
            scarcities = [self._scarcities(field.name, guess.words) for guess in guesses]
            # An expression is at least as rare as its rarest word.
            worth = field.weight * typed * min(map(max, scarcities))
            terms = [
                Match.boost_query(self._term(field.name, guess.words), guess.worth * worth / sum(own))
                for guess, own in zip(guesses, scarcities, strict=True)
            ]
            fields.append(Match.disjunction_max_query(terms))
        return Match.disjunction_max_query(fields, SECOND_FIELD)

    def _scarcities(self, field: str, words: Words) -> list[float]:
        """Return the inverse document frequency of each word, as BM25 has it."""
        held, documents = self.vocabulary.counts[field], self.vocabulary.documents
        counts = (min(held.get(word, 0), documents) for word in words)
        return [log(1 + (documents - count + 0.5) / (count + 0.5)) for count in counts]

    def _together(self, concepts: Sequence[Concept]) -> list[tuple[Occur, Match]]:
        words = [word for concept in concepts if not concept.name for word in concept.meant]
        texts = self.shape.of_kind(Kind.TEXT)
        if len(words) < 2 or not texts:  # noqa: PLR2004 - one word always stands together
            return []
        best = max(texts, key=lambda field: field.weight)
        phrase: list[str | tuple[int, str]] = [*words]
        near = Match.phrase_query(self.schema, best.name, phrase, slop=1)
        return [(Occur.Should, Match.boost_query(near, TOGETHER * best.weight))]

    def _term(self, field: str, words: Words) -> Match:
        if len(words) == 1:
            return Match.term_query(self.schema, field, words[0])
        phrase: list[str | tuple[int, str]] = [*words]
        return Match.phrase_query(self.schema, field, phrase, slop=1)

    def _filter(self, condition: Filter) -> Match:
        if isinstance(condition, Is):
            return Match.term_query(self.schema, condition.field, condition.value)
        if isinstance(condition, Between):
            low = LEAST if condition.low is None else condition.low  # One end must be given.
            return Match.range_query(self.schema, condition.field, FieldType.Integer, low, condition.high)
        # No term_set_query: that builds an automaton, which takes longer than all the rest of a category's page.
        values = [Match.term_query(self.schema, condition.field, value) for value in condition.values]
        return Match.boolean_query([(Occur.Should, value) for value in values])


def _ways(concept: Concept) -> tuple[Words, ...]:
    return (concept.typed, *concept.terms)
