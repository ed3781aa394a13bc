"""Payouts: drawn from what is payable, approved by somebody else, sent, and paid or back again (R8.3)."""

from datetime import timedelta
from uuid import UUID

import structlog
from sqlalchemy import bindparam, select, text
from sqlalchemy.dialects.postgresql import insert

from marketplace.kernel import clock, crash
from marketplace.kernel.access import SYSTEM, Actor
from marketplace.kernel.audit import audit
from marketplace.kernel.db import session, transactional
from marketplace.kernel.errors import Conflict, NotFound
from marketplace.kernel.idempotency import Key
from marketplace.kernel.ids import short_code, uuid7
from marketplace.kernel.machine import record_move
from marketplace.kernel.money import Rupiah
from marketplace.kernel.outbox import emit
from marketplace.kernel.plugin import current
from marketplace.kernel.words import _
from marketplace.payments import policies, queries
from marketplace.payments.events import PayoutApproved, PayoutFailed, PayoutPaid
from marketplace.payments.models import AccountState, BankAccount, Payout, PayoutState
from marketplace.payments.services.calling import calling_out
from marketplace.payments.services.ledger import Posting, draw, post, reverse
from marketplace.payments.slots import (
    GatewayRefusedError,
    GatewayUnavailableError,
    Payer,
    PayoutOutcome,
    PayoutRequest,
    PayoutStanding,
)

CALLED = "payments.services.payouts.send_payout:called"
STREAM = "payments"
FORGETS = timedelta(hours=24)
"""After this long a payer may have forgotten a key (R3.3)."""
UNANSWERED = timedelta(minutes=1)
ASKED = "payments.ask_for_payout"
# Of two requests at once the second finds the first.
ONE_BY_ONE = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")
crash.declare(CALLED)
log = structlog.get_logger()
LOCK = (
    select(Payout).where(Payout.id == bindparam("payout")).with_for_update().execution_options(populate_existing=True)
)


@transactional
def request_payout(
    payee: str, amount: Rupiah, *, by: Actor, periodic: bool = False, confirmed: bool = False
) -> UUID | None:
    """Draw money of a payee and put it on its way to their account; return the payout.

    Up to ``PAYOUT_CONFIRM_IDR`` it is approved at once; above it, or where it must be ``confirmed``, somebody else must. The
    caller has asked whether ``by`` acts for the payee. None when the periodic payout of this day was made before. Raises
    Conflict: ``no_account`` without one that may be paid to, ``too_little`` below ``PAYOUT_LEAST_IDR``, ``short`` beyond what
    is payable.
    """
    account = _payable_account(payee)
    if amount < queries.least_payout():
        raise Conflict(
            "too_little", _("That is less than what is paid out at a time."), least=queries.least_payout().amount
        )
    payer = queries.payer_of(account.bank_code)
    if payer is None:
        raise Conflict("no_account", _("There is no bank account yet to which this can be paid."))
    payout_id, code, now = uuid7(), short_code(), clock.now()
    small = not confirmed and amount <= Rupiah(int(current().setting("PAYOUT_CONFIRM_IDR")))
    state = PayoutState.APPROVED if small else PayoutState.REQUESTED
    values = {
        "id": payout_id, "state": state, "code": code, "payee": payee, "amount_idr": amount, "periodic": periodic,
        "day": clock.today(), "requested_by": by.reference, "approved_by": SYSTEM.reference if small else None,
        "channel": payer.key, "account_id": account.id, "attempt": 1, "requested_at": now, "cause": "",
    }  # fmt: skip
    # Of two rounds of the schedule at the same moment one finds the other's payout.
    made = (
        insert(Payout)
        .values(values)
        .on_conflict_do_nothing(index_elements=["payee", "day"], index_where=text("periodic"))
    )
    if session.execute(made.returning(Payout.id)).one_or_none() is None:
        return None
    record_move(Payout.__tablename__, payout_id, "", PayoutState.REQUESTED, by=by)
    if small:
        record_move(Payout.__tablename__, payout_id, PayoutState.REQUESTED, state, by=SYSTEM, why="small")
        emit(PayoutApproved(payout_id=str(payout_id), payee=payee, amount_idr=amount.amount))
    _audited(payout_id, f"payout.{state}", {"payee": payee, "amount_idr": amount.amount, "code": code}, by=by)
    draw(_posting("payout", payout_id, code, amount, f"payable:{payee}", f"payout:{payout_id}"))
    return payout_id


@transactional
def ask_for_payout(payee: str, amount: Rupiah, *, key: Key, by: Actor) -> None:
    """Draw a sum that a payee asks for between the periodic payouts; an officer lets it go, however small it is.

    The same ``key`` asks once. Raises Invalid for a key of another request, and Conflict: ``open`` while another one that
    somebody asked for has not ended, and those of ``request_payout``.
    """
    if key.earlier(ASKED, {}) is not None:
        return
    session.execute(ONE_BY_ONE, {"name": f"payments.payout:{payee}"})
    waiting = select(Payout.code).where(
        Payout.payee == payee, Payout.periodic.is_(False), Payout.state.in_(queries.OPEN_STATES)
    )
    code = session.scalar(waiting.limit(1))
    if code is not None:
        raise Conflict("open", _("You have asked for %(code)s already. Ask again once that has come.", code=code))
    request_payout(payee, amount, by=by, confirmed=True)


def propose_payouts() -> int:
    """On the day of payouts, ask for one of all that is payable for each payee who has none of today; return how many."""
    if queries.next_payout_day() != clock.today():
        return 0
    made = 0
    for payee in queries.due_payees(clock.today(), queries.least_payout()):
        try:
            made += _propose(payee) is not None
        except Conflict as refused:
            # A refund was quicker, or the account changed: the next round sees what is left.
            log.info("no payout", payee=payee, cause=refused.code)
    return made


@transactional
def _propose(payee: str) -> UUID | None:
    return request_payout(payee, queries.balance(f"payable:{payee}"), by=SYSTEM, periodic=True)


@transactional
def approve_payout(payout_id: UUID, *, by: Actor) -> None:
    """Let a payout go out. Raises NotFound, NotAllowed, Conflict: ``same_person`` for who asked for it, ``state``."""
    by.require(policies.MANAGE, None)
    payout = _locked(payout_id)
    if not policies.APPROVE.allows(by, payout.requested_by):
        raise Conflict("same_person", _("Somebody else must approve what you asked for."))
    payout.move(PayoutState.APPROVED, by=by, approved_by=by.reference)
    _audited(payout_id, "payout.approved", {"amount_idr": payout.amount_idr.amount}, by=by)
    emit(PayoutApproved(payout_id=str(payout_id), payee=payout.payee, amount_idr=payout.amount_idr.amount))


@transactional
def cancel_payout(payout_id: UUID, why: str, *, by: Actor) -> None:
    """Call off a payout that nobody was asked to pay yet; its money is payable again.

    Raises NotFound, NotAllowed, Conflict ``state``, also once a payer was asked.
    """
    by.require(policies.MANAGE, None)
    payout = _locked(payout_id)
    if payout.tried_at is not None:
        raise Conflict("state", _("This payout was sent already."), state=payout.state)
    let_go(payout, PayoutState.CANCELLED, why, by=by)


def let_go(payout: Payout, to: PayoutState, why: str, *, by: Actor) -> None:
    """End a payout without its money having gone: it is payable again. Part of the caller's transaction, who locked it."""
    payout.move(to, by=by, why=why, ended_at=clock.now(), cause=why)
    amount, payee = payout.amount_idr, payout.payee
    post(_posting("payoutback", payout.id, payout.code, amount, f"payout:{payout.id}", f"payable:{payee}"))
    _audited(payout.id, f"payout.{to}", {"amount_idr": amount.amount, "why": why}, by=by)
    if to is PayoutState.FAILED:
        emit(PayoutFailed(payout_id=str(payout.id), payee=payee, amount_idr=amount.amount, cause=why))


def settle_payout(payout: Payout, place: str, *, by: Actor) -> None:
    """Say that a payout's money is with its payee. Part of the caller's transaction, who locked it."""
    payout.move(PayoutState.PAID, by=by, ended_at=clock.now())
    post(_posting("paid", payout.id, payout.code, payout.amount_idr, f"payout:{payout.id}", f"at:{place}"))
    _audited(payout.id, "payout.paid", {"amount_idr": payout.amount_idr.amount}, by=by)
    emit(PayoutPaid(payout_id=str(payout.id), payee=payout.payee, amount_idr=payout.amount_idr.amount))


def send_payout(payout_id: UUID) -> None:
    """Ask the payer to pay, or how a payout stands that is on its way; harmless for one that waits for a file.

    Raises GatewayUnavailableError: nothing is known then, and whoever comes next asks under the same key.
    """
    payout = queries.payout(payout_id)
    payer = queries.payer(payout.channel)
    if payer is None:
        raise GatewayUnavailableError(payout.channel)
    if payer.by_file or payout.state not in (PayoutState.APPROVED, PayoutState.SENT):
        return
    calling_out()
    standing = _asked(payer, payout)
    if standing is not None:
        crash.point(CALLED)
        record_payout(payout_id, standing)


def _asked(payer: Payer, payout: queries.Payout) -> PayoutStanding | None:
    attempt = payout.attempt
    if payout.state == PayoutState.SENT:
        return payer.find(_request(payout, "", attempt))
    if payout.tried_at is not None and payout.tried_at <= clock.now() - FORGETS:
        known = payer.find(_request(payout, "", attempt))
        if known is not None:
            return known
        attempt += 1
    number = queries.full_number(payout.account_id)
    _trying(payout.id, attempt)
    now = queries.payout(payout.id)
    calling_out()
    if (now.state, now.attempt) != (PayoutState.APPROVED, attempt):
        # Somebody else was quicker, and under another key the payer would pay once more.
        return None
    try:
        return payer.send(_request(payout, number, attempt))
    except GatewayRefusedError as refused:
        # Where an answer was lost the refusal may mean that it is done already.
        known = payer.find(_request(payout, number, attempt))
        return known or PayoutStanding(outcome=PayoutOutcome.FAILED, cause=str(refused))


def _request(payout: queries.Payout, number: str, attempt: int) -> PayoutRequest:
    return PayoutRequest(
        key=str(payout.id), attempt=attempt, account=number, amount=payout.amount, label=payout.code
    )  # fmt: skip


TRYING = text("""
UPDATE payments_payouts SET attempt = :attempt, tried_at = :now
WHERE id = :payout AND state = 'approved' AND (tried_at IS NULL OR attempt = :attempt - 1)
""")


@transactional
def _trying(payout_id: UUID, attempt: int) -> None:
    """Keep since when the payer knows the key of this attempt, before it is told."""
    session.execute(TRYING, {"payout": payout_id, "attempt": attempt, "now": clock.now()})


@transactional
def record_payout(payout_id: UUID, standing: PayoutStanding, *, by: Actor = SYSTEM) -> str:
    """Move a payout forward by what its payer knows, and return its state then; repeats and late news change nothing.

    What was paid and came back whole is payable again.
    """
    payout = _locked(payout_id)
    if payout.state == PayoutState.APPROVED:
        payout.move(PayoutState.SENT, by=by, provider_ref=standing.provider_ref or None)
    if payout.state == PayoutState.SENT and standing.outcome is PayoutOutcome.PAID:
        payer = queries.payer(payout.channel)
        settle_payout(payout, payer.place if payer else payout.channel, by=by)
    elif payout.state == PayoutState.SENT and standing.outcome is PayoutOutcome.FAILED:
        log.error("payout failed", payout=str(payout_id), cause=standing.cause)
        let_go(payout, PayoutState.FAILED, standing.cause, by=by)
    elif payout.state == PayoutState.PAID and standing.outcome is PayoutOutcome.FAILED:
        log.error("payout came back", payout=str(payout_id), cause=standing.cause)
        reverse(f"paid:{payout_id}", kind=UNDONE)
        let_go(payout, PayoutState.FAILED, standing.cause, by=by)
    return payout.state


def complete_payouts() -> int:
    """Send what a crash or an outage left, and ask about what is on its way; return for how many that went well."""
    done = 0
    for payout_id in queries.unanswered_payouts(clock.now() - UNANSWERED):
        try:
            send_payout(payout_id)
            done += 1
        except GatewayUnavailableError as failure:
            log.warning("payer unavailable", payout=str(payout_id), error=str(failure))
    return done


def _payable_account(payee: str) -> BankAccount:
    wanted = select(BankAccount).where(
        BankAccount.payee == payee,
        BankAccount.state == AccountState.VERIFIED,
        BankAccount.rests_until <= clock.now(),
    )
    # Held to the end: who ends the account meanwhile finds this payout, and lets it go.
    account = session.scalar(wanted.with_for_update(read=True).execution_options(populate_existing=True))
    if account is None:
        raise Conflict("no_account", _("There is no bank account yet to which this can be paid."))
    return account


def _locked(payout_id: UUID) -> Payout:
    payout = session.scalar(LOCK, {"payout": payout_id})
    if payout is None:
        raise NotFound
    return payout


def _posting(kind: str, payout_id: UUID, code: str, amount: Rupiah, debit: str, credit: str) -> Posting:
    return Posting(
        id=f"{kind}:{payout_id}", debit=debit, credit=credit, amount=amount, kind=KINDS[kind], ref=str(payout_id), label=code
    )  # fmt: skip


UNDONE = "payout_undone"
KINDS = {"payout": "payout", "paid": "payout_paid", "payoutback": "payout_back"}


def _audited(payout_id: UUID, action: str, after: dict[str, object], *, by: Actor) -> None:
    audit(STREAM, action, f"payout:{payout_id}", by=by, after=after)
