"""The timer of claims: what nobody did in time happens by itself, each claim in a transaction of its own."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

import structlog
from sqlalchemy import select, tuple_

from marketplace.claims.models import Claim, ClaimState, Role, Way
from marketplace.claims.queries.telling import (
    NO_ANSWER,
    NOT_CHECKED,
    NOT_DECIDED,
    NOT_REPLACED,
    NOT_SAID,
    NOT_SENT,
)
from marketplace.claims.services.steps import follow, go, grant, locked, settle
from marketplace.kernel import clock
from marketplace.kernel.access import SYSTEM
from marketplace.kernel.db import rows, transactional
from marketplace.kernel.errors import Conflict

AT_ONCE = 200
log = structlog.get_logger()


def deadlines() -> int:
    """Act on every claim whose time is over; return on how many. Any number may run at once, and die."""
    acted = 0
    for claim_id in _over():
        try:
            acted += _act(claim_id)
        except Conflict as conflict:
            # The buyer's bank asks about the payment, for example: nothing is paid back meanwhile.
            log.warning("deadline passed by", claim=str(claim_id), why=conflict.code)
    return acted


def _over() -> Iterator[UUID]:
    now, after = clock.now(), (datetime.fromtimestamp(0, tz=clock.JAKARTA), UUID(int=0))
    ordered = select(Claim.id, Claim.due_at).where(Claim.due_at <= now).order_by(Claim.due_at, Claim.id).limit(AT_ONCE)
    while found := rows(ordered.where(tuple_(Claim.due_at, Claim.id) > after)):
        yield from (row.id for row in found)
        after = (found[-1].due_at, found[-1].id)


@transactional
def _act(claim_id: UUID) -> int:
    """Do what is due for a claim, if it still is."""
    claim, _part = locked(claim_id)
    if claim.due_at is None or claim.due_at > clock.now():
        return 0
    acts = {
        ClaimState.OPEN: lambda: go(claim, ClaimState.ESCALATED, Role.TIMER, by=SYSTEM, why=NO_ANSWER),
        ClaimState.OFFERED: lambda: _offer_counts(claim, NOT_SAID),
        ClaimState.ESCALATED: lambda: _undecided(claim),
        ClaimState.RETURNING: lambda: go(claim, ClaimState.REJECTED, Role.TIMER, by=SYSTEM, why=NOT_SENT),
        ClaimState.RETURNED: lambda: settle(claim, Role.TIMER, by=SYSTEM, why=NOT_CHECKED),
        ClaimState.REPLACING: lambda: settle(claim, Role.TIMER, by=SYSTEM, why=NOT_REPLACED),
        ClaimState.REPLACED: lambda: settle(claim, Role.TIMER, by=SYSTEM, why=NOT_SAID, pays=False),
    }
    acts[ClaimState(claim.state)]()
    return 1


def _offer_counts(claim: Claim, why: str) -> None:
    follow(claim, Way(claim.offer), Role.TIMER, by=SYSTEM, why=why, amount=claim.offered_idr)


def _undecided(claim: Claim) -> None:
    """End a claim by what is known: goods that moved are paid back, else the last offer counts, else the wish."""
    if claim.returned_at or claim.replaced_at:
        settle(claim, Role.TIMER, by=SYSTEM, why=NOT_DECIDED)
    elif claim.offer:
        _offer_counts(claim, NOT_DECIDED)
    else:
        grant(claim, Role.TIMER, by=SYSTEM, why=NOT_DECIDED)
