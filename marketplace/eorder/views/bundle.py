"""E12: the file of an order (berkas SPJ): a checklist, what is missing and who owes it, and all of it as one ZIP."""

import csv
import hashlib
import io
from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from marketplace.eorder import queries, services
from marketplace.eorder.forms_papers import AttachIn
from marketplace.eorder.policies import READ, WORK
from marketplace.eorder.queries import Bundle, File, OrderView
from marketplace.eorder.views.blueprint import bp
from marketplace.eorder.views.files import BODY, kind_of, name_of, taken
from marketplace.eorder.views.orders import WORDS, Answer, seen
from marketplace.kernel import clock
from marketplace.kernel.errors import Conflict, NotFound
from marketplace.kernel.forms import Form, parse
from marketplace.kernel.routes import actor
from marketplace.kernel.words import _, speaking
from marketplace.media import queries as media
from marketplace.media.services import unwanted
from marketplace.media.slots import Storage, StorageAway
from marketplace.offices import queries as offices
from marketplace.web.zipping import zipped

LIST = "00-daftar-berkas.csv"
AWAY = _("Files cannot be fetched right now. Please try again in a few minutes.")
DAMAGED = _("The stored file is not the one that was taken in, so it is not shown. Please tell us.")


class DamagedError(Exception):
    """A stored file is not there, or not the one that was taken in: a bundle with it would prove nothing."""


@bp.page("/pengadaan/pesanan/<code>/dokumen", policy=READ)
def bundle(code: str) -> str:
    """Show the checklist of an order's file."""
    return _page(seen(code), Form.blank(AttachIn))


@bp.page("/pengadaan/pesanan/<code>/dokumen", policy=WORK, methods=("POST",), max_body=BODY)
def attach(code: str) -> Answer:
    """Add a file to an order."""
    found = seen(code)
    form = parse(AttachIn, request)
    file = taken(form, "berkas", found.id) if "attach" in found.may else None
    if file is None and "attach" in found.may and not form.errors:
        form.errors["berkas"] = [_("Choose the file to add.")]
    if not form.errors:
        name = name_of("berkas", "berkas")
        # Without a file nobody comes here but who may not add one, and that is what the service says.
        told = file or services.Proof("", "")
        if not form.submit(lambda data: services.attach(code, data, told, name, by=actor())):
            unwanted(file)
    if form.errors:
        return _page(seen(code), form), form.status
    return redirect(url_for("eorder.bundle", code=code, sudah="berkas"), 303)


@bp.page("/pengadaan/pesanan/<code>/dokumen/<uuid:file_id>", policy=READ)
def bundle_file(code: str, file_id: UUID) -> Response:
    """Hand out one file of an order that people added."""
    found = seen(code)
    one = queries.bundle(found).file(file_id)
    if one is None or one.key is None:
        raise NotFound
    try:
        content = _content(media.storage(), one)
    except StorageAway as failure:
        raise Conflict("away", AWAY) from failure
    except DamagedError as failure:
        raise Conflict("damaged", DAMAGED) from failure
    ending, kind = kind_of(content)
    services.note_file(found.code, found.unit_code, one.name, by=actor())
    answer = Response(content, mimetype=kind)
    answer.headers.set("Content-Disposition", "attachment", filename=f"{one.name}.{ending}")
    return answer


@bp.page("/pengadaan/pesanan/<code>/dokumen.zip", policy=READ)
def bundle_zip(code: str) -> Answer:
    """Send all files of an order as one ZIP with a list of their SHA-256, one file after another."""
    found = seen(code)
    whole = queries.bundle(found)
    if whole.undrawn:
        said = _("The file of %(number)s is being made. Try again in a minute.", number=whole.undrawn[0].label)
        return _page(found, Form.blank(AttachIn), str(said)), 409
    services.note_file(found.code, found.unit_code, "ZIP", by=actor())
    with speaking("id"):
        labels = {one.id: str(piece.sort.label) for piece in whole.pieces for one in piece.files}
    entries = _entries(media.storage(), whole, labels)
    answer = Response(zipped(entries), mimetype="application/zip")
    answer.headers.set("Content-Disposition", "attachment", filename=f"SPJ-{found.code}.zip")
    return answer


def _entries(shelf: Storage, whole: Bundle, labels: dict[UUID, str]) -> Iterator[tuple[str, datetime, bytes]]:
    """Give the files in order and their list last, for it tells the sums of what was sent."""
    listed = io.StringIO()
    table = csv.writer(listed)
    table.writerow(["berkas", "jenis", "nomor", "waktu", "ukuran", "sha256"])
    for one in whole.files:
        content = _content(shelf, one)
        name = f"{one.name}.{kind_of(content)[0]}"
        at = one.at.astimezone(clock.JAKARTA)
        number = one.label if one.paper else ""
        told = at.isoformat(timespec="seconds")
        table.writerow([name, labels[one.id], number, told, len(content), hashlib.sha256(content).hexdigest()])
        yield name, at, content
    # With its mark at the beginning spreadsheets read it as what it is.
    yield LIST, clock.now().astimezone(clock.JAKARTA), listed.getvalue().encode("utf-8-sig")


def _content(shelf: Storage, one: File) -> bytes:
    """Return the bytes of a file, which are those that were stored. Raises DamagedError, StorageAway."""
    content = shelf.get(one.key or "")
    if content is None or (one.sha256 and hashlib.sha256(content).hexdigest() != one.sha256):
        raise DamagedError(one.name)
    return content


def _page(found: OrderView, form: Form[AttachIn], undrawn: str = "") -> str:
    whole = queries.bundle(found)
    return render_template(
        "eorder/bundle.html",
        found=found,
        form=form,
        whole=whole,
        undrawn=undrawn,
        sorts=[one for one in queries.SORTS if one.sent],
        told=request.args.get("sudah", ""),
        line=offices.line_by_id(found.line_id),
        package=offices.package_by_id(found.package_id),
        **WORDS,
    )
