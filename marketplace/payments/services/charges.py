"""Charges: planned in our transaction, opened at the gateway outside of it, moved forward by what the gateway knows."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import timedelta
from typing import cast
from uuid import UUID

import structlog
from sqlalchemy import Table, bindparam, select, update

from marketplace.kernel import clock, crash
from marketplace.kernel.access import SYSTEM, Actor
from marketplace.kernel.audit import audit
from marketplace.kernel.db import session, transactional
from marketplace.kernel.outbox import emit
from marketplace.kernel.plugin import current
from marketplace.payments import queries
from marketplace.payments.events import PaymentClosed, PaymentQuestioned, PaymentSettled
from marketplace.payments.models import Charge, ChargeState
from marketplace.payments.services import refunds
from marketplace.payments.services.calling import calling_out, installed
from marketplace.payments.services.ledger import Posting, post
from marketplace.payments.services.rounds import go_round
from marketplace.payments.slots import (
    ChargeRequest,
    GatewayRefusedError,
    GatewayUnavailableError,
    Opened,
    Outcome,
    Standing,
)

CALLED = "payments.services.reach:called"
STREAM = "payments"
UNANSWERED = timedelta(seconds=30)
"""After this long a charge without an answer is one that a crash left behind."""
UNTOLD = timedelta(minutes=2)
"""After this long without a webhook we ask by ourselves."""
RETURNED = "returned"
"""The cause of a charge whose money a person paid back at its gateway."""
REFUSED = "refused"
"""The cause of a charge that its gateway would not open."""
SECOND = "second_payment"
"""The cause of a charge that is surplus, and of the refund of it."""
RECEIVED = (ChargeState.SETTLED, ChargeState.SURPLUS)
"""States in which the money is here; what of it went back again is in ``refunded_idr``."""
crash.declare(CALLED)
log = structlog.get_logger()


def reach(charge: queries.Charge) -> queries.Charge:
    """Ask the gateway for the charge's session and keep its answer, if that has not happened yet.

    When the gateway cannot be reached the charge comes back without ``pay_path``; the completer tries again with the
    same key. One that the gateway refuses is closed: whatever came of it there, nobody was told how to pay it.
    """
    if charge.pay_path is not None or charge.state != ChargeState.OPENED:
        return charge
    calling_out()
    try:
        opened = installed(charge.gateway).open(requested(charge))
    except GatewayUnavailableError as failure:
        log.warning("gateway unavailable", gateway=charge.gateway, charge=str(charge.id), error=str(failure))
        return charge
    except GatewayRefusedError as refusal:
        log.warning("gateway refused", gateway=charge.gateway, charge=str(charge.id), cause=str(refusal))
        refuse(charge.id, str(refusal))
        return queries.charge(charge.id)
    crash.point(CALLED)
    keep(charge.id, opened)
    return charge.with_page(opened)


def requested(charge: queries.Charge) -> ChargeRequest:
    """Return what a gateway is told of a charge."""
    return ChargeRequest(
        key=str(charge.id),
        amount=charge.amount,
        currency=charge.currency,
        label=charge.label,
        return_path=charge.return_path,
        expires_at=charge.expires_at,
        attempt=charge.attempt,
        asked=charge.asked,
        begun_at=charge.created_at,
    )


_table = cast("Table", Charge.__table__)
KEEP = update(_table).where(_table.c.id == bindparam("charge"), _table.c.pay_path.is_(None))


@transactional
def keep(charge_id: UUID, opened: Opened) -> None:
    """Store where a charge can be paid; harmless when it is known already."""
    answer = {"provider_ref": opened.provider_ref, "pay_path": opened.pay_path}
    shown = asdict(opened.method) if opened.method else None
    session.execute(KEEP, {"charge": charge_id, "method": shown, **answer})


@transactional
def refuse(charge_id: UUID, why: str) -> None:
    """Close a charge that its gateway would not open; harmless when another worker got it opened."""
    charge = locked(charge_id)
    if charge.state == ChargeState.OPENED and charge.pay_path is None:
        charge.move(ChargeState.CLOSED, by=SYSTEM, why=why, closed_at=clock.now(), cause=REFUSED)
        emit(PaymentClosed(reference=charge.reference, charge_id=str(charge.id), cause=REFUSED))


def ask(charge_id: UUID) -> None:
    """Ask the gateway how a charge stands and move our facts forward. May be called by anyone, any number of times."""
    standing = fetched(queries.charge(charge_id))
    if standing is not None:
        take_in(charge_id, standing)


def take_in(charge_id: UUID, standing: Standing) -> None:
    """Record how a charge stands, and the refunds that its gateway told of in the same breath."""
    if record(charge_id, standing) in RECEIVED:
        for refund in standing.refunds:
            refunds.take_in(charge_id, refund)


def fetched(charge: queries.Charge) -> Standing | None:
    """Return what the gateway says now of a charge, for ``record``; None when there is nothing to ask.

    No transaction may be open. Raises GatewayUnavailableError, also when the gateway is not installed any more.
    """
    if charge.provider_ref is None or charge.state in RECEIVED:
        return None
    gateway = installed(charge.gateway)
    calling_out()
    return gateway.fetch(charge.provider_ref)


def close(charge_id: UUID) -> None:
    """End a charge at its gateway, then here; if it was paid meanwhile, it is settled instead (R4.4).

    Raises GatewayUnavailableError, also when the gateway is not installed any more: then nothing was let go.
    """
    standing = ended(queries.charge(charge_id))
    if standing is not None:
        record(charge_id, standing)


def ended(charge: queries.Charge) -> Standing | None:
    """End a charge at its gateway and return how it stands there then, for ``record``; None when it is not open any more.

    No transaction may be open. Raises as ``close`` does.
    """
    charge = reach(charge)
    if charge.state != ChargeState.OPENED:
        return None
    gateway = installed(charge.gateway)
    if charge.provider_ref is None:
        raise GatewayUnavailableError(charge.gateway)
    calling_out()
    return gateway.expire(charge.provider_ref)


@transactional
def record(charge_id: UUID, standing: Standing, *, by: Actor = SYSTEM) -> str:
    """Move a charge forward by what its gateway knows, and return its state then.

    Repeats and late news change nothing that is settled, or that was paid back by hand (R6.3).
    """
    charge = locked(charge_id)
    if charge.state in (*RECEIVED, ChargeState.REVIEW) or charge.cause == RETURNED:
        return charge.state
    if standing.outcome is Outcome.PAID:
        _accept(charge, standing, by)
    elif standing.outcome in (Outcome.EXPIRED, Outcome.FAILED) and charge.state == ChargeState.OPENED:
        cause = str(standing.outcome)
        charge.move(ChargeState.CLOSED, by=by, why=cause, closed_at=clock.now(), cause=cause)
        emit(PaymentClosed(reference=charge.reference, charge_id=str(charge.id), cause=cause))
    return charge.state


def expire_due(within: timedelta | None = None) -> int:
    """Close every charge whose time is over; return how many. Two at once do no harm.

    Here as in ``complete`` and ``check_open`` a schedule tells ``within`` what time to stop, see ``go_round``.
    """
    return go_round(queries.due_charges(clock.now()), lambda charge_id: _answered(close, charge_id), within)[1]


def complete(within: timedelta | None = None) -> int:
    """Open at their gateways the charges that a crash or an outage left without an answer; return how many."""
    left = queries.unanswered_charges(clock.now() - UNANSWERED)
    return go_round(left, lambda charge_id: reach(queries.charge(charge_id)).pay_path is not None, within)[1]


def check_open(within: timedelta | None = None) -> int:
    """Ask about open charges that no webhook has told of; return how many were asked about."""
    waiting = queries.waiting_charges(clock.now() - UNTOLD)
    return go_round(waiting, lambda charge_id: _answered(ask, charge_id), within)[0]


def _answered(act: Callable[[UUID], None], charge_id: UUID) -> bool:
    try:
        act(charge_id)
    except GatewayUnavailableError as failure:
        # Of this one nothing is known, and it stays as it is.
        log.warning("gateway unavailable", charge=str(charge_id), error=str(failure))
        return False
    return True


_OWN = select(Charge.reference).where(Charge.id == bindparam("charge")).scalar_subquery()
_LOCK = select(Charge).where(Charge.reference == _OWN).order_by(Charge.id).with_for_update()
_LOCK = _LOCK.execution_options(populate_existing=True)


def locked(charge_id: UUID) -> Charge:
    """Return a charge for writing; all of its reference are locked, so two payments are settled one after the other."""
    found: dict[UUID, Charge] = {one.id: one for one in session.scalars(_LOCK, {"charge": charge_id})}
    return found[charge_id]


def _accept(charge: Charge, standing: Standing, by: Actor) -> None:
    told = (standing.provider_ref, standing.key, standing.amount, standing.currency, standing.live)
    asked = charge.asked_idr or charge.amount_idr
    ours = (charge.provider_ref or standing.provider_ref, str(charge.id), asked, charge.currency)
    names = {"provider_ref": standing.provider_ref, "payment_ref": standing.payment_ref}
    if told != (*ours, current().settings.production):
        _question(charge, "disagrees", by)
    elif queries.settled_elsewhere(charge.reference, charge.id):
        _surplus(charge, names, by)
    else:
        settle(charge, names, by=by)


def settle(charge: Charge, names: Mapping[str, str | None] | None = None, *, by: Actor, why: str = "") -> None:
    """Take the money of a locked charge as the payment of its reference, tell it and write it down (R23.1)."""
    was = charge.state
    charge.move(ChargeState.SETTLED, by=by, why=why, settled_at=clock.now(), **(names or {}))
    _received(charge)
    written(charge, "charge.settled", was, why, by=by)
    emit(
        PaymentSettled(
            reference=charge.reference, charge_id=str(charge.id), amount_idr=charge.amount_idr.amount
        )
    )  # fmt: skip


def _surplus(charge: Charge, names: Mapping[str, str | None], by: Actor) -> None:
    """Take in money that is rightly paid and not needed: it goes back whole, with no person asked (R6.5)."""
    was = charge.state
    charge.move(ChargeState.SURPLUS, by=by, why=SECOND, cause=SECOND, settled_at=clock.now(), **names)
    _received(charge)
    written(charge, "charge.surplus", was, SECOND, by=by)
    refunds.take(charge.id, charge.amount_idr, SECOND, by=by)


def _received(charge: Charge) -> None:
    """Post what came in; what a transfer was asked for less, so that it is known by its sum, is our own cost."""
    asked = charge.asked_idr or charge.amount_idr
    ref, into = charge.reference, f"ref:{charge.reference}"
    post(
        Posting(
            id=f"pay:{charge.id}",
            debit=f"at:{queries.place(charge.gateway)}",
            credit=into,
            amount=asked,
            kind="charge",
            ref=ref,
        ),
        Posting(
            id=f"pay:{charge.id}:unique",
            debit="unique_amount",
            credit=into,
            amount=charge.amount_idr - asked,
            kind="unique_amount",
            ref=ref,
        ),
    )


def _question(charge: Charge, cause: str, by: Actor) -> None:
    was = charge.state
    charge.move(ChargeState.REVIEW, by=by, why=cause, cause=cause)
    written(charge, "charge.review", was, cause, by=by)
    log.error("payment in review", charge=str(charge.id), cause=cause)
    emit(PaymentQuestioned(reference=charge.reference, charge_id=str(charge.id), cause=cause))


def written(charge: Charge, action: str, was: str, why: str, *, by: Actor) -> None:
    """Write into the audit log what became of a charge's money."""
    after = {"state": charge.state, "reference": charge.reference, "amount_idr": charge.amount_idr.amount, "why": why}
    audit(STREAM, action, f"charge:{charge.id}", by=by, before={"state": was}, after=after)
