"""The sandbox's own books."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, select

from marketplace.kernel.db import rows
from marketplace.kernel.ids import token_hash
from marketplace.kernel.money import Rupiah
from marketplace.payments.models import SandboxSession


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
