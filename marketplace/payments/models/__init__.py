"""Charges and refunds, the ledger, what gateways told, and the sandbox's own books."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, String, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.db import Base, Identified, at_least
from marketplace.kernel.machine import Machine, Stateful
from marketplace.kernel.money import Rupiah
from marketplace.payments.models.payouts import (
    AccountState,
    BankAccount,
    Batch,
    Confirmation,
    Payout,
    PayoutState,
)

__all__ = [
    "PROVIDER_ID",
    "Account",
    "AccountState",
    "BankAccount",
    "Batch",
    "Charge",
    "ChargeState",
    "Confirmation",
    "Dispute",
    "DisputeState",
    "Entry",
    "Payout",
    "PayoutState",
    "Refund",
    "RefundState",
    "SandboxRefund",
    "SandboxSession",
    "SandboxState",
    "WebhookEvent",
    "WebhookState",
]

PROVIDER_ID = 255
"""Room for a provider's identifiers (R6.7)."""


class ChargeState(StrEnum):
    """Where a charge stands with us."""

    OPENED = "opened"
    PROMISED = "promised"
    SETTLED = "settled"
    CLOSED = "closed"
    REVIEW = "review"
    SURPLUS = "surplus"


class Charge(Stateful, Base):
    """One attempt to collect an amount for a reference. Amount, currency and reference never change."""

    __tablename__ = "payments_charges"
    __table_args__ = (
        at_least("amount_idr"),
        at_least("refunded_idr"),
        at_least("disputed_idr"),
        at_least("asked_idr", 1),
        at_least("attempt", 1),
        CheckConstraint("refunded_idr <= amount_idr", name="refunded_within"),
        CheckConstraint("disputed_idr <= amount_idr", name="disputed_within"),
        UniqueConstraint("gateway", "provider_ref"),
        UniqueConstraint("gateway", "payment_ref"),
        # One open charge and one payment for each reference (R6.5): the database says no.
        Index("uq_payments_charges_opened", "reference", unique=True, postgresql_where=text("state = 'opened'")),
        Index(
            "uq_payments_charges_settled",
            "reference",
            unique=True,
            postgresql_where=text("state IN ('settled', 'promised')"),
        ),
        Index("ix_payments_charges_due", "expires_at", postgresql_where=text("state = 'opened'")),
        Index("ix_payments_charges_sums", "asked_idr", "gateway", postgresql_where=text("asked_idr IS NOT NULL")),
        # Who sees such a sum come in knows whose it is.
        Index(
            "uq_payments_charges_asked",
            "gateway",
            "asked_idr",
            unique=True,
            postgresql_where=text("state = 'opened' AND asked_idr IS NOT NULL"),
        ),
    )
    machine = Machine[StrEnum](
        ChargeState.OPENED,
        {
            ChargeState.OPENED: (
                ChargeState.PROMISED,
                ChargeState.SETTLED,
                ChargeState.CLOSED,
                ChargeState.REVIEW,
                ChargeState.SURPLUS,
            ),
            ChargeState.PROMISED: (ChargeState.SETTLED, ChargeState.CLOSED),
            # Money that comes late is a fact all the same (R4.5).
            ChargeState.CLOSED: (ChargeState.SETTLED, ChargeState.REVIEW, ChargeState.SURPLUS),
            ChargeState.REVIEW: (ChargeState.SETTLED, ChargeState.CLOSED),
            ChargeState.SETTLED: (),
            ChargeState.SURPLUS: (),
        },
    )

    reference: Mapped[str] = mapped_column(Text, index=True)
    gateway: Mapped[str] = mapped_column(Text)
    provider_ref: Mapped[str | None] = mapped_column(String(PROVIDER_ID))
    payment_ref: Mapped[str | None] = mapped_column(String(PROVIDER_ID))
    """How the provider names what was paid, where that is not the session."""
    attempt: Mapped[int] = mapped_column(SmallInteger, default=1)
    pay_path: Mapped[str | None] = mapped_column(Text)
    method: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    amount_idr: Mapped[Rupiah]
    asked_idr: Mapped[Rupiah | None]
    """What shall come in where that is not the amount: a bank transfer is known by its last digits."""
    refunded_idr: Mapped[Rupiah] = mapped_column(default=Rupiah(0))
    """Moved by a guarded update alone: up as a refund is taken or found, down once by each that failed."""
    disputed_idr: Mapped[Rupiah] = mapped_column(default=Rupiah(0))
    """In the same way: up as a bank draws money back, down once by each dispute that is won."""
    currency: Mapped[str] = mapped_column(Text, default="IDR")
    label: Mapped[str] = mapped_column(Text)
    return_path: Mapped[str] = mapped_column(Text)
    expires_at: Mapped[datetime]
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    cause: Mapped[str] = mapped_column(Text, default="")


class RefundState(StrEnum):
    """Where a refund stands with us."""

    TAKEN = "taken"
    SENT = "sent"
    BY_HAND = "by_hand"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


class Refund(Stateful, Base):
    """Money of a charge that goes back. One that failed is an end: the amount is free again, and the next is a new row."""

    __tablename__ = "payments_refunds"
    __table_args__ = (
        at_least("amount_idr", 1),
        at_least("attempt", 1),
        # One at the provider is one with us, whoever tells of it first.
        UniqueConstraint("charge_id", "provider_ref"),
        Index(
            "ix_payments_refunds_unanswered", "asked_at", postgresql_where=text("state IN ('taken', 'sent')")
        ),
    )  # fmt: skip
    machine = Machine[StrEnum](
        RefundState.TAKEN,
        {
            RefundState.TAKEN: (
                RefundState.SENT,
                RefundState.BY_HAND,
                RefundState.SUCCEEDED,
                RefundState.FAILED,
            ),
            RefundState.SENT: (RefundState.BY_HAND, RefundState.SUCCEEDED, RefundState.FAILED),
            RefundState.BY_HAND: (RefundState.SUCCEEDED, RefundState.FAILED),
            # A bank may send back what the provider took for done.
            RefundState.SUCCEEDED: (RefundState.FAILED,),
            RefundState.FAILED: (),
        },
    )

    charge_id: Mapped[UUID] = mapped_column(ForeignKey("payments_charges.id"), index=True)
    amount_idr: Mapped[Rupiah]
    cause: Mapped[str] = mapped_column(Text)
    why: Mapped[str] = mapped_column(Text, default="")
    requested_by: Mapped[str] = mapped_column(Text)
    ours: Mapped[bool]
    """Whether it is sent from here; others were made at the provider, and we heard or were told of them."""
    provider_ref: Mapped[str | None] = mapped_column(String(PROVIDER_ID))
    attempt: Mapped[int] = mapped_column(SmallInteger, default=1)
    asked_at: Mapped[datetime]
    tried_at: Mapped[datetime | None]
    """When the gateway heard the key of this attempt first."""


class DisputeState(StrEnum):
    """Where a dispute stands with us."""

    OPEN = "open"
    WON = "won"
    LOST = "lost"


class Dispute(Stateful, Base):
    """Money of a charge that the buyer's bank has drawn back, and asks about."""

    __tablename__ = "payments_disputes"
    __table_args__ = (at_least("amount_idr", 1), UniqueConstraint("charge_id", "provider_ref"))
    machine = Machine[StrEnum](
        DisputeState.OPEN,
        {DisputeState.OPEN: (DisputeState.WON, DisputeState.LOST), DisputeState.WON: (), DisputeState.LOST: ()},
    )

    charge_id: Mapped[UUID] = mapped_column(ForeignKey("payments_charges.id"))
    provider_ref: Mapped[str] = mapped_column(String(PROVIDER_ID))
    amount_idr: Mapped[Rupiah]
    reason: Mapped[str] = mapped_column(Text)
    due_at: Mapped[datetime | None]
    opened_at: Mapped[datetime]


class Account(Base):
    """Whose money, by a key such as ``ref:<reference>``: what went out of it and what came in, both only growing."""

    __tablename__ = "payments_accounts"
    __table_args__ = (
        at_least("debited_idr"),
        at_least("credited_idr"),
        CheckConstraint(
            "kind NOT IN ('ref', 'held', 'refund', 'payout') OR credited_idr >= debited_idr", name="not_overdrawn"
        ),
    )

    key: Mapped[str] = mapped_column(Text, primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    debited_idr: Mapped[Rupiah]
    credited_idr: Mapped[Rupiah]


class Entry(Base):
    """One amount that moved from an account to another. A trigger refuses to change or delete it (R8.1)."""

    __tablename__ = "payments_entries"
    __table_args__ = (
        at_least("amount_idr", 1),
        CheckConstraint("debit <> credit", name="two_accounts"),
        Index("ix_payments_entries_debit", "debit", "at", "id"),
        Index("ix_payments_entries_credit", "credit", "at", "id"),
    )

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    debit: Mapped[str] = mapped_column(ForeignKey("payments_accounts.key"))
    credit: Mapped[str] = mapped_column(ForeignKey("payments_accounts.key"))
    amount_idr: Mapped[Rupiah]
    kind: Mapped[str] = mapped_column(Text)
    ref: Mapped[str] = mapped_column(Text, index=True)
    label: Mapped[str] = mapped_column(Text, default="")
    corrects: Mapped[str | None] = mapped_column(ForeignKey("payments_entries.id"))
    at: Mapped[datetime]


class WebhookState(StrEnum):
    """What became of a gateway's message."""

    RECEIVED = "received"
    HANDLED = "handled"
    IGNORED = "ignored"


class WebhookEvent(Stateful, Base):
    """A gateway's message as it came in, kept under the gateway's own id for it."""

    __tablename__ = "payments_webhook_events"
    __table_args__ = (UniqueConstraint("gateway", "event_id"),)
    machine = Machine[StrEnum](
        WebhookState.RECEIVED,
        {
            WebhookState.RECEIVED: (WebhookState.HANDLED, WebhookState.IGNORED),
            WebhookState.HANDLED: (),
            WebhookState.IGNORED: (),
        },
    )

    gateway: Mapped[str] = mapped_column(Text)
    """The name in the webhook's address."""
    subject: Mapped[str] = mapped_column(Text, default="charge")
    event_id: Mapped[str] = mapped_column(String(PROVIDER_ID))
    kind: Mapped[str] = mapped_column(Text)
    provider_ref: Mapped[str] = mapped_column(String(PROVIDER_ID))
    live: Mapped[bool]
    version: Mapped[str] = mapped_column(Text, default="")
    body: Mapped[str] = mapped_column(Text)
    received_at: Mapped[datetime]
    cause: Mapped[str] = mapped_column(Text, default="")


class Statement(Identified, Base):
    """A file of a bank's that was taken in, once."""

    __tablename__ = "payments_statements"

    sha256: Mapped[str] = mapped_column(Text, unique=True)
    name: Mapped[str] = mapped_column(Text)
    imported_by: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]


class RowState(StrEnum):
    """Whether we know what a movement of the account was."""

    UNMATCHED = "unmatched"
    MATCHED = "matched"
    EXPLAINED = "explained"


class StatementRow(Stateful, Base):
    """A movement of the account. The bank's words name people, and are not kept: file and line say where they stand."""

    __tablename__ = "payments_statement_rows"
    __table_args__ = (
        at_least("amount_idr", 1),
        CheckConstraint("direction IN ('in', 'out')", name="direction_known"),
        CheckConstraint("(state = 'matched') = (charge_id IS NOT NULL)", name="matched_with"),
    )
    machine = Machine[StrEnum](
        RowState.UNMATCHED,
        {RowState.UNMATCHED: (RowState.MATCHED, RowState.EXPLAINED), RowState.MATCHED: (), RowState.EXPLAINED: ()},
    )

    statement_id: Mapped[UUID] = mapped_column(ForeignKey("payments_statements.id"), index=True)
    line: Mapped[int]
    row_hash: Mapped[str] = mapped_column(Text, unique=True)
    booked_on: Mapped[date]
    direction: Mapped[str] = mapped_column(Text)
    amount_idr: Mapped[Rupiah]
    charge_id: Mapped[UUID | None] = mapped_column(ForeignKey("payments_charges.id"), unique=True)
    """The charge it paid; one pays one."""
    why: Mapped[str] = mapped_column(Text, default="")


class RefusedMessage(Base):
    """How many messages with a wrong signature came to a webhook in an hour; nothing else of them is kept (R6.2).

    Counted in a few slots, so that a flood of them does not wait for one row.
    """

    __tablename__ = "payments_refused_messages"
    __table_args__ = (at_least("refused", 1), at_least("slot"))

    gateway: Mapped[str] = mapped_column(Text, primary_key=True)
    """The webhook's name in its address."""
    hour: Mapped[datetime] = mapped_column(primary_key=True)
    slot: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    refused: Mapped[int]
    last_at: Mapped[datetime]


class SandboxState(StrEnum):
    """How a session stands in the sandbox's books."""

    OPEN = "open"
    PAID = "paid"
    FAILED = "failed"
    EXPIRED = "expired"


class SandboxSession(Stateful, Base):
    """A session at the sandbox gateway, under the key it was asked for with. It stands for a provider's database."""

    __tablename__ = "payments_sandbox_sessions"
    __table_args__ = (
        at_least("amount_idr"),
        at_least("refunded_idr"),
        CheckConstraint("refunded_idr <= amount_idr", name="refunded_within"),
    )
    machine = Machine[StrEnum](
        SandboxState.OPEN,
        {
            SandboxState.OPEN: (SandboxState.PAID, SandboxState.FAILED, SandboxState.EXPIRED),
            SandboxState.PAID: (),
            SandboxState.FAILED: (),
            SandboxState.EXPIRED: (),
        },
    )

    token_hash: Mapped[str] = mapped_column(Text, unique=True)
    amount_idr: Mapped[Rupiah]
    currency: Mapped[str] = mapped_column(Text)
    label: Mapped[str] = mapped_column(Text)
    return_path: Mapped[str] = mapped_column(Text)
    expires_at: Mapped[datetime]
    refunded_idr: Mapped[Rupiah] = mapped_column(default=Rupiah(0))


class SandboxRefund(Identified, Base):
    """What the sandbox paid back, under the key it was asked for with."""

    __tablename__ = "payments_sandbox_refunds"
    __table_args__ = (at_least("amount_idr", 1),)

    key: Mapped[str] = mapped_column(Text, unique=True)
    refund_key: Mapped[str] = mapped_column(Text, index=True)
    session_id: Mapped[UUID] = mapped_column(ForeignKey("payments_sandbox_sessions.id"))
    amount_idr: Mapped[Rupiah]
