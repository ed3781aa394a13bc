"""The use cases of payments: charges, the webhook inbox, and the sandbox's side of things."""

from marketplace.payments.models import SandboxState
from marketplace.payments.services.banking import (
    connect_account,
    end_bank_account,
    forget_person,
    give_bank_account,
    refuse_bank_account,
    verify_bank_account,
)
from marketplace.payments.services.batches import Confirmed, confirm_payouts, make_batch, note_download
from marketplace.payments.services.bearing import DISPUTE, FOUND, Burden, bear_dispute, bear_refund
from marketplace.payments.services.charges import (
    ask,
    check_open,
    close,
    complete,
    ended,
    expire_due,
    fetched,
    reach,
    record,
)
from marketplace.payments.services.desk import accept, note_returned, pay_back
from marketplace.payments.services.ledger import Posting, draw, post, reverse
from marketplace.payments.services.payouts import (
    approve_payout,
    ask_for_payout,
    cancel_payout,
    complete_payouts,
    propose_payouts,
    request_payout,
    send_payout,
)
from marketplace.payments.services.planning import chosen, open_charge, plan
from marketplace.payments.services.promises import collect, withdraw
from marketplace.payments.services.recon import recon, recon_lately
from marketplace.payments.services.recon_payouts import Compared
from marketplace.payments.services.refunds import complete_refunds, note_sent, send, take, take_rest
from marketplace.payments.services.refusing import sweep_refused
from marketplace.payments.services.rounds import ROUND
from marketplace.payments.services.sandbox import decide, sandbox_end, sandbox_open, sandbox_refund
from marketplace.payments.services.statements import (
    Imported,
    by_sum,
    explain,
    import_lines,
    import_statement,
    match_all,
    match_by_hand,
    read_statement,
)
from marketplace.payments.services.webhooks import receive, work
from marketplace.payments.sheet import FIELD as STATEMENT
from marketplace.payments.sheet import IN, OUT, StatementLine

__all__ = [
    "DISPUTE",
    "FOUND",
    "IN",
    "OUT",
    "ROUND",
    "STATEMENT",
    "Burden",
    "Compared",
    "Confirmed",
    "Imported",
    "Posting",
    "SandboxState",
    "StatementLine",
    "accept",
    "approve_payout",
    "ask",
    "ask_for_payout",
    "bear_dispute",
    "bear_refund",
    "by_sum",
    "cancel_payout",
    "check_open",
    "chosen",
    "close",
    "collect",
    "complete",
    "complete_payouts",
    "complete_refunds",
    "confirm_payouts",
    "connect_account",
    "decide",
    "draw",
    "end_bank_account",
    "ended",
    "expire_due",
    "explain",
    "fetched",
    "forget_person",
    "give_bank_account",
    "import_lines",
    "import_statement",
    "make_batch",
    "match_all",
    "match_by_hand",
    "note_download",
    "note_returned",
    "note_sent",
    "open_charge",
    "pay_back",
    "plan",
    "post",
    "propose_payouts",
    "reach",
    "read_statement",
    "receive",
    "recon",
    "recon_lately",
    "record",
    "refuse_bank_account",
    "request_payout",
    "reverse",
    "sandbox_end",
    "sandbox_open",
    "sandbox_refund",
    "send",
    "send_payout",
    "sweep_refused",
    "take",
    "take_rest",
    "verify_bank_account",
    "withdraw",
    "work",
]
