"""What an auditor may do: hold an order until a day, let it go on, and acknowledge what a flag found (R11.10, E20)."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import structlog
from sqlalchemy import select

from marketplace.eorder import queries
from marketplace.eorder.forms_audit import AcknowledgeIn, HoldIn, LetGoIn
from marketplace.eorder.models import Done, Finding, Order
from marketplace.eorder.policies import AUDIT
from marketplace.eorder.queries.auditing import EYES
from marketplace.eorder.services.steps import begin, finish, locked
from marketplace.kernel import clock
from marketplace.kernel.access import SYSTEM, Actor
from marketplace.kernel.audit import audit
from marketplace.kernel.db import rows, session, transactional
from marketplace.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from marketplace.kernel.words import _
from marketplace.web.formats import date_long

LONGEST = timedelta(days=90)
"""For how long an order may be held at once; longer wants another look and another reason."""
LOOKS = "eorder:audit"
"""The stream of what auditors looked up in lists; an order that was opened stands in the stream of its unit."""
ENDED = "Sampai hari yang ditetapkan"
log = structlog.get_logger()


@transactional
def hold(code: str, data: HoldIn, *, by: Actor) -> None:
    """Let an order stand still until a day. Raises as ``begin`` does, and Invalid beside ``sampai``."""
    step = begin(code, "hold", by=by)
    today = clock.today()
    if data.sampai <= today:
        raise Invalid({"sampai": _("Choose a day after today; on that day the order goes on by itself.")})
    if data.sampai > today + LONGEST:
        raise Invalid({"sampai": _("Choose a day until %(day)s at the latest.", day=date_long(today + LONGEST))})
    after = {"until": data.sampai.isoformat()}
    finish(
        step, why=data.alasan, waits_for=step.order.waits_for, after=after, held_by=by.reference,
        held_until=data.sampai, held_why=data.alasan,
    )  # fmt: skip


@transactional
def let_go(code: str, data: LetGoIn, *, by: Actor) -> None:
    """Let an order go on that was held, with as much time for whose turn it is as was left. Raises as ``begin`` does.

    Also Conflict ``not_held``.
    """
    _let_go(code, data.alasan, by)


def holds_over() -> int:
    """Let every order go on whose hold ends today, each in a transaction of its own; return how many."""
    over = select(Order.code).where(Order.held_by.is_not(None), Order.held_until <= clock.today())
    gone = 0
    for row in rows(over.order_by(Order.held_until, Order.id)):
        try:
            _over(row.code)
            gone += 1
        except Conflict as conflict:
            # Somebody let it go, or ended it, just now.
            log.info("hold passed by", order=row.code, why=conflict.code)
    return gone


@transactional
def acknowledge(code: str, flag: str, data: AcknowledgeIn, *, by: Actor) -> None:
    """Write down that an auditor has looked at what a flag found. Said twice, the first stands.

    Raises NotFound for an order or a finding that is not there for this actor; NotAllowed for who does not audit its unit;
    Conflict ``same_person`` for who acted on the order.
    """
    order = locked(code, by)
    if by.kind != "person" or not AUDIT.allows(by, queries.scope_of(by, order.unit_code)):
        raise NotAllowed(AUDIT.name)
    one = session.query(Finding).filter_by(order_id=order.id, flag=flag).one_or_none()
    if one is None:
        raise NotFound
    if rows(select(Done.id).where(Done.order_id == order.id, Done.person_id == by.id, Done.duty.not_in(EYES))):
        raise Conflict("same_person", _("You acted on this order yourself. Another auditor must look at it."))
    if one.checked_at is not None:
        return
    one.checked_by, one.checked_at, one.checked_note = by.id, clock.now(), data.catatan
    told = {"flag": flag, "note": data.catatan}
    audit(f"eorder:{order.unit_code}", "eorder.acknowledge", order.code, by=by, before={}, after=told)


@transactional
def note_look(what: str, asked: Mapping[str, str], shown: Sequence[str], *, by: Actor) -> None:
    """Write down which orders a list showed to somebody who only reads, and what they had asked for (R11.10)."""
    audit(LOOKS, f"eorder.look.{what}", what, by=by, after={"asked": dict(asked), "shown": list(shown)})


@transactional
def _over(code: str) -> None:
    _let_go(code, ENDED, SYSTEM)


def _let_go(code: str, why: str, by: Actor) -> None:
    step = begin(code, "let_go", by=by)
    order = step.order
    if not order.held_by or (by.kind == "system" and order.held_until and order.held_until > clock.today()):
        raise Conflict("not_held", _("This order is not held. Reload the page."))
    finish(
        step, why=why, waits_for=order.waits_for, due_at=_left(order), held_by=None, held_until=None, held_why="",
    )  # fmt: skip


def _left(order: Order) -> datetime | None:
    """Return until when whose turn it is may act after a hold: it stopped their clock as well. None when it was over."""
    held = rows(select(Done.at).where(Done.order_id == order.id, Done.act == "hold").order_by(Done.id.desc()).limit(1))
    if not held or order.due_at is None or order.due_at <= held[0].at:
        return None
    stood: timedelta = clock.now() - held[0].at
    return order.due_at + stood
