"""What can be done in e-order; the only functions that write it."""

from marketplace.eorder.services.asking import answer_request, ask, decline_request, requests_due
from marketplace.eorder.services.auditing import acknowledge, hold, let_go, note_look
from marketplace.eorder.services.bundling import attach, note_file
from marketplace.eorder.services.carrying import follow_budget
from marketplace.eorder.services.changing import accept_change, propose_change, refuse_change
from marketplace.eorder.services.choosing import choose
from marketplace.eorder.services.dunning import dun_unpaid
from marketplace.eorder.services.erasing import erase_person
from marketplace.eorder.services.flagging import look_again
from marketplace.eorder.services.letters import accept, approve, cancel, decline, expire, send, send_back
from marketplace.eorder.services.minutes import correct, countersign, inspect, object_to, settle, sign
from marketplace.eorder.services.needs import change_need, drop_need, make_need, repeat_need
from marketplace.eorder.services.negotiating import agree, break_off, negotiate, offer
from marketplace.eorder.services.papers import note_paper_view
from marketplace.eorder.services.paying import (
    Proof,
    add_proof,
    ask_for_tax_papers,
    close,
    document_tax,
    pay,
    refuse_payment,
    request_payment,
)
from marketplace.eorder.services.photos import take_photo
from marketplace.eorder.services.receiving import miss, receive
from marketplace.eorder.services.recording import count_earlier
from marketplace.eorder.services.ruling import confirm_ceiling, confirm_method, load_rules, set_ceiling, set_method
from marketplace.eorder.services.sending import make, ship
from marketplace.eorder.services.steps import note_view
from marketplace.eorder.services.timing import deadlines

__all__ = [
    "Proof",
    "accept",
    "accept_change",
    "acknowledge",
    "add_proof",
    "agree",
    "answer_request",
    "approve",
    "ask",
    "ask_for_tax_papers",
    "attach",
    "break_off",
    "cancel",
    "change_need",
    "choose",
    "close",
    "confirm_ceiling",
    "confirm_method",
    "correct",
    "count_earlier",
    "countersign",
    "deadlines",
    "decline",
    "decline_request",
    "document_tax",
    "drop_need",
    "dun_unpaid",
    "erase_person",
    "expire",
    "follow_budget",
    "hold",
    "inspect",
    "let_go",
    "load_rules",
    "look_again",
    "make",
    "make_need",
    "miss",
    "negotiate",
    "note_file",
    "note_look",
    "note_paper_view",
    "note_view",
    "object_to",
    "offer",
    "pay",
    "propose_change",
    "receive",
    "refuse_change",
    "refuse_payment",
    "repeat_need",
    "request_payment",
    "requests_due",
    "send",
    "send_back",
    "set_ceiling",
    "set_method",
    "settle",
    "ship",
    "sign",
    "take_photo",
]
