"""The papers of an order's parts, as pages list them: by number, with the address of the file once it is drawn."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import url_for

from marketplace.documents import queries as documents
from marketplace.kernel.words import Words
from marketplace.orders import queries


@dataclass(frozen=True)
class PaperLink:
    """A paper on a page; ``url`` is empty while its file is being drawn."""

    title: Words | str
    shown: str
    url: str


def papers_of(parts: Sequence[queries.Part], token: str = "") -> Mapping[UUID, Sequence[PaperLink]]:
    """Return the papers of parts by the parts' ids; ``token`` where nothing but the order's link opens them."""
    return {
        part_id: [
            PaperLink(
                title=look.title if (look := documents.layout(paper.kind)) else paper.kind,
                shown=paper.shown,
                url=url_for("documents.file", paper_id=paper.id, token=token or None) if paper.file_key else "",
            )
            for paper in papers
        ]
        for part_id, papers in queries.papers_of([part.id for part in parts]).items()
    }
