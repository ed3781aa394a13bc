"""P11: the reviews of a product or a shop, and objecting to one."""

from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, url_for

from marketplace.catalog import queries as catalog
from marketplace.kernel.access import PUBLIC
from marketplace.kernel.errors import NotFound
from marketplace.kernel.forms import Form, parse
from marketplace.kernel.routes import Cache, actor
from marketplace.reviews import queries, services
from marketplace.reviews.forms import REASONS, ReportIn
from marketplace.reviews.models import FEWEST, MOST
from marketplace.reviews.views.blueprint import bp
from marketplace.sellers.queries import seller_by_slug

KEYS = ("hal", "bintang")


@bp.page("/p/<name>/ulasan", policy=PUBLIC, cache=Cache.PUBLIC, keys=KEYS)
def of_product(name: str) -> Any:  # noqa: ANN401 - a page or a redirect
    """Show the reviews of a product by the address of its page; another slug leads to the right one."""
    card = catalog.card_of(name.partition("-")[0].upper())
    if card is None:
        raise NotFound
    if f"/p/{name}" != card.url:
        return redirect(f"{card.url}/ulasan", 301)
    stars = _stars()
    return render_template(
        "reviews/list.html",
        title=card.name,
        back=card.url,
        of_shop=False,
        spread=queries.spread_of_product(card.id),
        page=queries.of_product(card.id, stars=stars, cursor=request.args.get("hal")),
        stars=stars,
    )


@bp.page("/toko/<slug>/ulasan", policy=PUBLIC, cache=Cache.PUBLIC, keys=KEYS)
def of_shop(slug: str) -> str:
    """Show the reviews of all that a shop sold."""
    shop = seller_by_slug(slug)
    if shop is None or not shop.sells:
        raise NotFound
    stars = _stars()
    return render_template(
        "reviews/list.html",
        title=shop.name,
        back=catalog.shop_address(shop.slug),
        of_shop=True,
        spread=queries.spread_of_shop(shop.id),
        page=queries.of_shop(shop.id, stars=stars, cursor=request.args.get("hal")),
        stars=stars,
    )


@bp.page("/ulasan/<uuid:review_id>/laporan", policy=PUBLIC)
def objection(review_id: UUID) -> str:
    """Ask what is wrong with a review."""
    return _objection(review_id, Form.blank(ReportIn))


@bp.page("/ulasan/<uuid:review_id>/laporan", policy=PUBLIC, methods=("POST",), rate="reports")
def report(review_id: UUID) -> Any:  # noqa: ANN401 - a redirect or the page with its status
    """Take an objection in."""
    form = parse(ReportIn, request)
    form.submit(lambda data: services.report(review_id, data, by=actor(), address=request.remote_addr or ""))
    if form.errors:
        return _objection(review_id, form), form.status
    return redirect(url_for("reviews.objection", review_id=review_id, terkirim=1), 303)


def _objection(review_id: UUID, form: Form[ReportIn]) -> str:
    said = queries.visible(review_id)
    if said is None:
        raise NotFound
    return render_template(
        "reviews/report.html", said=said, form=form, reasons=REASONS, sent="terkirim" in request.args
    )


def _stars() -> int | None:
    asked = request.args.get("bintang", "")
    known = asked.isascii() and asked.isdigit() and len(asked) == 1 and FEWEST <= int(asked) <= MOST
    return int(asked) if known else None
