"""What a test reads off a page."""

import re
from uuid import UUID

from sqlalchemy import select

from marketplace.catalog.models import Product
from marketplace.kernel.db import session


def heading(answer) -> str:
    found = re.search(r"<h1[^>]*>(.*?)</h1>", answer.get_data(as_text=True), re.DOTALL)
    return found[1].strip() if found else ""


def names(answer) -> list[str]:
    return re.findall(r'class="kartu-tautan" href="[^"]*">([^<]*)<', answer.get_data(as_text=True))


def statements(answer) -> int:
    return int(answer.headers["Server-Timing"].rpartition("=")[2])


def address(product: UUID) -> str:
    code, slug = session.execute(select(Product.code, Product.slug).where(Product.id == product)).one()
    return f"/p/{code}-{slug}"
