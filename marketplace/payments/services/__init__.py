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
from marketplace.payments.services.ledger import Posting, draw, post
from marketplace.payments.services.recon import Compared, recon, recon_lately
from marketplace.payments.services.refunds import complete_refunds, note_sent, send, take, take_rest
from marketplace.payments.services.rounds import ROUND
from marketplace.payments.services.sandbox import decide, sandbox_end, sandbox_open, sandbox_refund
from marketplace.payments.services.statements import (
    Imported,
    by_sum,
    explain,
    import_statement,
    match_all,
    match_by_hand,
)
from marketplace.payments.services.webhooks import receive, work

__all__ = [
    "ROUND",
    "Compared",
    "Imported",
    "Posting",
    "accept",
    "ask",
    "by_sum",
    "check_open",
    "chosen",
    "close",
    "complete",
    "complete_refunds",
    "decide",
    "draw",
    "expire_due",
    "explain",
    "fetched",
    "import_statement",
    "match_all",
    "match_by_hand",
    "note_returned",
    "note_sent",
    "open_charge",
    "pay_back",
    "plan",
    "post",
    "reach",
    "receive",
    "recon",
    "recon_lately",
    "record",
    "sandbox_end",
    "sandbox_open",
    "sandbox_refund",
    "send",
    "take",
    "take_rest",
    "work",
]
