"""One step of a claim: its state, its deadline, its money and what is told of it, together."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import select

from marketplace.claims import queries
from marketplace.claims.events import ClaimMoved
from marketplace.claims.models import Claim, ClaimState, Role, Way
from marketplace.kernel.access import Actor
from marketplace.kernel.db import session
from marketplace.kernel.errors import Conflict, Invalid
from marketplace.kernel.money import Rupiah
from marketplace.kernel.outbox import emit
from marketplace.kernel.words import Number, _
from marketplace.orders import services as orders
from marketplace.orders.queries.claimable import BoughtPart

CAUSE = "claim"
"""Why money of a part goes back, as refunds name it."""
MEANWHILE = _("This was changed meanwhile. Reload the page to see how it stands.")


def locked(claim_id: UUID) -> tuple[Claim, BoughtPart]:
    """Return a claim for writing, with its part, both locked with their order (R2.3). Raises NotFound."""
    part = orders.hold_part(queries.row_of(claim_id).part_id)
    wanted = select(Claim).where(Claim.id == claim_id).with_for_update().execution_options(populate_existing=True)
    return session.execute(wanted).scalar_one(), part


def locked_own(code: str, number: int, by: Actor, token: str) -> tuple[Claim, BoughtPart]:
    """Return a claim of the actor's own order for writing; raises NotFound for everything else."""
    return locked(queries.own_claim(code, number, by, token).row.id)


def locked_team(claim_id: UUID, by: Actor) -> tuple[Claim, BoughtPart]:
    """Return a claim about one of the actor's shops for writing; raises NotFound for everything else."""
    return locked(queries.team_claim(claim_id, by).row.id)


def go(claim: Claim, to: ClaimState, role: Role, *, by: Actor, why: str = "", **values: object) -> None:
    """Move a locked claim; its deadline changes in the same guarded statement. Raises Conflict ``state``."""
    claim.move(to, by=by, why=why, due_at=queries.due(to), **values)
    emit(
        ClaimMoved(
            claim_id=str(claim.id),
            order_id=str(claim.order_id),
            seller_id=str(claim.seller_id),
            state=claim.state,
            by_role=role,
            why=why,
        )
    )


def expect(claim: Claim, *states: ClaimState) -> None:
    """Raise Conflict ``state`` unless a locked claim is in one of these states."""
    if claim.state not in states:
        raise Conflict("state", MEANWHILE, state=claim.state)


def within_worth(claim: Claim, amount: Rupiah | None, field: str = "nilai") -> Rupiah:
    """Return an amount that somebody typed, if the claim is worth so much; raises Invalid beside its field."""
    if amount is None or not amount:
        raise Invalid({field: _("Write how much.")})
    return checked_amount(claim.worth_idr, amount, field)


def checked_amount(worth: Rupiah, amount: Rupiah, field: str = "nilai") -> Rupiah:
    """Return an amount that is not above what was paid; raises Invalid beside its field."""
    if amount > worth:
        raise Invalid({field: _("No more than Rp %(worth)s was paid for this.", worth=Number(worth.amount))})
    return amount


def settle(
    claim: Claim,
    role: Role,
    *,
    by: Actor,
    why: str,
    amount: Rupiah | None = None,
    pays: bool = True,
    decision: str = "",
) -> None:
    """End a locked claim for the better and pay back what it is worth, or an ``amount`` of it, in the same transaction.

    Where less is left of the part's money, that goes back. ``pays=False``: nothing does, for goods came instead. Raises
    Conflict as ``orders.services.pay_back`` does; then nothing has changed.
    """
    paid: dict[str, object] = {}
    if pays:
        back = pay(claim, by=by, amount=amount, why=why)
        paid = {} if back is None else {"refund_id": back.refund_id, "refunded_idr": back.amount}
    go(claim, ClaimState.RESOLVED, role, by=by, why=why, **_said(decision), **paid)


def pay(claim: Claim, *, by: Actor, amount: Rupiah | None, why: str) -> orders.PaidBack | None:
    """Pay back what a locked claim is worth, or an amount of it; None when nothing of that is left."""
    whole = amount is None or amount == claim.worth_idr
    return orders.pay_back(
        claim.suborder_id,
        queries.pieces_of(claim.id),
        CAUSE,
        by=by,
        amount=None if whole else amount,
        delivery=claim.whole,
        why=why,
    )


def follow(
    claim: Claim, way: Way, role: Role, *, by: Actor, why: str, amount: Rupiah | None = None, decision: str = ""
) -> None:
    """Go the way that was agreed or decided: money at once, goods back first, or other goods."""
    if way is Way.MONEY:
        settle(claim, role, by=by, why=why, amount=amount, decision=decision)
    else:
        to = ClaimState.RETURNING if way is Way.RETURN else ClaimState.REPLACING
        go(claim, to, role, by=by, why=why, **_said(decision))


def _said(decision: str) -> dict[str, str]:
    return {"decision": decision} if decision else {}


GRANTS: Mapping[str, Way] = {"refund": Way.MONEY, "part": Way.MONEY, "replacement": Way.REPLACEMENT}


def grant(claim: Claim, role: Role, *, by: Actor, why: str) -> None:
    """Do as the buyer asked: who only changed their mind sends the goods back first."""
    way = Way.RETURN if claim.reason == "changed_mind" else GRANTS[claim.wish]
    follow(claim, way, role, by=by, why=why, amount=claim.wished_idr)
