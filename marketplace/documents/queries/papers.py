"""What may be read of papers: by id, by what they are about, by the token printed on them; and their files."""

import hashlib
import json
from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import ARRAY, Row, Text, bindparam, func, or_, select

from marketplace.documents import models
from marketplace.documents.slots import Layout, Paper, layouts
from marketplace.kernel.access import Actor
from marketplace.kernel.clock import JAKARTA
from marketplace.kernel.db import rows
from marketplace.kernel.errors import Conflict, NotFound
from marketplace.kernel.ids import derived_token, token_hash
from marketplace.kernel.plugin import current
from marketplace.kernel.words import _
from marketplace.media import queries as media
from marketplace.media.slots import StorageAway

CHECK = "/periksa/"
PURPOSE = "documents.check"
log = structlog.get_logger()
_EVERY = select(
    models.Paper.id,
    models.Paper.kind,
    models.Paper.owner,
    models.Paper.year,
    models.Paper.number,
    models.Paper.shown,
    models.Paper.subject,
    models.Paper.corrects,
    models.Paper.data,
    models.Paper.digest,
    models.Paper.stamp_duty,
    models.Paper.file_key,
    models.Paper.file_sha256,
    models.Paper.issued_at,
)
_BY_ID = _EVERY.where(models.Paper.id == bindparam("paper"))
_BY_TOKEN = _EVERY.where(models.Paper.token_hash == bindparam("hash"))
_ABOUT = _EVERY.where(models.Paper.subject == func.any(bindparam("subjects", type_=ARRAY(Text))))
_CORRECTIONS = _EVERY.where(models.Paper.corrects == bindparam("paper"))
_subjects = bindparam("subjects", type_=ARRAY(Text))
# As arrays both ways are found by their index. What corrects a correction belongs there too; nothing goes deeper.
_about = func.array(select(models.Paper.id).where(models.Paper.subject == func.any(_subjects)).scalar_subquery())
_first = or_(models.Paper.id == func.any(_about), models.Paper.corrects == func.any(_about))
_known = func.array(select(models.Paper.id).where(_first).scalar_subquery())
_WITH_CORRECTIONS = _EVERY.where(or_(models.Paper.id == func.any(_known), models.Paper.corrects == func.any(_known)))
_IN_ORDER = (models.Paper.issued_at, models.Paper.id)


def paper(paper_id: UUID) -> Paper:
    """Return a paper; raises NotFound."""
    found = rows(_BY_ID, {"paper": paper_id})
    if not found:
        raise NotFound
    return paper_in(found[0])


def papers(subjects: Collection[str]) -> dict[str, tuple[Paper, ...]]:
    """Return the papers about these things, oldest first, by what they are about; things without one are left out."""
    found: dict[str, tuple[Paper, ...]] = {}
    if subjects:
        for row in rows(_ABOUT.order_by(*_IN_ORDER), {"subjects": list(set(subjects))}):
            found[row.subject] = (*found.get(row.subject, ()), paper_in(row))
    return found


def issued_about(kind: str, subjects: Collection[str]) -> frozenset[str]:
    """Return those of these things about which a paper of a kind was issued."""
    wanted = select(models.Paper.subject).where(
        models.Paper.kind == kind, models.Paper.subject == func.any(bindparam("subjects", type_=ARRAY(Text)))
    )
    return (
        frozenset(row.subject for row in rows(wanted, {"subjects": list(set(subjects))})) if subjects else frozenset()
    )


def papers_with_corrections(subjects: Collection[str]) -> dict[str, tuple[Paper, ...]]:
    """Return the papers about these things, by what they are about, each with those that correct it; oldest first."""
    found: dict[str, tuple[Paper, ...]] = {}
    if not subjects:
        return found
    about: dict[UUID | None, str] = {}
    for row in rows(_WITH_CORRECTIONS.order_by(*_IN_ORDER), {"subjects": list(set(subjects))}):
        one = paper_in(row)
        # What is corrected was issued before, so it is known by now.
        about[one.id] = about.get(one.corrects, one.subject)
        found[about[one.id]] = (*found.get(about[one.id], ()), one)
    return found


def paper_by_token(token: str) -> Paper | None:
    """Return the paper on which this token is printed."""
    found = rows(_BY_TOKEN, {"hash": token_hash(token)})
    return paper_in(found[0]) if found else None


def corrections(paper_id: UUID) -> tuple[Paper, ...]:
    """Return the papers that correct this one, oldest first."""
    return tuple(paper_in(row) for row in rows(_CORRECTIONS.order_by(*_IN_ORDER), {"paper": paper_id}))


def layout(kind: str) -> Layout | None:
    """Return how papers of a kind look; None when the plugin that knows it is not there."""
    return next((one for one in layouts if one.kind == kind), None)


def paper_for(paper_id: UUID, actor: Actor, token: str) -> Paper:
    """Return a paper to somebody who may have it; raises NotFound, for a foreign one as for none (R15.2)."""
    found = paper(paper_id)
    look = layout(found.kind)
    if look is None or look.may(actor, found, token) is not True:
        raise NotFound
    return found


def content(of: Paper) -> bytes:
    """Return the bytes of a paper's file, which are those that were stored for it and no others.

    Raises Conflict ``drawing`` before it is there, ``away`` when the storage does not answer, ``damaged`` when it gives
    something else.
    """
    if of.file_key is None:
        raise Conflict("drawing", _("The file of %(number)s is being made. Try again in a minute.", number=of.shown))
    try:
        found = media.storage().get(of.file_key)
    except StorageAway as failure:
        raise Conflict("away", _("Files cannot be fetched right now. Please try again in a few minutes.")) from failure
    if found is None or hashlib.sha256(found).hexdigest() != of.file_sha256:
        log.error("a stored paper is not what was issued", paper=str(of.id))
        raise Conflict(
            "damaged", _("The stored file is not the one that was issued, so it is not shown. Please tell us.")
        )
    return found


def check_token(paper_id: UUID) -> str:
    """Return the token of a paper's check page, derived and never stored."""
    return derived_token(current().settings.secret_key, paper_id, PURPOSE)


def check_url(of: Paper) -> str:
    """Return the address of a paper's check page, as its QR code has it."""
    return f"{current().settings.public_base_url}{CHECK}{check_token(of.id)}"


def day(of: Paper) -> date:
    """Return the day in Jakarta on which a paper was issued."""
    return of.issued_at.astimezone(JAKARTA).date()


def digest(kind: str, shown: str, issued_at: datetime, corrects: UUID | None, data: Mapping[str, Any]) -> str:
    """Return SHA-256 over everything that a paper froze, in canonical JSON."""
    frozen = [kind, shown, issued_at.isoformat(), str(corrects or ""), data]
    canonical = json.dumps(frozen, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def export_person(person_id: UUID) -> dict[str, Any]:
    """Return the papers that are made out to a person, in plain JSON types; the law has us keep them."""
    wanted = {(look.kind, subject) for look in layouts for subject in look.of_person(person_id)}
    found = papers({subject for _kind, subject in wanted})
    mine = [one for many in found.values() for one in many if (one.kind, one.subject) in wanted]
    told = [
        {"number": one.shown, "kind": one.kind, "issued_at": one.issued_at.isoformat(), "data": dict(one.data)}
        for one in sorted(mine, key=lambda one: (one.issued_at, one.id))
    ]
    return {"papers": told}


def paper_in(row: Row[Any]) -> Paper:
    """Return the paper that stands in a row of all its columns."""
    return Paper(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it
