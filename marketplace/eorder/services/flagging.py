"""What flags find about an order is written down, and wants a reason before anybody is bound by it."""

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, select

from marketplace.eorder.models import Finding, Order
from marketplace.eorder.slots import flags
from marketplace.kernel import clock
from marketplace.kernel.access import Actor
from marketplace.kernel.db import rows, session, transactional
from marketplace.kernel.errors import Invalid
from marketplace.kernel.ids import uuid7
from marketplace.kernel.words import _


def look(order: Order, *, before: bool = True) -> None:
    """Let the flags look at a locked order; those of before it is sent, or the others. What is gone by now is taken out.

    A reason that was given stays with what it was given for; when that became something else, it is asked for anew.
    """
    known = {one.flag: one for one in session.query(Finding).filter_by(order_id=order.id)}
    found = {flag.key: facts for flag in flags if flag.before is before and (facts := flag.look(order.id)) is not None}
    looked = {flag.key for flag in flags if flag.before is before}
    if gone := [one.id for key, one in known.items() if key in looked - found.keys()]:
        session.execute(delete(Finding).where(Finding.id.in_(gone)))
    for key, facts in found.items():
        one = known.get(key)
        if one is None:
            session.add(Finding(id=uuid7(), order_id=order.id, flag=key, facts=dict(facts), found_at=clock.now()))
        elif one.facts != facts:
            one.facts, one.reason, one.by, one.reasoned_at = dict(facts), "", None, None
            one.checked_by, one.checked_at, one.checked_note = None, None, ""
    session.flush()


def give_reasons(order: Order, reasons: Mapping[str, str], *, by: Actor) -> None:
    """Write down why what flags found is as it should be; reasons for what was not found are left out."""
    for one in session.query(Finding).filter_by(order_id=order.id):
        if (reason := reasons.get(one.flag, "")) and reason != one.reason:
            one.reason, one.by, one.reasoned_at = reason, by.id, clock.now()
    session.flush()


def reasoned(order: Order) -> None:
    """Raise Invalid beside each flag that wants a reason and has none."""
    asked = rows(select(Finding.flag).where(Finding.order_id == order.id, Finding.reason == "").order_by(Finding.flag))
    if asked:
        said = _("Write why this is as it should be: the auditor reads it.")
        raise Invalid({f"tanda-{row.flag}-alasan": said for row in asked})


LOOKED_BACK = timedelta(days=60)


def look_again() -> int:
    """Let the flags that can be known later only look at each order of late; return at how many. For a daily timer."""
    since = clock.now() - LOOKED_BACK
    wanted = select(Order.id).where(Order.issued_at >= since).order_by(Order.id)
    return sum(_again(row.id) for row in rows(wanted))


@transactional
def _again(order_id: UUID) -> int:
    order = session.execute(select(Order).where(Order.id == order_id).with_for_update()).scalar_one()
    look(order, before=False)
    return 1
