"""Names that people say for values of a field: the name of a district for whatever is sold there."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from search.question import Filter
from search.text import asked_words


@dataclass(frozen=True, slots=True)
class Name:
    """What passes ``condition`` has the words ``said``, though its texts do not say them.

    One that is not ``sure`` is the name only where things are not called by all of its words, by what the index and the
    thesaurus know: a quarter called Jati names no talenan jati, a board of teak. One of which nothing need be said, as
    everything passes it, is said "".
    """

    said: str
    condition: Filter
    sure: bool = True
    spellings: tuple[str, ...] = ()
    """Other ways to write it, beside those that differ only in spaces and hyphens."""


@dataclass(frozen=True)
class Names:
    """Many names, each found in any spelling of its spaces: Kramat Jati and Kramatjati. The first of a spelling holds."""

    by_letters: dict[str, Name] = field(default_factory=dict)
    conditions: tuple[Filter, ...] = ()
    """One of each kind for each field, to see whether an index can be asked so."""
    longest: int = 0
    """How many words the longest has; as it may be written apart, one more is looked at."""

    @classmethod
    def of(cls, names: Iterable[Name]) -> "Names":
        """Gather names."""
        by_letters: dict[str, Name] = {}
        longest = 0
        for name in names:
            for spelling in (name.said, *name.spellings):
                if words := asked_words(spelling):
                    by_letters.setdefault("".join(words), name)
                    longest = max(longest, len(words) + 1)
        conditions = {(type(name.condition), name.condition.field): name.condition for name in by_letters.values()}
        return cls(by_letters, tuple(conditions.values()), longest)

    def apart(self, text: str) -> tuple[str, tuple[Name, ...]]:
        """Return a text without the sure names in it, and those: for who answers without an engine."""
        written = text.split()
        letters = ["".join(asked_words(word)) for word in written]
        kept: list[str] = []
        found: list[Name] = []
        at = 0
        while at < len(written):
            length, name = next(
                ((length, name) for length, name in self.beginning(letters, at) if name.sure), (1, None)
            )
            if name:
                found.append(name)
            else:
                kept.append(written[at])
            at += length
        return " ".join(kept), tuple(found)

    def beginning(self, words: Sequence[str], at: int) -> Iterable[tuple[int, Name]]:
        """Give the names that begin at a word, with how many words they take: the longest first."""
        for length in range(min(self.longest, len(words) - at), 0, -1):
            name = self.by_letters.get("".join(words[at : at + length]))
            if name is not None:
                yield length, name
