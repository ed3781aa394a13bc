"""What the shop does with a claim: accept, offer, look at what came back, send other goods."""

from datetime import timedelta
from uuid import UUID

from marketplace.catalog import services as catalog
from marketplace.catalog.services import StockLine
from marketplace.claims import queries
from marketplace.claims.forms import CheckIn, OfferIn, ReplacementIn
from marketplace.claims.models import Claim, ClaimState, Role, Way
from marketplace.claims.queries.telling import AGREED, CAME, GRANTED, WRONG
from marketplace.claims.services.steps import expect, go, grant, locked_team, settle, within_worth
from marketplace.claims.services.talking import write
from marketplace.kernel import clock
from marketplace.kernel.access import Actor
from marketplace.kernel.db import transactional
from marketplace.kernel.errors import Conflict, Invalid
from marketplace.kernel.words import _
from marketplace.orders import services as orders
from marketplace.orders.queries.claimable import BoughtPart

OFFERS = {"uang": Way.MONEY, "kembali": Way.RETURN, "ganti": Way.REPLACEMENT}
A_MOMENT = timedelta(minutes=5)
"""Goods that leave the shop at once are held for so long at most, all in one transaction."""


@transactional
def answer(claim_id: UUID, data: OfferIn, *, by: Actor) -> None:
    """Accept the wish, or offer something else; the same once more changes nothing.

    Raises NotFound for a claim about another shop, Invalid beside ``nilai``, Conflict ``state`` when it is not the shop's turn,
    and those of ``orders.services.pay_back``.
    """
    claim, _part = locked_team(claim_id, by)
    if data.jenis == "setuju":
        _accept(claim, by=by, note=data.catatan)
        return
    way = OFFERS[data.jenis]
    amount = within_worth(claim, data.nilai) if way is Way.MONEY else None
    if claim.state == ClaimState.OFFERED and (claim.offer, claim.offered_idr) == (way, amount):
        return
    expect(claim, ClaimState.OPEN)
    _note(claim, data.catatan, by=by)
    go(claim, ClaimState.OFFERED, Role.SELLER, by=by, offer=str(way), offered_idr=amount)


def _accept(claim: Claim, *, by: Actor, note: str) -> None:
    if claim.state in (ClaimState.RESOLVED, ClaimState.RETURNING, ClaimState.REPLACING):
        return  # Pressed twice, or the buyer accepted meanwhile: it goes its way.
    if not queries.row_of(claim.id).may_be_granted:
        expect(claim)
    _note(claim, note, by=by)
    grant(claim, Role.SELLER, by=by, why=GRANTED)


def _note(claim: Claim, note: str, *, by: Actor) -> None:
    if note:
        write(claim.id, Role.SELLER, note, by=by)


@transactional
def check_return(claim_id: UUID, data: CheckIn, *, by: Actor) -> None:
    """Say how goods came back: as they should, and the money goes back; or not, and the desk decides.

    Raises NotFound, Invalid beside ``catatan`` when it is not said what is wrong, Conflict ``state``, and of ``pay_back``.
    """
    claim, _part = locked_team(claim_id, by)
    if data.hasil == "sesuai":
        if claim.state == ClaimState.RESOLVED and claim.returned_at:
            return
        expect(claim, ClaimState.RETURNED)
        _note(claim, data.catatan, by=by)
        settle(claim, Role.SELLER, by=by, why=CAME)
        if data.layak:
            orders.take_in(claim.suborder_id, queries.pieces_of(claim.id), by=by)
        return
    if not data.catatan:
        raise Invalid({"catatan": _("Write in a few words what is wrong with what came back.")})
    if claim.state == ClaimState.ESCALATED and claim.returned_at:
        return
    expect(claim, ClaimState.RETURNED)
    _note(claim, data.catatan, by=by)
    go(claim, ClaimState.ESCALATED, Role.SELLER, by=by, why=WRONG)


@transactional
def send_replacement(claim_id: UUID, data: ReplacementIn, *, by: Actor) -> None:
    """Send other goods: they leave the shelf under the claim's name, and the buyer hears how they come.

    Raises NotFound, Conflict ``state``, and ``sold_out`` with what is left when there is not enough on the shelf.
    """
    claim, part = locked_team(claim_id, by)
    if claim.state == ClaimState.REPLACED:
        return
    expect(claim, ClaimState.REPLACING)
    _take_off_shelf(claim, part)
    go(claim, ClaimState.REPLACED, Role.SELLER, by=by, replacement=data.kiriman, replaced_at=clock.now())


def _take_off_shelf(claim: Claim, part: BoughtPart) -> None:
    reference = f"claim:{claim.id}"
    goods = [StockLine(part.line(line).variant_id, qty) for line, qty in queries.pieces_of(claim.id).items()]
    catalog.reserve(reference, goods, until=clock.now() + A_MOMENT)
    catalog.consume(reference)


@transactional
def pay_instead(claim_id: UUID, *, by: Actor) -> None:
    """Pay back instead of sending the replacement that was agreed. Raises NotFound, Conflict ``state`` and of ``pay_back``."""
    claim, _part = locked_team(claim_id, by)
    if claim.state == ClaimState.RESOLVED:
        return
    if claim.state != ClaimState.REPLACING:
        raise Conflict("state", _("Nothing of this waits to be sent."), state=claim.state)
    settle(claim, Role.SELLER, by=by, why=AGREED)
