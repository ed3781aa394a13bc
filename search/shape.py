"""The shape of an index: its fields, checked, and a hash that tells whether something on disk is still of use."""

import hashlib
import json
import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from search.text import RULES
from search.thesaurus import indonesian

_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")


class Kind(StrEnum):
    """What a field holds: text to be searched, exact words, whole numbers, or yes and no."""

    TEXT = "text"
    KEYWORD = "keyword"
    NUMBER = "number"
    FLAG = "flag"


@dataclass(frozen=True, slots=True)
class Field:
    """One field of an index's documents.

    ``weight`` says how much a hit in this text counts; ``facet`` that its values are counted; ``sort`` that numbers and
    flags order. Filters need neither: every keyword, number and flag takes them.
    """

    name: str
    kind: str
    weight: float = 1.0
    facet: bool = False
    sort: bool = False


@dataclass(frozen=True)
class Shape:
    """The fields of one index at this moment; the hash covers them, the rules for words, and whose documents they hold."""

    fields: tuple[Field, ...]
    hash: str

    def __getitem__(self, name: str) -> Field:
        """Return a field by name; ValueError when there is none."""
        for field in self.fields:
            if field.name == name:
                return field
        message = f"this index has no field {name!r}"
        raise ValueError(message)

    def of_kind(self, kind: Kind) -> tuple[Field, ...]:
        """Return the fields of one kind."""
        return tuple(field for field in self.fields if field.kind == kind)


@lru_cache(maxsize=64)
def shape_of(fields: tuple[Field, ...], source: str = "") -> Shape:
    """Check the fields and return their shape; ValueError in one sentence when they cannot be an index.

    ``source`` names the database that the documents come from: files built from another one are of another shape.
    """
    names = [field.name for field in fields]
    for field in fields:
        if problem := _problem(field, names):
            message = f"The search field {field.name!r} {problem}."
            raise ValueError(message)
    # Weights are not in it: they act when a question is asked, so changing one needs no new index.
    told = [source, RULES, indonesian().mark, *sorted((field.name, field.kind) for field in fields)]
    return Shape(fields, hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16])


def _problem(field: Field, names: list[str]) -> str | None:
    kinds = set(Kind)
    rules = (
        (not _NAME.fullmatch(field.name) or field.name == "id", "needs a name of small letters that is not 'id'"),
        (names.count(field.name) > 1, "is declared twice"),
        (field.kind not in kinds, f"has no kind of {', '.join(sorted(kinds))}"),
        (field.facet and field.kind == Kind.TEXT, "is text, which cannot be a facet; declare a keyword beside it"),
        (
            field.sort and field.kind not in (Kind.NUMBER, Kind.FLAG),
            "cannot be sorted by: only numbers and flags order",
        ),
        (not field.weight > 0, "needs a weight above zero"),
    )
    return next((sentence for broken, sentence in rules if broken), None)
