"""What is known of refunds."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, select

from marketplace.kernel.db import rows
from marketplace.kernel.errors import NotFound
from marketplace.kernel.money import Rupiah
from marketplace.payments import models


@dataclass(frozen=True, kw_only=True)
class Refund:
    """A refund with what its gateway needs to know of the charge."""

    id: UUID
    charge_id: UUID
    reference: str
    gateway: str
    state: str
    amount: Rupiah
    currency: str
    cause: str
    ours: bool
    provider_ref: str | None
    session_ref: str | None
    payment_ref: str | None
    attempt: int
    tried_at: datetime | None


_refund = select(
    models.Refund.id,
    models.Refund.charge_id,
    models.Charge.reference,
    models.Charge.gateway,
    models.Refund.state,
    models.Refund.amount_idr.label("amount"),
    models.Charge.currency,
    models.Refund.cause,
    models.Refund.ours,
    models.Refund.provider_ref,
    models.Charge.provider_ref.label("session_ref"),
    models.Charge.payment_ref,
    models.Refund.attempt,
    models.Refund.tried_at,
).join(models.Charge, models.Charge.id == models.Refund.charge_id)
_BY_ID = _refund.where(models.Refund.id == bindparam("refund"))


def refund(refund_id: UUID) -> Refund:
    """Return a refund; raises NotFound."""
    found = rows(_BY_ID, {"refund": refund_id})
    if not found:
        raise NotFound
    return Refund(**found[0]._asdict())


def refunds_of(charge_id: UUID) -> tuple[Refund, ...]:
    """Return the refunds of a charge, oldest first."""
    found = rows(_refund.where(models.Refund.charge_id == charge_id).order_by(models.Refund.id))
    return tuple(Refund(**row._asdict()) for row in found)


def refunds_since(keys: Sequence[str], since: datetime) -> tuple[Refund, ...]:
    """Return the refunds of charges at these gateways taken since a moment, and those still on their way, oldest first."""
    wanted = models.Charge.gateway.in_(keys) & (
        (models.Refund.asked_at >= since) | (models.Refund.state == models.RefundState.SENT)
    )
    return tuple(Refund(**row._asdict()) for row in rows(_refund.where(wanted).order_by(models.Refund.id)))


def refund_of_key(charge_id: UUID, key: str | None) -> UUID | None:
    """Return the refund of a charge that we asked for under a key; None when the key is not ours."""
    try:
        refund_id = UUID(key or "")
    except ValueError:
        return None
    found = rows(_refund.where(models.Refund.id == refund_id, models.Refund.charge_id == charge_id))
    return next((row.id for row in found), None)


def charge_of_refund(keys: Sequence[str], key: str | None) -> UUID | None:
    """Return the charge of the refund that we asked one of these gateways for under a key; None when it is not ours."""
    try:
        refund_id = UUID(key or "")
    except ValueError:
        return None
    found = rows(_refund.where(models.Refund.id == refund_id, models.Charge.gateway.in_(keys)))
    return next((row.charge_id for row in found), None)


def refund_facts() -> Iterator[Mapping[str, object]]:
    """Yield the rows of ``refunds`` for ``jkp facts``; a refund is of a charge, and of no part yet."""
    for row in rows(select(models.Refund.__table__).order_by(models.Refund.id)):
        yield {
            "id": str(row.id),
            "payment_id": str(row.charge_id),
            "suborder_id": None,
            "amount_idr": row.amount_idr.amount,
            "state": row.state,
            "provider_ref": row.provider_ref,
            "requested_by": row.requested_by,
            "cause": row.cause,
        }
