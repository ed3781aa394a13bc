"""What a query means: its words turned into concepts, each with every way in which a document may say it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from search.naming import Name, Names
from search.question import LONGEST_TEXT, MOST_WORDS
from search.text import asked_words, half
from search.thesaurus import Thesaurus, Words
from search.vocabulary import Vocabulary

PREFIX_FROM = 2
UNSURE_PREFIX_FROM = 4
"""From how many letters on a beginning may itself have an edit."""
SURE_FROM = 7
"""From how many letters on a word that looks like another is that word with a slip, whatever stands beside it."""
FIRST_GUESS, NEXT_GUESS, TWO_EDITS, UNSURE_PREFIX = 0.7, 0.8, 0.6, 0.4


@dataclass(frozen=True)
class Guess:
    """A word that may have been meant, and how sure that is: 1 is as good as typed."""

    words: Words
    worth: float
    reading: Words = ()
    """The word as corrected, where ``words`` is another name of it."""


@dataclass(frozen=True)
class Concept:
    """One thing asked for. A document has it by any one of these."""

    typed: Words
    terms: tuple[Words, ...] = ()
    """The words themselves and those that mean the same: all of equal rank."""
    parts: tuple["Concept", ...] = ()
    """For an expression of several words: all of these, anywhere in the document."""
    guesses: tuple[Guess, ...] = ()
    narrower: tuple[Words, ...] = ()
    stem: str | None = None
    prefix: str | None = None
    name: Name | None = None
    """For what people call values of a field: whatever passes it has the words."""

    @property
    def possible(self) -> bool:
        """Tell whether any document may have it at all."""
        ways = (self.terms, self.guesses, self.narrower, self.stem, self.prefix, self.name)
        return any(ways) or (bool(self.parts) and all(part.possible for part in self.parts))

    @property
    def as_guessed(self) -> "Concept":
        """Return the concept without the word as it was typed: only as words that look like it have it."""
        return Concept(self.typed, guesses=self.guesses)

    @property
    def as_typed(self) -> "Concept":
        """Return the concept without guesses."""
        return replace(self, guesses=())

    @property
    def meant(self) -> Words:
        """Return the words as understood: the likeliest guess where nothing better is known."""
        if self.terms or self.narrower or self.stem or self.prefix or self.name:
            return self.typed
        if self.parts:
            return tuple(word for part in self.parts for word in part.meant)
        return (self.guesses[0].reading or self.guesses[0].words) if self.guesses else self.typed

    def by_word(self) -> tuple["Concept", ...]:
        """Return one concept for each word of an expression, each also met by the other names of the whole."""
        if not self.parts:
            return (self,)
        return tuple(
            replace(part, terms=(*part.terms, *self.terms), narrower=(*part.narrower, *self.narrower))
            for part in self.parts
        )


@dataclass(frozen=True)
class Meaning:
    """A query as understood: concepts that can be found, and words that nothing has."""

    concepts: tuple[Concept, ...]
    missing: tuple[str, ...] = ()
    suggestion: str | None = None
    """How the query is usually written, where it was not."""
    besides: str = ""
    """What was asked besides names."""

    @property
    def words(self) -> tuple[Concept, ...]:
        """Return the concepts with expressions taken apart into words."""
        return tuple(word for concept in self.concepts for word in concept.by_word() if word.possible)

    @property
    def named(self) -> tuple[str, ...]:
        """Return the names in it."""
        return tuple(
            dict.fromkeys(concept.name.said for concept in self.concepts if concept.name and concept.name.said)
        )

    @property
    def nameless(self) -> "Meaning":
        """Return what it means without the names."""
        return replace(self, concepts=tuple(concept for concept in self.concepts if not concept.name))


@dataclass(frozen=True)
class Reader:
    """Understands queries against one state of an index."""

    vocabulary: Vocabulary
    thesaurus: Thesaurus
    typing: bool = False
    doubt: int | None = None
    """Known words may be slips too, of words that are at least so many times as frequent; None trusts them."""
    borne_out: Callable[[Concept, Sequence[Concept], Sequence[Concept]], bool] | None = None
    """Tells whether a guess goes with the words before and after it somewhere; None believes every guess."""
    names: Names | None = None
    titled: Callable[[Words], bool] | None = None
    """Tells whether anything is called by these words; None takes no name that is not sure."""
    _last: int = field(default=-1, repr=False)

    def understand(self, text: str) -> Meaning:
        """Return what a text means; an empty one, or one without letters and digits, means nothing."""
        words = asked_words(text[:LONGEST_TEXT])[:MOST_WORDS]
        telling = [word for word in words if word not in self.thesaurus.stop_words]
        if self.typing and words and words[-1] in self.thesaurus.stop_words:
            telling.append(words[-1])  # It may become another word: "di" may be on its way to "dimsum".
        found = self._believed(self._concepts(telling or words))
        possible = tuple(concept for concept in found if concept.possible)
        besides = [self._shown(word) for concept in found if not concept.name for word in concept.typed]
        meant = [word for concept in found for word in concept.meant]
        return Meaning(
            possible,
            missing=tuple(self._shown(word) for concept in found if not concept.possible for word in concept.typed),
            suggestion=" ".join(map(self._shown, meant)) if meant != (telling or words) else None,
            besides=" ".join(besides),
        )

    def _believed(self, found: list[Concept]) -> list[Concept]:
        """Forget guesses that go with none of the other words: who asks for es teler, an iced fruit, means no egg (telur).

        Only short words that could be words are doubted so: pisng could be none. Where nothing would be left, guesses
        are all there is to go by.
        """
        if self.borne_out is None:
            return found
        believed = []
        for at, concept in enumerate(found):
            before, after = (
                [one for one in side if one.possible and not one.name] for side in (found[:at], found[at + 1 :])
            )
            doubtful = concept.guesses and (before or after) and not self._surely_a_slip(concept)
            fits = not doubtful or self.borne_out(concept.as_guessed, before, after)
            believed.append(concept if fits else concept.as_typed)
        return believed if any(concept.possible for concept in believed) else found

    def _surely_a_slip(self, concept: Concept) -> bool:
        word = concept.typed[0]
        unknown = not concept.as_typed.possible
        return len(word) >= SURE_FROM or (unknown and not self.thesaurus.sounds(word))

    def _concepts(self, words: Sequence[str]) -> list[Concept]:
        reader = replace(self, _last=len(words) - 1)
        concepts: list[Concept] = []
        at = 0
        while at < len(words):
            concept = self._name(words, at) or reader._expression(words, at) or reader._word(words[at], at)  # noqa: SLF001 - the same class
            concepts.append(concept)
            at += len(concept.typed)
        return concepts

    def _name(self, words: Sequence[str], at: int) -> Concept | None:
        """Return the longest name that begins here; one that is not sure gives way to words that things are called by."""
        for length, name in self.names.beginning(words, at) if self.names else ():
            typed = tuple(words[at : at + length])
            if name.sure or not self._called(typed):
                return Concept(typed, terms=(typed,) if self.vocabulary.has(typed) else (), name=name)
        return None

    def _called(self, typed: Words) -> bool:
        """Tell whether things are called by each of these words, here or elsewhere."""
        return self.titled is None or all(word in self.thesaurus.words or self.titled((word,)) for word in typed)

    def _expression(self, words: Sequence[str], at: int) -> Concept | None:
        """Return the longest expression that begins here and can be found: of the thesaurus, or one word elsewhere."""
        for length in range(min(self.thesaurus.longest, len(words) - at), 1, -1):
            typed = tuple(words[at : at + length])
            terms, narrower = self._same(typed), self._narrower(typed)
            if typed in self.thesaurus.equal or typed in self.thesaurus.narrower:
                parts = tuple(self._word(word, at + offset) for offset, word in enumerate(typed))
                concept = Concept(typed, terms=terms, narrower=narrower, parts=parts)
                if concept.possible:
                    return concept
                # Nobody offers the thing as a whole: its words count one by one, so that a rucksack finds bags.
        joined = "".join(words[at : at + 2])
        if at + 1 < len(words) and self.vocabulary.has((joined,)):
            parts = (self._word(words[at], at), self._word(words[at + 1], at + 1))
            return Concept((words[at], words[at + 1]), terms=((joined,), *self._same((joined,))), parts=parts)
        return None

    def _word(self, word: str, at: int) -> Concept:
        last = at == self._last
        itself = ((word,),) if self.vocabulary.has((word,)) else ()
        stem = self.thesaurus.stems(word)
        concept = Concept(
            (word,),
            terms=(*itself, *self._same((word,))),
            narrower=self._narrower((word,)),
            stem=stem if stem in self.vocabulary.stems else None,
        )
        known = concept.terms or concept.narrower
        if last and len(word) >= PREFIX_FROM and (self.typing or self.doubt is not None or not known):
            concept = replace(concept, prefix=word if self.vocabulary.begins(word) else None)
        # What the thesaurus knows is spelled right, though nobody offers it here: nangka is no slip of mangga.
        unknown = not concept.possible and word not in self.thesaurus.words
        if unknown or (concept.possible and self.doubt is not None):
            guesses = self._guesses(word)
            if last and len(word) >= UNSURE_PREFIX_FROM and not (guesses or concept.possible):
                longer = self.vocabulary.continuations(word)
                guesses = (*guesses, *(Guess((known,), UNSURE_PREFIX) for known in longer))
            concept = replace(concept, guesses=guesses)
        return concept

    def _guesses(self, word: str) -> tuple[Guess, ...]:
        guesses: list[Guess] = []
        worth = FIRST_GUESS
        if parted := self.vocabulary.parted(word):
            guesses.append(Guess(parted, worth))
        least = (self.doubt or 0) * self.vocabulary.totals.get(word, 0)
        for known, distance in self.vocabulary.corrections(word, least=least):
            sure = worth * (TWO_EDITS if distance > 1 else 1.0)
            itself = ((known,),) if self.vocabulary.has((known,)) else ()
            guesses += [Guess(words, sure, (known,)) for words in (*itself, *self._same((known,)))]
            worth *= NEXT_GUESS
        return tuple(guesses)

    def _same(self, words: Words) -> tuple[Words, ...]:
        return tuple(term for term in self.thesaurus.equal.get(words, ()) if self.vocabulary.has(term))

    def _narrower(self, words: Words) -> tuple[Words, ...]:
        return tuple(term for term in self.thesaurus.narrower.get(words, ()) if self.vocabulary.has(term))

    def _shown(self, word: str) -> str:
        # A doubling is kept as one word; a word that only looks like one (cincin, a ring) is protected by the list.
        root = None if word in self.thesaurus.stems.whole else half(word)
        return f"{root}-{root}" if root else word
