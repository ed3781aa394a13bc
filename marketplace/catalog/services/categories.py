"""The order of things: two levels of categories, loaded from data."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from marketplace.catalog.models import Category, TaxKind
from marketplace.catalog.queries.categories import forget_categories
from marketplace.kernel.db import session, transactional
from marketplace.kernel.ids import uuid7


@dataclass(frozen=True, kw_only=True)
class CategoryIn:
    """A category of the upper level with those below it, in the order shown."""

    slug: str
    name: str
    name_en: str
    icon: str = ""
    food: bool = False
    tax_kind: TaxKind = TaxKind.GOODS
    below: "Sequence[CategoryIn]" = ()


@transactional
def load_categories(tree: Sequence[CategoryIn]) -> int:
    """Write the categories, changing those already there by their slug; none is removed. Return how many."""
    forget_categories()
    tops = _write([(one, None) for one in tree])
    below = _write([(one, tops[top.slug]) for top in tree for one in top.below])
    return len(tops) + len(below)


def _write(wanted: Sequence[tuple[CategoryIn, UUID | None]]) -> dict[str, UUID]:
    if not wanted:
        return {}
    written = insert(Category).values(
        [
            {
                "id": uuid7(),
                "slug": one.slug,
                "name": one.name,
                "name_en": one.name_en,
                "icon": one.icon,
                "food": one.food,
                "tax_kind": one.tax_kind,
                "position": position,
                "parent_id": parent,
            }
            for position, (one, parent) in enumerate(wanted)
        ]
    )
    changed = {
        name: written.excluded[name]
        for name in ("name", "name_en", "icon", "food", "tax_kind", "position", "parent_id")
    }
    kept = written.on_conflict_do_update(index_elements=["slug"], set_=changed)
    return {row.slug: row.id for row in session.execute(kept.returning(Category.slug, Category.id))}
