"""From the draft to the letter and the shop's answer: who sends, approves, sends back, cancels, accepts and declines."""

from typing import Any

from sqlalchemy import select

from marketplace.accounts import services as accounts
from marketplace.eorder import queries
from marketplace.eorder.forms import ApproveIn, ReasonIn, SendIn
from marketplace.eorder.models import Comparison, Need, NeedState, Order, OrderState
from marketplace.eorder.queries import MethodView
from marketplace.eorder.services import flagging, holding, papers, recording
from marketplace.eorder.services.steps import Step, begin, finish
from marketplace.kernel import clock
from marketplace.kernel.access import SYSTEM, Actor
from marketplace.kernel.db import session, transactional
from marketplace.kernel.errors import Conflict
from marketplace.kernel.words import _
from marketplace.offices import queries as offices
from marketplace.rules import queries as rules
from marketplace.sellers import queries as sellers

HELD_BEFORE = frozenset({OrderState.PENDING_APPROVAL, OrderState.LETTER_ISSUED})
"""States in which budget, day and goods are held, and an order can still be given up by one side."""


@transactional
def send(code: str, data: SendIn, *, by: Actor) -> None:
    """Send a draft to whoever approves it: the method of the day is fixed, budget, day and goods are held, all or nothing.

    Raises NotFound, NotAllowed, those of ``begin`` and ``hold``; Conflict: ``no_method`` above every cap, ``not_negotiated``,
    ``not_compared``, ``price_fell``; Invalid beside the flags that want a reason.
    """
    step = begin(code, "send", by=by)
    order = step.order
    found = method_of(order)
    _negotiated(order, found)
    _compared(order, found)
    _price_stands(order)
    flagging.look(order)
    flagging.give_reasons(order, data.reasons, by=by)
    flagging.reasoned(order)
    today = clock.today()
    due = queries.due(OrderState.PENDING_APPROVAL, found.clock, rules.calendar(today), today, wanted=order.day)
    holding.hold(order, due or clock.now(), by=by)
    _need(order, NeedState.ORDERED, by=by)
    finish(
        step,
        OrderState.PENDING_APPROVAL,
        after=told(order),
        sent_at=clock.now(),
        method_id=found.id,
        approvals=list(found.approvals),
        approved=0,
    )


def approve(code: str, data: ApproveIn, *, by: Actor) -> None:
    """Approve an order, with the password again; the last approval issues the purchase letter.

    Raises as ``begin`` does; Invalid beside ``password``; Conflict: ``not_next`` when somebody else approves first, ``papers``
    for a shop whose papers do not hold today, ``hold_gone``.
    """
    accounts.confirm(by, data.password)
    _approve(code, data, by=by)


@transactional
def _approve(code: str, data: ApproveIn, *, by: Actor) -> None:
    step = begin(code, "approve", by=by, signed=True)
    order = step.order
    _next_approver(order, step)
    _papers_hold(order)
    flagging.reasoned(order)
    given = order.approved + 1
    if given < len(order.approvals):
        finish(step, after=told(order), why=data.catatan, approved=given, waits_for=[order.approvals[given]])
        return
    holding.use_up(order)
    now = clock.now()
    told_first = order.shown_at or now
    finish(
        step,
        OrderState.LETTER_ISSUED,
        after=told(order),
        why=data.catatan,
        approved=given,
        issued_at=now,
        shown_at=told_first,
    )
    recording.freeze(order)
    flagging.look(order, before=False)
    papers.issue_letter(order, step.duty, by=by)


@transactional
def send_back(code: str, data: ReasonIn, *, by: Actor) -> None:
    """Send an order back to who prepared it; what was held is given back. Raises as ``begin`` does, and ``not_next``."""
    step = begin(code, "send_back", by=by)
    _next_approver(step.order, step)
    # Its need is open again: who prepared it may send it anew, or choose another shop instead.
    release(step.order, "sent_back", by=by)
    finish(step, OrderState.DRAFT, why=data.alasan, approved=0, approvals=[], method_id=None)


@transactional
def accept(code: str, *, by: Actor) -> None:
    """Accept a purchase letter for the shop. Raises as ``begin`` does."""
    step = begin(code, "accept", by=by)
    finish(step, OrderState.ACCEPTED, accepted_at=clock.now())


@transactional
def decline(code: str, data: ReasonIn, *, by: Actor) -> None:
    """Decline a purchase letter for the shop: the need looks for another one. Raises as ``begin`` does."""
    _end(begin(code, "decline", by=by), OrderState.DECLINED, data.alasan)


@transactional
def cancel(code: str, data: ReasonIn, *, by: Actor) -> None:
    """Give an order up before its shop accepted it. Raises as ``begin`` does."""
    _end(begin(code, "cancel", by=by), OrderState.CANCELLED, data.alasan)


@transactional
def expire(code: str) -> None:
    """Let an order end whose time passed without an answer, after everybody was told. Raises as ``begin`` does."""
    step = begin(code, "expire", by=SYSTEM)
    if step.order.due_at is None or step.order.due_at > clock.now():
        raise Conflict("early", _("The time to answer is not over yet."))
    _end(step, OrderState.EXPIRED, "no_answer")


def method_of(order: Order) -> MethodView:
    """Return the method of today for what an order costs. Raises Conflict ``no_method``, naming the highest there is."""
    what = offices.package_by_id(order.package_id).what
    buyer = queries.buyer_kind(order.unit_code)
    held = queries.methods(clock.today(), buyer, what)
    found = queries.method_for(order.total_idr, held)
    if found is None:
        highest = max(held, key=lambda one: one.up_to, default=None)
        if highest is None:
            raise Conflict(
                "no_method", _("No method of buying is set for this kind of purchase. Ask BPPBJ to set one.")
            )
        said = _(
            "%(total)s is above the cap of e-Order for this kind of purchase, %(cap)s (%(basis)s). It needs a tender.",
            total=order.total_idr,
            cap=highest.up_to,
            basis=highest.basis,
        )
        raise Conflict("no_method", said, cap_idr=highest.up_to.amount)
    return found


def told(order: Order) -> dict[str, Any]:
    """Return what the audit log tells of an order's sums."""
    return {"total_idr": order.total_idr.amount, "seller_id": str(order.seller_id), "day": order.day.isoformat()}


def release(order: Order, cause: str, *, by: Actor) -> None:
    """Give back all that is held for an order that ends, and open its need again."""
    holding.let_go(order, cause, by=by)
    _need(order, NeedState.OPEN, by=by)


def _end(step: Step, to: OrderState, why: str) -> None:
    order = step.order
    if order.state in HELD_BEFORE:
        holding.let_go(order, str(to), by=step.by)
    _need(order, NeedState.OPEN, by=step.by)
    finish(step, to, why=why)


def _need(order: Order, to: NeedState, *, by: Actor) -> None:
    need = session.execute(select(Need).where(Need.id == order.need_id).with_for_update()).scalar_one()
    if need.state != to:
        need.move(to, by=by)


def _next_approver(order: Order, step: Step) -> None:
    wanted = order.approvals[order.approved]
    if step.duty != wanted:
        said = _("%(duty)s approves this first.", duty=queries.duty_name(wanted))
        raise Conflict("not_next", said, wanted=wanted)


def _negotiated(order: Order, found: MethodView) -> None:
    if found.negotiate and order.agreed_id is None:
        said = _(
            "Above %(amount)s a negotiation comes first (%(basis)s). Open one with the shop.",
            amount=found.above,
            basis=found.basis,
        )
        raise Conflict("not_negotiated", said)


def _compared(order: Order, found: MethodView) -> None:
    sheet = session.get_one(Comparison, order.comparison_id)
    if not sheet.few and len(sheet.seen.get("shops", ())) < found.offers_wanted:
        said = _(
            "%(wanted)s shops are to be compared (%(basis)s). Compare more, or write down why there are fewer.",
            wanted=found.offers_wanted,
            basis=found.basis,
        )
        raise Conflict("not_compared", said)


def _price_stands(order: Order) -> None:
    """An office never pays more than everybody does: a public price that fell since is the office's too."""
    dearer = queries.dearer_than_public(order.id)
    if dearer:
        said = _(
            "The public price has fallen since: %(names)s. Choose the shop anew to get it.", names=", ".join(dearer)
        )
        raise Conflict("price_fell", said, names=list(dearer))


def _papers_hold(order: Order) -> None:
    lacking = sellers.papers_lacking(order.seller_id, clock.today())
    if lacking:
        said = _(
            "The shop's papers do not hold today: %(papers)s. It must show them, and an officer check them, first.",
            papers=", ".join(str(one) for one in lacking),
        )
        raise Conflict("papers", said)
