"""Payees with money that is payable and an account that may be paid to."""

import itertools
from uuid import UUID

from sqlalchemy import text

from marketplace.kernel import ids
from marketplace.kernel.access import Actor, Grant
from marketplace.kernel.db import session, transactional
from marketplace.kernel.money import Rupiah
from marketplace.payments import queries, services
from marketplace.payments.services.ledger import Posting, post
from marketplace.testing.plugin import TestClock

FRIDAY = "2026-11-27T09:00:00+07:00"
SATURDAY = "2026-11-28T09:00:01+07:00"
MONDAY = "2026-11-30T08:00:00+07:00"
NUMBER = "1234567890"
_facts = itertools.count(1)


def officer() -> Actor:
    return Actor(kind="person", id=ids.uuid7(), name="Rini", grants=(Grant("finance_officer"),))


def owner() -> Actor:
    return Actor(kind="person", id=ids.uuid7(), name="Siti Rahmawati")


def entry(entry_id: str, debit: str, credit: str, amount: int, *, kind: str = "release", ref: str = "") -> Posting:
    return Posting(id=entry_id, debit=debit, credit=credit, amount=Rupiah(amount), kind=kind, ref=ref or entry_id)


@transactional
def posted(*entries: Posting) -> None:
    post(*entries)


@transactional
def forged(statement: str) -> None:
    """Let the database say what no service would write."""
    session.execute(text(statement))


def earned(payee: str, amount: int) -> None:
    """Let a part of an order be finished: what was held for it is the payee's now."""
    part = f"part-{next(_facts)}"
    posted(
        entry(f"pay:{part}", "at:bank", f"held:{part}", amount, kind="goods"),
        entry(f"release:{part}", f"held:{part}", f"payable:{payee}", amount),
    )


def given(payee: str, clock: TestClock, *, number: str = NUMBER) -> UUID:
    """Give an account on Friday, and let it be verified on Saturday."""
    clock.set(FRIDAY)
    account = services.give_bank_account(payee, bank="bca", number=number, holder="Siti Rahmawati", by=owner())
    clock.set(SATURDAY)
    services.verify_bank_account(account, by=officer())
    return account


def payee(clock: TestClock, amount: int = 0) -> str:
    name = str(ids.uuid7())
    given(name, clock)
    if amount:
        earned(name, amount)
    return name


def requested(of: str, amount: int, by: Actor | None = None) -> UUID:
    made = services.request_payout(of, Rupiah(amount), by=by or owner())
    assert made is not None
    return made


def state(payout_id: UUID) -> str:
    return queries.payout(payout_id).state


def lies(key: str) -> int:
    return queries.balance(key).amount


def payable(of: str) -> int:
    return lies(f"payable:{of}")


def answer(*rows: tuple[str, int, str, str]) -> bytes:
    """Return what a bank says: code, amount, status, reason."""
    return "\r\n".join(["kode;jumlah;status;alasan", *(";".join(map(str, row)) for row in rows), ""]).encode()


def broken() -> list[str]:
    return [*queries.broken_payouts(), *queries.unbalanced()]


@transactional
def _rested(account: UUID) -> None:
    session.execute(
        text(
            "UPDATE payments_bank_accounts SET given_at = given_at - interval '2 days', rests_until = given_at WHERE id = :id"
        ),
        {"id": account},
    )


def verified(of: str, *, number: str = NUMBER) -> UUID:
    """Give an account that has rested already, and let it be verified."""
    account = services.give_bank_account(of, bank="bca", number=number, holder="Siti Rahmawati", by=owner())
    _rested(account)
    services.verify_bank_account(account, by=officer())
    return account


def waiting(of: str) -> tuple[UUID, str]:
    """Let a large payout of a payee wait for a second person, and a small one be in a file; return both."""
    verified(of)
    earned(of, 6_050_000)
    requested(of, 50_000)
    number = services.make_batch(by=officer())
    return requested(of, 6_000_000), number
