"""Which unit and duty the pages show first: remembered in the browser, and no right comes of it."""

from urllib.parse import urlsplit

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.kernel.plugin import current
from marketplace.kernel.routes import actor
from marketplace.offices import queries
from marketplace.offices.policies import READ
from marketplace.offices.views.blueprint import bp

YEAR_SECONDS = 365 * 24 * 3600


@bp.page("/pengadaan/peran", policy=READ, methods=("POST",))
def choose_role() -> ResponseReturnValue:
    """Show another of one's duties first, and go back to where it was chosen; one that is not held changes nothing."""
    wanted = request.form.get("peran", "")
    before = urlsplit(request.referrer or "")
    ours = before.netloc == request.host and before.path.startswith("/pengadaan/")
    answer = redirect(before.path if ours else url_for("offices.budget"), 303)
    if any(held.key == wanted for held in queries.duties(actor())):
        answer.set_cookie(
            queries.ROLE_COOKIE, wanted, max_age=YEAR_SECONDS, path="/", secure=current().settings.secure,
            httponly=True, samesite="Lax",
        )  # fmt: skip
    return answer
