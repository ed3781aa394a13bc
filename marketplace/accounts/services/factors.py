"""The second factor: codes from an app, ten codes for the day the phone is gone, and the way in with either (R14.3, R14.4)."""

import base64
import secrets
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, insert, update
from sqlalchemy.dialects.postgresql import insert as upsert

from marketplace.accounts import policies
from marketplace.accounts.events import SecondFactorChanged
from marketplace.accounts.models import Link, RecoveryCode, SecondFactor
from marketplace.accounts.queries import factors, totp
from marketplace.accounts.services.known import known
from marketplace.accounts.services.people import prove
from marketplace.accounts.services.sessions import Opened, arrive, end_all, open_session
from marketplace.kernel import clock, ids, limits
from marketplace.kernel.access import Actor
from marketplace.kernel.audit import audit
from marketplace.kernel.db import session, transactional
from marketplace.kernel.errors import Invalid, NotFound
from marketplace.kernel.outbox import emit
from marketplace.kernel.words import Words, _

CODES = 10
CODE_BYTES = 10
"""Eighty bits, so that the hash alone keeps them: nobody can try them all."""
GROUP = 4
WINDOW, DAY = timedelta(minutes=15), timedelta(days=1)
MOST_WRONG = {"asked": 5, "address": 60, "account": 10, "day": 50, "browser": 10}
"""Wrong codes for one sign-in, from an address, for a person in a window and in a day, and in a browser they came in before.

Only who has the password can use these up, and a known browser is counted by itself: there its person is never kept out.
"""


def open_by_second(token: str, code: str, *, address: str, by: Actor, browser: str = "") -> Opened:
    """Open the session that a right password asked a second factor for: with the app's code or a recovery code, each once.

    Raises Invalid for a wrong or used code and for a sign-in older than ten minutes, TooMany when tries are used up.
    """
    person_id = factors.asked_person(token)
    if person_id is None:
        raise Invalid({"": _("This sign-in took too long. Begin again with your password.")})
    own = known(browser, person_id)
    counted = {"account": str(person_id), "day": str(person_id)} if own is None else {"browser": own}
    counted |= {"asked": ids.token_hash(token), "address": address}
    tries = [
        limits.Try(f"accounts.second.{name}", who, MOST_WRONG[name], DAY if name == "day" else WINDOW)
        for name, who in counted.items()
    ]
    limits.take(*tries)
    opened = _open(person_id, token, code, by)
    if opened is None:
        raise Invalid({"code": _wrong()})
    limits.give_back(*tries)
    return opened


@transactional
def _open(person_id: UUID, token: str, code: str, by: Actor) -> Opened | None:
    if not _use(person_id, code):
        return None
    closed = session.scalar(
        update(Link)
        .where(Link.token_hash == ids.token_hash(token), Link.closed.is_(False))
        .values(closed=True)
        .returning(Link.id)
        .execution_options(synchronize_session=False)
    )
    return None if closed is None else arrive(person_id, by)


def set_up(
    setup: UUID, code: str, *, password: str, present: str = "", by: Actor, address: str
) -> tuple[Opened, tuple[str, ...]]:
    """Take the secret of a set-up page for the actor's own, in the place of the present one if there is one.

    Proved by its first ``code``, the password, and a code of the ``present`` factor. All sessions end; returns the new one of
    this browser and ten recovery codes, which nobody can read again. Raises NotFound, Invalid by field, TooMany.
    """
    person_id = _person(by)
    prove(password, by=by, address=address)
    secret = factors.secret_to_be(setup, person_id)
    tries = _count(person_id)
    step = totp.step_meant(secret, _bare(code), clock.now())
    if step is None:
        raise Invalid(
            {"code": _("This is not the code that your app shows for this key. Wait for the next one and type it.")}
        )
    done = _take(person_id, secret, step, present, by)
    if done is None:
        raise Invalid({"present": _wrong()})
    limits.give_back(*tries)
    return done


@transactional
def _take(person_id: UUID, secret: bytes, step: int, present: str, by: Actor) -> tuple[Opened, tuple[str, ...]] | None:
    renewed = factors.second_factor(person_id) is not None
    if renewed and not _use(person_id, present):
        return None
    keep_secret(person_id, secret, step=step)
    codes = _new_codes(person_id)
    _tell(person_id, "renew second factor" if renewed else "set up second factor", "renewed" if renewed else "set", by)
    end_all(person_id)
    return open_session(person_id), codes


def keep_secret(person_id: UUID, secret: bytes, *, step: int = 0) -> None:
    """Write a person's secret, sealed; codes of steps up to ``step`` count as used. Part of the caller's transaction."""
    values = {
        "secret_sealed": factors.SEALING.seal(secret, str(person_id)),
        "last_step": step,
        "since": clock.now(),
    }
    session.execute(
        upsert(SecondFactor)
        .values(person_id=person_id, **values)
        .on_conflict_do_update(index_elements=["person_id"], set_=values)
    )


def renew_codes(password: str, code: str, *, by: Actor, address: str) -> tuple[str, ...]:
    """Give the actor ten new recovery codes and drop the old ones. Raises NotFound, Invalid by field, TooMany."""
    person_id = _person(by)
    prove(password, by=by, address=address)
    tries = _count(person_id)
    codes = _renew(person_id, code, by)
    if codes is None:
        raise Invalid({"code": _wrong()})
    limits.give_back(*tries)
    return codes


@transactional
def _renew(person_id: UUID, code: str, by: Actor) -> tuple[str, ...] | None:
    if not _use(person_id, code):
        return None
    _tell(person_id, "renew recovery codes", "codes", by)
    return _new_codes(person_id)


def take_away(password: str, code: str, *, by: Actor, address: str) -> None:
    """Take the actor's own second factor away, by password and code. Raises NotFound, Invalid by field, TooMany."""
    person_id = _person(by)
    prove(password, by=by, address=address)
    tries = _count(person_id)
    if not _drop_own(person_id, code, by):
        raise Invalid({"code": _wrong()})
    limits.give_back(*tries)


@transactional
def _drop_own(person_id: UUID, code: str, by: Actor) -> bool:
    if not _use(person_id, code):
        return False
    drop(person_id)
    _tell(person_id, "remove second factor", "removed", by)
    return True


@transactional
def reset_factor(person_id: UUID, why: str, *, by: Actor) -> None:
    """Take somebody's second factor away who lost it: their sessions end, and they are told. Audited with the reason.

    Raises NotAllowed, NotFound for somebody who has none.
    """
    by.require(policies.RESET_FACTOR, str(person_id))
    if factors.second_factor(person_id) is None:
        raise NotFound
    drop(person_id)
    end_all(person_id)
    _tell(person_id, "reset second factor", "reset", by, why)


def drop(person_id: UUID) -> None:
    """Delete a person's secret and recovery codes; part of the caller's transaction."""
    for table in (RecoveryCode, SecondFactor):
        session.execute(delete(table).where(table.person_id == person_id).execution_options(synchronize_session=False))


def _use(person_id: UUID, typed: str) -> bool:
    """Use a code up: of two at once only one gets it."""
    bare = _bare(typed)
    secret = factors.secret_of(person_id)
    step = totp.step_meant(secret, bare, clock.now()) if secret is not None else None
    if step is not None:
        used = (
            update(SecondFactor)
            .where(SecondFactor.person_id == person_id, SecondFactor.last_step < step)
            .values(last_step=step)
            .returning(SecondFactor.person_id)
        )
        return session.scalar(used.execution_options(synchronize_session=False)) is not None
    spent = (
        update(RecoveryCode)
        .where(
            RecoveryCode.person_id == person_id,
            RecoveryCode.code_hash == ids.token_hash(bare),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=clock.now())
        .returning(RecoveryCode.id)
    )
    if session.scalar(spent.execution_options(synchronize_session=False)) is None:
        return False
    emit(SecondFactorChanged(person_id=str(person_id), what="spent"))
    return True


def _bare(typed: str) -> str:
    return "".join(sign for sign in typed.upper() if sign.isalnum())


def _new_codes(person_id: UUID) -> tuple[str, ...]:
    bare = [base64.b32encode(secrets.token_bytes(CODE_BYTES)).decode() for _turn in range(CODES)]
    session.execute(
        delete(RecoveryCode).where(RecoveryCode.person_id == person_id).execution_options(synchronize_session=False)
    )
    session.execute(
        insert(RecoveryCode),
        [{"id": ids.uuid7(), "person_id": person_id, "code_hash": ids.token_hash(one)} for one in bare],
    )
    return tuple("-".join(one[at : at + GROUP] for at in range(0, len(one), GROUP)) for one in bare)


def _count(person_id: UUID) -> list[limits.Try]:
    tries = [limits.Try("accounts.second.own", str(person_id), MOST_WRONG["account"], WINDOW)]
    limits.take(*tries)
    return tries


def _person(by: Actor) -> UUID:
    if by.kind != "person" or by.id is None:
        raise NotFound
    return by.id


def _tell(person_id: UUID, action: str, what: str, by: Actor, why: str = "") -> None:
    audit("accounts", action, f"person:{person_id}", by=by, after={"why": why} if why else {})
    emit(SecondFactorChanged(person_id=str(person_id), what=what))


def _wrong() -> Words:
    return _("This code is not right, or was used already. Wait for the next one, or use a recovery code.")
