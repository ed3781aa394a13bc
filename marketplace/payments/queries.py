"""What is known of charges, gateways and webhook events."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    Text,
    bindparam,
    exists,
    func,
    literal_column,
    select,
    tuple_,
)

from marketplace.kernel import clock
from marketplace.kernel.db import rows, session
from marketplace.kernel.errors import NotFound
from marketplace.kernel.ids import token_hash
from marketplace.kernel.models import Delivery, StoredEvent
from marketplace.kernel.money import Rupiah
from marketplace.payments import models
from marketplace.payments.events import WebhookReceived
from marketplace.payments.models import ChargeState, SandboxSession, WebhookEvent
from marketplace.payments.slots import Gateway, Opened, gateways

AT_ONCE = 200
"""How many open charges are read at a time."""


@dataclass(frozen=True, kw_only=True)
class Charge:
    """A charge as others may see it; without ``pay_path`` its gateway has not answered yet."""

    id: UUID
    reference: str
    state: str
    gateway: str
    amount: Rupiah
    currency: str
    label: str
    return_path: str
    expires_at: datetime
    settled_at: datetime | None
    cause: str
    provider_ref: str | None
    pay_path: str | None
    refunded: Rupiah

    @property
    def returned(self) -> bool:
        """Tell whether it was settled and its money went back, whole. Where nothing was to be paid nothing goes back."""
        return self.state == ChargeState.SETTLED and bool(self.amount) and self.refunded == self.amount

    def with_page(self, opened: Opened) -> "Charge":
        """Return the same charge, opened at its gateway."""
        return replace(self, provider_ref=opened.provider_ref, pay_path=opened.pay_path)


@dataclass(frozen=True, kw_only=True)
class StoredWebhook:
    """A gateway's message in the inbox."""

    id: UUID
    gateway: str
    state: str
    provider_ref: str


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


_charge = select(
    models.Charge.id,
    models.Charge.reference,
    models.Charge.state,
    models.Charge.gateway,
    models.Charge.amount_idr.label("amount"),
    models.Charge.currency,
    models.Charge.label,
    models.Charge.return_path,
    models.Charge.expires_at,
    models.Charge.settled_at,
    models.Charge.cause,
    models.Charge.provider_ref,
    models.Charge.pay_path,
    models.Charge.refunded_idr.label("refunded"),
)


_FIELDS = tuple(_charge.selected_columns.keys())
# Made once: building a statement costs as much as running it.
_BY_ID = _charge.where(models.Charge.id == bindparam("charge"))


def _newest(reference: ColumnElement[str]) -> Select[*tuple[Any, ...]]:
    settled, review = (models.Charge.state == literal_column(f"'{state}'") for state in ("settled", "review"))
    ordered = _charge.where(models.Charge.reference == reference).order_by(
        settled.desc(), review.desc(), models.Charge.id.desc()
    )
    return ordered.limit(literal_column("1"))


_LATEST = _newest(bindparam("reference"))
_SETTLED_ELSEWHERE = select(
    exists().where(
        models.Charge.reference == bindparam("reference"),
        models.Charge.state == literal_column("'settled'"),
        models.Charge.id != bindparam("but"),
    )
)


def offered() -> tuple[Gateway, ...]:
    """Return the gateways that buyers can choose here, in plugin order."""
    return tuple(one for one in gateways if one.available())


def gateway(key: str) -> Gateway | None:
    """Return a gateway that buyers can choose here, by its key."""
    return next((one for one in offered() if one.key == key), None)


def known(key: str) -> Gateway | None:
    """Return an installed gateway by its key, offered or not: what was begun at a gateway is ended there."""
    return next((one for one in gateways if one.key == key), None)


def charge(charge_id: UUID) -> Charge:
    """Return a charge; raises NotFound."""
    found = rows(_BY_ID, {"charge": charge_id})
    if not found:
        raise NotFound
    return Charge(**found[0]._asdict())


def latest(reference: str) -> Charge | None:
    """Return the settled charge of a reference, else one in review, else its newest one."""
    found = rows(_LATEST, {"reference": reference})
    return charge_in(found[0]) if found else None


def latest_beside(reference: ColumnElement[str]) -> FromClause:
    """Return what ``latest`` gives as something to be joined by those above, for ``charge_in``."""
    return _newest(reference).lateral("charge")


def charge_in(columns: Sequence[Any]) -> Charge | None:
    """Return the charge that stands in the columns of ``latest_beside``, in their order; None when they are empty."""
    return Charge(**dict(zip(_FIELDS, columns, strict=True))) if columns[0] else None


def charges_of(reference: str) -> tuple[Charge, ...]:
    """Return all charges of a reference, newest first."""
    found = rows(_charge.where(models.Charge.reference == reference).order_by(models.Charge.id.desc()))
    return tuple(Charge(**row._asdict()) for row in found)


def settled_elsewhere(reference: str, but: UUID) -> bool:
    """Tell whether another charge of the reference was settled."""
    return bool(rows(_SETTLED_ELSEWHERE, {"reference": reference, "but": but})[0][0])


Place = tuple[datetime, UUID]
"""Where a charge stands among the open ones: the end of its time, and its id."""
FIRST: Place = (datetime.fromtimestamp(0, tz=clock.JAKARTA), UUID(int=0))
"""In front of them all."""


@dataclass(frozen=True)
class Queue:
    """Open charges that their gateways are to be asked about; one that stays open does not stand in the others' way."""

    name: str
    wanted: ColumnElement[bool]

    def gateways(self) -> tuple[str, ...]:
        """Return the keys of the gateways that have such charges."""
        found = select(models.Charge.gateway).where(models.Charge.state == ChargeState.OPENED, self.wanted).distinct()
        return tuple(sorted(row.gateway for row in rows(found)))

    def places(self, gateway: str, after: Place) -> Iterator[Place]:
        """Yield the charges of a gateway behind a place, those first whose time ends first."""
        place = (models.Charge.expires_at, models.Charge.id)
        statement = select(*place).where(
            models.Charge.state == ChargeState.OPENED, models.Charge.gateway == gateway, self.wanted
        )
        ordered = statement.order_by(*place).limit(AT_ONCE)
        while found := rows(ordered.where(tuple_(*place) > after)):
            for row in found:
                after = (row.expires_at, row.id)
                yield after


def due_charges(now: datetime) -> Queue:
    """Return the open charges whose time is over."""
    return Queue("due", models.Charge.expires_at <= now)


def unanswered_charges(before: datetime) -> Queue:
    """Return the open charges made before a moment whose gateway's answer was never kept."""
    return Queue("unanswered", (models.Charge.created_at <= before) & models.Charge.pay_path.is_(None))


def waiting_charges(before: datetime) -> Queue:
    """Return the charges open at their gateway since before a moment."""
    return Queue("waiting", (models.Charge.created_at <= before) & models.Charge.pay_path.is_not(None))


def charge_of_session(key: str, provider_ref: str, our_key: str) -> UUID | None:
    """Return the charge of a gateway's session, found by the key we gave it: also before its answer was kept (R6.6)."""
    try:
        charge_id = UUID(our_key)
    except ValueError:
        return None
    statement = select(models.Charge.id, models.Charge.provider_ref).where(
        models.Charge.id == charge_id, models.Charge.gateway == key
    )
    found = session.execute(statement).one_or_none()
    return found.id if found and found.provider_ref in (None, provider_ref) else None


def webhook_event(event_id: UUID) -> StoredWebhook:
    """Return a stored message; raises NotFound."""
    columns = (WebhookEvent.id, WebhookEvent.gateway, WebhookEvent.state, WebhookEvent.provider_ref)
    found = session.execute(select(*columns).where(WebhookEvent.id == event_id)).one_or_none()
    if found is None:
        raise NotFound
    return StoredWebhook(**found._asdict())


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


def broken() -> Iterator[str]:
    """Yield a sentence for each broken invariant of payments (R26.1)."""
    paid = select(models.Charge.reference).where(models.Charge.state == ChargeState.SETTLED)
    for row in rows(paid.group_by(models.Charge.reference).having(func.count() > 1)):
        yield f"payments: the reference {row.reference} was paid more than once"
    statement = select(models.Charge.id).where(
        (models.Charge.state == ChargeState.SETTLED) != models.Charge.settled_at.is_not(None)
    )
    for row in rows(statement):
        yield f"payments: the charge {row.id} is settled without a time, or has a time without being settled"
    for row in rows(select(models.Charge.id).where(models.Charge.refunded_idr > models.Charge.amount_idr)):
        yield f"payments: more was refunded than paid for the charge {row.id}"
    asked = select(models.Charge.id, models.Charge.reference, models.Charge.cause).order_by(models.Charge.id)
    for row in rows(asked.where(models.Charge.state == ChargeState.REVIEW)):
        yield f"payments: the charge {row.id} of {row.reference} is in review and waits for a person: {row.cause}"
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


def payable(references: Sequence[str], until: datetime | None = None) -> frozenset[str]:
    """Return those references that have an open charge, or one whose time goes beyond a moment."""
    still = select(models.Charge.reference).where(
        models.Charge.reference.in_(references), models.Charge.state == ChargeState.OPENED
    )
    return frozenset(session.scalars(still if until is None else still.where(models.Charge.expires_at > until)))


def settled_amounts() -> dict[str, Rupiah]:
    """Return what was paid and not paid back whole, by reference, for those who check their own books against it."""
    settled = select(models.Charge.reference, models.Charge.amount_idr).where(
        models.Charge.state == ChargeState.SETTLED,
        (models.Charge.refunded_idr == Rupiah(0)) | (models.Charge.refunded_idr < models.Charge.amount_idr),
    )
    return {row.reference: row.amount_idr for row in rows(settled)}
