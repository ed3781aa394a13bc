"""The sandbox's own books."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, select

from marketplace.kernel.db import rows
from marketplace.kernel.ids import token_hash
from marketplace.kernel.money import Rupiah
from marketplace.payments.models import SandboxRefund, SandboxSession


@dataclass(frozen=True, kw_only=True)
class SandboxPage:
    """A session as the sandbox's own page shows it."""

    id: UUID
    state: str
    amount: Rupiah
    currency: str
    label: str
    return_path: str
    expires_at: datetime

    @property
    def provider_ref(self) -> str:
        """Return the name under which the sandbox tells of this session."""
        return sandbox_ref(self.id)


@dataclass(frozen=True, kw_only=True)
class SandboxPaidBack:
    """What the sandbox paid back of a session, and the key it was asked for with."""

    id: UUID
    refund_key: str
    session_id: UUID
    amount: Rupiah
    currency: str

    @property
    def provider_ref(self) -> str:
        """Return the name under which the sandbox tells of this refund."""
        return f"sandbox_refund_{self.id.hex}"


def sandbox_ref(session_id: UUID) -> str:
    """Return the name under which the sandbox tells of a session."""
    return f"sandbox_{session_id.hex}"


def sandbox_session(token: str) -> SandboxPage | None:
    """Return the sandbox's session that a token opens."""
    found = rows(_SANDBOX_BY_TOKEN, {"token_hash": token_hash(token)})
    return SandboxPage(**found[0]._asdict()) if found else None


def sandbox_by_ref(provider_ref: str) -> SandboxPage | None:
    """Return the sandbox's session by the name it tells us."""
    _, _, written = provider_ref.partition("_")
    try:
        session_id = UUID(hex=written)
    except ValueError:
        return None
    found = rows(_SANDBOX_BY_ID, {"session": session_id})
    return SandboxPage(**found[0]._asdict()) if found else None


_sandbox = select(
    SandboxSession.id,
    SandboxSession.state,
    SandboxSession.amount_idr.label("amount"),
    SandboxSession.currency,
    SandboxSession.label,
    SandboxSession.return_path,
    SandboxSession.expires_at,
)
_SANDBOX_BY_TOKEN = _sandbox.where(SandboxSession.token_hash == bindparam("token_hash"))
_SANDBOX_BY_ID = _sandbox.where(SandboxSession.id == bindparam("session"))


_refund = select(
    SandboxRefund.id,
    SandboxRefund.refund_key,
    SandboxRefund.session_id,
    SandboxRefund.amount_idr.label("amount"),
    SandboxSession.currency,
).join(SandboxSession, SandboxSession.id == SandboxRefund.session_id)


def sandbox_refund_by_key(refund_key: str, key: str | None = None) -> SandboxPaidBack | None:
    """Return what the sandbox paid back for a refund, at the attempt of ``key`` or at any."""
    wanted = _refund.where(SandboxRefund.refund_key == refund_key)
    found = rows(wanted if key is None else wanted.where(SandboxRefund.key == key))
    return SandboxPaidBack(**found[0]._asdict()) if found else None


def sandbox_refund_by_ref(provider_ref: str) -> SandboxPaidBack | None:
    """Return what the sandbox paid back, by the name it tells us."""
    try:
        refund_id = UUID(hex=provider_ref.rpartition("_")[2])
    except ValueError:
        return None
    found = rows(_refund.where(SandboxRefund.id == refund_id))
    return SandboxPaidBack(**found[0]._asdict()) if found else None


def sandbox_refunds(session_id: UUID) -> tuple[SandboxPaidBack, ...]:
    """Return what the sandbox paid back of a session."""
    found = rows(_refund.where(SandboxRefund.session_id == session_id).order_by(SandboxRefund.id))
    return tuple(SandboxPaidBack(**row._asdict()) for row in found)
