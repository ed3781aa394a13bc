"""Units, packages and budget lines from a table: what it would do is shown first, and then all of it is written."""

from collections.abc import Callable, Mapping
from typing import ClassVar, Literal, TypeVar

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from marketplace.kernel.forms import Form, Input, parse
from marketplace.kernel.routes import MEBIBYTE, actor
from marketplace.kernel.words import _
from marketplace.offices import importer
from marketplace.offices.columns import KINDS
from marketplace.offices.importer import Plan
from marketplace.offices.policies import FOUND, KEEP
from marketplace.offices.views.blueprint import bp
from marketplace.web.sheets import FIELD, MOST_BYTES

Answer = str | tuple[str, int] | AnyResponse
FILE = "berkas"
MOST_BODY = MOST_BYTES + MEBIBYTE
"""A little more than a table may have, so that one that is too large is answered beside its field."""
MOST_SHOWN = 200
R = TypeVar("R")


class TableIn(Input):
    """Which table this is, and what stands in it once it was looked at."""

    exact: ClassVar[frozenset[str]] = frozenset({"isi"})

    apa: Literal["units", "packages", "lines"]
    isi: str = ""


@bp.page("/pengadaan/impor", policy=KEEP)
def ask_table() -> Answer:
    """Ask for a table of one of the three kinds."""
    asked = request.args.get("apa", "")
    done = {name: request.args.get(name, type=int) for name in ("baru", "ubah", "sama")}
    return _page(Form.blank(TableIn, apa=asked if asked in KINDS else "lines"), None, "", done)


@bp.page("/pengadaan/impor", policy=KEEP, methods=("POST",), max_body=MOST_BODY)
def give_table() -> Answer:
    """Show what a table would do; or, once that was seen, write all of it."""
    form = parse(TableIn, request)
    if form.data is None:
        return _page(form, None, "", {})
    kind, writing = form.data.apa, request.form.get("aksi") == "tulis"
    content = form.data.isi.encode() if writing else _file()
    if not content:
        form.errors = {**form.errors, FILE: [_("Choose the CSV file.")]}
        return _page(form, None, "", {})
    sheet = _beside(form, lambda: importer.read(kind, content))
    act = importer.carry_out if writing else importer.plan
    wanted = _beside(form, lambda: act(kind, sheet, by=actor())) if sheet is not None else None
    if writing and wanted is not None:
        new, changed = len(wanted.new), len(wanted.changed)
        return redirect(url_for("offices.ask_table", apa=kind, baru=new, ubah=changed, sama=wanted.same), 303)
    if wanted is not None and wanted.faults:
        form.errors = {FILE: [_("Some cells cannot be taken. Nothing was written: correct them in the file.")]}
    return _page(form, wanted, content.decode("utf-8-sig", "replace"), {})


def _beside(form: Form[TableIn], act: Callable[[], R]) -> R | None:
    """Do something with the table; what is wrong with it stands beside the file."""
    done = form.submit(lambda _data: act())
    if faults := form.errors.pop(FIELD, None):
        form.errors = {**form.errors, FILE: faults}
    return done


def _file() -> bytes:
    given = request.files.get(FILE)
    if given is None or not given.filename:
        return b""
    with given.stream as file:
        return file.read()


def _page(form: Form[TableIn], wanted: Plan | None, content: str, done: Mapping[str, int | None]) -> Answer:
    founds = FOUND.allows(actor(), None)
    page = render_template(
        "offices/import.html",
        form=form,
        kinds=[kind for kind in KINDS.values() if founds or kind.key != "units"],
        known=KINDS,
        plan=wanted,
        content=content,
        done=done,
        most=MOST_SHOWN,
    )
    return page, form.status
