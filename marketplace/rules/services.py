"""How rules come to hold and to end; what has begun is never changed."""

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import Insert, insert

from marketplace.kernel import clock
from marketplace.kernel.access import SYSTEM, Actor
from marketplace.kernel.audit import audit
from marketplace.kernel.db import session, transactional
from marketplace.kernel.errors import Conflict, Invalid
from marketplace.kernel.ids import uuid7
from marketplace.kernel.words import _
from marketplace.rules import policies, queries
from marketplace.rules.forms import EndIn, HolidayIn, RuleIn
from marketplace.rules.models import Holiday, Rule

DATA = Path(__file__).with_name("data")
FILE, HOLIDAYS = DATA / "rules.json", DATA / "holidays.json"
STREAM = "rules"
TOO_EARLY = _("That day has begun, and orders of it name the rule that holds. Choose tomorrow or later.")


@transactional
def set_rule(data: RuleIn, *, by: Actor) -> UUID:
    """Let a rule hold from a day on, for the rest of the period in which that day lies; return its id.

    Raises NotAllowed, and Invalid on ``valid_from`` for a day that has begun, unless the code was never used.
    """
    by.require(policies.SET, data.code)
    known = _locked(data.code)
    if known and data.valid_from <= clock.today():
        raise Invalid({"valid_from": TOO_EARLY})
    return _placed(data, known, by).id


@transactional
def end_rule(data: EndIn, *, by: Actor) -> None:
    """Let nothing of a code hold from a day on, until a rule that begins later; one that begins on that day never held.

    Raises NotAllowed, Invalid on ``from_day`` for a day that has begun, and Conflict ``no_rule``.
    """
    by.require(policies.SET, data.code)
    known = _locked(data.code)
    if data.from_day <= clock.today():
        raise Invalid({"from_day": TOO_EARLY})
    ending = _holding(known, data.from_day)
    if ending is None:
        raise Conflict("no_rule", _("No rule of %(code)s holds on that day.", code=data.code))
    before = _told(ending)
    ending.valid_to = data.from_day
    for one in known:
        # If it was to begin on that day, the one before it had ended for its sake, and now ends for good.
        one.ended = one.ended or one.valid_to == data.from_day
    audit(STREAM, "rules.end", data.code, by=by, before=before, after={**_told(ending), "why": data.basis})
    queries.forget()


@transactional
def load_rules() -> int:
    """Take over the rules that come with the program; return how many. What an operator set stands."""
    added = 0
    for entry in json.loads(FILE.read_text(encoding="utf-8")):
        data = RuleIn.model_validate(entry)
        known = _locked(data.code)
        later = all(one.valid_from < data.valid_from for one in known)
        if not known or (later and data.valid_from > clock.today()):
            _placed(data, known, SYSTEM)
            added += 1
    return added


@transactional
def set_holiday(data: HolidayIn, *, by: Actor) -> None:
    """Close offices on a day, or open them on one that a decree took back (joint leave moves, and so do feasts by the moon).

    Raises NotAllowed, and Invalid on ``day`` for one that is over: deadlines were counted by it.
    """
    by.require(policies.SET, "holidays")
    if data.day < clock.today():
        raise Invalid({"day": _("That day is over, and deadlines were counted by it.")})
    before = session.get(Holiday, data.day)
    was = {} if before is None else {"name": before.name, "closed": before.closed, "basis": before.basis}
    wanted = _holidays([data], by)
    changed = {name: wanted.excluded[name] for name in ("name", "kind", "closed", "basis", "changed_by", "changed_at")}
    session.execute(wanted.on_conflict_do_update(index_elements=[Holiday.day], set_=changed))
    audit(STREAM, "holidays.set", data.day.isoformat(), by=by, before=was, after=data.model_dump(mode="json"))


@transactional
def load_holidays() -> int:
    """Take over the holidays that come with the program and are not known yet; return how many. What stands is left alone."""
    told = [HolidayIn.model_validate(entry) for entry in json.loads(HOLIDAYS.read_text(encoding="utf-8"))]
    return len(session.scalars(_holidays(told, SYSTEM).on_conflict_do_nothing().returning(Holiday.day)).all())


def _holidays(told: Sequence[HolidayIn], by: Actor) -> Insert:
    made = {"changed_by": by.reference, "changed_at": clock.now()}
    return insert(Holiday).values([{**one.model_dump(), **made} for one in told])


def _placed(data: RuleIn, known: list[Rule], by: Actor) -> Rule:
    made = Rule(
        id=uuid7(),
        code=data.code,
        numerator=data.numerator,
        denominator=data.denominator,
        fixed_idr=data.fixed,
        threshold_idr=data.threshold,
        rounding=data.rounding.value,
        inside=data.inside,
        valid_from=data.valid_from,
        ended=False,
        basis=data.basis,
        changed_by=by.reference,
        made_at=clock.now(),
    )
    before: dict[str, Any] = {}
    if (until_now := _holding(known, data.valid_from)) is not None:
        before = _told(until_now)
        made.valid_to, made.ended = until_now.valid_to, until_now.ended
        until_now.valid_to, until_now.ended = data.valid_from, False
        session.flush()  # First it gives way: two of one code cannot begin on one day.
    else:
        made.valid_to = min((one.valid_from for one in known if one.valid_from > data.valid_from), default=None)
    session.add(made)
    audit(STREAM, "rules.set", data.code, by=by, before=before, after=_told(made))
    queries.forget()
    return made


def _locked(code: str) -> list[Rule]:
    """Return every rule of a code; whoever else changes them waits until this transaction ends, also for the first one."""
    session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"), {"name": f"rules {code}"})
    return list(session.scalars(select(Rule).where(Rule.code == code).order_by(Rule.valid_from, Rule.id)))


def _holding(known: list[Rule], day: date) -> Rule | None:
    held = (one for one in known if one.valid_from <= day and (one.valid_to is None or one.valid_to > day))
    return next(held, None)


def _told(rule: Rule) -> dict[str, Any]:
    """Return a rule for the audit log."""
    return {
        "id": str(rule.id),
        "rate": f"{rule.numerator}/{rule.denominator}",
        "fixed_idr": rule.fixed_idr.amount,
        "threshold_idr": rule.threshold_idr and rule.threshold_idr.amount,
        "rounding": rule.rounding,
        "inside": rule.inside,
        "valid_from": rule.valid_from.isoformat(),
        "valid_to": rule.valid_to and rule.valid_to.isoformat(),
        "basis": rule.basis,
    }
