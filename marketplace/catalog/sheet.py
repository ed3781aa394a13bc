"""The columns of a table of products."""

from collections.abc import Mapping

from marketplace.web import sheets
from marketplace.web.sheets import FIELD, MOST_BYTES, MOST_ROWS, Fault, Sheet, SheetRow

__all__ = ["COLUMNS", "FIELD", "MOST_BYTES", "MOST_ROWS", "NEEDED", "Fault", "Sheet", "SheetRow", "read"]

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "name": ("name", "nama", "nama produk", "produk", "product", "product name"),
    "category": ("category", "kategori"),
    "price_idr": ("price", "harga", "harga rp", "harga (rp)", "price_idr", "price (idr)", "harga satuan"),
    "sku": ("sku", "kode", "kode produk", "kode barang"),
    "stock": ("stock", "stok", "jumlah stok"),
    "unit": ("unit", "satuan"),
    "description": ("description", "deskripsi", "keterangan"),
    "min_order": ("min_order", "minimum order", "minimum pesanan", "minimal pesan"),
    "weight_g": ("weight_g", "berat", "berat g", "berat (g)", "berat (gram)", "weight (g)"),
    "halal": ("halal", "status halal", "halal state"),
    "halal_number": ("halal_number", "nomor halal", "no halal", "no. halal", "nomor sertifikat halal"),
    "pirt": ("pirt", "p-irt", "nomor pirt", "no pirt", "no. pirt"),
}
"""Our fields and the headers under which they may stand, in any case."""
NEEDED = ("name", "price_idr")


def read(content: bytes) -> Sheet:
    """Read a table of products from CSV; raises Invalid on ``file`` with what is wrong with it."""
    return sheets.read(content, COLUMNS, NEEDED)
