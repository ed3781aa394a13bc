"""A shop is chosen: the sheet is frozen as it was seen, and a draft order is made of its prices."""

from collections.abc import Mapping
from textwrap import shorten
from typing import Any
from uuid import UUID

from marketplace.catalog import queries as catalog
from marketplace.eorder import queries
from marketplace.eorder.forms_needs import ChooseIn
from marketplace.eorder.models import Comparison, Done, Line, Need, NeedState, Order, OrderState
from marketplace.eorder.policies import PREPARERS, duties_in
from marketplace.eorder.queries import Candidate, Compared
from marketplace.eorder.services.needs import locked_need, split_off
from marketplace.eorder.services.steps import begin, finish
from marketplace.kernel import clock
from marketplace.kernel.access import Actor
from marketplace.kernel.audit import audit
from marketplace.kernel.db import session, transactional
from marketplace.kernel.errors import Conflict, Invalid
from marketplace.kernel.ids import short_code, uuid7
from marketplace.kernel.money import Rupiah
from marketplace.kernel.words import Words, _
from marketplace.offices import queries as offices
from marketplace.sellers import queries as sellers
from marketplace.web.formats import rupiah

SPEC = 200
"""So many letters of a shop's description stand on the papers of an order."""

LEAST_REASON = 5
CHOSEN_ANEW = "chosen_anew"


@transactional
def choose(code: str, data: ChooseIn, *, by: Actor) -> str:
    """Choose a shop for a need; return the code of the draft order.

    The sheet is made anew, must rest on what was seen, and is kept with its digest. A draft of the same need gives way.
    Raises NotFound, NotAllowed; Conflict: ``state`` for a need that is ordered or dropped, ``has_order`` while an order of it
    goes on, ``changed`` when prices or days are others than those that were seen, ``own_shop``, ``past_day``; Invalid beside
    a reason that is missing, and ``pilih`` for a shop that cannot bring it.
    """
    need = locked_need(code, by)
    if need.state != NeedState.OPEN:
        raise Conflict("state", _("This need is ordered or dropped, and looks for no shop any more."), state=need.state)
    if need.day < clock.today():
        raise Conflict("past_day", _("The day of this need is over. Change the day first."))
    sheet = queries.compare(queries.need_of(need.id), shops=data.toko, swap=data.ganti)
    if sheet.basis != data.dasar:
        said = _("Prices, days or offers have changed since you saw this sheet. Look at it again, then choose.")
        raise Conflict("changed", said)
    if data.pilih not in {one.seller.id for one in sheet.columns}:
        raise Invalid({"pilih": _("Choose one of the shops in the table.")})
    one = sheet.column(data.pilih)
    if one.why_not is not None:
        raise Invalid({"pilih": one.why_not})
    if by.id in sellers.team(one.seller.id):
        raise Conflict("own_shop", _("You belong to this shop, so you cannot choose it for the office."))
    _reasons(sheet, one, data, need)
    _give_way(need, by)
    if one.missing:
        split_off(need, [item for item, words, _qty, _note in sheet.need.items if not _has(one, item)], by=by)
    need.over_ceiling = data.alasan_batas.strip() or need.over_ceiling
    frozen = _freeze(sheet, one, data, by)
    order = _draft(need, sheet, one, frozen.id, by)
    _done(order, by)
    session.flush()
    audit(f"eorder:{need.unit_code}", "eorder.choose", order.code, by=by, after=_said(need, one, frozen))
    return order.code


def _has(one: Candidate, item: UUID) -> bool:
    return any(part.item_id == item for part in one.parts)


def _reasons(sheet: Compared, one: Candidate, data: ChooseIn, need: Need) -> None:
    """Ask for the reasons that this choice wants: each is read by an auditor."""
    faults: dict[str, Words] = {}
    lowest = sheet.lowest
    if sheet.needs_reason(one) and lowest is not None and _short(data.alasan):
        faults["alasan"] = _(
            "%(name)s costs less: %(total)s. Write why you choose another shop.",
            name=lowest.seller.name,
            total=rupiah(lowest.total),
        )
    method = sheet.method(one)
    wanted = method.offers_wanted if method else sheet.wanted
    if len(sheet.able) < wanted and _short(data.sedikit):
        faults["sedikit"] = _(
            "The rule wants %(wanted)s shops compared, and here are %(number)s. Write why there are fewer.",
            wanted=wanted,
            number=len(sheet.able),
        )
    over, ceiling = sheet.over(one), sheet.ceiling
    if over is not None and ceiling is not None and _short(data.alasan_batas) and _short(need.over_ceiling):
        faults["alasan_batas"] = _(
            "It is %(over)s above the ceiling of %(most)s for each %(unit)s (%(basis)s). Write why it may be.",
            over=rupiah(over),
            most=rupiah(ceiling.most),
            unit=ceiling.unit,
            basis=ceiling.basis,
        )
    if one.missing and not data.sebagian:
        faults["sebagian"] = _(
            "This shop has not everything: %(missing)s. Tick that it brings its part; the rest becomes a need of its own.",
            missing=", ".join(one.missing),
        )
    if faults:
        raise Invalid(faults)


def _short(reason: str) -> bool:
    return len(reason.strip()) < LEAST_REASON


def _give_way(need: Need, by: Actor) -> None:
    """Cancel a draft of the same need; whatever is further stands in the way."""
    for going in queries.going_orders(need.id):
        if going.state != OrderState.DRAFT:
            said = _("Order %(code)s of this need is under way. Cancel it first.", code=going.code)
            raise Conflict("has_order", said)
        finish(begin(going.code, "cancel", by=by), OrderState.CANCELLED, why=CHOSEN_ANEW)


def _freeze(sheet: Compared, one: Candidate, data: ChooseIn, by: Actor) -> Comparison:
    seen: dict[str, Any] = dict(sheet.seen)
    frozen = Comparison(
        id=uuid7(),
        need_id=sheet.need.id,
        seen=seen,
        digest=queries.digest_of(seen),
        seller_id=one.seller.id,
        reason=data.alasan.strip() if sheet.needs_reason(one) else "",
        few=data.sedikit.strip(),
        by=by.id,
        at=clock.now(),
    )
    session.add(frozen)
    session.flush()
    return frozen


def _draft(need: Need, sheet: Compared, one: Candidate, comparison_id: UUID, by: Actor) -> Order:
    now, quote = clock.now(), one.quote
    order = Order(
        id=uuid7(), code=short_code(), state=OrderState.DRAFT, need_id=need.id, comparison_id=comparison_id,
        unit_code=need.unit_code, year=need.year, package_id=need.package_id, line_id=need.line_id,
        seller_id=one.seller.id, seller_name=one.seller.name, purpose=need.purpose, day=need.day, hour=need.hour,
        way=one.choice.key if one.choice else "", goods_idr=quote.goods, shipping_idr=quote.shipping, tax_idr=quote.tax,
        included_tax_idr=quote.included_tax, total_idr=quote.total, accepted_idr=Rupiah(0), paid_idr=Rupiah(0),
        approvals=[], approved=0, waits_for=list(queries.turn(OrderState.DRAFT)), waiting_since=now,
        prepared_by=by.id, made_at=now, training=offices.unit(need.unit_code).training,
    )  # fmt: skip
    session.add(order)
    session.flush()
    specs = catalog.descriptions([part.offer.product_id for part in one.parts])
    places = {item: place for place, (item, _words, _qty, _note) in enumerate(sheet.need.items, start=1)}
    for part, priced in sorted(zip(one.parts, quote.lines, strict=True), key=lambda pair: places[pair[0].item_id]):
        offer = part.offer
        session.add(
            Line(
                id=uuid7(), order_id=order.id, position=places[part.item_id], item_id=part.item_id,
                variant_id=offer.variant_id, product_id=offer.product_id, name=offer.name, variant=offer.variant,
                sku=offer.sku, spec=shorten(specs[offer.product_id], SPEC, placeholder=" …"), unit=offer.unit,
                qty=part.qty, unit_idr=part.price, public_idr=offer.price,
                goods_idr=priced.gross, included_tax_idr=priced.included_tax, tax_idr=priced.tax,
                tax_kind=offer.tax_kind, origin=part.rung, local=part.local.frozen(),
            )
        )  # fmt: skip
    session.flush()
    return order


def _done(order: Order, by: Actor) -> None:
    mine = duties_in(by, queries.scope_of(by, order.unit_code))
    duty = next(one for one in PREPARERS if one in mine)
    session.add(
        Done(id=uuid7(), order_id=order.id, act="choose", person_id=by.id, duty=duty, mandate_id=None, at=clock.now())
    )


def _said(need: Need, one: Candidate, frozen: Comparison) -> Mapping[str, Any]:
    return {
        "need": need.code, "seller_id": str(one.seller.id), "total_idr": one.total.amount, "digest": frozen.digest,
        "reason": frozen.reason, "few": frozen.few, "over_ceiling": need.over_ceiling,
    }  # fmt: skip
