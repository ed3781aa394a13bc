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
from marketplace.payments.services.desk import accept, note_returned, pay_back
from marketplace.payments.services.ledger import Posting, draw, post, reverse
from marketplace.payments.services.refunds import complete_refunds, note_sent, send, take, take_rest
from marketplace.payments.services.rounds import ROUND
from marketplace.payments.services.sandbox import decide, sandbox_end, sandbox_open, sandbox_refund
from marketplace.payments.services.webhooks import receive, work

__all__ = [
    "ROUND",
    "Posting",
    "accept",
    "ask",
    "check_open",
    "chosen",
    "close",
    "complete",
    "complete_refunds",
    "decide",
    "draw",
    "expire_due",
    "fetched",
    "note_returned",
    "note_sent",
    "open_charge",
    "pay_back",
    "plan",
    "post",
    "reach",
    "receive",
    "record",
    "reverse",
    "sandbox_end",
    "sandbox_open",
    "sandbox_refund",
    "send",
    "take",
    "take_rest",
    "work",
]
