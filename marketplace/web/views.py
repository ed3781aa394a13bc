"""Pages of the house itself: health, assets, placeholder patterns, the style page, and the reader's own head of page."""

from flask import Response, current_app, jsonify, redirect, render_template, request
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from marketplace.kernel.access import PUBLIC
from marketplace.kernel.db import db, session
from marketplace.kernel.plugin import current
from marketplace.kernel.routes import Cache, Pages, actor
from marketplace.kernel.slots import fragments, health
from marketplace.web.answers import YEAR
from marketplace.web.assets import Shelf
from marketplace.web.migrate import behind
from marketplace.web.pattern import pattern_svg

bp = Pages("web", __name__)
FOREVER = f"public, max-age={YEAR}, immutable"
UNCRAWLED = ("/lapak", "/akun", "/admin", "/program", "/beli", "/bayar", "/pesanan", "/keranjang")


@bp.page("/healthz", policy=PUBLIC, cache=Cache.API)
def healthz() -> Response:
    """Answer that the process lives."""
    return Response("ok\n", mimetype="text/plain")


@bp.page("/readyz", policy=PUBLIC, cache=Cache.API)
def readyz() -> Response:
    """Answer whether the database is there with every migration; no details for strangers (R25.1)."""
    try:
        session.execute(text("SELECT 1"))
        ready = not behind(db.engine, current().plugins) and all(answers() for _name, answers in health)
    except SQLAlchemyError:
        ready = False
    return Response("ready\n" if ready else "not ready\n", status=200 if ready else 503, mimetype="text/plain")


@bp.page("/s/<digest>/<path:name>", policy=PUBLIC, cache=Cache.PUBLIC)
def asset(digest: str, name: str) -> Response:
    """Serve an asset; an old hash gets today's file, but only today's may be kept for a year."""
    shelf: Shelf = current_app.extensions["jkp_shelf"]
    found = shelf.assets.get(name)
    if found is None:
        raise NotFound
    zipped = found.zipped is not None and "gzip" in request.headers.get("Accept-Encoding", "")
    answer = Response(found.zipped if zipped else found.content, mimetype=found.kind)
    if zipped:
        answer.headers["Content-Encoding"] = "gzip"
    answer.vary.add("Accept-Encoding")
    answer.headers["Cache-Control"] = FOREVER if digest == shelf.hash else "no-cache"
    return answer


@bp.page("/gambar/pola/<category>-<int:variant>.svg", policy=PUBLIC, cache=Cache.PUBLIC)
def pattern(category: str, variant: int) -> Response:
    """Serve the placeholder picture of a category, one of six."""
    answer = Response(pattern_svg(category, variant % 6), mimetype="image/svg+xml")
    answer.headers["Cache-Control"] = FOREVER
    return answer


@bp.page("/robots.txt", policy=PUBLIC, cache=Cache.PUBLIC)
def robots() -> Response:
    """Tell crawlers what is theirs: the shop, but nothing personal and no office."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in UNCRAWLED), "Allow: /", ""]
    return Response("\n".join(lines), mimetype="text/plain")


@bp.page("/favicon.ico", policy=PUBLIC, cache=Cache.PUBLIC)
def favicon() -> AnyResponse:
    """Lead browsers that ask by this old name to the icon."""
    shelf: Shelf = current_app.extensions["jkp_shelf"]
    return redirect(shelf.address("img/ikon.svg"), 308)


@bp.page("/gaya", policy=PUBLIC, cache=Cache.PUBLIC)
def style() -> str:
    """Show every component of the design system on one page; a tool of the makers, so not in production."""
    if current().settings.production:
        raise NotFound
    return render_template("style.html")


@bp.page("/saya/kepala", policy=PUBLIC)
def personal() -> Response:
    """Give the reader's own part of the head of a page, such as the number of products in the cart."""
    return jsonify({fragment.name: fragment.value(actor()) for fragment in fragments})
