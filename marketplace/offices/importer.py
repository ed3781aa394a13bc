"""Takes units, packages and budget lines from a table: first a plan that writes nothing, then all of it or nothing (R17.5)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from marketplace.kernel.access import Actor
from marketplace.kernel.db import advisory_lock, transactional
from marketplace.kernel.errors import Conflict, Invalid
from marketplace.kernel.forms import Input, sentence
from marketplace.kernel.words import Number, Words, _, several, speaking
from marketplace.offices import columns, queries, services
from marketplace.offices.columns import Kind
from marketplace.offices.forms import LineIn, PackageIn, UnitIn
from marketplace.offices.policies import FOUND, KEEP, Unit
from marketplace.offices.queries import Shelf
from marketplace.web import sheets
from marketplace.web.sheets import FIELD, Fault, Sheet, SheetRow

Key = tuple[str, ...]


@dataclass(frozen=True)
class Step:
    """What a row would do: write something new, or change what is there, field by field (was, becomes)."""

    row: int
    data: Input
    changes: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class Plan:
    """What an import would do. Rows add up: new, changed, same and faulty."""

    kind: Kind
    new: tuple[Step, ...]
    changed: tuple[Step, ...]
    same: int
    faults: tuple[Fault, ...]
    faulty: int
    notices: tuple[Words, ...]


@dataclass
class _Draft:
    kind: Kind
    headers: Mapping[str, str]
    shelf: Shelf
    by: Actor
    new: list[Step] = field(default_factory=list)
    changed: list[Step] = field(default_factory=list)
    same: int = 0
    faults: list[Fault] = field(default_factory=list)
    seen: dict[Key, int] = field(default_factory=dict)
    read: dict[Key, tuple[SheetRow, Input]] = field(default_factory=dict)


def read(kind: str, content: bytes) -> Sheet:
    """Read a table of a kind from CSV; raises Invalid on ``file`` with what is wrong with it."""
    found = columns.KINDS[kind]
    return sheets.read(content, found.columns, found.needed)


def plan(kind: str, sheet: Sheet, *, by: Actor) -> Plan:
    """Return what importing this table would do; writes nothing.

    Raises NotAllowed where the actor may not write units; a row of an office that they do not keep is a faulty one.
    """
    found = columns.KINDS[kind]
    if found is columns.UNITS:
        by.require(FOUND, None)
    draft = _Draft(found, sheet.headers, queries.shelf(kind, *_named(sheet)), by)
    for row in sheet.rows:
        _consider(draft, row)
    if found is columns.UNITS:
        _trees(draft)
    broken = {fault.row for fault in draft.faults}
    for key, (row, data) in draft.read.items():
        if row.number not in broken:
            _place(draft, key, row, data)
    notices = [_("These columns are not read: %(columns)s.", columns=", ".join(sheet.ignored))] if sheet.ignored else []
    return Plan(
        kind=found,
        new=tuple(draft.new),
        changed=tuple(draft.changed),
        same=draft.same,
        faults=tuple(sorted(draft.faults, key=lambda fault: fault.row)),
        faulty=len({fault.row for fault in draft.faults}),
        notices=tuple(notices),
    )


@transactional
def carry_out(kind: str, sheet: Sheet, *, by: Actor) -> Plan:
    """Import a table whole or not at all; return what was done. The same table again changes nothing.

    Raises Invalid when a cell is faulty, Conflict ``importing`` while another import of the kind is at work.
    """
    if not advisory_lock(f"offices.import {kind}"):
        raise Conflict("importing", _("Another import is at work. Try again when it is done."))
    wanted = plan(kind, sheet, by=by)
    if wanted.faults:
        said = several(
            "%(num)s row has faults. Nothing was written.",
            "%(num)s rows have faults. Nothing was written.",
            wanted.faulty,
            num=Number(wanted.faulty),
        )
        raise Invalid({FIELD: said})
    try:
        services.load([step.data for step in wanted.new], [step.data for step in wanted.changed], by=by)
    except (Invalid, Conflict) as refused:
        # The world moved since the plan: the sentence of the service says what.
        why = (
            [one for many in refused.fields.values() for one in many]
            if isinstance(refused, Invalid)
            else [refused.said]
        )
        raise Invalid({FIELD: why}) from refused
    return wanted


def _named(sheet: Sheet) -> tuple[set[str], set[str]]:
    """Return the codes of offices and the numbers of packages that a table names."""
    offices, packages = (
        {row.cells[name] for row in sheet.rows if name in row.cells} for name in ("unit_code", "rup_id")
    )
    return offices, packages


def _consider(draft: _Draft, row: SheetRow) -> None:
    """Read a row to its end, so that all of its cells can be corrected at once."""
    if row.beyond:
        # Its cells stand under the wrong headers: nothing of it can be taken at its word.
        said = _("The row has more cells than the header. Put amounts and texts with a separator in quotes.")
        draft.faults.append(Fault(row.number, "", row.beyond, said))
        return
    key = tuple(row.cells.get(name, "") for name in draft.kind.known_by)
    if all(key):
        if key in draft.seen:
            said = _("The same thing stands in row %(row)s already.", row=draft.seen[key])
            draft.faults.append(_fault(draft, row, draft.kind.known_by[-1], said))
        draft.seen.setdefault(key, row.number)
    before = len(draft.faults)
    data = _data(draft, row, draft.shelf.known.get(key, {}))
    if data is not None and len(draft.faults) == before and draft.seen.get(key) == row.number:
        _of_office(draft, row, data)
        draft.read[key] = (row, data)


def _data(draft: _Draft, row: SheetRow, known: Mapping[str, Any]) -> Input | None:
    """Return what a row says, with what is known where it says nothing, or None when a cell is faulty."""
    told: dict[str, Any] = {}
    unknown: set[str] = set()
    if draft.kind is columns.UNITS:
        told |= {name: value for name, value in known.items() if name in draft.kind.columns}
    for name, written in row.cells.items():
        cell = draft.kind.shape.get(name, str)(written)
        words = draft.kind.words.get(name)
        if words is not None:
            if cell.casefold() not in words:
                said = _("Write one of these: %(words)s.", words=", ".join(words))
                draft.faults.append(_fault(draft, row, name, said))
                unknown.add(name)
                continue
            cell = words[cell.casefold()]
        told[name] = cell
    if draft.kind is columns.UNITS:
        told.setdefault("paper_code", told.get("code", ""))
        told["training"] = bool(told.get("training"))
    try:
        # Whatever is spoken here, a spreadsheet may mean fifteen by 15,000: Indonesian refuses it.
        with speaking("id"):
            return draft.kind.model.model_validate(told)
    except ValidationError as failure:
        wrong: set[str] = set()
        for detail in failure.errors(include_url=False, include_input=False):
            name = next((str(part) for part in detail["loc"] if part in draft.kind.columns), "")
            # A code that is wrong is not wrong a second time as the code of papers that it stands in for.
            if name not in unknown and (name != "paper_code" or name in row.cells or "code" not in wrong):
                draft.faults.append(_fault(draft, row, name, sentence(detail, draft.kind.model.labels)))
            wrong.add(name)
    return None


def _of_office(draft: _Draft, row: SheetRow, data: Input) -> None:
    if isinstance(data, UnitIn):
        return
    assert isinstance(data, (LineIn, PackageIn))  # noqa: S101 - the three kinds that there are
    above = draft.shelf.above.get(data.unit_code)
    if above is None or not KEEP.allows(draft.by, Unit(data.unit_code, above)):
        draft.faults.append(_fault(draft, row, "unit_code", _("There is no office with this code.")))


def _trees(draft: _Draft) -> None:
    """Find parents that are not there or stand below, and codes of papers that two offices would have."""
    parents = {code: known["parent_code"] for (code,), known in draft.shelf.known.items()}
    papers = {known["paper_code"]: code for (code,), known in draft.shelf.known.items()}
    wanted = {data.code: data for _row, data in draft.read.values() if isinstance(data, UnitIn)}
    parents |= {code: data.parent_code for code, data in wanted.items()}
    taken = {paper: code for paper, code in papers.items() if code not in wanted}
    for row, data in draft.read.values():
        assert isinstance(data, UnitIn)  # noqa: S101 - the caller asked which kind this is
        if data.parent_code is not None and data.parent_code not in parents:
            draft.faults.append(_fault(draft, row, "parent_code", _("There is no office with this code.")))
        elif _circle(data.code, parents):
            said = _("This would put the office below itself.")
            draft.faults.append(_fault(draft, row, "parent_code", said))
        other = taken.setdefault(data.paper_code, data.code)
        if other != data.code:
            said = _("The papers of %(office)s have this code. Choose another one.", office=other)
            draft.faults.append(_fault(draft, row, "paper_code", said))


def _circle(code: str, parents: Mapping[str, str | None]) -> bool:
    seen, at = {code}, parents.get(code)
    while at is not None and at not in seen:
        seen.add(at)
        at = parents.get(at)
    return at == code


def _place(draft: _Draft, key: Key, row: SheetRow, data: Input) -> None:
    known = draft.shelf.known.get(key)
    if known is None:
        draft.new.append(Step(row.number, data))
        return
    if isinstance(data, PackageIn) and known["unit_code"] != data.unit_code:
        said = _("This RUP number belongs to another office. Check the number.")
        draft.faults.append(_fault(draft, row, "rup_id", said))
        return
    changes = {name: (known[name], value) for name, value in data if known[name] != value}
    amount = next((name for name in ("ceiling_idr", "value_idr") if name in changes), None)
    if amount is not None and getattr(data, amount) < known["held"]:
        said = _("%(held)s of it is committed or paid already. It cannot be lower than that.", held=known["held"])
        draft.faults.append(_fault(draft, row, amount, said))
    elif changes:
        draft.changed.append(Step(row.number, data, changes))
    else:
        draft.same += 1


def _fault(draft: _Draft, row: SheetRow, name: str, reason: Words) -> Fault:
    return Fault(row.number, draft.headers.get(name, name), row.cells.get(name, ""), reason)
