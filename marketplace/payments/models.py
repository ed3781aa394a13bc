"""Charges, what gateways told of them, and the sandbox's own books."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.db import Base, at_least
from marketplace.kernel.machine import Machine, Stateful
from marketplace.kernel.money import Rupiah

PROVIDER_ID = 255
"""Room for a provider's identifiers (R6.7)."""


class ChargeState(StrEnum):
    """Where a charge stands with us."""

    OPENED = "opened"
    SETTLED = "settled"
    CLOSED = "closed"
    REVIEW = "review"


class Charge(Stateful, Base):
    """One attempt to collect an amount for a reference. Amount, currency and reference never change."""

    __tablename__ = "payments_charges"
    __table_args__ = (
        at_least("amount_idr"),
        at_least("refunded_idr"),
        UniqueConstraint("gateway", "provider_ref"),
        # One open charge and one payment for each reference (R6.5): the database says no.
        Index("uq_payments_charges_opened", "reference", unique=True, postgresql_where=text("state = 'opened'")),
        Index("uq_payments_charges_settled", "reference", unique=True, postgresql_where=text("state = 'settled'")),
        Index("ix_payments_charges_due", "expires_at", postgresql_where=text("state = 'opened'")),
    )
    machine = Machine[StrEnum](
        ChargeState.OPENED,
        {
            ChargeState.OPENED: (ChargeState.SETTLED, ChargeState.CLOSED, ChargeState.REVIEW),
            # Money that comes late is a fact all the same (R4.5).
            ChargeState.CLOSED: (ChargeState.SETTLED, ChargeState.REVIEW),
            ChargeState.REVIEW: (ChargeState.SETTLED, ChargeState.CLOSED),
            ChargeState.SETTLED: (),
        },
    )

    reference: Mapped[str] = mapped_column(Text, index=True)
    gateway: Mapped[str] = mapped_column(Text)
    provider_ref: Mapped[str | None] = mapped_column(String(PROVIDER_ID))
    pay_path: Mapped[str | None] = mapped_column(Text)
    amount_idr: Mapped[Rupiah]
    refunded_idr: Mapped[Rupiah] = mapped_column(default=Rupiah(0))
    currency: Mapped[str] = mapped_column(Text, default="IDR")
    label: Mapped[str] = mapped_column(Text)
    return_path: Mapped[str] = mapped_column(Text)
    expires_at: Mapped[datetime]
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    cause: Mapped[str] = mapped_column(Text, default="")


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
    event_id: Mapped[str] = mapped_column(String(PROVIDER_ID))
    kind: Mapped[str] = mapped_column(Text)
    provider_ref: Mapped[str] = mapped_column(String(PROVIDER_ID))
    live: Mapped[bool]
    version: Mapped[str] = mapped_column(Text, default="")
    body: Mapped[str] = mapped_column(Text)
    received_at: Mapped[datetime]
    cause: Mapped[str] = mapped_column(Text, default="")


class SandboxState(StrEnum):
    """How a session stands in the sandbox's books."""

    OPEN = "open"
    PAID = "paid"
    FAILED = "failed"
    EXPIRED = "expired"


class SandboxSession(Stateful, Base):
    """A session at the sandbox gateway, under the key it was asked for with. It stands for a provider's database."""

    __tablename__ = "payments_sandbox_sessions"
    __table_args__ = (at_least("amount_idr"),)
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
