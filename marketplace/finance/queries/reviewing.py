"""Payments in review: what was asked and what came, how it came to this, and what an officer may decide."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, tuple_

from marketplace.accounts import queries as accounts
from marketplace.kernel.db import rows
from marketplace.kernel.models import Move
from marketplace.kernel.words import Words, _
from marketplace.orders import queries as orders
from marketplace.payments import queries as payments

AT_ONCE = 25
SETTLE, RETURNED, CANCEL = "settle", "returned", "cancel"
CHARGES, ORDERS = "payments_charges", "orders_orders"
CAUSES: Mapping[str, Words] = {
    "disagrees": _("What was paid is not what was asked for: another sum, currency, reference or key."),
    "disputed": _("The bank of who paid has drawn the money back and asks."),
    "returned": _("Its money was paid back."),
    "second": _("It was paid twice."),
    "refund_failed": _("Money that was to go back could not be sent."),
}
"""Why a payment or its order is in review."""
STATES: Mapping[tuple[str, str], Words] = {
    (CHARGES, "opened"): _("Payment begun"),
    (CHARGES, "promised"): _("To be paid at the door"),
    (CHARGES, "settled"): _("Payment taken"),
    (CHARGES, "closed"): _("Payment ended"),
    (CHARGES, "review"): _("Payment in review"),
    (CHARGES, "surplus"): _("Second payment, goes back"),
    (ORDERS, "placed"): _("Ordered"),
    (ORDERS, "promised"): _("Ordered, to be paid at the door"),
    (ORDERS, "paid"): _("Order paid"),
    (ORDERS, "review"): _("Order in review"),
    (ORDERS, "cancelled"): _("Order cancelled"),
}
"""What each step of a payment and its order is called."""
KINDS: Mapping[str, Words] = {"guest": _("A guest"), "operator": _("The console")}
"""Who did it that is no person we know; what happens by itself says so by naming nobody."""


@dataclass(frozen=True, kw_only=True)
class Happened:
    """One step of a payment or its order: what, when, by whom and why."""

    label: Words
    state: str
    at: datetime
    detail: str


@dataclass(frozen=True, kw_only=True)
class Review:
    """A payment with its order, the others of the same order, how it came to this, and what may be decided."""

    charge: payments.Charge
    gateway: str
    order: orders.Undecided | None
    others: Sequence[payments.Charge]
    why: str
    steps: Sequence[Happened]
    decisions: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class Reviews:
    """A page of the payments in review, and the orders in review that have none; ``next`` is where the next page begins."""

    waiting: Sequence[payments.Waiting]
    portions: Mapping[str, Sequence[orders.Portion]]
    stuck: Sequence[orders.Undecided]
    next: UUID | None


def reviews(after: UUID | None) -> Reviews:
    """Return a page of what waits, the oldest first."""
    found = payments.reviews_after(after, AT_ONCE + 1)
    shown = found[:AT_ONCE]
    return Reviews(
        waiting=shown,
        portions=orders.portions({one.reference for one in shown}),
        stuck=orders.stuck() if after is None else (),
        next=shown[-1].id if len(found) > AT_ONCE else None,
    )


def review(charge_id: UUID) -> Review:
    """Return a payment as an officer decides about it; raises NotFound."""
    charge = payments.charge(charge_id)
    order = orders.undecided(charge.reference)
    all_charges = payments.charges_of(charge.reference)
    gateway = payments.known(charge.gateway)
    cause = charge.cause if charge.state == "review" or order is None else order.cause
    return Review(
        charge=charge,
        gateway=str(gateway.label) if gateway else charge.gateway,
        order=order,
        others=[one for one in all_charges if one.id != charge.id],
        why=str(CAUSES.get(cause, cause)),
        steps=_steps(charge, order),
        decisions=_decisions(charge, order),
    )


def _decisions(charge: payments.Charge, order: orders.Undecided | None) -> Sequence[str]:
    """Return what may be decided: about an order in review with its payment, else about the payment alone."""
    if order is not None and order.waits:
        here = charge.state in ("review", "settled") and not charge.returned
        return (SETTLE, CANCEL) if here else (CANCEL,)
    return (RETURNED,) if charge.state == "review" else ()


def _steps(charge: payments.Charge, order: orders.Undecided | None) -> Sequence[Happened]:
    things = [(CHARGES, charge.id), *([(ORDERS, order.id)] if order else [])]
    wanted = select(Move.kind, Move.now, Move.at, Move.by, Move.why).where(tuple_(Move.kind, Move.thing_id).in_(things))
    found = rows(wanted.order_by(Move.at, Move.id))
    people = {ident for row in found if (ident := _person(row.by)) is not None}
    names = accounts.person_contacts(people) if people else {}
    return tuple(
        Happened(
            label=STATES.get((row.kind, row.now), Words(row.now)),
            state="cancelled" if row.now in ("closed", "cancelled") else "done",
            at=row.at,
            detail=" · ".join(one for one in (_by(row.by, names), str(CAUSES.get(row.why, row.why))) if one),
        )
        for row in found
    )


def _person(by: str) -> UUID | None:
    kind, _colon, ident = by.partition(":")
    return UUID(ident) if kind == "person" else None


def _by(by: str, names: Mapping[UUID, accounts.Contact]) -> str:
    person = _person(by)
    if person is not None:
        return names[person].name if person in names else ""
    return str(KINDS.get(by.partition(":")[0], ""))
