"""L06 and L07: a seller's orders."""

from os import SEEK_END
from uuid import UUID

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from marketplace.kernel.forms import Form, parse
from marketplace.kernel.pages import Page
from marketplace.kernel.routes import MEBIBYTE, actor
from marketplace.media.queries import pictures
from marketplace.media.services import store_image, weigh
from marketplace.orders import queries, services, slots
from marketplace.orders.forms import AdvanceIn, CollectIn, DeclineIn, NotDeliveredIn, complete_reason
from marketplace.orders.models import PartState
from marketplace.orders.policies import PREPARE
from marketplace.orders.queries.seller import COUNTED, PAGE_SIZE, TABS
from marketplace.orders.queries.telling import DECLINING, NOT_DELIVERING, REASONS
from marketplace.orders.services.collecting import COLLECTED
from marketplace.orders.slots import Reader
from marketplace.orders.views.blueprint import bp
from marketplace.orders.views.orders import handovers, sections
from marketplace.orders.views.papers import papers_of

LONGEST_SEARCH = 80
PHOTO_BODY = 64 * MEBIBYTE
"""As for photos of products: one that is too large is refused beside its field, with all else as it was typed."""
PRINTABLE = (PartState.NEW, PartState.ACCEPTED, PartState.READY, PartState.SHIPPED, PartState.UNDELIVERED)
Answer = str | Response | tuple[str, int]


@bp.page("/lapak/pesanan", policy=PREPARE)
def seller_index() -> str:
    """List the parts of the actor's shops, by tab."""
    asked = request.args.get("tab", "")
    tab = asked if asked in TABS else next(iter(TABS))
    sought = " ".join(request.args.get("cari", "").split())[:LONGEST_SEARCH]
    found = Page(queries.sought_orders(actor(), sought), None) if sought else None
    return render_template(
        "orders/seller_index.html",
        tab=tab,
        sought=sought,
        most=COUNTED,
        printable=PRINTABLE,
        counts=queries.tab_counts(actor()),
        others=[(tab.label, url_for(tab.endpoint), tab.count(actor())) for tab in slots.seller_tabs],
        page=found or queries.seller_orders(actor(), tab, request.args.get("hal")),
    )


@bp.page("/lapak/pesanan/label", policy=PREPARE)
def labels() -> str:
    """Show what is stuck on parcels and packed into them, a sheet for each chosen part, to be printed."""
    parcels = queries.parcels(request.args.getlist("kode")[:PAGE_SIZE], actor())
    if parcels:
        services.note_labels(parcels, by=actor())
    return render_template("orders/labels.html", parcels=parcels)


@bp.page("/lapak/pesanan/<code>", policy=PREPARE)
def seller_order(code: str) -> str:
    """Show a part to those who prepare it."""
    return _part(code, Form.blank(AdvanceIn))


@bp.page("/lapak/pesanan/<code>/langkah", policy=PREPARE, methods=("POST",), max_body=PHOTO_BODY)
def advance(code: str) -> Answer:
    """Take a part a step further."""
    form = parse(AdvanceIn, request)
    form.submit(lambda data: _advanced(code, data))
    return _done(code, form, form.data.ke if form.data else "")


@bp.page("/lapak/pesanan/<code>/pembayaran", policy=PREPARE, methods=("POST",))
def collect(code: str) -> Answer:
    """Say that a part was handed over for its money."""
    form = parse(CollectIn, request)
    form.submit(lambda data: services.collect(code, data.diterima, by=actor()))
    return _done(code, form, COLLECTED)


@bp.page("/lapak/pesanan/<code>/pembatalan", policy=PREPARE, methods=("POST",))
def decline(code: str) -> Answer:
    """Call a part off, with a reason."""
    form = parse(DeclineIn, request)
    form.submit(lambda data: services.decline(code, complete_reason(data), by=actor()))
    return _done(code, form, PartState.CANCELLED)


@bp.page("/lapak/pesanan/<code>/gagal-kirim", policy=PREPARE, methods=("POST",))
def not_delivered(code: str) -> Answer:
    """Say that a part could not be handed over, with a reason."""
    form = parse(NotDeliveredIn, request)
    form.submit(lambda data: services.not_delivered(code, complete_reason(data), by=actor()))
    return _done(code, form, PartState.UNDELIVERED)


def _advanced(code: str, data: AdvanceIn) -> None:
    # Asked before the photo is kept: of a part that is not the actor's nothing is stored.
    part = queries.seller_order(code, actor()).part
    shown = services.HandOver(receipt_number=data.resi, handed_to=data.penerima, picture_id=_photo(part))
    services.advance(code, PartState(data.ke), by=actor(), shown=shown)


def _photo(part: queries.Part) -> UUID | None:
    """Keep the photo of a hand-over, if one came; only those of the part get a link to it."""
    file = request.files.get("photo")
    if file is None or not file.filename:
        return None
    with file.stream as photo:
        weigh(photo.seek(0, SEEK_END))
        photo.seek(0)
        owner, alt = f"part/{part.id}", f"Serah terima {part.number}"
        return store_image(photo.read(), owner=owner, alt=alt, by=actor(), private=True)


def _done(
    code: str, form: Form[AdvanceIn] | Form[CollectIn] | Form[DeclineIn] | Form[NotDeliveredIn], now: str
) -> Answer:
    if form.errors:
        return _part(code, form), form.status
    return redirect(url_for("orders.seller_order", code=code, sudah=now or None), 303)


def _part(code: str, form: object) -> str:
    found = queries.seller_order(code, actor())
    if not queries.view_is_noted(found.part, actor()):
        services.note_view(found.part, by=actor())
    images = pictures([line.image_id for line in found.part.lines if line.image_id])
    # The address tells what was just done; it is said only of a part that is there.
    told = request.args.get("sudah", "")
    came = found.part.state == PartState.RECEIVED and not found.row.promised
    said = {found.part.state, *((COLLECTED,) if came else ()), *(("kembali",) if found.part.refunded else ())}
    done = told if told in said else ""
    return render_template(
        "orders/seller_order.html",
        found=found,
        images=images,
        form=form,
        done=done,
        reasons=REASONS,
        declining=DECLINING,
        not_delivering=NOT_DELIVERING,
        sections=sections(Reader.SELLER, found.row.path_code, [found.part]).get(found.part.number, []),
        handover=handovers([found.part]).get(found.part.number, ""),
        papers=papers_of([found.part]),
    )
