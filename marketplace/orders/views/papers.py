"""The papers of an order's parts, as pages list them: by number, with the address of the file once it is drawn."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import Response, url_for

from marketplace.documents import queries as documents
from marketplace.kernel.access import PUBLIC
from marketplace.kernel.routes import actor
from marketplace.kernel.words import Words
from marketplace.orders import queries
from marketplace.orders.views import link
from marketplace.orders.views.blueprint import bp


@dataclass(frozen=True)
class PaperLink:
    """A paper on a page; ``url`` is empty while its file is being drawn."""

    title: Words | str
    shown: str
    url: str


@bp.page("/pesanan/<code>/dokumen/<uuid:paper_id>", policy=PUBLIC)
def paper(code: str, paper_id: UUID) -> Response:
    """Hand out a paper to the buyer of its order, or to whom the order's link opened it; NotFound to everyone else."""
    order = queries.own_order(code, actor(), link.token(code))
    found = documents.paper_for(paper_id, actor(), queries.page_token(order.id))
    answer = Response(documents.content(found), mimetype="application/pdf")
    answer.headers.set("Content-Disposition", "attachment", filename=f"{found.shown.replace('/', '-')}.pdf")
    return answer


def papers_of(parts: Sequence[queries.Part], code: str = "") -> Mapping[UUID, Sequence[PaperLink]]:
    """Return the papers of parts by the parts' ids, at addresses of the order if its ``code`` is given, as its buyer's are."""

    def address(paper_id: UUID) -> str:
        if code:
            return url_for("orders.paper", code=code, paper_id=paper_id, token=link.told() or None)
        return url_for("documents.file", paper_id=paper_id)

    return {
        part_id: [
            PaperLink(
                title=look.title if (look := documents.layout(paper.kind)) else paper.kind,
                shown=paper.shown,
                url=address(paper.id) if paper.file_key else "",
            )
            for paper in papers
        ]
        for part_id, papers in queries.papers_of([part.id for part in parts]).items()
    }
