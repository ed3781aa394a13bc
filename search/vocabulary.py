"""The words of one state of an index, with how many documents have each: what the query is understood against."""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import islice, takewhile

from search.speller import SHORTEST, Speller, distance

VOWELS = str.maketrans("", "", "aeiou")
ASKED_LAST = 1_000
"""For how many words it is kept which others are near them."""


@dataclass(frozen=True)
class Vocabulary:
    """Words by text field, stems, and the speller over all of them. Never changed; a newer state has its own."""

    documents: int
    counts: Mapping[str, Mapping[str, int]]
    """For each text field, each word and the number of documents that have it there."""
    stems: frozenset[str]
    extra: frozenset[str] = frozenset()
    """Words that count as spelled right although no document has them."""
    learned: Speller | None = None
    """The speller of the state before, which is taken over and only added to."""

    @cached_property
    def totals(self) -> dict[str, int]:
        """Each word with the largest number of documents that have it in one field."""
        totals: dict[str, int] = {}
        for words in self.counts.values():
            for word, count in words.items():
                if count > totals.get(word, 0):
                    totals[word] = count
        return totals

    @cached_property
    def sorted_words(self) -> list[str]:
        """All words in alphabetic order."""
        return sorted(self.totals)

    @cached_property
    def shorthand(self) -> dict[str, list[str]]:
        """Words by their consonants: in messages people leave the vowels out (btk for batik)."""
        found: dict[str, list[str]] = {}
        for word in self.totals:
            bare = consonants(word)
            if bare != word and len(bare) >= SHORTEST and word.isalpha() and word[0] == bare[0]:
                found.setdefault(bare, []).append(word)
        return found

    @cached_property
    def speller(self) -> Speller:
        """The speller; made on first use, or out of that of the state before."""
        words = self.totals.keys() | self.extra
        return self.learned.grown(words) if self.learned else Speller.of(words)

    @property
    def speller_so_far(self) -> Speller | None:
        """The speller as far as anybody has needed one: what the next state takes over."""
        made: Speller | None = vars(self).get("speller", self.learned)
        return made

    @cached_property
    def near(self) -> Callable[[str], list[tuple[str, int]]]:
        """What the speller knows to be near a word, kept for those asked last: a query asks twice, and again on each page."""
        return lru_cache(maxsize=ASKED_LAST)(self.speller.near)

    def has(self, words: tuple[str, ...]) -> bool:
        """Tell whether every one of the words occurs."""
        return all(word in self.totals for word in words)

    def begins(self, prefix: str) -> bool:
        """Tell whether a word begins with this and goes on."""
        return any(word != prefix for word in islice(self._from(prefix), 2))

    def _from(self, prefix: str) -> Iterator[str]:
        """Give the words that begin with this, in alphabetic order."""
        words = self.sorted_words
        return takewhile(lambda word: word.startswith(prefix), islice(words, bisect_left(words, prefix), None))

    def continuations(self, beginning: str, most: int = 5) -> list[str]:
        """Return the most frequent words whose beginning is one edit away from this one, the first letter being right."""
        found = [
            word
            for word in self._from(beginning[0])
            if len(word) > len(beginning)
            and any(distance(beginning, word[: len(beginning) + more], 1) == 1 for more in (0, 1, -1))
        ]
        return sorted(found, key=lambda word: (-self.totals[word], word))[:most]

    def corrections(self, word: str, most: int = 3, *, least: int = 0) -> list[tuple[str, int]]:
        """Return the likeliest words that were meant, with their distance: nearest first, then the more frequent.

        Each is in at least ``least`` documents, or in none but known to be a word if that is zero. A word without
        vowels is no slip but shorthand, where some word has its consonants.
        """
        if consonants(word) == word and (meant := self.shorthand.get(word)):
            often = [known for known in meant if self.totals[known] >= least]
            return [(known, 1) for known in sorted(often, key=lambda known: (-self.totals[known], known))[:most]]
        near = [
            (known, edits)
            for known, edits in self.near(word)
            if self.totals.get(known, 0) >= least and (known in self.totals or known in self.extra)
        ]
        near.sort(key=lambda found: (found[1], found[0][0] != word[0], -self.totals.get(found[0], 0), found[0]))
        return near[:most]

    def parted(self, word: str, least: int = 3) -> tuple[str, str] | None:
        """Return two known words that this one is written together from (jahemerah), the more frequent where several.

        Each has three letters or more, but a number and its unit (500gr) may be shorter.
        """
        best: tuple[int, tuple[str, str]] | None = None
        for at in range(1, len(word)):
            one, other = word[:at], word[at:]
            if one not in self.totals or other not in self.totals:
                continue
            if (at >= least and len(other) >= least) or (one.isdigit() and other.isalpha()):
                weight = min(self.totals[one], self.totals[other])
                if best is None or weight > best[0]:
                    best = weight, (one, other)
        return best[1] if best else None


def consonants(word: str) -> str:
    """Return a word without its vowels."""
    return word.translate(VOWELS)
