"""What the buyer does with a claim after opening it."""

from marketplace.claims.forms import AnswerIn
from marketplace.claims.models import Claim, ClaimState, Role, Way
from marketplace.claims.queries import row_of
from marketplace.claims.queries.telling import AGREED, CAME, DECLINED, WRONG
from marketplace.claims.services.steps import expect, follow, go, locked_own, settle
from marketplace.claims.services.talking import write
from marketplace.kernel import clock
from marketplace.kernel.access import Actor
from marketplace.kernel.db import transactional
from marketplace.kernel.errors import Invalid
from marketplace.kernel.words import _


@transactional
def answer_offer(code: str, number: int, data: AnswerIn, *, by: Actor, token: str = "") -> None:
    """Answer what a claim of the actor's own order waits for; the same once more changes nothing.

    ``setuju`` and ``tolak`` an offer, ``dikirim`` goods that go back, ``sampai`` and ``belum`` a replacement. Raises NotFound,
    Invalid beside ``kiriman`` and ``catatan``, Conflict ``state`` when something else is waited for, and those of ``pay_back``.
    """
    claim, _part = locked_own(code, number, by, token)
    acts = {"setuju": _agree, "tolak": _decline, "dikirim": _send_back, "sampai": _came, "belum": _wrong}
    acts[data.jawaban](claim, data, by)


def _agree(claim: Claim, _data: AnswerIn, by: Actor) -> None:
    if claim.offer and claim.state in (ClaimState.RESOLVED, ClaimState.RETURNING, ClaimState.REPLACING):
        return
    expect(claim, ClaimState.OFFERED)
    follow(claim, Way(claim.offer), Role.BUYER, by=by, why=AGREED, amount=claim.offered_idr)


def _decline(claim: Claim, data: AnswerIn, by: Actor) -> None:
    if claim.state == ClaimState.ESCALATED:
        return
    expect(claim, ClaimState.OFFERED)
    if data.catatan:
        write(claim.id, Role.BUYER, data.catatan, by=by)
    go(claim, ClaimState.ESCALATED, Role.BUYER, by=by, why=DECLINED)


def _send_back(claim: Claim, data: AnswerIn, by: Actor) -> None:
    if claim.state == ClaimState.RETURNED:
        return
    expect(claim, ClaimState.RETURNING)
    if not data.kiriman:
        raise Invalid({"kiriman": _("Write the tracking number, or who took it.")})
    go(claim, ClaimState.RETURNED, Role.BUYER, by=by, sent_back=data.kiriman, returned_at=clock.now())


def _came(claim: Claim, _data: AnswerIn, by: Actor) -> None:
    if claim.state == ClaimState.RESOLVED and claim.replaced_at:
        return
    expect(claim, ClaimState.REPLACED)
    settle(claim, Role.BUYER, by=by, why=CAME, pays=False)


def _wrong(claim: Claim, data: AnswerIn, by: Actor) -> None:
    if claim.state == ClaimState.ESCALATED and claim.replaced_at:
        return
    expect(claim, ClaimState.REPLACED)
    if not data.catatan:
        raise Invalid({"catatan": _("Write in a few words what is wrong, or that it did not come.")})
    write(claim.id, Role.BUYER, data.catatan, by=by)
    go(claim, ClaimState.ESCALATED, Role.BUYER, by=by, why=WRONG)


@transactional
def withdraw(code: str, number: int, *, by: Actor, token: str = "") -> None:
    """Take a claim of the actor's own order back; again changes nothing.

    Raises NotFound, and Conflict ``state`` once goods are on their way or it has ended.
    """
    claim, _part = locked_own(code, number, by, token)
    if claim.state == ClaimState.WITHDRAWN:
        return
    if not row_of(claim.id).may_be_withdrawn:
        expect(claim)
    go(claim, ClaimState.WITHDRAWN, Role.BUYER, by=by)
