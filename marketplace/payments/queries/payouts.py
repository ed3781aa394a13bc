"""Where payees' money goes: their bank accounts, payouts, and the files for the bank."""

import hashlib
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import Row, Select, TextClause, func, select, text

from marketplace.kernel import clock
from marketplace.kernel.db import rows, session
from marketplace.kernel.errors import NotFound
from marketplace.kernel.models import Move
from marketplace.kernel.money import Rupiah
from marketplace.kernel.plugin import current
from marketplace.payments import models
from marketplace.payments.models import AccountState, PayoutState
from marketplace.payments.queries.sealed import SealBrokenError, unseal
from marketplace.payments.slots import Payer, payers

OPEN_STATES = (PayoutState.REQUESTED, PayoutState.APPROVED, PayoutState.SENT)
PAGE = 50


@dataclass(frozen=True, kw_only=True)
class BankAccount:
    """A payee's bank account as pages may show it: the number is masked, and nothing here can undo that."""

    id: UUID
    payee: str
    state: str
    bank: str
    last4: str
    holder: str = field(repr=False)
    given_at: datetime
    rests_until: datetime

    @property
    def masked(self) -> str:
        """Return bank and last four digits: ``BCA ••••1234``."""
        return f"{self.bank} ••••{self.last4}"

    @property
    def rests(self) -> bool:
        """Tell whether it is too new to be paid to."""
        return self.rests_until > clock.now()


@dataclass(frozen=True, kw_only=True)
class Payout:
    """A payout, with the account it goes to."""

    id: UUID
    code: str
    payee: str
    amount: Rupiah
    state: str
    periodic: bool
    requested_by: str
    approved_by: str | None
    requested_at: datetime
    ended_at: datetime | None
    cause: str
    bank: str
    last4: str
    holder: str = field(repr=False)
    batch_id: UUID | None
    channel: str
    account_id: UUID
    attempt: int
    tried_at: datetime | None
    provider_ref: str | None

    @property
    def masked(self) -> str:
        """Return bank and last four digits: ``BCA ••••1234``."""
        return f"{self.bank} ••••{self.last4}"


@dataclass(frozen=True, kw_only=True)
class Batch:
    """A file for the bank, without what is in it."""

    id: UUID
    number: str
    payouts: int
    total: Rupiah
    sha256: str
    made_at: datetime
    open: int
    """So many of its payouts the bank has not told of yet."""


def banks() -> dict[str, str]:
    """Return the banks whose accounts somebody pays to: names by code, in the order of their names."""
    known = {code: name for one in payers for code, name in one.banks.items()}
    return dict(sorted(known.items(), key=lambda each: each[1].casefold()))


def payee_banks() -> dict[str, str]:
    """Return the banks that payees may choose, as ``banks``."""
    own = {code for one in payers if not one.by_desk for code in one.banks}
    return {code: name for code, name in banks().items() if code in own}


def desk_banks() -> dict[str, str]:
    """Return those whose accounts officers give, as ``banks``, as far as this installation may pay to them."""
    theirs = {code for one in payers if one.by_desk and one.available() for code in one.banks}
    return {code: name for code, name in banks().items() if code in theirs}


def payer_of(bank_code: str) -> Payer | None:
    """Return who pays to accounts of a bank, if this installation may pay by it."""
    return next((one for one in payers if bank_code in one.banks and one.available()), None)


def payer(key: str) -> Payer | None:
    """Return a payer by its key."""
    return next((one for one in payers if one.key == key), None)


def bank_accounts(payee: str) -> tuple[BankAccount, ...]:
    """Return the account that is paid to and the one that waits for it, if there are such, newest first."""
    known = (AccountState.GIVEN, AccountState.VERIFIED)
    wanted = select(models.BankAccount.__table__).where(
        models.BankAccount.payee == payee, models.BankAccount.state.in_(known)
    )
    return tuple(_account(row) for row in rows(wanted.order_by(models.BankAccount.id.desc())))


def refused_account(payee: str) -> tuple[BankAccount, str] | None:
    """Return the account that a payee gave last and an officer's reason, if it was refused and none was given since."""
    account = models.BankAccount
    refused = (Move.kind == account.__tablename__) & (Move.thing_id == account.id) & (Move.now == AccountState.REFUSED)
    newest = select(*account.__table__.columns, Move.why).outerjoin_from(account, Move, refused)
    for row in rows(newest.where(account.payee == payee).order_by(account.id.desc()).limit(1)):
        if row.state == AccountState.REFUSED:
            return _account(row), row.why or ""
    return None


def waiting_accounts() -> tuple[BankAccount, ...]:
    """Return the accounts that wait to be verified, the oldest first."""
    wanted = select(models.BankAccount.__table__).where(models.BankAccount.state == AccountState.GIVEN)
    return tuple(_account(row) for row in rows(wanted.order_by(models.BankAccount.id).limit(PAGE)))


def bank_account(account_id: UUID) -> BankAccount:
    """Return an account. Raises NotFound."""
    for row in rows(select(models.BankAccount.__table__).where(models.BankAccount.id == account_id)):
        return _account(row)
    raise NotFound


def full_number(account_id: UUID) -> str:
    """Return the number of an account, for who pays to it and for nobody else. Raises NotFound, SealBrokenError."""
    sealed = session.scalar(select(models.BankAccount.number_sealed).where(models.BankAccount.id == account_id))
    if sealed is None:
        raise NotFound
    return unseal(sealed, f"bank_account:{account_id}").decode()


def payout(payout_id: UUID) -> Payout:
    """Return a payout. Raises NotFound."""
    for row in rows(_joined().where(models.Payout.id == payout_id)):
        return _payout(row)
    raise NotFound


def payout_by_code(code: str) -> Payout:
    """Return a payout by what stands in the bank's text. Raises NotFound."""
    for row in rows(_joined().where(models.Payout.code == code.strip().upper())):
        return _payout(row)
    raise NotFound


def payouts_of(payee: str, limit: int = PAGE) -> tuple[Payout, ...]:
    """Return the last payouts of a payee, newest first."""
    order = (models.Payout.requested_at.desc(), models.Payout.id.desc())
    return tuple(
        _payout(row) for row in rows(_joined().where(models.Payout.payee == payee).order_by(*order).limit(limit))
    )


def on_its_way(payee: str) -> Rupiah:
    """Return what is drawn for payouts of a payee that have not ended."""
    drawn = select(func.sum(models.Payout.amount_idr).label("total")).where(models.Payout.payee == payee, _is_open())
    (row,) = rows(drawn)
    return Rupiah(int(row.total.amount)) if row.total is not None else Rupiah(0)


def open_payouts(*states: PayoutState) -> tuple[Payout, ...]:
    """Return payouts in these states, those first that wait longest."""
    wanted = _joined().where(models.Payout.state.in_(states), _is_open())
    return tuple(
        _payout(row) for row in rows(wanted.order_by(models.Payout.requested_at, models.Payout.id).limit(PAGE))
    )


def waiting_payouts() -> dict[str, tuple[int, Rupiah]]:
    """Return how many payouts are in each state that is not an end, and what they come to."""
    counted = select(
        models.Payout.state, func.count().label("many"), func.sum(models.Payout.amount_idr).label("total")
    ).where(_is_open())
    found = {
        row.state: (row.many, Rupiah(int(row.total.amount))) for row in rows(counted.group_by(models.Payout.state))
    }
    return {state: found.get(state, (0, Rupiah(0))) for state in OPEN_STATES}


def _is_open() -> TextClause:
    # Word for word the condition of the partial index.
    return text("payments_payouts.state IN ('requested', 'approved', 'sent')")


def batches() -> tuple[Batch, ...]:
    """Return the files made for the bank, newest first."""
    waiting = (
        select(func.count())
        .where(models.Payout.batch_id == models.Batch.id, models.Payout.state == PayoutState.SENT)
        .scalar_subquery()
    )
    wanted = select(
        models.Batch.id,
        models.Batch.number,
        models.Batch.payouts,
        models.Batch.total_idr.label("total"),
        models.Batch.sha256,
        models.Batch.made_at,
        waiting.label("open"),
    )
    found = rows(wanted.order_by(models.Batch.id.desc()).limit(PAGE))
    return tuple(Batch(**row._mapping) for row in found)  # noqa: SLF001 - SQLAlchemy's public name for it


def batch_file(number: str) -> tuple[str, bytes]:
    """Return the name and the bytes of a file for the bank: the same each time. Raises NotFound, SealBrokenError."""
    found = session.scalar(select(models.Batch).where(models.Batch.number == number))
    if found is None:
        raise NotFound
    content = unseal(found.file_sealed, f"batch:{found.number}")
    if hashlib.sha256(content).hexdigest() != found.sha256:
        raise SealBrokenError(found.number)
    return f"pencairan-{found.number}.csv", content


def due_payees(day: date, least: Rupiah) -> tuple[str, ...]:
    """Return who has so much to be paid out, an account that may be paid to, and no periodic payout of this day."""
    statement = text(
        "SELECT b.payee FROM payments_bank_accounts b JOIN payments_accounts a ON a.key = 'payable:' || b.payee"
        " WHERE 'verified' = b.state AND b.rests_until <= :now AND a.credited_idr - a.debited_idr >= :least"
        " AND NOT EXISTS (SELECT 1 FROM payments_payouts p WHERE p.payee = b.payee AND p.day = :day AND p.periodic)"
        " ORDER BY b.payee"
    )
    return tuple(row.payee for row in rows(statement, {"now": clock.now(), "least": least.amount, "day": day}))


def next_payout_day() -> date:
    """Return the next day on which payees are paid, today included."""
    today = clock.today()
    weekday = int(current().setting("PAYOUT_WEEKDAY"))
    return today + timedelta(days=(weekday - today.isoweekday()) % 7)


def least_payout() -> Rupiah:
    """Return below which sum nothing is paid out by itself."""
    return Rupiah(int(current().setting("PAYOUT_LEAST_IDR")))


def unanswered_payouts(before: datetime) -> tuple[UUID, ...]:
    """Return payouts that are approved and whose payer, if it is asked from here, has not said how they ended."""
    wanted = select(models.Payout.id).where(
        models.Payout.state.in_((PayoutState.APPROVED, PayoutState.SENT)),
        models.Payout.channel.not_in([one.key for one in payers if one.by_file]),
        models.Payout.requested_at <= before,
    )
    return tuple(row.id for row in rows(wanted.order_by(models.Payout.requested_at, models.Payout.id).limit(PAGE)))


def payouts_since(channel: str, since: datetime) -> tuple[Payout, ...]:
    """Return the payouts of a channel asked for since a moment that were sent, oldest first."""
    told = models.Payout.state.in_((PayoutState.SENT, PayoutState.PAID))
    wanted = _joined().where(models.Payout.channel == channel, models.Payout.requested_at >= since, told)
    return tuple(_payout(row) for row in rows(wanted.order_by(models.Payout.id)))


def known_payout(key: str | None) -> Payout | None:
    """Return the payout that a payer knows under a key; None when the key is not ours."""
    try:
        return payout(UUID(key or ""))
    except (ValueError, NotFound):
        return None


def _joined() -> Select[*tuple[object, ...]]:
    account = models.BankAccount
    return select(
        *models.Payout.__table__.columns, account.bank_code, account.last4, account.holder
    ).join_from(models.Payout, account)  # fmt: skip


def _account(row: Row[object]) -> BankAccount:
    return BankAccount(
        id=row.id,
        payee=row.payee,
        state=row.state,
        bank=banks().get(row.bank_code, row.bank_code.upper()),
        last4=row.last4,
        holder=row.holder,
        given_at=row.given_at,
        rests_until=row.rests_until,
    )


def _payout(row: Row[object]) -> Payout:
    same = ("id", "code", "payee", "state", "periodic", "requested_by", "approved_by", "requested_at", "ended_at")
    more = ("cause", "last4", "holder", "batch_id", "channel", "account_id", "attempt", "tried_at", "provider_ref")
    bank = banks().get(row.bank_code, row.bank_code.upper())
    return Payout(**{name: getattr(row, name) for name in (*same, *more)}, amount=row.amount_idr, bank=bank)
