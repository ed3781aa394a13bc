"""Many units, packages or lines at once, as a table brought them; part of the importer's transaction."""

from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import Any, TypeVar

from sqlalchemy.dialects.postgresql import insert

from marketplace.kernel import clock
from marketplace.kernel.access import Actor
from marketplace.kernel.audit import audit
from marketplace.kernel.db import session, transactional
from marketplace.kernel.forms import Input
from marketplace.kernel.ids import uuid7
from marketplace.kernel.money import ZERO, Rupiah
from marketplace.offices.forms import LineIn, PackageIn, UnitIn
from marketplace.offices.models import Line, Movement, Package
from marketplace.offices.services.planning import may_keep, set_line, set_package
from marketplace.offices.services.units import set_unit

STREAM = "offices"
AT_ONCE = 1_000
T = TypeVar("T", bound=Input)


@transactional
def load(new: Sequence[Input], changed: Sequence[Input], *, by: Actor) -> None:
    """Write down what is new and what changed, whatever of the three kinds; raises what the single services raise.

    What is new comes in a few statements for any number, with one entry in the audit log for each office; a change is
    written one by one, with what it was before.
    """
    for unit in _parents_first([data for data in (*new, *changed) if isinstance(data, UnitIn)]):
        set_unit(unit, by=by)
    _packages([data for data in new if isinstance(data, PackageIn)], by)
    _lines([data for data in new if isinstance(data, LineIn)], by)
    for one in changed:
        if isinstance(one, PackageIn):
            set_package(one, by=by)
        elif isinstance(one, LineIn):
            set_line(one, by=by)


def _parents_first(found: Iterable[UnitIn]) -> list[UnitIn]:
    waiting = {one.code: one for one in found}
    done: list[UnitIn] = []
    while waiting:
        ready = [one for one in waiting.values() if one.parent_code not in waiting] or list(waiting.values())
        done += ready
        for one in ready:
            del waiting[one.code]
    return done


def _packages(new: Sequence[PackageIn], by: Actor) -> None:
    told = [{"id": uuid7(), **dict(one), "committed_idr": ZERO, "realised_idr": ZERO} for one in new]
    for some in _some(told):
        made = insert(Package).values(some).on_conflict_do_nothing().returning(Package.year, Package.rup_id)
        written = {tuple(row) for row in session.execute(made)}
        for row in some:
            if (row["year"], row["rup_id"]) not in written:
                # Somebody wrote it since the table was looked at.
                set_package(PackageIn.model_validate({name: row[name] for name in PackageIn.model_fields}), by=by)
    _told("packages", new, "value_idr", by)


def _lines(new: Sequence[LineIn], by: Actor) -> None:
    told = [{"id": uuid7(), **dict(one), "committed_idr": ZERO, "realised_idr": ZERO} for one in new]
    for some in _some(told):
        written = set(session.scalars(insert(Line).values(some).on_conflict_do_nothing().returning(Line.id)))
        steps = [
            {
                "id": uuid7(), "line_id": row["id"], "kind": "raise", "amount_idr": row["ceiling_idr"], "reference": "",
                "why": "", "by": by.reference, "at": clock.now(),
            }
            for row in some
            if row["id"] in written and row["ceiling_idr"]
        ]  # fmt: skip
        if steps:
            session.execute(insert(Movement).values(steps))
        for row in some:
            if row["id"] not in written:
                set_line(LineIn.model_validate({name: row[name] for name in LineIn.model_fields}), by=by)
    _told("lines", new, "ceiling_idr", by)


def _some(told: Sequence[dict[str, Any]]) -> Iterable[Sequence[dict[str, Any]]]:
    return (told[at : at + AT_ONCE] for at in range(0, len(told), AT_ONCE))


def _told(kind: str, new: Sequence[LineIn] | Sequence[PackageIn], money: str, by: Actor) -> None:
    """Write one entry for each office; asking who may comes with it, and what is written without goes back whole."""
    for code in sorted({one.unit_code for one in new}):
        may_keep(code, by)
        amounts: list[Rupiah] = [attrgetter(money)(one) for one in new if one.unit_code == code]
        after = {"rows": len(amounts), money: Rupiah.total(amounts).amount}
        audit(f"{STREAM}:{code}", f"{kind}.load", f"{kind}:{code}", by=by, after=after)
