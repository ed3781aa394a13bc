"""What is written to sellers about their money."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from marketplace.accounts import queries as accounts
from marketplace.kernel.errors import NotFound
from marketplace.notifications.slots import Recipient
from marketplace.payments import queries as payments
from marketplace.payments.events import BankAccountGiven
from marketplace.sellers import queries as sellers


def team(event: BankAccountGiven) -> tuple[Recipient, ...]:
    """Return everybody who runs the shop: who did not ask for another account must hear of it."""
    shop = _shop(event.payee)
    return accounts.recipients(sellers.team(shop)) if shop else ()


def account_context(event: BankAccountGiven) -> Mapping[str, Any]:
    """Return what the letter about another account says; the number is masked in it as everywhere."""
    shop = _shop(event.payee)
    found = sellers.sellers([shop]) if shop else {}
    if shop not in found or shop is None:
        raise NotFound
    card = found[shop]
    account = payments.bank_account(UUID(event.account_id))
    return {"shop": card.name, "account": account.masked, "path": f"/lapak/keuangan?toko={card.code}"}


def _shop(payee: str) -> UUID | None:
    try:
        return UUID(payee)
    except ValueError:
        return None
