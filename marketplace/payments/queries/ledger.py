"""What the ledger says: balances, entries, and whether those are there that must be."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import bindparam, func, select

from marketplace.kernel.db import rows
from marketplace.kernel.money import Rupiah
from marketplace.payments.models import Account, Entry


class Moved(NamedTuple):
    """What an entry says: from which account, to which, how much."""

    debit: str
    credit: str
    amount: Rupiah


_BALANCE = select(Account.credited_idr, Account.debited_idr).where(Account.key == bindparam("key"))


def balance(key: str) -> Rupiah:
    """Return what lies on an account; zero for one that nothing was ever posted to."""
    return next((row.credited_idr - row.debited_idr for row in rows(_BALANCE, {"key": key})), Rupiah(0))


def balances(kind: str) -> dict[str, Rupiah]:
    """Return what lies on the accounts of a kind, those with nothing on them left out."""
    found = select(Account.key, Account.credited_idr, Account.debited_idr).where(
        Account.kind == kind, Account.credited_idr != Account.debited_idr
    )
    return {row.key: row.credited_idr - row.debited_idr for row in rows(found)}


def unlike(expected: Mapping[str, Moved], kinds: Sequence[str], *, but_from: str = "") -> Iterator[str]:
    """Yield a sentence for each entry of these kinds that is missing, says something else, or should not be there.

    Entries that take from the account ``but_from`` are somebody else's to compare.
    """
    columns = (Entry.id, Entry.debit, Entry.credit, Entry.amount_idr)
    found = {
        row[0]: Moved(row.debit, row.credit, row.amount_idr)
        for row in rows(select(*columns).where(Entry.kind.in_(kinds), Entry.debit != but_from))
    }
    for entry_id in sorted(expected.keys() | found.keys()):
        if entry_id not in found:
            yield f"ledger: the entry {entry_id} is missing"
        elif entry_id not in expected:
            yield f"ledger: the entry {entry_id} stands for nothing that happened"
        elif found[entry_id] != expected[entry_id]:
            yield f"ledger: the entry {entry_id} does not say what happened"


def unbalanced() -> Iterator[str]:
    """Yield a sentence for each account whose sums are not those of its entries, and one if the books are not even (R8.2)."""
    sides = [
        select(side.label("key"), func.sum(Entry.amount_idr).label("total")).group_by(side)
        for side in (Entry.debit, Entry.credit)
    ]
    debited, credited = ({row.key: int(row.total.amount) for row in rows(side)} for side in sides)
    entries = {key: (debited.get(key, 0), credited.get(key, 0)) for key in debited.keys() | credited.keys()}
    accounts = {
        row.key: (row.debited_idr.amount, row.credited_idr.amount)
        for row in rows(select(Account.key, Account.debited_idr, Account.credited_idr))
    }
    for key in sorted(entries.keys() | accounts.keys()):
        if accounts.get(key, (0, 0)) != entries.get(key, (0, 0)):
            yield f"ledger: the balance of {key} is not the sum of its entries"
    if sum(out - into for out, into in accounts.values()):
        yield "ledger: the balances do not add up to zero"


def transfer_facts() -> Iterator[Mapping[str, object]]:
    """Yield the rows of ``transfers`` for ``jkp facts``: the entries of the ledger."""
    for row in rows(select(Entry.__table__).order_by(Entry.at, Entry.id)):
        yield {
            "id": row.id,
            "debit": row.debit,
            "credit": row.credit,
            "amount_idr": row.amount_idr.amount,
            "kind": row.kind,
            "ref": row.ref,
            "corrects": row.corrects,
            "at": row.at.isoformat().replace("+00:00", "Z"),
        }


def balance_facts() -> Iterator[Mapping[str, object]]:
    """Yield the rows of ``balances`` for ``jkp facts``; a balance is what came in less what went out."""
    for row in rows(select(Account.__table__).order_by(Account.key)):
        yield {"account": row.key, "balance": row.credited_idr.amount - row.debited_idr.amount}
