"""Words that mean the same: groups that are equal both ways, and words that also lead to narrower ones."""

import functools
import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from search.text import Stems, asked_words

WORDS = Path(__file__).parent / "words" / "synonyms_id.json"
Words = tuple[str, ...]
_VOWELS = re.compile(r"[aeiou]+")


@dataclass(frozen=True)
class Thesaurus:
    """What the word list says, in the engine's own spelling; a term of several words is a tuple of several."""

    equal: dict[Words, tuple[Words, ...]]
    narrower: dict[Words, tuple[Words, ...]]
    stop_words: frozenset[str]
    stems: Stems
    words: frozenset[str]
    """Every word of the list: somebody who mistypes one of them means it, also when no document has it."""
    clusters: frozenset[str]
    """The runs of consonants that the words of the list begin with (^pr), have within, or end with (ng$)."""
    longest: int
    """How many words the longest term has."""
    mark: str
    """Differs when something in the list differs that stored words depend on."""

    def sounds(self, word: str) -> bool:
        """Tell whether this could be a word at all: jengkl and pisng could not, teler could."""
        return _clusters(word) <= self.clusters


@functools.cache
def indonesian() -> Thesaurus:
    """Return the list that the program ships, read once."""
    held = json.loads(WORDS.read_text(encoding="utf-8"))
    equal: dict[Words, list[Words]] = {}
    for group in held["groups"]:
        terms = _terms(group["terms"])
        for term in terms:
            _add(equal, term, terms)
    narrower: dict[Words, list[Words]] = {}
    for expansion in held["oneway"]:
        for term in _terms([expansion["from"]]):
            _add(narrower, term, _terms(expansion["to"]))
    whole = {word for text in held["protected"] for word in asked_words(text)}
    never = {word for text in held["never_stop"] for word in asked_words(text)}
    stops = frozenset(word for text in held["stop_words"] for word in asked_words(text)) - never
    terms = [*equal, *narrower, *(term for ways in narrower.values() for term in ways)]
    words = frozenset({word for term in terms for word in term} | stops | never | whole)
    return Thesaurus(
        equal={term: tuple(others) for term, others in equal.items()},
        narrower={term: tuple(others) for term, others in narrower.items()},
        stop_words=stops,
        stems=Stems(whole),
        words=words,
        clusters=frozenset(cluster for word in words if _VOWELS.search(word) for cluster in _clusters(word)),
        longest=max(map(len, terms)),
        mark=hashlib.sha256(" ".join((*sorted(stops), "-", *sorted(whole))).encode()).hexdigest()[:16],
    )


def _terms(texts: Iterable[str]) -> list[Words]:
    """Return the terms as words, each once: "agar-agar" and "agar agar" are one."""
    return list(dict.fromkeys(tuple(asked_words(text)) for text in texts))


def _clusters(word: str) -> set[str]:
    return {cluster for cluster in _VOWELS.split(f"^{word}$") if cluster.strip("^$")}


def _add(table: dict[Words, list[Words]], term: Words, others: Iterable[Words]) -> None:
    known = table.setdefault(term, [])
    known += [other for other in others if other != term and other not in known]
