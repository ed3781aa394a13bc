"""Reviews at the desks: what a shop has to answer, and what the programme has to decide."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from marketplace.kernel.access import Actor
from marketplace.kernel.db import rows, session
from marketplace.kernel.pages import Page
from marketplace.reviews.models import Report, Review, ReviewState
from marketplace.reviews.policies import MODERATE
from marketplace.reviews.queries.reading import READ, VISIBLE, WIDTH, Said, paged, said_in
from marketplace.sellers.policies import MANAGE, ROLE, SCOPE
from marketplace.sellers.queries import sellers

PAGE_SIZE = 20
MOST = 50
TEAM_TABS: dict[str, ColumnElement[bool]] = {"belum": Review.answer == "", "semua": VISIBLE}
DESK_TABS: dict[str, str] = {"laporan": ReviewState.REPORTED, "disembunyikan": ReviewState.HIDDEN}


@dataclass(frozen=True)
class Objection:
    """One report: why, in whose words, and when."""

    reason: str
    note: str
    at: datetime


@dataclass(frozen=True)
class Moderated:
    """A review as the programme sees it, with its shop and what people object to."""

    said: Said
    shop: str
    objections: tuple[Objection, ...]


def of_team(actor: Actor, tab: str, cursor: str | None = None) -> Page[Said]:
    """Return the visible reviews of the actor's shops, newest first: ``belum`` those without an answer, else all."""
    return paged(READ.where(_mine(actor), VISIBLE, TEAM_TABS[tab]), cursor, PAGE_SIZE)


def unanswered(actor: Actor) -> int:
    """Count the visible reviews of the actor's shops that nobody has answered."""
    return _count(_mine(actor), VISIBLE, TEAM_TABS["belum"])


def team_review(review_id: UUID, actor: Actor) -> Said | None:
    """Return a visible review of one of the actor's shops; None for any other."""
    found = rows(READ.where(Review.id == review_id, VISIBLE))
    said = said_in(found[0]) if found else None
    return said if said is not None and MANAGE.allows(actor, said.seller_id) else None


_objections = (
    select(
        func.jsonb_agg(
            aggregate_order_by(func.jsonb_build_array(Report.reason, Report.note, Report.at), Report.at, Report.id)
        )
    )
    .where(Report.review_id == Review.id)
    .correlate(Review)
    .scalar_subquery()
)
_first = select(func.min(Report.at)).where(Report.review_id == Review.id, Report.closed_at.is_(None)).scalar_subquery()


def to_moderate(actor: Actor, tab: str) -> tuple[Moderated, ...]:
    """Return what is reported (the oldest report first) or hidden (the newest first), at most 50; nothing to others."""
    if not MODERATE.allows(actor, None):
        return ()
    wanted: Select[Any] = READ.add_columns(_objections).where(Review.state == DESK_TABS[tab])
    order = (_first, Review.id) if tab == "laporan" else (Review.at.desc(), Review.id.desc())
    found = rows(wanted.order_by(*order).limit(MOST))
    shops = sellers({row.seller_id for row in found})
    return tuple(
        Moderated(
            said_in(row),
            shops[row.seller_id].name,
            tuple(Objection(reason, note, datetime.fromisoformat(at)) for reason, note, at in row[WIDTH] or ()),
        )
        for row in found
    )


def reported_count(actor: Actor) -> int:
    """Count the reviews that wait for a decision."""
    return _count(Review.state == ReviewState.REPORTED) if MODERATE.allows(actor, None) else 0


def _mine(actor: Actor) -> ColumnElement[bool]:
    return Review.seller_id.in_([UUID(scope) for scope in actor.scopes(ROLE, SCOPE)])


def _count(*which: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(Review).where(*which)) or 0
