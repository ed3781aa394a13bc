"""The programme's own account, to which transfers go and of which statements are."""

import re
from dataclasses import dataclass

from marketplace.kernel.plugin import current

ACCOUNT = re.compile(r"\s*([A-Za-z][A-Za-z .]{1,30}?)\s+([0-9][0-9 .-]{4,30}[0-9])\s+a/n\s+(\S.{0,80}?)\s*")


@dataclass(frozen=True)
class Account:
    """Where transfers go: the bank, the number in digits, and whose account it is."""

    bank: str
    number: str
    holder: str


def account() -> Account | None:
    """Return the account of the setting ``BANK_ACCOUNT``; None when it names none."""
    found = ACCOUNT.fullmatch(str(current().setting("BANK_ACCOUNT")))
    return Account(found[1], re.sub(r"[^0-9]", "", found[2]), found[3]) if found else None
