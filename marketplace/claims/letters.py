"""What claims tell people: the kinds that readers choose about, and a notice for each event."""

from datetime import timedelta

from marketplace.claims import queries
from marketplace.claims.events import ClaimMoved, ClaimSaid, ClaimUnpaid
from marketplace.claims.policies import DESK
from marketplace.kernel.access import Actor
from marketplace.kernel.words import _
from marketplace.notifications.slots import INBOX, MAIL, WEBHOOK, Escalation, Kind, Notice, Step
from marketplace.orders.policies import SELLER

UNDECIDED_AFTER = timedelta(hours=84)
"""Half the time that the desk has to decide."""


def _sells(actor: Actor) -> bool:
    return any(grant.role == SELLER for grant in actor.grants)


def _decides(actor: Actor) -> bool:
    return any(grant.role in DESK for grant in actor.grants)


BUYER = Kind(
    key="claims.buyer",
    label=_("Your complaints"),
    who=_("Buyer"),
    hint=_("Offers, decisions and messages about your complaints."),
    needed=(INBOX, MAIL),
    why=_("Each answer has a deadline."),
)
SHOP = Kind(
    key="claims.shop",
    label=_("Complaints about your shop"),
    who=_("The shop's team"),
    hint=_("Without an answer within two days our team joins."),
    needed=(INBOX,),
    why=_("Each answer has a deadline."),
    concerns=_sells,
)
DECISION = Kind(
    key="claims.desk",
    label=_("Complaints to decide"),
    who=_("Programme officers"),
    needed=(INBOX, MAIL),
    why=_("Somebody's money waits for you."),
    concerns=_decides,
)
UNDECIDED = Escalation(
    after=UNDECIDED_AFTER,
    settled=queries.decided,
    steps=(Step(channels=(INBOX, MAIL), to=queries.administrators),),
)

NOTICES = (
    Notice(
        ClaimMoved,
        queries.buyer,
        "claims/mail/buyer",
        queries.context,
        kind=BUYER,
        otherwise=(WEBHOOK,),
        short="claims/short/buyer",
        link="buyer_path",
        group="code",
    ),
    Notice(
        ClaimMoved,
        queries.team,
        "claims/mail/shop",
        queries.context,
        kind=SHOP,
        short="claims/short/shop",
        link="seller_path",
        group="code",
    ),
    Notice(
        ClaimMoved,
        queries.desk,
        "claims/mail/desk",
        queries.context,
        kind=DECISION,
        short="claims/short/desk",
        link="desk_path",
        group="code",
        escalate=UNDECIDED,
    ),
    Notice(
        ClaimSaid,
        queries.buyer,
        "claims/mail/said_buyer",
        queries.context,
        kind=BUYER,
        otherwise=(WEBHOOK,),
        short="claims/short/said",
        link="buyer_path",
        group="code",
    ),
    Notice(
        ClaimSaid,
        queries.team,
        "claims/mail/said_shop",
        queries.context,
        kind=SHOP,
        short="claims/short/said",
        link="seller_path",
        group="code",
    ),
    Notice(
        ClaimUnpaid,
        queries.desk_of_unpaid,
        "claims/mail/unpaid",
        queries.context,
        kind=DECISION,
        short="claims/short/unpaid",
        link="desk_path",
        group="code",
    ),
)
