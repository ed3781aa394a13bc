"""Hangs a picture of our own on every product of a demo site that has none: batch by batch, behind the running site."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import select

from marketplace.catalog import demo_art, demo_art_render, demo_content, services
from marketplace.catalog.models import Category, Product, Variant
from marketplace.kernel.access import SYSTEM
from marketplace.kernel.db import rows, session
from marketplace.kernel.words import speaking
from marketplace.media.services import OwnPicture, store_own

BATCH = 24
WIDTH = 800
"""Pixels: enough for the product page; the media shelf makes the smaller ones."""
PLANTED = r"^D[0-9]{5}$"
"""How the demo's SKUs look, so that a real shop's products are left alone."""
OTHERWISE = "toples"


def hang(most: int | None = None) -> Iterator[int]:
    """Draw, store and hang pictures until none is missing or ``most`` are done; give the number after each batch."""
    done = 0
    while most is None or done < most:
        waiting = _waiting(BATCH if most is None else min(BATCH, most - done))
        # What was read ends here: drawing takes seconds, and no transaction is open meanwhile (R2.5).
        session.rollback()
        if not waiting:
            return
        pictures = demo_art_render.render([_drawing(row) for row in waiting], WIDTH)
        with speaking("id"):
            own = [
                OwnPicture(content, f"seller/{row.seller_id}", f"Gambar {row.name}")
                for content, row in zip(pictures, waiting, strict=True)
            ]
        stored = store_own(own, by=SYSTEM)
        services.hang_covers([(row.id, media) for row, media in zip(waiting, stored, strict=True)], by=SYSTEM)
        done += len(waiting)
        yield done


def _waiting(size: int) -> Sequence[Any]:
    """Return products of the demo without a cover, the newest first: they stand on the front page."""
    planted = select(Variant.id).where(Variant.product_id == Product.id, Variant.sku.regexp_match(PLANTED)).exists()
    wanted = (
        select(Product.id, Product.code, Product.name, Product.seller_id, Category.slug)
        .join(Category, Category.id == Product.category_id)
        .where(Product.cover_id.is_(None), planted)
        .order_by(Product.published_at.desc().nulls_last(), Product.id)
    )
    return rows(wanted.limit(size))


def _drawing(row: Any) -> str:  # noqa: ANN401 - a row
    return demo_art.product_svg(motif_of(row.slug, row.name), row.id.int % 10**9, row.slug, row.name)


def motif_of(category: str, name: str) -> str:
    """Return what the picture of a product shows: the motif of the hand-written kind that its name begins with."""
    fitting = [
        kind
        for found in demo_content.kinds().values()
        for kind in found
        if kind.category == category and re.match(rf"{re.escape(kind.name)}\b", name)
    ]
    return max(fitting, key=lambda kind: len(kind.name)).motif if fitting else OTHERWISE
