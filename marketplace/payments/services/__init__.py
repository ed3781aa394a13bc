"""The use cases of payments: charges, the webhook inbox, and the sandbox's side of things."""

from marketplace.payments.services.charges import (
    ask,
    check_open,
    chosen,
    close,
    complete,
    expire_due,
    fetched,
    open_charge,
    plan,
    reach,
    record,
)
from marketplace.payments.services.desk import accept, note_returned
from marketplace.payments.services.rounds import ROUND
from marketplace.payments.services.sandbox import decide, sandbox_end, sandbox_open
from marketplace.payments.services.webhooks import receive, work

__all__ = [
    "ROUND",
    "accept",
    "ask",
    "check_open",
    "chosen",
    "close",
    "complete",
    "decide",
    "expire_due",
    "fetched",
    "note_returned",
    "open_charge",
    "plan",
    "reach",
    "receive",
    "record",
    "sandbox_end",
    "sandbox_open",
    "work",
]
