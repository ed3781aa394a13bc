"""What is known of charges."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    Text,
    any_,
    bindparam,
    exists,
    func,
    literal,
    literal_column,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY

from marketplace.kernel.db import rows, session
from marketplace.kernel.errors import NotFound
from marketplace.kernel.money import Rupiah
from marketplace.payments import models
from marketplace.payments.models import ChargeState
from marketplace.payments.slots import Opened


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
    created_at: datetime
    settled_at: datetime | None
    cause: str
    provider_ref: str | None
    payment_ref: str | None
    pay_path: str | None
    method: Mapping[str, str] | None
    """What the buyer is shown to pay with, as ``slots.Method`` names it; None where ``pay_path`` says it all."""
    asked: Rupiah | None
    attempt: int
    refunded: Rupiah
    disputed: Rupiah

    @property
    def returned(self) -> bool:
        """Tell whether it was settled and its money is on its way back or there, whole. Where nothing was paid nothing goes."""
        return self.state == ChargeState.SETTLED and bool(self.amount) and self.refunded == self.amount

    def with_page(self, opened: Opened) -> "Charge":
        """Return the same charge, opened at its gateway."""
        shown = asdict(opened.method) if opened.method else None
        return replace(self, provider_ref=opened.provider_ref, pay_path=opened.pay_path, method=shown)


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
    models.Charge.created_at,
    models.Charge.settled_at,
    models.Charge.cause,
    models.Charge.provider_ref,
    models.Charge.payment_ref,
    models.Charge.pay_path,
    models.Charge.method,
    models.Charge.asked_idr.label("asked"),
    models.Charge.attempt,
    models.Charge.refunded_idr.label("refunded"),
    models.Charge.disputed_idr.label("disputed"),
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
        # Written out as in the index, which no parameter could be matched with.
        models.Charge.state.in_((literal_column("'settled'"), literal_column("'promised'"))),
        models.Charge.id != bindparam("but"),
    )
)


def charge(charge_id: UUID) -> Charge:
    """Return a charge; raises NotFound."""
    found = rows(_BY_ID, {"charge": charge_id})
    if not found:
        raise NotFound
    return Charge(**found[0]._asdict())


def charge_at(gateway: str, provider_ref: str) -> Charge | None:
    """Return the charge that a gateway knows by a name of its own; None when there is none."""
    wanted = (models.Charge.gateway == gateway, models.Charge.provider_ref == provider_ref)
    found = rows(_charge.where(*wanted))
    return Charge(**found[0]._asdict()) if found else None


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


def charges_since(keys: Sequence[str], since: datetime) -> tuple[Charge, ...]:
    """Return the charges of these gateways made since a moment, and those still open, oldest first."""
    wanted = models.Charge.gateway.in_(keys) & (
        (models.Charge.created_at >= since) | (models.Charge.state == ChargeState.OPENED)
    )
    found = rows(_charge.where(wanted, models.Charge.amount_idr > Rupiah(0)).order_by(models.Charge.id))
    return tuple(Charge(**row._asdict()) for row in found)


def open_disputes(keys: Sequence[str]) -> tuple[str, ...]:
    """Return the providers' names of the disputes about charges at these gateways that are open with us."""
    found = rows(
        select(models.Dispute.provider_ref)
        .join(models.Charge, models.Charge.id == models.Dispute.charge_id)
        .where(models.Charge.gateway.in_(keys), models.Dispute.state == models.DisputeState.OPEN)
    )
    return tuple(row.provider_ref for row in found)


def settled_elsewhere(reference: str, but: UUID) -> bool:
    """Tell whether another charge of the reference was settled, or is promised."""
    return bool(rows(_SETTLED_ELSEWHERE, {"reference": reference, "but": but})[0][0])


def charge_of_session(keys: Sequence[str], provider_ref: str, our_key: str) -> UUID | None:
    """Return the charge of a session at one of these gateways, found by the key we gave it (R6.6)."""
    try:
        charge_id = UUID(our_key)
    except ValueError:
        return None
    statement = select(models.Charge.id, models.Charge.provider_ref).where(
        models.Charge.id == charge_id, models.Charge.gateway.in_(keys)
    )
    found = session.execute(statement).one_or_none()
    return found.id if found and found.provider_ref in (None, provider_ref) else None


def _among(references: Collection[str]) -> ColumnElement[bool]:
    """Ask by one parameter: who checks the books asks about every order there is."""
    return models.Charge.reference == any_(literal(list(references), ARRAY(Text)))


def payable(references: Collection[str], until: datetime | None = None) -> frozenset[str]:
    """Return those references that have an open charge, or one whose time goes beyond a moment."""
    still = select(models.Charge.reference).where(_among(references), models.Charge.state == ChargeState.OPENED)
    return frozenset(session.scalars(still if until is None else still.where(models.Charge.expires_at > until)))


def unpaid(references: Collection[str]) -> frozenset[str]:
    """Return those references whose money is still to come: what can be paid, and what is promised."""
    owed = models.Charge.state.in_((ChargeState.OPENED, ChargeState.PROMISED))
    return frozenset(session.scalars(select(models.Charge.reference).where(_among(references), owed)))


def promised() -> frozenset[str]:
    """Return the references whose money comes with the goods, for those who check their own books against it."""
    return frozenset(
        session.scalars(select(models.Charge.reference).where(models.Charge.state == ChargeState.PROMISED))
    )


class Settled(NamedTuple):
    """What was paid for a reference, and what of it goes back."""

    amount: Rupiah
    refunded: Rupiah

    @property
    def here(self) -> bool:
        """Tell whether any of it stays; what costs nothing is paid with nothing."""
        return self.refunded < self.amount or not self.amount


def settled_amounts() -> dict[str, Settled]:
    """Return what was paid, by reference, for those who check their own books against it."""
    columns = (models.Charge.reference, models.Charge.amount_idr, models.Charge.refunded_idr)
    found = rows(select(*columns).where(models.Charge.state == ChargeState.SETTLED))
    return {row.reference: Settled(row.amount_idr, row.refunded_idr) for row in found}


def surplus_left() -> dict[str, Rupiah]:
    """Return what of surplus payments is here and not on its way back, by reference."""
    here = models.Charge.amount_idr - models.Charge.refunded_idr
    found = select(models.Charge.reference, func.sum(here).label("left")).where(
        models.Charge.state == ChargeState.SURPLUS
    )
    return {row.reference: Rupiah(int(row.left)) for row in rows(found.group_by(models.Charge.reference))}


def charge_of_payment(keys: Sequence[str], payment_ref: str) -> UUID | None:
    """Return the charge that was paid under a provider's name for it, at one of these gateways."""
    found = rows(
        select(models.Charge.id).where(models.Charge.gateway.in_(keys), models.Charge.payment_ref == payment_ref)
    )
    return next((row.id for row in found), None)
