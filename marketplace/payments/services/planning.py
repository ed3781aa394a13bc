"""Planning a charge: one open payment for a reference, written down in the transaction of whoever wants the money."""

from dataclasses import replace
from datetime import datetime
from random import randrange

from sqlalchemy import text

from marketplace.kernel import clock
from marketplace.kernel.access import Actor
from marketplace.kernel.db import session, transactional
from marketplace.kernel.errors import Conflict, Invalid
from marketplace.kernel.ids import uuid7
from marketplace.kernel.machine import record_move
from marketplace.kernel.money import Rupiah
from marketplace.kernel.plugin import current
from marketplace.kernel.words import _
from marketplace.payments import queries
from marketplace.payments.models import Charge, ChargeState
from marketplace.payments.queries.gateways import ANY
from marketplace.payments.services.charges import locked, reach, settle
from marketplace.payments.services.promises import promise
from marketplace.payments.slots import Gateway, Terms


def open_charge(
    reference: str,
    amount: Rupiah,
    *,
    gateway: str,
    label: str,
    return_path: str,
    until: datetime,
    by: Actor,
    terms: Terms = ANY,
) -> queries.Charge:
    """Plan a charge and open it at its gateway; see ``plan`` and ``reach``."""
    planned = plan(
        reference, amount, gateway=gateway, label=label, return_path=return_path, until=until, by=by, terms=terms
    )
    return reach(planned)


@transactional
def plan(
    reference: str,
    amount: Rupiah,
    *,
    gateway: str,
    label: str,
    return_path: str,
    until: datetime,
    by: Actor,
    terms: Terms = ANY,
) -> queries.Charge:
    """Write down a charge to be opened; part of the caller's transaction if there is one.

    Nothing to pay is settled at once, and what is paid on receipt is promised.

    Returns the charge that is open already or promised, if the reference has one. Raises Invalid for an unknown gateway or
    one that does not take such a sale, and Conflict ``paid`` when the reference was paid before, ``review`` while a payment of
    it is being checked.
    """
    if amount and (why := chosen(gateway).unfit(amount, terms)) is not None:
        raise Invalid({"gateway": why})
    new = queries.Charge(
        id=uuid7(),
        reference=reference,
        state=ChargeState.OPENED,
        gateway=gateway,
        amount=amount,
        currency="IDR",
        label=label,
        return_path=return_path,
        expires_at=until,
        created_at=clock.now(),
        settled_at=None,
        cause="",
        provider_ref=None,
        payment_ref=None,
        pay_path=None,
        method=None,
        asked=None,
        attempt=1,
        refunded=Rupiah(0),
        disputed=Rupiah(0),
    )
    written = _insert_by_sum(new) if amount and chosen(gateway).by_sum else _insert(new)
    if written is None:
        known = queries.latest(reference)
        if known is not None and known.state == ChargeState.REVIEW:
            raise Conflict("review", _("A payment for this is being checked. You need not pay again."))
        if known is None or known.state not in (ChargeState.OPENED, ChargeState.PROMISED):
            raise Conflict("paid", _("This was already paid."))
        return known
    record_move(Charge.__tablename__, new.id, "", ChargeState.OPENED, by=by)
    if not amount:
        settle(locked(new.id), by=by)
        return queries.charge(new.id)
    return promise(written, by=by) if chosen(gateway).on_receipt else written


# Not beside an open charge of the same reference, and not after one that was paid, rightly or not.
INSERT = text("""
INSERT INTO payments_charges
    (id, state, reference, gateway, attempt, amount_idr, asked_idr, refunded_idr, disputed_idr, currency, label, return_path,
     expires_at, created_at, cause)
SELECT :id, :state, :reference, :gateway, 1, :amount, :asked, 0, 0, :currency, :label, :return_path, :expires_at, :now, ''
WHERE NOT EXISTS (SELECT FROM payments_charges WHERE reference = :reference AND state IN ('settled', 'promised', 'review'))
ON CONFLICT DO NOTHING
RETURNING id
""")


SUM_TRIES = 20
"""So many others may take the sum that one has just looked up."""


def _insert_by_sum(new: queries.Charge) -> queries.Charge | None:
    """Write a charge that is asked for by a sum that no other open one has."""
    for tried in range(SUM_TRIES):
        # Who lost a sum to another looks further on each time, not all for the same one.
        skip = randrange(4 * tried + 1)  # noqa: S311 - no secret
        asked = queries.free_sum(new.gateway, new.amount, int(current().setting("UNIQUE_MOST")), skip)
        if asked is None:
            break
        if (written := _insert(replace(new, asked=asked))) is not None:
            return written
        known = queries.latest(new.reference)
        if known is not None and known.state != ChargeState.CLOSED:
            return None
    raise Invalid({"gateway": _("Too many transfers of this sum are waited for. Choose another way.")})


def _insert(new: queries.Charge) -> queries.Charge | None:
    row = {
        "id": new.id,
        "state": new.state,
        "reference": new.reference,
        "gateway": new.gateway,
        "amount": new.amount.amount,
        "asked": new.asked.amount if new.asked else None,
        "currency": new.currency,
        "label": new.label,
        "return_path": new.return_path,
        "expires_at": new.expires_at,
        "now": new.created_at,
    }
    return new if session.execute(INSERT, row).one_or_none() is not None else None


def chosen(key: str) -> Gateway:
    """Return an available gateway; raises Invalid for the field ``gateway`` when there is none of that name."""
    found = queries.gateway(key)
    if found is None:
        raise Invalid({"gateway": _("Choose how you want to pay.")})
    return found
