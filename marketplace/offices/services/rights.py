"""What follows from appointments and mandates for the grants that accounts keeps: who may act is read there, nowhere else."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, select

from marketplace.accounts import services as accounts
from marketplace.kernel import clock
from marketplace.kernel.access import SYSTEM
from marketplace.kernel.db import session
from marketplace.offices.models import Appointment, Mandate
from marketplace.offices.policies import ORGANISATION

Span = tuple[datetime, datetime]
"""From an instant up to another, which is not part of it."""
Holding = tuple[str, str]
"""A duty in an office: the office's code and the duty."""


@contextmanager
def settling(unit_code: str, duty: str, people: Iterable[UUID]) -> Iterator[None]:
    """Bring the grants of these people for a duty to what holds after a change, in the caller's transaction.

    Only what the change takes and gives is touched: who has a duty by other ways keeps it, and who loses or gains nothing
    today is not asked to come in again.
    """
    everybody = sorted(set(people))
    before = {one: spans(one, unit_code, duty) for one in everybody}
    yield
    session.flush()
    for one in everybody:
        after = spans(one, unit_code, duty)
        for begin, end in _without(before[one], after):
            accounts.revoke(one, duty, ORGANISATION, unit_code, by=SYSTEM, from_=begin, until=end)
        for begin, end in _without(after, before[one]):
            accounts.grant(one, duty, ORGANISATION, unit_code, by=SYSTEM, from_=begin, until=end)


def spans(person_id: UUID, unit_code: str, duty: str) -> tuple[Span, ...]:
    """Return when from now on a person has a duty in an office: by appointment less the days of deputies, and as a deputy.

    Neighbouring and overlapping days are one span.
    """
    own = session.scalars(
        select(Appointment).where(
            Appointment.person_id == person_id,
            Appointment.unit_code == unit_code,
            Appointment.duty == duty,
            Appointment.ended_at.is_(None),
        )
    ).all()
    away = _mandates(Mandate.appointment_id.in_([one.id for one in own]))
    stands = _mandates(
        Mandate.deputy_id == person_id,
        Appointment.unit_code == unit_code,
        Appointment.duty == duty,
        Appointment.ended_at.is_(None),
    )
    found: list[Span] = []
    for one in own:
        rests = sorted(_days(it.first_day, it.last_day) for it in away if it.appointment_id == one.id)
        found += _less(_days(one.first_day, one.last_day), rests)
    found += [_days(one.first_day, one.last_day) for one in stands]
    now = clock.now()
    return _joined((begin, end) for begin, end in found if end > now)


def _mandates(*conditions: ColumnElement[bool]) -> list[Mandate]:
    joined = select(Mandate).join(Appointment, Appointment.id == Mandate.appointment_id)
    return list(session.scalars(joined.where(Mandate.ended_at.is_(None), *conditions)))


def _days(first: date, last: date) -> Span:
    return _midnight(first), _midnight(last + timedelta(days=1))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), clock.JAKARTA)


def _less(whole: Span, rests: Iterable[Span]) -> list[Span]:
    begin, end = whole
    left = []
    for rest_begin, rest_end in rests:
        if begin < rest_begin:
            left.append((begin, min(rest_begin, end)))
        begin = max(begin, rest_end)
    return [*left, (begin, end)] if begin < end else left


def _without(some: Iterable[Span], others: Sequence[Span]) -> list[Span]:
    """Return what of some spans lies in no other and is not over."""
    now = clock.now()
    return [(begin, end) for span in some for begin, end in _less(span, others) if end > now]


def _joined(found: Iterable[Span]) -> tuple[Span, ...]:
    whole: list[Span] = []
    for begin, end in sorted(found):
        if whole and begin <= whole[-1][1]:
            whole[-1] = (whole[-1][0], max(end, whole[-1][1]))
        else:
            whole.append((begin, end))
    return tuple(whole)
