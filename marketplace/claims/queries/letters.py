"""Who hears of claims, and what their letters say."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select

from marketplace.accounts import queries as accounts
from marketplace.claims.events import ClaimMoved, ClaimSaid, ClaimUnpaid
from marketplace.claims.forms import REASONS, WISHES
from marketplace.claims.models import Claim, ClaimMessage, ClaimState, Role, Way
from marketplace.claims.policies import DESK
from marketplace.claims.queries.reading import row_of
from marketplace.claims.queries.telling import DETAILS, ENDINGS
from marketplace.kernel.db import session
from marketplace.kernel.words import Words, _
from marketplace.notifications.slots import Recipient
from marketplace.orders.queries import page_token
from marketplace.orders.queries.letters import buyer_of
from marketplace.sellers import queries as sellers

WAYS: Mapping[str, Words] = {
    Way.MONEY: _("money back"),
    Way.RETURN: _("goods back, then the money"),
    Way.REPLACEMENT: _("a replacement"),
}


def buyer(event: ClaimMoved | ClaimSaid) -> tuple[Recipient, ...]:
    """Return the buyer of a claim, unless they did it themselves."""
    return () if event.by_role == Role.BUYER else buyer_of(UUID(event.order_id))


def team(event: ClaimMoved | ClaimSaid) -> tuple[Recipient, ...]:
    """Return the team of the shop, unless they did it themselves."""
    return () if event.by_role == Role.SELLER else accounts.recipients(sellers.team(UUID(event.seller_id)))


def desk(event: ClaimMoved) -> tuple[Recipient, ...]:
    """Return the people of the programme when they must decide."""
    return _holders(DESK) if event.state == ClaimState.ESCALATED else ()


def desk_of_unpaid(_event: ClaimUnpaid) -> tuple[Recipient, ...]:
    """Return the people of the programme who try a refund anew."""
    return _holders(DESK)


def administrators(_event: ClaimMoved) -> tuple[Recipient, ...]:
    """Return who hears of it when the desk does not decide."""
    return _holders(("admin",))


def _holders(roles: tuple[str, ...]) -> tuple[Recipient, ...]:
    found = (person for role in roles for person in accounts.holders(role, "everywhere", ""))
    return accounts.recipients(list(dict.fromkeys(found)))


def decided(event: ClaimMoved) -> bool:
    """Tell whether nobody need be woken about a claim any more."""
    state = session.scalar(select(Claim.state).where(Claim.id == UUID(event.claim_id)))
    return event.state != ClaimState.ESCALATED or state != ClaimState.ESCALATED


def context(event: ClaimMoved | ClaimSaid | ClaimUnpaid) -> Mapping[str, Any]:
    """Return what letters about a claim say; ``state`` is the one that the letter is about."""
    claim = row_of(UUID(event.claim_id))
    state = getattr(event, "state", claim.state)
    said = getattr(event, "message_id", None)
    body = session.scalar(select(ClaimMessage.body).where(ClaimMessage.id == UUID(said))) if said else ""
    return {
        "code": claim.shown_code,
        "seller": sellers.sellers([claim.seller_id])[claim.seller_id].name,
        "state": state,
        "now": state == claim.state,
        "why": DETAILS.get(getattr(event, "why", ""), ""),
        "by_role": getattr(event, "by_role", ""),
        "reason": REASONS[claim.reason],
        "wish": WISHES[claim.wish],
        "wished": claim.wished,
        "worth": claim.worth,
        "offer": claim.offer,
        "offered": claim.offered,
        "decision": claim.decision,
        "sent_back": claim.sent_back,
        "replacement": claim.replacement,
        "refunded": claim.refunded,
        "until": claim.due_at if state == claim.state else None,
        "ending": ENDINGS.get(state, ""),
        "body": body,
        "buyer_path": f"/pesanan/{claim.code}/keluhan/{claim.number}?token={page_token(UUID(event.order_id))}",
        "seller_path": f"/lapak/keluhan/{claim.id}",
        "desk_path": f"/program/keluhan/{claim.id}",
    }
