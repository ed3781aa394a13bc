"""How methods of buying and price ceilings come to hold; what has begun is never changed: orders name the rule of their day."""

import json
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select, text

from marketplace.eorder import queries
from marketplace.eorder.forms_rules import CeilingIn, ConfirmIn, MethodIn
from marketplace.eorder.models import Ceiling, Method
from marketplace.eorder.policies import RULE
from marketplace.kernel import clock
from marketplace.kernel.access import SYSTEM, Actor
from marketplace.kernel.audit import audit
from marketplace.kernel.db import session, transactional
from marketplace.kernel.errors import Conflict, Invalid, NotFound
from marketplace.kernel.ids import uuid7
from marketplace.kernel.money import Rupiah
from marketplace.kernel.words import _
from marketplace.web.formats import date_long

DATA = Path(__file__).parent.parent / "data"
METHODS, CEILINGS = DATA / "methods.json", DATA / "ceilings.json"
STREAM = "eorder:rules"
TOO_EARLY = _("That day has begun, and orders of it name the rule that holds. Choose tomorrow or later.")


@transactional
def set_method(data: MethodIn, *, by: Actor) -> UUID:
    """Let a method hold from a day on in place of the one of its code; with ``follow`` the bands beside it give way.

    Raises NotAllowed; Invalid on ``valid_from`` for a day that has begun, on ``up_to_idr`` for a band that is none; Conflict
    ``overlap``, ``gap`` or ``bottom`` when from some day on an amount would have two methods or none.
    """
    by.require(RULE, None)
    if data.valid_from <= clock.today():
        raise Invalid({"valid_from": TOO_EARLY})
    return _place_methods([data], by)[0]


@transactional
def set_ceiling(data: CeilingIn, *, by: Actor) -> UUID:
    """Let a ceiling hold from a day on in place of the one of its code.

    Raises NotAllowed; Invalid on ``valid_from`` for a day that has begun, on ``most_idr`` for none; Conflict ``overlap`` when
    a ceiling of another code holds for the same kind of need by then.
    """
    by.require(RULE, None)
    if data.valid_from <= clock.today():
        raise Invalid({"valid_from": TOO_EARLY})
    return _place_ceiling(data, by)


@transactional
def confirm_method(method_id: UUID, data: ConfirmIn, *, by: Actor) -> None:
    """Write down which official confirmed that a method is the law. Raises NotAllowed, NotFound."""
    by.require(RULE, None)
    _confirm(session.get(Method, method_id, with_for_update=True), data, by)


@transactional
def confirm_ceiling(ceiling_id: UUID, data: ConfirmIn, *, by: Actor) -> None:
    """Write down which official confirmed a ceiling. Raises NotAllowed, NotFound."""
    by.require(RULE, None)
    _confirm(session.get(Ceiling, ceiling_id, with_for_update=True), data, by)


@transactional
def load_rules() -> int:
    """Take over the methods and ceilings that come with the program; return how many. What an office set stands."""
    added = 0
    told = [MethodIn.model_validate(one) for one in json.loads(METHODS.read_text(encoding="utf-8"))]
    for (buyer, what), group in groupby(told, key=lambda one: (one.buyer_kind, one.what)):
        _lock(f"{buyer} {what}")
        known = _methods(buyer, what)
        fresh = [one for one in group if _comes(one.valid_from, (other.valid_from for other in known))]
        added += len(_place_methods(fresh, SYSTEM)) if fresh else 0
    for entry in json.loads(CEILINGS.read_text(encoding="utf-8")):
        data = CeilingIn.model_validate(entry)
        _lock(f"ceiling {data.template}")
        if _comes(data.valid_from, (one.valid_from for one in queries.ceiling_timeline(data.template))):
            _place_ceiling(data, SYSTEM)
            added += 1
    return added


def _comes(first: date, known: Iterable[date]) -> bool:
    """Tell whether a row of ours is taken: where nothing is known, or when it is to come after all that is."""
    days = list(known)
    return not days or (first > clock.today() and first > max(days))


def _place_methods(told: Sequence[MethodIn], by: Actor) -> list[UUID]:
    buyer, what = told[0].buyer_kind, told[0].what
    _lock(f"{buyer} {what}")
    made = []
    for data in told:
        if data.up_to_idr <= data.above_idr:
            raise Invalid({"up_to_idr": _("A band ends above where it begins.")})
        known = _methods(buyer, what)
        before = _of_day(known, data.code, data.valid_from)
        if data.follow and before is not None:
            _let_follow(data, before, known, by)
        values = {name: value for name, value in data if name != "follow"}
        made.append(_write_method(values, before, by))
    session.flush()
    fault = next(queries.faults(queries.method_timeline(buyer, what)), None)
    if fault is not None:
        raise Conflict(fault.kind, fault.said, from_day=fault.day.isoformat())
    return made


def _let_follow(data: MethodIn, before: Method, known: Sequence[Method], by: Actor) -> None:
    """Move the edges of the bands that lay beside a band, where its own edges move."""
    for one in known:
        if one.code == data.code or not _held(one, data.valid_from):
            continue
        edges: dict[str, Any] = {}
        if one.above_idr == before.up_to_idr and data.up_to_idr != before.up_to_idr:
            edges["above_idr"] = data.up_to_idr
        if one.up_to_idr == before.above_idr and data.above_idr != before.above_idr:
            edges["up_to_idr"] = data.above_idr
        if edges:
            columns = (column.name for column in Method.__table__.columns)
            values = {name: getattr(one, name) for name in columns if name not in ("id", "valid_to")}
            # It is another rule than the one that was confirmed.
            changed = {**values, **edges, "valid_from": data.valid_from, "confirmed_by": "", "confirmed_on": None}
            if changed["above_idr"] < changed["up_to_idr"]:
                _write_method(changed, one, by)


def _write_method(values: dict[str, Any], before: Method | None, by: Actor) -> UUID:
    first = values["valid_from"]
    made = Method(id=uuid7(), **values)
    was: dict[str, Any] = {}
    if before is not None:
        was, made.valid_to = _told(before), before.valid_to
        _give_way(before, first)
    else:
        later = [one for one in _methods(made.buyer_kind, made.what) if one.code == made.code]
        made.valid_to = min((one.valid_from for one in later if one.valid_from > first), default=None)
    session.add(made)
    session.flush()
    audit(STREAM, "eorder.method", made.code, by=by, before=was, after=_told(made))
    return made.id


def _place_ceiling(data: CeilingIn, by: Actor) -> UUID:
    if not data.most_idr:
        raise Invalid({"most_idr": _("A ceiling is above zero.")})
    _lock(f"ceiling {data.template}")
    known = list(session.scalars(select(Ceiling).where(Ceiling.template == data.template).order_by(Ceiling.valid_from)))
    before = _of_day(known, data.code, data.valid_from)
    made = Ceiling(id=uuid7(), **dict(data))
    was: dict[str, Any] = {}
    if before is not None:
        was, made.valid_to = _told(before), before.valid_to
        _give_way(before, data.valid_from)
    else:
        begun = [one.valid_from for one in known if one.code == data.code and one.valid_from > data.valid_from]
        made.valid_to = min(begun, default=None)
    session.add(made)
    session.flush()
    for one in known:
        if one.code == data.code:
            continue
        ends = one.valid_to is not None and one.valid_to <= made.valid_from
        begins = made.valid_to is not None and one.valid_from >= made.valid_to
        if not (ends or begins):
            said = _(
                "From %(day)s on %(code)s holds for this kind of need. Change that one instead.",
                day=date_long(max(one.valid_from, made.valid_from)), code=one.code,
            )  # fmt: skip
            raise Conflict("overlap", said, held=one.code)
    audit(STREAM, "eorder.ceiling", made.code, by=by, before=was, after=_told(made))
    return made.id


def _give_way(one: Method | Ceiling, day: date) -> None:
    """Let a row end on a day; one that would begin on that day never holds, and nothing names it."""
    if one.valid_from == day:
        session.delete(one)
    else:
        one.valid_to = day
    session.flush()


def _confirm(one: Method | Ceiling | None, data: ConfirmIn, by: Actor) -> None:
    if one is None:
        raise NotFound
    was = _told(one)
    one.confirmed_by, one.confirmed_on = data.pejabat, clock.today()
    session.flush()
    audit(STREAM, "eorder.confirm", one.code, by=by, before=was, after=_told(one))


def _methods(buyer: str, what: str) -> list[Method]:
    wanted = select(Method).where(Method.buyer_kind == buyer, Method.what == what).order_by(Method.valid_from)
    return list(session.scalars(wanted))


def _held(one: Method | Ceiling, day: date) -> bool:
    return one.valid_from <= day and (one.valid_to is None or one.valid_to > day)


def _of_day(known: Sequence[Any], code: str, day: date) -> Any:  # noqa: ANN401 - a method or a ceiling, as they are given
    return next((one for one in known if one.code == code and _held(one, day)), None)


def _lock(name: str) -> None:
    """Let whoever else changes these rows wait until this transaction ends, also for the first of them."""
    session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"), {"name": f"eorder {name}"})


def _told(one: Method | Ceiling) -> dict[str, Any]:
    """Return a row for the audit log, in plain JSON types."""
    told: dict[str, Any] = {}
    for column in one.__table__.columns:
        value = getattr(one, column.name)
        value = value.amount if isinstance(value, Rupiah) else value
        told[column.name] = value if value is None or isinstance(value, (bool, int, list)) else str(value)
    return told
