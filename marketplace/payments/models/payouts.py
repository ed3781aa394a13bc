"""Money that goes out to payees: their bank accounts, payouts, the files for the bank and what the bank said of them."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, SmallInteger, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.db import PERSONAL, Base, Identified, at_least
from marketplace.kernel.machine import Machine, Stateful
from marketplace.kernel.money import Rupiah


class AccountState(StrEnum):
    """Whether a bank account may be paid to."""

    GIVEN = "given"
    VERIFIED = "verified"
    REFUSED = "refused"
    ENDED = "ended"


class BankAccount(Stateful, Base):
    """Where a payee wants their money. Another number is another row; the old one stays as it was paid to."""

    __tablename__ = "payments_bank_accounts"
    __table_args__ = (
        # One that is paid to and one that waits for it; the database says no to more.
        Index("uq_payments_bank_accounts_verified", "payee", unique=True, postgresql_where=text("state = 'verified'")),
        Index("uq_payments_bank_accounts_given", "payee", unique=True, postgresql_where=text("state = 'given'")),
        Index("ix_payments_bank_accounts_payee", "payee", "id"),
        Index("ix_payments_bank_accounts_person_id", "person_id"),
        CheckConstraint("rests_until >= given_at", name="rests"),
    )
    machine = Machine[StrEnum](
        AccountState.GIVEN,
        {
            AccountState.GIVEN: (AccountState.VERIFIED, AccountState.REFUSED, AccountState.ENDED),
            AccountState.VERIFIED: (AccountState.ENDED,),
            AccountState.REFUSED: (),
            AccountState.ENDED: (),
        },
    )

    payee: Mapped[str] = mapped_column(Text)
    """As behind the colon of ``payable:<payee>``."""
    person_id: Mapped[UUID | None]
    """Who gave it, for their right to see and erase it."""
    bank_code: Mapped[str] = mapped_column(Text)
    number_sealed: Mapped[bytes] = mapped_column(LargeBinary, info=PERSONAL)
    last4: Mapped[str] = mapped_column(String(4), info=PERSONAL)
    holder: Mapped[str] = mapped_column(Text, info=PERSONAL)
    given_at: Mapped[datetime]
    given_by: Mapped[str | None] = mapped_column(Text)
    """Who wrote it down, so that somebody else checks it; None for those of before this was kept."""
    rests_until: Mapped[datetime]
    """Before this moment nothing is paid to it, so that a stolen session cannot turn tomorrow's money aside."""


class PayoutState(StrEnum):
    """Where a payout stands."""

    REQUESTED = "requested"
    APPROVED = "approved"
    SENT = "sent"
    PAID = "paid"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Batch(Identified, Base):
    """A file for the bank, as it was made, sealed; what is in it is never changed."""

    __tablename__ = "payments_batches"
    __table_args__ = (at_least("payouts", 1), at_least("total_idr", 1))

    number: Mapped[str] = mapped_column(Text, unique=True)
    payouts: Mapped[int]
    total_idr: Mapped[Rupiah]
    file_sealed: Mapped[bytes] = mapped_column(LargeBinary, info=PERSONAL)
    sha256: Mapped[str] = mapped_column(String(64))
    made_by: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime]


class Payout(Stateful, Base):
    """Money of a payee on its way to their account. One that failed or was called off is an end; its money is payable again.

    One that was paid fails when all of it comes back.
    """

    __tablename__ = "payments_payouts"
    __table_args__ = (
        at_least("amount_idr", 1),
        at_least("attempt", 1),
        Index("uq_payments_payouts_periodic", "payee", "day", unique=True, postgresql_where=text("periodic")),
        Index("ix_payments_payouts_payee", "payee", "requested_at", "id"),
        Index("ix_payments_payouts_batch_id", "batch_id"),
        Index(
            "ix_payments_payouts_open", "requested_at", "id",
            postgresql_where=text("state IN ('requested', 'approved', 'sent')"),
        ),
        CheckConstraint("approved_by <> requested_by OR approved_by = 'system'", name="two_people"),
    )  # fmt: skip
    machine = Machine[StrEnum](
        PayoutState.REQUESTED,
        {
            PayoutState.REQUESTED: (PayoutState.APPROVED, PayoutState.CANCELLED),
            PayoutState.APPROVED: (PayoutState.SENT, PayoutState.CANCELLED),
            PayoutState.SENT: (PayoutState.PAID, PayoutState.FAILED),
            PayoutState.PAID: (PayoutState.FAILED,),
            PayoutState.FAILED: (),
            PayoutState.CANCELLED: (),
        },
    )

    code: Mapped[str] = mapped_column(Text, unique=True)
    """What stands in the bank's text, and comes back in its confirmation."""
    payee: Mapped[str] = mapped_column(Text)
    amount_idr: Mapped[Rupiah]
    periodic: Mapped[bool]
    day: Mapped[date]
    """The day in Jakarta on which it was asked for."""
    requested_by: Mapped[str] = mapped_column(Text)
    approved_by: Mapped[str | None] = mapped_column(Text)
    channel: Mapped[str] = mapped_column(Text)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("payments_bank_accounts.id"))
    batch_id: Mapped[UUID | None] = mapped_column(ForeignKey("payments_batches.id"))
    provider_ref: Mapped[str | None] = mapped_column(String(255))
    attempt: Mapped[int] = mapped_column(SmallInteger, default=1)
    tried_at: Mapped[datetime | None]
    """When the payer heard the key of this attempt first."""
    requested_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    cause: Mapped[str] = mapped_column(Text, default="")


class Confirmation(Identified, Base):
    """A file in which the bank said what became of payouts; the same one again changes nothing."""

    __tablename__ = "payments_confirmations"
    __table_args__ = (at_least("told", 1),)

    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(Text)
    told: Mapped[int]
    """How many payouts it spoke of."""
    imported_by: Mapped[str] = mapped_column(Text)
    imported_at: Mapped[datetime]
