"""Policy and targets of a day."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select

from marketplace.kernel import clock
from marketplace.kernel.db import rows
from marketplace.kernel.words import Words, _
from marketplace.p3dn.models import Policy, Target

A_DAY = timedelta(days=1)
TARGET_NAMES: dict[str, Words] = {
    "spend": _("Domestic products of all that was bought"),
    "commitment": _("Domestic products of what was committed"),
    "umk": _("Small businesses of all that was bought"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyView:
    """A policy with its days, the last included; shares in hundredths of a percent."""

    id: UUID
    valid_from: date
    valid_to: date | None
    high: int
    least: int
    bmp_counts: bool
    delivery_counts: bool
    basis: str
    confirmed_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetView:
    """A target with its days; ``unit_code`` is empty where it is for all."""

    key: str
    unit_code: str
    valid_from: date
    valid_to: date | None
    share: int
    basis: str


_POLICY = tuple(one.name for one in fields(PolicyView))
_TARGET = tuple(one.name for one in fields(TargetView))
_POLICIES = select(*(getattr(Policy, name) for name in _POLICY)).order_by(Policy.valid_from)


def _policy(row: Sequence[Any]) -> PolicyView:
    return PolicyView(**dict(zip(_POLICY, row, strict=True)))


def policies() -> list[PolicyView]:
    """Return every policy, the oldest first."""
    return [_policy(row) for row in rows(_POLICIES)]


def policy(day: date | None = None) -> PolicyView | None:
    """Return the policy of a day, today if none is named; None before the first."""
    asked = day or clock.today()
    found = rows(_POLICIES.where(Policy.valid_from <= asked, or_(Policy.valid_to.is_(None), Policy.valid_to >= asked)))
    return _policy(found[0]) if found else None


def targets(day: date | None = None) -> list[TargetView]:
    """Return the targets of a day, or every one there is."""
    wanted = select(*(getattr(Target, name) for name in _TARGET)).order_by(
        Target.key, Target.unit_code, Target.valid_from
    )
    if day is not None:
        wanted = wanted.where(Target.valid_from <= day, or_(Target.valid_to.is_(None), Target.valid_to >= day))
    return [TargetView(**dict(zip(_TARGET, row, strict=True))) for row in rows(wanted)]


def target(found: Sequence[TargetView], key: str, unit_code: str = "") -> TargetView | None:
    """Return, of targets of one day, an office's own one or else the one for all."""
    by_unit = {one.unit_code: one for one in found if one.key == key}
    return by_unit.get(unit_code) or by_unit.get("")


def policies_broken() -> Iterator[str]:
    """Yield a sentence for each policy that leaves days without one before the next begins (R26.1)."""
    known: Sequence[Any] = policies()
    for before, after in pairwise(known):
        if before.valid_to is None or before.valid_to + A_DAY != after.valid_from:
            yield f"p3dn: after the policy from {before.valid_from} there are days without one, until {after.valid_from}"
