"""E13: the trail of an order, as a page, on paper and as a file."""

from flask import render_template, request
from werkzeug.wrappers import Response

from marketplace.eorder.policies import READ
from marketplace.eorder.queries.trail import TRAIL_COLUMNS, Entry, told, trail
from marketplace.eorder.views.blueprint import bp
from marketplace.eorder.views.orders import WORDS, seen
from marketplace.web.workbooks import as_csv

FILTERS = ("tindakan", "lihat")


@bp.page("/pengadaan/pesanan/<code>/jejak", policy=READ, endpoint="trail")
def trail_page(code: str) -> str | Response:
    """Show who did what with an order: the acts alone, those who looked, or everything; or give it as CSV."""
    found = seen(code)
    which = request.args.get("isi", "")
    entries = tuple(one for one in trail(found.code, found.unit_code) if _wanted(one, which))
    if request.args.get("bentuk") == "csv":
        return as_csv(f"jejak-{found.code}", TRAIL_COLUMNS, told(entries))
    return render_template("eorder/trail.html", found=found, entries=entries, which=which, **WORDS)


def _wanted(one: Entry, which: str) -> bool:
    if which == "lihat":
        return one.look
    return which == "semua" or not one.look
