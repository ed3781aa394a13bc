"""What others may read of papers, and amounts in words."""

from marketplace.documents.queries.checks import broken, broken_files, document_facts
from marketplace.documents.queries.papers import (
    CHECK,
    check_token,
    check_url,
    content,
    corrections,
    day,
    digest,
    export_person,
    issued_about,
    layout,
    paper,
    paper_by_token,
    paper_for,
    papers,
    papers_with_corrections,
)
from marketplace.documents.queries.words import in_words

__all__ = [
    "CHECK",
    "broken",
    "broken_files",
    "check_token",
    "check_url",
    "content",
    "corrections",
    "day",
    "digest",
    "document_facts",
    "export_person",
    "in_words",
    "issued_about",
    "layout",
    "paper",
    "paper_by_token",
    "paper_for",
    "papers",
    "papers_with_corrections",
]
