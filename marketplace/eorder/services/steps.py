"""One step of an order: who may do it by the table, what they did before, and everything that is written with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from marketplace.eorder import queries
from marketplace.eorder.events import OrderMoved
from marketplace.eorder.models import BY_STATE, SHOP, TIMER, Act, Done, Order, OrderState
from marketplace.eorder.models.acts import ACTS, DUTIES
from marketplace.eorder.policies import SEE, SELLER, Parties, duties_in, shop_scope
from marketplace.kernel import clock
from marketplace.kernel.access import Actor
from marketplace.kernel.audit import audit
from marketplace.kernel.db import rows, session, transactional
from marketplace.kernel.errors import Conflict, NotAllowed, NotFound
from marketplace.kernel.ids import uuid7
from marketplace.kernel.outbox import emit
from marketplace.kernel.words import Words, _
from marketplace.offices import queries as offices
from marketplace.rules import queries as rules
from marketplace.sellers import queries as sellers
from marketplace.web.formats import date_long

NOT_PRACTISED = frozenset({"negotiate", "propose_change"})
"""What takes turns with a shop that thinks for itself."""
WHILE_HELD = frozenset({"let_go", "attach"})
SEPARATE = _(
    "You did this on the order yourself: %(acts)s. Nobody decides on what they did themselves (separation of duties);"
    " somebody else must do this step."
)


@dataclass(frozen=True)
class Step:
    """An act that may begin: the locked order, the row of the table, and under which duty it is done."""

    order: Order
    act: Act
    duty: str
    by: Actor
    mandate_id: UUID | None = None


def begin(code: str, name: str, *, by: Actor, signed: bool = False) -> Step:
    """Lock an order and see whether this actor may do this act on it now (R11.1, R11.2).

    Raises NotFound for an order that is not the actor's to see; NotAllowed when no duty of theirs does such an act, or not in
    this state; Conflict: ``state`` when nobody does it in this state, ``held`` by an auditor, ``training``
    for what is not practised, ``same_person`` or ``pair`` when they did, under any duty, what may not come together with it;
    ValueError when it signs and nobody was asked to confirm.
    """
    order = locked(code, by)
    mine = _duties(order, by)
    if not any(act.name == name and set(act.duties) & mine for act in ACTS):
        raise NotAllowed(f"eorder:{name}")
    act = BY_STATE.get((OrderState(order.state), name))
    if act is None:
        said = _("This order stands elsewhere by now, and this is no step from there. Reload the page.")
        raise Conflict("state", said, state=order.state)
    duty = next((one for one in act.duties if one in mine), None)
    if duty is None:
        raise NotAllowed(f"eorder:{name}")
    if order.held_by and name not in WHILE_HELD:
        said = _(
            "This order is held until %(day)s: %(why)s",
            day=date_long(order.held_until) if order.held_until else "",
            why=order.held_why,
        )
        raise Conflict("held", said, until=str(order.held_until), by=order.held_by)
    if order.training and name in NOT_PRACTISED:
        said = _("In a training unit the shop does not bargain. Go on with the order as it stands, or cancel it.")
        raise Conflict("training", said)
    if act.signs and not signed:
        message = f"{name} signs: ask for the password first"
        raise ValueError(message)
    _separate(order, act, duty, by)
    mandate = offices.mandate_of(by, order.unit_code, duty)
    return Step(order, act, duty, by, mandate.id if mandate else None)


def finish(
    step: Step,
    to: OrderState | None = None,
    *,
    why: str = "",
    waits_for: Sequence[str] | None = None,
    due_at: datetime | None = None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    **values: object,
) -> None:
    """Write an act down with everything that belongs to it: state, turn, deadline, who did it, audit, event.

    ``to`` is where the order goes, one of the row's; without it the order stays. ``waits_for`` and ``due_at`` are whose turn it
    is then, where the state does not say it; ``before`` and ``after`` are what the audit log tells beside the state.
    """
    order, act, was = step.order, step.act, step.order.state
    to = to or OrderState(was)
    if to not in act.to:
        message = f"{act.name} does not lead from {was} to {to}"
        raise ValueError(message)
    now = clock.now()
    values |= turned(order, to, waits_for, due_at, values)
    if to != was:
        order.move(to, by=step.by, why=why, **values)
    else:
        for name, value in values.items():
            setattr(order, name, value)
    person = step.by.id if step.by.kind == "person" else None
    session.add(
        Done(
            id=uuid7(),
            order_id=order.id,
            act=act.name,
            person_id=person,
            duty=step.duty,
            mandate_id=step.mandate_id,
            at=now,
        )
    )
    told = {"state": was, **(before or {})}, {"state": str(to), "duty": step.duty, **(after or {})}
    if why:
        told[1]["why"] = why
    if step.mandate_id:
        told[1]["mandate"] = str(step.mandate_id)
    audit(f"eorder:{order.unit_code}", f"eorder.{act.name}", order.code, by=step.by, before=told[0], after=told[1])
    emit(
        OrderMoved(
            order_id=str(order.id), code=order.code, unit_code=order.unit_code, seller_id=str(order.seller_id),
            act=act.name, duty=step.duty, was=was, state=str(to), why=why,
        )
    )  # fmt: skip


def turned(
    order: Order, to: OrderState, waits_for: Sequence[str] | None, due_at: datetime | None, values: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the columns that say whose turn it is in a state that an order comes to, since when and until when."""
    approvals, approved = values.get("approvals", order.approvals), values.get("approved", order.approved)
    whose = list(waits_for) if waits_for is not None else list(queries.turn(to, approvals, approved))
    if to == order.state and whose == order.waits_for and due_at is None:
        return {}
    now, today = clock.now(), clock.today()
    minutes = values.get("minutes_at", order.minutes_at)
    calendar = rules.calendar(min(today, _day(minutes)) if minutes else today)
    if due_at is None:
        due_at = queries.due(
            to,
            queries.clock_of(values.get("method_id", order.method_id)),
            calendar,
            today,
            wanted=values.get("day", order.day),
            minutes=_day(minutes) if minutes else None,
        )
    nudge_at = queries.share(now, due_at, calendar, queries.HALF) if due_at and due_at > now else due_at
    return {"waits_for": whose, "waiting_since": now, "due_at": due_at, "nudged": 0, "nudge_at": nudge_at}


def _day(at: datetime) -> date:
    return at.astimezone(clock.JAKARTA).date()


def locked(code: str, by: Actor) -> Order:
    """Return an order of the actor's for writing. Raises NotFound for everything else."""
    wanted = select(Order).where(Order.code == code).with_for_update().execution_options(populate_existing=True)
    order: Order | None = session.execute(wanted).scalar_one_or_none()
    if order is None or not SEE.allows(
        by, Parties(queries.scope_of(by, order.unit_code), _shop(order), order.shown_at is not None)
    ):
        raise NotFound
    return order


def _duties(order: Order, by: Actor) -> frozenset[str]:
    if by.kind == "system":
        return frozenset({TIMER})
    mine = set(duties_in(by, queries.scope_of(by, order.unit_code)))
    if order.shown_at is not None and by.holds(SELLER, SELLER, _shop(order)):
        mine.add(SHOP)
    return frozenset(mine) & frozenset(DUTIES)


def _shop(order: Order) -> str:
    return shop_scope(order.seller_id, order.unit_code, training=order.training)


def _separate(order: Order, act: Act, duty: str, by: Actor) -> None:
    if by.kind != "person" or by.id is None:
        return
    if duty != SHOP and by.id in sellers.team(order.seller_id):
        said = _(
            "You belong to this shop, so you cannot act for the office on its order. Somebody else must do this step."
        )
        raise Conflict("own_shop", said)
    if order.training and duty == SHOP:
        # Nobody is deceived where the same room plays both sides; between the duties of the office it is practised.
        return
    done = rows(select(Done.act, Done.duty).where(Done.order_id == order.id, Done.person_id == by.id))
    if clashing := sorted({one.act for one in done} & set(act.not_by)):
        told = ", ".join(str(queries.act_name(one)) for one in clashing)
        raise Conflict("same_person", Words(SEPARATE.text, {"acts": told}), acts=clashing)
    others = {one.duty for one in done} - {duty}
    if others and (pair := offices.forbidden(duty, others, offices.pairs())) is not None:
        said = _(
            "You acted on this order under a duty that may not come together with this one (%(basis)s).",
            basis=pair.basis,
        )
        raise Conflict("pair", said, duties=sorted(others))


@transactional
def note_view(code: str, unit_code: str, *, by: Actor) -> None:
    """Write down that somebody who only reads has seen an order (R11.10)."""
    audit(f"eorder:{unit_code}", "eorder.view", code, by=by)
