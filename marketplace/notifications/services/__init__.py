"""The use cases of notifications, the only writers of its tables."""

from marketplace.notifications.services.choices import choose
from marketplace.notifications.services.inbox import erase_person, put, read_all, read_one, sweep
from marketplace.notifications.services.log import Told, begin, came_back, mark_of, noted_inside, refused, went
from marketplace.notifications.services.resend import tell_again
from marketplace.notifications.services.watches import begin_watch, call_due, climb

__all__ = (
    "Told",
    "begin",
    "begin_watch",
    "call_due",
    "came_back",
    "choose",
    "climb",
    "erase_person",
    "mark_of",
    "noted_inside",
    "put",
    "read_all",
    "read_one",
    "refused",
    "sweep",
    "tell_again",
    "went",
)
