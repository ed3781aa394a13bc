"""What can be done with facts, policy and the ledger of local content; the only functions that write them."""

from marketplace.p3dn.services.certifying import check, cover, refuse, revoke, show_certificate
from marketplace.p3dn.services.recording import DELIVERY, Back, Fact, record, take_back
from marketplace.p3dn.services.ruling import load_policies, load_targets, set_commitments, set_policy, set_target
from marketplace.p3dn.services.sealing import ask_report, seal
from marketplace.p3dn.services.stating import described, keep_draft, state
from marketplace.p3dn.services.turning import turn_of_the_day

__all__ = [
    "DELIVERY",
    "Back",
    "Fact",
    "ask_report",
    "check",
    "cover",
    "described",
    "keep_draft",
    "load_policies",
    "load_targets",
    "record",
    "refuse",
    "revoke",
    "seal",
    "set_commitments",
    "set_policy",
    "set_target",
    "show_certificate",
    "state",
    "take_back",
    "turn_of_the_day",
]
