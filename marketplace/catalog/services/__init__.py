"""The only writers of the catalogue, by family of use cases; other plugins enter here."""

from marketplace.catalog.services.bulk import NewProduct, create_products
from marketplace.catalog.services.categories import CategoryIn, load_categories
from marketplace.catalog.services.changes import update_product, update_products
from marketplace.catalog.services.counting import Count, stock_set
from marketplace.catalog.services.pictures import add_image, hang_covers, remove_image
from marketplace.catalog.services.products import create_product, set_origin, stop, submit
from marketplace.catalog.services.returning import put_back
from marketplace.catalog.services.review import accept, follow_seller, reject
from marketplace.catalog.services.shelf import set_shelf
from marketplace.catalog.services.stock import StockLine, consume, reap, release, reserve

__all__ = [
    "CategoryIn",
    "Count",
    "NewProduct",
    "StockLine",
    "accept",
    "add_image",
    "consume",
    "create_product",
    "create_products",
    "follow_seller",
    "hang_covers",
    "load_categories",
    "put_back",
    "reap",
    "reject",
    "release",
    "remove_image",
    "reserve",
    "set_origin",
    "set_shelf",
    "stock_set",
    "stop",
    "submit",
    "update_product",
    "update_products",
]
