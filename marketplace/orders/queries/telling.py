"""The history of a part in plain words, one stream for buyer, seller and staff (C15): what happened, what comes, by when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from marketplace.kernel.words import Words, _
from marketplace.orders import slots
from marketplace.orders.models import Delivery, PartState, Suborder
from marketplace.orders.slots import Happening, Reader

PARTS, REFUNDS = Suborder.__tablename__, "payments_refunds"
REASONS: Mapping[str, Words] = {
    "sold_out": _("The goods are not there any more"),
    "cannot_send": _("The shop cannot bring it there"),
    "closed": _("The shop is closed on these days"),
    "nobody": _("Nobody was there"),
    "address": _("The address could not be found"),
    "refused": _("It was not accepted at the door"),
    "other": _("Another reason"),
}
DECLINING = ("sold_out", "cannot_send", "closed", "other")
NOT_DELIVERING = ("nobody", "address", "refused", "other")
Told = tuple[Words, Words | str]


@dataclass(frozen=True, kw_only=True)
class Step:
    """One point of a part's way: ``state`` is ``done``, ``now`` for the one waited for, ``next`` or ``cancelled``.

    ``until`` is by when what is waited for shall be done; ``after`` says what happens then.
    """

    name: str
    label: Words
    state: str
    at: datetime | None = None
    detail: Words | str = ""
    note: str = ""
    until: datetime | None = None
    after: str = ""


def reason(why: str) -> tuple[Words | None, str]:
    """Return the words for a reason as it stands in the history, and what was written beside it."""
    code, _colon, note = why.partition(": ")
    return REASONS.get(code), note


def told_of_part(step: Happening, reader: Reader) -> Told | None:
    """Tell a step of a part itself."""
    if step.state == PartState.CANCELLED:
        return _cancelled(step, reader)
    words, _note = reason(step.why)
    titles: Mapping[str, Words] = {
        PartState.NEW: _("Payment on receipt agreed") if step.why == "promised" else _("Paid"),
        PartState.ACCEPTED: _("Accepted by the shop"),
        PartState.READY: _("Ready for pick-up") if step.fetched else _("Ready to go"),
        PartState.SHIPPED: _("Sent"),
        PartState.UNDELIVERED: _("Could not be handed over"),
        PartState.RECEIVED: {
            "not_said": _("Taken as received, as nobody said otherwise"),
            "fetched": _("Picked up, as the shop says"),
            "collected": _("Received and paid"),
        }.get(step.why, _("Received")),
        PartState.COMPLETED: _("Completed; the money is yours") if reader is Reader.SELLER else _("Completed"),
    }
    title = titles.get(step.state)
    return (title, words or "") if title else None


def _cancelled(step: Happening, reader: Reader) -> Told:
    words, _note = reason(step.why)
    if words is not None:
        return (_("You cancelled it") if reader is Reader.SELLER else _("Cancelled by the shop")), words
    if step.why == "no_answer":
        return _("Cancelled, as the shop did not answer in time"), ""
    if step.why == "buyer":
        return (_("You cancelled it") if reader is Reader.BUYER else _("Cancelled by the buyer")), ""
    return _("Cancelled"), ""


def told_of_refund(step: Happening, reader: Reader) -> Told | None:
    """Tell a step of a refund of a part."""
    titles: Mapping[str, Words] = {
        "taken": _("Your money is on its way back")
        if reader is Reader.BUYER
        else _("The buyer's money is on its way back"),
        "succeeded": _("The money was paid back"),
        "by_hand": _("Our team pays the money back by hand"),
        "failed": _("The money could not be sent back; our team looks at it"),
    }
    title = titles.get(step.state)
    return (title, "") if title else None


COMES: Mapping[str, Words] = {
    PartState.NEW: _("Paid"),
    PartState.ACCEPTED: _("Accepted by the shop"),
    PartState.SHIPPED: _("Sent"),
    PartState.RECEIVED: _("Received"),
    PartState.COMPLETED: _("Completed"),
}
WAITING: Mapping[str, Words] = {
    PartState.WAITING_PAYMENT: _("Waiting for payment"),
    PartState.NEW: _("Waiting for the shop to start"),
    PartState.ACCEPTED: _("Being prepared"),
    PartState.READY: _("Waiting to be sent"),
    PartState.SHIPPED: _("On its way to the buyer"),
    PartState.UNDELIVERED: _("The shop tries again or cancels"),
    PartState.RECEIVED: _("Time to say if something is wrong"),
}
OBJECTED = _("A complaint is being settled; the money waits until then")
"""The timer leaves such a part alone: a day that was said before counts no more."""
ALL_BACK = _("All of the money goes back; nothing more has to be done")


def steps(
    part_id: UUID,
    state: str,
    delivery: Delivery,
    moved: Sequence[Mapping[str, Any]],
    *,
    reader: Reader,
    placed_at: datetime,
    deadline: tuple[datetime | None, str | None] = (None, None),
    shown: str = "",
    beside: Sequence[Happening] = (),
    objected: bool = False,
    all_back: bool = False,
) -> tuple[Step, ...]:
    """Return the way of a part as its history tells it: what is done, what is going on and until when, what comes.

    ``moved`` are the steps of the part and its refunds, in order; ``shown`` is what the shop wrote about the hand-over;
    ``beside`` are steps of what others keep about the part; ``objected`` when somebody objects to it; ``all_back`` when
    all of its money went back.
    """
    fetched = delivery.fetched
    told = {story.kind: story.words for story in slots.stories}
    done = [Step(name=PartState.WAITING_PAYMENT, label=_("Ordered"), state="done", at=placed_at)]
    own = [
        Happening(
            part_id=part_id,
            kind=one["kind"],
            state=one["now"],
            at=datetime.fromisoformat(one["at"]),
            by=one["by"],
            why=one["why"],
            fetched=fetched,
        )
        for one in moved
    ]
    for step in sorted((*own, *beside), key=lambda one: one.at):
        words = told[step.kind](step, reader) if step.kind in told else None
        if words is None:
            continue
        over = step.kind == PARTS and step.state == PartState.CANCELLED
        handed = step.state == PartState.SHIPPED or step.why == "fetched"
        done.append(
            Step(
                name=step.state,
                label=words[0],
                state="cancelled" if over else "done",
                at=step.at,
                detail=words[1] or (shown if handed else ""),
                note=reason(step.why)[1] if step.kind == PARTS else "",
            )
        )
    instead = None
    if objected or (all_back and state == PartState.RECEIVED):
        # Neither is ended by the day the part's own clock knows.
        instead, deadline = OBJECTED if objected else ALL_BACK, (None, None)
    return (*done, *_to_come(state, reader, fetched=fetched, deadline=deadline, instead=instead))


def _to_come(
    state: str,
    reader: Reader,
    *,
    fetched: bool,
    deadline: tuple[datetime | None, str | None],
    instead: Words | None,
) -> tuple[Step, ...]:
    if state in (PartState.CANCELLED, PartState.COMPLETED):
        return ()
    way: list[str] = [PartState.WAITING_PAYMENT, PartState.NEW, PartState.ACCEPTED, PartState.READY]
    way += [] if fetched else [PartState.SHIPPED]
    way += [PartState.RECEIVED, PartState.COMPLETED]
    here = PartState.READY if state == PartState.UNDELIVERED else state
    following = way[way.index(here) + 1 :]
    waited = _("Waiting for pick-up") if state == PartState.READY and fetched else WAITING[state]
    if state == PartState.SHIPPED and reader is Reader.BUYER:
        waited = _("On its way to you")
    now = Step(name=following[0], label=instead or waited, state="now", until=deadline[0], after=deadline[1] or "")
    comes = {**COMES, PartState.READY: _("Ready for pick-up") if fetched else _("Ready to go")}
    return (now, *(Step(name=one, label=comes[one], state="next") for one in following[1:]))
