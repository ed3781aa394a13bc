"""Which rules hold on a day: read in one statement, and kept a while, for what began is never changed."""

import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Row, or_, select

from marketplace.kernel import clock
from marketplace.kernel.db import rows, session
from marketplace.kernel.money import Rounding, Rupiah
from marketplace.rules import models

KEPT_SECONDS = 60.0
MOST_DAYS = 400


@dataclass(frozen=True, slots=True)
class Rule:
    """A rate, limit or fixed sum, with the days on which it holds (``valid_to`` not included) and the law behind it."""

    id: UUID
    code: str
    numerator: int
    denominator: int
    fixed: Rupiah
    threshold: Rupiah | None
    rounding: Rounding
    inside: bool
    valid_from: date
    valid_to: date | None
    basis: str

    @property
    def rate(self) -> str:
        """Return the rate as the law writes it, a whole fraction: 11/100."""
        return f"{self.numerator}/{self.denominator}"

    @property
    def never_held(self) -> bool:
        """Tell whether the rule gave way before it began."""
        return self.valid_from == self.valid_to


@dataclass(frozen=True)
class Book:
    """All rules of one day."""

    day: date
    by_code: Mapping[str, Rule] = field(default_factory=dict)

    def get(self, code: str) -> Rule | None:
        """Return the rule of a code, None when none holds on this day."""
        return self.by_code.get(code)


@dataclass
class _Kept:
    """The books that this process read lately from one database."""

    books: dict[date, tuple[float, Book]] = field(default_factory=dict)


# By the side of the database that is asked, whether it is read or written: two sites in one process share nothing. A test's
# connection, which is taken back, has its own.
_kept: dict[str, _Kept] = {}
_lent: WeakKeyDictionary[Connection, _Kept] = WeakKeyDictionary()


def _kept_here() -> _Kept:
    bind = session.get_bind()
    if isinstance(bind, Connection):
        return _lent.setdefault(bind, _Kept())
    return _kept.setdefault(bind.url.render_as_string(hide_password=False), _Kept())


_EVERY = select(
    models.Rule.id,
    models.Rule.code,
    models.Rule.numerator,
    models.Rule.denominator,
    models.Rule.fixed_idr.label("fixed"),
    models.Rule.threshold_idr.label("threshold"),
    models.Rule.rounding,
    models.Rule.inside,
    models.Rule.valid_from,
    models.Rule.valid_to,
    models.Rule.basis,
)


def rules(day: date) -> Book:
    """Return what holds on a day. Books of days that have begun are kept for a minute: nothing may change them."""
    books = _kept_here().books
    read_at, book = books.get(day, (0.0, None))
    if book is not None and time.monotonic() - read_at < KEPT_SECONDS:
        return book
    holding = _EVERY.where(
        models.Rule.valid_from <= day, or_(models.Rule.valid_to.is_(None), models.Rule.valid_to > day)
    )
    book = Book(day, {row.code: _rule(row) for row in rows(holding)})
    if day <= clock.today():
        if len(books) >= MOST_DAYS:
            books.clear()
        books[day] = (time.monotonic(), book)
    return book


def rule(code: str, day: date) -> Rule | None:
    """Return the rule of a code on a day, None when none holds."""
    return rules(day).get(code)


def rules_by_id(ids: Collection[UUID]) -> dict[UUID, Rule]:
    """Return rules whenever they held, for those who froze their ids; unknown ones are left out."""
    if not ids:
        return {}
    return {row.id: _rule(row) for row in rows(_EVERY.where(models.Rule.id.in_(set(ids))))}


def timeline(code: str = "") -> tuple[Rule, ...]:
    """Return every rule that held, holds or will hold, of one code or of all, by code and first day."""
    wanted = _EVERY.where(models.Rule.code == code) if code else _EVERY
    found = (_rule(row) for row in rows(wanted.order_by(models.Rule.code, models.Rule.valid_from)))
    return tuple(one for one in found if not one.never_held)


def forget() -> None:
    """Read anew what is asked next."""
    _kept.clear()
    _lent.clear()


def _rule(row: Row[Any]) -> Rule:
    told = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it
    return Rule(**{**told, "rounding": Rounding(told["rounding"])})
