"""Reads a table from CSV: what it is written in, what its columns mean, and each cell by row and column (R17.4)."""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from marketplace.kernel.errors import Invalid
from marketplace.kernel.words import Number, Words, _

MOST_BYTES = 5 * 1024 * 1024
MOST_ROWS = 10_000
FIELD = "file"


@dataclass(frozen=True)
class SheetRow:
    """One row as a spreadsheet numbers it (the header is row 1), its cells by our field names, empty ones left out.

    ``beyond`` is the first cell that stands under no header, where there is one.
    """

    number: int
    cells: Mapping[str, str]
    beyond: str = ""


@dataclass(frozen=True)
class Fault:
    """A cell that cannot be taken: where it is, what stands there, and why not. ``column`` is empty for the whole row."""

    row: int
    column: str
    value: str
    reason: Words


@dataclass(frozen=True)
class Sheet:
    """A table: the header of each field it has, the headers that mean nothing to us, and its rows."""

    headers: Mapping[str, str]
    ignored: tuple[str, ...]
    rows: Sequence[SheetRow]


def read(content: bytes, columns: Mapping[str, tuple[str, ...]], needed: Sequence[str]) -> Sheet:
    """Read CSV in UTF-8, with or without a byte order mark, separated by commas or semicolons.

    ``columns`` are our fields and the headers under which they may stand, in lower case, the second of each the Indonesian
    one; ``needed`` are those that every table has. Raises Invalid on ``file`` with what is wrong: size, encoding, missing
    columns, a column given twice, too many rows.
    """
    if len(content) > MOST_BYTES:
        raise _refused(_("The file is larger than 5 MB. Split it into several."))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as failure:
        said = _("The file is not in UTF-8. In the spreadsheet choose: save as CSV UTF-8.")
        raise _refused(said) from failure
    if "\x00" in text:
        raise _refused(_("This is not a CSV file. In the spreadsheet choose: save as CSV UTF-8."))
    first = text.partition("\n")[0]
    separator = ";" if first.count(";") > first.count(",") else ","
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    except csv.Error as failure:
        raise _refused(_("The file has an open quotation mark or a broken line. Save it as CSV again.")) from failure
    if not lines:
        raise _refused(_("The file is empty."))
    places, ignored = _understood(lines[0], columns, needed)
    if len(lines) - 1 > MOST_ROWS:
        raise _refused(_("The file has more than %(most)s rows. Split it into several.", most=Number(MOST_ROWS)))
    rows = [
        SheetRow(
            number,
            {field: line[at].strip() for field, at in places.items() if at < len(line) and line[at].strip()},
            next((cell.strip() for cell in line[len(lines[0]) :] if cell.strip()), ""),
        )
        for number, line in enumerate(lines[1:], 2)
        if any(cell.strip() for cell in line)
    ]
    return Sheet({field: lines[0][at].strip() for field, at in places.items()}, ignored, rows)


def _understood(
    header: Sequence[str], columns: Mapping[str, tuple[str, ...]], needed: Sequence[str]
) -> tuple[dict[str, int], tuple[str, ...]]:
    meanings = {name: field for field, names in columns.items() for name in names}
    places: dict[str, int] = {}
    ignored = []
    for at, written in enumerate(header):
        field = meanings.get(re.sub(r"\s+", " ", written.strip().casefold()))
        if field is None:
            ignored.append(written.strip())
        elif field in places:
            raise _refused(_("The column %(column)s stands there twice.", column=written.strip()))
        else:
            places[field] = at
    if missing := [field for field in needed if field not in places]:
        wanted = ", ".join(columns[field][1] for field in missing)
        raise _refused(
            _(
                "These columns are missing: %(columns)s. The first row must have the names of the columns.",
                columns=wanted,
            )
        )
    return places, tuple(name for name in ignored if name)


def _refused(said: Words) -> Invalid:
    return Invalid({FIELD: said})
