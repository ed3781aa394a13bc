"""What offices tell their people: a deputy begins, is about to end, is done."""

from marketplace.kernel.access import Actor
from marketplace.kernel.words import _
from marketplace.notifications.slots import INBOX, MAIL, Kind, Notice
from marketplace.offices import queries
from marketplace.offices.events import MandateBegan, MandateEnded, MandateEnding
from marketplace.offices.policies import DUTY_NAMES


def _works(actor: Actor) -> bool:
    return any(grant.role in DUTY_NAMES for grant in actor.grants)


MANDATE = Kind(
    key="offices.mandate",
    label=_("Standing in"),
    who=_("Deputy and official"),
    hint=_("A mandate begins, ends tomorrow, or is over."),
    needed=(INBOX,),
    why=_("It changes what you may do."),
    concerns=_works,
)
NOTICES = tuple(
    Notice(
        event,
        queries.both,
        f"offices/mail/{name}",
        queries.mandate_context,
        kind=MANDATE,
        channels=(INBOX, MAIL),
        short=f"offices/short/{name}",
        link="path",
        group="unit",
    )
    for event, name in ((MandateBegan, "began"), (MandateEnding, "ending"), (MandateEnded, "ended"))
)
