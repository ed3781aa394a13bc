"""Where things of the catalogue are found on the site; a test holds these against the routes."""

PATTERNS = 6


def product_address(code: str, slug: str) -> str:
    """Return the address of a product's page."""
    return f"/p/{code}-{slug}"


def shop_address(slug: str) -> str:
    """Return the address of a shop's page."""
    return f"/toko/{slug}"


def category_address(slug: str, parent: str | None = None) -> str:
    """Return the address of a category's page, below its parent's if it has one."""
    return f"/kategori/{parent}/{slug}" if parent else f"/kategori/{slug}"


def pattern_address(category: str, code: str) -> str:
    """Return the address of a placeholder: the cloth of the category's first word, one of six by the product's code."""
    word = category.partition("-")[0]
    return f"/gambar/pola/{word}-{sum(code.encode()) % PATTERNS}.svg"
