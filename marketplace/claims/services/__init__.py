"""What can be done with claims; the only functions that write them."""

from marketplace.claims.forms import AnswerIn, CheckIn, ClaimIn, DecisionIn, MessageIn, OfferIn, PiecesIn, ReplacementIn
from marketplace.claims.services.answering import answer, check_return, pay_instead, send_replacement
from marketplace.claims.services.buying import answer_offer, withdraw
from marketplace.claims.services.deciding import decide, note_unpaid, note_view, repay
from marketplace.claims.services.erasing import erase_person
from marketplace.claims.services.opening import Opened, open_claim
from marketplace.claims.services.photos import enough, most, owner, take_photo
from marketplace.claims.services.talking import say_as_buyer, say_as_desk, say_as_team
from marketplace.claims.services.timing import deadlines

__all__ = [
    "AnswerIn",
    "CheckIn",
    "ClaimIn",
    "DecisionIn",
    "MessageIn",
    "OfferIn",
    "Opened",
    "PiecesIn",
    "ReplacementIn",
    "answer",
    "answer_offer",
    "check_return",
    "deadlines",
    "decide",
    "enough",
    "erase_person",
    "most",
    "note_unpaid",
    "note_view",
    "open_claim",
    "owner",
    "pay_instead",
    "repay",
    "say_as_buyer",
    "say_as_desk",
    "say_as_team",
    "send_replacement",
    "take_photo",
    "withdraw",
]
