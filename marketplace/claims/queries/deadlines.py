"""How long each side has, and what the end of it brings."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta

from marketplace.claims.models import ClaimState
from marketplace.kernel import clock
from marketplace.kernel.plugin import current
from marketplace.orders.queries.claimable import BoughtLine, BoughtPart

SETTING: Mapping[str, str] = {
    ClaimState.OPEN: "CLAIM_ANSWER_HOURS",
    ClaimState.OFFERED: "CLAIM_OFFER_HOURS",
    ClaimState.ESCALATED: "CLAIM_DECIDE_HOURS",
    ClaimState.RETURNING: "CLAIM_RETURN_HOURS",
    ClaimState.RETURNED: "CLAIM_CHECK_HOURS",
    ClaimState.REPLACING: "CLAIM_REPLACE_HOURS",
    ClaimState.REPLACED: "CLAIM_ARRIVE_HOURS",
}


def due(state: str) -> datetime | None:
    """Return until when a claim waits that comes into a state now; None for an end."""
    if state not in SETTING:
        return None
    hours = current().setting(SETTING[state])
    return clock.now() + timedelta(hours=int(hours))


def claimable_until(part: BoughtPart, line: BoughtLine) -> datetime | None:
    """Return until when pieces of a line that came may be claimed; None where they cannot be any more.

    A line of food has its shorter time also in a part that keeps.
    """
    if not part.received or part.received_at is None or part.due_at is None:
        return None
    hours = int(current().setting("COMPLETE_HOURS_FOOD"))
    until = min(part.due_at, part.received_at + timedelta(hours=hours)) if line.food else part.due_at
    return until if clock.now() < until else None


def late_since(part: BoughtPart) -> datetime | None:
    """Return from when a part that did not come may be complained about; None where nobody is on the way with it."""
    day = part.arrives_by or part.promised_on
    if not part.sent or day is None:
        return None
    days = int(current().setting("CLAIM_LATE_DAYS"))
    return datetime.combine(day + timedelta(days=days + 1), time.min, clock.JAKARTA)


def is_over(moment: datetime) -> bool:
    """Tell whether an instant has come."""
    return moment <= clock.now()
