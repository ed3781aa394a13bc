"""How policy, targets and commitments come to hold; what has begun is never changed, a newer one follows it."""

import json
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select, text

from marketplace.kernel import clock
from marketplace.kernel.access import SYSTEM, Actor
from marketplace.kernel.audit import audit
from marketplace.kernel.db import session, transactional
from marketplace.kernel.errors import Invalid
from marketplace.kernel.ids import uuid7
from marketplace.kernel.words import _
from marketplace.offices import queries as offices
from marketplace.p3dn import policies
from marketplace.p3dn.forms import CommitmentIn, PolicyIn, TargetIn
from marketplace.p3dn.models import Commitment, Policy, Target
from marketplace.web.formats import date_short

DATA = Path(__file__).parents[1] / "data"
STREAM = "p3dn"
A_DAY = timedelta(days=1)


@transactional
def set_policy(data: PolicyIn, *, by: Actor) -> UUID:
    """Let a policy hold from a day on; return its id. The one before it, if it is open, ends the day before.

    Guard (R26.3): policies neither overlap nor leave a gap. Raises NotAllowed, and Invalid on ``valid_from`` for a day within
    or before a policy that is closed, or that leaves days without any; on ``valid_from`` too for a day that is over once the
    order of preference is in use.
    """
    by.require(policies.RULE, None)
    return _follow(data, by=by)


def _follow(data: PolicyIn, *, by: Actor) -> UUID:
    session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended('p3dn policies', 0))"))
    last = session.scalars(select(Policy).order_by(Policy.valid_from.desc()).limit(1)).first()
    if last is not None:
        _fits(data, last)
        if last.valid_to is None:
            last.valid_to = data.valid_from - A_DAY
            session.flush()  # First it gives way: no two hold on one day.
    made = Policy(id=uuid7(), made_by=by.reference, made_at=clock.now(), **data.model_dump())
    session.add(made)
    session.flush()
    audit(STREAM, "p3dn.set_policy", str(made.id), by=by, after=data.model_dump(mode="json"))
    return made.id


def _fits(data: PolicyIn, last: Policy) -> None:
    ends = last.valid_to
    if data.valid_from <= last.valid_from or (ends is not None and data.valid_from <= ends):
        said = _(
            "The policy from %(first)s (%(basis)s) holds then, and two cannot hold on one day. Choose a later day.",
            first=date_short(last.valid_from),
            basis=last.basis,
        )
        raise Invalid({"valid_from": said})
    if ends is not None and data.valid_from > ends + A_DAY:
        said = _(
            "The policy before it ends on %(last)s, and the days until %(first)s would have none. Begin on %(next)s.",
            last=date_short(ends),
            first=date_short(data.valid_from),
            next=date_short(ends + A_DAY),
        )
        raise Invalid({"valid_from": said})


@transactional
def set_target(data: TargetIn, *, by: Actor) -> UUID:
    """Let a target hold from a day on; return its id. An open one of the same figure and office ends the day before.

    Raises NotAllowed, and Invalid: ``unit_code`` for an office that is not known, ``valid_from`` for a day that has a target.
    """
    by.require(policies.RULE, None)
    if data.unit_code and data.unit_code not in offices.unit_names([data.unit_code]):
        raise Invalid({"unit_code": _("No office has this code. Choose one from the list.")})
    return _aim(data, by=by)


def _aim(data: TargetIn, *, by: Actor) -> UUID:
    session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended('p3dn targets', 0))"))
    known = select(Target).where(Target.key == data.key, Target.unit_code == data.unit_code).order_by(Target.valid_from)
    held = list(session.scalars(known))
    for one in held:
        ends = one.valid_to
        if ends is None and one.valid_from < data.valid_from:
            one.valid_to = data.valid_from - A_DAY
            session.flush()
        elif (ends is None or ends >= data.valid_from) and (data.valid_to is None or one.valid_from <= data.valid_to):
            said = _("A target holds from %(first)s (%(basis)s). Choose other days.",
                     first=date_short(one.valid_from), basis=one.basis)  # fmt: skip
            raise Invalid({"valid_from": said})
    made = Target(id=uuid7(), made_by=by.reference, made_at=clock.now(), **data.model_dump())
    session.add(made)
    session.flush()
    audit(STREAM, "p3dn.set_target", str(made.id), by=by, after=data.model_dump(mode="json"))
    return made.id


@transactional
def set_commitments(told: Sequence[CommitmentIn], *, by: Actor) -> int:
    """Write down what offices committed to in years; the newest of an office and year counts. Return how many.

    Raises NotAllowed, and Invalid on ``berkas`` for an office that is not known.
    """
    by.require(policies.RULE, None)
    names = offices.unit_names([one.unit for one in told])
    if unknown := sorted({one.unit for one in told} - set(names)):
        raise Invalid({"berkas": _("No office has the code %(code)s.", code=unknown[0])})
    for one in told:
        session.add(
            Commitment(
                id=uuid7(), unit_code=one.unit, year=one.tahun, value_idr=one.nilai, as_of=one.per, source=one.sumber,
                made_by=by.reference, made_at=clock.now(),
            )
        )  # fmt: skip
        audit(STREAM, "p3dn.commit", f"{one.unit} {one.tahun}", by=by, after=_committed(one))
    return len(told)


def _committed(one: CommitmentIn) -> dict[str, Any]:
    return {"value_idr": one.nilai.amount, "as_of": one.per.isoformat(), "source": one.sumber}


@transactional
def load_policies() -> int:
    """Take over the policies that come with the program where there are none yet; return how many."""
    return _load("policies.json", Policy, lambda one: _follow(PolicyIn.model_validate(one), by=SYSTEM))


@transactional
def load_targets() -> int:
    """Take over the targets that come with the program where there are none yet; return how many."""
    return _load("targets.json", Target, lambda one: _aim(TargetIn.model_validate(one), by=SYSTEM))


def _load(name: str, table: Any, place: Any) -> int:  # noqa: ANN401 - a table, and who writes a row of it
    if session.execute(select(table.id).limit(1)).first() is not None:
        return 0
    told = json.loads((DATA / name).read_text(encoding="utf-8"))
    for one in told:
        place(one)
    return len(told)
