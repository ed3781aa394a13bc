"""What the programme's desk does: decide with a reason, and pay back anew what failed."""

from uuid import UUID

from sqlalchemy import text

from marketplace.claims.events import ClaimUnpaid
from marketplace.claims.forms import DecisionIn
from marketplace.claims.models import ClaimState, Role, Way
from marketplace.claims.policies import DECIDE
from marketplace.claims.queries.telling import DECIDED
from marketplace.claims.services.steps import expect, follow, go, locked, pay, within_worth
from marketplace.kernel import clock
from marketplace.kernel.access import Actor
from marketplace.kernel.audit import audit
from marketplace.kernel.db import session, transactional
from marketplace.kernel.errors import Conflict, Invalid
from marketplace.kernel.outbox import emit
from marketplace.kernel.words import _

STREAM = "claims"
WAYS = {"uang": Way.MONEY, "sebagian": Way.MONEY, "kembali": Way.RETURN, "ganti": Way.REPLACEMENT}
OUTCOMES = {
    "uang": ClaimState.RESOLVED,
    "sebagian": ClaimState.RESOLVED,
    "kembali": ClaimState.RETURNING,
    "ganti": ClaimState.REPLACING,
    "tolak": ClaimState.REJECTED,
}
NOTE_UNPAID = text("""
UPDATE claims_claims SET unpaid_at = :now WHERE refund_id = :refund AND unpaid_at IS NULL RETURNING id, order_id
""")


@transactional
def decide(claim_id: UUID, data: DecisionIn, *, by: Actor) -> None:
    """Decide a claim that waits for the desk; both sides read the reason, and it stands in the audit log.

    The same once more changes nothing. Raises NotAllowed, NotFound, Invalid beside ``nilai`` and ``putusan``, Conflict
    ``state`` when it does not wait for the desk, and those of ``orders.services.pay_back``.
    """
    by.require(DECIDE, None)
    claim, _part = locked(claim_id)
    if claim.state == OUTCOMES[data.putusan] and claim.decision == data.alasan:
        return
    expect(claim, ClaimState.ESCALATED)
    if data.putusan == "kembali" and claim.returned_at:
        raise Invalid({"putusan": _("The goods went back already. Decide about the money.")})
    amount = within_worth(claim, data.nilai) if data.putusan == "sebagian" else None
    if data.putusan == "tolak":
        go(claim, ClaimState.REJECTED, Role.DESK, by=by, why=DECIDED, decision=data.alasan)
    else:
        follow(claim, WAYS[data.putusan], Role.DESK, by=by, why=DECIDED, amount=amount, decision=data.alasan)
    after = {"decision": data.putusan, "amount": amount.amount if amount else None, "why": data.alasan}
    audit(STREAM, "claims.decide", f"claim:{claim_id}", by=by, before={"state": ClaimState.ESCALATED}, after=after)


@transactional
def note_view(claim_id: UUID, *, by: Actor) -> None:
    """Write down that somebody of the desk reads a claim, with its words and photos (R22.1)."""
    audit(STREAM, "claims.view", f"claim:{claim_id}", by=by)


@transactional
def note_unpaid(refund_id: UUID) -> None:
    """The refund of a claim failed: its money is the part's again, and a person tries anew. Harmless twice and for others."""
    found = session.execute(NOTE_UNPAID, {"refund": refund_id, "now": clock.now()}).one_or_none()
    if found is not None:
        emit(ClaimUnpaid(claim_id=str(found.id), order_id=str(found.order_id)))


@transactional
def repay(claim_id: UUID, *, by: Actor) -> None:
    """Pay back anew what failed, no more than it was. Raises NotAllowed, NotFound, Conflict ``state`` and of ``pay_back``."""
    by.require(DECIDE, None)
    claim, _part = locked(claim_id)
    if claim.unpaid_at is None:
        return
    before = claim.refunded_idr
    back = pay(claim, by=by, amount=before, why="repaid")
    if back is None:
        raise Conflict("state", _("Nothing of this part waits to be paid back."))
    claim.refund_id, claim.refunded_idr, claim.unpaid_at = back.refund_id, back.amount, None
    audit(STREAM, "claims.repay", f"claim:{claim_id}", by=by, after={"refund": str(back.refund_id)})
