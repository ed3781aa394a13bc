"""Where others may join the catalogue: fields to search by, sections of its pages, and a word on reservations."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import UUID

from marketplace.kernel.access import Actor
from marketplace.kernel.events import Event
from marketplace.kernel.plugin import Slot
from marketplace.kernel.words import Words
from search.slots import Kind

KEYS = ("q", "kategori", "kecamatan", "kota", "harga_min", "harga_maks", "halal", "pdn", "urut", "hal", "saja")
"""The query keys of every list of products (ux 2.1); ``saja`` is what "load more" asks with."""
NUMBERS = range(-(2**63), 2**63 - 1)
"""What an index holds as a number."""
TYPES: Mapping[str, type] = {Kind.TEXT: str, Kind.KEYWORD: str, Kind.NUMBER: int, Kind.FLAG: bool}
LONGEST_NUMBER = 18
YES = frozenset({"1", "true", "on"})


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

    def takes(self, value: object) -> bool:
        """Tell whether a value, or each of a list of them, is of the field's kind; None is no value and fits."""
        values = value if isinstance(value, Sequence) and not isinstance(value, str) else [value]
        return value is None or all(self._is(one) for one in values)

    def read(self, text: str) -> str | int | None:
        """Return what a query string asks for as the field holds it; None when no product can have that."""
        bare = text.strip()
        if self.kind == Kind.NUMBER:
            plain = bare.isascii() and bare.removeprefix("-").isdigit() and len(bare) <= LONGEST_NUMBER
            return int(bare) if plain else None
        if self.kind == Kind.FLAG:
            return "1" if bare.casefold() in YES else None
        return text or None

    def _is(self, value: object) -> bool:
        return type(value) is TYPES[self.kind] and (self.kind != Kind.NUMBER or value in NUMBERS)


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


@dataclass(frozen=True)
class ShopLink:
    """A page that a plugin adds below a shop's: ``path`` is put behind the address of the shop."""

    label: Words
    icon: str
    path: str


@dataclass(frozen=True)
class Described:
    """What others keep beside a product: in which category it is, and whether its shop says that it is made here."""

    product_id: UUID
    category_id: UUID
    domestic: bool


product_fields: Slot[ProductField] = Slot("catalog.product_fields")
home_sections: Slot[Section] = Slot("catalog.home_sections")
product_sections: Slot[ProductSection] = Slot("catalog.product_sections")
"""Parts below the description."""
product_actions: Slot[ProductSection] = Slot("catalog.product_actions")
"""What else can be done with a product, beside buying it; the templates see the ``product`` of the page."""
shop_links: Slot[ShopLink] = Slot("catalog.shop_links")
card_keep: Slot[str] = Slot("catalog.card_keep")
"""The address to which a card's sign sends ``produk``, the product's code; without one cards have no sign."""


def sections_of(product_id: UUID) -> list[tuple[str, Mapping[str, Any]]]:
    """Return the parts that others add to the page of a product: their templates, and what each shows."""
    return _parts(product_sections, product_id)


def actions_of(product_id: UUID) -> list[tuple[str, Mapping[str, Any]]]:
    """Return what others let one do with a product: their templates, and what each shows."""
    return _parts(product_actions, product_id)


def _parts(slot: Iterable[ProductSection], product_id: UUID) -> list[tuple[str, Mapping[str, Any]]]:
    return [(one.template, facts) for one in slot if (facts := one.facts(product_id)) is not None]


described: Slot[Callable[[Sequence[Described], Actor], None]] = Slot("catalog.described")
"""Who keeps facts of products beside them; called in the transaction in which their shop describes them."""
payable: Slot[Callable[[Sequence[str]], frozenset[str]]] = Slot("catalog.payable")
"""Which of these references can still be paid (R4.4); the reaper leaves them held."""
