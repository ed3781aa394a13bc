"""Hangs a picture on every product of a site to be measured, as a real shop has: a few plain ones, drawn in a second."""

import io
from itertools import cycle
from uuid import UUID

from PIL import Image
from sqlalchemy import select

from marketplace import create_app
from marketplace.catalog.models import Product
from marketplace.catalog.services import hang_covers
from marketplace.kernel.access import SYSTEM
from marketplace.kernel.db import session
from marketplace.media.services import OwnPicture, store_own

KINDS = 48
BATCH = 500


def plain(number: int) -> bytes:
    """Draw a square of one colour."""
    held = io.BytesIO()
    Image.new("RGB", (800, 800), (40 + number * 4, 90, 200 - number * 3)).save(held, "PNG")
    return held.getvalue()


def main() -> None:
    """Store the pictures and hang them."""
    with create_app().app_context():
        stored = store_own([OwnPicture(plain(number), "seller/bench", "") for number in range(KINDS)], by=SYSTEM)
        products: list[UUID] = list(session.scalars(select(Product.id).order_by(Product.id)))
        pairs = list(zip(products, cycle(stored), strict=False))
        for start in range(0, len(pairs), BATCH):
            hang_covers(pairs[start : start + BATCH], by=SYSTEM)


if __name__ == "__main__":
    main()
