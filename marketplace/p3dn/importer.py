"""Takes what offices committed to from a table: bad cells are named before anything is written, then all of it or nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from marketplace.kernel.access import Actor
from marketplace.kernel.errors import Invalid
from marketplace.kernel.forms import sentence
from marketplace.kernel.words import Number, Words, _, several, speaking
from marketplace.offices import queries as offices
from marketplace.p3dn import services
from marketplace.p3dn.forms import CommitmentIn
from marketplace.web import sheets
from marketplace.web.sheets import FIELD, Fault, Sheet

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "unit": ("unit", "kode_unit", "kode unit"),
    "tahun": ("year", "tahun"),
    "nilai": ("value", "nilai_idr", "nilai", "nilai komitmen"),
    "per": ("as_of", "per_tanggal", "per tanggal", "per"),
    "sumber": ("source", "sumber"),
}
"""Headers under which the fields may stand, the second of each the Indonesian one."""


@dataclass(frozen=True)
class Plan:
    """What an import would do: the rows that are right, and the cells that are not."""

    rows: tuple[CommitmentIn, ...]
    faults: tuple[Fault, ...]


def read(content: bytes) -> Sheet:
    """Read a table from CSV; raises Invalid on ``file`` with what is wrong with it."""
    return sheets.read(content, COLUMNS, tuple(COLUMNS))


def plan(sheet: Sheet) -> Plan:
    """Return what importing this table would do; writes nothing."""
    found: list[CommitmentIn] = []
    faults: list[Fault] = []
    names = offices.unit_names([row.cells.get("unit", "") for row in sheet.rows])
    seen: dict[tuple[str, str], int] = {}
    for row in sheet.rows:
        key = (row.cells.get("unit", ""), row.cells.get("tahun", ""))
        before = len(faults)
        if row.beyond:
            said = _("The row has more cells than the header. Put amounts and texts with a separator in quotes.")
            faults.append(Fault(row.number, "", row.beyond, said))
            continue
        if key in seen:
            faults.append(
                _fault(sheet, row, "tahun", _("The same office and year stand in row %(row)s already.", row=seen[key]))
            )
        seen.setdefault(key, row.number)
        if row.cells.get("unit") and row.cells["unit"] not in names:
            faults.append(_fault(sheet, row, "unit", _("No office has this code. Choose one from the list.")))
        try:
            # Whatever is spoken here, a spreadsheet may mean fifteen by 15,000: Indonesian refuses it.
            with speaking("id"):
                data = CommitmentIn.model_validate(dict(row.cells))
        except ValidationError as failure:
            for detail in failure.errors(include_url=False, include_input=False):
                name = next((str(part) for part in detail["loc"] if part in COLUMNS), "")
                faults.append(_fault(sheet, row, name, sentence(detail, CommitmentIn.labels)))
            continue
        if len(faults) == before:
            found.append(data)
    return Plan(tuple(found), tuple(faults))


def carry_out(sheet: Sheet, *, by: Actor) -> int:
    """Import a table whole or not at all; return how many rows. Raises NotAllowed, and Invalid when a cell is faulty."""
    wanted = plan(sheet)
    if wanted.faults:
        many = len({fault.row for fault in wanted.faults})
        said = several(
            "%(num)s row has faults. Nothing was written.", "%(num)s rows have faults. Nothing was written.", many,
            num=Number(many),
        )  # fmt: skip
        raise Invalid({FIELD: said})
    return services.set_commitments(wanted.rows, by=by)


def _fault(sheet: Sheet, row: Any, name: str, said: Words) -> Fault:  # noqa: ANN401 - a row of the sheet
    return Fault(row.number, sheet.headers.get(name, ""), row.cells.get(name, ""), said)
