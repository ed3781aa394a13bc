"""A category for a product that has only a name yet: by the words it shares with categories and with other products."""

import re
from collections import Counter

from sqlalchemy import case, func, literal, or_, select

from marketplace.catalog.models import Category, Product, ProductState
from marketplace.catalog.queries.categories import CategoryView, Tree
from marketplace.kernel.db import rows

SHORTEST = 4
"""Shorter words, such as "isi" and "dan", say nothing of a category."""
MOST_WORDS = 6
NAMED = 50
"""A word of the category's own name counts as much as so many products."""


def suggested(name: str, tree: Tree) -> CategoryView | None:
    """Return the category that fits a name best, None when nothing does; one statement."""
    words = [word for word in re.findall(r"[a-z]+", name.casefold()) if len(word) >= SHORTEST][:MOST_WORDS]
    if not words:
        return None
    score: Counter[str] = Counter()
    for one in tree.by_slug.values():
        own = set(re.findall(r"[a-z]+", f"{one.slug} {one.name} {one.name_en}".casefold()))
        score[one.slug] += NAMED * sum(word in own for word in words)
    hits = sum((case((Product.name_normal.contains(word, autoescape=True), 1), else_=0) for word in words), literal(0))
    shared = (
        select(Category.slug, func.sum(hits).label("hits"))
        .join(Category, Category.id == Product.category_id)
        .where(Product.state == literal(str(ProductState.PUBLISHED)))
        .where(or_(*(Product.name_normal.contains(word, autoescape=True) for word in words)))
        .group_by(Category.slug)
    )
    for row in rows(shared):
        score[row.slug] += int(row.hits)
    slug, best = score.most_common(1)[0] if score else ("", 0)
    return tree.by_slug.get(slug) if best else None
