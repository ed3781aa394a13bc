"""Writing down what is told before and after the call, so that a crash between the two makes at most a second one."""

import hashlib
import hmac
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import ColumnElement, update
from sqlalchemy.dialects.postgresql import insert

from marketplace.kernel import clock, ids
from marketplace.kernel.db import session, transactional
from marketplace.kernel.plugin import current
from marketplace.notifications.models import Mail
from marketplace.notifications.slots import MAIL

MOST_DOUBTS = 2
LONGEST_RESULT = 100


@dataclass(frozen=True, kw_only=True)
class Told:
    """What identifies one thing told, whatever happens: its key, whom it goes to by which channel, and what it is about.

    ``delivery`` is that of the event whose words it has, ``why`` the reason of whoever had it told again.
    """

    key: str
    address: str = field(repr=False)
    template: str
    channel: str = MAIL
    kind: str = ""
    ref: str = ""
    person_id: UUID | None = None
    delivery: UUID | None = None
    why: str | None = None


def mark_of(channel: str, address: str) -> str:
    """Return what the log keeps of an address.

    Numbers are few enough to try them all, so that the mark of whatever is no e-mail address hangs on our secret.
    """
    if channel == MAIL:
        return ids.token_hash(address)
    secret = current().settings.secret_key.encode()
    return hmac.new(secret, f"notifications.{channel}:{address}".encode(), hashlib.sha256).hexdigest()


@transactional
def begin(told: Told) -> bool:
    """Note that something is about to go; False when it must not: it went already, or was begun twice without an end."""
    held = Mail.__table__.c
    noted = (
        insert(Mail)
        .values(**_row(told), state="sending", tries=1, doubtful=1)
        .on_conflict_do_update(
            index_elements=["message_id"],
            set_={"state": "sending", "tries": held.tries + 1, "doubtful": held.doubtful + 1},
            where=held.state.in_(("sending", "refused")) & (held.doubtful < MOST_DOUBTS),
        )
        .returning(held.id)
    )
    if session.execute(noted).one_or_none() is not None:
        return True
    _write(told, "given_up", Mail.state == "sending", {})
    return False


@transactional
def went(told: Told) -> None:
    """Note that the other side took it."""
    _write(told, "sent", Mail.state == "sending", {"sent_at": clock.now(), "result": ""})


@transactional
def refused(told: Told, result: str = "") -> None:
    """Note that the other side certainly did not take it, so this beginning leaves no doubt; ``result`` names no person."""
    held = {"doubtful": Mail.doubtful - 1, "result": result[:LONGEST_RESULT]}
    _write(told, "refused", Mail.state == "sending", held)


@transactional
def came_back(told: Told, result: str = "") -> None:
    """Note that nobody has this address: somebody mistyped it, and no further try would change that."""
    _write(told, "no_mailbox", Mail.state == "sending", {"result": result[:LONGEST_RESULT]})


def noted_inside(told: Told) -> None:
    """Note what is put into our own database, in the transaction that puts it there."""
    now = clock.now()
    row = insert(Mail).values(**_row(told), state="sent", tries=1, doubtful=0, sent_at=now)
    session.execute(row.on_conflict_do_nothing(index_elements=["message_id"]))


def _row(told: Told) -> dict[str, object]:
    return {
        "id": ids.uuid7(),
        "message_id": told.key,
        "to_hash": mark_of(told.channel, told.address),
        "template": told.template,
        "channel": told.channel,
        "kind": told.kind,
        "ref": told.ref,
        "person_id": told.person_id,
        "delivery_id": told.delivery,
        "why": told.why,
        "result": "",
        "at": clock.now(),
    }


def _write(told: Told, state: str, only: ColumnElement[bool], more: dict[str, object]) -> None:
    session.execute(
        update(Mail)
        .where(Mail.message_id == told.key, only)
        .values(state=state, **more)
        .execution_options(synchronize_session=False)
    )
