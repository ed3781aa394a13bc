"""The books of payments: what ``jkp verify`` and ``jkp facts`` read."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from uuid import UUID

from sqlalchemy import Text, func, select
from sqlalchemy.orm import InstrumentedAttribute

from marketplace.kernel import clock
from marketplace.kernel.db import rows, session
from marketplace.kernel.models import Delivery, StoredEvent
from marketplace.kernel.money import Rupiah
from marketplace.payments import models
from marketplace.payments.events import WebhookReceived
from marketplace.payments.models import ChargeState, Dispute, DisputeState, Entry, Refund, RefundState, WebhookEvent
from marketplace.payments.queries.gateways import place
from marketplace.payments.queries.ledger import Moved, balance, unbalanced, unlike
from marketplace.payments.queries.statements import broken_rows

RECEIVED = (ChargeState.SETTLED, ChargeState.SURPLUS)
LATE = timedelta(days=1)


def broken() -> Iterator[str]:
    """Yield a sentence for each broken invariant of payments (R26.1)."""
    yield from _charges()
    yield from _refunds()
    yield from _disputes()
    yield from unbalanced()
    yield from _entries()
    yield from _inbox()
    yield from broken_rows()


def _charges() -> Iterator[str]:
    paid = select(models.Charge.reference).where(models.Charge.state == ChargeState.SETTLED)
    for row in rows(paid.group_by(models.Charge.reference).having(func.count() > 1)):
        yield f"payments: the reference {row.reference} was paid more than once"
    statement = select(models.Charge.id).where(
        models.Charge.state.in_(RECEIVED) != models.Charge.settled_at.is_not(None)
    )
    for row in rows(statement):
        yield f"payments: the charge {row.id} is settled without a time, or has a time without being settled"
    spare = (models.Charge.state == ChargeState.SURPLUS) & (models.Charge.refunded_idr < models.Charge.amount_idr)
    for row in rows(select(models.Charge.id).where(spare)):
        yield f"payments: the charge {row.id} is surplus and was not paid back whole; a person must look at it"
    asked = select(models.Charge.id, models.Charge.reference, models.Charge.cause).order_by(models.Charge.id)
    for row in rows(asked.where(models.Charge.state == ChargeState.REVIEW)):
        yield f"payments: the charge {row.id} of {row.reference} is in review and waits for a person: {row.cause}"


def _refunds() -> Iterator[str]:
    # Those that failed gave back what they had taken.
    for charge in _uneven(Refund, RefundState.FAILED, models.Charge.refunded_idr):
        yield f"payments: the refunds of the charge {charge} do not add up to what is noted there"
    for row in rows(select(models.Charge.id).where(models.Charge.refunded_idr > models.Charge.amount_idr)):
        yield f"payments: more was refunded than paid for the charge {row.id}"
    waiting = select(Refund.id, Refund.charge_id, Refund.state).order_by(Refund.id)
    late = Refund.state.in_((RefundState.TAKEN, RefundState.SENT)) & (Refund.asked_at <= clock.now() - LATE)
    for row in rows(waiting.where(late)):
        yield f"payments: the refund {row.id} of the charge {row.charge_id} is {row.state} since more than a day"
    for row in rows(waiting.where(Refund.state == RefundState.BY_HAND)):
        yield f"payments: the refund {row.id} of the charge {row.charge_id} waits for a person to pay it back by hand"
    if (lost := balance("suspense")) != Rupiah(0):
        yield f"ledger: {lost.amount} rupiah lie in suspense; a person must say whose they were"


def _disputes() -> Iterator[str]:
    for charge in _uneven(Dispute, DisputeState.WON, models.Charge.disputed_idr):
        yield f"payments: the disputes of the charge {charge} do not add up to what is noted there"
    columns = (Dispute.id, Dispute.state, Dispute.amount_idr, models.Charge.gateway)
    expected: dict[str, Moved] = {}
    for row in rows(select(*columns).join(models.Charge)):
        own, there = f"dispute:{row.id}", f"at:{place(row.gateway)}"
        expected[own] = Moved(own, there, row.amount_idr)
        if row.state == DisputeState.WON:
            expected[f"disputewon:{row.id}"] = Moved(there, own, row.amount_idr)
        elif row.state == DisputeState.OPEN or balance(own) != Rupiah(0):
            yield f"payments: the dispute {row.id} is {row.state} and waits for a person"
    yield from unlike(expected, ("dispute", "dispute_won"))
    borne = (Entry.kind == "dispute_lost") & Entry.ref.not_in(
        select(Dispute.id.cast(Text)).where(Dispute.state == DisputeState.LOST)
    )
    for row in rows(select(Entry.id).where(borne)):
        yield f"ledger: the entry {row.id} stands for no dispute that was lost"


def _uneven(
    what: type[Refund | Dispute], given_back: RefundState | DisputeState, noted: InstrumentedAttribute[Rupiah]
) -> Iterator[UUID]:
    """Yield the charges whose refunds or disputes, but those that gave their amount back, are not what is noted there."""
    sums = (
        select(what.charge_id, func.sum(what.amount_idr).label("total"))
        .where(what.state != given_back)
        .group_by(what.charge_id)
        .subquery()
    )
    compared = select(models.Charge.id).outerjoin(sums, sums.c.charge_id == models.Charge.id)
    yield from (row.id for row in rows(compared.where(func.coalesce(sums.c.total, 0) != noted)))


def _entries() -> Iterator[str]:
    """Compare the ledger with what charges and refunds say happened."""
    written = {row.id: Moved(row.debit, row.credit, row.amount_idr) for row in rows(_AT_A_PLACE)}
    expected: dict[str, Moved] = {}
    received = select(models.Charge).where(models.Charge.state.in_(RECEIVED), models.Charge.amount_idr > Rupiah(0))
    for charge in session.scalars(received):
        asked = charge.asked_idr or charge.amount_idr
        into = f"ref:{charge.reference}"
        # Where its money lay is what the entry says: the gateway may not be installed any more.
        known = written.get(f"pay:{charge.id}")
        expected[f"pay:{charge.id}"] = Moved(known.debit if known else place(charge.gateway), into, asked)
        if charge.amount_idr != asked:
            expected[f"pay:{charge.id}:unique"] = Moved("unique_amount", into, charge.amount_idr - asked)
    yield from unlike(expected, ("charge", "unique_amount"))
    expected = {}
    columns = (Refund.id, Refund.state, Refund.ours, Refund.amount_idr, models.Charge.reference)
    for refund in rows(select(*columns).join(models.Charge)):
        reference = f"ref:{refund.reference}"
        own, back = f"refund:{refund.id}", written.get(f"refunded:{refund.id}")
        steps = {f"take:{refund.id}": Moved(reference, own, refund.amount_idr)} if refund.ours else {}
        if refund.state == RefundState.SUCCEEDED or back:
            # Where it came from, if nobody asked for it here, and at which place it was paid, only the entry knows.
            source = own if refund.ours else back.debit if back and back.debit == "suspense" else reference
            steps[f"refunded:{refund.id}"] = Moved(source, back.credit if back else "at", refund.amount_idr)
        expected |= steps
        if refund.state == RefundState.FAILED:
            expected |= {f"undo:{key}": Moved(one.credit, one.debit, one.amount) for key, one in steps.items()}
        elif refund.state != RefundState.SUCCEEDED:
            expected.pop(f"refunded:{refund.id}", None)
    yield from unlike(expected, BACK)


BACK = ("refund_taken", "refunded", "undone")
_AT_A_PLACE = select(Entry.id, Entry.debit, Entry.credit, Entry.amount_idr).where(
    Entry.kind.in_(("charge", "refunded")), Entry.debit.startswith("at:") | Entry.credit.startswith("at:")
)


def _inbox() -> Iterator[str]:
    told = select(StoredEvent.payload["event_id"].astext).where(StoredEvent.name == WebhookReceived.name())
    lost = select(WebhookEvent.id).where(
        WebhookEvent.state == models.WebhookState.RECEIVED,
        WebhookEvent.id.cast(Text).not_in(told),
    )
    for row in rows(lost):
        yield f"payments: the webhook event {row.id} was stored but nobody was told of it"


def payment_facts() -> Iterator[Mapping[str, object]]:
    """Yield the rows of ``payments`` for ``jkp facts``."""
    charge_table = models.Charge
    for row in session.scalars(select(charge_table).order_by(charge_table.id)):
        yield {
            "id": str(row.id),
            "order_id": row.reference,
            "provider_ref": row.provider_ref,
            "amount_idr": row.amount_idr.amount,
            "currency": row.currency,
            "refunded_idr": row.refunded_idr.amount,
            "state": row.state,
            "cause": row.cause,
        }


def webhook_facts() -> Iterator[Mapping[str, object]]:
    """Yield the rows of ``webhook_events`` for ``jkp facts``; ``tries`` are those of the outbox."""
    tries = (
        select(func.coalesce(func.max(Delivery.tries), 0))
        .join(StoredEvent, StoredEvent.id == Delivery.event_id)
        .where(
            StoredEvent.name == WebhookReceived.name(),
            StoredEvent.payload["event_id"].astext == WebhookEvent.id.cast(Text),
        )
        .scalar_subquery()
    )
    for row, tried in session.execute(select(WebhookEvent, tries).order_by(WebhookEvent.id)):
        yield {
            "provider": row.gateway,
            "event_id": row.event_id,
            "type": row.kind,
            "livemode": row.live,
            "received_at": row.received_at.isoformat().replace("+00:00", "Z"),
            "state": row.state,
            "tries": tried,
            "cause": row.cause,
        }
