"""Writing down letters before and after the call, so that a crash between the two makes at most a second one."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, update
from sqlalchemy.dialects.postgresql import insert

from marketplace.kernel import clock, ids
from marketplace.kernel.db import session, transactional
from marketplace.notifications.models import Mail

MOST_DOUBTS = 2


@dataclass(frozen=True)
class Letter:
    """What identifies one letter, whatever happens: its Message-ID, whom it goes to and what it is about."""

    message_id: str
    address: str
    template: str


@transactional
def begin(letter: Letter) -> bool:
    """Note that the letter is about to go; False when it must not: it went already, or was begun twice without an end."""
    held = Mail.__table__.c
    noted = (
        insert(Mail)
        .values(
            id=ids.uuid7(),
            message_id=letter.message_id,
            to_hash=ids.token_hash(letter.address),
            template=letter.template,
            state="sending",
            doubtful=1,
            at=clock.now(),
        )
        .on_conflict_do_update(
            index_elements=["message_id"],
            set_={"state": "sending", "doubtful": held.doubtful + 1},
            where=held.state.in_(("sending", "refused")) & (held.doubtful < MOST_DOUBTS),
        )
        .returning(held.id)
    )
    if session.execute(noted).one_or_none() is not None:
        return True
    _write(letter, "given_up", Mail.state == "sending", {})
    return False


@transactional
def went(letter: Letter) -> None:
    """Note that the server took the letter."""
    _write(letter, "sent", Mail.state == "sending", {"sent_at": clock.now()})


@transactional
def refused(letter: Letter) -> None:
    """Note that the server certainly did not take the letter, so this beginning leaves no doubt behind."""
    _write(letter, "refused", Mail.state == "sending", {"doubtful": Mail.doubtful - 1})


@transactional
def came_back(letter: Letter) -> None:
    """Note that nobody has this address: somebody mistyped it, and no further try would change that."""
    _write(letter, "no_mailbox", Mail.state == "sending", {})


def _write(letter: Letter, state: str, only: ColumnElement[bool], more: dict[str, object]) -> None:
    session.execute(
        update(Mail)
        .where(Mail.message_id == letter.message_id, only)
        .values(state=state, **more)
        .execution_options(synchronize_session=False)
    )
