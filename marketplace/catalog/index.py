"""How products are found: the fields of their index, and the events after which it follows."""

import re
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from marketplace.catalog import slots
from marketplace.catalog.events import CatalogPlanted, ProductChanged
from marketplace.catalog.queries.documents import documents, ids_of_seller, ids_on_show
from marketplace.catalog.queries.finding import INDEX
from marketplace.kernel.events import Event
from marketplace.kernel.plugin import PluginError
from marketplace.sellers.events import SellerChanged
from search.slots import Field, Index, Kind, shape_of

QUERY_KEY = re.compile(r"[a-z][a-z0-9_]*")

OWN = (
    Field("name", Kind.TEXT, weight=4.0),
    Field("about", Kind.TEXT, weight=1.5),
    Field("seller", Kind.TEXT, weight=1.0),
    Field("description", Kind.TEXT, weight=0.6),
    Field("category", Kind.KEYWORD, facet=True),
    Field("within", Kind.KEYWORD),
    Field("kecamatan", Kind.KEYWORD, facet=True),
    Field("kota", Kind.KEYWORD, facet=True),
    Field("kelurahan", Kind.KEYWORD),
    Field("price", Kind.NUMBER, facet=True, sort=True),
    Field("halal", Kind.FLAG, facet=True),
    Field("domestic", Kind.FLAG, facet=True),
    Field("created", Kind.NUMBER, sort=True),
)
"""``within`` repeats the categories, so that a category's page can offer the ones below it beside its own filter."""


def fields() -> tuple[Field, ...]:
    """Return our own fields and those that other plugins added."""
    return (*OWN, *(Field(one.name, one.kind, facet=one.facet) for one in slots.product_fields))


def _of_product(event: ProductChanged) -> list[str]:
    return [event.product_id]


def _of_seller(event: SellerChanged) -> list[str]:
    return ids_of_seller(event.seller_id)


def _all(_event: CatalogPlanted) -> list[str]:
    return [one for batch in ids_on_show() for one in batch]


def follows() -> dict[type[Event], Callable[[Any], Sequence[str]]]:
    """Return the events after which documents change: our own, and those of the fields that other plugins added.

    Asked when plugins are joined, so a field that cannot be stops the start here: raises PluginError.
    """
    _check_fields()
    touched: dict[type[Event], list[Callable[[Any], Sequence[str]]]] = {
        ProductChanged: [_of_product],
        SellerChanged: [_of_seller],
        CatalogPlanted: [_all],
    }
    for one in slots.product_fields:
        for event, products_of in one.follows.items():
            touched.setdefault(event, []).append(products_of)
    return {event: partial(_together, tuple(each)) for event, each in touched.items()}


def _together(each: Sequence[Callable[[Any], Sequence[str]]], event: Event) -> list[str]:
    return list(dict.fromkeys(product for products_of in each for product in products_of(event)))


def _check_fields() -> None:
    try:
        shape_of(fields())
    except ValueError as failure:
        raise PluginError(f"A plugin's product field cannot be: {failure}") from failure
    keys = list(slots.KEYS)
    for one in slots.product_fields:
        if not one.facet:
            continue
        if not QUERY_KEY.fullmatch(one.query_key) or one.query_key in keys:
            raise PluginError(
                f"The product field {one.name!r} is a facet and needs a query key of small letters that is not taken,"
                f" not {one.query_key!r}."
            )
        keys.append(one.query_key)


products = Index(name=INDEX, fields=fields, ids=ids_on_show, documents=documents, follows=follows)
