"""Where others may join the catalogue: fields to search by, sections of its pages, and a word on reservations."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import UUID

from marketplace.kernel.events import Event
from marketplace.kernel.plugin import Slot
from marketplace.kernel.words import Words


class FieldValues(Protocol):
    """Give a field's value for many products at once; a product without one is left out."""

    def __call__(self, products: Sequence[UUID]) -> Mapping[UUID, Any]:
        """Return values by product: text, whole number, bool or a list of texts, as the field's kind asks."""


@dataclass(frozen=True, kw_only=True)
class ProductField:
    """A field that a plugin adds to the product's search document.

    ``kind`` is ``text``, ``keyword``, ``number`` or ``flag``; ``facet`` counts it beside the results, under ``query_key``.
    """

    name: str
    kind: str
    label: Words
    values: FieldValues
    facet: bool = False
    query_key: str = ""
    follows: Mapping[type[Event], Callable[[Any], Sequence[str]]] = field(default_factory=dict)
    """The plugin's own events after which the field changes, each with the products it touches."""


@dataclass(frozen=True)
class Section:
    """A part of a page: a template and what it shows. ``facts`` answers None when there is nothing to show."""

    template: str
    facts: Callable[[], Mapping[str, Any] | None]


@dataclass(frozen=True)
class ProductSection:
    """A part of the product page: a template and what it shows of one product, None when nothing."""

    template: str
    facts: Callable[[UUID], Mapping[str, Any] | None]


product_fields: Slot[ProductField] = Slot("catalog.product_fields")
home_sections: Slot[Section] = Slot("catalog.home_sections")
product_sections: Slot[ProductSection] = Slot("catalog.product_sections")
payable: Slot[Callable[[Sequence[str]], frozenset[str]]] = Slot("catalog.payable")
"""Which of these references can still be paid (R4.4); the reaper leaves them held."""
