"""What a bank's confirmation says, read without asking the database: rows, or a sentence for each cell that is wrong."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

from marketplace.kernel.errors import Invalid
from marketplace.kernel.money import Rupiah
from marketplace.kernel.words import Words, _

FIELD = "berkas"
HEAD = ("kode", "jumlah", "status", "alasan")
PAID, FAILED = "berhasil", "gagal"
MOST_ROWS, MOST_SAID, LONGEST_CAUSE = 10_000, 50, 200
LONGEST_AMOUNT = 15


@dataclass(frozen=True, kw_only=True)
class Told:
    """What the bank says of one payout, and in which row of its file."""

    row: int
    code: str
    amount: Rupiah
    paid: bool
    cause: str


def confirmation(content: bytes) -> tuple[Told, ...]:
    """Read a confirmation: ``kode;jumlah;status;alasan`` with a head, in UTF-8, semicolons or commas between.

    Raises Invalid under ``berkas``, with a sentence for each cell that is wrong, up to fifty.
    """
    rows = _rows(content)
    if not rows or tuple(cell.strip().casefold() for cell in rows[0][1][:3]) != HEAD[:3]:
        raise Invalid({FIELD: _("The first row must say kode;jumlah;status;alasan. This is another file.")})
    told, faults, seen = [], list[Words](), dict[str, int]()
    for number, cells in rows[1:]:
        one, wrong = _read(number, cells)
        faults += wrong
        if one is None:
            continue
        if one.code in seen:
            faults.append(
                _(
                    "Row %(row)s, kode: %(code)s stands in row %(first)s already.",
                    row=number,
                    code=one.code,
                    first=seen[one.code],
                )
            )
        seen.setdefault(one.code, number)
        told.append(one)
    if not rows[1:]:
        faults.append(_("The file has no row below its head."))
    refuse(faults)
    return tuple(told)


def refuse(faults: Sequence[Words]) -> None:
    """Raise Invalid with these sentences, if there are any; of very many the first are enough."""
    if faults:
        more = len(faults) - MOST_SAID
        raise Invalid({FIELD: [*faults[:MOST_SAID], *([_("And %(count)s more.", count=more)] if more > 0 else [])]})


def _rows(content: bytes) -> list[tuple[int, list[str]]]:
    try:
        text = content.decode("utf-8-sig")
        between = ";" if ";" in text.partition("\n")[0] else ","
        found = list(enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=between, strict=True), start=1))
    except (UnicodeDecodeError, csv.Error) as failure:
        raise Invalid({FIELD: _("This is no CSV file in UTF-8. Save it from the sheet as CSV.")}) from failure
    if len(found) > MOST_ROWS:
        raise Invalid({FIELD: _("The file has more than %(most)s rows.", most=MOST_ROWS)})
    return [(number, cells) for number, cells in found if any(cell.strip() for cell in cells)]


def _read(row: int, cells: Sequence[str]) -> tuple[Told | None, list[Words]]:
    code, amount, status, cause, *_rest = (*(cell.strip() for cell in cells), "", "", "", "")
    code, status = code.upper(), status.casefold()
    faults = []
    if not code:
        faults.append(_("Row %(row)s, kode: it is empty.", row=row))
    if not (amount.isascii() and amount.isdigit() and len(amount) <= LONGEST_AMOUNT):
        faults.append(_("Row %(row)s, jumlah: write whole rupiah in digits only, for example 150000.", row=row))
    if status not in (PAID, FAILED):
        faults.append(_("Row %(row)s, status: write berhasil or gagal.", row=row))
    if status == FAILED and not cause:
        faults.append(_("Row %(row)s, alasan: say why the bank could not pay.", row=row))
    if len(cause) > LONGEST_CAUSE or not cause.isprintable():
        faults.append(
            _(
                "Row %(row)s, alasan: it is longer than %(most)s letters or has signs nobody can read.",
                row=row,
                most=LONGEST_CAUSE,
            )
        )
    if faults:
        return None, faults
    return Told(row=row, code=code, amount=Rupiah(int(amount)), paid=status == PAID, cause=cause), []
