"""The webhook inbox: check the signature, store, answer; then handle, in any order and any number of times."""

from collections.abc import Mapping, Sequence
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
from marketplace.payments.services import disputes, payouts, refunds
from marketplace.payments.services.calling import calling_out
from marketplace.payments.services.charges import take_in
from marketplace.payments.services.refusing import count_refused
from marketplace.payments.slots import Gateway, GatewayUnavailableError, Subject, Told, payers

log = structlog.get_logger()


def receive(hook: str, body: bytes, headers: Mapping[str, str]) -> bool:
    """Take in what a gateway sent; False when the signature is not right, and then it was counted and nothing else.

    Raises NotFound when no gateway that is offered has such a webhook.
    """
    found = next((one for one in queries.offered() if one.hook == hook), None)
    if found is None:
        raise NotFound
    told = found.verify(body, headers)
    if told is None:
        log.warning("webhook refused", hook=hook)
        count_refused(hook)
        return False
    store(hook, told, body.decode(errors="replace").replace("\x00", ""))
    return True


_inbox = cast("Table", WebhookEvent.__table__)
_KEEP = insert(_inbox).on_conflict_do_nothing(index_elements=["gateway", "event_id"]).returning(_inbox.c.id)


@transactional
def store(hook: str, told: Told, body: str) -> None:
    """Keep a verified message under its own id, once, and leave it to the outbox."""
    row = {
        "id": uuid7(),
        "gateway": hook,
        "subject": told.subject if told.provider_ref else Subject.NONE,
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


def work(event_id: UUID, *, again: bool = False) -> None:
    """Handle a stored message: fetch what it is about and move our facts forward; ``again`` also if that was done before.

    Raises GatewayUnavailableError, and LookupError for a session that is not ours yet: the outbox comes back to it.
    """
    told = queries.webhook_event(event_id)
    if told.state != WebhookState.RECEIVED and not again:
        return
    if told.subject == Subject.NONE:
        done(event_id, WebhookState.IGNORED, "nothing to do with a charge")
        return
    behind = queries.behind(told.gateway)
    if not behind:
        raise GatewayUnavailableError(told.gateway)
    calling_out()
    if told.subject == Subject.PAYOUT:
        _payout(told.gateway, told.provider_ref)
    elif told.subject == Subject.REFUND:
        _refund(behind, told.provider_ref)
    elif told.subject == Subject.DISPUTE:
        _dispute(behind, told.provider_ref)
    else:
        _charge(behind, told.provider_ref)
    done(event_id, WebhookState.HANDLED, "")


def _charge(behind: Sequence[Gateway], provider_ref: str) -> None:
    standing = behind[0].fetch(provider_ref)
    charge_id = queries.charge_of_session([one.key for one in behind], provider_ref, standing.key)
    if charge_id is None:
        raise LookupError(provider_ref)
    take_in(charge_id, standing)


def _refund(behind: Sequence[Gateway], provider_ref: str) -> None:
    """One that we asked for is known by its key; any other was made at the provider and is known by what was paid."""
    standing = behind[0].fetch_refund(provider_ref)
    keys = [one.key for one in behind]
    charge_id = queries.charge_of_refund(keys, standing.key) or queries.charge_of_payment(keys, standing.payment_ref)
    if charge_id is None:
        raise LookupError(provider_ref)
    refunds.take_in(charge_id, standing)


def _dispute(behind: Sequence[Gateway], provider_ref: str) -> None:
    standing = behind[0].fetch_dispute(provider_ref)
    charge_id = queries.charge_of_payment([one.key for one in behind], standing.payment_ref)
    if charge_id is None:
        raise LookupError(provider_ref)
    disputes.record(charge_id, standing)


def _payout(hook: str, provider_ref: str) -> None:
    payer = next((one for one in payers if one.hook == hook), None)
    if payer is None:
        raise GatewayUnavailableError(hook)
    standing = payer.fetch(provider_ref)
    payout = queries.known_payout(standing.key)
    if payout is None:
        raise LookupError(provider_ref)
    payouts.record_payout(payout.id, standing)


@transactional
def done(event_id: UUID, state: WebhookState, cause: str) -> None:
    """Close a stored message; harmless when another worker has done so."""
    event = session.execute(select(WebhookEvent).where(WebhookEvent.id == event_id).with_for_update()).scalar_one()
    if event.state == WebhookState.RECEIVED:
        event.cause = cause
        event.move(state, by=SYSTEM, why=cause)
