"""The order of things as pages show it."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from marketplace.catalog.models import Category, Product
from marketplace.catalog.queries.addresses import category_address
from marketplace.kernel.db import rows

FRESH_SECONDS = 60.0
ICONS = frozenset(
    (
        "kuliner",
        "kudapan",
        "makanan",
        "minuman",
        "fesyen",
        "kriya",
        "parfum",
        "urban",
        "perikanan",
        "rumah",
        "jasa",
        "atk",
    )
)


@dataclass(frozen=True, slots=True)
class CategoryView:
    """A category with its way up and down."""

    id: UUID
    slug: str
    name: str
    name_en: str
    food: bool
    parent: "str | None"
    below: "tuple[CategoryView, ...]"

    @property
    def icon(self) -> str:
        """Return the name of its icon in the sprite, by the first word of its slug."""
        word = self.slug.partition("-")[0]
        return f"kategori-{word if word in ICONS else 'lainnya'}"

    @property
    def url(self) -> str:
        """Return the address of its page."""
        return category_address(self.slug, self.parent)

    def said(self, language: str) -> str:
        """Return the name in a language."""
        return self.name_en if language == "en" else self.name


@dataclass(frozen=True)
class Tree:
    """All categories: the upper level in order, and each by its slug."""

    tops: tuple[CategoryView, ...]
    by_slug: dict[str, CategoryView]

    def path(self, slug: str) -> tuple[CategoryView, ...]:
        """Return a category and what stands above it, from the top; empty when there is none of that slug."""
        found = self.by_slug.get(slug)
        if found is None:
            return ()
        return (self.by_slug[found.parent], found) if found.parent else (found,)

    def with_below(self, slugs: Sequence[str]) -> list[UUID]:
        """Return the ids of these categories and all below them."""
        found = [self.by_slug[slug] for slug in slugs if slug in self.by_slug]
        return [one.id for top in found for one in (top, *top.below)]


_known: list[tuple[Tree, float]] = []


def category_tree() -> Tree:
    """Return all categories: some sixty rows that change with a release, so every process keeps them a while."""
    if not _known or time.monotonic() - _known[0][1] > FRESH_SECONDS:
        tree = _read()
        _known[:] = [(tree, time.monotonic())] if tree.tops else []
        return tree
    return _known[0][0]


def forget_categories() -> None:
    """Read the categories again at the next question; other processes do within a minute."""
    _known.clear()


def _read() -> Tree:
    found = rows(
        select(Category.id, Category.slug, Category.name, Category.name_en, Category.food, Category.parent_id).order_by(
            Category.position, Category.slug
        )
    )
    slugs = {row.id: row.slug for row in found}
    below: dict[UUID | None, list[CategoryView]] = {}
    for row in found:
        if row.parent_id is not None:
            one = CategoryView(row.id, row.slug, row.name, row.name_en, row.food, slugs[row.parent_id], ())
            below.setdefault(row.parent_id, []).append(one)
    tops = tuple(
        CategoryView(row.id, row.slug, row.name, row.name_en, row.food, None, tuple(below.get(row.id, ())))
        for row in found
        if row.parent_id is None
    )
    by_slug = {one.slug: one for top in tops for one in (top, *top.below)}
    return Tree(tops, by_slug)


def all_food(products: Sequence[UUID]) -> bool:
    """Tell whether each of these products stands in a category of food; nothing is no food."""
    if not products:
        return False
    found = select(Product.id, Category.food).join(Category, Category.id == Product.category_id)
    food = {row.id for row in rows(found.where(Product.id.in_(set(products)))) if row.food}
    return food == set(products)
