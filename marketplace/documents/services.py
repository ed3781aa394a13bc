"""What can be done with papers: issue one, and draw its file. Nothing else is ever done to them."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select, text, update

from marketplace.documents import printing, queries
from marketplace.documents.events import PaperIssued
from marketplace.documents.models import Paper
from marketplace.documents.slots import Layout
from marketplace.documents.slots import Paper as IssuedPaper
from marketplace.kernel import clock, crash
from marketplace.kernel.access import Actor
from marketplace.kernel.audit import audit
from marketplace.kernel.db import session, transactional
from marketplace.kernel.errors import Conflict
from marketplace.kernel.ids import token_hash, uuid7
from marketplace.kernel.money import ZERO, Rupiah
from marketplace.kernel.outbox import emit
from marketplace.kernel.words import _
from marketplace.media import queries as media
from marketplace.rules import queries as rules

PDF = "application/pdf"
STORED = "documents.services.draw:stored"
crash.declare(STORED)

# The one row that all papers of a series wait for; with the transaction that moved it on it goes back, so there is no gap.
NEXT = text(
    "INSERT INTO documents_series (kind, owner, year, last) VALUES (:kind, :owner, :year, 1)"
    " ON CONFLICT (kind, owner, year) DO UPDATE SET last = documents_series.last + 1 RETURNING last"
)


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A paper to be issued: its series, what it is about, and everything that is to stand on it.

    ``owner`` is who issues it (``seller:<id>``), ``code`` how its numbers name them; ``data`` are plain JSON types
    without floats, frozen as they are.
    """

    kind: str
    owner: str
    code: str
    subject: str
    issuer: str
    total: Rupiah
    data: Mapping[str, Any]
    corrects: UUID | None = None


@transactional
def issue(draft: Draft, *, by: Actor) -> IssuedPaper:
    """Give a paper the next number of its series and freeze it; for a subject that has one of the kind, return that one.

    Raises LookupError for a kind without a layout, ValueError and TypeError for data that cannot be frozen, Conflict
    ``corrects`` when the paper to be corrected is not the issuer's.
    """
    look = _layout(draft.kind)
    # Whoever issues for the same subject waits here, before a number is taken.
    name = f"documents {draft.kind} {draft.subject}"
    session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"), {"name": name})
    about = queries.papers([draft.subject]).get(draft.subject, ())
    if (first := next((one for one in about if one.kind == draft.kind), None)) is not None:
        return first
    if draft.corrects is not None and queries.paper(draft.corrects).owner != draft.owner:
        raise Conflict("corrects", _("The paper to be corrected was issued by somebody else."))
    data = {**draft.data, "issuer": draft.issuer, "total_idr": draft.total.amount}
    _plain(data)
    if draft.total < ZERO:
        message = "a paper's total is not negative; a credit note says what goes back"
        raise ValueError(message)
    year, now = clock.today().year, clock.now()
    series = {"kind": draft.kind, "owner": draft.owner, "year": year}
    number: int = session.execute(NEXT, series).scalar_one()
    paper_id, shown = uuid7(), f"{look.prefix}/{draft.code}/{year}/{number:06d}"
    paper = Paper(
        id=paper_id,
        number=number,
        shown=shown,
        subject=draft.subject,
        corrects=draft.corrects,
        data=data,
        digest=queries.digest(draft.kind, shown, now, draft.corrects, data),
        stamp_duty=bool(rules.stamp(draft.total, rules.rules(clock.today()))),
        token_hash=token_hash(queries.check_token(paper_id)),
        issued_at=now,
        **series,
    )
    session.add(paper)
    session.flush()
    told = {"shown": shown, "subject": draft.subject, "total_idr": draft.total.amount, "digest": paper.digest}
    audit(f"documents:{draft.owner}", "documents.issue", str(paper_id), by=by, after=told)
    emit(PaperIssued(paper_id=str(paper_id), kind=draft.kind, subject=draft.subject))
    return queries.paper(paper_id)


def draw(paper_id: UUID) -> None:
    """Draw a paper's file and store it, unless that is done; outside any transaction, and harmless to repeat.

    Raises LookupError without its layout or when the secret changed since it was issued, DrawingError, StorageAway.
    """
    paper = queries.paper(paper_id)
    if paper.file_key is not None:
        return
    if (known := queries.paper_by_token(queries.check_token(paper.id))) is None or known.id != paper.id:
        message = "SECRET_KEY is not the one with which this paper was issued: its check page has another address"
        raise LookupError(message)
    content = printing.printed(paper, _layout(paper.kind))
    sha256 = hashlib.sha256(content).hexdigest()
    key = media.private_file(_folder(paper.owner), f"{paper.id.hex}-{sha256[:16]}")
    media.storage().put(key, content, PDF)
    crash.point(STORED)
    if _kept(paper.id, key, sha256) != key:
        media.storage().drop(key)


def erase_person(_person_id: UUID) -> None:
    """Erase nothing: the law has issuers keep their papers as they are, names included."""


@transactional
def _kept(paper_id: UUID, key: str, sha256: str) -> str | None:
    """Write down where a paper's file is, unless somebody was quicker; return where it is."""
    session.execute(
        update(Paper)
        .where(Paper.id == paper_id, Paper.file_key.is_(None))
        .values(file_key=key, file_sha256=sha256)
        .execution_options(synchronize_session=False)
    )
    return session.scalar(select(Paper.file_key).where(Paper.id == paper_id))


def _layout(kind: str) -> Layout:
    look = queries.layout(kind)
    if look is None:
        message = f"no plugin brings a layout for papers of the kind {kind!r}"
        raise LookupError(message)
    return look


def _folder(owner: str) -> str:
    """Return the folder of an issuer's files, in the signs that keys have: codes of offices have capitals and dots."""
    kind, _colon, name = owner.partition(":")
    return f"{kind}/{re.sub('[^a-z0-9]+', '-', name.lower()).strip('-')}"


def _plain(value: object) -> None:
    """Raise TypeError unless the value is made of JSON's types, with whole numbers only."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            if not isinstance(name, str):
                message = f"a paper's data have texts for names, not {name!r}"
                raise TypeError(message)
            _plain(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            _plain(inner)
    elif not (value is None or isinstance(value, (str, int))):
        message = f"a paper's data are texts and whole numbers, not {type(value).__name__}"
        raise TypeError(message)
