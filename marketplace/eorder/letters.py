"""What e-order tells people: the kinds that readers choose about, and a notice for each event."""

from marketplace.eorder.events import OrderMoved, TurnNudged
from marketplace.eorder.policies import OFFICE, SELLER
from marketplace.eorder.queries import telling
from marketplace.kernel.access import Actor
from marketplace.kernel.words import _
from marketplace.notifications.slots import INBOX, WEBHOOK, Kind, Notice


def _sells(actor: Actor) -> bool:
    return any(grant.role == SELLER for grant in actor.grants)


def _works(actor: Actor) -> bool:
    return any(grant.role in OFFICE for grant in actor.grants)


SHOP = Kind(
    key="eorder.shop",
    label=_("Orders of government offices"),
    who=_("The shop's team"),
    hint=_("Negotiations, purchase letters, changes and minutes to sign."),
    needed=(INBOX,),
    why=_("Each answer has a deadline."),
    concerns=_sells,
)
DESK = Kind(
    key="eorder.office",
    label=_("Orders of your office"),
    who=_("Officials of the office"),
    hint=_("Something waits for you, or a deadline is near."),
    needed=(INBOX,),
    why=_("Each step has a deadline by the rule of the order."),
    concerns=_works,
)

NOTICES = (
    Notice(
        OrderMoved,
        telling.team,
        "eorder/mail/shop",
        telling.context,
        kind=SHOP,
        otherwise=(WEBHOOK,),
        short="eorder/short/shop",
        link="seller_path",
        group="code",
    ),
    Notice(
        OrderMoved,
        telling.officials,
        "eorder/mail/office",
        telling.context,
        kind=DESK,
        short="eorder/short/office",
        link="office_path",
        group="code",
    ),
    Notice(
        TurnNudged,
        telling.nudged_team,
        "eorder/mail/shop_nudged",
        telling.context,
        kind=SHOP,
        otherwise=(WEBHOOK,),
        short="eorder/short/shop",
        link="seller_path",
        group="code",
    ),
    Notice(
        TurnNudged,
        telling.nudged_officials,
        "eorder/mail/office_nudged",
        telling.context,
        kind=DESK,
        short="eorder/short/office",
        link="office_path",
        group="code",
    ),
)
