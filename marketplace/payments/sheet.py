"""Reads a bank's statement from CSV by the names of its columns; what is not certain is an error, not a guess (R17.4)."""

import csv
import io
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from marketplace.kernel.errors import Invalid
from marketplace.kernel.money import Rupiah
from marketplace.kernel.words import Words, _

MOST_BYTES, MOST_ROWS = 5 * 1024 * 1024, 10_000
MOST_FAULTS = 20
FIELD = "file"
IN, OUT = "in", "out"
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "date": ("tanggal", "tgl", "tanggal transaksi", "date", "transaction date", "posting date", "tanggal posting"),
    "text": ("keterangan", "uraian", "uraian transaksi", "description", "remark", "remarks"),
    "in": ("masuk", "kredit", "credit", "mutasi kredit"),
    "out": ("keluar", "debit", "debet", "mutasi debet"),
    "amount": ("jumlah", "mutasi", "amount", "nominal"),
    "balance": ("saldo", "balance", "saldo akhir"),
    "reference": ("referensi", "no. referensi", "reference", "reference no.", "no. ref"),
}
"""What we need, and the headers under which banks give it, in any case. ``amount`` says by CR or DB which way it went."""
DATES = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d/%m/%y")
INDONESIAN = re.compile(r"(\d{1,3}(?:\.\d{3}){1,4}|\d{1,15})(?:,(\d{1,2}))?")
ENGLISH = re.compile(r"(\d{1,3}(?:,\d{3}){1,4}|\d{1,15})(?:\.(\d{1,2}))?")
WAYS = {"CR": IN, "K": IN, "CREDIT": IN, "DB": OUT, "D": OUT, "DEBIT": OUT}
SIGNED = re.compile(r"(-?)\s*(?:RP\.?|IDR)?\s*([0-9.,]+)\s*([A-Z]*)")


CELLS: Mapping[str, Words] = {
    "date": _("date"),
    "in": _("money in"),
    "out": _("money out"),
    "amount": _("amount"),
}
"""What a cell that cannot be read is called."""


class _Fault(ValueError):
    """A cell that cannot be read, and why."""

    def __init__(self, cell: str, said: Words) -> None:
        super().__init__(str(said))
        self.cell, self.said = CELLS[cell], said


@dataclass(frozen=True, kw_only=True)
class StatementLine:
    """One movement of an account. ``print`` tells it from every other, in this file and in one that overlaps it."""

    line: int
    booked_on: date
    direction: str
    amount: Rupiah
    print: str


def read(content: bytes, account: str) -> tuple[StatementLine, ...]:
    """Read CSV in UTF-8 with comma, semicolon or tab; what stands above the headers and balances alone are left out.

    ``account`` is the account it is of. Raises Invalid on ``file``, with a sentence for each line that cannot be read.
    """
    if len(content) > MOST_BYTES:
        raise _refused(_("The file is larger than 5 MB. Split it into several."))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as failure:
        raise _refused(_("The file is not in UTF-8.")) from failure
    rows, places = _table(text)
    if len(rows) > MOST_ROWS:
        raise _refused(_("The file has more than 10,000 rows. Split it into several."))
    found: list[StatementLine] = []
    faults: list[Words] = []
    alike: Counter[tuple[str, ...]] = Counter()
    for number, cells in rows:
        told = {name: cells[at].strip() if at < len(cells) else "" for name, at in places.items()}
        try:
            movement = _movement(told)
        except _Fault as fault:
            faults.append(_("Row %(number)s, %(cell)s: %(fault)s", number=number, cell=fault.cell, fault=fault.said))
            continue
        if movement is None:
            continue
        day, way, amount = movement
        words = " ".join(told.get("text", "").split()).casefold()
        what = (
            account,
            day.isoformat(),
            way,
            str(amount.amount),
            words,
            told.get("reference", ""),
            told.get("balance", ""),
        )
        alike[what] += 1
        mark = sha256("\x1f".join([*what, str(alike[what])]).encode()).hexdigest()
        found.append(StatementLine(line=number, booked_on=day, direction=way, amount=amount, print=mark))
    if faults:
        raise Invalid({FIELD: faults[:MOST_FAULTS]})
    return tuple(found)


def _table(text: str) -> tuple[Sequence[tuple[int, list[str]]], Mapping[str, int]]:
    if "\x00" in text:
        raise _refused(_("This is not a CSV file."))
    for separator in (";", ",", "\t"):
        try:
            lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
        except csv.Error:
            continue
        for at, line in enumerate(lines[:50]):
            places = _places(line)
            if "date" in places and ("amount" in places or {"in", "out"} <= set(places)):
                rows = [(number, cells) for number, cells in enumerate(lines[at + 1 :], at + 2) if any(cells)]
                return rows, places
    said = _(
        "No headers were found: a date, and either an amount with CR or DB, or one column for what came and one for what went."
    )
    raise _refused(said)


def _places(line: list[str]) -> Mapping[str, int]:
    headers = [cell.strip().casefold() for cell in line]
    return {name: headers.index(one) for name, known in COLUMNS.items() for one in known if one in headers}


def _movement(told: Mapping[str, str]) -> tuple[date, str, Rupiah] | None:
    """Return what moved; None for a row of balances. Raises _Fault with what cannot be read."""
    if "amount" in told:
        found = _signed(told["amount"]) if told["amount"] else None
    else:
        came, went = (_amount(name, told[name]) if told[name] else Rupiah(0) for name in ("in", "out"))
        if came and went:
            raise _Fault("in", _("money came and went in one row"))
        found = (IN, came) if came else (OUT, went) if went else None
    if found is None or not found[1]:
        return None
    return _day(told["date"]), *found


def _signed(typed: str) -> tuple[str, Rupiah]:
    found = SIGNED.fullmatch(typed.upper().replace("\N{NO-BREAK SPACE}", " "))
    way = None if found is None else OUT if found[1] and not found[3] else WAYS.get(found[3])
    if found is None or way is None:
        raise _Fault("amount", _("“%(typed)s” does not say CR or DB", typed=typed))
    return way, _amount("amount", found[2])


def _amount(cell: str, typed: str) -> Rupiah:
    plain = typed.removeprefix("Rp").strip()
    found = INDONESIAN.fullmatch(plain) or ENGLISH.fullmatch(plain)
    if found is None:
        raise _Fault(cell, _("“%(typed)s” is no amount", typed=typed))
    if int(found[2] or 0):
        raise _Fault(cell, _("“%(typed)s” is no whole number of rupiah", typed=typed))
    return Rupiah(int(re.sub(r"[.,]", "", found[1])))


def _day(typed: str) -> date:
    for form in DATES:
        try:
            return datetime.strptime(typed.strip("'"), form).date()  # noqa: DTZ007 - a day of the bank's, without a time
        except ValueError:
            continue
    raise _Fault("date", _("“%(typed)s” is no date", typed=typed))


def _refused(said: Words) -> Invalid:
    return Invalid({FIELD: said})
