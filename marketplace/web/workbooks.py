"""Files for spreadsheets, XLSX (ECMA-376) and CSV, of plain rows: numbers stay numbers, words are never formulas.

The same rows give the same bytes.
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from xml.sax.saxutils import escape

from flask import stream_with_context
from werkzeug.wrappers import Response

MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# A ZIP keeps a time for each part: the first that it can, so that a file says nothing but its rows.
NO_TIME = (1980, 1, 1, 0, 0, 0)
LONGEST_NAME = 31
AT_ONCE = 1_000
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
Sheet = tuple[str, Sequence[str], Iterable[Sequence[object]]]
"""Its name, its columns, its rows."""


def workbook(sheets: Sequence[Sheet]) -> bytes:
    """Return a workbook of these sheets; the first row of each has the names of its columns."""
    written = io.BytesIO()
    numbers = range(1, len(sheets) + 1)
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_KIND}.sheet.main+xml"/>'
        + "".join(
            f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_KIND}.worksheet+xml"/>' for n in numbers
        )
        + "</Types>",
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
        + "".join(
            f'<sheet name="{escape(name[:LONGEST_NAME], {chr(34): "&quot;"})}" sheetId="{n}" r:id="rId{n}"/>'
            for n, (name, _columns, _rows) in zip(numbers, sheets, strict=True)
        )
        + "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
        + "".join(
            f'<Relationship Id="rId{n}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>' for n in numbers
        )
        + "</Relationships>",
    }
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as book:
        for name, content in parts.items():
            book.writestr(_part(name), _HEAD + content)
        for n, (_name, columns, lines) in zip(numbers, sheets, strict=True):
            book.writestr(_part(f"xl/worksheets/sheet{n}.xml"), _HEAD + _sheet(columns, lines))
    return written.getvalue()


def _part(name: str) -> zipfile.ZipInfo:
    made = zipfile.ZipInfo(name, NO_TIME)
    made.compress_type = zipfile.ZIP_DEFLATED
    return made


def _sheet(columns: Sequence[str], lines: Iterable[Sequence[object]]) -> str:
    body = "".join(f"<row>{''.join(_cell(one) for one in line)}</row>" for line in (columns, *lines))
    return f'<worksheet xmlns="{_MAIN}"><sheetData>{body}</sheetData></worksheet>'


def _cell(value: object) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        return f"<c><v>{value}</v></c>"
    said = escape(_FORBIDDEN.sub("", str(value)))
    return f'<c t="inlineStr"><is><t xml:space="preserve">{said}</t></is></c>'


def as_csv(name: str, columns: Sequence[str], lines: Iterable[Sequence[object]]) -> Response:
    """Return rows as a file that a spreadsheet opens: semicolons, a mark of UTF-8, the same for the same rows.

    What a spreadsheet would take for a formula is given as words.
    """
    return _csv(name, "".join(_written(columns, lines)))


def csv_stream(name: str, columns: Sequence[str], lines: Iterable[Sequence[object]]) -> Response:
    """Return the same for any number of rows: they are asked for while the file is sent, a thousand at a time."""
    return _csv(name, stream_with_context(_written(columns, lines)))


def _csv(name: str, content: str | Iterator[str]) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return Response(content, mimetype="text/csv", headers=headers)


def _written(columns: Sequence[str], lines: Iterable[Sequence[object]]) -> Iterator[str]:
    rest = iter(lines)
    yield "\ufeff" + _rows_in([columns])
    while rows := list(islice(rest, AT_ONCE)):
        yield _rows_in([[plain(cell) for cell in line] for line in rows])


def _rows_in(rows: Iterable[Sequence[object]]) -> str:
    written = io.StringIO(newline="")
    csv.writer(written, delimiter=";", lineterminator="\r\n").writerows(rows)
    return written.getvalue()


def plain(cell: object) -> object:
    """Return a cell so that no spreadsheet takes it for a formula."""
    return (
        f"'{cell}" if isinstance(cell, str) and cell[:1] in {"=", "+", "-", "@", "\t", "\r"} and cell != "-" else cell
    )
