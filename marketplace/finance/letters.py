"""What finance tells people: that a year's turnover comes near a limit."""

from marketplace.finance import queries
from marketplace.finance.events import TurnoverReached
from marketplace.kernel.access import Actor
from marketplace.kernel.words import _
from marketplace.notifications.slots import INBOX, Kind, Notice
from marketplace.sellers.policies import ROLE


def _sells(actor: Actor) -> bool:
    return any(grant.role == ROLE for grant in actor.grants)


TURNOVER = Kind(
    key="finance.turnover",
    label=_("Your shop's turnover and the limits of the law"),
    who=_("The shop's team"),
    hint=_("At 80, 90 and 100 percent of each limit, once a year."),
    needed=(INBOX,),
    why=_("From there on the law asks something of you."),
    concerns=_sells,
)
NOTICES = (
    Notice(
        TurnoverReached,
        queries.shop_team,
        "finance/mail/turnover",
        queries.turnover_context,
        kind=TURNOVER,
        short="finance/short/turnover",
        link="report_path",
        group="shop",
    ),
)
