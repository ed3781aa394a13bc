"""The steps of a claim in plain words, for the timeline of an order and of the claim itself (C15)."""

from collections.abc import Mapping

from marketplace.claims.models import Claim, ClaimState
from marketplace.kernel.words import Words, _
from marketplace.orders.slots import Happening, Reader

CLAIMS = Claim.__tablename__
Told = tuple[Words, Words | str]

NO_ANSWER, NOT_SAID, NOT_SENT, NOT_CHECKED, NOT_REPLACED = (
    "no_answer",
    "not_said",
    "not_sent",
    "not_checked",
    "not_replaced",
)
"""Why the timer moved a claim."""
NOT_DECIDED = "not_decided"
"""The desk did not decide in time either."""
GRANTED, AGREED, DECLINED, DECIDED, CAME, WRONG = "granted", "agreed", "declined", "decided", "came", "wrong"
"""Why people moved it: the wish was accepted, the offer was, it was not, the desk said so, goods came well or not."""
DETAILS: Mapping[str, Words] = {
    NO_ANSWER: _("The shop did not answer in time"),
    NOT_SAID: _("Nobody said otherwise in time"),
    NOT_SENT: _("The goods were not sent back in time"),
    NOT_CHECKED: _("The shop did not say otherwise in time"),
    NOT_REPLACED: _("The shop did not send the replacement in time"),
    NOT_DECIDED: _("Nobody decided in time"),
    GRANTED: _("The shop accepted it as asked for"),
    AGREED: _("The buyer accepted the offer"),
    DECLINED: _("The buyer did not accept the offer"),
    DECIDED: _("Our team decided"),
    CAME: _("Everything came as it should"),
    WRONG: _("What came is not as it should be"),
}


def told_of_claim(step: Happening, reader: Reader) -> Told | None:
    """Tell a step of a claim."""
    mine = reader is Reader.BUYER
    titles: Mapping[str, Words] = {
        ClaimState.OPEN: _("You complained") if mine else _("The buyer complained"),
        ClaimState.OFFERED: _("You made an offer") if reader is Reader.SELLER else _("The shop made an offer"),
        ClaimState.ESCALATED: _("Our team joined and decides"),
        ClaimState.RETURNING: _("You send the goods back") if mine else _("The buyer sends the goods back"),
        ClaimState.RETURNED: _("You sent the goods back") if mine else _("The buyer sent the goods back"),
        ClaimState.REPLACING: _("A replacement was agreed"),
        ClaimState.REPLACED: _("The replacement is on its way"),
        ClaimState.RESOLVED: _("The complaint is settled"),
        ClaimState.REJECTED: _("The complaint was turned down"),
        ClaimState.WITHDRAWN: _("You withdrew the complaint") if mine else _("The buyer withdrew the complaint"),
    }
    title = titles.get(step.state)
    return (title, DETAILS.get(step.why, "")) if title else None


ENDINGS: Mapping[str, Words] = {
    ClaimState.OPEN: _("Without an answer our team joins."),
    ClaimState.OFFERED: _("Without an answer the offer counts as accepted."),
    ClaimState.ESCALATED: _(
        "Without a decision the shop's last offer counts; without an offer the buyer gets what they asked for."
    ),
    ClaimState.RETURNING: _("If they are not sent by then, the complaint ends without money."),
    ClaimState.RETURNED: _("If the shop says nothing by then, the money goes back."),
    ClaimState.REPLACING: _("If it is not sent by then, the money goes back instead."),
    ClaimState.REPLACED: _("If nobody says otherwise by then, it counts as arrived."),
}
"""What happens at the end of the time of a state."""
