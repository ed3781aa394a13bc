"""The one blueprint that all pages of offices share, and as whom a reader looks at them."""

from flask import request

from marketplace.kernel.routes import Pages, actor
from marketplace.offices import queries

bp = Pages("offices", __name__)
_KEY = "jkp.standing"


@bp.app_template_global("standing")
def standing() -> queries.Standing:
    """Return the reader's duties and the one that pages show first; asked once for a page."""
    found: queries.Standing | None = request.environ.get(_KEY)
    if found is None:
        found = queries.standing(actor(), request.cookies.get(queries.ROLE_COOKIE, ""))
        request.environ[_KEY] = found
    return found
