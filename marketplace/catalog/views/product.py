"""P04: one product."""

from typing import Any

from flask import redirect, render_template, request

from marketplace.catalog import slots
from marketplace.catalog.queries.cards import cards_of
from marketplace.catalog.queries.product import product_page
from marketplace.catalog.views.blueprint import bp
from marketplace.kernel.access import PUBLIC
from marketplace.kernel.errors import NotFound
from marketplace.kernel.routes import Cache

LOOKED_AT = 8
"""How many codes a browser may name; as many as ``app.js`` keeps."""
SHOWN = 4


@bp.page("/p/<name>", policy=PUBLIC, cache=Cache.PUBLIC)
def product(name: str) -> Any:  # noqa: ANN401 - a page, a redirect or a page with its status
    """Show a product by ``<code>-<slug>``; another slug leads to the right one, what was taken off says so (410)."""
    code, _dash, slug = name.partition("-")
    found = product_page(code.upper())
    if found is None:
        raise NotFound
    if (code, slug) != (found.code, found.slug):
        return redirect(found.url, 301)
    if not found.on_sale:
        return render_template("catalog/gone.html", product=found), 410
    return render_template(
        "catalog/product.html",
        product=found,
        sections=slots.sections_of(found.id),
        actions=slots.actions_of(found.id),
    )


@bp.page("/dilihat", policy=PUBLIC)
def looked_at() -> str:
    """Show the products that a browser remembers, for the empty cart: a part of a page, and empty where none is on show.

    Which ones somebody looked at stands in their browser alone; they are named here and kept nowhere.
    """
    codes = [code.upper() for code in request.args.getlist("kode")[:LOOKED_AT]]
    return render_template("catalog/_looked_at.html", cards=cards_of(codes)[:SHOWN])
