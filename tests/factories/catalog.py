"""Categories, products and their stock, the least that is valid."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from marketplace.catalog import services
from marketplace.catalog.forms import ProductIn
from marketplace.catalog.models import Product, Variant
from marketplace.catalog.services import CategoryIn
from marketplace.kernel.access import SYSTEM
from marketplace.kernel.db import session
from marketplace.sellers.queries import SellerCard
from tests.factories import sellers

TREE = (
    CategoryIn(
        slug="makanan-uji",
        name="Makanan kemasan",
        name_en="Packaged food",
        food=True,
        below=(
            CategoryIn(slug="makanan-uji-keripik", name="Keripik", name_en="Crisps", food=True),
            CategoryIn(slug="makanan-uji-bawang", name="Bawang goreng", name_en="Fried shallots", food=True),
        ),
    ),
    CategoryIn(
        slug="kriya-uji",
        name="Kriya",
        name_en="Crafts",
        below=(CategoryIn(slug="kriya-uji-anyaman", name="Anyaman", name_en="Woven goods"),),
    ),
)
SHALLOTS, BASKETS = "makanan-uji-bawang", "kriya-uji-anyaman"
HALAL = "ID31110000123450124"


def listing(**changes: object) -> ProductIn:
    """Return a basket to sell, as a form gives it; a food needs ``category``, ``halal`` and its number."""
    told = {
        "name": "Keranjang Anyaman Pandan",
        "category": BASKETS,
        "description": "Dianyam dengan tangan di Johar Baru.",
        "unit": "pcs",
        "variants": [{"price_idr": 45_000, "stock": 10, "weight_g": 300}],
        **changes,
    }
    return ProductIn.model_validate(told)


def shallots(**changes: object) -> ProductIn:
    """Return a food with all its papers."""
    told = {
        "name": "Bawang Goreng Kamal Renyah",
        "category": SHALLOTS,
        "unit": "toples",
        "halal": "certified",
        "halal_number": HALAL,
        "domestic": True,
        "variants": [
            {"name": "250 g", "price_idr": 38_000, "stock": 5, "weight_g": 250},
            {"name": "500 g", "price_idr": 70_000, "stock": 3, "weight_g": 500},
        ],
        **changes,
    }
    return listing(**told)


def product(data: ProductIn | None = None, *, of: SellerCard | None = None, published: bool = True) -> UUID:
    """List a product of a shop, a trusted one unless ``of`` names another, and put it on show."""
    services.load_categories(TREE)
    seller = of or sellers.shop(trusted=True)
    made = services.create_product(seller.id, data or listing(), by=SYSTEM)
    if published:
        services.submit(made, by=SYSTEM)
    return made


def seen(product_id: UUID) -> datetime:
    """Return what a reviewer's page holds of a product: when it was last changed."""
    return session.execute(select(Product.changed_at).where(Product.id == product_id)).scalar_one()


def variants(product_id: UUID) -> list[UUID]:
    """Return the variants of a product, in order."""
    ordered = select(Variant.id).where(Variant.product_id == product_id).order_by(Variant.position)
    return list(session.execute(ordered).scalars())


def basket(
    stock: int = 10, name: str = "Keranjang Anyaman Pandan", of: SellerCard | None = None, price: int = 45_000
) -> UUID:
    """Put a product with one variant and so much stock on show; return the variant."""
    made = product(listing(name=name, variants=[{"price_idr": price, "stock": stock}]), of=of)
    return variants(made)[0]
