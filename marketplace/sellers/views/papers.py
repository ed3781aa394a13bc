"""The papers of a shop: what its team shows, and what officers check (`/lapak/berkas`, `/admin/berkas`)."""

from uuid import UUID

from flask import Response, current_app, redirect, render_template, request, url_for

from marketplace.kernel import clock
from marketplace.kernel.access import SIGNED_IN
from marketplace.kernel.errors import Invalid
from marketplace.kernel.forms import Form, parse
from marketplace.kernel.routes import MEBIBYTE, actor
from marketplace.media.services import LARGEST_FILE, KeptFile, keep_file, unwanted
from marketplace.sellers import policies, queries, services
from marketplace.sellers.forms import PaperIn, ReasonIn
from marketplace.sellers.views.blueprint import bp
from marketplace.sellers.views.shops import Answer, chosen

FIELD = "berkas"
BODY = LARGEST_FILE + 2 * MEBIBYTE


@bp.page("/lapak/berkas", policy=policies.MANAGE)
def papers() -> Answer:
    """Show a shop its papers, with what offices miss."""
    return _papers(chosen(request.args.get("toko")), Form.blank(PaperIn, jenis=request.args.get("jenis", "")))


@bp.page("/lapak/berkas", policy=policies.MANAGE, methods=("POST",), max_body=BODY)
def show_paper() -> Answer:
    """Take in a paper, to be checked by an officer."""
    shop = chosen(request.args.get("toko"))
    form = parse(PaperIn, request)
    # Stored only once all else is right, and dropped again when it is refused after all.
    file = _file(shop.id, form) if not form.errors else None
    if not form.errors:
        form.submit(lambda data: services.show_paper(shop.id, data, by=actor(), file=file))
    if form.errors:
        unwanted(file)
        return _papers(shop, form), form.status
    return redirect(url_for("sellers.papers", toko=request.args.get("toko"), tersimpan=1), 303)


@bp.page("/berkas-toko/<uuid:paper_id>", policy=SIGNED_IN)
def paper_file(paper_id: UUID) -> Response:
    """Hand out the file of a paper to the shop's team and to officers."""
    content, kind = queries.paper_file(paper_id, actor())
    # Should a browser ever take the bytes for a page, it is an empty and powerless one.
    guard = {"Content-Security-Policy": "default-src 'none'; sandbox", "Cache-Control": "private, no-store"}
    return Response(content, mimetype=kind, headers=guard)


@bp.page("/admin/berkas", policy=policies.CHECK)
def papers_to_check() -> str:
    """List the papers that wait for a check, the oldest first."""
    return _to_check()


@bp.page("/admin/berkas/<uuid:paper_id>/terima", policy=policies.CHECK, methods=("POST",))
def accept_paper(paper_id: UUID) -> Answer:
    """Say that a paper holds."""
    services.accept_paper(paper_id, by=actor())
    return redirect(url_for("sellers.papers_to_check", sudah="terima"), 303)


@bp.page("/admin/berkas/<uuid:paper_id>/tolak", policy=policies.CHECK, methods=("POST",))
def refuse_paper(paper_id: UUID) -> Answer:
    """Say why a paper does not hold."""
    form = parse(ReasonIn, request)
    form.submit(lambda data: services.refuse_paper(paper_id, data, by=actor()))
    if form.errors:
        return _to_check(form, paper_id), form.status
    return redirect(url_for("sellers.papers_to_check", sudah="tolak"), 303)


def _file(seller_id: UUID, form: Form[PaperIn]) -> KeptFile | None:
    given = request.files.get(FIELD)
    if given is None or not given.filename:
        return None
    try:
        return keep_file(given.read(), owner=f"berkas/{seller_id}", field=FIELD)
    except Invalid as refused:
        form.errors = {**form.errors, **refused.fields}
        return None


def _papers(shop: queries.Profile, form: Form[PaperIn]) -> str:
    today = clock.today()
    return render_template(
        "sellers/papers.html",
        shop=shop,
        form=form,
        papers=queries.papers(shop.id),
        kinds=tuple(queries.PAPERS.items()),
        uses=queries.USES,
        lacking=queries.papers_lacking(shop.id, today),
        tax_lacking=queries.tax_papers_lacking(shop.id, today),
        today=today,
        saved="tersimpan" in request.args,
        account="finance.account" in current_app.view_functions,
        toko=request.args.get("toko"),
    )


def _to_check(form: Form[ReasonIn] | None = None, tried: UUID | None = None) -> str:
    waiting = queries.papers_to_check(actor())
    return render_template(
        "sellers/papers_to_check.html",
        waiting=waiting,
        shops=queries.sellers([one.seller_id for one in waiting]),
        form=form,
        tried=tried,
        told=request.args.get("sudah", ""),
    )
