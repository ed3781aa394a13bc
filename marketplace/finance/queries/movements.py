"""Movements of the account at the desk: what a statement would bring, and what waits for a person."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from marketplace.finance.models import Sheet
from marketplace.kernel.db import session
from marketplace.kernel.errors import NotFound
from marketplace.kernel.money import Rupiah
from marketplace.kernel.words import Number, Words, _
from marketplace.orders import queries as orders
from marketplace.payments import queries as payments
from marketplace.payments.services import IN, OUT, StatementLine, by_sum

AT_ONCE = 50


@dataclass(frozen=True, kw_only=True)
class Read:
    """A statement that was read and waits."""

    id: UUID
    name: str
    sha256: str
    lines: Sequence[StatementLine]


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A row of a preview: what moved, and what becomes of it in a sentence; ``kind`` is how the row is marked."""

    line: StatementLine
    said: Words
    kind: str


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What a statement would bring: sums over all of it, and one page of its rows."""

    sheet: Read
    came: int
    came_idr: Rupiah
    known: int
    rows: Sequence[Shown]
    page: int
    pages: int


@dataclass(frozen=True, kw_only=True)
class Movement:
    """A movement that came in, what it may be, and the payments that it may be of with their orders."""

    row: payments.BankRow
    said: Words
    near: Sequence[tuple[payments.Near, str]]


@dataclass(frozen=True, kw_only=True)
class Movements:
    """A page of the movements that wait, the newest files, and where the next page begins."""

    rows: Sequence[Movement]
    files: Sequence[payments.TakenIn]
    next: str | None


def sheet(sheet_id: UUID) -> Read:
    """Return a statement that was read; raises NotFound, also for one that was taken in."""
    kept = session.get(Sheet, sheet_id)
    if kept is None:
        raise NotFound
    lines = tuple(
        StatementLine(line=at, booked_on=date.fromisoformat(day), direction=way, amount=Rupiah(amount), print=mark)
        for at, day, way, amount, mark in kept.lines
    )
    return Read(id=kept.id, name=kept.name, sha256=kept.sha256, lines=lines)


def preview(sheet_id: UUID, page: int) -> Preview:
    """Return what a statement would bring, with one page of its rows; raises NotFound."""
    read = sheet(sheet_id)
    known = payments.known_marks([one.print for one in read.lines])
    came = [one for one in read.lines if one.direction == IN]
    pages = max(1, -(-len(read.lines) // AT_ONCE))
    at = min(max(page, 1), pages)
    shown = read.lines[(at - 1) * AT_ONCE : at * AT_ONCE]
    near = payments.near([one.amount for one in shown if one.direction == IN], by_sum())
    codes = _codes(near)
    # One payment is paid once: the second equal sum of a file finds it paid by the first.
    equal = (
        Counter(one.amount for one in came if one.print not in known and one.line < shown[0].line)
        if shown
        else Counter()
    )
    rows = []
    for line in shown:
        rows.append(_shown(line, known, near, codes, equal[line.amount]))
        if line.direction == IN and line.print not in known:
            equal[line.amount] += 1
    return Preview(
        sheet=read,
        came=len(came),
        came_idr=Rupiah.total([one.amount for one in came]),
        known=len(known),
        rows=rows,
        page=at,
        pages=pages,
    )


def _shown(
    line: StatementLine,
    known: frozenset[str],
    near: Mapping[Rupiah, Sequence[payments.Near]],
    codes: Mapping[str, str],
    before: int,
) -> Shown:
    if line.print in known:
        return Shown(line=line, said=_("Taken in before; it counts once."), kind="")
    if line.direction == OUT:
        return Shown(line=line, said=_("Went out; it is kept."), kind="")
    about = near.get(line.amount, ())
    guess = payments.guessed(line.amount, line.booked_on, about)
    if guess.verdict is payments.Verdict.PAYS and before:
        return Shown(
            line=line,
            said=_("The same sum stands above and pays the order; this one waits for a person."),
            kind="kuning",
        )
    return Shown(
        line=line, said=_said(guess, codes), kind="hijau" if guess.verdict is payments.Verdict.PAYS else "kuning"
    )


def _said(guess: payments.Guess, codes: Mapping[str, str]) -> Words:
    of = codes.get(guess.near.reference, guess.near.reference) if guess.near else ""
    apart = Number(guess.apart.amount)
    said: Mapping[payments.Verdict, Words] = {
        payments.Verdict.PAYS: _("Pays %(order)s.", order=of),
        payments.Verdict.SEVERAL: _("Several payments of this sum wait; a person has to say which."),
        payments.Verdict.PAID: _("%(order)s asked for this sum and is paid already: it came twice.", order=of),
        payments.Verdict.SHORT: _("Rp %(apart)s less than what was asked for %(order)s.", apart=apart, order=of),
        payments.Verdict.OVER: _("Rp %(apart)s more than what was asked for %(order)s.", apart=apart, order=of),
        payments.Verdict.EARLY: _("%(order)s asked for this sum only after that day.", order=of),
        payments.Verdict.UNKNOWN: _("No payment of this sum is waited for."),
    }
    return said[guess.verdict]


def movements(after: str) -> Movements:
    """Return a page of the movements that wait, the oldest first, behind one of them."""
    found = payments.unmatched_after(_place(after), AT_ONCE + 1)
    shown = found[:AT_ONCE]
    last = shown[-1] if len(found) > AT_ONCE else None
    return Movements(
        rows=_movements(shown),
        files=payments.taken_in() if not after else (),
        next=f"{last.booked_on.isoformat()}_{last.line}_{last.id}" if last else None,
    )


def movement(row_id: UUID) -> Movement:
    """Return a movement with what it may be; raises NotFound."""
    return _movements([payments.bank_row(row_id)])[0]


def _movements(found: Sequence[payments.BankRow]) -> Sequence[Movement]:
    near = payments.near([one.amount for one in found], by_sum())
    codes = _codes(near)
    return tuple(
        Movement(
            row=one,
            said=_said(payments.guessed(one.amount, one.booked_on, near.get(one.amount, ())), codes),
            near=[(each, codes.get(each.reference, each.reference)) for each in near.get(one.amount, ()) if each.waits],
        )
        for one in found
    )


def _codes(near: Mapping[Rupiah, Sequence[payments.Near]]) -> dict[str, str]:
    found = orders.portions({one.reference for each in near.values() for one in each})
    return {reference: parts[0].shown_code for reference, parts in found.items()}


def _place(text: str) -> tuple[date, int, UUID] | None:
    try:
        day, line, ident = text.split("_")
        return date.fromisoformat(day), int(line[:6]), UUID(ident)
    except ValueError:
        return None
