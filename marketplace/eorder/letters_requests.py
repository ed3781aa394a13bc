"""What is told of requests: to the shop that is asked, and to the officer who asked."""

from marketplace.eorder import queries
from marketplace.eorder.events import RequestMoved
from marketplace.eorder.policies import OFFICE, SELLER
from marketplace.kernel.access import Actor
from marketplace.kernel.words import _
from marketplace.notifications.slots import INBOX, MAIL, Kind, Notice


def _sells(actor: Actor) -> bool:
    return any(grant.role == SELLER for grant in actor.grants)


def _works(actor: Actor) -> bool:
    return any(grant.role in OFFICE for grant in actor.grants)


ASKED = Kind(
    key="eorder.asked",
    label=_("Offices ask for your price"),
    who=_("The shop's team"),
    hint=_("An office needs something and asks what you would take."),
    needed=(INBOX,),
    why=_("Each answer has a deadline."),
    concerns=_sells,
)
ANSWERED = Kind(
    key="eorder.answered",
    label=_("Answers of shops"),
    who=_("Whoever wrote the need down"),
    hint=_("A shop answered your question, declined it, or let the time pass."),
    needed=(INBOX,),
    why=_("The need waits for your choice."),
    concerns=_works,
)
NOTICES = (
    Notice(
        RequestMoved,
        queries.asked_team,
        "eorder/mail/asked",
        queries.request_context,
        kind=ASKED,
        channels=(INBOX, MAIL),
        short="eorder/short/asked",
        link="shop_path",
        group="code",
    ),
    Notice(
        RequestMoved,
        queries.asking_officer,
        "eorder/mail/answered",
        queries.request_context,
        kind=ANSWERED,
        channels=(INBOX, MAIL),
        short="eorder/short/answered",
        link="office_path",
        group="code",
    ),
)
