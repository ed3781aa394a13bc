"""The speller: known words within one edit of an unknown one, two edits for long words.

One edit is a letter too many, too few, another, or two neighbours swapped. Each known word is filed under itself and
under every form of it with one letter left out; two words one edit apart always share such a form. The forms are kept
as hashed numbers in one sorted array: 8 bytes each, some 2 MB for 20,000 words.
"""

from array import array
from bisect import bisect_left
from collections.abc import Collection, Iterator
from dataclasses import dataclass

SHORTEST = 3
"""Words of three letters may be one edit off: four-letter words that lost a letter are common (btu for batu)."""
LONG = 9
"""Words from nine letters on may be two edits off."""
LONGEST = 25
FRESH = 300
"""How many added words are kept aside before everything is filed anew."""

_INDEX_BITS = 24
_HASH_MASK = (1 << (63 - _INDEX_BITS)) - 1


@dataclass(frozen=True)
class Speller:
    """A set of known words, asked by ``near``. Never changed: ``grown`` returns another."""

    words: tuple[str, ...]
    forms: "array[int]"
    by_length: dict[int, tuple[str, ...]]
    fresh: tuple[str, ...] = ()

    @classmethod
    def of(cls, words: Collection[str]) -> "Speller":
        """File the words; those with digits and very short or long ones are left out: nobody means them by mistake."""
        kept = tuple(sorted(word for word in words if _worth_knowing(word)))
        forms = array("Q", sorted(_file(form, at) for at, word in enumerate(kept) for form in _forms(word)))
        return cls(kept, forms, _by_length(kept))

    def grown(self, words: Collection[str]) -> "Speller":
        """Return a speller that knows these words too; cheap for a few."""
        known = {*self.words, *self.fresh}
        added = [word for word in words if word not in known and _worth_knowing(word)]
        if not added:
            return self
        fresh = (*self.fresh, *added)
        if len(fresh) > FRESH:
            return Speller.of({*self.words, *fresh})
        return Speller(self.words, self.forms, self.by_length, fresh)

    def near(self, word: str) -> list[tuple[str, int]]:
        """Return the known words near this one with their distance, one edit first; two edits only if one gives none."""
        if not _worth_knowing(word):
            return []
        near = [(known, 1) for known in self._sharing_a_form(word) if distance(word, known, 1) == 1]
        near += [(known, 1) for known in self.fresh if distance(word, known, 1) == 1]
        if near or len(word) < LONG:
            return near
        return [(known, 2) for known in self._sharing_a_third(word) if distance(word, known, 2) == 2]  # noqa: PLR2004 - two edits

    def _sharing_a_form(self, word: str) -> set[str]:
        found: set[str] = set()
        for form in _forms(word):
            least = _file(form, 0)
            at = bisect_left(self.forms, least)
            while at < len(self.forms) and self.forms[at] >> _INDEX_BITS == least >> _INDEX_BITS:
                found.add(self.words[self.forms[at] & ((1 << _INDEX_BITS) - 1)])
                at += 1
        return found

    def _sharing_a_third(self, word: str) -> Iterator[str]:
        """Give long words that share their beginning, middle or end: two edits leave one of the three whole.

        One letter lies between each two of them, so that no swap of neighbours reaches into both.
        """
        third = len(word) // 3
        begin, middle, end = word[: third - 1], word[third : 2 * third], word[2 * third + 1 :]
        letters = frozenset(word)
        for length in range(len(word) - 2, len(word) + 3):
            for known in self.by_length.get(length, ()):
                if (known.startswith(begin) or known.endswith(end) or middle in known) and len(
                    letters.symmetric_difference(known)
                ) <= 4:  # noqa: PLR2004 - two edits bring at most two letters and take at most two away
                    yield known
        yield from self.fresh


def distance(one: str, other: str, limit: int) -> int:
    """Return how many edits lie between two words, or more than ``limit`` where it is more than that."""
    if abs(len(one) - len(other)) > limit:
        return limit + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        before, last, row = row, before, [i]
        for j, against in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != against))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == against:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
        if min(row) > limit and min(before) > limit:
            return limit + 1
    return row[-1]


def _worth_knowing(word: str) -> bool:
    return SHORTEST <= len(word) <= LONGEST and word.isalpha()


def _forms(word: str) -> set[str]:
    return {word, *(word[:at] + word[at + 1 :] for at in range(len(word)))}


def _file(form: str, at: int) -> int:
    return (hash(form) & _HASH_MASK) << _INDEX_BITS | at


def _by_length(words: tuple[str, ...]) -> dict[int, tuple[str, ...]]:
    lengths: dict[int, list[str]] = {}
    for word in words:
        if len(word) >= LONG - 2:
            lengths.setdefault(len(word), []).append(word)
    return {length: tuple(held) for length, held in lengths.items()}
