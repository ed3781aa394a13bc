"""The webhook inbox: check the signature, store, answer; then handle, in any order and any number of times."""

from collections.abc import Mapping
from typing import cast
from uuid import UUID

import structlog
from sqlalchemy import Table, select
from sqlalchemy.dialects.postgresql import insert

from marketplace.kernel import clock
from marketplace.kernel.access import SYSTEM
from marketplace.kernel.db import session, transactional
from marketplace.kernel.errors import NotFound
from marketplace.kernel.ids import uuid7
from marketplace.kernel.outbox import emit
from marketplace.payments import queries
from marketplace.payments.events import WebhookReceived
from marketplace.payments.models import WebhookEvent, WebhookState
from marketplace.payments.services.charges import calling_out, record
from marketplace.payments.slots import GatewayUnavailableError, Told

log = structlog.get_logger()


def receive(gateway: str, body: bytes, headers: Mapping[str, str]) -> bool:
    """Take in what a gateway sent; False when the signature is not right, and then nothing was written.

    Raises NotFound for a gateway that is not there.
    """
    found = queries.gateway(gateway)
    if found is None:
        raise NotFound
    told = found.verify(body, headers)
    if told is None:
        log.warning("webhook refused", gateway=gateway)
        return False
    store(gateway, told, body.decode(errors="replace").replace("\x00", ""))
    return True


_inbox = cast("Table", WebhookEvent.__table__)
_KEEP = insert(_inbox).on_conflict_do_nothing(index_elements=["gateway", "event_id"]).returning(_inbox.c.id)


@transactional
def store(gateway: str, told: Told, body: str) -> None:
    """Keep a verified message under its own id, once, and leave it to the outbox."""
    row = {
        "id": uuid7(),
        "gateway": gateway,
        "event_id": told.event_id,
        "kind": told.kind,
        "provider_ref": told.provider_ref,
        "live": told.live,
        "version": told.version,
        "body": body,
        "received_at": clock.now(),
        "state": WebhookState.RECEIVED,
    }
    kept = session.execute(_KEEP, row).scalar_one_or_none()
    if kept is not None:
        emit(WebhookReceived(event_id=str(kept)))


def work(event_id: UUID) -> None:
    """Handle a stored message: fetch what it is about and move our facts forward.

    Raises GatewayUnavailableError, and LookupError for a session that is not ours yet: the outbox comes back to it.
    """
    told = queries.webhook_event(event_id)
    if told.state != WebhookState.RECEIVED:
        return
    if not told.provider_ref:
        done(event_id, WebhookState.IGNORED, "nothing to do with a charge")
        return
    found = queries.known(told.gateway)
    if found is None:
        raise GatewayUnavailableError(told.gateway)
    calling_out()
    standing = found.fetch(told.provider_ref)
    charge_id = queries.charge_of_session(told.gateway, told.provider_ref, standing.key)
    if charge_id is None:
        raise LookupError(told.provider_ref)
    record(charge_id, standing)
    done(event_id, WebhookState.HANDLED, "")


@transactional
def done(event_id: UUID, state: WebhookState, cause: str) -> None:
    """Close a stored message; harmless when another worker has done so."""
    event = session.execute(select(WebhookEvent).where(WebhookEvent.id == event_id).with_for_update()).scalar_one()
    if event.state == WebhookState.RECEIVED:
        event.cause = cause
        event.move(state, by=SYSTEM, why=cause)
