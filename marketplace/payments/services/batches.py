"""Files for the bank, and what it says of them: one transaction each, all of a file or nothing (D10)."""

import csv
import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, func, select, text
from sqlalchemy.dialects.postgresql import insert

from marketplace.kernel import clock
from marketplace.kernel.access import Actor
from marketplace.kernel.audit import audit
from marketplace.kernel.db import session, transactional
from marketplace.kernel.errors import Conflict
from marketplace.kernel.ids import uuid7
from marketplace.kernel.money import Rupiah
from marketplace.kernel.words import Words, _
from marketplace.payments import policies, queries
from marketplace.payments.models import AccountState, BankAccount, Batch, Confirmation, Payout, PayoutState
from marketplace.payments.queries.confirming import Told, confirmation, refuse
from marketplace.payments.queries.sealed import seal, unseal
from marketplace.payments.services.payouts import let_go, settle_payout
from marketplace.payments.slots import payers

STREAM = "payments"
MOST = 1_000
"""So many payouts a file has at most; the next file has the rest."""
HEAD = ("no", "bank", "rekening", "nama", "jumlah", "kode")
ONE_BY_ONE = text("SELECT pg_advisory_xact_lock(hashtextextended('payments.batch', 0))")
WAITING = (
    select(Payout, BankAccount)
    .join(BankAccount, BankAccount.id == Payout.account_id)
    .where(
        Payout.state == PayoutState.APPROVED,
        Payout.channel.in_(bindparam("channels", expanding=True)),
        BankAccount.state == AccountState.VERIFIED,
    )
    .order_by(Payout.requested_at, Payout.id)
    .limit(MOST)
    .with_for_update(of=Payout)
    .execution_options(populate_existing=True)
)
TOLD = (
    select(Payout)
    .where(Payout.code.in_(bindparam("codes", expanding=True)))
    .order_by(Payout.id)
    .with_for_update()
    .execution_options(populate_existing=True)
)


@transactional
def make_batch(*, by: Actor) -> str:
    """Put all approved payouts that wait for a file into one, and return its number.

    They are ``sent`` from then on, and nothing about the file changes any more. Raises NotAllowed, Conflict ``nothing``.
    """
    by.require(policies.MANAGE, None)
    session.execute(ONE_BY_ONE)
    found = session.execute(WAITING, {"channels": [one.key for one in payers if one.by_file]}).all()
    if not found:
        raise Conflict("nothing", _("No approved payout waits for a file."))
    day = f"{clock.today():%Y%m%d}"
    made = session.scalar(select(func.count()).where(Batch.number.startswith(f"{day}-"))) or 0
    number, batch_id = f"{day}-{made + 1}", uuid7()
    content = _file([(payout, account) for payout, account in found])
    total = Rupiah.total([payout.amount_idr for payout, _account in found])
    digest = hashlib.sha256(content).hexdigest()
    session.add(
        Batch(
            id=batch_id,
            number=number,
            payouts=len(found),
            total_idr=total,
            file_sealed=seal(content, f"batch:{number}"),
            sha256=digest,
            made_by=by.reference,
            made_at=clock.now(),
        )
    )
    session.flush()
    for payout, _account in found:
        payout.move(PayoutState.SENT, by=by, why=number, batch_id=batch_id)
    after = {"payouts": len(found), "total_idr": total.amount, "sha256": digest}
    audit(STREAM, "batch.made", f"batch:{number}", by=by, after=after)
    return number


def _file(rows: Sequence[tuple[Payout, BankAccount]]) -> bytes:
    written = io.StringIO(newline="")
    sheet = csv.writer(written, delimiter=";", lineterminator="\r\n")
    sheet.writerow(HEAD)
    banks = queries.banks()
    for number, (payout, account) in enumerate(rows, start=1):
        digits = unseal(account.number_sealed, f"bank_account:{account.id}").decode()
        bank = banks.get(account.bank_code, account.bank_code)
        sheet.writerow((number, bank, digits, account.holder, payout.amount_idr.amount, payout.code))
    return written.getvalue().encode()


@transactional
def note_download(number: str, *, by: Actor) -> None:
    """Write down that somebody took a file with account numbers. Raises NotAllowed."""
    by.require(policies.MANAGE, None)
    audit(STREAM, "batch.downloaded", f"batch:{number}", by=by)


@dataclass(frozen=True, kw_only=True)
class Confirmed:
    """What a confirmation did; ``again`` when the same file was read before, and nothing was done now."""

    paid: int
    failed: int
    again: bool = False


@transactional
def confirm_payouts(content: bytes, name: str, *, by: Actor) -> Confirmed:
    """Read what the bank says of payouts: all of the file, or nothing of it.

    Raises NotAllowed, and Invalid under ``berkas`` with row and cell of everything that is not right: unknown and doubled
    codes, other amounts, payouts that were not sent or are over.
    """
    by.require(policies.MANAGE, None)
    told = confirmation(content)
    digest = hashlib.sha256(content).hexdigest()
    noted = insert(Confirmation).values(
        id=uuid7(), sha256=digest, name=name[:200], told=len(told), imported_by=by.reference, imported_at=clock.now()
    )
    # Who reads the same file at the same moment waits here, and then finds it read.
    if session.execute(noted.on_conflict_do_nothing().returning(Confirmation.id)).one_or_none() is None:
        return Confirmed(paid=0, failed=0, again=True)
    known = {one.code: one for one in session.scalars(TOLD, {"codes": [one.code for one in told]})}
    refuse([fault for one in told if (fault := _fault(one, known.get(one.code))) is not None])
    for one in sorted(told, key=lambda each: known[each.code].id):
        payout = known[one.code]
        if one.paid:
            payer = queries.payer(payout.channel)
            settle_payout(payout, payer.place if payer else payout.channel, by=by)
        else:
            let_go(payout, PayoutState.FAILED, one.cause, by=by)
    paid = sum(one.paid for one in told)
    after = {"sha256": digest, "paid": paid, "failed": len(told) - paid}
    audit(STREAM, "confirmation.imported", f"confirmation:{digest[:16]}", by=by, after=after)
    return Confirmed(paid=paid, failed=len(told) - paid)


def _fault(told: Told, payout: Payout | None) -> Words | None:
    if payout is None or payout.batch_id is None:
        return _(
            "Row %(row)s, kode: no payout with the code %(code)s was sent to the bank.", row=told.row, code=told.code
        )
    if payout.amount_idr != told.amount:
        return _(
            "Row %(row)s, jumlah: %(code)s is about %(ours)s rupiah, and the file says %(theirs)s.",
            row=told.row,
            code=told.code,
            ours=payout.amount_idr.amount,
            theirs=told.amount.amount,
        )
    if payout.state != PayoutState.SENT:
        return _("Row %(row)s, kode: what became of %(code)s was told before.", row=told.row, code=told.code)
    return None
