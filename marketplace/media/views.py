"""Serves files: public ones to everyone and for a year, private ones to holders of a link of ours."""

from flask import Response, redirect, request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from marketplace.kernel import clock
from marketplace.kernel.access import PUBLIC
from marketplace.kernel.plugin import current
from marketplace.kernel.routes import Cache, Pages
from marketplace.media import keys, queries
from marketplace.media.slots import StorageAway

bp = Pages("media", __name__)
YEAR = 365 * 24 * 3600
PLACEHOLDER = "/gambar/pola/lainnya-0.svg"


@bp.page(f"{keys.ADDRESS}<path:key>", policy=PUBLIC, cache=Cache.PUBLIC, keys=("sampai", "tanda"))
def file(key: str) -> AnyResponse:
    """Serve one file; without its storage, lead to a placeholder for now."""
    if not keys.KEY.fullmatch(key):
        raise NotFound
    private = keys.is_private(key)
    given = request.args
    if private and not keys.proven(
        current().settings.secret_key, key, given.get("sampai", ""), given.get("tanda", ""), clock.now()
    ):
        raise NotFound
    try:
        content = queries.storage().get(key)
    except StorageAway:
        answer = redirect(PLACEHOLDER, 302)
        answer.headers["Cache-Control"] = "no-store"
        return answer
    if content is None:
        raise NotFound
    kept = "private, no-store" if private else f"public, max-age={YEAR}, immutable"
    headers = {
        "Cache-Control": kept,
        # Should a browser ever take the bytes for a page, it is an empty and powerless one.
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    return Response(content, mimetype="image/webp", headers=headers)
