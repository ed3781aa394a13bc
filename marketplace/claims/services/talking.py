"""The thread of a claim: words and photos of its three sides."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from marketplace.claims.events import ClaimSaid
from marketplace.claims.forms import MessageIn
from marketplace.claims.models import ENDS, Claim, ClaimMessage, ClaimPhoto, Role
from marketplace.claims.policies import DECIDE
from marketplace.claims.services.photos import enough, hang
from marketplace.claims.services.steps import MEANWHILE, locked, locked_own, locked_team
from marketplace.kernel import clock, limits
from marketplace.kernel.access import Actor
from marketplace.kernel.db import session, transactional
from marketplace.kernel.errors import Conflict
from marketplace.kernel.ids import uuid7
from marketplace.kernel.outbox import emit

MOST_MESSAGES, WINDOW = 40, timedelta(hours=1)


def write(claim_id: UUID, role: Role, body: str, photos: Sequence[UUID] = (), *, by: Actor) -> UUID:
    """Write a message into a thread; part of the caller's transaction, which has locked or made the claim."""
    author = by.reference if by.signed_in else f"guest:{by.guest_key}"
    message = ClaimMessage(id=uuid7(), claim_id=claim_id, role=role, author=author, body=body, at=clock.now())
    session.add(message)
    session.flush()
    if photos:
        hang(message.id, photos)
    return message.id


def say_as_buyer(
    code: str, number: int, data: MessageIn, *, by: Actor, token: str = "", photos: Sequence[UUID] = ()
) -> None:
    """Write into the thread of a claim of the actor's own order. Raises as ``_say``, and NotFound."""
    _said_too_much(by)
    _as_buyer(code, number, data, by=by, token=token, photos=photos)


@transactional
def _as_buyer(code: str, number: int, data: MessageIn, *, by: Actor, token: str, photos: Sequence[UUID]) -> None:
    claim, _part = locked_own(code, number, by, token)
    _say(claim, Role.BUYER, data, photos, by=by)


def say_as_team(claim_id: UUID, data: MessageIn, *, by: Actor, photos: Sequence[UUID] = ()) -> None:
    """Write into the thread of a claim about one of the actor's shops. Raises as ``_say``, and NotFound."""
    _said_too_much(by)
    _as_team(claim_id, data, by=by, photos=photos)


@transactional
def _as_team(claim_id: UUID, data: MessageIn, *, by: Actor, photos: Sequence[UUID]) -> None:
    claim, _part = locked_team(claim_id, by)
    _say(claim, Role.SELLER, data, photos, by=by)


@transactional
def say_as_desk(claim_id: UUID, data: MessageIn, *, by: Actor, photos: Sequence[UUID] = ()) -> None:
    """Write into the thread of any claim, as the programme. Raises as ``_say``, NotAllowed and NotFound."""
    by.require(DECIDE, None)
    claim, _part = locked(claim_id)
    _say(claim, Role.DESK, data, photos, by=by)


def _said_too_much(by: Actor) -> None:
    who = by.reference if by.signed_in else f"guest:{by.guest_key}"
    limits.take(limits.Try("claims.messages", who, MOST_MESSAGES, WINDOW))


def _say(claim: Claim, role: Role, data: MessageIn, photos: Sequence[UUID], *, by: Actor) -> None:
    """Write a message; the same as the last one is a button pressed twice.

    Raises Conflict ``state`` once the claim has ended, and Invalid beside ``photo``.
    """
    last = session.execute(
        select(ClaimMessage.role, ClaimMessage.body, ClaimMessage.id)
        .where(ClaimMessage.claim_id == claim.id)
        .order_by(ClaimMessage.id.desc())
        .limit(1)
    ).one()
    if (last.role, last.body) == (role, data.pesan) and not _news(last.id, photos):
        return
    if claim.state in ENDS:
        raise Conflict("state", MEANWHILE, state=claim.state)
    enough(len(photos))
    message_id = write(claim.id, role, data.pesan, photos, by=by)
    emit(
        ClaimSaid(
            message_id=str(message_id),
            claim_id=str(claim.id),
            order_id=str(claim.order_id),
            seller_id=str(claim.seller_id),
            by_role=role,
        )
    )


def _news(message_id: UUID, photos: Sequence[UUID]) -> bool:
    """Tell whether photos come that the message does not show; those of a second press are taken in anew, as many again."""
    shown = session.scalars(select(ClaimPhoto.picture_id).where(ClaimPhoto.message_id == message_id)).all()
    return len(shown) != len(photos)
