"""Negotiation: offers by turns that nobody edits, and agreeing to the newest one, which fixes the price (R11.4)."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from marketplace.catalog import queries as catalog
from marketplace.eorder import queries
from marketplace.eorder.forms import AgreeIn, OfferIn, ReasonIn
from marketplace.eorder.models import SHOP, Line, Offer, Order, OrderState
from marketplace.eorder.models.acts import PP
from marketplace.eorder.services import papers
from marketplace.eorder.services.holding import lines_of
from marketplace.eorder.services.letters import method_of, told
from marketplace.eorder.services.pricing import quote_of, requote
from marketplace.eorder.services.steps import Step, begin, finish
from marketplace.kernel import clock
from marketplace.kernel.access import Actor
from marketplace.kernel.db import session, transactional
from marketplace.kernel.errors import Conflict, Invalid
from marketplace.kernel.ids import uuid7
from marketplace.kernel.money import Rupiah
from marketplace.kernel.words import Words, _
from marketplace.orders.queries.quoting import Goods
from marketplace.rules import queries as rules

OFFICE = "office"


@transactional
def negotiate(code: str, data: OfferIn, *, by: Actor) -> UUID:
    """Ask a shop to negotiate, with the office's first offer; return the offer. The shop knows of the order from now on.

    Raises as ``begin`` does, and as ``offer``; Conflict: ``agreed`` when a price was agreed on already, ``no_method`` above
    every cap.
    """
    step = begin(code, "negotiate", by=by)
    order = step.order
    if order.agreed_id is not None:
        said = _("A price was agreed on for this order. Send it for approval, or cancel it and choose anew.")
        raise Conflict("agreed", said)
    made = _written(order, OFFICE, data, by=by)
    _next(step, made, to=OrderState.NEGOTIATION)
    return made.id


@transactional
def offer(code: str, data: OfferIn, *, by: Actor) -> UUID:
    """Answer the newest offer with another one; return it.

    Raises as ``begin`` does; Conflict ``not_your_turn`` while the other side has not answered; Invalid beside
    ``harga-<n>-harga`` above the public price, and beside ``ongkir`` when it would cost more than without a negotiation.
    """
    step = begin(code, "offer", by=by)
    if newest(step.order).side == _side(step):
        raise Conflict("not_your_turn", _("Your offer stands. The other side answers now."))
    made = _written(step.order, _side(step), data, by=by)
    _next(step, made)
    return made.id


@transactional
def agree(code: str, data: AgreeIn, *, by: Actor) -> None:
    """Agree to the newest offer of the other side: its prices are the order's, and stay so whatever happens to the goods.

    Raises as ``begin`` does; Conflict: ``stale`` when another offer is the newest, ``own_offer``, ``taxes_changed`` when the
    offer would cost something else today because the shop's taxes changed since.
    """
    step = begin(code, "agree", by=by)
    order, found = step.order, newest(step.order)
    if found.id != data.penawaran:
        said = _("There is a newer offer than the one that you saw. Look at it before you agree.")
        raise Conflict("stale", said, newest=str(found.id))
    if found.side == _side(step):
        raise Conflict("own_offer", _("This is your own offer. The other side agrees to it, or offers something else."))
    before = told(order)
    lines = lines_of(order)
    for line in lines:
        line.unit_idr = Rupiah(found.prices[str(line.id)])
    order.shipping_idr = found.shipping_idr
    requote(order, lines)
    if order.total_idr != found.total_idr:
        said = _("The taxes of this shop changed since the offer. Let somebody offer anew.")
        raise Conflict("taxes_changed", said, total_idr=order.total_idr.amount)
    after = {**told(order), "offer": found.turn}
    finish(step, OrderState.DRAFT, before=before, after=after, agreed_id=found.id)
    papers.issue_negotiation(order, by=by)


@transactional
def break_off(code: str, data: ReasonIn, *, by: Actor) -> None:
    """End a negotiation without agreement: the order is a draft again, at the price it had. Raises as ``begin`` does."""
    finish(begin(code, "break_off", by=by), OrderState.DRAFT, why=data.alasan)


def newest(order: Order) -> Offer:
    """Return the newest offer of a locked order in negotiation: the only one that is open."""
    wanted = select(Offer).where(Offer.order_id == order.id).order_by(Offer.turn.desc()).limit(1)
    return session.execute(wanted).scalar_one()


def _side(step: Step) -> str:
    return SHOP if step.duty == SHOP else OFFICE


def _written(order: Order, side: str, data: OfferIn, *, by: Actor) -> Offer:
    lines = lines_of(order)
    prices = _prices(data, lines)
    goods = [Goods(prices[line.id], line.qty, line.tax_kind) for line in lines]
    total = quote_of(order, goods, data.ongkir).total
    if total > order.total_idr:
        said = _(
            "Together this costs %(total)s, more than %(now)s without a negotiation. Offer less.",
            total=total,
            now=order.total_idr,
        )
        raise Invalid({"ongkir": said})
    turn = session.scalar(select(Offer.turn).where(Offer.order_id == order.id).order_by(Offer.turn.desc()).limit(1))
    made = Offer(
        id=uuid7(), order_id=order.id, turn=(turn or 0) + 1, side=side,
        prices={str(line.id): prices[line.id].amount for line in lines}, shipping_idr=data.ongkir, total_idr=total,
        note=data.catatan, by=by.id, at=clock.now(), answer_by=_answer_by(order),
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def _prices(data: OfferIn, lines: Sequence[Line]) -> dict[UUID, Rupiah]:
    """Return the price of each line, none above what everybody pays, on the day it was chosen or today."""
    known = {line.id: line for line in lines}
    public = catalog.offers([line.variant_id for line in lines])
    faults: dict[str, Words] = {}
    found: dict[UUID, Rupiah] = {}
    for number, one in enumerate(data.harga):
        line = known.get(one.baris)
        if line is None or one.baris in found:
            faults[""] = _("A line is not of this order. Reload the page.")
            continue
        today = public.get(line.variant_id)
        most = min(line.public_idr, today.price) if today else line.public_idr
        if one.harga > most:
            faults[f"harga-{number}-harga"] = _("At most %(most)s: everybody pays that.", most=most)
        elif one.harga < Rupiah(1):
            faults[f"harga-{number}-harga"] = _("Write a price of at least one rupiah.")
        found[one.baris] = one.harga
    if not faults and known.keys() - found.keys():
        faults[""] = _("Write a price for each line.")
    if faults:
        raise Invalid(faults)
    return found


def _answer_by(order: Order) -> datetime:
    today = clock.today()
    days = method_of(order).clock.talk_days
    return queries.closing(rules.calendar(today).after(today, days))


def _next(step: Step, made: Offer, *, to: OrderState | None = None) -> None:
    """Hand the turn to the other side, which has the working days of the method."""
    whose = [PP] if made.side == SHOP else [SHOP]
    shown_at = step.order.shown_at or made.at
    after = {"offer": made.turn, "total_idr": made.total_idr.amount}
    finish(step, to, waits_for=whose, due_at=made.answer_by, after=after, shown_at=shown_at)
