"""Refunds: taken in the transaction that decides them, sent outside of it, written down as the gateway answers (R7)."""

from datetime import timedelta
from uuid import UUID

import structlog
from sqlalchemy import bindparam, select, text, update

from marketplace.kernel import clock, crash
from marketplace.kernel.access import SYSTEM, Actor
from marketplace.kernel.audit import audit
from marketplace.kernel.db import session, transactional
from marketplace.kernel.errors import Conflict, NotFound
from marketplace.kernel.ids import uuid7
from marketplace.kernel.machine import record_move
from marketplace.kernel.money import Rupiah
from marketplace.kernel.outbox import emit
from marketplace.kernel.words import _
from marketplace.payments import queries
from marketplace.payments.events import RefundFailed, RefundFound, RefundSucceeded, RefundTaken
from marketplace.payments.models import Charge, Refund, RefundState
from marketplace.payments.services.calling import calling_out, installed
from marketplace.payments.services.ledger import Posting, draw, post, reverse
from marketplace.payments.services.rounds import go_round
from marketplace.payments.slots import (
    Gateway,
    GatewayRefusedError,
    GatewayUnavailableError,
    RefundOutcome,
    RefundRequest,
    RefundStanding,
)

CALLED = "payments.services.refunds.send:called"
STREAM = "payments"
FORGETS = timedelta(hours=24)
"""After this long a gateway may have forgotten a key (R3.3)."""
UNANSWERED = timedelta(seconds=30)
AT_PROVIDER, BY_HAND = "provider", "returned"
"""Causes of refunds that were not asked for here: the provider told of it, or a person noted it."""
crash.declare(CALLED)
log = structlog.get_logger()

# The one way money of a charge comes to be paid back (R7.1): what was paid is the limit, whoever asks and how many at once.
TAKE = text("""
UPDATE payments_charges SET refunded_idr = refunded_idr + :amount
WHERE id = :charge AND state IN ('settled', 'surplus') AND refunded_idr + :amount <= amount_idr AND disputed_idr = 0
RETURNING reference, gateway
""")
GIVE_BACK = text("""
UPDATE payments_charges SET refunded_idr = refunded_idr - :amount
WHERE id = :charge AND refunded_idr >= :amount RETURNING reference, gateway
""")
LOCK = select(Refund).where(Refund.id == bindparam("refund")).with_for_update()


@transactional
def take(charge_id: UUID, amount: Rupiah, cause: str, *, by: Actor, why: str = "") -> UUID:
    """Decide that money of a charge goes back, and return the refund; it is sent once the transaction stands.

    Part of the caller's transaction, who gives the money to ``ref:`` there if it was given on to sellers; else the end of
    the transaction raises Conflict ``short``. Raises NotFound, and Conflict: ``state`` when no money of the charge is here,
    ``too_much`` with what is left, ``disputed`` while a bank asks about it, and after it was lost.
    """
    reference, _gateway = _guarded(charge_id, amount)
    refund_id = _written(charge_id, amount, RefundState.TAKEN, cause, ours=True, by=by, why=why)
    post(_taking(refund_id, reference, amount))
    emit(_told(RefundTaken, refund_id, charge_id, reference, amount, cause))
    return refund_id


@transactional
def take_rest(charge_id: UUID, cause: str, *, by: Actor, why: str = "") -> UUID | None:
    """Take all that is left of a charge, see ``take``; None when nothing is left."""
    here = select(Charge.amount_idr, Charge.refunded_idr).where(Charge.id == charge_id).with_for_update()
    found = session.execute(here).one_or_none()
    if found is None:
        raise NotFound
    rest = found.amount_idr - found.refunded_idr
    return take(charge_id, rest, cause, by=by, why=why) if rest else None


def send(refund_id: UUID) -> None:
    """Ask the gateway to pay a refund back, or how one stands that is on its way; harmless when that is known.

    Raises GatewayUnavailableError: nothing is known then, and whoever comes next asks under the same key.
    """
    refund = queries.refund(refund_id)
    if refund.state not in (RefundState.TAKEN, RefundState.SENT):
        return
    gateway = installed(refund.gateway)
    calling_out()
    if refund.state == RefundState.SENT and refund.provider_ref is not None:
        standing: RefundStanding | None = gateway.fetch_refund(refund.provider_ref)
    else:
        standing = _asked(gateway, refund)
    if standing is not None:
        crash.point(CALLED)
        record(refund_id, standing)


def _asked(gateway: Gateway, refund: queries.Refund) -> RefundStanding | None:
    forgotten = refund.tried_at is not None and refund.tried_at <= clock.now() - FORGETS
    request = _request(refund, refund.attempt)
    if forgotten:
        known = gateway.find_refund(request)
        if known is not None:
            return known
        request = _request(refund, refund.attempt + 1)
    _trying(refund.id, request.attempt, forgotten)
    now = queries.refund(refund.id)
    calling_out()
    if (now.state, now.attempt) != (RefundState.TAKEN, request.attempt):
        # Somebody else was quicker, and under another key the gateway would pay back once more.
        return None
    try:
        return gateway.refund(request)
    except GatewayRefusedError as refused:
        # Where an answer was lost, to us or to another worker, the refusal may mean that it is done already.
        return gateway.find_refund(request) or RefundStanding(
            provider_ref="",
            key=request.key,
            payment_ref=refund.payment_ref or "",
            amount=refund.amount,
            currency=refund.currency,
            outcome=RefundOutcome.FAILED,
            cause=str(refused),
        )


def _request(refund: queries.Refund, attempt: int) -> RefundRequest:
    return RefundRequest(
        key=str(refund.id),
        attempt=attempt,
        provider_ref=refund.session_ref or "",
        payment_ref=refund.payment_ref,
        amount=refund.amount,
        currency=refund.currency,
        reason=refund.cause,
    )


TRYING = text("""
UPDATE payments_refunds SET attempt = :attempt, tried_at = :now
WHERE id = :refund AND state = 'taken' AND (tried_at IS NULL OR (:anew AND attempt = :attempt - 1))
""")


@transactional
def _trying(refund_id: UUID, attempt: int, anew: bool) -> None:  # noqa: FBT001 - private
    """Keep since when the gateway knows the key of this attempt, before it is told."""
    session.execute(TRYING, {"refund": refund_id, "attempt": attempt, "now": clock.now(), "anew": anew})


@transactional
def record(refund_id: UUID, standing: RefundStanding, *, by: Actor = SYSTEM, why: str = "") -> str:
    """Move a refund forward by what its gateway knows, and return its state then; repeats and late news change nothing.

    Raises ValueError for an amount that is not the refund's: then a person must look.
    """
    known = queries.refund(refund_id)
    to = RefundState(standing.outcome)
    # The charge before the refund, as everywhere.
    session.execute(select(Charge.id).where(Charge.id == known.charge_id).with_for_update())
    refund = session.execute(LOCK, {"refund": refund_id}).scalar_one()
    was = RefundState(refund.state)
    if not Refund.machine.allows(was, to):
        return was
    if (standing.amount, standing.currency) != (known.amount, known.currency):
        message = f"the gateway tells of {standing.amount} {standing.currency} for the refund {refund_id}"
        raise ValueError(message)
    refund.move(to, by=by, why=why or standing.cause, provider_ref=standing.provider_ref or refund.provider_ref)
    if to is RefundState.SUCCEEDED:
        place = "bank" if was is RefundState.BY_HAND else queries.place(known.gateway)
        post(_back(refund_id, f"refund:{refund_id}", place, known.reference, known.amount))
        emit(_told(RefundSucceeded, refund_id, known.charge_id, known.reference, known.amount, known.cause))
    elif to is RefundState.FAILED:
        session.execute(GIVE_BACK, {"charge": known.charge_id, "amount": known.amount.amount}).one()
        reverse(f"refunded:{refund_id}", kind="undone")
        reverse(f"take:{refund_id}", kind="undone")
        # What the programme bore of one that was found; whoever bore the rest gives it back to those it was taken from.
        reverse(f"assign:{refund_id}:loss", kind="unassigned")
        log.error("refund failed", refund=str(refund_id), charge=str(known.charge_id), cause=standing.cause)
        emit(_told(RefundFailed, refund_id, known.charge_id, known.reference, known.amount, standing.cause))
    _audited(refund_id, known.charge_id, known.amount, f"refund.{to}", why or standing.cause, by=by, was=was)
    return to


def take_in(charge_id: UUID, standing: RefundStanding, *, by: Actor = SYSTEM) -> None:
    """Move on by what a gateway knows of a refund of a charge: one that we asked for is known by its key, see ``found``."""
    ours = queries.refund_of_key(charge_id, standing.key)
    if ours is not None:
        record(ours, standing, by=by)
    else:
        found(charge_id, standing, by=by)


@transactional
def found(charge_id: UUID, standing: RefundStanding, *, by: Actor = SYSTEM) -> None:
    """Write down a refund that was made at the provider without us, once; one that is not done yet is left for later news.

    Raises Conflict ``too_much`` while refunds of ours take up the room; one of the two will fail at the gateway.
    """
    session.execute(select(Charge.id).where(Charge.id == charge_id).with_for_update())
    same = select(Refund.id).where(Refund.charge_id == charge_id, Refund.provider_ref == standing.provider_ref)
    known = session.scalar(same)
    if known is not None:
        record(known, standing, by=by)
    elif standing.outcome is RefundOutcome.SUCCEEDED and not _noted_before(charge_id, standing):
        outside(charge_id, standing.amount, AT_PROVIDER, provider_ref=standing.provider_ref, by=by, why=standing.cause)


def _noted_before(charge_id: UUID, standing: RefundStanding) -> bool:
    # A person noted it before the provider told us: it is the same money.
    noted = select(Refund.id).where(
        Refund.charge_id == charge_id,
        Refund.cause == BY_HAND,
        Refund.state == RefundState.SUCCEEDED,
        Refund.provider_ref.is_(None),
        Refund.amount_idr == standing.amount,
    )
    first = noted.order_by(Refund.id).limit(1).scalar_subquery()
    named = update(Refund).where(Refund.id == first).values(provider_ref=standing.provider_ref).returning(Refund.id)
    return session.execute(named.execution_options(synchronize_session=False)).one_or_none() is not None


def outside(
    charge_id: UUID, amount: Rupiah, cause: str, *, by: Actor, why: str = "", provider_ref: str | None = None
) -> UUID:
    """Write down money of a charge that went back without us; it came from its reference if that has so much.

    Raises NotFound, and Conflict ``state`` or ``too_much`` like ``take``.
    """
    reference, gateway = _guarded(charge_id, amount)
    refund_id = _written(
        charge_id, amount, RefundState.SUCCEEDED, cause, ours=False, by=by, why=why, provider_ref=provider_ref
    )
    place = queries.place(gateway)
    try:
        draw(_back(refund_id, f"ref:{reference}", place, reference, amount))
    except Conflict:
        log.warning("refund of money that was given on", refund=str(refund_id), charge=str(charge_id))
        post(_back(refund_id, "suspense", place, reference, amount))
    emit(_told(RefundFound, refund_id, charge_id, reference, amount, cause))
    return refund_id


@transactional
def note_sent(refund_id: UUID, why: str, *, by: Actor) -> None:
    """Note that a person paid a refund back that its gateway could not send. Raises NotFound, Conflict ``state``."""
    refund = queries.refund(refund_id)
    done = RefundStanding(
        provider_ref="",
        key=str(refund_id),
        payment_ref="",
        amount=refund.amount,
        currency=refund.currency,
        outcome=RefundOutcome.SUCCEEDED,
    )
    if refund.state != RefundState.BY_HAND or record(refund_id, done, by=by, why=why) != RefundState.SUCCEEDED:
        raise Conflict("state", _("This refund does not wait for a person."), state=refund.state)


def complete_refunds(within: timedelta | None = None) -> int:
    """Send what a crash or an outage left, and ask about what is on its way; return for how many that went well."""
    return go_round(queries.unanswered_refunds(clock.now() - UNANSWERED), _tried, within)[1]


def _tried(refund_id: UUID) -> bool:
    try:
        send(refund_id)
    except GatewayUnavailableError as failure:
        log.warning("gateway unavailable", refund=str(refund_id), error=str(failure))
        return False
    return True


def _guarded(charge_id: UUID, amount: Rupiah) -> tuple[str, str]:
    if amount.amount <= 0:
        message = "a refund is more than nothing"
        raise ValueError(message)
    taken = session.execute(TAKE, {"charge": charge_id, "amount": amount.amount}).one_or_none()
    if taken is not None:
        return taken.reference, taken.gateway
    charge = queries.charge(charge_id)
    if charge.state not in ("settled", "surplus"):
        raise Conflict("state", _("No money of this payment is here to be paid back."), state=charge.state)
    if charge.disputed:
        raise Conflict("disputed", _("The bank of who paid asks about this payment; nothing is paid back meanwhile."))
    left = charge.amount - charge.refunded
    raise Conflict("too_much", _("Less than that is left of this payment to be paid back."), left=left.amount)


def _written(
    charge_id: UUID,
    amount: Rupiah,
    state: RefundState,
    cause: str,
    *,
    ours: bool,
    by: Actor,
    why: str,
    provider_ref: str | None = None,
) -> UUID:
    refund_id = uuid7()
    session.add(
        Refund(
            id=refund_id,
            state=state,
            charge_id=charge_id,
            amount_idr=amount,
            cause=cause,
            why=why,
            requested_by=by.reference,
            ours=ours,
            provider_ref=provider_ref,
            asked_at=clock.now(),
        )
    )
    session.flush()
    record_move(Refund.__tablename__, refund_id, "", state, by=by, why=why or cause)
    _audited(refund_id, charge_id, amount, f"refund.{state}", why or cause, by=by)
    return refund_id


def _taking(refund_id: UUID, reference: str, amount: Rupiah) -> Posting:
    return Posting(
        id=f"take:{refund_id}",
        debit=f"ref:{reference}",
        credit=f"refund:{refund_id}",
        amount=amount,
        kind="refund_taken",
        ref=reference,
    )


def _back(refund_id: UUID, source: str, place: str, reference: str, amount: Rupiah) -> Posting:
    return Posting(
        id=f"refunded:{refund_id}",
        debit=source,
        credit=f"at:{place}",
        amount=amount,
        kind="refunded",
        ref=reference,
    )


Told = type[RefundTaken] | type[RefundSucceeded] | type[RefundFailed] | type[RefundFound]


def _told(
    event: Told, refund_id: UUID, charge_id: UUID, reference: str, amount: Rupiah, cause: str
) -> RefundTaken | RefundSucceeded | RefundFailed | RefundFound:
    return event(
        refund_id=str(refund_id),
        charge_id=str(charge_id),
        reference=reference,
        amount_idr=amount.amount,
        cause=cause,
    )


def _audited(
    refund_id: UUID, charge_id: UUID, amount: Rupiah, action: str, why: str, *, by: Actor, was: str = ""
) -> None:
    after = {"charge": str(charge_id), "amount_idr": amount.amount, "why": why}
    audit(STREAM, action, f"refund:{refund_id}", by=by, before={"state": was} if was else {}, after=after)
