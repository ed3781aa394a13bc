"""The sandbox's side: its sessions, what a visitor of its page decides, and the signed events it tells us."""

import hashlib
import hmac
import json
from typing import cast
from uuid import UUID

from sqlalchemy import Table, bindparam, select
from sqlalchemy.dialects.postgresql import insert

from marketplace.kernel import clock
from marketplace.kernel.access import SYSTEM
from marketplace.kernel.db import session, transactional
from marketplace.kernel.errors import NotFound
from marketplace.kernel.ids import derived_token, token_hash, uuid7
from marketplace.kernel.plugin import current
from marketplace.payments import queries
from marketplace.payments.models import SandboxRefund, SandboxSession, SandboxState
from marketplace.payments.services.webhooks import receive
from marketplace.payments.slots import ChargeRequest, RefundRequest

SIGNATURE = "Sandbox-Signature"
NAME = "sandbox"


_OPEN = insert(cast("Table", SandboxSession.__table__)).on_conflict_do_nothing(index_elements=["id"])


@transactional
def sandbox_open(request: ChargeRequest) -> str:
    """Make the session of a key, once; return the token of its page."""
    session_id = UUID(request.key)
    token = derived_token(current().settings.secret_key, session_id, "payments.sandbox")
    session.execute(
        _OPEN,
        {
            "id": session_id,
            "token_hash": token_hash(token),
            "amount_idr": request.amount,
            "currency": request.currency,
            "label": request.label,
            "return_path": request.return_path,
            "expires_at": request.expires_at,
            "state": SandboxState.OPEN,
        },
    )
    return token


@transactional
def sandbox_end(session_id: UUID) -> None:
    """End a session that is still open, as its time is over or we asked for it."""
    row = _locked(session_id)
    if row.state == SandboxState.OPEN:
        row.move(SandboxState.EXPIRED, by=SYSTEM)


@transactional
def sandbox_refund(session_id: UUID, request: RefundRequest) -> bool:
    """Pay back of a session that was paid, once for each key and attempt; False when so much of it is not left."""
    row = _locked(session_id)
    key = f"{request.key}-{request.attempt}"
    if queries.sandbox_refund_by_key(request.key, key):
        return True
    if row.state != SandboxState.PAID or row.amount_idr < row.refunded_idr + request.amount:
        return False
    row.refunded_idr += request.amount
    made = SandboxRefund(id=uuid7(), key=key, refund_key=request.key, session_id=session_id, amount_idr=request.amount)
    session.add(made)
    return True


def decide(token: str, outcome: SandboxState) -> str:
    """Do what the visitor of the sandbox's page chose, and tell it by a signed event; return the way back to the shop.

    A second decision changes nothing: the first one stands. Raises NotFound for a token that opens nothing.
    """
    session_id, standing, return_path = _choose(token, outcome)
    body = json.dumps(
        {
            "id": f"evt_{session_id.hex}_{standing}",
            "type": f"session.{standing}",
            "session": queries.sandbox_ref(session_id),
            "live": False,
        }
    ).encode()
    receive(NAME, body, {SIGNATURE: signature(body, int(clock.now().timestamp()))})
    return return_path


@transactional
def _choose(token: str, outcome: SandboxState) -> tuple[UUID, str, str]:
    row = session.execute(_BY_TOKEN, {"token_hash": token_hash(token)}).scalar_one_or_none()
    if row is None:
        raise NotFound
    if row.state == SandboxState.OPEN:
        late = row.expires_at <= clock.now()
        row.move(SandboxState.EXPIRED if late else outcome, by=SYSTEM)
    return row.id, row.state, row.return_path


_BY_TOKEN = select(SandboxSession).where(SandboxSession.token_hash == bindparam("token_hash")).with_for_update()


def signature(body: bytes, at: int) -> str:
    """Return the header that signs a body at a moment (seconds since 1970): HMAC-SHA-256 over ``<at>.<body>``."""
    secret = hmac.new(current().settings.secret_key.encode(), b"payments.sandbox.webhook", hashlib.sha256).digest()
    mac = hmac.new(secret, f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={mac}"


def _locked(session_id: UUID) -> SandboxSession:
    return session.execute(select(SandboxSession).where(SandboxSession.id == session_id).with_for_update()).scalar_one()
