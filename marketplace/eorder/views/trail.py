"""E13: the trail of an order, as a page, on paper and as a file."""

import csv
import io
from collections.abc import Iterable, Sequence

from flask import render_template, request
from werkzeug.wrappers import Response

from marketplace.eorder.policies import READ
from marketplace.eorder.queries.trail import TRAIL_COLUMNS, Entry, told, trail
from marketplace.eorder.views.blueprint import bp
from marketplace.eorder.views.orders import WORDS, seen

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


def as_csv(name: str, columns: Sequence[str], lines: Iterable[Sequence[object]]) -> Response:
    """Return rows as a file that a spreadsheet opens: semicolons, a mark of UTF-8, the same for the same rows.

    What a spreadsheet would take for a formula is given as words.
    """
    written = io.StringIO(newline="")
    sheet = csv.writer(written, delimiter=";", lineterminator="\r\n")
    sheet.writerow(columns)
    sheet.writerows([plain(cell) for cell in line] for line in lines)
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return Response("\ufeff" + written.getvalue(), mimetype="text/csv", headers=headers)


def plain(cell: object) -> object:
    """Return a cell so that no spreadsheet takes it for a formula."""
    return (
        f"'{cell}" if isinstance(cell, str) and cell[:1] in {"=", "+", "-", "@", "\t", "\r"} and cell != "-" else cell
    )


def _wanted(one: Entry, which: str) -> bool:
    if which == "lihat":
        return one.look
    return which == "semua" or not one.look
