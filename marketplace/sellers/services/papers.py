"""The papers of shops: shown by their teams, checked or refused by officers."""

from datetime import date
from uuid import UUID

from sqlalchemy import select

from marketplace.kernel import clock
from marketplace.kernel.access import SYSTEM, Actor
from marketplace.kernel.audit import audit
from marketplace.kernel.db import session, transactional
from marketplace.kernel.errors import Conflict, Invalid, NotFound
from marketplace.kernel.ids import uuid7
from marketplace.kernel.words import _
from marketplace.media import services as media
from marketplace.media.services import KeptFile
from marketplace.sellers import policies
from marketplace.sellers.forms import PaperIn, ReasonIn
from marketplace.sellers.models import Paper, PaperKind, Seller

ENDING = frozenset({PaperKind.FINAL_TAX, PaperKind.EXEMPT, PaperKind.STATEMENT})
"""Papers of taxes, which name their last day."""


@transactional
def show_paper(seller_id: UUID, data: PaperIn, *, by: Actor, file: KeptFile | None = None) -> UUID:
    """Write down a paper of a shop, to be checked by an officer; return its id.

    The same number again is the same paper: with the same days and no new file nothing changes, else it is checked anew.
    Raises NotFound, also for the shop of others; Invalid beside ``sampai`` for a day before the first one, missing where a
    paper names one, or outside the year of a statement.
    """
    if not policies.MANAGE.allows(by, seller_id):
        raise NotFound
    if session.scalar(select(Seller.id).where(Seller.id == seller_id).with_for_update()) is None:
        raise NotFound
    first, last = _days(data)
    number = " ".join(data.nomor.split()).upper()
    known = select(Paper).where(Paper.seller_id == seller_id, Paper.kind == data.jenis, Paper.number == number)
    paper = session.scalar(known.with_for_update())
    if paper is None:
        paper = Paper(id=uuid7(), seller_id=seller_id, kind=data.jenis, number=number)
        session.add(paper)
    elif file is None and (paper.valid_from, paper.valid_until) == (first, last) and not paper.refused:
        return paper.id
    paper.valid_from, paper.valid_until, paper.refused, paper.added_at = first, last, "", clock.now()
    paper.verified_at = paper.verified_by = None
    if file is not None:
        if paper.file_key is not None:
            media.forget_file(paper.file_key)
        paper.file_key, paper.file_sha256 = file.key, file.sha256
    told = {"kind": data.jenis, "until": last.isoformat() if last else None}
    audit(f"sellers:{seller_id}", "sellers.show_paper", str(paper.id), by=by, after=told)
    return paper.id


@transactional
def accept_paper(paper_id: UUID, *, by: Actor) -> None:
    """Say that an officer saw a paper and it holds for the days it names; again changes nothing.

    Raises NotFound, NotAllowed, Conflict ``own_shop`` for one of the shop's own team.
    """
    paper = _to_check(paper_id, by)
    if paper.verified_at is not None:
        return
    paper.refused, paper.verified_at, paper.verified_by = "", clock.now(), by.reference
    _told(paper, "accept_paper", by)


@transactional
def refuse_paper(paper_id: UUID, data: ReasonIn, *, by: Actor) -> None:
    """Say why a paper does not hold; the shop reads it. One that was accepted counts no more. Raises as ``accept_paper``."""
    paper = _to_check(paper_id, by)
    paper.refused, paper.verified_at, paper.verified_by = data.reason, None, None
    _told(paper, "refuse_paper", by)


def forget_papers(seller_id: UUID) -> None:
    """Drop what a shop showed of itself, files too, in the transaction that erases its owner."""
    for paper in session.scalars(select(Paper).where(Paper.seller_id == seller_id).with_for_update()):
        if paper.file_key is not None:
            media.forget_file(paper.file_key)
        session.delete(paper)
        audit(f"sellers:{seller_id}", "sellers.forget_paper", str(paper.id), by=SYSTEM, after={"kind": paper.kind})


def _days(data: PaperIn) -> tuple[date | None, date | None]:
    kind, first, last = PaperKind(data.jenis), data.mulai, data.sampai
    if first and last and last < first:
        raise Invalid({"sampai": _("The last day is before the first. Check both on the paper.")})
    if kind in ENDING and last is None:
        raise Invalid({"sampai": _("This paper names its last day. Write it down.")})
    if kind is PaperKind.STATEMENT and last is not None:
        first = first or last.replace(month=1, day=1)
        if first.year != last.year:
            raise Invalid({"sampai": _("A statement of turnover is for one year. Write the last day of that year.")})
    return first, last


def _to_check(paper_id: UUID, by: Actor) -> Paper:
    paper = session.scalar(select(Paper).where(Paper.id == paper_id).with_for_update())
    if paper is None:
        raise NotFound
    by.require(policies.CHECK, paper.seller_id)
    if by.kind == "person" and by.holds(policies.ROLE, policies.SCOPE, str(paper.seller_id)):
        raise Conflict("own_shop", _("You run this shop yourself. Another officer must check its papers."))
    return paper


def _told(paper: Paper, action: str, by: Actor) -> None:
    after = {"kind": paper.kind, "refused": paper.refused}
    audit(f"sellers:{paper.seller_id}", f"sellers.{action}", str(paper.id), by=by, after=after)
