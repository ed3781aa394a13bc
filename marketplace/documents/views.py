"""HTTP in, page or file out: the check page for everyone, a paper's file for whom it concerns."""

from uuid import UUID

from flask import Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from marketplace.documents import queries
from marketplace.kernel.access import PUBLIC
from marketplace.kernel.routes import Pages, actor
from marketplace.kernel.words import _

bp = Pages("documents", __name__)


@bp.page(f"{queries.CHECK}<token>", policy=PUBLIC)
def check(token: str) -> str | tuple[str, int]:
    """Say whether a paper is ours, and what it must look like."""
    paper = queries.paper_by_token(token)
    if paper is None:
        return render_template("documents/unknown.html"), 404
    look = queries.layout(paper.kind)
    return render_template(
        "documents/check.html",
        paper=paper,
        title=look.title if look else _("Paper"),
        lines=look.check_lines(paper) if look else (),
        corrects=queries.paper(paper.corrects) if paper.corrects else None,
        corrections=queries.corrections(paper.id),
    )


@bp.page("/verifikasi-dokumen/<token>", policy=PUBLIC)
def check_by_long_name(token: str) -> AnyResponse:
    """Lead from the long name of the check page to the one that fits into a QR code."""
    return redirect(url_for("documents.check", token=token), 308)


@bp.page("/dokumen/<uuid:paper_id>", policy=PUBLIC)
def file(paper_id: UUID) -> Response:
    """Hand out a paper's file to whom its layout lets in."""
    paper = queries.paper_for(paper_id, actor(), request.args.get("token", ""))
    answer = Response(queries.content(paper), mimetype="application/pdf")
    if (look := queries.layout(paper.kind)) is not None:
        look.seen(paper, by=actor())
    answer.headers.set("Content-Disposition", "attachment", filename=f"{paper.shown.replace('/', '-')}.pdf")
    return answer
