"""Text as the engine sees it: lower-case words without accents, doublings joined, stems with words that stay whole.

Facts on spelling and on what stemming breaks: docs/search.md, "Words".
"""

import re
import threading
import unicodedata
from collections.abc import Collection, Iterator

import Stemmer  # type: ignore[import-not-found] # PyStemmer ships no types

RULES = 1
"""Raise when a change here makes stored words differ from asked ones; every index is then built anew."""

LONGEST = 40
"""Longer words are numbers of parcels and the like; they are cut, on both sides."""
HALF = 3
"""The shortest word whose doubling is one word: kue-kue, tahu-tahu; not a-a or 1010."""

_NO_SIGN = dict.fromkeys(map(ord, "'’‘`´ʼ"))
_HYPHENS = str.maketrans(dict.fromkeys("‐‑‒–", "-"))
_RUN = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_TWICE = re.compile(rf"([^\W\d_]{{{HALF},}})2")
_DRAWN_OUT = re.compile(r"([aeiou])\1{2,}")


def plain(text: str) -> str:
    """Return the text in lower case, compatibility forms unified, without accents and apostrophes."""
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_NO_SIGN).translate(_HYPHENS)
    if folded.isascii():
        return folded
    return "".join(sign for sign in unicodedata.normalize("NFD", folded) if not unicodedata.combining(sign))


def asked_words(text: str) -> list[str]:
    """Return the words of a query: doublings in every spelling (anak-anak, anak anak, anak2) as one joined word."""
    return [word for group in _groups(text) for word in ([group[0] * 2] if _doubled(group) else group)]


def stored_words(text: str, stop_words: Collection[str] = ()) -> list[str]:
    """Return the words under which a text is found.

    A doubling is found by the joined word and by its half, unless the half alone says nothing (oleh-oleh); two words
    with a hyphen also by the joined word (t-shirt by tshirt).
    """
    words: list[str] = []
    for group in _groups(text):
        if _doubled(group):
            words.append(group[0] * 2)
            if group[0] not in stop_words:
                words.append(group[0])
        elif len(group) == 2:  # noqa: PLR2004 - a pair
            words += ["".join(group)[:LONGEST], *group]
        else:
            words += group
    return words


def half(word: str) -> str | None:
    """Return the half of a joined doubling, or None when the word is none."""
    middle, odd = divmod(len(word), 2)
    return word[:middle] if not odd and middle >= HALF and word[:middle] == word[middle:] else None


class Stems:
    """The stem of a word by the Snowball rules for Indonesian, but for words that those rules break."""

    def __init__(self, whole: Collection[str]) -> None:
        """Keep the words of ``whole`` as they are."""
        self.whole = frozenset(whole)
        self._stemmer = Stemmer.Stemmer("indonesian")
        self._turn = threading.Lock()  # One stemmer object must not be used by two threads at once.

    def __call__(self, word: str) -> str:
        """Return the stem; a word with a digit or a foreign letter, and a protected one, is its own."""
        root = word if word in self.whole else half(word) or word
        if root in self.whole or not root.isascii() or not root.isalpha():
            return root
        with self._turn:
            stem: str = self._stemmer.stemWord(root)
        return stem


def _groups(text: str) -> Iterator[list[str]]:
    """Give each word, or each run of words joined by hyphens, with doublings written apart or with a 2 gathered."""
    waiting: list[str] | None = None
    for run in _RUN.finditer(plain(text)):
        group = [_shortened(part) for part in run[0].split("-")]
        if len(group) == 1 and (twice := _TWICE.fullmatch(group[0])):
            group = [twice[1], twice[1]]
        if waiting is None:
            waiting = group
        elif len(waiting) == len(group) == 1 and _doubled([*waiting, *group]):
            yield [*waiting, *group]
            waiting = None
        else:
            yield waiting
            waiting = group
    if waiting is not None:
        yield waiting


def _doubled(group: list[str]) -> bool:
    return len(group) == 2 and group[0] == group[1] and len(group[0]) >= HALF and group[0].isalpha()  # noqa: PLR2004 - a pair


def _shortened(word: str) -> str:
    """Return "enak" for "enaaak"; a word of one repeated letter (iii) stays."""
    return (_DRAWN_OUT.sub(r"\1", word) if len(set(word)) > 1 else word)[:LONGEST]
