"""What states, acts and duties are called, for pages, papers and files."""

from collections.abc import Mapping
from fractions import Fraction

from marketplace.accounts.policies import ROLES
from marketplace.eorder.models import SHOP, TIMER, OrderState
from marketplace.kernel.money import Percent
from marketplace.kernel.words import Words, _
from marketplace.web.formats import percent

OTHERS = {SHOP: _("The shop"), TIMER: _("The program")}
STATES: Mapping[str, Words] = {
    OrderState.DRAFT: _("Draft"),
    OrderState.NEGOTIATION: _("Negotiation"),
    OrderState.PENDING_APPROVAL: _("Waits for approval"),
    OrderState.LETTER_ISSUED: _("Purchase letter issued"),
    OrderState.ACCEPTED: _("The shop accepted it"),
    OrderState.IN_PRODUCTION: _("Being made"),
    OrderState.SHIPPED: _("On its way"),
    OrderState.ARRIVED: _("Arrived"),
    OrderState.INSPECTED: _("Inspected"),
    OrderState.BAST_SIGNED: _("Handover minutes signed"),
    OrderState.PAYMENT_REQUESTED: _("Payment requested"),
    OrderState.PAID: _("Paid"),
    OrderState.TAX_DOCUMENTED: _("Taxes documented"),
    OrderState.CLOSED: _("Order closed"),
    OrderState.DECLINED: _("Declined by the shop"),
    OrderState.CANCELLED: _("Cancelled"),
    OrderState.EXPIRED: _("The time to answer ran out"),
}
KINDS: Mapping[str, str] = {
    OrderState.DRAFT: "nila",
    OrderState.CLOSED: "hijau",
    OrderState.BAST_SIGNED: "hijau",
    OrderState.PAID: "hijau",
    OrderState.TAX_DOCUMENTED: "hijau",
    OrderState.DECLINED: "merah",
    OrderState.CANCELLED: "merah",
    OrderState.EXPIRED: "merah",
}
"""The colour of a state's badge; all others wait for somebody."""
ACTS: Mapping[str, Words] = {
    "choose": _("Chose the shop"),
    "revise": _("Changed the draft"),
    "negotiate": _("Opened a negotiation"),
    "send": _("Sent for approval"),
    "cancel": _("Cancelled"),
    "offer": _("Made an offer"),
    "agree": _("Agreed to an offer"),
    "break_off": _("Ended the negotiation"),
    "expire": _("The time to answer ran out"),
    "approve": _("Approved"),
    "send_back": _("Sent back to who prepared it"),
    "accept": _("Accepted the letter"),
    "decline": _("Declined the letter"),
    "make": _("Began to make it"),
    "ship": _("Sent the goods"),
    "propose_change": _("Proposed a change"),
    "accept_change": _("Accepted a change"),
    "refuse_change": _("Refused a change"),
    "settle": _("Settled with what was accepted"),
    "receive": _("Wrote down what came"),
    "miss": _("Said that it did not come"),
    "inspect": _("Inspected"),
    "correct": _("Took the minutes back"),
    "sign": _("Signed the minutes for the office"),
    "countersign": _("Signed the minutes for the shop"),
    "object": _("Objected to the minutes"),
    "request_payment": _("Asked for payment"),
    "pay": _("Wrote down a payment"),
    "refuse_payment": _("Gave the request for payment back"),
    "document_tax": _("Added a tax slip"),
    "close": _("Closed the order"),
    "hold": _("Put on hold"),
    "let_go": _("Let go on"),
    "attach": _("Added a file"),
}


def state_name(state: str) -> Words:
    """Return what a state is called."""
    return STATES[state]


def act_name(act: str) -> Words:
    """Return what was done by an act."""
    return ACTS[act]


def duty_name(duty: str) -> Words:
    """Return what a duty is called."""
    return OTHERS.get(duty) or ROLES[duty]


def badge_kind(state: str) -> str:
    """Return the colour of a state's badge."""
    return KINDS.get(state, "kunyit")


def in_percent(rate: str) -> str:
    """Return a rate of the law, a fraction, as pages show it: ``15/1000`` as 1,50%."""
    return percent(Percent(int(Fraction(rate) * 10_000)))
