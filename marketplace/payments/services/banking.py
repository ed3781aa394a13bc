"""Bank accounts of payees: given, rested, verified, and never shown in full again."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import Select, select, text

from marketplace.kernel import clock
from marketplace.kernel.access import SYSTEM, Actor
from marketplace.kernel.audit import audit
from marketplace.kernel.db import session, transactional
from marketplace.kernel.errors import Conflict, Invalid, NotFound
from marketplace.kernel.ids import uuid7
from marketplace.kernel.machine import record_move
from marketplace.kernel.outbox import emit
from marketplace.kernel.plugin import current
from marketplace.kernel.words import Words, _
from marketplace.payments import policies, queries
from marketplace.payments.events import BankAccountGiven
from marketplace.payments.models import AccountState, BankAccount, Payout, PayoutState
from marketplace.payments.queries.sealed import seal
from marketplace.payments.services.payouts import let_go
from marketplace.payments.slots import payers

STREAM = "payments"
LONGEST_HOLDER = 70
# Two at once for one payee: the second finds what the first has written.
ONE_BY_ONE = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")
GAPS = str.maketrans("", "", " -.")


@transactional
def give_bank_account(payee: str, *, bank: str, number: str, holder: str, by: Actor) -> UUID:
    """Keep where a payee wants their money, instead of what waited before; return the account.

    The caller has asked whether ``by`` acts for the payee, and for their password again. Nothing is paid to it before
    ``ACCOUNT_REST_HOURS`` are over and an officer has verified it. Raises Invalid under ``bank``, ``number`` and
    ``holder``, and Conflict ``same`` for the account that is paid to already.
    """
    digits = number.translate(GAPS)
    _check(bank, digits, holder)
    return _kept(payee, bank, digits, holder, person=by.id, by=by)


@transactional
def connect_account(payee: str, *, bank: str, number: str, holder: str, by: Actor) -> UUID:
    """Keep an account that only officers know, as the id of one that is connected at Stripe; return it.

    It rests and is verified as any other, by somebody else. Raises NotAllowed, Invalid under ``bank`` and ``number``, and
    Conflict ``same``.
    """
    by.require(policies.MANAGE, None)
    faults: dict[str, Words] = {}
    payer = queries.payer_of(bank)
    if payer is None or bank not in queries.desk_banks():
        faults["bank"] = _("Choose one of the list.")
    elif not payer.right(number):
        faults["number"] = _(
            "This is not the id of an account there. Copy it from the provider's desk: acct_ and letters."
        )
    if faults:
        raise Invalid(faults)
    return _kept(payee, bank, number, holder, person=None, by=by)


def _kept(payee: str, bank: str, number: str, holder: str, *, person: UUID | None, by: Actor) -> UUID:
    session.execute(ONE_BY_ONE, {"name": f"payments.bank:{payee}"})
    for known in session.scalars(_of(payee, AccountState.GIVEN, AccountState.VERIFIED)):
        if (
            known.state == AccountState.VERIFIED
            and (known.bank_code, known.last4, known.holder) == (bank, number[-4:], holder)
            and queries.full_number(known.id) == number
        ):
            raise Conflict("same", _("Your money goes to this account already."))
        if known.state == AccountState.GIVEN:
            known.move(AccountState.ENDED, by=by, why="replaced")
    account_id, now = uuid7(), clock.now()
    session.add(
        BankAccount(
            id=account_id,
            state=AccountState.GIVEN,
            payee=payee,
            person_id=person,
            given_by=by.reference,
            bank_code=bank,
            number_sealed=seal(number.encode(), _about(account_id)),
            last4=number[-4:],
            holder=holder,
            given_at=now,
            rests_until=now + timedelta(hours=int(current().setting("ACCOUNT_REST_HOURS"))),
        )
    )
    session.flush()
    record_move(BankAccount.__tablename__, account_id, "", AccountState.GIVEN, by=by)
    _audited("bank account.given", account_id, payee, bank, number[-4:], by=by)
    emit(BankAccountGiven(account_id=str(account_id), payee=payee))
    return account_id


@transactional
def verify_bank_account(account_id: UUID, *, by: Actor) -> None:
    """Say that an account is its payee's; from now on they are paid to it, and the one before is ended.

    Raises NotFound, NotAllowed, Conflict: ``resting`` before its rest is over, ``same_person`` for who gave it, ``state``.
    """
    by.require(policies.MANAGE, None)
    account = _locked(account_id)
    if by.reference == account.given_by or (account.person_id is not None and account.person_id == by.id):
        raise Conflict("same_person", _("Somebody else must check an account that you gave."))
    if account.rests_until > clock.now():
        raise Conflict(
            "resting", _("This account is too new: it rests for a day, so that a thief gains nothing by changing it.")
        )
    before = session.scalar(_of(account.payee, AccountState.VERIFIED))
    if before is not None:
        _end(before, by=by, why="replaced")
    account.move(AccountState.VERIFIED, by=by)
    _audited("bank account.verified", account.id, account.payee, account.bank_code, account.last4, by=by)


@transactional
def refuse_bank_account(account_id: UUID, why: str, *, by: Actor) -> None:
    """Say that an account is not its payee's, or not right. Raises NotFound, NotAllowed, Conflict ``state``."""
    by.require(policies.MANAGE, None)
    account = _locked(account_id)
    account.move(AccountState.REFUSED, by=by, why=why)
    _audited("bank account.refused", account.id, account.payee, account.bank_code, account.last4, by=by)


@transactional
def end_bank_account(account_id: UUID, payee: str, *, by: Actor) -> None:
    """Let nothing more be paid to an account of this payee; what waits for it becomes payable again.

    The caller has asked whether ``by`` acts for the payee. Raises NotFound, Conflict ``state``.
    """
    account = _locked(account_id)
    if account.payee != payee:
        raise NotFound
    _end(account, by=by, why="ended")
    _audited("bank account.ended", account.id, account.payee, account.bank_code, account.last4, by=by)


@transactional
def forget_person(person_id: UUID) -> None:
    """End and empty the accounts that a person gave; files that went to the bank stay, as the law on books asks."""
    for account in session.scalars(
        select(BankAccount).where(BankAccount.person_id == person_id).order_by(BankAccount.id).with_for_update()
    ):
        if account.state in (AccountState.GIVEN, AccountState.VERIFIED):
            _end(account, by=SYSTEM, why="erased")
        account.number_sealed, account.last4, account.holder, account.person_id = b"", "", "", None


def _end(account: BankAccount, *, by: Actor, why: str) -> None:
    account.move(AccountState.ENDED, by=by, why=why)
    waiting = select(Payout).where(
        Payout.account_id == account.id, Payout.state.in_((PayoutState.REQUESTED, PayoutState.APPROVED))
    )
    for payout in session.scalars(waiting.order_by(Payout.id).with_for_update()):
        if payout.tried_at is None:
            let_go(payout, PayoutState.CANCELLED, "account", by=SYSTEM)


def _check(bank: str, digits: str, holder: str) -> None:
    faults: dict[str, Words] = {}
    payer = queries.payer_of(bank) if bank in queries.payee_banks() else None
    if payer is None:
        faults["bank"] = _("Choose one of the banks of the list.")
    takers = [payer] if payer else [one for one in payers if not one.by_desk]
    if not any(one.right(digits) for one in takers):
        faults["number"] = _("An account number has 6 to 20 digits. Look at the passbook or the bank's app.")
    # Letters first: a sheet takes what begins with a sign for a formula.
    if (
        not holder
        or len(holder) > LONGEST_HOLDER
        or not holder[0].isalpha()
        or ";" in holder
        or not holder.isprintable()
    ):
        faults["holder"] = _("Write the holder's name as it stands in the passbook, at most 70 letters.")
    if faults:
        raise Invalid(faults)


def _of(payee: str, *states: AccountState) -> Select[BankAccount]:
    return (
        select(BankAccount)
        .where(BankAccount.payee == payee, BankAccount.state.in_(states))
        .order_by(BankAccount.id)
        .with_for_update()
    )


def _locked(account_id: UUID) -> BankAccount:
    account = session.get(BankAccount, account_id, with_for_update=True, populate_existing=True)
    if account is None:
        raise NotFound
    return account


def _about(account_id: UUID) -> str:
    return f"bank_account:{account_id}"


def _audited(action: str, account_id: UUID, payee: str, bank: str, last4: str, *, by: Actor) -> None:
    audit(STREAM, action, f"bank_account:{account_id}", by=by, after={"payee": payee, "bank": bank, "last4": last4})
