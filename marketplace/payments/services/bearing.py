"""Who bears what went back without being taken from anybody: a lost dispute, a refund made at a provider's desk."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from marketplace.kernel.access import Actor
from marketplace.kernel.audit import audit
from marketplace.kernel.db import session, transactional
from marketplace.kernel.errors import Conflict, NotFound
from marketplace.kernel.money import Rupiah
from marketplace.kernel.words import _
from marketplace.payments import policies, queries
from marketplace.payments.models import Dispute, DisputeState, Refund
from marketplace.payments.services.ledger import Posting, post

STREAM = "payments"
LOSS = "loss"
DISPUTE, FOUND = "disputelost", "assign"
"""How the entries begin of what was borne of a lost dispute, and of a refund found at its provider."""


@dataclass(frozen=True, kw_only=True)
class Burden:
    """What one bears: from which ``account`` of the ledger it comes, for the thing named ``of``."""

    amount: Rupiah
    account: str = LOSS
    of: str = LOSS
    label: str = ""


@transactional
def bear_dispute(dispute_id: UUID, burdens: Sequence[Burden], why: str, *, by: Actor) -> None:
    """Say who bears a dispute that was lost; a payee's balance may fall below zero by it, and is carried forward.

    Raises NotAllowed, NotFound, Conflict ``state`` when it was not lost, or somebody bears it already.
    """
    by.require(policies.MANAGE, None)
    dispute = session.get(Dispute, dispute_id, with_for_update=True, populate_existing=True)
    if dispute is None:
        raise NotFound
    own = f"dispute:{dispute_id}"
    if dispute.state != DisputeState.LOST or queries.balance(own) != -dispute.amount_idr:
        raise Conflict("state", _("This waits for nobody any more."), state=dispute.state)
    _borne(DISPUTE, "dispute_lost", own, dispute_id, dispute.amount_idr, burdens, why, by)


@transactional
def bear_refund(refund_id: UUID, burdens: Sequence[Burden], why: str, *, by: Actor) -> None:
    """Say who bears a refund that was made at its provider and lies in ``suspense``.

    Raises NotAllowed, NotFound, Conflict ``state`` when it does not lie there, or somebody bears it already.
    """
    by.require(policies.MANAGE, None)
    refund = session.scalar(select(Refund).where(Refund.id == refund_id).with_for_update())
    if refund is None:
        raise NotFound
    if refund_id not in {one.id for one in queries.suspended()}:
        raise Conflict("state", _("This waits for nobody any more."), state=refund.state)
    _borne(FOUND, "assigned", "suspense", refund_id, refund.amount_idr, burdens, why, by)


def _borne(
    begins: str, kind: str, into: str, of: UUID, amount: Rupiah, burdens: Sequence[Burden], why: str, by: Actor
) -> None:
    if Rupiah.total([one.amount for one in burdens]) != amount:
        message = f"{begins} of {of}: the burdens are not what is to be borne"
        raise ValueError(message)
    post(
        *(
            Posting(
                id=f"{begins}:{of}:{one.of}",
                debit=one.account,
                credit=into,
                amount=one.amount,
                kind=kind,
                ref=str(of),
                label=one.label,
            )
            for one in burdens
        )
    )
    after = {
        "amount_idr": amount.amount,
        "why": why,
        "borne_by": {one.of: one.amount.amount for one in burdens},
    }
    audit(STREAM, f"{kind}.borne", f"{begins}:{of}", by=by, after=after)
