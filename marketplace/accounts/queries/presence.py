"""Who is behind a session's token, with the grants of this moment, in one statement (R15.4)."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import and_, func, or_, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from marketplace.accounts.models import BrowserSession, HeldGrant, Person, PersonState, SecondFactor
from marketplace.accounts.policies import LONG_SESSIONS
from marketplace.accounts.queries.factors import needs_second_factor
from marketplace.kernel import clock, ids
from marketplace.kernel.access import Actor, Grant
from marketplace.kernel.db import session


@dataclass(frozen=True)
class Span:
    """How long a session lasts: at rest, and in all."""

    idle: timedelta
    whole: timedelta


OFFICE = Span(timedelta(minutes=30), timedelta(hours=12))
BUYER = Span(timedelta(days=14), timedelta(days=60))
MOST_DAYS = BUYER.whole
TOUCH_EACH = timedelta(hours=1)
TOUCHES_IN_REST = 20


@dataclass(frozen=True)
class Presence:
    """Somebody who is signed in here and now. ``stale`` says that the session's last use should be noted again."""

    session_id: UUID
    actor: Actor
    stale: bool
    withheld: tuple[Grant, ...] = ()
    """The roles that wait for a second factor; without it the actor has none of them."""


def presence(token: str) -> Presence | None:
    """Return who opened this session; None when it is unknown, ended or over its time, or its person may not act."""
    now = clock.now()
    each = func.jsonb_build_array(HeldGrant.role, HeldGrant.scope_kind, HeldGrant.scope_id)
    held = func.jsonb_agg(aggregate_order_by(each, HeldGrant.id)).filter(HeldGrant.id.is_not(None))
    rights_since = func.max(HeldGrant.valid_from)
    row = session.execute(
        select(
            BrowserSession.id,
            BrowserSession.started_at,
            BrowserSession.seen_at,
            Person.id.label("person_id"),
            Person.name,
            held.label("grants"),
            select(SecondFactor.person_id).where(SecondFactor.person_id == Person.id).exists().label("second_factor"),
        )
        .join(Person, Person.id == BrowserSession.person_id)
        .outerjoin(
            HeldGrant,
            and_(
                HeldGrant.person_id == Person.id,
                HeldGrant.valid_from <= now,
                or_(HeldGrant.valid_to.is_(None), HeldGrant.valid_to > now),
            ),
        )
        .where(
            BrowserSession.token_hash == ids.token_hash(token),
            BrowserSession.ended_at.is_(None),
            Person.state == PersonState.ACTIVE,
        )
        .group_by(BrowserSession.id, Person.id)
        # Rights that began by the clock need a new token as those that were given now do (R14.1).
        .having(or_(rights_since.is_(None), rights_since <= BrowserSession.started_at))
    ).one_or_none()
    if row is None:
        return None
    grants = tuple(Grant(*grant) for grant in row.grants or ())
    span = BUYER if all(grant.role in LONG_SESSIONS for grant in grants) else OFFICE
    rest = now - row.seen_at
    if rest >= span.idle or now - row.started_at >= span.whole:
        return None
    withheld = grants if needs_second_factor(grants) and not row.second_factor else ()
    who = Actor(kind="person", id=row.person_id, name=row.name, grants=() if withheld else grants)
    return Presence(row.id, who, stale=rest >= min(span.idle / TOUCHES_IN_REST, TOUCH_EACH), withheld=withheld)
